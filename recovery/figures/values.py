"""What a manager asks for and what is shown: figures of cases, never of persons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from recovery.money import Money


@dataclass(frozen=True, slots=True)
class Asked:
    """Which cases are counted: those filed from the month of `first` to the month of `last`; None is every one."""

    country: str | None = None
    partner: str | None = None
    currency: str | None = None
    first: date | None = None
    last: date | None = None

    @property
    def unit(self) -> str:
        """The currency in which amounts of several cases are added up."""
        return self.currency or "EUR"


def month_of(day: date) -> int:
    """Return the months since the year 0 of a day's month."""
    return day.year * 12 + day.month - 1


def day_of(month: int) -> date:
    """Return the first day of a month."""
    return date(month // 12, month % 12 + 1, 1)


@dataclass(frozen=True, slots=True)
class Amounts:
    """The money of all cases counted, in one currency; `share` is what was received of what was asked."""

    asked: Money
    received: Money
    principal: Money
    interest: Money

    @property
    def outstanding(self) -> Money:
        """Open principal and interest."""
        return self.principal + self.interest

    @property
    def share(self) -> Decimal | None:
        """What was received as a share of the principal filed."""
        return share(self.received, self.asked)


@dataclass(frozen=True, slots=True)
class Slice:
    """One class of cases: how many, and an amount of theirs."""

    name: str
    cases: int
    amount: Money


@dataclass(frozen=True, slots=True)
class Pace:
    """How long something took from the day of filing: the mean, and the days within which half had it."""

    name: str
    cases: int
    mean: Decimal | None
    half_within: str


@dataclass(frozen=True, slots=True)
class Cohort:
    """The cases filed in a quarter; a point of the curve is None until the whole quarter is that old."""

    first: date
    cases: int
    asked: Money
    received: Money
    points: tuple[Decimal | None, ...]

    @property
    def share(self) -> Decimal | None:
        """What was received until now as a share of the principal filed."""
        return share(self.received, self.asked)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of cases that took a route: the state of open ones, the reason of closed ones."""

    route: str
    outcome: str
    cases: int
    received: Money


@dataclass(frozen=True, slots=True)
class Exchange:
    """Money received, in euro at the rate of the day it came and of the day of filing."""

    at_payment: Money
    at_filing: Money

    @property
    def effect(self) -> Money:
        """What the movement of the rates added or took away."""
        return self.at_payment - self.at_filing


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Everything that is shown, as of a day; `without_rate` counts cases that no sum in euro contains."""

    asked: Asked
    as_of: date
    made_at: datetime
    cases: int
    without_rate: int
    in_unit: Amounts
    by_currency: tuple[Amounts, ...]
    open_states: tuple[Slice, ...]
    closed: tuple[Slice, ...]
    ages: tuple[Slice, ...]
    pace: tuple[Pace, ...]
    late: tuple[Slice, ...]
    disputes: tuple[Slice, ...]
    routes: tuple[Outcome, ...]
    cohorts: tuple[Cohort, ...]
    exchange: Exchange

    @property
    def open_cases(self) -> int:
        """The cases that are not closed."""
        return sum(one.cases for one in self.open_states)


def share(part: Money, whole: Money) -> Decimal | None:
    """Return a part as a share of the whole, to four decimals; None where there is nothing."""
    return round(Decimal(part.minor) / whole.minor, 4) if whole.minor else None


@dataclass(frozen=True, slots=True)
class Listed:
    """Which cases a list holds: those of some figures, narrowed to a state, a reason, a route or what is late.

    `age` and `risk` are classes of the figures' own day: of days past due, and of days until a team's task. `promise`
    is what became of a plan, `paid` the quarter (since the year 0) in which money came in, `handler` whose they are.
    """

    asked: Asked
    state: str | None = None
    reason: str | None = None
    route: str | None = None
    late: str | None = None
    disputed: str | None = None
    handler: str | None = None
    age: str | None = None
    risk: str | None = None
    promise: str | None = None
    paid: str | None = None


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case in a list: its reference and figures, nobody's name."""

    claim: str
    reference: str | None
    state: str
    reason: str | None
    country: str
    partner: str
    route: str | None
    principal: Money
    principal_open: Money
    filed_on: date
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class Task:
    """Something that a team has to do soon, or had to do: of which case, what and until when; nobody's name."""

    reference: str
    country: str
    kind: str
    due_on: date
    taken: bool
