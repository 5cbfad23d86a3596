"""What a manager's charts are drawn from: lengths and points out of a hundred; words and numbers stand around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from recovery.figures.values import Cohort

# As many quarters as can be told apart, the style sheet's names of their lines from the oldest to the newest.
LINES = ("l1", "l2", "l3", "")
STEPS = 4


@dataclass(frozen=True, slots=True)
class Drawn:
    """One quarter's line: its points, its name in the style sheet, the quarter, and the share at its end."""

    points: str
    style: str
    first: date
    share: Decimal


@dataclass(frozen=True, slots=True)
class Curve:
    """The lines of the last quarters, and the band between the best and the worst of all quarters before the last.

    `top` is the share at the upper end; `marks` are those written beside the axis, from the top.
    """

    lines: tuple[Drawn, ...]
    band: str
    top: Decimal
    marks: tuple[Decimal, ...]


def curve(cohorts: Sequence[Cohort]) -> Curve | None:
    """Return what the curve by quarters of filing is drawn from, None where no quarter is old enough."""
    known = [one for one in cohorts if one.points and one.points[0] is not None]
    if not known:
        return None
    most = max(value for one in known for value in one.points if value is not None)
    top = max(Decimal("0.2"), (most * 5).to_integral_value(rounding="ROUND_CEILING") / 5)
    shown = known[-len(LINES) :]
    drawn = tuple(_drawn(one, style, top) for one, style in zip(shown, LINES[-len(shown) :], strict=True))
    return Curve(drawn, _band(known[:-1], top), top, tuple(top * step / STEPS for step in range(STEPS, -1, -1)))


def _drawn(one: Cohort, style: str, top: Decimal) -> Drawn:
    values = [value for value in one.points if value is not None]
    return Drawn(_points([Decimal(0), *values], len(one.points), top), style, one.first, values[-1])


def _points(values: Sequence[Decimal], places: int, top: Decimal) -> str:
    return " ".join(f"{100 * place / places:.1f},{100 - 100 * value / top:.1f}" for place, value in enumerate(values))


def _band(cohorts: Sequence[Cohort], top: Decimal) -> str:
    """Return the band's outline: the best of each day forth, the worst back; empty with fewer than two quarters."""
    if len(cohorts) < 2:
        return ""
    columns = [
        [value for value in column if value is not None]
        for column in zip(*(one.points for one in cohorts), strict=True)
    ]
    whole = [column for column in columns if len(column) > 1]
    places = len(cohorts[0].points)
    best = _points([Decimal(0), *(max(one) for one in whole)], places, top).split()
    worst = _points([Decimal(0), *(min(one) for one in whole)], places, top).split()
    return " ".join([*best, *reversed(worst)])
