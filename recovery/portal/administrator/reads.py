"""Who looked at whose data, as a list and as a file: for who answers for it, and for a person who asks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from recovery.people.audit_list import MOST_COUNTED, MOST_ROWS
from recovery.people.read_list import Which, as_csv, count, reads, references_of
from recovery.portal.lists import as_file, day_asked, pages_of
from recovery.portal.pages import page
from recovery.portal.texts import N_
from recovery.portal.visit import OfAdministrator
from recovery.settings import settings
from recovery.store.database import reading
from recovery.store.portal_tables import Account

router = APIRouter(prefix="/administrator/reads")
SIZE = 50
WAYS = {
    "case": N_("the case’s page"),
    "document": N_("a paper or letter"),
    "search": N_("found by a search"),
    "export": N_("all of it, by a command"),
}


@router.get("")
def shown(request: Request, visit: OfAdministrator, number: int = 1) -> Response:
    """Show the entries that are asked for, the latest first."""
    which = _which(request.query_params)
    asked = _asked(which)
    query = urlencode({name: value for name, value in asked.items() if value})
    with reading() as session:
        counted = count(session, which)
        pages = pages_of("/administrator/reads", number, counted, SIZE, query)
        rows = reads(session, which, (pages["number"] - 1) * SIZE, SIZE)
        people = {key: one.email for key in {row.person for row in rows} if (one := session.get(Account, key))}
        cases = references_of(session, rows)
    values: dict[str, Any] = {"rows": rows, "people": people, "cases": cases, "pages": pages, "ways": WAYS}
    values |= {"more": counted >= MOST_COUNTED, "asked": asked, "kept": query, "days": settings().reads_days}
    return page(request, "administrator/reads.html", **values)


@router.get(".csv")
def as_values(request: Request, visit: OfAdministrator) -> Response:
    """Return the entries that are asked for as comma-separated values."""
    with reading() as session:
        content = as_csv(session, reads(session, _which(request.query_params), 0, MOST_ROWS))
    return as_file(f"reads-{datetime.now(UTC).date()}.csv", "text/csv; charset=utf-8", content)


def _which(given: Mapping[str, str]) -> Which:
    """Return what is asked for; what cannot be read is as if it were not asked."""
    return Which(
        given.get("person", ""), given.get("case", ""), day_asked(given.get("first")), day_asked(given.get("last"))
    )


def _asked(which: Which) -> dict[str, str]:
    days = {name: day.isoformat() if day else "" for name, day in (("first", which.first), ("last", which.last))}
    return {"person": which.person, "case": which.case, **days}
