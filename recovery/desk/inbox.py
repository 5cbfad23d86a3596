"""What a team has to look at: counted, listed and found; every question takes one page of rows, never all cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, or_, true
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from recovery.post.returns import GONE_WRONG
from recovery.registry import adapter_of
from recovery.store.tables import (
    BankEntry,
    Case,
    ClaimInvoice,
    Deadline,
    FormerReference,
    Message,
    Party,
    Shipment,
    TeamMember,
)
from recovery.telling.messages import unread_of

QUEUES = ("accept", "answers", "today", "late", "member", "disputes", "messages", "court", "open")
# How a list may be sorted: by what is due (or was filed) first, the sum, the age or the debtor.
SORTS = ("due", "sum", "age", "debtor")
# Queues that go by what is due; whatever else a case waits for.
DUE = ("answers", "today", "late", "member")
WAITING = ("open", "late")
BANK_WAITS = ("proposed", "unmatched", "partly", "taken_back")
AT_REST = ("draft", "filed", "closed")
IN_COURT = ("judicial", "enforcement")
MOST_FOUND = 100


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
    creditor: str = ""

    @property
    def initials(self) -> str:
        """Who works it, in two letters."""
        return "".join(part[0] for part in (self.handler or "–").split()[:2]).upper()


def counts(session: Session, scope: Scope, day: date) -> dict[str, int]:
    """Return how many cases lie in each queue, and how many bank entries wait for a decision."""
    by_state = dict(
        session.exec(select(Case.state, func.count()).where(*_within(scope)).group_by(col(Case.state))).all()
    )
    return {
        "accept": by_state.get("awaiting_acceptance", 0),
        "disputes": by_state.get("disputed", 0),
        "court": sum(by_state.get(state, 0) for state in IN_COURT),
        "returned": session.exec(_returned(scope)).one(),
        "open": sum(number for state, number in by_state.items() if state not in AT_REST),
        **{queue: session.exec(_number(queue, scope, day)).one() for queue in DUE},
        "messages": session.exec(select(func.count()).select_from(_with_news(scope).subquery())).one(),
        "bank": session.exec(_bank(scope)).one(),
    }


def _returned(scope: Scope) -> SelectOfScalar[int]:
    """Return the query that counts the letters that came back or did not arrive, of cases at work."""
    query = select(func.count(func.distinct(col(Shipment.claim_id)))).where(col(Shipment.status).in_(GONE_WRONG))
    at_work = select(Case.claim_id).where(*_within(scope), col(Case.state).not_in(AT_REST))
    return query.where(col(Shipment.claim_id).in_(at_work))


def _bank(scope: Scope) -> Any:
    """Return the query that counts the bank entries that a person must decide on."""
    waiting = select(func.count()).select_from(BankEntry).where(col(BankEntry.status).in_(BANK_WAITS))
    if scope.country is None:
        return waiting
    return waiting.where(BankEntry.account == adapter_of(scope.country).service["iban"])


def rows(session: Session, queue: str, scope: Scope, day: date, first: int, size: int, sort: str = "due") -> list[Row]:
    """Return one page of a queue: what is due first, or was filed first, before the rest; or sorted otherwise."""
    whose = "member" if queue == "member" else "team"
    return _rows(session, claims(session, queue, scope, day, first, size, sort), whose)


def claims(
    session: Session, queue: str, scope: Scope, day: date, first: int, size: int, sort: str = "due"
) -> list[Case]:
    """Return the cases of one page of a queue, in its order."""
    if sort != "due":
        inside = _due(queue, scope, day, select(Deadline.claim_id)) if queue in DUE else _cases(queue, scope)
        query = select(Case).where(col(Case.claim_id).in_(inside))
        return list(session.exec(_sorted(query, sort).offset(first).limit(size)))
    if queue in DUE:
        query = _due(queue, scope, day, select(Deadline.claim_id)).group_by(col(Deadline.claim_id))
        page = query.order_by(func.min(col(Deadline.due_on)), col(Deadline.claim_id)).offset(first).limit(size)
        return _in_order(session, list(session.exec(page)))
    ordered = _cases(queue, scope).order_by(col(Case.filed_on), col(Case.claim_id))
    return _in_order(session, list(session.exec(ordered.offset(first).limit(size))))


def _sorted(query: Any, sort: str) -> Any:
    """Return a query for cases in an order that a person chose; amounts are compared within their currency."""
    if sort == "sum":
        return query.order_by(col(Case.currency), col(Case.principal_open_minor).desc(), col(Case.claim_id))
    if sort == "age":
        oldest = select(func.min(ClaimInvoice.due_on)).where(ClaimInvoice.claim_id == Case.claim_id).scalar_subquery()
        return query.order_by(oldest, col(Case.claim_id))
    query = query.join(Party, (col(Party.claim_id) == col(Case.claim_id)) & (col(Party.role) == "debtor"))
    return query.order_by(func.lower(col(Party.name)), col(Case.claim_id))


def _in_order(session: Session, ids: list[str]) -> list[Case]:
    cases = {case.claim_id: case for case in session.exec(select(Case).where(col(Case.claim_id).in_(ids)))}
    return [cases[claim] for claim in ids]


def _cases(queue: str, scope: Scope) -> SelectOfScalar[str]:
    """Return the claims of a queue that goes by what the case is."""
    query = select(Case.claim_id).where(*_within(scope))
    if queue == "accept":
        return query.where(Case.state == "awaiting_acceptance")
    if queue == "court":
        return query.where(col(Case.state).in_(IN_COURT))
    if queue == "disputes":
        return query.where(Case.state == "disputed")
    if queue == "messages":
        return query.where(col(Case.claim_id).in_(_with_news(scope)))
    return query.where(col(Case.state).not_in(AT_REST))


def _with_news(scope: Scope) -> SelectOfScalar[str]:
    """Return the claims whose member has written something that the team has not read."""
    query = select(Message.claim_id).where(Message.sender_role == "member", col(Message.read_at).is_(None)).distinct()
    return query.join(Case, col(Case.claim_id) == col(Message.claim_id)).where(*_within(scope))


def _number(queue: str, scope: Scope, day: date) -> SelectOfScalar[int]:
    found: SelectOfScalar[int] = _due(queue, scope, day, select(func.count(func.distinct(col(Deadline.claim_id)))))
    return found


def _due(queue: str, scope: Scope, day: date, query: Any) -> Any:
    """Return a query over the deadlines of a queue that goes by what is due."""
    query = query.where(Deadline.actor == ("member" if queue == "member" else "team"))
    if scope.country:
        query = query.where(Deadline.country == scope.country)
    if queue == "late":
        query = query.where(col(Deadline.status).in_(WAITING), col(Deadline.due_on) < day)
    elif queue == "today":
        query = query.where(Deadline.status == "open", Deadline.due_on == day)
    elif queue == "answers":
        query = query.where(col(Deadline.status).in_(WAITING), Deadline.kind == "debtor_answer")
    else:
        query = query.where(col(Deadline.status).in_(WAITING))
    if scope.handlers is None and scope.state is None:
        return query
    return query.where(col(Deadline.claim_id).in_(select(Case.claim_id).where(*_within(scope))))


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
    return _rows(session, list(session.exec(query.limit(MOST_FOUND))), "team")


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
    """Return the claims of which a name holds the text, or a number where it has a digit, or an address with its @."""
    held = f"%{_escaped(asked)}%"
    # SQLite's LIKE does not tell capitals from small letters; PostgreSQL's ILIKE does the same.
    name = "like" if session.get_bind().dialect.name == "sqlite" else "ilike"
    holds = lambda column: getattr(col(column), name)(held, escape="\\")  # noqa: E731
    digits = any(sign.isdigit() for sign in asked)
    more = [holds(Party.vat)] * digits + [holds(Party.email)] * ("@" in asked)
    looked = [select(Party.claim_id).where(or_(holds(Party.name), *more))]
    looked += [select(ClaimInvoice.claim_id).where(holds(ClaimInvoice.number))] * digits
    return [claim for one in looked for claim in session.exec(one.limit(MOST_FOUND))]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _rows(session: Session, cases: Sequence[Case], whose: str) -> list[Row]:
    """Return cases as rows, with what each needs from other tables asked for once."""
    ids = [case.claim_id for case in cases]
    named = session.exec(select(Party.claim_id, Party.role, Party.name).where(col(Party.claim_id).in_(ids)))
    parties = {(claim, role): name for claim, role, name in named}
    people = dict(session.exec(select(TeamMember.id, TeamMember.name)).all())
    due: dict[str, Deadline] = {}
    # By the claims alone: a planner that also sees actor and state may read everybody's deadlines instead.
    query = select(Deadline).where(col(Deadline.claim_id).in_(ids))
    for deadline in sorted(session.exec(query), key=lambda one: (one.due_on, one.id or 0)):
        if deadline.status in WAITING and deadline.actor == whose:
            due.setdefault(deadline.claim_id, deadline)
    unread = unread_of(session, ids, "team")
    return [
        Row(
            case,
            parties.get((case.claim_id, "debtor"), ""),
            people.get(case.handler_id or ""),
            due[case.claim_id].name if case.claim_id in due else None,
            due[case.claim_id].due_on if case.claim_id in due else None,
            unread.get(case.claim_id, 0),
            parties.get((case.claim_id, "creditor"), ""),
        )
        for case in cases
    ]
