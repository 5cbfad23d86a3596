"""The cumulative index of a set of interest terms: what one unit of principal earns up to a day, exact.

The index is a whole number on every day, so that principal x (index(to) - index(from)) / denominator is the
interest between two days without a loop over the years, and a database reckons the same number.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from recovery.law.values import InterestTerms

Splits = tuple[tuple[int, int], ...]
YearDays = int | Literal["actual"]

# A fixed rate has no table of its own; its index covers these days.
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2199, 12, 31)
LEAST_SCALE = 100  # statutory rates have two decimals


@dataclass(frozen=True, slots=True)
class RateRow:
    """A rate in percent per year, from a day on, with its article."""

    starts_on: date
    rate: Decimal
    basis: str
    confidence: str


@dataclass(frozen=True, slots=True, eq=False)
class InterestIndex:
    """The index of one set of terms; days are proleptic ordinals.

    A line is a stretch of one rate between two splits; statements show lines and some laws round each.
    Interest in minor units is base x (at(to) - at(from)) / denominator. `uncertain` are the rows of that
    confidence, each with its first day and the day after its last.
    """

    rows: tuple[RateRow, ...]
    starts: tuple[int, ...]
    row_of: tuple[int, ...]
    steps: tuple[int, ...]
    sums: tuple[int, ...]
    denominator: int
    known_through: int
    uncertain: tuple[tuple[int, int, RateRow], ...] = ()

    def at(self, day: int) -> int:
        """Return the index at the beginning of a day: the sum of the daily steps of all days before it."""
        line = bisect_right(self.starts, day) - 1
        return self.sums[line] + (day - self.starts[line]) * self.steps[line]

    def line_of(self, day: int) -> int:
        """Return the number of the line that a day falls in."""
        return bisect_right(self.starts, day) - 1

    def row(self, line: int) -> RateRow:
        """Return the rate of a line."""
        return self.rows[self.row_of[line]]

    def lines(self, first: int, end: int) -> Iterator[tuple[int, int, int]]:
        """Yield (line, first day, day after the last) for each line from `first` to the day before `end`."""
        starts, line = self.starts, bisect_right(self.starts, first) - 1
        while first < end:
            stop = starts[line + 1] if line + 1 < len(starts) and starts[line + 1] < end else end
            yield line, first, stop
            first, line = stop, line + 1

    def covers(self, day: date) -> bool:
        """Tell whether the index begins on or before a day."""
        return self.starts[0] <= day.toordinal()


@lru_cache(maxsize=8192)
def index_of(terms: InterestTerms, splits: Splits, year_days: YearDays) -> InterestIndex:
    """Return the index of a set of terms; it ends where its rates are no longer confirmed."""
    rows, through = _rows(terms)
    first = rows[0].starts_on
    changes = {row.starts_on.toordinal(): number for number, row in enumerate(rows)}
    days = set(changes) | {day for day in _split_days(splits, first, through) if day >= first.toordinal()}
    starts = tuple(sorted(days))
    scale = max(LEAST_SCALE, *(_scale(row.rate) for row in rows))
    row_of: list[int] = []
    steps: list[int] = []
    sums: list[int] = []
    number = total = 0
    for place, day in enumerate(starts):
        number = changes.get(day, number)
        if place:
            total += (day - starts[place - 1]) * steps[-1]
        row_of.append(number)
        steps.append(int(rows[number].rate * scale) * _weight(day, year_days))
        sums.append(total)
    year = 365 * 366 if year_days == "actual" else year_days
    return InterestIndex(
        rows,
        starts,
        tuple(row_of),
        tuple(steps),
        tuple(sums),
        100 * scale * year,
        through.toordinal(),
        _uncertain(rows),
    )


def _uncertain(rows: tuple[RateRow, ...]) -> tuple[tuple[int, int, RateRow], ...]:
    ends = [*(row.starts_on for row in rows[1:]), date.max]
    return tuple(
        (row.starts_on.toordinal(), end.toordinal(), row)
        for row, end in zip(rows, ends, strict=True)
        if row.confidence == "uncertain"
    )


def _scale(rate: Decimal) -> int:
    scale: int = 10 ** max(0, -int(rate.normalize().as_tuple().exponent))
    return scale


def _weight(day: int, year_days: YearDays) -> int:
    """Return what a day counts: with the actual year, 1/365 or 1/366 over their common denominator."""
    if year_days != "actual":
        return 1
    year = date.fromordinal(day).year
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 365 if leap else 366


def _split_days(splits: Splits, first: date, last: date) -> list[int]:
    years = range(first.year, last.year + 2)
    return [date(year, month, day).toordinal() for year in years for month, day in splits]


def _rows(terms: InterestTerms) -> tuple[tuple[RateRow, ...], date]:
    """Return the rates of the terms over their whole time, and the last day for which they are known."""
    rows, through = _own_rows(terms)
    for day, later in terms.later:
        if day > through:
            break
        after, through = _own_rows(replace(later, later=()))
        source = later.parameter or later.floor
        if source is not None:
            source.on(day)
        held = max((row for row in after if row.starts_on <= day), key=lambda row: row.starts_on)
        rows = [row for row in rows if row.starts_on < day]
        rows.append(replace(held, starts_on=day))
        rows += [row for row in after if row.starts_on > day]
    return tuple(rows), through


def _own_rows(terms: InterestTerms) -> tuple[list[RateRow], date]:
    source = terms.parameter or terms.floor
    if terms.waived or source is None:
        rate = Decimal(0) if terms.waived else (terms.fixed or Decimal(0)) + terms.plus
        return [RateRow(FIRST_DAY, rate, terms.basis, "confirmed")], LAST_DAY
    rows = []
    for dated in source.values:
        rate = Decimal(dated.value) + terms.plus
        if terms.fixed is not None:
            rate = max(terms.fixed, rate)
        label = f"{terms.basis}; {rate} % from {dated.starts_on}"
        rows.append(RateRow(dated.starts_on, rate, label, dated.confidence))
    return rows, source.confirmed_through
