"""What a debtor answers on the page: paid already, disputed, instalments proposed, another contact asked for.

Every answer is an event and a task of the team; none is taken for an acknowledgement of the debt. Letters that would
leave by themselves wait a week, so that a person reads the answer first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from recovery.case.entries import settle
from recovery.case.lifecycle import WORKED
from recovery.case.order import Order
from recovery.case.papers import add_paper
from recovery.case.record import CaseRecord, assess_case
from recovery.case.transition import add_task, open_deadlines, record
from recovery.desk.actions import carry_out, why_not
from recovery.desk.disputes import GROUNDS
from recovery.desk.views import said_by_debtor
from recovery.errors import CaseError, IntakeError
from recovery.law.periods import add_months
from recovery.money import Money

PAUSE = timedelta(days=7)
MOST_A_DAY = 10
MOST_FILES = 5
MOST_LETTERS = 4000
# What a debtor may propose without a talk: the team agrees or not.
MOST_INSTALMENTS = 6
FIRST_WITHIN = timedelta(days=31)
Files = Sequence[tuple[str, bytes]]


@dataclass(frozen=True)
class Proposal:
    """Instalments that a debtor proposes: how many, the first on which day, each of how much."""

    count: int
    first: date
    part: Money

    def as_dict(self) -> dict[str, object]:
        """Return the proposal as plain data."""
        days = [add_months(self.first, number).isoformat() for number in range(self.count)]
        return {"count": self.count, "first": self.first.isoformat(), "part": self.part.as_dict(), "days": days}


def answerable(case: CaseRecord) -> bool:
    """Tell whether the debtor may still answer: the case is at work."""
    return case.reference is not None and case.state in WORKED


def say_paid(case: CaseRecord, on: date, paid_on: date, text: str, files: Files) -> None:
    """Take the debtor's word that the debt is paid, with the proof.

    Raises:
        CaseError: the case is not at work.
        IntakeError: the day lies ahead, the text is too long or a file cannot be taken.
    """
    if paid_on > on:
        raise IntakeError(f"paid_on: {paid_on} lies after {on}", code="future_day", field="paid_on")
    data: dict[str, object] = {"paid_on": paid_on.isoformat(), "papers": len(files)}
    if _said(case, on, "debtor_paid", text, data):
        return
    _take(case, on, text, files)
    record(case, "debtor_paid", actor="debtor", on=on, note=text, data=data)
    _ask_team(case, on, "debtor_paid", f"the debtor says it was paid on {paid_on}: look at the account")


def object_to(case: CaseRecord, on: date, ground: str, text: str, amount: str | None, files: Files) -> None:
    """Take the debtor's objection; where the state takes no dispute, the team decides what it means.

    Raises:
        CaseError: the case is not at work, or the ground is none.
        IntakeError: no reason is given, the text is too long or a file cannot be taken.
    """
    if ground not in GROUNDS:
        raise CaseError(f"ground {ground!r}: one of {', '.join(GROUNDS)}", code="bad_choice", field="ground")
    if not text.strip():
        raise IntakeError("text: empty; say why", code="missing", field="text")
    data: dict[str, object] = {"ground": ground, "disputed": amount, "papers": len(files)}
    said: tuple[tuple[str, dict[str, object]], ...] = (("dispute", {"ground": ground}), ("debtor_statement", data))
    if any(_said(case, on, kind, text, known) for kind, known in said):
        return
    _take(case, on, text, files)
    if why_not(case, "dispute", on, "debtor") is None:
        carry_out(case, Order("dispute", on, "debtor", text, amount, {"ground": ground}))
        return
    record(case, "debtor_statement", actor="debtor", on=on, note=text, data=data)
    _ask_team(case, on, "debtor_statement", f"the debtor objects: {ground}")


def count_for(case: CaseRecord, on: date, part: Money) -> int:
    """Return how many instalments of an amount pay what is owed on a day.

    Raises:
        IntakeError: so small a part would take more instalments than a debtor may propose without a talk.
    """
    owed = assess_case(case, on).total
    count = max(2, -(-owed.minor // part.minor)) if part.minor > 0 else MOST_INSTALMENTS + 1
    if count > MOST_INSTALMENTS:
        least = Money(-(-owed.minor // MOST_INSTALMENTS), owed.currency)
        raise IntakeError(f"part: at least {least} {least.currency} a month", code="bad_plan", field="part")
    return count


def proposal(case: CaseRecord, on: date, count: int, first: date) -> Proposal:
    """Return what a proposal of instalments would be; nothing is taken or written.

    Raises:
        CaseError: the case is not at work.
        IntakeError: the proposal goes beyond the limits.
    """
    if not 2 <= count <= MOST_INSTALMENTS:
        raise IntakeError(f"count: from 2 to {MOST_INSTALMENTS}", code="bad_plan", field="count")
    if not on <= first <= on + FIRST_WITHIN:
        last = on + FIRST_WITHIN
        raise IntakeError(f"first: from {on} to {last}", code="bad_date", field="first")
    _refuse_unless_answerable(case)
    owed = assess_case(case, on).total
    return Proposal(count, first, Money(-(-owed.minor // count), owed.currency))


def propose_plan(case: CaseRecord, on: date, count: int, first: date, text: str) -> Proposal:
    """Take a proposal of instalments; the team agrees to it or not.

    Raises:
        CaseError: the case is not at work.
        IntakeError: the proposal goes beyond the limits.
    """
    made = proposal(case, on, count, first)
    settle(case, on)
    if _said(case, on, "plan_proposed", text, made.as_dict()):
        return made
    _take(case, on, text, ())
    record(case, "plan_proposed", actor="debtor", on=on, note=text, data=made.as_dict())
    until = add_months(first, count - 1)
    why = f"the debtor proposes {count} instalments from {first} to {until}: agree or answer"
    _ask_team(case, on, "plan_proposed", why)
    return made


def ask_contact(case: CaseRecord, on: date, text: str) -> None:
    """Take the debtor's wish to talk to somebody else, or the name of who answers for the debtor.

    Raises:
        CaseError: the case is not at work.
        IntakeError: nothing is said, or too much.
    """
    if not text.strip():
        raise IntakeError("text: empty; say whom or why", code="missing", field="text")
    if _said(case, on, "contact_wanted", text, {}):
        return
    _take(case, on, text, ())
    record(case, "contact_wanted", actor="debtor", on=on, note=text)
    _ask_team(case, on, "contact_wanted", "the debtor asks for another contact person")


def _refuse_unless_answerable(case: CaseRecord) -> None:
    if not answerable(case):
        raise CaseError(f"an answer is not taken while the case is {case.state}", code="not_allowed")


def _said(case: CaseRecord, on: date, kind: str, text: str, data: dict[str, object]) -> bool:
    """Tell whether the debtor said the very same on the same day: an answer sent twice counts once."""
    same = (kind, on, "debtor", text)
    told = (event for event in case.events if (event.kind, event.happened_on, event.actor, event.note) == same)
    return any(data.items() <= event.data.items() for event in told)


def _take(case: CaseRecord, on: date, text: str, files: Files) -> None:
    """Check an answer and keep its papers; nothing of it is lost that passes here."""
    _refuse_unless_answerable(case)
    if len(text) > MOST_LETTERS:
        raise IntakeError(f"text: at most {MOST_LETTERS} characters", code="bad_size", field="text")
    if len(files) > MOST_FILES:
        raise IntakeError(f"files: at most {MOST_FILES}", code="too_many_files", field="file")
    if sum(event.happened_on == on for event in said_by_debtor(case)) >= MOST_A_DAY:
        raise CaseError(f"answers: at most {MOST_A_DAY} a day; go on tomorrow or write", code="too_often")
    for name, content in files:
        add_paper(case, "debtor_statement", name, content, "debtor", on)


def _ask_team(case: CaseRecord, on: date, kind: str, why: str) -> None:
    """Give the team the answer to read, and let what would go out by itself wait for that."""
    for deadline in open_deadlines(case):
        if deadline.kind == "step" and deadline.due_on < on + PAUSE:
            deadline.due_on = on + PAUSE
    add_task(case, "debtor_answer", on, data={"why": why, "answer": kind})
