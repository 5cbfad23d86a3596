"""Interest of one debt: segments of one rate and one base, in whole minor units.

The reckoning is exact: a segment is base x rate x days / (100 x days of the year), kept as a
fraction of integers and rounded half up by the country's convention, once per line or once in all.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from recovery.law.periods import add_months
from recovery.law.values import InterestTerms, Segment
from recovery.money import Money, round_half_up


@dataclass(frozen=True, slots=True)
class RateRow:
    """A rate in percent per year, from a day on, with its article."""

    starts_on: date
    rate: Decimal
    basis: str
    confidence: str


@dataclass(frozen=True, slots=True)
class RateTable:
    """The rates of one set of terms over a period; `known_through` is its last day."""

    rows: tuple[RateRow, ...]
    starts: tuple[date, ...]
    known_through: date

    def at(self, day: date) -> RateRow:
        """Return the row that holds on a day within the table."""
        return self.rows[bisect_right(self.starts, day) - 1]

    def change_after(self, day: date) -> date:
        """Return the first day after `day` with another row."""
        index = bisect_right(self.starts, day)
        return self.starts[index] if index < len(self.starts) else date.max


def rate_table(terms: InterestTerms, first: date, last: date) -> RateTable:
    """Return the rates that apply over `first`..`last`, cut where they are no longer confirmed.

    Raises:
        LawError: the first day itself is not known.
    """
    if terms.waived:
        return RateTable((RateRow(first, Decimal(0), terms.basis, "confirmed"),), (first,), date.max)
    source = terms.parameter or terms.floor
    if source is None:
        row = RateRow(first, terms.fixed or Decimal(0), terms.basis, "confirmed")
        return RateTable((row,), (first,), date.max)
    through = min(last, source.confirmed_through)
    rows = []
    for day, dated in source.changes(first, max(first, through)):
        rate = Decimal(dated.value)
        if terms.fixed is not None:
            rate = max(terms.fixed, rate)
        label = f"{terms.basis}; {rate} % from {dated.starts_on}"
        rows.append(RateRow(day, rate, label, dated.confidence))
    return RateTable(tuple(rows), tuple(row.starts_on for row in rows), source.confirmed_through)


@dataclass
class InterestRun:
    """The running interest of one debt; amounts are minor units of `currency`."""

    currency: str
    principal: int
    first_day: date
    table: RateTable
    splits: tuple[tuple[int, int], ...]
    year_days: int = 365
    rounds: Literal["line", "total"] = "line"
    capitalises: bool = False
    cursor: date = field(init=False)
    exact: Fraction = field(init=False, default=Fraction(0))
    accrued: int = field(init=False, default=0)
    paid: int = field(init=False, default=0)
    capitalised: int = field(init=False, default=0)
    segments: list[Segment] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.cursor = self.first_day

    @property
    def owed(self) -> int:
        """Interest accrued and not yet paid."""
        return self.accrued - self.paid

    @property
    def base(self) -> int:
        """What bears interest: the open principal and the capitalised interest still open."""
        return self.principal + min(self.capitalised, self.owed)

    def accrue(self, until: date) -> None:
        """Reckon the interest of the days from the cursor to the day before `until`."""
        until = min(until, _day_after(self.table.known_through))
        for end in self._ends(until):
            self._add(end)
            if self.capitalises and self._is_anniversary(end):
                self.capitalised = self.owed
            self.cursor = end

    def _ends(self, until: date) -> Iterator[date]:
        day = self.cursor
        while day < until:
            end = min(until, self.table.change_after(day), self._split_after(day))
            if self.capitalises:
                end = min(end, self._anniversary_after(day))
            yield end
            day = end

    def _split_after(self, day: date) -> date:
        candidates = (date(year, m, d) for year in (day.year, day.year + 1) for m, d in self.splits)
        return min((split for split in candidates if split > day), default=date.max)

    def _anniversary_after(self, day: date) -> date:
        years = max(1, day.year - self.first_day.year)
        anniversary = add_months(self.first_day, 12 * years)
        return anniversary if anniversary > day else add_months(self.first_day, 12 * (years + 1))

    def _is_anniversary(self, day: date) -> bool:
        years = day.year - self.first_day.year
        return years > 0 and add_months(self.first_day, 12 * years) == day

    def _add(self, end: date) -> None:
        days, base = (end - self.cursor).days, self.base
        row = self.table.at(self.cursor)
        rate_over, rate_under = row.rate.as_integer_ratio()
        over, under = base * rate_over * days, 100 * self.year_days * rate_under
        if self.rounds == "line":
            amount = round_half_up(over, under)
        else:
            self.exact += Fraction(over, under)
            amount = round_half_up(self.exact.numerator, self.exact.denominator) - self.accrued
        self.accrued += amount
        self.segments.append(
            Segment(
                self.cursor,
                end - timedelta(days=1),
                days,
                Money(base, self.currency),
                row.rate,
                Money(amount, self.currency),
                row.basis,
            )
        )


def _day_after(day: date) -> date:
    return day if day == date.max else day + timedelta(days=1)
