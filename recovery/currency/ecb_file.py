"""The ECB's own file of euro reference rates over HTTP: the last ninety days, each with its fixings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from recovery.currency.ecb import REFERENCE, far_from_known
from recovery.errors import GatewayError, IntakeError
from recovery.http import NoAnswer, ask
from recovery.safe_xml import parse_xml
from recovery.settings import settings

NAME = REFERENCE
SECONDS = 20.0
MOST_BYTES = 2_000_000
_CUBE = "{http://www.ecb.int/vocabulary/2002-08-01/eurofxref}Cube"


def fetch(today: date, url: str | None = None) -> dict[date, dict[str, Decimal]]:
    """Return the fixings of each day of the file, oldest first, up to `today`; one that cannot be is left out.

    Raises:
        GatewayError: no answer in time, or none that is such a file.
    """
    try:
        answer = ask("GET", url or settings().ecb_url, SECONDS, MOST_BYTES)
    except NoAnswer as error:
        raise _unavailable(str(error)) from None
    if answer.status != 200:
        raise _unavailable(f"it answered {answer.status}")
    try:
        root = parse_xml(answer.body, "ECB rates")
    except IntakeError:
        raise _unavailable("what it answered is not the file of rates") from None
    days: dict[date, dict[str, Decimal]] = {}
    for cube in root.iter(_CUBE):
        day = _day(cube.get("time"))
        if day and day <= today:
            days[day] = dict(_fixings(cube, day))
    if not any(days.values()):
        raise _unavailable("it names no day with rates")
    return dict(sorted(days.items()))


def _fixings(cube: Any, day: date) -> Iterator[tuple[str, Decimal]]:
    for row in cube:
        currency, rate = row.get("currency"), _rate(row.get("currency"), row.get("rate"), day)
        if rate is not None:
            yield currency, rate


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _rate(currency: str | None, text: str | None, day: date) -> Decimal | None:
    """Return a fixing if it can be one: a positive number near the last one known of its currency."""
    try:
        value = Decimal(text or "")
    except InvalidOperation:
        return None
    if not currency or not value.is_finite() or value <= 0 or far_from_known("EUR", currency, value, day):
        return None
    return value


def _unavailable(why: str) -> GatewayError:
    return GatewayError(
        f"{NAME}: {why}; tried again later, the rates known so far serve; check RECOVERY_ECB_URL",
        code="rate_unavailable",
    )
