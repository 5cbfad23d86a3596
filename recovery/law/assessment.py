"""What is owed on a day, line by line, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from recovery.errors import LawError
from recovery.law.claim import ClaimFacts, InvoiceDue
from recovery.law.debts import debts_of, meant, take
from recovery.law.happened import Waived
from recovery.law.index import InterestIndex
from recovery.law.interest import InterestRun, Position
from recovery.law.periods import add_months
from recovery.law.values import Cost, InterestStart, InterestTerms, Segment
from recovery.money import Money


@dataclass(frozen=True, slots=True)
class Spread:
    """One payment and what it covered; `parts` is what each debt had of it, by its place in the claim.

    `waived` says that no money came: the creditor gave so much up.
    """

    on: date
    amount: Money
    to_costs: Money
    to_interest: Money
    to_principal: Money
    left_over: Money
    basis: str
    parts: dict[int, int] = field(default_factory=dict)
    waived: bool = False

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
class CostLine:
    """A cost as one debt bears it: the whole, or its share of one that several debts bear; `open` is unpaid."""

    cost: Cost
    place: int
    amount: Money
    open: int

    def as_dict(self) -> dict[str, object]:
        """Return the line in the shape of the command line's JSON."""
        return {**self.cost.as_dict(), **self.amount.as_dict(), "open": str(Money(self.open, self.amount.currency))}


@dataclass
class Debt:
    """One invoice as it stands: the principal still open, its interest once that has begun to run, its costs.

    `place` is the invoice's in the claim; `covered` is what was taken off the principal, day by day, and whether the
    creditor gave it up.
    """

    place: int
    invoice: InvoiceDue
    principal: int
    run: InterestRun | None
    start: InterestStart
    due: date
    terms: InterestTerms
    index: InterestIndex
    capitalises: bool = False
    costs: list[CostLine] = field(default_factory=list)
    covered: list[tuple[date, int, bool]] = field(default_factory=list)

    def principal_on(self, day: date) -> int:
        """Return the principal that was open at the end of a day."""
        return self.invoice.money.minor - sum(minor for on, minor, _ in self.covered if on <= day)

    def waived_since(self, day: date) -> int:
        """Return the principal that the creditor has given up after a day."""
        return sum(minor for on, minor, waived in self.covered if waived and on > day)

    @property
    def interest(self) -> int:
        """Interest accrued and not paid."""
        return self.run.owed if self.run else 0

    @property
    def starts(self) -> date | None:
        """The first day that bears interest; None for a debt that was paid before, or never owed."""
        bears = self.principal or (self.run and self.run.accrued)
        return self.start.first_day if bears else None

    @property
    def costs_open(self) -> int:
        """Costs not paid, in the debt's own currency."""
        return sum(line.open for line in self.costs if line.amount.currency == self.invoice.currency)

    @property
    def total(self) -> int:
        """What is owed of this debt: principal, interest and open costs."""
        return self.principal + self.interest + self.costs_open

    def as_dict(self) -> dict[str, object]:
        """Return the debt in the shape of the command line's JSON, its limitation apart."""
        money = lambda minor: Money(minor, self.invoice.currency).as_dict()  # noqa: E731
        starts = self.starts.isoformat() if self.starts else None
        return {
            "invoice": self.invoice.number,
            "principal": money(self.principal),
            "interest": {**money(self.interest), "regime": self.terms.regime, "starts": starts},
            "costs": [{**line.as_dict(), "invoice": self.invoice.number} for line in self.costs],
            "total": money(self.total),
        }

    def position(self) -> Position | None:
        """Return where the interest stands; None while nothing lets it run."""
        if self.run:
            return self.run.position()
        first = self.start.first_day
        if first is None:
            return None
        next_one = add_months(first, 12).toordinal() if self.capitalises else None
        return Position(first.toordinal(), self.principal, 0, 0, next_one)


@dataclass
class Assessment:
    """What is owed on `as_of`, line by line; amounts in the claim's currency unless they say otherwise.

    `regime`, `terms` and `starts_basis` are those of the oldest debt; `unassessed` is the open principal of each
    invoice where no law is decided.
    """

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
    unassessed: tuple[tuple[InvoiceDue, int], ...] = ()

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

    def unassessed_rows(self) -> list[dict[str, object]]:
        """Return each debt of which no law says more than its open principal, in the shape of the JSON."""
        zero, rows = Money.zero(self.currency).as_dict(), list[dict[str, object]]()
        for invoice, minor in self.unassessed:
            owed = Money(minor, self.currency).as_dict()
            rows.append({"invoice": invoice.number, "principal": owed, "interest": zero, "costs": [], "total": owed})
        return rows

    @property
    def total(self) -> Money:
        """Owed on `as_of` in the claim's currency: principal, interest and open costs."""
        return self.principal + self.interest + self.costs_open

    @property
    def foreign_costs(self) -> list[Cost]:
        """Costs that the law fixes in another currency than the claim's (shown beside the total)."""
        return [cost for cost in self.costs if cost.amount.currency != self.currency]


class _NoLaw:
    """Due days where no law is decided: as written, else on receipt."""

    def due_day(self, claim: ClaimFacts, invoice: InvoiceDue) -> date:
        return invoice.due or invoice.received_on

    def assessed(self, claim: ClaimFacts, as_of: date, bare: bool = False) -> Assessment:
        return principal_only(claim, as_of, "no law is decided")


NO_LAW = _NoLaw()


def principal_only(claim: ClaimFacts, as_of: date, why: str) -> Assessment:
    """Return the bare principal less payments and credits, where no supported law answers (eu.md D6)."""
    currency = claim.currency
    told = debts_of(NO_LAW, claim.at(as_of).with_facts(events=()))
    left, spreads, zero = [one.invoice.money.minor for one in told.each], [], Money.zero(currency)
    for payment in sorted(told.claim.payments, key=lambda payment: payment.on):
        given = take(left, payment.money.minor, meant(told.each, payment.invoice))
        taken = Money(sum(given), currency)
        parts = {place: minor for place, minor in enumerate(given) if minor}
        over = payment.money - taken
        waived = isinstance(payment, Waived)
        spreads.append(Spread(payment.on, payment.money, zero, zero, taken, over, "principal only", parts, waived))
    surplus = Money(sum(spread.left_over.minor for spread in spreads), currency)
    return Assessment(
        currency,
        as_of,
        "civil",
        Money(sum(left), currency),
        zero,
        None,
        [],
        [],
        zero,
        spreads,
        surplus,
        True,
        [why],
        unassessed=tuple((one.invoice, minor) for one, minor in zip(told.each, left, strict=True)),
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
