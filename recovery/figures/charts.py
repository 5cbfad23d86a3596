"""Charts as SVG: no script and no style of their own, so that a page's style sheet gives the colours.

Each has a title and a description for those who cannot see it; the figures stand in a table beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape

WIDTH = 560
ROW = 50
VALUE = 140
PLOT_HEIGHT = 260
MARGIN_LEFT, MARGIN_RIGHT, MARGIN_TOP, MARGIN_BOTTOM = 52, 92, 16, 30
STEPS = 4
# As many lines as can be told apart; the style sheet has a colour and a dash for each.
MOST_LINES = 6


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, its length in any unit, and what is written at its end."""

    label: str
    value: int | Decimal
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its label and a value for each place on the axis, None where there is none (yet)."""

    label: str
    values: tuple[Decimal | None, ...]


def bars(name: str, title: str, description: str, rows: Sequence[Bar]) -> str:
    """Return lying bars, one below the other, each with its label above it."""
    most = max((row.value for row in rows), default=0)
    parts = []
    for number, row in enumerate(rows):
        top = number * ROW
        wide = _number(Decimal(WIDTH - VALUE) * max(row.value, 0) / most) if most > 0 else "0"
        parts.append(f'<text x="0" y="{top + 15}">{escape(row.label)}</text>')
        parts.append(f'<rect class="bar" x="0" y="{top + 21}" width="{wide}" height="18"/>')
        place = _number(Decimal(wide) + 8)
        parts.append(f'<text class="value" x="{place}" y="{top + 35}">{escape(row.text)}</text>')
    return _svg(name, title, description, max(len(rows), 1) * ROW, parts)


def lines(name: str, title: str, description: str, axis: Sequence[str], rows: Sequence[Line]) -> str:
    """Return lines over the places of an axis, shares upwards; the last rows where there are too many."""
    shown = list(rows)[-MOST_LINES:]
    top = _top([value for row in shown for value in row.values if value is not None])
    parts = [*_grid(top), *_axis(axis)]
    taken: list[Decimal] = []
    for number, row in enumerate(shown):
        parts += _line(row, number, len(axis), top, taken)
    return _svg(name, title, description, PLOT_HEIGHT, parts)


def _svg(name: str, title: str, description: str, height: int, parts: list[str]) -> str:
    head = f'<svg class="chart" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="{name}-title {name}-desc"'
    said = f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>'
    return f'{head} xmlns="http://www.w3.org/2000/svg">{said}{"".join(parts)}</svg>'


def _top(values: list[Decimal]) -> Decimal:
    """Return the end of the axis of shares: the tenth above the largest, a fifth at least."""
    most = max(values, default=Decimal(0))
    return max(Decimal("0.2"), (most * 10).to_integral_value(rounding="ROUND_CEILING") / 10)


def _grid(top: Decimal) -> list[str]:
    parts = []
    for step in range(STEPS + 1):
        share = top * step / STEPS
        y = _y(share, top)
        text = f"{_number(share * 100)} %"
        parts.append(f'<line class="grid" x1="{MARGIN_LEFT}" x2="{WIDTH - MARGIN_RIGHT}" y1="{y}" y2="{y}"/>')
        parts.append(f'<text class="value" x="{MARGIN_LEFT - 8}" y="{y}" dy="5" text-anchor="end">{text}</text>')
    return parts


def _axis(axis: Sequence[str]) -> list[str]:
    y = PLOT_HEIGHT - 8
    return [
        f'<text class="value" x="{_x(place, len(axis))}" y="{y}" text-anchor="middle">{escape(label)}</text>'
        for place, label in enumerate(axis)
    ]


def _line(row: Line, number: int, places: int, top: Decimal, taken: list[Decimal]) -> list[str]:
    """Return a line, its points, and its label at the end, moved away from labels that stand there already."""
    known = [(place, value) for place, value in enumerate(row.values) if value is not None]
    if not known:
        return []
    points = [(_x(place, places), _y(value, top)) for place, value in known]
    path = " ".join(f"{x},{y}" for x, y in points)
    parts = [f'<polyline class="line line{number}" points="{path}"/>']
    parts += [f'<circle class="point line{number}" cx="{x}" cy="{y}" r="4"/>' for x, y in points]
    x, height = points[-1][0], Decimal(points[-1][1])
    while any(abs(height - other) < 16 for other in taken):
        height -= 16
    taken.append(height)
    return [*parts, f'<text x="{_number(Decimal(x) + 8)}" y="{_number(height)}" dy="5">{escape(row.label)}</text>']


def _x(place: int, places: int) -> str:
    room = Decimal(WIDTH - MARGIN_LEFT - MARGIN_RIGHT)
    return _number(MARGIN_LEFT + room * place / max(places - 1, 1))


def _y(share: Decimal, top: Decimal) -> str:
    room = PLOT_HEIGHT - MARGIN_TOP - MARGIN_BOTTOM
    return _number(MARGIN_TOP + room * (1 - share / top))


def _number(value: Decimal | int) -> str:
    """Return a number without needless decimals."""
    return f"{Decimal(value).quantize(Decimal('0.1')).normalize():f}"
