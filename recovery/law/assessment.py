"""What is owed on a day, line by line, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from recovery.errors import LawError
from recovery.law.claim import ClaimFacts, InvoiceDue
from recovery.law.index import InterestIndex
from recovery.law.interest import InterestRun, Position
from recovery.law.periods import add_months
from recovery.law.values import Cost, InterestStart, InterestTerms, Segment
from recovery.money import Money


@dataclass(frozen=True, slots=True)
class Spread:
    """One payment and what it covered."""

    on: date
    amount: Money
    to_costs: Money
    to_interest: Money
    to_principal: Money
    left_over: Money
    basis: str

    def as_dict(self) -> dict[str, str]:
        """Return the payment in the shape of the command line's JSON."""
        return {
            "on": self.on.isoformat(),
            "amount": str(self.amount),
            "to_costs": str(self.to_costs),
            "to_interest": str(self.to_interest),
            "to_principal": str(self.to_principal),
            "left_over": str(self.left_over),
            "basis": self.basis,
        }


@dataclass
class Debt:
    """One invoice as it stands: the principal still open, and its interest once that has begun to run."""

    invoice: InvoiceDue
    principal: int
    run: InterestRun | None
    start: InterestStart
    due: date
    index: InterestIndex | None = None
    capitalises: bool = False

    def position(self) -> Position | None:
        """Return where the interest stands; None while nothing lets it run."""
        if self.run:
            return self.run.position()
        first = self.start.first_day
        if first is None or self.index is None:
            return None
        next_one = add_months(first, 12).toordinal() if self.capitalises else None
        return Position(first.toordinal(), self.principal, 0, 0, next_one)


@dataclass
class Assessment:
    """What is owed on `as_of`, line by line; amounts in the claim's currency unless they say otherwise."""

    currency: str
    as_of: date
    regime: str
    principal: Money
    interest: Money
    interest_starts: date | None
    debts: list[Debt]
    costs: list[Cost]
    costs_open: Money
    paid: list[Spread]
    left_over: Money
    provisional: bool = False
    warnings: list[str] = field(default_factory=list)
    starts_basis: str = ""
    terms: InterestTerms | None = None

    @cached_property
    def segments(self) -> list[Segment]:
        """The lines of interest, debt by debt."""
        return [segment for run in self._runs for segment in run.segments()]

    @property
    def accrued(self) -> Money:
        """Interest that has accrued, whether paid or not."""
        return Money(sum(run.accrued for run in self._runs), self.currency)

    @property
    def _runs(self) -> list[InterestRun]:
        return [debt.run for debt in self.debts if debt.run]

    @property
    def total(self) -> Money:
        """Owed on `as_of` in the claim's currency: principal, interest and open costs."""
        return self.principal + self.interest + self.costs_open

    @property
    def foreign_costs(self) -> list[Cost]:
        """Costs that the law fixes in another currency than the claim's (shown beside the total)."""
        return [cost for cost in self.costs if cost.amount.currency != self.currency]


def principal_only(claim: ClaimFacts, as_of: date, why: str) -> Assessment:
    """Return the bare principal less payments, where no supported law answers (eu.md D6)."""
    currency = claim.currency
    owed = sum(invoice.money.minor for invoice in claim.invoices)
    spreads, surplus = [], 0
    for payment in sorted(claim.at(as_of).payments, key=lambda payment: payment.on):
        taken = min(owed, payment.money.minor)
        owed -= taken
        surplus += payment.money.minor - taken
        zero = Money.zero(currency)
        spreads.append(
            Spread(
                payment.on,
                payment.money,
                zero,
                zero,
                Money(taken, currency),
                Money(payment.money.minor - taken, currency),
                "principal only",
            )
        )
    return Assessment(
        currency,
        as_of,
        "civil",
        Money(owed, currency),
        Money.zero(currency),
        None,
        [],
        [],
        Money.zero(currency),
        spreads,
        Money(surplus, currency),
        True,
        [why],
    )


def raise_if_future(claim: ClaimFacts, as_of: date) -> None:
    """Refuse a date of assessment that lies before the claim's first invoice.

    Raises:
        LawError: nothing had been issued on that day.
    """
    first = min(invoice.issued or invoice.received_on for invoice in claim.invoices)
    if as_of < first:
        raise LawError(
            f"as_of {as_of} lies before the first invoice of {first}; choose a later day",
            code="as_of_before_invoice",
            field="as_of",
        )
