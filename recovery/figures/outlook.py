"""What the sums tell beside the plain figures: money by quarter and country, promises, load, risks, and a forecast.

The forecast says what cases filed until now are likely to bring in. Out of four earlier quarters of filing it takes
which share of the principal filed came in so many quarters later; of plans that are being kept it takes what falls due,
times the share of plans that were kept until now. Cases not filed yet are not in it. What it would have said before
each of the last four quarters is shown beside what came in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import and_, func, or_, select
from sqlmodel import Session, col

from recovery.figures.dashboard import Sums, narrowed
from recovery.figures.rebuild import LATE, RISKS
from recovery.figures.values import Asked, day_of
from recovery.money import Money
from recovery.store.figure_tables import Figure

# Quarters shown of the past, looked ahead, and out of which a share is taken.
SHOWN, AHEAD, LOOKED_AT, TRIED = 8, 4, 4, 4
MATURE = 90


@dataclass(frozen=True, slots=True)
class Quarter:
    """What came in during one quarter of a year, from its first day."""

    first: date
    received: Money


@dataclass(frozen=True, slots=True)
class Place:
    """What came in from debtors of one country, by quarter; `share` is of what was filed, within 90 days."""

    country: str
    quarters: tuple[Quarter, ...]
    share: Decimal | None

    @property
    def received(self) -> Money:
        """What came in during all quarters shown."""
        return sum((one.received for one in self.quarters), Money(0, self.quarters[0].received.currency))


@dataclass(frozen=True, slots=True)
class Promises:
    """What became of the plans that debtors agreed to, in cases."""

    running: int
    kept: int
    broken: int
    other: int

    @property
    def share(self) -> Decimal | None:
        """The kept ones as a share of those kept or broken."""
        ended = self.kept + self.broken
        return round(Decimal(self.kept) / ended, 4) if ended else None


@dataclass(frozen=True, slots=True)
class Load:
    """The open cases of one person by when a team's next task is due; `handler` is empty where nobody has them."""

    handler: str
    late: int
    week: int
    later: int

    @property
    def cases(self) -> int:
        """All of them."""
        return self.late + self.week + self.later


@dataclass(frozen=True, slots=True)
class Risk:
    """A kind of task that teams have within two weeks: how many are late, due within two days, and later."""

    kind: str
    late: int
    soon: int
    later: int


@dataclass(frozen=True, slots=True)
class Expected:
    """What a quarter is likely to bring: from plans that are being kept, and from the other cases."""

    first: date
    plans: Money
    others: Money

    @property
    def total(self) -> Money:
        """All of it."""
        return self.plans + self.others


@dataclass(frozen=True, slots=True)
class Tried:
    """What the forecast would have said before a quarter, and what came in of the cases that it knew."""

    first: date
    forecast: Money
    received: Money

    @property
    def error(self) -> Decimal | None:
        """The forecast less what came in, as a share of that."""
        if not self.received.minor:
            return None
        return round(Decimal(self.forecast.minor - self.received.minor) / self.received.minor, 4)


@dataclass(frozen=True, slots=True)
class Outlook:
    """All of it, as of the day of the figures."""

    quarters: tuple[Quarter, ...]
    places: tuple[Place, ...]
    promises: Promises
    load: tuple[Load, ...]
    risks: tuple[Risk, ...]
    expected: tuple[Expected, ...]
    tried: tuple[Tried, ...]

    @property
    def mean_error(self) -> Decimal | None:
        """The mean of the errors' sizes, None where nothing can be tried yet."""
        found = [abs(one.error) for one in self.tried if one.error is not None]
        return round(sum(found, Decimal(0)) / len(found), 4) if found else None


@dataclass(slots=True)
class History:
    """Amounts by quarter: asked by quarter of filing, asked in plans, paid by quarters of filing and of payment."""

    asked: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    in_plan: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    paid: dict[tuple[int, int], int] = field(default_factory=lambda: defaultdict(int))
    parts: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    def share(self, later: int, known: int) -> Decimal:
        """Return which share came in so many quarters after filing, out of what was known after a quarter."""
        quarters = sorted(one for one in self.asked if one + later <= known)[-LOOKED_AT:]
        asked = sum(self.asked[one] for one in quarters)
        return Decimal(sum(self.paid.get((one, one + later), 0) for one in quarters)) / asked if asked else Decimal(0)

    def expected(self, asked: Mapping[int, int], quarter: int, known: int) -> int:
        """Return what cases filed before a quarter bring in it, by shares known after an earlier one."""
        filed = ((one, minor) for one, minor in asked.items() if one < quarter)
        return int(sum((minor * self.share(quarter - one, known) for one, minor in filed), Decimal(0)))

    def received(self, quarter: int) -> int:
        """Return what came in during a quarter on cases filed before it."""
        return sum(minor for (filed, paid), minor in self.paid.items() if paid == quarter and filed < quarter)


def outlook(session: Session, asked: Asked, sums: Sums, as_of: date) -> Outlook:
    """Return what the sums tell beside the plain figures; `sums` are those of the dashboard."""
    history, places = _read(session, asked)
    now = _quarter(as_of)
    promises = Promises(**{name: _count(sums, "promise", name) for name in ("running", "kept", "broken", "other")})
    money = lambda minor: Money(minor, asked.unit)  # noqa: E731
    shown = range(now - SHOWN + 1, now + 1)
    whole = {quarter: sum(found.get(quarter, 0) for found in places.values()) for quarter in shown}
    return Outlook(
        quarters=tuple(Quarter(_first(one), money(minor)) for one, minor in sorted(whole.items())),
        places=_places(session, asked, places, as_of),
        promises=promises,
        load=_load(sums),
        risks=_risks(sums),
        expected=_expected(history, promises, now, asked.unit),
        tried=tuple(
            Tried(_first(one), money(history.expected(history.asked, one, one - 1)), money(history.received(one)))
            for one in range(now - TRIED, now)
            if history.received(one)
        ),
    )


def _expected(history: History, promises: Promises, now: int, unit: str) -> tuple[Expected, ...]:
    kept = Decimal(1) if promises.share is None else promises.share
    others = {one: minor - history.in_plan.get(one, 0) for one, minor in history.asked.items()}
    return tuple(
        Expected(
            _first(quarter),
            Money(int(history.parts.get(quarter, 0) * kept), unit),
            Money(history.expected(others, quarter, now - 1), unit),
        )
        for quarter in range(now + 1, now + 1 + AHEAD)
    )


def _quarter(day: date) -> int:
    return day.year * 4 + (day.month - 1) // 3


def _first(quarter: int) -> date:
    return day_of(quarter * 3)


def _read(session: Session, asked: Asked) -> tuple[History, dict[str, dict[int, int]]]:
    """Return the amounts by quarter, and what came in by country and quarter."""
    history, places = History(), defaultdict[str, dict[int, int]](lambda: defaultdict(int))
    amount = col(Figure.minor) if asked.currency else col(Figure.euro_minor)
    filed = (col(Figure.month) // 3).label("quarter")
    key = (col(Figure.topic), col(Figure.country), filed, col(Figure.name))
    query = select(*key, func.sum(amount)).where(col(Figure.topic).in_(("asked", "in_plan", "paid", "part")))
    for topic, country, quarter, name, total in session.connection().execute(
        query.where(*narrowed(asked)).group_by(key[0], key[1], "quarter", key[3])
    ):
        minor = int(total)
        if topic == "paid":
            history.paid[quarter, int(name)] += minor
            places[country][int(name)] += minor
        elif topic == "part":
            history.parts[int(name)] += minor
        else:
            found = history.asked if topic == "asked" else history.in_plan
            found[quarter] += minor
    return history, places


def _places(session: Session, asked: Asked, places: Mapping[str, Mapping[int, int]], as_of: date) -> tuple[Place, ...]:
    """Return the countries, those from which most came in first; the share is of quarters that are old enough."""
    now, shares = _quarter(as_of), _shares(session, asked, as_of)
    made = [
        Place(
            country,
            tuple(
                Quarter(_first(one), Money(found.get(one, 0), asked.unit)) for one in range(now - SHOWN + 1, now + 1)
            ),
            shares.get(country),
        )
        for country, found in places.items()
    ]
    return tuple(sorted(made, key=lambda one: -one.received.minor))


def _shares(session: Session, asked: Asked, as_of: date) -> dict[str, Decimal]:
    """Return by country which share came in within 90 days, of the last four quarters of filing old enough."""
    last = _quarter(as_of - timedelta(days=MATURE)) - 1
    amount = col(Figure.minor) if asked.currency else col(Figure.euro_minor)
    curve = and_(col(Figure.topic) == "curve", col(Figure.name) == str(MATURE))
    quarter = col(Figure.month) // 3
    query = select(col(Figure.country), col(Figure.topic), func.sum(amount)).where(
        or_(col(Figure.topic) == "asked", curve), *narrowed(asked)
    )
    query = query.where(quarter > last - LOOKED_AT, quarter <= last)
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for country, topic, total in session.connection().execute(query.group_by(col(Figure.country), col(Figure.topic))):
        found[country][topic] = int(total)
    return {
        country: round(Decimal(one.get("curve", 0)) / one["asked"], 4)
        for country, one in found.items()
        if one.get("asked")
    }


def _count(sums: Sums, topic: str, name: str) -> int:
    return sum(value.count for (one, _, called), value in sums.items() if (one, called) == (topic, name))


def _split(sums: Sums, topic: str) -> Iterable[tuple[str, str, int]]:
    """Yield the two halves of each name of a topic, and how many there are."""
    for (one, _, called), value in sums.items():
        if one == topic:
            first, _, second = called.partition("|")
            yield first, second, value.count


def _load(sums: Sums) -> tuple[Load, ...]:
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for handler, when, count in _split(sums, "load"):
        found[handler][when] += count
    rows = [Load(handler, one[LATE], one["7"], one["later"]) for handler, one in found.items()]
    return tuple(sorted(rows, key=lambda one: (one.handler == "", -one.cases)))


def _risks(sums: Sums) -> tuple[Risk, ...]:
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for when, kind, count in _split(sums, "risk"):
        found[kind][when] += count
    soon = [str(end) for end in RISKS[:2]]
    rows = [
        Risk(kind, one[LATE], sum(one[end] for end in soon), sum(one[str(end)] for end in RISKS[2:]))
        for kind, one in found.items()
    ]
    return tuple(sorted(rows, key=lambda one: (-one.late, -one.soon, -one.later)))
