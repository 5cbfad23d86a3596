"""What the court does, and what that asks of the team: each event with its term.

The forms of the European order for payment (Reg. 1896/2006) stand beside the national events of the same meaning.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Literal

from recovery.case.entries import never_owed, settle
from recovery.case.order import Order, amount_of, amount_within_owed, choice_in, day_in, move_by
from recovery.case.record import CaseRecord, add_law_event, assess_case, facts_for, procedure_of
from recovery.case.transition import add_deadline, add_task, cancel_deadlines, finish, open_deadlines, record
from recovery.case.values import Court, plain
from recovery.court.titles import allowed_by, note_title, part_of_principal
from recovery.errors import CaseError
from recovery.law.happened import Award
from recovery.law.periods import Period
from recovery.procedure.watch import watch

# Days that an opposition sent on the last day may travel before the court declares the order
# enforceable (Reg. 1896/2006 art. 18: "an appropriate period").
TRANSIT_DAYS = 10
# What waits for the court or for an answer to it; each event of the court replaces what it answers.
WAITS = ("court_reply", "rectify", "answer_proposal", "hearing", "comment_answer", "opposition_end")
# The routes on which proceedings go on after an opposition.
AFTER_OPPOSITION = ("european_small_claims", "national_court")
OUR_BASIS = {
    "european_payment_order": "Reg. 1896/2006",
    "european_small_claims": "Reg. 861/2007",
}


def court_of(case: CaseRecord) -> Court:
    """Return what is known of the court proceedings of a case that a route was chosen for."""
    assert case.court is not None
    return case.court


def _basis(court: Court, european: dict[str, str]) -> str:
    """Return the article of a European route, or the law of the national one."""
    law = OUR_BASIS.get(court.route)
    return f"{law} {european.get(court.route, '')}".strip() if law else court.basis or "the court's order"


def _until(order: Order) -> date:
    """Return the day that the court has set.

    Raises:
        CaseError: it is missing or past.
    """
    until = day_in(order, "until")
    if until is None or until < order.on:
        raise CaseError(
            f"{order.action}: give the day the court has set, not before {order.on}, with --until",
            code="missing",
            field="until",
        )
    return until


def _noted(case: CaseRecord, order: Order, **changes: Any) -> Court:
    """Take the court's event, note it, and end what waited for it."""
    court = court_of(case)
    move_by(case, order.action, order, **plain(changes, case.currency))
    case.court = court.model_copy(update=changes)
    cancel_deadlines(case, *WAITS)
    _end_question(case)
    return court


def _end_question(case: CaseRecord) -> None:
    """End what the member was asked about the court's proposal: the court was answered, or has gone on."""
    for task in open_deadlines(case):
        if task.kind == "task" and task.data.get("about") == "proposal":
            finish(task, "cancelled")


def record_rectification(case: CaseRecord, order: Order) -> None:
    """Record that the court asks to complete or rectify the application (form B) until a day."""
    until = _until(order)
    court = _noted(case, order, rectify=until)
    basis = _basis(court, {"european_payment_order": "art. 9, 11(1)(c)", "european_small_claims": "art. 4(4)"})
    add_deadline(case, "rectify", until, "team", basis, {"asked": order.note})


def record_rectified(case: CaseRecord, order: Order) -> None:
    """Record that the court was answered."""
    _noted(case, order, rectified=order.on)
    add_task(case, "court_reply", order.on)


def record_proposal(case: CaseRecord, order: Order) -> None:
    """Record that the court proposes an order for a part (form C), until a day for the answer.

    No answer means that the whole application is rejected (Reg. 1896/2006 art. 10(2)): the member is asked at once.
    """
    part, until = amount_within_owed(case, order), _until(order)
    court = _noted(case, order, proposal_minor=part.minor)
    basis = _basis(court, {"european_payment_order": "art. 10"})
    add_deadline(case, "answer_proposal", until, "team", basis, {"amount": str(part)})
    ask_by = max(order.on, min(until - timedelta(days=2), order.on + timedelta(days=10)))
    question = f"the court would order {part} {part.currency} only: accept it or not"
    data = {"question": question, "otherwise": "team_decides", "about": "proposal"}
    add_deadline(case, "task", ask_by, "member", basis, data)


def record_proposal_answered(case: CaseRecord, order: Order) -> None:
    """Record the answer to the court's proposal: accepted or refused."""
    answer = choice_in(order, "answer")
    _noted(case, order, proposal_answered=answer)
    add_task(case, "court_reply", order.on)


def record_rejection(case: CaseRecord, order: Order) -> None:
    """Record that the court rejects the application (form D); another application stays open (art. 11(3))."""
    court = court_of(case)
    given = facts_for(case, order.on).notice_given
    move_by(case, "record_rejection" if given else "record_early_rejection", order)
    case.court = court.model_copy(update={"rejected": order.on})
    add_law_event(case, "struck_out", order.on, by="court")  # what it has kept from ending runs again
    watch(case, order.on)
    _end_question(case)
    case.route = None
    basis = _basis(court, {"european_payment_order": "art. 11"})
    data = {"why": "the court rejected the application", "basis": basis}
    add_task(case, "choose_route", order.on, data=data)


def record_order(case: CaseRecord, order: Order) -> None:
    """Record that the court issued the order (form E)."""
    _noted(case, order, issued=order.on)
    add_task(case, "court_reply", order.on, data={"waits_for": "service"})


def record_service(case: CaseRecord, order: Order) -> None:
    """Record the service on the debtor: the time to react runs from here."""
    court = court_of(case)
    limit = procedure_of(case).time_limit(
        "eu" if court.route.startswith("european") else "procedural",
        order.on,
        Period.parse(court.reacts_within or "30d"),
        "opposition",
    )
    _noted(case, order, served=order.on, opposition_until=limit.last_day)
    add_law_event(case, "served", order.on, by="court")
    add_deadline(
        case,
        "opposition_end",
        limit.last_day + timedelta(days=TRANSIT_DAYS),
        "team",
        f"{limit.basis}; {_basis(court, {'european_payment_order': 'art. 18', 'european_small_claims': 'art. 7(3)'})}",
        {"opposition_until": limit.last_day.isoformat()},
    )


def record_unserved(case: CaseRecord, order: Order) -> None:
    """Record that service failed: without it no time runs (Reg. 1896/2006 art. 13-15); the team finds the address."""
    _noted(case, order, unserved=order.on)
    add_task(case, "court_reply", order.on, data={"waits_for": "a new address for service"})
    add_task(case, "work", order.on, data={"why": f"service failed: {order.note}"})


def record_answer(case: CaseRecord, order: Order) -> None:
    """Record the debtor's answer to the claim (form C of the small claims procedure): the member comments on it."""
    court = _noted(case, order, answered=order.on)
    basis = _basis(court, {"european_small_claims": "art. 5(3)-(4), 7(1)"})
    until = day_in(order, "until") or order.on + timedelta(days=10)
    question = {"question": "the debtor has answered the court: comment on it", "otherwise": "team_decides"}
    add_deadline(case, "task", until, "member", basis, question)
    add_task(case, "court_reply", order.on, data={"waits_for": "judgment"})


def record_hearing(case: CaseRecord, order: Order) -> None:
    """Record the day of a hearing."""
    day = _until(order)
    court = _noted(case, order, hearing=day)
    add_deadline(case, "hearing", day, "team", _basis(court, {"european_small_claims": "art. 8"}))


def record_opposition(case: CaseRecord, order: Order) -> None:
    """Record the debtor's opposition (form F): the case is disputed, and goes on as was chosen beforehand (art. 17)."""
    court = court_of(case)
    after = court.after or "national"
    move_by(case, "record_opposition", order, after=after)
    add_law_event(case, "opposition", order.on, by="debtor")
    case.disputed = True
    case.court = court.model_copy(update={"opposed": order.on})
    if after == "discontinue":
        add_law_event(case, "withdrawn", order.on, by="creditor")
        watch(case, order.on)
        why = "the order has ended with the opposition, as the member chose: settle, file anew or close"
        add_task(case, "work", order.on, data={"why": why, "basis": "Reg. 1896/2006 art. 17(1)"})
    else:
        add_task(case, "dispute_answer", order.on, data={"after": after})
    question = {"question": "the debtor opposes the claim in court: give your answer and papers"}
    add_task(case, "dispute_statement", order.on, "member", {**question, "otherwise": "team_decides"})


def record_transfer(case: CaseRecord, order: Order) -> None:
    """Record that the proceedings go on after the opposition, before which court."""
    court = court_of(case)
    choice = {"small_claims": "european_small_claims"}.get(str(court.after), "national_court")
    route = choice_in(order, "route", choice)
    move_by(case, "record_transfer", order, route=route)
    facts = procedure_of(case).courts[route]
    case.court = court.model_copy(
        update={
            "before": court.route,
            "route": route,
            "basis": facts["basis"],
            "reacts_within": facts.get("reacts_within", ""),
            "transferred": order.on,
        }
    )
    case.route = route
    add_law_event(case, "lawsuit", order.on, by="creditor")
    add_task(case, "court_reply", order.on)


def record_judgment(case: CaseRecord, order: Order) -> None:
    """Record a judgment for the creditor or the debtor; an amount is what was refused of the principal.

    What a court refuses was never owed: interest and costs follow, and the title is for the rest. A judgment for the
    debtor leaves the team to appeal or to close.
    """
    outcome = choice_in(order, "for")
    refused = part_of_principal(case, order) if order.amount is not None else None
    left = {} if refused is None else {"allowed_minor": (assess_case(case, order.on).principal - refused).minor}
    _noted(case, order, judgment=outcome, **left)
    if refused:
        never_owed(case, refused, order.on, "correction", order.note or "refused by the court")
    if outcome == "debtor":
        until = day_in(order, "until") or order.on + timedelta(days=14)
        why = {"why": "the claim was dismissed: appeal or close"}
        add_deadline(case, "work", until, "team", "time to appeal: look it up in the judgment", why)
        return
    case.disputed = False
    add_task(case, "court_reply", order.on, data={"waits_for": "title"})


def record_title(case: CaseRecord, order: Order) -> None:
    """Record the enforceable title (form G, certificate D), not before the time to oppose has run out.

    An amount is the principal that it is for; without one all of it, less what the court refused or did not propose.
    """
    court = court_of(case)
    until = court.opposition_until
    early = until and order.on <= until and case.state == "judicial"
    if early and court.judgment is None:
        raise CaseError(f"record_title: the debtor may oppose until {until}", code="not_allowed", field="on")
    if court.proposal_minor is not None and court.proposal_answered is None and court.judgment is None:
        raise CaseError(
            "record_title: the court's proposal is not answered; use record_proposal_answered first",
            code="not_allowed",
            field="action",
        )
    _refuse_unserved(case, court, order)
    allowed = allowed_by(case, order, court)
    titled = allowed if allowed is not None else assess_case(case, order.on).principal
    move_by(case, "record_title", order, **({} if allowed is None else {"principal": str(allowed)}))
    case.court = court.model_copy(update={"enforceable": order.on, "title_minor": titled.minor})
    case.disputed = False
    record(case, "enforceable", actor=order.actor, on=order.on)
    note_title(case, order.on, allowed)


def record_partial_title(case: CaseRecord, order: Order) -> None:
    """Record the enforceable title for a part: the amount is the principal that the court allowed."""
    record_title(case, order)


def _refuse_unserved(case: CaseRecord, court: Court, order: Order) -> None:
    """Refuse a title that nobody was served with: without service no time to react has run.

    A national order may be enforceable at once: whoever records it says so in the note.
    """
    if court.served or court.judgment or case.state != "judicial":
        return
    if court.route == "european_payment_order" or not order.note.strip():
        raise CaseError(
            f"{order.action}: no service on the debtor is recorded; use record_service first"
            + ("" if court.route == "european_payment_order" else ", or say in the note why none is needed"),
            code="not_allowed",
            field="on",
        )


def record_enforcement(case: CaseRecord, order: Order) -> None:
    """Record a measure of enforcement; the note says which; an amount is its cost, which the debtor owes too."""
    move_by(case, "record_enforcement", order)
    if order.amount is not None:
        _award(case, order, "enforcement_costs")
    cancel_deadlines(case, "enforcement_review")
    add_task(case, "enforcement_review", order.on)


def record_costs(case: CaseRecord, order: Order) -> None:
    """Record costs that the court has put on the debtor: the amount, and in the note the decision."""
    _award(case, order, "court_costs")
    data = {"amount": order.amount}
    record(case, "record_costs", actor=order.actor, on=order.on, note=order.note, data=data)


def _award(case: CaseRecord, order: Order, kind: Literal["court_costs", "enforcement_costs"]) -> None:
    """Add costs that were fixed against the debtor to what is owed."""
    amount = amount_of(case, order)
    made = Award(kind=kind, on=order.on, amount=str(amount), currency=case.currency, basis=order.note.strip())
    case.awards = (*case.awards, made)
    settle(case, order.on)


def record_review(case: CaseRecord, order: Order) -> None:
    """Record that the debtor attacks the title (review of Reg. 1896/2006 art. 20, 861/2007 art. 18, or national)."""
    move_by(case, "record_review", order)
    case.disputed = True
    add_task(case, "dispute_answer", order.on, data={"why": "the title is under review"})
