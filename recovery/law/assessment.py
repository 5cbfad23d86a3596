"""The whole debt replayed: interest, costs and payments in the order in which they happened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Protocol

from recovery.errors import LawError
from recovery.law.claim import ClaimFacts, InvoiceDue, Payment
from recovery.law.interest import InterestRun, rate_table
from recovery.law.values import Cost, InterestStart, InterestTerms, Segment
from recovery.money import Money


class SubstanceLaw(Protocol):
    """What the assessment asks of the law of the contract."""

    @property
    def country(self) -> str:  # noqa: D102
        ...

    @property
    def counts_payment_day(self) -> bool:  # noqa: D102
        ...

    @property
    def year_days(self) -> int:  # noqa: D102
        ...

    @property
    def rounds(self) -> Any:  # noqa: D102
        ...

    @property
    def splits(self) -> dict[str, tuple[tuple[int, int], ...]]:  # noqa: D102
        ...

    @property
    def capitalises_yearly(self) -> bool:  # noqa: D102
        ...

    def due_day(self, claim: ClaimFacts, invoice: InvoiceDue) -> date: ...  # noqa: D102
    def interest_terms(self, claim: ClaimFacts) -> InterestTerms: ...  # noqa: D102
    def interest_start(self, claim: ClaimFacts, invoice: InvoiceDue) -> InterestStart: ...  # noqa: D102
    def costs(self, claim: ClaimFacts, as_of: date) -> Sequence[Cost]: ...  # noqa: D102
    def allocation_order(self, claim: ClaimFacts, enforced: bool = False) -> tuple[tuple[str, ...], str]: ...  # noqa: D102


CostsOf = Callable[[ClaimFacts, date], Sequence[Cost]]


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
class _Debt:
    """One invoice being replayed."""

    invoice: InvoiceDue
    principal: int
    run: InterestRun | None
    start: InterestStart
    due: date


@dataclass
class Assessment:
    """What is owed on `as_of`, line by line; amounts in the claim's currency unless they say otherwise."""

    currency: str
    as_of: date
    regime: str
    principal: Money
    interest: Money
    interest_starts: date | None
    segments: list[Segment]
    costs: list[Cost]
    costs_open: Money
    paid: list[Spread]
    left_over: Money
    provisional: bool = False
    warnings: list[str] = field(default_factory=list)
    starts_basis: str = ""

    @property
    def total(self) -> Money:
        """Owed on `as_of` in the claim's currency: principal, interest and open costs."""
        return self.principal + self.interest + self.costs_open

    @property
    def foreign_costs(self) -> list[Cost]:
        """Costs that the law fixes in another currency than the claim's (shown beside the total)."""
        return [cost for cost in self.costs if cost.amount.currency != self.currency]


class _Replay:
    """Plays a claim's dates in order over its debts."""

    def __init__(self, law: SubstanceLaw, claim: ClaimFacts, as_of: date, costs: CostsOf) -> None:
        self.law, self.claim, self.as_of = law, claim, as_of
        self.terms = law.interest_terms(claim)
        self.warnings: list[str] = list(self.terms.warnings)
        self.provisional = False
        self.debts = sorted((self._debt(invoice) for invoice in claim.invoices), key=lambda debt: debt.due)
        self.costs = list(costs(claim, as_of))
        self.cost_open = [cost.amount.minor for cost in self.costs]
        self.spreads: list[Spread] = []
        self.surplus = 0

    def _debt(self, invoice: InvoiceDue) -> _Debt:
        start = self.law.interest_start(self.claim, invoice)
        run = self._run(invoice, start) if start.first_day and start.first_day <= self.as_of else None
        return _Debt(invoice, invoice.money.minor, run, start, self.law.due_day(self.claim, invoice))

    def _run(self, invoice: InvoiceDue, start: InterestStart) -> InterestRun | None:
        assert start.first_day is not None
        if start.claimable_from and self.as_of < start.claimable_from:
            return None
        source = self.terms.parameter or self.terms.floor
        if source is not None and start.first_day > source.confirmed_through:
            self._not_known(source.key, source.confirmed_through)
            return None
        table = rate_table(self.terms, start.first_day, self.as_of)
        if self._end(self.as_of) - timedelta(days=1) > table.known_through and source is not None:
            self._not_known(source.key, table.known_through)
        self._warn_uncertain(table.rows)
        splits = self.law.splits.get(self.terms.regime, ((1, 1), (7, 1)))
        return InterestRun(
            invoice.currency,
            invoice.money.minor,
            start.first_day,
            table,
            splits,
            self.law.year_days,
            self.law.rounds,
            self.law.capitalises_yearly,
        )

    def _not_known(self, key: str, through: date) -> None:
        self.provisional = True
        self._warn(f"{self.law.country}: {key} is confirmed only through {through}; interest runs to that day")

    def _warn_uncertain(self, rows: Sequence[Any]) -> None:
        for row in rows:
            if row.confidence == "uncertain":
                self._warn(f"{self.law.country}: the rate {row.rate} from {row.starts_on} is uncertain")

    def _warn(self, text: str) -> None:
        if text not in self.warnings:
            self.warnings.append(text)

    def _end(self, payment_day: date) -> date:
        """Return the day after the last interest day when payment comes on `payment_day`."""
        return payment_day + timedelta(days=1) if self.law.counts_payment_day else payment_day

    def play(self) -> None:
        for payment in sorted(self.claim.payments, key=lambda payment: payment.on):
            if payment.on <= self.as_of:
                self._accrue(self._end(payment.on))
                self._pay(payment)
        self._accrue(self._end(self.as_of))

    def _accrue(self, until: date) -> None:
        for debt in self.debts:
            if debt.run and until > debt.run.cursor:
                debt.run.accrue(until)

    def _pay(self, payment: Payment) -> None:
        rest = payment.money.minor
        taken = {"costs": 0, "interest": 0, "principal": 0}
        order, basis = self.law.allocation_order(self.claim, payment.enforced)
        debts = self._debts_for(payment)
        for phase in _phases(order):
            if phase[0] in ("costs", "penalty"):
                penalty_apart = "penalty" in order
                rest = self._pay_costs(phase == ("penalty",), penalty_apart, rest, payment.on, taken)
                continue
            for debt in debts:
                for part in phase:
                    rest = self._pay_part(debt, part, rest, taken)
        self.surplus += rest
        money = lambda minor: Money(minor, self.claim.currency)  # noqa: E731
        self.spreads.append(
            Spread(
                payment.on,
                payment.money,
                money(taken["costs"]),
                money(taken["interest"]),
                money(taken["principal"]),
                money(rest),
                basis,
            )
        )

    def _debts_for(self, payment: Payment) -> list[_Debt]:
        """Return the debts as a payment meets them: the one the debtor named, then those due, the oldest first."""
        return sorted(
            self.debts, key=lambda debt: (debt.invoice.number != payment.invoice, debt.due >= payment.on, debt.due)
        )

    def _pay_costs(self, penalty: bool, penalty_apart: bool, rest: int, on: date, taken: dict[str, int]) -> int:
        for index, cost in enumerate(self.costs):
            apart = penalty_apart and cost.kind == "penalty"
            if apart != penalty or cost.due_from > on or cost.amount.currency != self.claim.currency:
                continue
            amount = min(rest, self.cost_open[index])
            self.cost_open[index] -= amount
            taken["costs"] += amount
            rest -= amount
        return rest

    def _pay_part(self, debt: _Debt, part: str, rest: int, taken: dict[str, int]) -> int:
        owed = (debt.run.owed if debt.run else 0) if part == "interest" else debt.principal
        amount = min(rest, owed)
        if part == "principal":
            debt.principal -= amount
            if debt.run:
                debt.run.principal -= amount
        elif debt.run:
            debt.run.paid += amount
        taken[part] += amount
        return rest - amount

    def result(self) -> Assessment:
        currency = self.claim.currency
        runs = [debt.run for debt in self.debts if debt.run]
        starts = [debt.start.first_day for debt in self.debts if debt.start.first_day]
        own = [
            open_ for cost, open_ in zip(self.costs, self.cost_open, strict=True) if cost.amount.currency == currency
        ]
        for cost in self.costs:
            if cost.amount.currency != currency:
                self._warn(
                    f"{cost.kind} of {cost.amount} {cost.amount.currency} is owed beside the total "
                    f"in {currency}: {cost.basis}"
                )
        return Assessment(
            currency,
            self.as_of,
            self.terms.regime,
            Money(sum(debt.principal for debt in self.debts), currency),
            Money(sum(run.owed for run in runs), currency),
            min(starts, default=None),
            [segment for run in runs for segment in run.segments],
            self.costs,
            Money(sum(own), currency),
            self.spreads,
            Money(self.surplus, currency),
            self.provisional,
            self.warnings,
            self.debts[0].start.basis,
        )


def _phases(order: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return the order as phases: costs of all debts at once, interest and principal debt by debt."""
    phases: list[tuple[str, ...]] = []
    for part in order:
        if part in ("costs", "penalty"):
            phases.append((part,))
        elif phases and phases[-1][0] in ("interest", "principal"):
            phases[-1] = (*phases[-1], part)
        else:
            phases.append((part,))
    return phases


def assess(law: SubstanceLaw, claim: ClaimFacts, as_of: date, costs: CostsOf | None = None) -> Assessment:
    """Return what is owed on `as_of` under the law of the contract, payment on that day.

    `costs` stands in for the law's own costs where another law puts a ceiling on them.

    Raises:
        LawError: a rule is not known from the first day on.
    """
    replay = _Replay(law, claim.at(as_of), as_of, costs or law.costs)
    replay.play()
    return replay.result()


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
