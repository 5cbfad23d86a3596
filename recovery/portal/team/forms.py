"""What each action of a team asks for: its fields, and the moves of the case's life that it makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from recovery.case.lifecycle import OPEN_WORK, REASONS, State
from recovery.desk.consents import OTHERWISE
from recovery.desk.disputes import GROUNDS
from recovery.desk.suspension import KINDS
from recovery.law.values import ROUTE_CODES
from recovery.portal.texts import N_

LABELS = {
    "note": N_("Note"),
    "question": N_("What is asked"),
    "answer_text": N_("The answer"),
    "why": N_("Why"),
    "amount": N_("Amount, in the currency of the case"),
    "until": N_("Until"),
    "to": N_("To whom"),
    "at": N_("At what time"),
    "otherwise": N_("Without an answer"),
    "task": N_("Number of the question"),
    "channel": N_("How it is sent"),
    "count": N_("How many instalments"),
    "first": N_("Day of the first"),
    "interest": N_("Interest while it is kept"),
    "ground": N_("Ground"),
    "for": N_("In favour of"),
    "kind": N_("What happened"),
    "opened": N_("Day of the opening"),
    "published": N_("Day of the publication"),
    "lodge_by": N_("Last day to lodge, where it departs from the law’s"),
    "court": N_("Court"),
    "number": N_("Number"),
    "administrator": N_("Administrator"),
    "administrator_address": N_("The administrator’s address"),
    "administrator_email": N_("The administrator’s e-mail"),
    "mistaken": N_("It was recorded by mistake"),
    "country": N_("Country"),
    "address": N_("New address, lines parted by a semicolon"),
    "region": N_("Region, where the law differs by it"),
    "route": N_("Way to court"),
    "after": N_("After an opposition"),
    "language": N_("Language of the forms"),
    "law": N_("Law of which country"),
    "basis": N_("Article it rests on"),
    "reason": N_("Reason"),
    "letter": N_("Which letter"),
    "answer": N_("Answer"),
}
CHOICES = {
    "team_decides": N_("the team decides"),
    "go_on": N_("the service goes on"),
    "withdraw": N_("the claim is withdrawn"),
    "email": N_("by e-mail"),
    "post": N_("by post"),
    "registered": N_("by registered post"),
    "run": N_("runs on"),
    "waived": N_("is waived"),
    "not_ordered": N_("not ordered"),
    "not_delivered": N_("not delivered"),
    "defective": N_("defective"),
    "wrong_amount": N_("wrong amount"),
    "wrong_debtor": N_("wrong debtor"),
    "paid_already": N_("paid already"),
    "time_barred": N_("time-barred"),
    "other": N_("something else"),
    "creditor": N_("the creditor"),
    "debtor": N_("the debtor"),
    "insolvency": N_("insolvency proceedings"),
    "restructuring": N_("restructuring"),
    "debt_relief": N_("debt relief"),
    "moratorium": N_("moratorium"),
    "mediation": N_("mediation"),
    "death": N_("death of the debtor"),
    "incapacity": N_("incapacity of the debtor"),
    "small_claims": N_("European small claims procedure"),
    "national": N_("ordinary court"),
    "discontinue": N_("the proceedings end"),
    "accepted": N_("accepted"),
    "refused": N_("refused"),
}


@dataclass(frozen=True)
class Field:
    """One field of an action's form: note, text, amount, day, choice, reasons, routes, people, letters or tick."""

    name: str
    kind: str = "text"
    needed: bool = False
    choices: tuple[str, ...] = ()
    label: str = ""

    @property
    def title(self) -> str:
        """The field's label, still to be translated."""
        return LABELS[self.label or self.name]


def _note(label: str = "note", needed: bool = False) -> Field:
    return Field("note", "note", needed, label=label)


def _amount(needed: bool = False) -> Field:
    return Field("amount", "amount", needed)


def _day(name: str = "until", needed: bool = False) -> Field:
    return Field(name, "day", needed)


def _choice(name: str, *choices: str) -> Field:
    return Field(name, "choice", False, choices)


_LETTER = Field("letter", "letters")
# An action's fields, in groups as a case's page shows them.
GROUPS: dict[str, dict[str, tuple[Field, ...]]] = {
    N_("Take on"): {
        "accept": (_note(),),
        "ask": (_note("question", True),),
        "refuse": (_note("why", True),),
        "inform": (_note("answer_text", True),),
        "resubmit": (_note(),),
        "take_over": (_note(),),
        "hand_over": (Field("to", "people", True), _note()),
    },
    N_("Contact"): {
        "log_call": (Field("at", "time"), _note(needed=True)),
        "promise": (_amount(), _day(), _note()),
        "write_debtor": (_choice("channel", "email", "post", "registered"), _note("note", True)),
        "set_task": (_note("question", True), _day(), _choice("otherwise", *OTHERWISE)),
        "answer_task": (_note("answer_text", True), Field("task")),
        "set_deadline": (_day(needed=True), _note("why")),
        "consent_formal_notice": (_note(needed=True),),
        "consent_court": (_note(needed=True),),
    },
    N_("Agree"): {
        "plan": (Field("count", "number"), _day("first"), _choice("interest", "run", "waived"), _note()),
        "break_plan": (_note("why"),),
        "offer_settlement": (_amount(True), _day(), _note()),
        "waive": (_amount(True), _note("why", True)),
        "dispute": (_choice("ground", *reversed(GROUNDS)), _amount(), _note("why", True)),
        "resolve": (_choice("for", "creditor", "debtor"), _amount(), _note("why", True)),
    },
    N_("Stop and move"): {
        "suspend": (
            _choice("kind", *reversed(KINDS)),
            *(_day(name) for name in ("until", "opened", "published", "lodge_by")),
            *(Field(name) for name in ("court", "number", "administrator")),
            *(Field(name) for name in ("administrator_address", "administrator_email")),
            _note("why", True),
        ),
        "record_lodged": (_note(),),
        "resume": (Field("mistaken", "tick"), _note("why")),
        "reroute": (Field("country", "countries", True), Field("address", needed=True), Field("region"), _note()),
        "override_law": (Field("law", "countries", True), Field("basis", needed=True), _note("why", True)),
        "decide_barred": (_note("why", True),),
        "decide_urgent": (_note("why", True),),
    },
    N_("Court"): {
        "choose_route": (
            Field("route", "routes", True, ROUTE_CODES),
            _choice("after", "small_claims", "national", "discontinue"),
            Field("language"),
            _note(),
        ),
        "record_order": (_note(),),
        "record_service": (_note(),),
        "record_unserved": (_note("why"),),
        "record_opposition": (_note(),),
        "record_transfer": (Field("route", "routes", False, ("european_small_claims", "national_court")), _note()),
        "record_rectification": (_day(needed=True), _note()),
        "record_rectified": (_note(),),
        "record_proposal": (_amount(True), _day(needed=True), _note()),
        "record_proposal_answered": (_choice("answer", "accepted", "refused"), _note()),
        "record_rejection": (_note("why"),),
        "record_answer": (_day(), _note()),
        "record_hearing": (_day(needed=True), _note()),
        "record_judgment": (_choice("for", "creditor", "debtor"), _amount(), _day(), _note()),
        "record_title": (_amount(), _note()),
        "record_enforcement": (_note(needed=True), _amount()),
        "record_costs": (_amount(True), _note(needed=True)),
        "record_review": (_note(),),
    },
    N_("Money"): {
        "refund": (_amount(True), _note("why")),
        "payment_returned": (_amount(True), _note("why")),
        "record_advance": (_amount(True), _note()),
        "record_advance_repaid": (_amount(True), _note()),
    },
    N_("Letters"): {
        "letter_returned": (_LETTER, _note("why")),
        "letter_bounced": (_LETTER, _note("why")),
        "letter_tracking": (_LETTER, Field("number", needed=True)),
    },
    N_("End"): {
        "close": (Field("reason", "reasons", True, REASONS), _note()),
        "withdraw": (_note("why", True),),
        "reopen": (_note("why"),),
    },
}
FIELDS: dict[str, tuple[Field, ...]] = {name: fields for group in GROUPS.values() for name, fields in group.items()}
# The moves that an action makes, where they are not called as the action is.
MOVES = {
    "accept": ("accept", "take_up"),
    "resolve": ("resolve_for_creditor", "resolve_for_debtor"),
    "choose_route": ("go_to_court",),
    "record_rejection": ("record_rejection", "record_early_rejection"),
    "reopen": ("reopen", "reopen_titled"),
    "close": ("close_paid", "settle", "close_partly_recovered", "close_uncollectable", "close_refused"),
}
# Actions that are no move of the case's life: the states in which they make sense.
_OPEN = tuple(str(state) for state in (*OPEN_WORK, State.DISPUTED, State.INSTALMENT_PLAN, State.SUSPENDED))
_COURT = ("judicial", "enforcement", "disputed")
_ROUTED = ("awaiting_acceptance", "awaiting_information", "refused", *_OPEN)
WHILE: dict[str, tuple[str, ...]] = {
    "promise": tuple(str(state) for state in OPEN_WORK),
    "record_lodged": ("suspended",),
    "record_costs": _COURT,
    "record_advance": _OPEN,
    "record_advance_repaid": (*_OPEN, "closed"),
    "refund": (*_OPEN, "closed"),
    "payment_returned": (*_OPEN, "closed"),
    "letter_returned": (*_OPEN, "closed"),
    "letter_bounced": (*_OPEN, "closed"),
    "letter_tracking": (*_OPEN, "closed"),
    **dict.fromkeys(("offer_settlement", "waive", "write_debtor", "decide_barred", "decide_urgent"), _OPEN),
}


def why_not(action: str, state: str, possible: dict[str, str | None], moves: frozenset[str]) -> str | None:
    """Return why an action cannot be done now, None where it can; "" where it does not fit the state."""
    named = MOVES.get(action, (action,))
    known = [possible[name] for name in named if name in possible]
    if known:
        return None if None in known else (known[0] or "").split(": ", 1)[-1]
    if any(name in moves for name in named):
        return ""
    return None if state in WHILE.get(action, _ROUTED) else ""


def asked_of(action: str, values: dict[str, Any]) -> dict[str, Any]:
    """Return what an action's form gave beside note, amount and day."""
    names = {field.name for field in FIELDS[action]} - {"note", "amount"}
    return {name: values[name] for name in names if values.get(name)}
