"""What the rules answer with: frozen values, each with the article it stands on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from recovery.law.parameters import Parameter
from recovery.money import Money

ROUTE_CODES = (
    "european_payment_order",
    "european_small_claims",
    "national_payment_order",
    "national_court",
    "uncontested_bailiff",
)


@dataclass(frozen=True, slots=True)
class InterestTerms:
    """Which rate applies to a claim: a parameter over time, or a fixed contract rate.

    `floor` is a parameter below which a contract rate does not count.
    `plus` are points on top of the parameter's rate.
    `waived` means that no interest is owed at all (a void clause).
    `simple` means that a law which adds a year's interest to the principal does not do so here.
    `later` are terms that take over from a day on (a judicial demand, a judgment), in order of date.
    """

    regime: str
    basis: str
    parameter: Parameter | None = None
    fixed: Decimal | None = None
    floor: Parameter | None = None
    waived: bool = False
    warnings: tuple[str, ...] = ()
    later: tuple[tuple[date, InterestTerms], ...] = ()
    plus: Decimal = Decimal(0)
    simple: bool = False


@dataclass(frozen=True, slots=True)
class InterestStart:
    """The first day that bears interest; None while an act that starts it is missing.

    `claimable_from` is the first day on which the interest may be asked for, when it is later.
    """

    first_day: date | None
    basis: str
    why: str = ""
    claimable_from: date | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """Interest over days of one rate and one base, first and last day inclusive."""

    first_day: date
    last_day: date
    days: int
    base: Money
    rate: Decimal
    amount: Money
    basis: str

    def as_dict(self) -> dict[str, object]:
        """Return the segment in the shape of the command line's JSON."""
        return {
            "from": self.first_day.isoformat(),
            "to": self.last_day.isoformat(),
            "days": self.days,
            "principal": str(self.base),
            "rate": f"{self.rate:.2f}" if self.rate == round(self.rate, 2) else str(self.rate),
            "amount": str(self.amount),
            "basis": self.basis,
        }


@dataclass(frozen=True, slots=True)
class Cost:
    """One cost that the debtor owes, as it arose: of one `invoice`, or of several `invoices`, or of the claim.

    kind: flat_compensation, collection_costs, reminder_fee, demand_fee, penalty, court_costs or enforcement_costs.
    """

    kind: str
    amount: Money
    due_from: date
    basis: str
    invoice: str | None = None
    invoices: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """Return the cost in the shape of the command line's JSON."""
        return {
            "kind": self.kind,
            **self.amount.as_dict(),
            "due_from": self.due_from.isoformat(),
            "basis": self.basis,
            "invoice": self.invoice,
            "invoices": list(self.invoices) or ([self.invoice] if self.invoice is not None else []),
        }


@dataclass(frozen=True, slots=True)
class LimitationTerm:
    """How long a claim may be sued for, and from which day it counts."""

    years: int
    starts_on: date
    basis: str
    months: int = 0
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suspension:
    """Days in which limitation did not run, first and last inclusive."""

    first_day: date
    last_day: date
    basis: str


@dataclass(frozen=True, slots=True)
class Interruption:
    """What an event does to limitation.

    effect: "restart" (a full new term of `years`, or the first term's length), "extend_to"
    (not before `on` plus `months`, or `years`), "pending" (no end while the procedure runs), "lapse" (the procedure
    ended without effect: the former end, or `months` or `years` after `on`), "suspend" (the term stands still),
    "resume" (it runs on, and ends no earlier than `months` after `on`) or "none".
    """

    effect: str
    on: date
    basis: str
    years: int | None = None
    months: int | None = None


@dataclass(frozen=True, slots=True)
class Addressee:
    """Where the party lives whom a period binds: country, and region (ISO 3166-2) where one is known."""

    country: str
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A formal notice or first reminder: its days, and what it must contain."""

    delivered: date | None
    first_day: date | None
    last_day: date | None
    costs_due_from: date | None
    must_contain: tuple[str, ...]
    basis: str

    def as_dict(self) -> dict[str, object]:
        """Return the notice in the shape of the command line's JSON."""
        iso = lambda day: day.isoformat() if day else None  # noqa: E731
        return {
            "delivered": iso(self.delivered),
            "first_day": iso(self.first_day),
            "last_day": iso(self.last_day),
            "costs_due_from": iso(self.costs_due_from),
            "must_contain": list(self.must_contain),
            "basis": self.basis,
        }


@dataclass(frozen=True, slots=True)
class CourtFee:
    """What a court asks for a filing, flat extras included; None where the amount is not known."""

    amount: Money | None
    basis: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimValue:
    """What is in dispute on the day of filing, in the court's currency where the rate of that day is known.

    Competence and fees go by the principal in some countries and by principal and interest in others.
    """

    principal: Money
    interest: Money
    costs: Money

    @property
    def with_interest(self) -> Money:
        """Principal and the interest accrued to the day of filing."""
        return self.principal + self.interest

    @property
    def total(self) -> Money:
        """Principal, interest and costs."""
        return self.with_interest + self.costs

    @property
    def currency(self) -> str:
        """The currency of all three."""
        return self.principal.currency


@dataclass(frozen=True, slots=True)
class RouteCosts:
    """What a route costs the creditor beside the court's fee, and what the loser pays back of all of it.

    `own` is the usual cost of representation, bailiff or translation where a source gives a number;
    `recoverable` includes the court's fee where the loser bears it.
    """

    own: Money
    recoverable: Money
    basis: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StopEvent:
    """Something that stops a procedure, as procedure.toml states it.

    kind: dispute, insolvency, restructuring, debt_relief, mediation, moratorium, death or incapacity.
    stops: "all" (letters, calls and courts), "enforcement", or "court" (court steps alone).
    `lodge_within` is the term to lodge the claim, counted by `lodge_rule` from the event's publication.
    """

    kind: str
    label: str
    effect: str
    do: str
    basis: str
    confidence: str
    stops: str = "all"
    lodge_within: str | None = None
    lodge_rule: str = "civil"


@dataclass(frozen=True, slots=True)
class RouteFacts:
    """What a country's law says of one judicial route for one claim.

    `open` is the country's own condition; the EU conditions are tested by `recovery.law.routes`.
    `cost_rank` orders routes that are equally open, the cheapest and fastest first. `claimable` is what the route
    allows to be asked, where that is less than what is owed.
    """

    code: str
    label: str
    open: bool
    why: str
    court: str
    languages: tuple[str, ...]
    debtor_reacts_within: str
    basis: str
    fee: CourtFee
    filed_by: str = "creditor"
    expected_days: int = 90
    cost_rank: int = 5
    costs: RouteCosts | None = None
    warnings: tuple[str, ...] = ()
    claimable: Money | None = None


@dataclass(frozen=True, slots=True)
class ContactRule:
    """When a debtor may be contacted: hours by weekday (Monday 0), None for a closed day."""

    hours: tuple[tuple[str, ...] | None, ...]
    closed_on_holidays: bool
    per_day: int
    per_week: int
    basis: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a country's procedure, as procedure.toml states it."""

    name: str
    label: str
    state: str
    actor: str
    basis: str
    document: str | None = None
    after_days: int = 0
    term: str = "14d"
    term_rule: str = "calendar"
    channel: str = "email"
    debtors: tuple[str, ...] = ("business", "consumer", "public")
    consent: str | None = None
    event: str | None = None
    stops: tuple[str, ...] = ("disputed", "suspended", "insolvency", "plan", "time_barred")
    warnings: tuple[str, ...] = field(default=())
