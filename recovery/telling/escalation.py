"""Late and nearly late: who is told of a deadline of a person, and when, once a level.

The charter asks that every deadline has an owner and that none passes unseen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select

from recovery.case.record import CaseRecord
from recovery.case.store import load
from recovery.case.transition import record
from recovery.errors import known
from recovery.store.database import divided, look, transact
from recovery.store.tables import Deadline
from recovery.telling.notices import Recipient, put_notice

HANDLER, LEAD, MANAGER = 1, 2, 3
# Reasons, all from the charter's word that every deadline has an owner and none passes unseen:
# two days leave the handler a whole day to do what is due;
HANDLER_DAYS = 2
# a member, who has other work, is left a weekend to answer;
MEMBER_DAYS = 3
# a lead has a week to find who does it, before it is the manager's.
MANAGER_DAYS = 7
# A month is the least in which an application to a court abroad can still be made ready and lodged.
LIMITATION_DAYS = 30
# No deadline that lies further ahead concerns anybody yet: a task before limitation is set for a week's time.
HORIZON_DAYS = 31
LIMITATION = "act_before_limitation"
CHUNK = 200


@dataclass
class Escalated:
    """How many notices went to whom, and how many deadlines nobody could be told of."""

    member: int = 0
    handler: int = 0
    lead: int = 0
    manager: int = 0
    failed: int = 0
    errors: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """The notices altogether."""
        return self.member + self.handler + self.lead + self.manager

    def add(self, other: Escalated) -> None:
        """Add the counts of another chunk."""
        self.member += other.member
        self.handler += other.handler
        self.lead += other.lead
        self.manager += other.manager
        self.failed += other.failed
        self.errors += other.errors


def escalate_all(as_of: date, country: str) -> Escalated:
    """Tell who must be told in a country, a chunk of deadlines a transaction; repeating it tells nobody again."""
    total = Escalated()
    found = look(lambda session: candidates(session, as_of, country))
    tell = lambda some: transact(lambda session: _tell_of(session, some, as_of))  # noqa: E731
    for start in range(0, len(found), CHUNK):
        for told in divided(found[start : start + CHUNK], tell, partial(_not_told, total)):
            total.add(told)
    return total


def _not_told(total: Escalated, one: tuple[str, int], failure: Exception) -> None:
    total.failed += 1
    total.errors.append(f"deadline {one[1]}: {known(failure).message}")


def escalate(session: Session, as_of: date, country: str) -> Escalated:
    """Tell who must be told in a country, within one unit of work, and note it in the cases."""
    return _tell_of(session, candidates(session, as_of, country), as_of)


def candidates(session: Session, as_of: date, country: str) -> list[tuple[str, int]]:
    """Return the deadlines of which somebody is to be told, by case: claim and id."""
    query = (
        select(col(Deadline.claim_id), col(Deadline.id))
        .where(Deadline.country == country, col(Deadline.status).in_(("open", "late")))
        .where(col(Deadline.due_on) <= as_of + timedelta(days=HORIZON_DAYS))
        .where(or_(_member_soon(as_of), _team_due(as_of), _limitation_due(as_of)))
        .order_by(col(Deadline.claim_id), col(Deadline.id))
    )
    return [(claim_id, found) for claim_id, found in session.exec(query) if found is not None]


def _tell_of(session: Session, found: list[tuple[str, int]], as_of: date) -> Escalated:
    """Look at deadlines again, their cases locked in the order of their ids, and tell what another has not told."""
    told = Escalated()
    for claim_id, deadline_id in found:
        case = load(session, claim_id)
        deadline = session.get_one(Deadline, deadline_id, populate_existing=True)
        for level in due_levels(deadline, as_of):
            _tell(case, deadline, level, as_of, told)
    return told


def due_levels(deadline: Deadline, as_of: date) -> list[int]:
    """Return the levels that are due and were not told: what is late for a lead need not be announced any more."""
    if deadline.status not in ("open", "late"):
        return []
    reached = _reached(deadline, as_of)
    levels = range(deadline.escalated + 1, reached + 1)
    return [level for level in levels if level >= LEAD or reached == HANDLER]


def _reached(deadline: Deadline, as_of: date) -> int:
    """Return the level that a deadline has reached on a day."""
    days_late = (as_of - deadline.due_on).days
    if deadline.actor == "member":
        return HANDLER if days_late >= -MEMBER_DAYS else 0
    if deadline.actor != "team":
        return 0
    if days_late >= MANAGER_DAYS or _last_month(deadline, as_of):
        return MANAGER
    if days_late > 0 or deadline.kind == LIMITATION:
        return LEAD
    return HANDLER if days_late >= -HANDLER_DAYS else 0


def _last_month(deadline: Deadline, as_of: date) -> bool:
    safe = deadline.data.get("last_safe_day") if deadline.kind == LIMITATION else None
    return safe is not None and date.fromisoformat(safe) <= as_of + timedelta(days=LIMITATION_DAYS)


def _not_yet(level: int) -> ColumnElement[bool]:
    return col(Deadline.escalated) < level


def _member_soon(as_of: date) -> ColumnElement[bool]:
    soon = col(Deadline.due_on) <= as_of + timedelta(days=MEMBER_DAYS)
    return and_(col(Deadline.actor) == "member", _not_yet(HANDLER), soon)


def _team_due(as_of: date) -> ColumnElement[bool]:
    due_on = col(Deadline.due_on)
    return and_(
        col(Deadline.actor) == "team",
        or_(
            and_(_not_yet(HANDLER), due_on <= as_of + timedelta(days=HANDLER_DAYS)),
            and_(_not_yet(LEAD), due_on < as_of),
            and_(_not_yet(MANAGER), due_on <= as_of - timedelta(days=MANAGER_DAYS)),
        ),
    )


def _limitation_due(as_of: date) -> ColumnElement[bool]:
    safe, day = col(Deadline.data)["last_safe_day"].as_string(), as_of + timedelta(days=LIMITATION_DAYS)
    near = and_(_not_yet(MANAGER), safe <= day.isoformat())
    return and_(col(Deadline.actor) == "team", col(Deadline.kind) == LIMITATION, or_(_not_yet(LEAD), near))


def _tell(case: CaseRecord, deadline: Deadline, level: int, as_of: date, told: Escalated) -> None:
    """Note a level in the deadline and the case, and put the notice down."""
    to, kind = _notice(deadline, level)
    deadline.escalated = level
    data = {"level": level, "kind": deadline.name, "deadline": deadline.id, "to": to}
    record(case, "escalated", actor="system", on=as_of, data=data)
    put_notice(case, f"{case.claim_id}:escalated:{deadline.id}:{level}", kind, to)
    setattr(told, to, getattr(told, to) + 1)


def _notice(deadline: Deadline, level: int) -> tuple[Recipient, str]:
    """Return whom a level concerns and with which notice."""
    if deadline.actor == "member":
        return "member", "task_near"
    if level == HANDLER:
        return "handler", "deadline_near"
    to: Recipient = "lead" if level == LEAD else "manager"
    if deadline.kind == LIMITATION:
        return to, "limitation_near"
    return to, "deadline_late" if level == LEAD else "escalated"
