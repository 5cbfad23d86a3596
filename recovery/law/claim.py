"""The claim as the rules see it: the shape that the command line, the API and the store share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any, Self

from pydantic import Field, ValidationError, model_validator

from recovery.errors import Faults, IntakeError
from recovery.law.happened import Allowed, Award, Credit, Event, Payment
from recovery.law.parties import Contract, Country, Creditor, Day, Debtor, Model, Percent
from recovery.money import Money

__all__ = ["Award", "ClaimFacts", "Contract", "Credit", "Creditor", "Debtor", "Event", "InvoiceDue", "Payment"]


# What a claim remembers of what was reckoned from it, and a changed copy must not.
_RECKONED = ("due_days", "debts")


class InvoiceDue(Model):
    """One unpaid invoice. Without `received` it counts as received when issued.

    `delivered` is the day of the goods or the service, `rate` the rate agreed for this invoice alone.
    """

    number: str = "1"
    amount: str
    currency: str
    issued: Day | None = None
    received: Day | None = None
    due: Day | None = None
    delivered: Day | None = None
    rate: Percent | None = None

    @model_validator(mode="after")
    def _has_a_date(self) -> InvoiceDue:
        if self.issued is None and self.due is None:
            raise ValueError("an invoice needs a date: issued or due")
        if self.issued and self.due and self.due < self.issued:
            raise ValueError(f"due {self.due} lies before issued {self.issued}")
        return self

    @cached_property
    def money(self) -> Money:
        """The amount, exact."""
        return Money.parse(self.amount, self.currency, "invoices.amount")

    @property
    def received_on(self) -> date:
        """The day the debtor had the invoice."""
        day = self.received or self.issued or self.due
        assert day is not None, "an invoice has one of the dates: _has_a_date"
        return day


class ClaimFacts(Model):
    """One claim: who, against whom, on what contract, what happened so far."""

    creditor: Creditor
    debtor: Debtor
    contract: Contract = Contract()
    invoices: tuple[InvoiceDue, ...] = Field(min_length=1)
    payments: tuple[Payment, ...] = ()
    credits: tuple[Credit, ...] = ()
    events: tuple[Event, ...] = ()
    awards: tuple[Award, ...] = ()
    disputed: bool = False
    law_override: Country | None = None
    as_of: Day | None = None

    @model_validator(mode="before")
    @classmethod
    def _numbered(cls, data: Any) -> Any:
        """Give invoices without a number their place in the claim, so that each debt has a name of its own."""
        rows = data.get("invoices") if isinstance(data, Mapping) else None
        if not isinstance(rows, list | tuple) or len(rows) < 2:
            return data
        named = [
            {"number": str(place), **row} if isinstance(row, Mapping) else row for place, row in enumerate(rows, 1)
        ]
        return {**data, "invoices": named}

    @model_validator(mode="after")
    def _one_currency(self) -> ClaimFacts:
        if len({invoice.currency for invoice in self.invoices}) > 1:
            raise ValueError("invoices of one claim have one currency; file one claim per currency")
        return self

    @property
    def currency(self) -> str:
        """The currency of the debt."""
        return self.invoices[0].currency

    @property
    def contract_date(self) -> date:
        """The day of the contract; without one, the earliest date known of an invoice."""
        if self.contract.date:
            return self.contract.date
        return min([invoice.issued or invoice.received_on for invoice in self.invoices])

    def has_agreed_day(self, invoice: InvoiceDue) -> bool:
        """Whether the last day for payment is agreed: stated with the invoice, or as a term of the contract."""
        return invoice.due is not None or self.contract.agreed_term_days is not None

    @property
    def is_commercial(self) -> bool:
        """Whether Directive 2011/7/EU applies: a business owed by a business or an authority."""
        return self.creditor.kind == "business" and self.debtor.kind in ("business", "public")

    def events_of(self, *kinds: str) -> list[Event]:
        """Return the events of these kinds, oldest first."""
        found = [event for event in self.events if event.kind in kinds]
        if len(found) > 1:
            found.sort(key=lambda event: event.on)
        return found

    def at(self, as_of: date) -> ClaimFacts:
        """Return the same claim without what happened after `as_of`."""
        dated: tuple[Payment | Credit | Event | Award, ...]
        dated = (*self.payments, *self.credits, *self.events, *self.awards)
        later = any(row.on > as_of for row in dated)
        if self.as_of == as_of and not later:
            return self
        return self.with_facts(
            as_of=as_of,
            payments=tuple(payment for payment in self.payments if payment.on <= as_of),
            credits=tuple(credit for credit in self.credits if credit.on <= as_of),
            events=tuple(event for event in self.events if event.on <= as_of),
            awards=tuple(award for award in self.awards if award.on <= as_of),
        )

    def with_facts(self, **facts: Any) -> ClaimFacts:
        """Return the same invoices under the same contract with other facts: the due days stay as reckoned."""
        changed = self.model_copy(update=facts)
        changed.__dict__["due_days"] = self.due_days
        return changed

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy that has forgotten what was reckoned from the original.

        Rules copy a claim many times: a shallow copy is made without pydantic's own walk over its attributes.
        """
        if deep:
            copied = super().model_copy(update=update, deep=True)
            for name in _RECKONED:
                copied.__dict__.pop(name, None)
            return copied
        facts, told = self.__dict__.copy(), self.__pydantic_fields_set__
        facts["due_days"], facts["debts"] = {}, {}
        if update:
            facts.update(update)
            told = told | update.keys()
        copied = object.__new__(type(self))
        for name, value in (
            ("__dict__", facts),
            ("__pydantic_fields_set__", told),
            ("__pydantic_extra__", None),
            ("__pydantic_private__", None),
        ):
            object.__setattr__(copied, name, value)
        return copied

    @cached_property
    def due_days(self) -> dict[Any, Any]:
        """The due days reckoned so far, by law and invoice: kept by `recovery.country`."""
        return {}

    @cached_property
    def debts(self) -> dict[Any, Any]:
        """The debts of the claim as told apart so far, by law: kept by `recovery.law.debts`."""
        return {}


def parse_claim(data: Any) -> ClaimFacts:
    """Return the claim written in `data`, with every fault named at once.

    Raises:
        Faults: fields are missing, unknown or not of their form.
    """
    try:
        claim = ClaimFacts.model_validate(data)
    except ValidationError as error:
        raise Faults([_fault(item) for item in error.errors()]) from None
    faults = []
    amounts: list[tuple[str, InvoiceDue | Payment | Credit | Award | Allowed]] = [
        *(("invoices.amount", invoice) for invoice in claim.invoices),
        *(("payments.amount", payment) for payment in claim.payments),
        *(("credits.amount", credit) for credit in claim.credits),
        *(("awards.amount", award) for award in claim.awards),
        *(("events.allowed.amount", event.allowed) for event in claim.events if event.allowed),
    ]
    for field, row in amounts:
        try:
            if row.money.minor <= 0:
                faults.append(IntakeError(f"{field} must be more than zero", code="bad_amount", field=field))
        except IntakeError as fault:
            faults.append(fault)
    faults.extend(_in_another_currency(claim))
    faults.extend(_of_no_invoice(claim))
    judged = [(event, event.allowed) for event in claim.events if event.allowed]
    faults.extend(fault for event, allowed in judged for fault in _of_no_judgment(claim, event, allowed))
    if not faults:  # amounts can be compared
        faults.extend(fault for event, allowed in judged for fault in _beyond_the_debt(claim, event, allowed))
    if faults:
        raise Faults(faults)
    return claim


def _in_another_currency(claim: ClaimFacts) -> list[IntakeError]:
    rows: list[tuple[str, Payment | Credit]] = [
        *(("payment", payment) for payment in claim.payments),
        *(("credit", credit) for credit in claim.credits),
    ]
    return [
        IntakeError(
            f"{what} of {row.on} is in {row.currency}, the debt in {claim.currency}; "
            "convert it at its value date first",
            code="currency_mismatch",
            field=f"{what}s.currency",
        )
        for what, row in rows
        if row.currency != claim.currency
    ]


def _of_no_invoice(claim: ClaimFacts) -> list[IntakeError]:
    numbers = {None, *(invoice.number for invoice in claim.invoices)}
    return [
        IntakeError(
            f"credit of {credit.on} names invoice {credit.invoice}, which the claim does not hold",
            code="unknown_invoice",
            field="credits.invoice",
        )
        for credit in claim.credits
        if credit.invoice not in numbers
    ]


def _of_no_judgment(claim: ClaimFacts, event: Event, allowed: Allowed) -> list[IntakeError]:
    """Return what is wrong with an event that says how much was allowed, its amount apart."""
    what, known = f"{event.kind} of {event.on}", {invoice.number for invoice in claim.invoices}
    strange = [number for number in event.invoices or () if number not in known]
    if event.kind != "judgment":
        text = f"{what}: only a judgment says what was allowed; leave allowed away"
        return [IntakeError(text, code="invalid_claim", field="events.allowed")]
    if allowed.currency != claim.currency:
        text = (
            f"{what} allows {allowed.currency}, the debt is in {claim.currency}: give what it allows in that currency"
        )
        return [IntakeError(text, code="currency_mismatch", field="events.allowed.currency")]
    if strange:
        text = f"{what} names invoice {strange[0]}, which the claim does not hold"
        return [IntakeError(text, code="unknown_invoice", field="events.invoices")]
    return []


def _beyond_the_debt(claim: ClaimFacts, event: Event, allowed: Allowed) -> list[IntakeError]:
    named = event.invoices if event.invoices is not None else [invoice.number for invoice in claim.invoices]
    most = sum(invoice.money.minor for invoice in claim.invoices if invoice.number in named)
    if allowed.money.minor <= most:
        return []
    text = f"{event.kind} of {event.on} allows {allowed.money}, more than the {Money(most, claim.currency)} it concerns"
    return [IntakeError(text, code="bad_amount", field="events.allowed.amount")]


def _fault(item: Any) -> IntakeError:
    where = ".".join(str(part) for part in item["loc"]) or "claim"
    message = str(item["msg"]).removeprefix("Value error, ")
    return IntakeError(f"{where}: {message}", code="invalid_claim", field=where)
