"""What a manager asks to see, from the address of a page; the figures of another country are never shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from urllib.parse import urlencode

from recovery.errors import IntakeError
from recovery.figures.values import Asked
from recovery.money import minor_digits
from recovery.portal.visit import Visit


def asked_of(visit: Visit, given: Mapping[str, str]) -> Asked:
    """Return what is asked for; what cannot be read is as if it were not asked."""
    return Asked(
        country=visit.country or _code(given.get("country", "")),
        partner=_code(given.get("partner", "")),
        currency=_currency(given.get("currency", "")),
        first=_month(given.get("first", "")),
        last=_month(given.get("last", "")),
    )


def _code(text: str) -> str | None:
    return text.upper() if len(text) == 2 and text.isascii() and text.isalpha() else None


def _currency(text: str) -> str | None:
    try:
        minor_digits(text.upper())
    except IntakeError:
        return None
    return text.upper()


def _month(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


def query_of(asked: Asked, **more: str | None) -> str:
    """Return what is asked for as the query of an address."""
    given = {
        "country": asked.country,
        "partner": asked.partner,
        "currency": asked.currency,
        "first": month_text(asked.first),
        "last": month_text(asked.last),
        **more,
    }
    return urlencode({name: value for name, value in given.items() if value})


def month_text(day: date | None) -> str:
    """Return a month as it stands in an address."""
    return f"{day:%Y-%m}" if day else ""
