"""Reading the figures: a few sums over rows made in advance."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session, col

from recovery.case.lifecycle import REASONS, State
from recovery.figures.gather import CURVE_DAYS, DISPUTES
from recovery.figures.rebuild import AGES, LONGER, TERMS
from recovery.figures.values import (
    Amounts,
    Asked,
    Cohort,
    Dashboard,
    Exchange,
    Outcome,
    Pace,
    Slice,
    day_of,
    month_of,
    share,
)
from recovery.money import Money
from recovery.store.figure_tables import Figure, FigureState

PACES = ("action", "payment", "closure")


@dataclass(frozen=True, slots=True)
class _Sum:
    count: int = 0
    minor: int = 0
    euro: int = 0
    days: int = 0

    def __add__(self, other: _Sum) -> _Sum:
        return _Sum(self.count + other.count, self.minor + other.minor, self.euro + other.euro, self.days + other.days)

    def money(self, unit: str, original: bool) -> Money:
        """Return the amount in the currency asked for, else in euro."""
        return Money(self.minor, unit) if original else Money(self.euro, "EUR")


Sums = dict[tuple[str, str, str], _Sum]


def dashboard(session: Session, asked: Asked, sums: Sums | None = None) -> Dashboard | None:
    """Return the figures of the cases asked for, None where none were made yet; `sums` are theirs, if read already."""
    state = session.get(FigureState, 1)
    if state is None:
        return None
    sums = sums_of(session, asked) if sums is None else sums
    return Dashboard(
        asked=asked,
        as_of=state.as_of,
        made_at=state.made_at,
        cases=_over(sums, "asked").count,
        without_rate=_over(sums, "no_rate").count,
        in_unit=_amounts(sums, asked),
        by_currency=tuple(
            _amounts(sums, Asked(currency=code), code) for code in sorted({key[1] for key in sums if key[0] == "asked"})
        ),
        open_states=_slices(sums, asked, "open", tuple(State)),
        closed=_slices(sums, asked, "closed", REASONS),
        ages=_slices(sums, asked, "age", (*map(str, AGES), LONGER), every=True),
        pace=tuple(_pace(sums, name) for name in PACES),
        late=_slices(sums, asked, "late", _names(sums, "late")),
        disputes=_slices(sums, asked, "dispute", DISPUTES, every=True),
        routes=_routes(sums, asked),
        cohorts=_cohorts(session, asked, state.as_of),
        exchange=Exchange(Money(_over(sums, "received").euro, "EUR"), Money(_over(sums, "at_filing").euro, "EUR")),
    )


def choices(session: Session) -> tuple[list[str], list[str], list[date]]:
    """Return the partners, currencies and months of which there are figures."""
    query = select(col(Figure.partner), col(Figure.currency), col(Figure.month)).where(col(Figure.topic) == "asked")
    rows = list(session.connection().execute(query.distinct()))
    months = sorted({row[2] for row in rows})
    return sorted({row[0] for row in rows}), sorted({row[1] for row in rows}), [day_of(month) for month in months]


def narrowed(asked: Asked) -> list[ColumnElement[bool]]:
    """Return the conditions under which sums are of the cases asked for."""
    found = []
    for name in ("country", "partner", "currency"):
        value = getattr(asked, name)
        if value:
            found.append(col(getattr(Figure, name)) == value)
    if asked.first:
        found.append(col(Figure.month) >= month_of(asked.first))
    if asked.last:
        found.append(col(Figure.month) <= month_of(asked.last))
    return found


def sums_of(session: Session, asked: Asked) -> Sums:
    """Return the sums by topic, currency and name, the curve's apart."""
    key = (col(Figure.topic), col(Figure.currency), col(Figure.name))
    query = select(*key, *_totals()).where(col(Figure.topic) != "curve", *narrowed(asked)).group_by(*key)
    rows = session.connection().execute(query)
    return {(row[0], row[1], row[2]): _Sum(*(int(value) for value in row[3:])) for row in rows}


def _totals() -> list[ColumnElement[int]]:
    return [func.sum(col(one)) for one in (Figure.count, Figure.minor, Figure.euro_minor, Figure.days)]


def _over(sums: Sums, topic: str, name: str | None = None, currency: str | None = None) -> _Sum:
    found = _Sum()
    for (one, code, called), value in sums.items():
        if one == topic and name in (None, called) and currency in (None, code):
            found = found + value
    return found


def _names(sums: Sums, topic: str) -> tuple[str, ...]:
    return tuple(sorted({name for one, _, name in sums if one == topic}))


def _amounts(sums: Sums, asked: Asked, currency: str | None = None) -> Amounts:
    original = asked.currency is not None
    topics = ("asked", "received", "open", "interest")
    found = (_over(sums, topic, currency=currency).money(asked.unit, original) for topic in topics)
    return Amounts(*found)


def _slices(sums: Sums, asked: Asked, topic: str, names: tuple[str, ...], every: bool = False) -> tuple[Slice, ...]:
    found = [(str(name), _over(sums, topic, name)) for name in names]
    original = asked.currency is not None
    return tuple(Slice(name, one.count, one.money(asked.unit, original)) for name, one in found if every or one.count)


def _pace(sums: Sums, name: str) -> Pace:
    topic = f"to_{name}"
    all_, half, within = _over(sums, topic), 0, ""
    for end in (*map(str, TERMS), LONGER):
        half += _over(sums, topic, end).count
        if all_.count and 2 * half >= all_.count:
            within = end
            break
    mean = round(Decimal(all_.days) / all_.count, 1) if all_.count else None
    return Pace(name, all_.count, mean, within)


def _routes(sums: Sums, asked: Asked) -> tuple[Outcome, ...]:
    found = []
    for slice_ in _slices(sums, asked, "route", _names(sums, "route")):
        route, _, outcome = slice_.name.partition("|")
        found.append(Outcome(route, outcome, slice_.cases, slice_.amount))
    return tuple(found)


def _cohorts(session: Session, asked: Asked, as_of: date) -> tuple[Cohort, ...]:
    """Return the cases by the quarter of filing; in euro at the rate of the day of filing, so that only paying counts.

    Money received is compared with the principal filed, as a liquidation rate is.
    """
    key = ((col(Figure.month) // 3).label("quarter"), col(Figure.topic), col(Figure.name))
    topics = col(Figure.topic).in_(("asked", "at_filing", "curve"))
    query = select(*key, *_totals()).where(topics, *narrowed(asked)).group_by("quarter", *key[1:])
    found: dict[int, dict[tuple[str, str], _Sum]] = defaultdict(dict)
    for row in session.connection().execute(query):
        found[row[0]][row[1], row[2]] = _Sum(*(int(value) for value in row[3:]))
    return tuple(_cohort(number * 3, rows, asked, as_of) for number, rows in sorted(found.items()))


def _cohort(month: int, rows: dict[tuple[str, str], _Sum], asked: Asked, as_of: date) -> Cohort:
    original = asked.currency is not None
    of = lambda *key: rows.get(key, _Sum()).money(asked.unit, original)  # noqa: E731
    whole, complete = of("asked", ""), day_of(month + 3) - timedelta(days=1)
    points = tuple(
        share(of("curve", str(days)), whole) if complete + timedelta(days=days) <= as_of else None
        for days in CURVE_DAYS
    )
    return Cohort(day_of(month), rows["asked", ""].count, whole, of("at_filing", ""), points)
