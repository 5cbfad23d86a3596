"""The whole debt replayed: interest, costs and payments in the order in which they happened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Protocol

from recovery.law.assessment import Assessment, Debt, Spread
from recovery.law.claim import ClaimFacts, InvoiceDue, Payment
from recovery.law.index import InterestIndex, YearDays, index_of
from recovery.law.insolvency import Opening, until
from recovery.law.interest import InterestRun, Rounding
from recovery.law.values import Cost, InterestStart, InterestTerms
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
    def year_days(self) -> YearDays:  # noqa: D102
        ...

    @property
    def rounds(self) -> Rounding:  # noqa: D102
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


HALF_YEARS = ((1, 1), (7, 1))
CostsOf = Callable[[ClaimFacts, date], Sequence[Cost]]


def index_under(law: SubstanceLaw, terms: InterestTerms) -> InterestIndex:
    """Return the index of a set of terms by a law's lines, half-years without any, and its days of the year."""
    return index_of(terms, law.splits.get(terms.regime, HALF_YEARS), law.year_days)


class _Replay:
    """Plays a claim's dates in order over its debts."""

    def __init__(
        self, law: SubstanceLaw, claim: ClaimFacts, as_of: date, costs: CostsOf, opening: Opening | None
    ) -> None:
        self.law, self.claim, self.as_of = law, claim, as_of
        self.terms = law.interest_terms(claim)
        self.capitalises = law.capitalises_yearly and not self.terms.simple
        self.stop = self._end(opening.on) if opening else date.max.toordinal()
        if opening:
            self.terms = until(self.terms, date.fromordinal(self.stop), opening)
        self.warnings: list[str] = list(self.terms.warnings)
        self.provisional = False
        self.debts = sorted((self._debt(invoice) for invoice in claim.invoices), key=lambda debt: debt.due)
        self.costs = [*costs(claim, as_of), *(award.cost for award in claim.awards)]
        self.cost_open = [cost.amount.minor for cost in self.costs]
        self.spreads: list[Spread] = []
        self.surplus = 0

    def _debt(self, invoice: InvoiceDue) -> Debt:
        law, terms = self.law, self.terms
        start = law.interest_start(self.claim, invoice)
        index = index_under(law, terms)
        debt = Debt(
            invoice,
            invoice.money.minor,
            None,
            start,
            law.due_day(self.claim, invoice),
            index,
            self.capitalises,
        )
        begun = start.first_day is not None and start.first_day <= self.as_of
        if begun and not (start.claimable_from and self.as_of < start.claimable_from):
            debt.run = self._run(debt, index)
        return debt

    def _run(self, debt: Debt, index: InterestIndex) -> InterestRun | None:
        first_day, law = debt.start.first_day, self.law
        assert first_day is not None
        source = self.terms.parameter or self.terms.floor
        if source is not None and not index.covers(first_day):
            source.on(first_day)
        self._warn_of_rates(index, first_day)
        if first_day.toordinal() > index.known_through:
            return None
        return InterestRun(debt.invoice.currency, debt.principal, first_day, index, law.rounds, self.capitalises)

    def _warn_of_rates(self, index: InterestIndex, first_day: date) -> None:
        end = self._end(self.as_of)
        if end - 1 > index.known_through:
            self._not_known(index)
        first = first_day.toordinal()
        for starts, stops, row in index.uncertain:
            if starts < end and first < stops:
                self._warn(f"{self.law.country}: the rate {row.rate} from {row.starts_on} is uncertain")

    def _not_known(self, index: InterestIndex) -> None:
        self.provisional = True
        through = date.fromordinal(index.known_through)
        rates = self.terms.later[-1][1] if self.terms.later else self.terms
        source = rates.parameter or rates.floor
        key = source.key if source else "interest"
        self._warn(f"{self.law.country}: {key} is confirmed only through {through}; interest runs to that day")

    def _warn(self, text: str) -> None:
        if text not in self.warnings:
            self.warnings.append(text)

    def _end(self, payment_day: date) -> int:
        """Return the day after the last interest day when payment comes on `payment_day`."""
        return payment_day.toordinal() + (1 if self.law.counts_payment_day else 0)

    def play(self) -> None:
        for payment in sorted(self.claim.payments, key=lambda payment: payment.on):
            self._accrue(self._end(payment.on))
            self._pay(payment)
        self._accrue(self._end(self.as_of))

    def _accrue(self, end: int) -> None:
        for debt in self.debts:
            if debt.run:
                debt.run.accrue(min(end, self.stop))

    def _pay(self, payment: Payment) -> None:
        rest = payment.money.minor
        taken = {"costs": 0, "interest": 0, "principal": 0}
        for debt in self.debts:
            if debt.run:
                debt.run.cut = True
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

    def _debts_for(self, payment: Payment) -> list[Debt]:
        """Return the debts as a payment meets them: the one the debtor named, then the others, the oldest first."""
        return sorted(self.debts, key=lambda debt: (debt.invoice.number != payment.invoice, debt.due))

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

    def _pay_part(self, debt: Debt, part: str, rest: int, taken: dict[str, int]) -> int:
        owed = (debt.run.owed if debt.run else 0) if part == "interest" else debt.principal
        amount = min(rest, owed)
        if part == "principal":
            debt.principal -= amount
            if debt.run:
                debt.run.principal -= amount
        elif debt.run:
            debt.run.pay(amount)
        taken[part] += amount
        return rest - amount

    def result(self) -> Assessment:
        currency = self.claim.currency
        interest = sum(debt.run.owed for debt in self.debts if debt.run)
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
            Money(interest, currency),
            min(starts, default=None),
            self.debts,
            self.costs,
            Money(sum(own), currency),
            self.spreads,
            Money(self.surplus, currency),
            self.provisional,
            self.warnings,
            self.debts[0].start.basis,
            self.terms,
        )


def _phases(order: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return the order as phases, each over all debts: interest is followed by its own debt's principal.

    Where principal goes before interest, all principal goes first (LEC 654.3).
    """
    phases: list[tuple[str, ...]] = []
    for part in order:
        if part == "principal" and phases and phases[-1] == ("interest",):
            phases[-1] = ("interest", "principal")
        else:
            phases.append((part,))
    return phases


def assess(
    law: SubstanceLaw, claim: ClaimFacts, as_of: date, costs: CostsOf | None = None, opening: Opening | None = None
) -> Assessment:
    """Return what is owed on `as_of` under the law of the contract, payment on that day.

    `costs` stands in for the law's own costs where another law puts a ceiling on them; `opening` is the debtor's
    insolvency, at which interest ends.

    Raises:
        LawError: a rule is not known from the first day on.
    """
    replay = _Replay(law, claim.at(as_of), as_of, costs or law.costs, opening)
    replay.play()
    return replay.result()
