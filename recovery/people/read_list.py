"""Reading who looked at whose data: narrowed by person, case and period, the latest first."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, func, select

from recovery.people.audit_list import MOST_COUNTED, begins, plain_cell
from recovery.store.portal_tables import Account, ReadEntry
from recovery.store.tables import Case, FormerReference

COLUMNS = ("at", "person", "case", "way")


@dataclass(frozen=True)
class Which:
    """What is asked for; `person` is an id or an address, `case` a reference or an id, days are those of `zone`."""

    person: str = ""
    case: str = ""
    first: date | None = None
    last: date | None = None
    zone: str = "Europe/Brussels"


def reads(session: Session, which: Which, offset: int, limit: int) -> list[ReadEntry]:
    """Return some entries, the latest first."""
    query = select(ReadEntry).where(*_narrowed(session, which)).order_by(col(ReadEntry.id).desc())
    return list(session.exec(query.offset(offset).limit(limit)))


def count(session: Session, which: Which) -> int:
    """Return how many entries there are, counted up to `MOST_COUNTED`."""
    some = select(ReadEntry.id).where(*_narrowed(session, which)).limit(MOST_COUNTED).subquery()
    return session.exec(select(func.count()).select_from(some)).one()


def _narrowed(session: Session, which: Which) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if which.person:
        plain = which.person.strip()
        known = session.exec(select(Account.id).where(Account.email == plain.lower())).first()
        found.append(col(ReadEntry.person) == (known or plain))
    if which.case:
        found.append(col(ReadEntry.claim_id).in_(_claims(session, which.case.strip())))
    if which.first:
        found.append(col(ReadEntry.at) >= begins(which.first, which.zone))
    if which.last and which.last < date.max:
        found.append(col(ReadEntry.at) < begins(which.last + timedelta(days=1), which.zone))
    return found


def _claims(session: Session, name: str) -> list[str]:
    """Return the claims of a name: a reference, a former one, or an id."""
    now = select(Case.claim_id).where(or_(col(Case.reference) == name.upper(), col(Case.claim_id) == name))
    before = select(FormerReference.claim_id).where(FormerReference.reference == name.upper())
    return [*session.exec(now), *session.exec(before)] or [name]


def references_of(session: Session, found: Iterable[ReadEntry]) -> dict[str, str]:
    """Return the present references of the cases that entries name."""
    ids = {one.claim_id for one in found}
    rows = session.exec(select(Case.claim_id, Case.reference).where(col(Case.claim_id).in_(ids))).all()
    return {claim: reference or claim for claim, reference in rows}


def as_csv(session: Session, found: list[ReadEntry]) -> bytes:
    """Return entries as comma-separated values, people by their ids alone; no cell is a formula."""
    names, text = references_of(session, found), io.StringIO()
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    for one in found:
        row = (one.at.isoformat(), one.person, names.get(one.claim_id, one.claim_id), one.way)
        rows.writerow(map(plain_cell, row))
    return text.getvalue().encode("utf-8-sig")
