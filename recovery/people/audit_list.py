"""Reading the audit: narrowed by kind, actor and period, the latest first."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from recovery.store.portal_tables import Account, AuditEntry

MOST_COUNTED = 10_000
MOST_ROWS = 50_000
COLUMNS = ("at", "actor", "kind", "subject", "reason", "data")
# A cell that begins so is a formula to a spreadsheet.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Which:
    """What is asked for; `actor` is an id or the address of an account, days are those of `zone`, both included."""

    kind: str = ""
    actor: str = ""
    first: date | None = None
    last: date | None = None
    zone: str = "Europe/Brussels"


def entries(session: Session, which: Which, offset: int, limit: int) -> list[AuditEntry]:
    """Return some entries, the latest first."""
    query = select(AuditEntry).where(*_narrowed(session, which)).order_by(col(AuditEntry.id).desc())
    return list(session.exec(query.offset(offset).limit(limit)))


def count(session: Session, which: Which) -> int:
    """Return how many entries there are, counted up to `MOST_COUNTED`."""
    some = select(AuditEntry.id).where(*_narrowed(session, which)).limit(MOST_COUNTED).subquery()
    return session.exec(select(func.count()).select_from(some)).one()


def _narrowed(session: Session, which: Which) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if which.kind:
        found.append(col(AuditEntry.kind) == which.kind)
    if which.actor:
        plain = which.actor.strip().lower()
        known = session.exec(select(Account.id).where(Account.email == plain)).first()
        found.append(col(AuditEntry.actor) == (known or which.actor.strip()))
    if which.first:
        found.append(col(AuditEntry.at) >= begins(which.first, which.zone))
    if which.last and which.last < date.max:
        found.append(col(AuditEntry.at) < begins(which.last + timedelta(days=1), which.zone))
    return found


def begins(day: date, zone: str) -> datetime:
    """Return the instant at which a day begins in a zone."""
    return datetime.combine(day, time(), ZoneInfo(zone))


def names_of(session: Session, found: Iterable[AuditEntry]) -> dict[str, str]:
    """Return the addresses of the accounts that entries name."""
    ids = {key for one in found for key in (one.actor, one.subject)}
    return dict(session.exec(select(Account.id, Account.email).where(col(Account.id).in_(ids))).all())


def as_csv(found: Iterable[AuditEntry]) -> bytes:
    """Return entries as comma-separated values, people by their ids alone; no cell is a formula."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    for one in found:
        data = json.dumps(one.data, sort_keys=True, ensure_ascii=False)
        rows.writerow(map(plain_cell, (one.at.isoformat(), one.actor, one.kind, one.subject, one.reason, data)))
    return text.getvalue().encode("utf-8-sig")


def plain_cell(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
