"""What a team has to look at: counted, listed and found; every question takes one page of rows, never all cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, true
from sqlmodel import Session, col, func, select

from recovery.cases.messages import unread_of
from recovery.store.tables import BankEntry, Case, ClaimInvoice, Deadline, FormerReference, Message, Party, TeamMember

QUEUES = ("accept", "today", "late", "member", "disputes", "messages", "open")
WAITING = ("open", "late")
MOST_FOUND = 200


@dataclass(frozen=True)
class Scope:
    """Whose cases: a country's or all (None), of some handlers or of anybody (None)."""

    country: str | None
    handlers: tuple[str, ...] | None = None
    state: str | None = None


@dataclass(frozen=True)
class Row:
    """One case of a list, with the deadline that comes first."""

    case: Case
    debtor: str
    handler: str | None
    kind: str | None
    due_on: date | None
    unread: int


def counts(session: Session, scope: Scope, day: date) -> dict[str, int]:
    """Return how many cases lie in each queue, and how many bank entries wait for a decision."""
    found = {
        queue: session.exec(select(func.count()).select_from(_ids(queue, scope, day).subquery())).one()
        for queue in QUEUES
    }
    return {**found, "bank": session.exec(_bank(scope)).one()}


def _bank(scope: Scope) -> Any:
    """Return the query that counts the bank entries that a person must decide on."""
    waiting = select(func.count()).select_from(BankEntry).where(col(BankEntry.status).in_(("proposed", "unmatched")))
    if scope.country is None:
        return waiting
    from recovery.registry import adapter_of

    return waiting.where(BankEntry.account == adapter_of(scope.country).service["iban"])


def rows(session: Session, queue: str, scope: Scope, day: date, first: int, size: int) -> list[Row]:
    """Return one page of a queue, what is due first before the rest."""
    ids = _ids(queue, scope, day).subquery()
    due = (
        select(func.min(col(Deadline.due_on)))
        .where(Deadline.claim_id == col(Case.claim_id), col(Deadline.status).in_(WAITING), *_owner(queue))
        .correlate(Case)
        .scalar_subquery()
    )
    query = select(Case).where(col(Case.claim_id).in_(select(ids.c[0])))
    ordered = (
        query.order_by(col(Case.filed_on), col(Case.reference))
        if queue == "open"
        else query.order_by(due, col(Case.reference))
    )
    return _rows(session, list(session.exec(ordered.offset(first).limit(size))), _owner(queue))


def _owner(queue: str) -> list[ColumnElement[bool]]:
    """Return whose deadlines a queue is about."""
    return [col(Deadline.actor) == "member"] if queue == "member" else [col(Deadline.actor) == "team"]


def _ids(queue: str, scope: Scope, day: date) -> Select[Any]:
    """Return the claim ids of a queue."""
    if queue in ("today", "late", "member"):
        return _by_deadline(queue, scope, day)
    query = select(Case.claim_id).where(*_within(scope))
    if queue == "accept":
        return query.where(Case.state == "awaiting_acceptance")
    if queue == "disputes":
        return query.where(Case.state == "disputed")
    if queue == "messages":
        new = select(Message.claim_id).where(Message.sender_role == "member", col(Message.read_at).is_(None))
        return query.where(col(Case.claim_id).in_(new))
    return query.where(col(Case.state).not_in(("draft", "filed", "closed")))


def _by_deadline(queue: str, scope: Scope, day: date) -> Select[Any]:
    place = [Deadline.country == scope.country] if scope.country else []
    query = select(Deadline.claim_id).where(*place, *_owner(queue)).distinct()
    if queue == "late":
        query = query.where(
            or_(col(Deadline.status) == "late", and_(col(Deadline.status) == "open", col(Deadline.due_on) < day))
        )
    elif queue == "today":
        query = query.where(Deadline.status == "open", Deadline.due_on == day)
    else:
        query = query.where(col(Deadline.status).in_(WAITING))
    narrow = _within(scope)
    return query.join(Case, col(Case.claim_id) == col(Deadline.claim_id)).where(*narrow) if _narrowed(scope) else query


def _narrowed(scope: Scope) -> bool:
    return scope.handlers is not None or scope.state is not None


def _within(scope: Scope) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [col(Case.debtor_country) == scope.country] if scope.country else []
    if scope.handlers is not None:
        found.append(col(Case.handler_id).in_(scope.handlers))
    if scope.state is not None:
        found.append(col(Case.state) == scope.state)
    return found or [true()]


def search(session: Session, text: str, scope: Scope) -> list[Row]:
    """Return the cases that a text names: a reference, an invoice, a party, an account, a payment reference."""
    asked = text.strip()
    if len(asked) < 2:
        return []
    ids = _named(session, asked) or _like(session, asked)
    query = select(Case).where(col(Case.claim_id).in_(ids), *_within(scope)).order_by(col(Case.filed_on).desc())
    return _rows(session, list(session.exec(query.limit(MOST_FOUND))), [])


def _named(session: Session, asked: str) -> list[str]:
    """Return the claims that a text names exactly."""
    plain = "".join(mark for mark in asked.upper() if mark.isalnum() or mark == "-")
    exact = (
        select(Case.claim_id).where(
            or_(col(Case.reference) == plain, col(Case.claim_id) == asked, col(Case.payment_reference) == plain)
        ),
        select(FormerReference.claim_id).where(FormerReference.reference == plain),
        select(ClaimInvoice.claim_id).where(ClaimInvoice.number == asked),
        select(Party.claim_id).where(Party.iban == plain),
    )
    return [claim for query in exact for claim in session.exec(query.limit(MOST_FOUND))]


def _like(session: Session, asked: str) -> list[str]:
    """Return the claims of which a party's name, number or address holds the text."""
    held = f"%{_escaped(asked.casefold())}%"
    query = select(Party.claim_id).where(
        or_(
            func.lower(col(Party.name)).like(held, escape="\\"),
            func.lower(col(Party.vat)).like(held, escape="\\"),
            func.lower(col(Party.email)).like(held, escape="\\"),
        )
    )
    numbered = select(ClaimInvoice.claim_id).where(func.lower(col(ClaimInvoice.number)).like(held, escape="\\"))
    return [claim for one in (query, numbered) for claim in session.exec(one.limit(MOST_FOUND))]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _rows(session: Session, cases: Sequence[Case], whose: list[ColumnElement[bool]]) -> list[Row]:
    """Return cases as rows, with what each needs from other tables asked for once."""
    ids = [case.claim_id for case in cases]
    debtors = dict(
        session.exec(
            select(Party.claim_id, Party.name).where(col(Party.claim_id).in_(ids), Party.role == "debtor")
        ).all()
    )
    people = dict(session.exec(select(TeamMember.id, TeamMember.name)).all())
    due: dict[str, Deadline] = {}
    query = select(Deadline).where(col(Deadline.claim_id).in_(ids), col(Deadline.status).in_(WAITING), *whose)
    for deadline in session.exec(query.order_by(col(Deadline.due_on), col(Deadline.id))):
        due.setdefault(deadline.claim_id, deadline)
    unread = unread_of(session, ids, "team")
    return [
        Row(
            case,
            debtors.get(case.claim_id, ""),
            people.get(case.handler_id or ""),
            due[case.claim_id].kind if case.claim_id in due else None,
            due[case.claim_id].due_on if case.claim_id in due else None,
            unread.get(case.claim_id, 0),
        )
        for case in cases
    ]
