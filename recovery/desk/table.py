"""Every action on a case: one table, read by the command line, the pages and docs/commands.md."""

from __future__ import annotations

from dataclasses import replace

from recovery.case import journal
from recovery.case.lifecycle import BEFORE_WORK, OPEN_WORK, REASONS, WORKED, State
from recovery.case.order import Handler
from recovery.court import choice as routes
from recovery.court import events as court
from recovery.desk import (
    acceptance,
    assignment,
    closing,
    consents,
    creditor_details,
    debtor_details,
    disputes,
    finished,
    guards,
    joining,
    law_decision,
    letter_actions,
    moving,
    plan_answers,
    reminder,
    said_paid,
    suspension,
    taken_back,
)
from recovery.desk.action import TEAM, Action, Field, amount, choice, day, note, said
from recovery.law.values import ROUTE_CODES
from recovery.ledger import amounts, claim_changes, fund, held_money, payments, plans, settlement
from recovery.procedure import calls

ROUTED = (State.AWAITING_ACCEPTANCE, State.AWAITING_INFORMATION, State.REFUSED, *WORKED)
ROUTED_OR_CLOSED = (*ROUTED, State.CLOSED)
UNCLOSED = (*BEFORE_WORK, *WORKED)
ALWAYS = tuple(State)
BY_MEMBER = (*TEAM, "member")

NOTED = (note(),)
WHY = (note("why"),)
CONSENTED = (note(insisted=True),)
DECIDED = (said("say why", "why"),)
COURT_DAY = Field("until", "day", True, asks="give the day the court has set")
CURRENCY = Field("currency", "currency", on_page=False)
LETTER = Field("letter", "letters")
INVOICE = Field("for", label="invoice")
SUSPENDED = (
    choice("kind", *reversed(suspension.KINDS)),
    *(day(name) for name in ("until", "opened", "published", "lodge_by")),
    *(Field(name) for name in suspension.PROCEEDINGS),
    note("why", insisted=True),
)
MOVED = (
    Field("country", "countries", insisted=True),
    Field("address", required=True, asks="give the new address (street; postal code and place)"),
    Field("region"),
    note(),
)
DETAILS = (Field("address"), Field("name"), Field("email"), Field("phone"), note("why", insisted=True))
LAW = (
    Field("law", "countries", True),
    Field("basis", required=True),
    said("say why", "why"),
)
ROUTE = (
    Field("route", "routes", insisted=True, choices=ROUTE_CODES),
    choice("after", "small_claims", "national", "discontinue"),
    Field("language"),
    note(),
)
JUDGMENT = (choice("for", "creditor", "debtor", required=True), amount(), day(), note())
AFTER_OPPOSITION = Field("route", "routes", choices=court.AFTER_OPPOSITION)
PROPOSAL_ANSWER = choice("answer", "accepted", "refused", required=True)
REJECTIONS = ("record_rejection", "record_early_rejection")
ENDS = tuple(closing.event_of(reason) for reason in REASONS)


def _in_court(name: str, handler: Handler, *fields: Field, events: tuple[str, ...] = ()) -> Action:
    """Return the action that records what happens in court; it needs a way to court that was taken."""
    return Action(name, handler, fields, events or (name,), guards=(guards.has_route,))


_GROUPS: dict[str | None, tuple[Action, ...]] = {
    "take_on": (
        Action("accept", acceptance.accept, NOTED, ("accept", "take_up")),
        Action("ask", acceptance.ask, (note("question", insisted=True),), ("ask",)),
        Action("refuse", acceptance.refuse, (note("why", insisted=True),), ("refuse",)),
        Action("inform", acceptance.inform, (note("answer_text", insisted=True),), ("inform",), who=BY_MEMBER),
        Action("resubmit", acceptance.resubmit, NOTED, ("resubmit",), who=BY_MEMBER),
        Action("take_over", assignment.take_over, NOTED, states=ROUTED),
        Action(
            "hand_over",
            assignment.hand_over,
            (Field("to", "people", True, asks="say who works it"), note()),
            states=ROUTED,
            who=("lead",),
        ),
        Action(
            "join",
            joining.join,
            (Field("case", "cases", True, asks="say with which case"), note()),
            states=ROUTED,
        ),
    ),
    "contact": (
        Action(
            "log_call",
            calls.log_call,
            (Field("at", "time"), note(insisted=True)),
            states=ROUTED_OR_CLOSED,
            guards=(guards.has_reference,),
            answers_debtor=True,
        ),
        Action("promise", calls.promise, (amount(), day(), note()), states=OPEN_WORK, answers_debtor=True),
        Action(
            "write_debtor",
            letter_actions.write_debtor,
            (choice("channel", "email", "post", "registered"), said("say what is written to the debtor")),
            states=(*WORKED, State.CLOSED),
            guards=(guards.has_reference,),
            answers_debtor=True,
        ),
        Action(
            "set_task",
            consents.set_task,
            (
                said("say what the member is asked to do", "question"),
                day(),
                choice("otherwise", *consents.OTHERWISE),
            ),
            states=UNCLOSED,
        ),
        Action(
            "answer_task",
            consents.answer_task,
            (said("give the answer", "answer_text"), Field("task")),
            states=ALWAYS,
            who=BY_MEMBER,
            guards=(guards.is_asked,),
        ),
        Action(
            "finish_task",
            finished.finish_task,
            (Field("task", "tasks"), note(insisted=True)),
            states=ALWAYS,
            guards=(finished.has_work,),
        ),
        Action("set_deadline", reminder.set_deadline, (day(insisted=True), note("why")), states=ALWAYS),
        Action("note", reminder.note_down, (said("write the note"),), states=ALWAYS),
        Action("consent_formal_notice", consents.consent("formal_notice"), CONSENTED, states=UNCLOSED, who=BY_MEMBER),
        Action("consent_court", consents.consent("court"), CONSENTED, states=UNCLOSED, who=BY_MEMBER),
    ),
    "agree": (
        Action(
            "plan",
            plans.plan,
            (Field("count", "number"), day("first"), choice("interest", *plans.INTEREST), note()),
            ("plan",),
            answers_debtor=True,
        ),
        Action(
            "accept_plan",
            plan_answers.accept_plan,
            (day("first"), choice("interest", *plans.INTEREST), note()),
            ("plan",),
            guards=(plan_answers.is_proposed,),
            answers_debtor=True,
        ),
        Action(
            "refuse_plan",
            plan_answers.refuse_plan,
            (choice("channel", "email", "post", "registered"), said("say why, to the debtor", "why")),
            states=WORKED,
            guards=(plan_answers.is_proposed,),
        ),
        Action("break_plan", plans.break_plan, WHY, ("break_plan",)),
        Action(
            "offer_settlement",
            settlement.offer_settlement,
            (amount(required=True), day(), note()),
            states=WORKED,
            answers_debtor=True,
        ),
        Action(
            "waive",
            amounts.waive_amount,
            (amount(required=True), choice("head", "costs", "interest", "principal"), note("why", insisted=True)),
            states=ROUTED,
            answers_debtor=True,
        ),
        Action(
            "credit_note",
            claim_changes.credit_note,
            (amount(required=True), INVOICE, note("why", insisted=True)),
            states=ROUTED_OR_CLOSED,
            answers_debtor=True,
            before_filing=True,
        ),
        Action(
            "correct_amount",
            claim_changes.correct_amount,
            (amount(required=True), INVOICE, note("why", insisted=True)),
            states=ROUTED,
            answers_debtor=True,
        ),
        Action(
            "dispute",
            disputes.dispute,
            (choice("ground", *reversed(disputes.GROUNDS)), amount(), note("why", insisted=True)),
            ("dispute",),
            who=(*TEAM, "debtor"),
            answers_debtor=True,
        ),
        Action(
            "resolve",
            disputes.resolve,
            (choice("for", "creditor", "debtor"), amount(), note("why", insisted=True)),
            ("resolve_for_creditor", "resolve_for_debtor"),
            answers_debtor=True,
        ),
    ),
    "stop": (
        Action("suspend", suspension.suspend, SUSPENDED, ("suspend",), answers_debtor=True),
        Action("record_lodged", suspension.lodged, NOTED, states=(State.SUSPENDED,), guards=(guards.in_insolvency,)),
        Action("resume", suspension.resume, (Field("mistaken", "tick"), note("why")), ("resume",)),
        Action("reroute", moving.reroute, MOVED, ("reroute",), answers_debtor=True),
        Action("correct_debtor", debtor_details.correct_debtor, DETAILS, states=ROUTED_OR_CLOSED, answers_debtor=True),
        Action(
            "correct_creditor",
            creditor_details.correct_creditor,
            (Field("iban"), Field("email", label="creditor_email"), note("why", insisted=True)),
            states=ROUTED_OR_CLOSED,
        ),
        Action("override_law", law_decision.decide, LAW, states=ROUTED),
        Action("decide_barred", consents.decision("barred"), DECIDED, states=ROUTED),
        Action("decide_urgent", consents.decision("urgent"), DECIDED, states=ROUTED),
    ),
    "court": (
        Action("choose_route", routes.choose_route, ROUTE, ("go_to_court",), answers_debtor=True),
        _in_court("record_order", court.record_order, note()),
        _in_court("record_service", court.record_service, note()),
        _in_court("record_unserved", court.record_unserved, note("why")),
        _in_court("record_opposition", court.record_opposition, note()),
        _in_court("record_transfer", court.record_transfer, AFTER_OPPOSITION, note()),
        _in_court("record_rectification", court.record_rectification, COURT_DAY, note()),
        _in_court("record_rectified", court.record_rectified, note()),
        _in_court("record_proposal", court.record_proposal, amount(required=True), COURT_DAY, note()),
        _in_court("record_proposal_answered", court.record_proposal_answered, PROPOSAL_ANSWER, note()),
        _in_court("record_rejection", court.record_rejection, note("why"), events=REJECTIONS),
        _in_court("record_answer", court.record_answer, day(), note()),
        _in_court("record_hearing", court.record_hearing, COURT_DAY, note()),
        _in_court("record_judgment", court.record_judgment, *JUDGMENT),
        _in_court("record_title", court.record_title, amount(), note()),
        _in_court(
            "record_partial_title",
            court.record_partial_title,
            amount(required=True),
            note(),
            events=("record_title",),
        ),
        Action(
            "record_enforcement",
            court.record_enforcement,
            (said("say which measure"), amount()),
            ("record_enforcement",),
        ),
        Action(
            "record_costs",
            court.record_costs,
            (amount(required=True), said("say by which decision")),
            states=(State.JUDICIAL, State.ENFORCEMENT),
        ),
        _in_court("record_review", court.record_review, note()),
    ),
    "money": (
        Action("refund", amounts.refund, (amount(required=True), note("why")), states=ROUTED_OR_CLOSED),
        Action(
            "payment_returned",
            taken_back.payment_returned,
            (amount(insisted=True), CURRENCY, Field("payment", on_page=False), note("why")),
            states=ROUTED_OR_CLOSED,
        ),
        Action(
            "confirm_paid",
            said_paid.confirm_paid,
            (amount(), note()),
            states=ROUTED_OR_CLOSED,
            guards=(said_paid.is_said,),
        ),
        Action(
            "refuse_paid",
            said_paid.refuse_paid,
            (note("why", insisted=True),),
            states=ROUTED_OR_CLOSED,
            guards=(said_paid.is_said,),
        ),
        Action(
            "decide_money",
            held_money.decide_money,
            (choice("for", "creditor", "debtor", required=True), note("why", insisted=True)),
            states=ROUTED_OR_CLOSED,
            guards=(guards.money_is_held,),
        ),
        Action("record_advance", fund.record_advance, (amount(required=True), note()), states=ROUTED),
        Action(
            "record_advance_repaid",
            fund.record_advance_repaid,
            (amount(required=True), note()),
            states=ROUTED_OR_CLOSED,
        ),
    ),
    "letters": (
        Action(
            "letter_returned",
            letter_actions.letter_returned,
            (LETTER, note("why")),
            states=ROUTED_OR_CLOSED,
            guards=(guards.sent_by(*letter_actions.POSTED),),
        ),
        Action(
            "letter_bounced",
            letter_actions.letter_bounced,
            (LETTER, note("why")),
            states=ROUTED_OR_CLOSED,
            guards=(guards.sent_by(*letter_actions.MAILED),),
        ),
        Action(
            "letter_tracking",
            letter_actions.letter_tracking,
            (LETTER, Field("number", required=True)),
            states=ROUTED_OR_CLOSED,
            guards=(guards.sent_by(*letter_actions.TRACKED),),
        ),
    ),
    "end": (
        Action(
            "close",
            closing.close,
            (Field("reason", "reasons", insisted=True, choices=REASONS), note()),
            ENDS,
            answers_debtor=True,
        ),
        Action(
            "withdraw",
            closing.withdraw,
            (note("why", insisted=True),),
            ("withdraw",),
            who=BY_MEMBER,
            answers_debtor=True,
        ),
        Action(
            "reopen",
            closing.reopen,
            WHY,
            ("reopen", "reopen_in_court", "reopen_titled"),
            who=BY_MEMBER,
            guards=(guards.not_claimed_again,),
            of_side=guards.member_wants_it,
        ),
    ),
    None: (
        Action("consent_settlement", consents.consent("settlement"), NOTED, states=UNCLOSED, who=BY_MEMBER),
        Action(
            "refuse_consent",
            consents.refuse_consent,
            (choice("what", *consents.CONSENTS, required=True), note()),
            states=ALWAYS,
            who=BY_MEMBER,
            guards=(guards.consent_is_asked,),
        ),
        Action(
            "record_payment",
            payments.by_hand,
            (amount(required=True), CURRENCY, choice("to", *journal.HOLDERS)),
            states=ROUTED_OR_CLOSED,
            who=BY_MEMBER,
            guards=(guards.has_reference,),
            before_filing=True,
        ),
        Action(
            "say_paid",
            said_paid.say_paid,
            (amount(required=True), day("paid_on"), note()),
            states=ROUTED_OR_CLOSED,
            who=BY_MEMBER,
            guards=(guards.has_reference,),
        ),
    ),
}
ACTIONS: dict[str, Action] = {
    one.name: replace(one, group=group) for group, actions in _GROUPS.items() for one in actions
}
