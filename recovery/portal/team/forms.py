"""The forms of a team's actions: what each part and field is called, and what may be chosen."""

from __future__ import annotations

from datetime import date
from typing import Any

from starlette.exceptions import HTTPException

from recovery.case.record import CaseRecord
from recovery.desk.action import Action, Field
from recovery.desk.actions import fits, possible
from recovery.desk.table import ACTIONS
from recovery.portal.term_events import GROUNDS
from recovery.portal.texts import N_
from recovery.portal.visit import Visit

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
    "invoice": N_("Number of the invoice"),
    "head": N_("Of what"),
    "email": N_("The debtor’s e-mail"),
    "phone": N_("The debtor’s telephone"),
    "name": N_("The debtor’s name"),
    "iban": N_("The creditor’s account (IBAN)"),
    "creditor_email": N_("The creditor’s e-mail"),
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
    "case": N_("With which case"),
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
    **GROUNDS,
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
    "costs": N_("costs"),
    "interest": N_("interest"),
    "principal": N_("principal"),
}
# The parts of a case's page in which its actions stand.
TITLES = {
    "take_on": N_("Take on"),
    "contact": N_("Contact"),
    "agree": N_("Agree"),
    "stop": N_("Stop and move"),
    "court": N_("Court"),
    "money": N_("Money"),
    "letters": N_("Letters"),
    "end": N_("End"),
}


def side_of(visit: Visit) -> str:
    """Return on whose side a person of a team acts."""
    return "lead" if visit.role == "lead" else "team"


def action_for(visit: Visit, name: str) -> Action:
    """Return an action that has a form for a person of a team.

    Raises:
        HTTPException: there is none.
    """
    action = ACTIONS.get(name)
    if action is None or action.group is None or side_of(visit) not in action.who:
        raise HTTPException(404)
    return action


def fields_of(action: Action) -> list[tuple[Field, str]]:
    """Return the fields of an action's form, each with its label, still to be translated."""
    return [(field, LABELS[field.label or field.name]) for field in action.fields if field.on_page]


def offered(case: CaseRecord, on: date, visit: Visit) -> dict[str, list[tuple[str, str | None]]]:
    """Return the actions that fit a case's state by their part, each with why it cannot be done (None: it can)."""
    side = side_of(visit)
    whys = possible(case, on, side)
    fitting = [one for one in ACTIONS.values() if fits(case, one, side)]
    return {
        title: [(one.name, whys[one.name]) for one in fitting if one.group == group] for group, title in TITLES.items()
    }


def asked_of(action: Action, values: dict[str, Any]) -> dict[str, Any]:
    """Return what an action's form gave beside note, amount and day."""
    names = {field.name for field in action.fields if field.on_page} - {"note", "amount"}
    return {name: values[name] for name in names if values.get(name)}
