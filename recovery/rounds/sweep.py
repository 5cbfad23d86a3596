"""The daily sweep: what is due is worked in chunks, late ones are shown to people.

A deadline that cannot be worked holds up no other: it is counted, comes again with the next sweep, and after some
tries is set aside until a person has it worked again (`undelivered`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from recovery.case.kinds import PAUSED
from recovery.case.order import Order
from recovery.case.record import CaseRecord
from recovery.case.store import load_many, locked, unit_of
from recovery.case.transition import add_task, finish, move, open_deadlines, record
from recovery.desk.consents import member_silent
from recovery.errors import RecoveryError, known
from recovery.filing.routing import route
from recovery.ledger.plans import instalment_passed, remind_instalment
from recovery.ledger.settlement import settlement_passed
from recovery.procedure.steps import perform
from recovery.procedure.watch import capitalise, limitation_near
from recovery.store.database import StoreBusy, divided, look, no_collection, transact
from recovery.store.tables import OPEN_DEADLINE, Deadline

# A deadline that failed so often is set aside.
MOST_ATTEMPTS = 5
# Deadlines that are worked in one transaction: more gain little, and hold the database's write lock for longer.
CHUNK = 100
# Written out: an index of open deadlines alone is taken only where the statement itself says so.


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
        .where(OPEN_DEADLINE, Deadline.due_on <= as_of, Deadline.attempts < MOST_ATTEMPTS)
        .order_by(col(Deadline.due_on), col(Deadline.id))
    )
    if country:
        query = query.where(Deadline.country == country)
    rows = look(lambda session: list(session.exec(query)))
    return [found for found, actor, due_on in rows if found is not None and (actor == "system" or due_on < as_of)]


def work(ids: Iterable[int], as_of: date) -> Swept:
    """Work deadlines in chunks of one transaction each; a failure, of whatever kind, holds up no other."""
    result, busy = Swept(), list[int]()
    for some in _chunks(list(ids)):
        busy += _work_some(some, as_of, result, wait=False)
    for some in _chunks(busy):  # cases that another worker or a person had, once everything else is done
        _work_some(some, as_of, result, wait=True)
    return result


def _chunks(ids: list[int]) -> Iterator[list[int]]:
    for at in range(0, len(ids), CHUNK):
        with no_collection():
            yield ids[at : at + CHUNK]


def _work_some(ids: list[int], as_of: date, result: Swept, wait: bool) -> list[int]:
    """Work deadlines in one transaction; where it cannot be written as a whole, each half by itself.

    Without `wait` those whose case another has are returned, not worked.
    """
    later, busy = list[int](), list[int]()
    for done in divided(
        ids,
        lambda some: transact(partial(_worked, ids=some, as_of=as_of, wait=wait)),
        lambda deadline_id, failure: _failed(deadline_id, known(failure), result),
    ):
        result.worked += done.worked
        result.skipped += done.skipped
        for deadline_id, error in done.failed:
            _failed(deadline_id, error, result)
        later += done.later
        busy += done.busy
    result.due += len(ids) - len(later) - len(busy)
    return busy + _work_some(later, as_of, result, wait) if later else busy


@dataclass
class _Done:
    """What became of a chunk.

    `later` are deadlines of a case that another of its deadlines was worked on, `busy` of one that another has.
    """

    worked: int = 0
    skipped: int = 0
    failed: list[tuple[int, RecoveryError]] = field(default_factory=list)
    later: list[int] = field(default_factory=list)
    busy: list[int] = field(default_factory=list)


def _worked(session: Session, ids: list[int], as_of: date, wait: bool) -> _Done:
    """Work one deadline of each of many cases, read and written together; a case that fails falls out alone."""
    done, of_case = _Done(), dict[str, int]()
    query = select(col(Deadline.id), col(Deadline.claim_id)).where(col(Deadline.id).in_(ids))
    owner = {deadline_id: claim_id for deadline_id, claim_id in session.exec(query) if deadline_id is not None}
    for deadline_id in ids:
        claim_id = owner.get(deadline_id)
        if claim_id is None:
            done.skipped += 1
        elif of_case.setdefault(claim_id, deadline_id) != deadline_id:
            done.later.append(deadline_id)
    with unit_of(session).in_sets() as unit:
        cases = {case.claim_id: case for case in load_many(session, of_case, wait=wait)}
        for claim_id, deadline_id in of_case.items():  # in the order of their days, as letters are numbered
            case = cases.get(claim_id)
            if case is None:
                done.busy.append(deadline_id)
                continue
            try:
                worked = _work_of(case, deadline_id, as_of)
            except DBAPIError:
                raise  # the transaction is spoilt: the chunk is divided
            except Exception as failure:
                unit.drop(case)
                done.failed.append((deadline_id, known(failure)))
                continue
            done.worked += worked
            done.skipped += not worked
    return done


def _work_of(case: CaseRecord, deadline_id: int, as_of: date) -> bool:
    """Work one deadline of a case; return whether anything was to be done."""
    deadline = next((one for one in case.deadlines if one.id == deadline_id), None)
    if deadline is None or deadline.status != "open" or deadline.due_on > as_of:
        return False
    work_deadline(case, deadline, as_of)
    return True


def _failed(deadline_id: int, error: RecoveryError, result: Swept) -> None:
    result.failed += 1
    result.errors.append(f"deadline {deadline_id}: {error.message}")
    _note_failure(deadline_id, error)


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


def work_deadline(case: CaseRecord, deadline: Deadline, as_of: date) -> None:
    """Do what a deadline that is due asks for, by its kind and who was to act; else it is late.

    While the member says that money came and nobody has looked yet, what the procedure does by itself waits.
    """
    deadline.attempts, deadline.error = 0, None
    if deadline.kind in PAUSED and any(one.kind == "member_paid" for one in open_deadlines(case)):
        deadline.due_on = as_of + timedelta(days=1)
        return
    done = PASSES.get((deadline.kind, deadline.actor))
    if done is None:
        _late(case, deadline, as_of)
        return
    finish(deadline)
    done(case, deadline.about, as_of)


def _closed_refused(case: CaseRecord, about: str, on: date) -> None:
    move(case, "close_refused", actor="system", on=on)


def _draft_given_up(case: CaseRecord, about: str, on: date) -> None:
    move(case, "withdraw", actor="system", on=on, note="the draft was not completed in time")


Pass = Callable[[CaseRecord, str, date], object]
# What happens when a deadline passes: its kind and who was to act -> what is done, given what it is about.
PASSES: Mapping[tuple[str, str], Pass] = {
    ("step", "system"): perform,
    ("route", "system"): lambda case, about, on: route(case, on),
    ("limitation", "system"): lambda case, about, on: limitation_near(case, on),
    ("capitalise", "system"): lambda case, about, on: capitalise(case, on),
    ("instalment", "debtor"): lambda case, about, on: instalment_passed(case, on),
    ("instalment_reminder", "system"): lambda case, about, on: remind_instalment(case, on),
    ("settlement", "debtor"): lambda case, about, on: settlement_passed(case, on),
    ("refused_review", "member"): _closed_refused,
    ("draft", "member"): _draft_given_up,
}


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
        data={"kind": deadline.name, "actor": deadline.actor},
    )
    if deadline.actor == "member" and not any(d.actor == "team" for d in open_deadlines(case)):
        add_task(case, "work", as_of, data={"why": f"the member did not answer: {deadline.name}"})
