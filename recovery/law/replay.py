"""The whole debt replayed: interest, costs and payments in the order in which they happened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Protocol

from recovery.law.allocation import shares_of
from recovery.law.assessment import Assessment, CostLine, Debt, Spread
from recovery.law.claim import ClaimFacts, Event, InvoiceDue, Payment
from recovery.law.debts import OneDebt, Owed, debts_of
from recovery.law.happened import Waived
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
    def assessed(self, claim: ClaimFacts, as_of: date, bare: bool = False) -> Owed: ...  # noqa: D102
    def interest_terms(self, claim: ClaimFacts) -> InterestTerms: ...  # noqa: D102
    def judgment_interest(self, claim: ClaimFacts, terms: InterestTerms, judgment: Event) -> InterestTerms: ...  # noqa: D102
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
        self.law, self.told, self.as_of, self.opening = law, debts_of(law, claim), as_of, opening
        self.claim = self.told.claim
        self.stop = self._end(opening.on) if opening else date.max.toordinal()
        self.warnings: list[str] = []
        self.provisional = False
        self.debts = sorted((self._debt(one) for one in self.told.each), key=lambda debt: debt.due)
        self.costs = [*costs(self.claim, as_of), *(award.cost for award in self.claim.awards)]
        self.lines = [line for cost in self.costs for line in self._lines_of(cost)]
        self.spreads: list[Spread] = []
        self.surplus = 0

    def _debt(self, one: OneDebt) -> Debt:
        law, view, invoice = self.law, one.view, one.invoice
        terms = law.interest_terms(view)
        judgments = view.events_of("judgment") if view.events else ()
        if judgments:
            terms = law.judgment_interest(view, terms, judgments[0])
        if self.opening:
            terms = until(terms, date.fromordinal(self.stop), self.opening)
        for text in terms.warnings:
            self._warn(text)
        start, index = law.interest_start(view, invoice), index_under(law, terms)
        due, capitalises = law.due_day(view, invoice), law.capitalises_yearly and not terms.simple
        debt = Debt(one.place, invoice, invoice.money.minor, None, start, due, terms, index, capitalises)
        begun = start.first_day is not None and start.first_day <= self.as_of
        if begun and not (start.claimable_from and self.as_of < start.claimable_from):
            debt.run = self._run(debt)
        return debt

    def _lines_of(self, cost: Cost) -> list[CostLine]:
        """Return a cost as the debts bear it: its own debt's, or shares by principal where it is of several."""
        if cost.invoice is not None or len(self.debts) == 1:
            own = next((debt for debt in self.debts if debt.invoice.number == cost.invoice), self.debts[0])
            return [_borne(cost, own, cost.amount.minor)]
        bearers = [debt for debt in self.debts if debt.invoice.number in cost.invoices] or self.debts
        shares = shares_of(cost.amount.minor, [debt.invoice.money.minor for debt in bearers])
        return [_borne(cost, debt, minor) for debt, minor in zip(bearers, shares, strict=True)]

    def _run(self, debt: Debt) -> InterestRun | None:
        first_day, law, terms, index = debt.start.first_day, self.law, debt.terms, debt.index
        assert first_day is not None
        source = terms.parameter or terms.floor
        if source is not None and not index.covers(first_day):
            source.on(first_day)
        self._warn_of_rates(terms, index, first_day)
        if first_day.toordinal() > index.known_through:
            return None
        return InterestRun(debt.invoice.currency, debt.principal, first_day, index, law.rounds, debt.capitalises)

    def _warn_of_rates(self, terms: InterestTerms, index: InterestIndex, first_day: date) -> None:
        end = self._end(self.as_of)
        if end - 1 > index.known_through:
            self._not_known(terms, index)
        first = first_day.toordinal()
        for starts, stops, row in index.uncertain:
            if starts < end and first < stops:
                self._warn(f"{self.law.country}: the rate {row.rate} from {row.starts_on} is uncertain")

    def _not_known(self, terms: InterestTerms, index: InterestIndex) -> None:
        self.provisional = True
        through = date.fromordinal(index.known_through)
        rates = terms.later[-1][1] if terms.later else terms
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
            debts = self._debts_for(payment)
            self._accrue(debts, self._end(payment.on))
            self._pay(payment, debts)
        self._accrue(self.debts, self._end(self.as_of))

    def _accrue(self, debts: list[Debt], end: int) -> None:
        for debt in debts:
            if debt.run:
                debt.run.accrue(min(end, self.stop))

    def _pay(self, payment: Payment, debts: list[Debt]) -> None:
        """Spread a payment over the debt that it names and no other, or over all by the country's order."""
        order, basis = self.law.allocation_order(self.claim, payment.enforced)
        if isinstance(payment, Waived) and payment.rest:
            order, basis = ("principal", "interest", "costs"), "waived: the principal that has no title"
        elif isinstance(payment, Waived) and payment.head:
            order, basis = (payment.head,), f"waived: {payment.head}"
        spending = _Spending(payment, debts)
        for debt in spending.debts:
            if debt.run:
                debt.run.cut = True
        for phase in _phases(order):
            if phase[0] in ("costs", "penalty"):
                spending.on_costs(self.lines, phase == ("penalty",), "penalty" in order)
                continue
            for debt in spending.debts:
                for part in phase:
                    spending.on_part(debt, part)
        self.surplus += spending.rest
        self.spreads.append(spending.spread(basis))

    def _debts_for(self, payment: Payment) -> list[Debt]:
        """Return the debts that a payment can cover, the oldest first: the one that the debtor named alone."""
        places = {one.place for one in self.told.named(payment.invoice)}
        return [debt for debt in self.debts if debt.place in places]

    def result(self) -> Assessment:
        currency = self.claim.currency
        interest = sum(debt.interest for debt in self.debts)
        starts = [debt.starts for debt in self.debts if debt.starts]
        own = [line.open for line in self.lines if line.amount.currency == currency]
        for cost in self.costs:
            if cost.amount.currency != currency:
                self._warn(
                    f"{cost.kind} of {cost.amount} {cost.amount.currency} is owed beside the total "
                    f"in {currency}: {cost.basis}"
                )
        oldest = next((debt for debt in self.debts if debt.starts), self.debts[0])
        if self.claim.contract.debtor_not_at_fault and oldest.terms.regime == "commercial":
            self._warn(
                f"{self.law.country}: interest for late payment is owed by a debtor who is responsible for the delay "
                "alone (Dir. 2011/7 art. 3(1)(b)): a person must decide"
            )
        return Assessment(
            currency,
            self.as_of,
            oldest.terms.regime,
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
            oldest.start.basis,
            oldest.terms,
        )


def _borne(cost: Cost, debt: Debt, minor: int) -> CostLine:
    """Return what a debt bears of a cost, noted with the debt."""
    line = CostLine(cost, debt.place, Money(minor, cost.amount.currency), minor)
    debt.costs.append(line)
    return line


class _Spending:
    """One payment being spread over debts; `parts` is what each debt had of it."""

    def __init__(self, payment: Payment, debts: list[Debt]) -> None:
        self.payment, self.debts, self.rest = payment, debts, payment.money.minor
        self.taken = {"costs": 0, "interest": 0, "principal": 0}
        self.parts: dict[int, int] = {}

    def _took(self, part: str, place: int, amount: int) -> None:
        self.taken[part] += amount
        self.rest -= amount
        if amount:
            self.parts[place] = self.parts.get(place, 0) + amount

    def on_costs(self, lines: list[CostLine], penalty: bool, penalty_apart: bool) -> None:
        """Cover the open costs of these debts that are due, penalties in their own turn."""
        places, currency = {debt.place for debt in self.debts}, self.payment.currency
        for line in lines:
            cost = line.cost
            apart = penalty_apart and cost.kind == "penalty"
            if apart != penalty or cost.due_from > self.payment.on or cost.amount.currency != currency:
                continue
            if line.place in places:
                amount = min(self.rest, line.open)
                line.open -= amount
                self._took("costs", line.place, amount)

    def on_part(self, debt: Debt, part: str) -> None:
        """Cover a debt's interest or principal."""
        amount = min(self.rest, debt.interest if part == "interest" else debt.principal)
        if part == "principal":
            debt.principal -= amount
            debt.covered.append((self.payment.on, amount, isinstance(self.payment, Waived)))
            if debt.run:
                debt.run.principal -= amount
        elif debt.run:
            debt.run.pay(amount)
        self._took(part, debt.place, amount)

    def spread(self, basis: str) -> Spread:
        """Return what the payment covered."""
        money = lambda minor: Money(minor, self.payment.currency)  # noqa: E731
        to_costs, to_interest, to_principal = (money(minor) for minor in self.taken.values())
        amount, rest = self.payment.money, money(self.rest)
        parts, waived = dict(self.parts), isinstance(self.payment, Waived)
        return Spread(self.payment.on, amount, to_costs, to_interest, to_principal, rest, basis, parts, waived)


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
