"""The debts of a claim told apart: each invoice with the letters, money and credits that concern it alone.

Everything that the rules ask of one debt they ask of its view: a claim of one invoice. What is per claim by law
(a scale over the sum of several debts, a ceiling) is built on the views.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from recovery.law.claim import ClaimFacts, Event, InvoiceDue, Payment
from recovery.law.happened import Allowed, Credit, SetOff
from recovery.law.parameters import noting
from recovery.law.periods import ONE_DAY
from recovery.money import Money

# What concerns every debt that had been issued, due or not.
_OF_ALL = ("insolvency", "dispute")


class OwedDebt(Protocol):
    """A debt as an assessment tells it: its place in the claim, open principal and interest in minor units."""

    @property
    def place(self) -> int: ...  # noqa: D102
    @property
    def principal(self) -> int: ...  # noqa: D102
    @property
    def interest(self) -> int: ...  # noqa: D102


class Owed(Protocol):
    """An assessment, as far as telling debts apart looks at one."""

    @property
    def debts(self) -> Sequence[OwedDebt]: ...  # noqa: D102


class DueLaw(Protocol):
    """What telling debts apart asks of the law of the contract."""

    def due_day(self, claim: ClaimFacts, invoice: InvoiceDue) -> date: ...  # noqa: D102
    def assessed(self, claim: ClaimFacts, as_of: date, bare: bool = False) -> Owed: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class OneDebt:
    """One debt: its place in the claim, its invoice less what was never owed, its due day and its view."""

    place: int
    invoice: InvoiceDue
    due: date
    view: ClaimFacts


@dataclass(frozen=True, slots=True)
class Debts:
    """The debts of a claim, in the claim's order; in `claim` every event names the debts that it concerns."""

    claim: ClaimFacts
    each: tuple[OneDebt, ...]

    def concerned(self, event: Event) -> list[OneDebt]:
        """Return the debts that an event concerns."""
        return [one for one in self.each if concerns(event, one.invoice)]

    def named(self, number: str | None) -> tuple[OneDebt, ...]:
        """Return the debts that a number names: all of them without one, or where the claim does not hold it."""
        return tuple(one for one in self.each if one.invoice.number == number) or self.each


def concerns(event: Event, invoice: InvoiceDue) -> bool:
    """Tell whether an event of `Debts.claim` concerns an invoice: never one that was issued later."""
    named = event.invoices is not None and invoice.number in event.invoices
    return named and (invoice.issued is None or invoice.issued <= event.on)


def debts_of(law: DueLaw, claim: ClaimFacts) -> Debts:
    """Return the debts of a claim as a law tells them apart, once for each claim and law."""
    found = claim.debts.get(id(law))
    if found is None:
        with noting(pass_on=False):
            found = _told_apart(law, claim), law
        claim.debts[id(law)] = found[0].claim.debts[id(law)] = found
    debts: Debts = found[0]
    return debts


def _told_apart(law: DueLaw, claim: ClaimFacts) -> Debts:
    bare = [_bare(claim, invoice) for invoice in claim.invoices]
    each = [
        OneDebt(place, view.invoices[0], law.due_day(view, view.invoices[0]), view) for place, view in enumerate(bare)
    ]
    if not (claim.credits or claim.events or claim.payments):
        return Debts(claim, tuple(each))
    if claim.credits:
        claim, each = _credited(claim, each)
    if claim.events:
        claim = _with_names(law, claim, each)
    shares = _shares(claim, each)
    told = tuple(replace(one, view=_view(claim, one, shares[one.place])) for one in each)
    for event in claim.events:
        if event.allowed:
            told = _allotted(told, event)
    return Debts(claim, told)


def _bare(claim: ClaimFacts, invoice: InvoiceDue) -> ClaimFacts:
    """Return the claim of one invoice alone; a rate agreed for the invoice stands for the contract's."""
    contract = claim.contract
    if invoice.rate is not None:
        contract = contract.model_copy(update={"rate": invoice.rate})
    elif len(claim.invoices) == 1:
        return claim
    return claim.model_copy(update={"invoices": (invoice,), "contract": contract})


def _view(claim: ClaimFacts, one: OneDebt, paid: tuple[Payment, ...]) -> ClaimFacts:
    """Return the claim as one debt sees it."""
    events = tuple(event for event in claim.events if concerns(event, one.invoice))
    view = one.view
    if (view.events, view.payments, view.credits, view.invoices[0]) == (events, paid, (), one.invoice):
        return view
    return view.with_facts(invoices=(one.invoice,), events=events, payments=paid, credits=())


def _allotted(told: tuple[OneDebt, ...], event: Event) -> tuple[OneDebt, ...]:
    """Return the debts with what a judgment allowed of several spread over them, the oldest due day first."""
    covers = [one for one in meant(told, None) if concerns(event, one.invoice)]
    if len(covers) < 2 or event.allowed is None:
        return told
    left = [unpaid(one.view, event.on) for one in told]
    given = take(left, event.allowed.money.minor, covers)
    return tuple(_with_share(one, event, given[one.place]) if one in covers else one for one in told)


def _with_share(one: OneDebt, event: Event, minor: int) -> OneDebt:
    share = event.model_copy(
        update={"allowed": Allowed(amount=str(Money(minor, one.invoice.currency)), currency=one.invoice.currency)}
    )
    events = tuple(share if other is event else other for other in one.view.events)
    return replace(one, view=one.view.with_facts(events=events))


# ---- credits


def _credited(claim: ClaimFacts, each: list[OneDebt]) -> tuple[ClaimFacts, list[OneDebt]]:
    """Return the claim with what was never owed taken off its invoices, and set-offs as money of their day."""
    left = [one.invoice.money.minor for one in each]
    for credit in claim.credits:
        if credit.kind != "set_off":
            take(left, credit.money.minor, meant(each, credit.invoice))
    lowered = [replace(one, invoice=_lowered(one.invoice, left[one.place])) for one in each]
    set_off = [_set_off(credit) for credit in claim.credits if credit.kind == "set_off"]
    invoices = tuple(one.invoice for one in lowered)
    return claim.with_facts(invoices=invoices, payments=(*claim.payments, *set_off), credits=()), lowered


def _lowered(invoice: InvoiceDue, left: int) -> InvoiceDue:
    if left == invoice.money.minor:
        return invoice
    lowered = invoice.model_copy(update={"amount": str(Money(left, invoice.currency))})
    lowered.__dict__.pop("money", None)
    return lowered


def _set_off(credit: Credit) -> SetOff:
    return SetOff(on=credit.on, amount=credit.amount, currency=credit.currency, invoice=credit.invoice)


def meant(each: Sequence[OneDebt], number: str | None) -> list[OneDebt]:
    """Return the debts that a number names, or all of them, the oldest due day first."""
    named = [one for one in each if one.invoice.number == number] or list(each)
    return sorted(named, key=lambda one: one.due)


def take(left: list[int], amount: int, covers: Iterable[OneDebt]) -> list[int]:
    """Take an amount off what is left of these debts in their order, and return what each gave."""
    given = [0] * len(left)
    for one in covers:
        given[one.place] = taken = min(amount, left[one.place])
        left[one.place] -= taken
        amount -= taken
    return given


# ---- money


def _shares(claim: ClaimFacts, each: Sequence[OneDebt]) -> list[tuple[Payment, ...]]:
    """Return the payments as each debt sees them: those that name it, and its share of those that name none.

    A share is of principal alone, the oldest debt first: what a rule takes that asks only what was still unpaid.
    """
    if len(each) == 1 or not claim.payments:
        return [claim.payments] * len(each)
    left = [one.invoice.money.minor for one in each]
    shares: list[list[Payment]] = [[] for _ in each]
    for payment in sorted(claim.payments, key=lambda payment: payment.on):
        covers = meant(each, payment.invoice)
        given = take(left, payment.money.minor, covers)
        if len(covers) == 1:
            shares[covers[0].place].append(payment)
            continue
        for one in covers:
            if given[one.place]:
                shares[one.place].append(_part(payment, given[one.place], one.invoice))
    return [tuple(share) for share in shares]


def _part(payment: Payment, minor: int, invoice: InvoiceDue) -> Payment:
    amount = str(Money(minor, payment.currency))
    return type(payment)(
        on=payment.on,
        amount=amount,
        currency=payment.currency,
        invoice=invoice.number,
        enforced=payment.enforced,
    )


def unpaid(view: ClaimFacts, day: date) -> int:
    """Return what is unpaid of a debt at the end of a day when all money covers principal, in minor units."""
    paid = sum(payment.money.minor for payment in view.payments if payment.on <= day)
    return max(view.invoices[0].money.minor - paid, 0)


def was_open(law: DueLaw, view: ClaimFacts, day: date) -> bool:
    """Tell whether principal of a debt was open at the end of a day, costs apart."""
    if unpaid(view, day):
        return True
    if not view.invoices[0].money.minor:
        return False
    return any(debt.principal for debt in law.assessed(view, day, bare=True).debts)


# ---- events


def _with_names(law: DueLaw, claim: ClaimFacts, each: Sequence[OneDebt]) -> ClaimFacts:
    """Return the claim with the debts that each event concerns, told in order of date: earlier costs count."""
    if all(event.invoices is not None for event in claim.events):
        return claim
    known: list[Event] = []
    for event in sorted(claim.events, key=lambda event: event.on):
        if event.invoices is None:
            numbers = _concerned(law, claim, known, each, event)
            event = event.model_copy(update={"invoices": numbers})
        known.append(event)
    return claim.with_facts(events=tuple(known))


def _concerned(
    law: DueLaw, claim: ClaimFacts, known: list[Event], each: Sequence[OneDebt], event: Event
) -> tuple[str, ...]:
    """Return the debts that an event without names concerns: those issued, due and open on its day."""
    there = [one for one in each if (one.invoice.issued or one.invoice.received_on) <= event.on]
    if event.kind in _OF_ALL:
        return tuple(one.invoice.number for one in there)
    due = [one for one in there if _payable(claim, one) <= event.on]
    before = event.on - ONE_DAY
    if not any(payment.on <= before for payment in claim.payments):
        return tuple(one.invoice.number for one in due if one.invoice.money.minor)
    still = _open_at(law, claim, known, each, before)
    return tuple(one.invoice.number for one in due if one.place in still)


def _payable(claim: ClaimFacts, one: OneDebt) -> date:
    """Return the day from which a debt can be demanded; without an agreed day at once."""
    return one.due if claim.has_agreed_day(one.invoice) else min(one.due, one.invoice.received_on)


def _open_at(law: DueLaw, claim: ClaimFacts, known: list[Event], each: Sequence[OneDebt], day: date) -> frozenset[int]:
    """Return the places of the debts of which principal or interest is open at the end of a day."""
    left = [one.invoice.money.minor for one in each]
    for payment in sorted(claim.payments, key=lambda payment: payment.on):
        if payment.on <= day:
            take(left, payment.money.minor, meant(each, payment.invoice))
    if all(rest or not one.invoice.money.minor for rest, one in zip(left, each, strict=True)):
        return frozenset(one.place for one in each if one.invoice.money.minor)
    debts = law.assessed(claim.with_facts(events=tuple(known)), day).debts
    return frozenset(debt.place for debt in debts if debt.principal or debt.interest)
