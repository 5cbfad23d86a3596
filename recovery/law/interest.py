"""Interest of one debt in whole minor units, by the cumulative index of its terms.

A span is a stretch of one base: from a start, a payment or a capitalisation to the next. Within a span a law
rounds each line half up, or keeps the exact sum and rounds once in all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from recovery.law.index import InterestIndex
from recovery.law.periods import add_months
from recovery.law.values import Segment
from recovery.money import Money, round_half_up

Rounding = Literal["line", "total"]


@dataclass(frozen=True, slots=True)
class Span:
    """Days of one base, the day after the last; `exact` and `accrued` are the sums before it."""

    first: int
    end: int
    base: int
    exact: int
    accrued: int


@dataclass(frozen=True, slots=True)
class Position:
    """Where a debt's interest stands, so that a later day needs no replay.

    Owed on a later day before the next capitalisation: `settled` plus the line from `first_day` on `base`
    (and, where a law rounds once in all, on top of `exact`, which is over the index's denominator).
    """

    first_day: int
    base: int
    settled: int
    exact: int
    capitalises_on: int | None


def owed_on(position: Position, index: InterestIndex, rounds: Rounding, end: int) -> int:
    """Return the interest owed when its last day is the one before `end`, from a stored position alone."""
    end = min(end, index.known_through + 1)
    if end <= position.first_day:
        return position.settled + round_half_up(position.exact, index.denominator)
    if rounds == "total":
        grown = position.base * (index.at(end) - index.at(position.first_day))
        return position.settled + round_half_up(position.exact + grown, index.denominator)
    return position.settled + _by_line(index, position.base, position.first_day, end)


def _by_line(index: InterestIndex, base: int, first: int, end: int) -> int:
    """Return the sum of the lines from `first` to the day before `end`, each rounded half up; none is negative."""
    steps, under, total = index.steps, index.denominator, 0
    for line, start, stop in index.lines(first, end):
        total += (2 * base * steps[line] * (stop - start) + under) // (2 * under)
    return total


@dataclass
class InterestRun:
    """The running interest of one debt; amounts are minor units of `currency`.

    `cut` says that a payment has ended the last line: what follows is a new one.
    """

    currency: str
    principal: int
    first_day: date
    index: InterestIndex
    rounds: Rounding = "line"
    capitalises: bool = False
    cursor: int = field(init=False)
    exact: int = field(init=False, default=0)
    accrued: int = field(init=False, default=0)
    paid: int = field(init=False, default=0)
    capitalised: int = field(init=False, default=0)
    spans: list[Span] = field(init=False, default_factory=list)
    cut: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self.cursor = self.first_day.toordinal()

    @property
    def owed(self) -> int:
        """Interest accrued and not yet paid."""
        return self.accrued - self.paid

    @property
    def base(self) -> int:
        """What bears interest: the open principal and the capitalised interest still open."""
        return self.principal + self.capitalised

    def pay(self, amount: int) -> None:
        """Take a payment towards interest: what has not become principal yet goes first."""
        self.paid += amount
        self.capitalised = min(self.capitalised, self.owed)

    def accrue(self, until: int) -> None:
        """Reckon the interest of the days from the cursor to the day before `until`."""
        until = min(until, self.index.known_through + 1)
        while self.cursor < until:
            anniversary = self._anniversary() if self.capitalises else until
            self._add(min(until, anniversary))
            if self.capitalises and self.cursor == anniversary:
                self.capitalised = self.owed

    def _anniversary(self) -> int:
        """Return the first anniversary of the start after the cursor (29 February: the 28th)."""
        years = max(1, date.fromordinal(self.cursor).year - self.first_day.year)
        day = add_months(self.first_day, 12 * years).toordinal()
        return day if day > self.cursor else add_months(self.first_day, 12 * (years + 1)).toordinal()

    def _add(self, end: int) -> None:
        index, base = self.index, self.base
        self.spans.append(Span(self.cursor, end, base, self.exact, self.accrued))
        if self.rounds == "line":
            self.accrued += _by_line(index, base, self.cursor, end)
        else:
            self.exact += base * (index.at(end) - index.at(self.cursor))
            self.accrued = round_half_up(self.exact, index.denominator)
        self.cursor, self.cut = end, False

    def segments(self) -> list[Segment]:
        """Return the lines of a statement, whose amounts add up to what has accrued."""
        return [segment for span in self.spans for segment in self._segments_of(span)]

    def _segments_of(self, span: Span) -> list[Segment]:
        index, result = self.index, []
        exact, accrued = span.exact, span.accrued
        for line, first, stop in index.lines(span.first, span.end):
            over = span.base * index.steps[line] * (stop - first)
            if self.rounds == "line":
                amount = round_half_up(over, index.denominator)
            else:
                exact += over
                amount = round_half_up(exact, index.denominator) - accrued
                accrued += amount
            row = index.row(line)
            result.append(
                Segment(
                    date.fromordinal(first),
                    date.fromordinal(stop - 1),
                    stop - first,
                    Money(span.base, self.currency),
                    row.rate,
                    Money(amount, self.currency),
                    row.basis,
                )
            )
        return result

    def position(self) -> Position:
        """Return where the interest stands: at the beginning of the open line, so that a later day cuts no line."""
        next_one = self._anniversary() if self.capitalises else None
        settled = -self.paid if self.rounds == "total" else self.owed
        if not self.spans or self.cut or self.base != self.spans[-1].base:
            return Position(self.cursor, self.base, settled, self.exact, next_one)
        span = self.spans[-1]
        if self.rounds == "total":
            return Position(span.first, span.base, settled, span.exact, next_one)
        line, first, stop = list(self.index.lines(span.first, span.end))[-1]
        last = round_half_up(span.base * self.index.steps[line] * (stop - first), self.index.denominator)
        return Position(first, span.base, self.owed - last, 0, next_one)
