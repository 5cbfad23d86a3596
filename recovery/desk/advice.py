"""What to do next with a case, and why: one recommended action, from the table of actions and the deadlines.

Nothing is decided here: an advice is the action that ends the first task of the team, filled in from what is known,
with what speaks for and against it. A person does it, or something else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from recovery.case.record import CaseRecord, limitation_of
from recovery.case.transition import open_deadlines
from recovery.desk.actions import possible
from recovery.desk.debtor_answers import FIRST_WITHIN, MOST_INSTALMENTS
from recovery.desk.views import said_by_debtor
from recovery.store.tables import Deadline

# Fewer days than these before a debt is barred are a reason to hurry; more than these after its due day, to ask why.
NEAR_LIMIT, OLD = 180, 365


@dataclass(frozen=True)
class Reason:
    """One thing that speaks for an advice (good), or that somebody must look at (warn); `code` names its words."""

    code: str
    good: bool = True
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Advice:
    """The recommended action, its fields as far as they are known, the task it ends, and the reasons.

    `why` is the task's own text, as somebody wrote it.
    """

    action: str
    fields: Mapping[str, str]
    kind: str
    due: date
    why: str
    reasons: tuple[Reason, ...]


def advise(case: CaseRecord, on: date, who: str) -> Advice | None:
    """Return what is recommended to one side of a team on a day; None where nothing waits for it."""
    whys = possible(case, on, who)
    for task in open_deadlines(case):
        if task.actor != "team":
            continue
        for action, fields in _ways(case, task):
            if action in whys and whys[action] is None:
                return Advice(
                    action, fields, task.name, task.due_on, task.data.get("why", ""), tuple(_reasons(case, task, on))
                )
    return None


# What ends a task of each kind, the usual way first.
_ENDS: Mapping[str, tuple[str, ...]] = {
    "accept": ("accept",),
    "choose_route": ("choose_route", "consent_court"),
    "member_paid": ("confirm_paid",),
    "dispute_answer": ("resolve",),
    "suspension_review": ("resume",),
    "lodge_claim": ("record_lodged",),
    "enforcement_review": ("record_enforcement", "close"),
    "court_reply": ("record_order", "record_service", "record_judgment", "record_title"),
    "rectify": ("record_rectified",),
    "answer_proposal": ("record_proposal_answered",),
    "hearing": ("record_judgment",),
    "opposition_end": ("record_title", "record_service"),
    "refund": ("refund",),
    "decide_money": ("decide_money",),
    "act_before_limitation": ("choose_route", "decide_urgent", "write_debtor"),
    "instalment": ("waive", "close"),
    "work": ("finish_task",),
}


def _ways(case: CaseRecord, task: Deadline) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the actions that end a task, each with what its form may be filled in with."""
    if task.kind == "debtor_answer":
        yield from _answers(case, task.data.get("answer", ""))
    elif task.kind == "work" and task.data.get("subject") == "address":
        yield "correct_debtor", {}
    for action in _ENDS.get(task.kind, ()):
        yield action, {"task": str(task.id)} if action == "finish_task" and task.id else {}


def _answers(case: CaseRecord, kind: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the actions that answer what the debtor said."""
    said = next((one for one in reversed(said_by_debtor(case)) if one.kind == kind), None)
    if kind == "plan_proposed" and said is not None:
        proposed = {"count": str(said.data["count"]), "first": str(said.data["first"])}
        yield "accept_plan", proposed
        yield "plan", proposed
    elif kind == "debtor_statement":
        ground = {"ground": str(said.data["ground"])} if said and said.data.get("ground") else {}
        yield "dispute", {**ground, "note": (said.note if said else "") or ""}
    elif kind == "contact_wanted":
        yield "correct_debtor", {}
    yield "write_debtor", {}


def _reasons(case: CaseRecord, task: Deadline, on: date) -> Iterator[Reason]:
    left = (task.due_on - on).days
    yield Reason("late", False, {"num": -left}) if left < 0 else Reason("in_time", left > 0, {"num": left})
    limit = limitation_of(case, on) if case.reference and case.state != "closed" else None
    if limit and limit.barred:
        yield Reason("barred", False)
    elif limit and limit.last_day and (limit.last_day - on).days < NEAR_LIMIT:
        yield Reason("limit_near", False, {"day": limit.last_day.isoformat()})
    if task.kind == "accept":
        yield from _of_acceptance(case, on)
    elif task.kind == "debtor_answer" and task.data.get("answer") == "plan_proposed":
        yield from _of_plan(case, on)
    elif task.kind in ("choose_route", "act_before_limitation"):
        consented = any(one.about == "court" for one in case.consents)
        yield Reason("court_consented" if consented else "court_not_consented", consented)
    elif task.kind == "dispute_answer":
        asked = any(one.kind == "dispute_statement" for one in open_deadlines(case))
        yield Reason("member_still_asked" if asked else "member_was_asked", not asked)


def days_past_due(case: CaseRecord, on: date) -> int | None:
    """Return how many days after its due day the oldest debt is, less than nothing before it; None without any."""
    dues = [one.due for one in case.claim.invoices if one.due]
    return (on - min(dues)).days if dues else None


def _of_acceptance(case: CaseRecord, on: date) -> Iterator[Reason]:
    days = days_past_due(case, on)
    if days is not None:
        yield Reason("age", days < OLD, {"num": days})
    if case.laws is None or case.laws.substance is None:
        yield Reason("law_open", False)
    if any(one.kind == "complaint_known" for one in case.events):
        yield Reason("complaint", False)
    yield from _of_register(case)
    if case.warnings:
        yield Reason("remarks", False, {"num": len(case.warnings)})


def _of_register(case: CaseRecord) -> Iterator[Reason]:
    """Tell what the register of VAT numbers says of the debtor, where it was asked."""
    said = next((one.data for one in reversed(case.events) if one.kind == "vat_checked"), None)
    if said is None:
        return
    yield Reason("vat_valid" if said["valid"] else "vat_invalid", said["valid"])
    for what in ("name", "seat"):
        if said[what] == "other":
            yield Reason(f"{what}_other", False)


def _of_plan(case: CaseRecord, on: date) -> Iterator[Reason]:
    """Tell whether a proposal lies within what a team agrees to without asking, and how earlier ones went."""
    said = next(one for one in reversed(said_by_debtor(case)) if one.kind == "plan_proposed")
    count, first = int(said.data["count"]), date.fromisoformat(str(said.data["first"]))
    yield Reason("within_count", count <= MOST_INSTALMENTS, {"most": MOST_INSTALMENTS})
    yield Reason("first_in", first - on <= FIRST_WITHIN, {"num": max((first - on).days, 0)})
    broken = sum(one.kind == "break_plan" for one in case.events)
    yield Reason("plans_broken" if broken else "no_plan_broken", not broken, {"num": broken})
