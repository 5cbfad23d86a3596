"""The daily sweep: what is due is worked, one deadline one transaction, late ones are shown to people.

A deadline that cannot be worked holds up no other: it is counted, comes again with the next sweep, and after some
tries is set aside until a person has it worked again (`undelivered`).
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from sqlmodel import Session, col, select

from recovery.case.order import Order
from recovery.case.record import CaseRecord
from recovery.case.store import load, locked
from recovery.case.transition import add_task, finish, move, open_deadlines, record
from recovery.desk.consents import member_silent
from recovery.errors import RecoveryError, known
from recovery.filing.claims import route
from recovery.ledger.plans import instalment_passed, remind_instalment
from recovery.ledger.settlement import settlement_passed
from recovery.procedure.steps import perform
from recovery.procedure.watch import capitalise, limitation_near
from recovery.store.database import StoreBusy, look, transact
from recovery.store.tables import Deadline

# A deadline that failed so often is set aside.
MOST_ATTEMPTS = 5


@dataclass
class Swept:
    """What a sweep did, in numbers of deadlines."""

    due: int = 0
    worked: int = 0
    skipped: int = 0
    failed: int = 0
    errors: list[str] = field(default_factory=list)

    def add(self, other: Swept) -> None:
        """Add the counts of another chunk."""
        self.due += other.due
        self.worked += other.worked
        self.skipped += other.skipped
        self.failed += other.failed
        self.errors += other.errors


def due_deadlines(as_of: date, country: str | None = None) -> list[int]:
    """Return the ids of the deadlines that are due: the system's on their day, people's once it has passed.

    Those that were set aside are left out.
    """
    query = (
        select(col(Deadline.id), col(Deadline.actor), col(Deadline.due_on))
        .where(Deadline.status == "open", Deadline.due_on <= as_of, Deadline.attempts < MOST_ATTEMPTS)
        .order_by(col(Deadline.due_on), col(Deadline.id))
    )
    if country:
        query = query.where(Deadline.country == country)
    rows = look(lambda session: list(session.exec(query)))
    return [found for found, actor, due_on in rows if found is not None and (actor == "system" or due_on < as_of)]


def work(ids: Iterable[int], as_of: date) -> Swept:
    """Work deadlines one by one; a failure, of whatever kind, holds up no other."""
    result = Swept()
    for deadline_id in ids:
        result.due += 1
        try:
            worked = transact(partial(work_one, deadline_id=deadline_id, as_of=as_of))
        except Exception as failure:
            error = known(failure)
            result.failed += 1
            result.errors.append(f"deadline {deadline_id}: {error.message}")
            _note_failure(deadline_id, error)
            continue
        result.worked += worked
        result.skipped += not worked
    return result


def _note_failure(deadline_id: int, error: RecoveryError) -> None:
    """Count a failure on its deadline; a database that is away counts against none."""
    if isinstance(error, StoreBusy):
        return
    with suppress(StoreBusy):
        transact(partial(_counted, deadline_id=deadline_id, message=error.message))


def _counted(session: Session, deadline_id: int, message: str) -> None:
    deadline = session.exec(locked(select(Deadline).where(Deadline.id == deadline_id))).first()
    if deadline is not None and deadline.status == "open":
        deadline.attempts, deadline.error = deadline.attempts + 1, message
        session.add(deadline)


def work_one(session: Session, deadline_id: int, as_of: date) -> bool:
    """Work one deadline; return whether anything was to be done."""
    deadline = session.get(Deadline, deadline_id)
    if deadline is None or deadline.status != "open" or deadline.due_on > as_of:
        return False
    case = load(session, deadline.claim_id)
    session.refresh(deadline)
    if deadline.status != "open":
        return False
    deadline.attempts, deadline.error = 0, None
    kind, _, name = deadline.kind.partition(":")
    if deadline.actor == "system" and kind == "step":
        finish(deadline)
        perform(case, name, as_of)
    elif deadline.actor == "system" and kind == "route":
        finish(deadline)
        route(case, as_of)
    elif deadline.actor == "system" and kind == "limitation":
        finish(deadline)
        limitation_near(case, as_of)
    elif deadline.actor == "system" and kind == "capitalise":
        finish(deadline)
        capitalise(case, as_of)
    elif kind == "instalment" and deadline.actor == "debtor":
        finish(deadline)
        instalment_passed(case, as_of)
    elif kind == "instalment_reminder":
        finish(deadline)
        remind_instalment(case, as_of)
    elif kind == "settlement" and deadline.actor == "debtor":
        finish(deadline)
        settlement_passed(case, as_of)
    elif kind == "refused_review":
        finish(deadline)
        move(case, "close_refused", actor="system", on=as_of)
    elif kind == "draft":
        finish(deadline)
        move(case, "withdraw", actor="system", on=as_of, note="the draft was not completed in time")
    else:
        _late(case, deadline, as_of)
    return True


def _late(case: CaseRecord, deadline: Deadline, as_of: date) -> None:
    """Mark a person's deadline as late, once: it stays open and the team lead sees it; a silent member is answered."""
    if deadline.actor == "member" and member_silent(case, deadline, Order("member_silent", as_of, "system")):
        return
    deadline.status = "late"
    record(
        case,
        "deadline_missed",
        actor="system",
        on=as_of,
        data={"kind": deadline.kind, "actor": deadline.actor},
    )
    if deadline.actor == "member" and not any(d.actor == "team" for d in open_deadlines(case)):
        add_task(case, "work", as_of, data={"why": f"the member did not answer: {deadline.kind}"})
