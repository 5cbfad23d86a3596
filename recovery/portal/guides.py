"""How recovery works in each country: pages made from the country's own rules."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from recovery.errors import LawError
from recovery.law.claim import parse_claim
from recovery.letters.reviews import counted
from recovery.people.partners import partner_text
from recovery.portal.pages import language_of, page
from recovery.quote import quote
from recovery.registry import adapter_of, countries
from recovery.store.database import reading

router = APIRouter(prefix="/countries")
SAMPLE = "1000.00"
SINCE = timedelta(days=90)


@router.get("")
def guides(request: Request) -> Response:
    """Show which countries are served."""
    return page(request, "countries.html", adapters={code: adapter_of(code) for code in countries()})


@router.get("/{code}")
def guide(request: Request, code: str) -> Response:
    """Show how recovery works in a country: steps, terms, costs, courts."""
    if code.upper() not in countries():
        raise HTTPException(404)
    adapter = adapter_of(code.upper())
    day = adapter.today(datetime.now(UTC))
    with reading() as session:
        said = partner_text(session, adapter.country, language_of(request))
    return page(request, "country.html", said=said, **_facts(adapter.country, day))


@lru_cache(maxsize=64)
def _facts(code: str, day: date) -> dict[str, Any]:
    """Return what a country's page tells on a day, with a sample claim between businesses of that country's law."""
    adapter = adapter_of(code)
    return {
        "code": code,
        "service": adapter.service,
        "adapter": adapter,
        "sample": _sample(code, adapter.currency, day),
        "since": day - SINCE,
        "letters_read": counted(code),
        "contact": {kind: adapter.contact_rule(kind == "person", day) for kind in ("business", "person")},
    }


def _sample(code: str, currency: str, day: date) -> dict[str, Any] | None:
    due = (day - SINCE).isoformat()
    claim = {
        "creditor": {"country": code},
        "debtor": {"country": code, "kind": "business"},
        "invoices": [{"number": "1", "amount": SAMPLE, "currency": currency, "issued": due, "due": due}],
    }
    try:
        return quote(parse_claim(claim), day).as_dict()
    except LawError:
        return None
