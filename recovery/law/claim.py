"""The claim as the rules see it: the shape that the command line, the API and the store share."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from recovery.errors import Faults, IntakeError
from recovery.law.values import Cost
from recovery.money import Money, decimal_of

Kind = Literal["business", "consumer", "public"]
ClaimKind = Literal["services", "goods", "professional_fee", "utilities", "rent", "carriage", "other"]
EventKind = Literal[
    "reminder",
    "formal_notice",
    "written_demand",
    "lawyer_notice",
    "acknowledgement",
    "lawsuit",
    "payment_order_applied",
    "served",
    "opposition",
    "judgment",
    "insolvency",
    "dispute",
]


def _country(value: Any) -> Any:
    if isinstance(value, str):
        code = value.strip().upper()
        if len(code) == 2 and code.isalpha():
            return {"EL": "GR", "UK": "GB"}.get(code, code)
    raise ValueError("write the country as two letters such as BE (ISO 3166-1 alpha-2)")


def _date(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError(f"{value!r} is not a date; write it as 2026-01-31") from None
    return value


def _percent(value: Any) -> Any:
    try:
        rate = decimal_of(value if not isinstance(value, float) else str(value), "rate")
    except IntakeError as error:
        raise ValueError(error.message) from None
    if not 0 <= rate <= 1000:
        raise ValueError("a rate is percent per year, from 0 to 1000")
    if rate != round(rate, 4):
        raise ValueError("a rate has at most 4 decimals")
    return rate


Country = Annotated[str, BeforeValidator(_country)]
Day = Annotated[date, BeforeValidator(_date)]
Percent = Annotated[Decimal, BeforeValidator(_percent)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Creditor(_Model):
    """Whose name is on the invoice; the claimant of record."""

    country: Country
    region: str | None = None
    kind: Kind = "business"
    size: Literal["sme", "large"] = "sme"
    legal_form: Literal["natural_person", "legal_person"] = "legal_person"
    vat_deductible: bool = True
    enterprise_number: str | None = None


class Debtor(_Model):
    """Who owes; `home` is where the debtor lived when the contract was made, if that was elsewhere."""

    country: Country
    kind: Kind
    size: Literal["sme", "large"] = "sme"
    region: str | None = None
    enterprise_number: str | None = None
    natural_person: bool | None = None
    home: Country | None = None

    @property
    def residence(self) -> str:
        """The country whose law protects a consumer: of the residence when the contract was made (Rome I art. 6)."""
        return self.home or self.country

    @property
    def is_natural_person(self) -> bool:
        """Whether the rules that protect natural persons apply (consumers always)."""
        return self.kind == "consumer" or bool(self.natural_person)


class Contract(_Model):
    """What was agreed."""

    date: Day | None = None
    kind: ClaimKind = "services"
    choice_of_law: Country | None = None
    choice_of_court: Country | None = None
    rate: Percent | None = None
    penalty: str | None = None
    agreed_term_days: int | None = Field(default=None, ge=0, le=3650)
    reminder_fee_agreed: bool = False

    @model_validator(mode="after")
    def _penalty_is_known(self) -> Contract:
        if self.penalty not in (None, "none", "ceiling"):
            try:
                decimal_of(self.penalty)
            except IntakeError as error:
                raise ValueError(f"penalty is none, ceiling or an amount: {error.message}") from None
        return self


class InvoiceDue(_Model):
    """One unpaid invoice. Without `received` it counts as received when issued."""

    number: str = "1"
    amount: str
    currency: str
    issued: Day | None = None
    received: Day | None = None
    due: Day | None = None

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


class Payment(_Model):
    """Money that came in, dated by its value day.

    `invoice` is the debt that the debtor named when paying; `enforced` money came in by enforcement,
    which some laws spread in another order.
    """

    on: Day
    amount: str
    currency: str
    invoice: str | None = None
    enforced: bool = False

    @cached_property
    def money(self) -> Money:
        """The amount, exact."""
        return Money.parse(self.amount, self.currency, "payments.amount")


class Event(_Model):
    """Something that happened and that the law gives an effect."""

    kind: EventKind
    on: Day
    by: Literal["creditor", "lawyer", "bailiff", "collector", "debtor", "court"] = "creditor"
    channel: Literal["post", "registered", "email", "hand"] = "post"
    received: Day | None = None
    wording: Literal["receipt_based", "date_based"] | None = None


class Award(_Model):
    """Costs that a court or an enforcement officer has fixed against the debtor."""

    kind: Literal["court_costs", "enforcement_costs"]
    on: Day
    amount: str
    currency: str
    basis: str

    @cached_property
    def money(self) -> Money:
        """The amount, exact."""
        return Money.parse(self.amount, self.currency, "awards.amount")

    @property
    def cost(self) -> Cost:
        """The award as a cost, due from its day."""
        return Cost(self.kind, self.money, self.on, self.basis)


class ClaimFacts(_Model):
    """One claim: who, against whom, on what contract, what happened so far."""

    creditor: Creditor
    debtor: Debtor
    contract: Contract = Contract()
    invoices: tuple[InvoiceDue, ...] = Field(min_length=1)
    payments: tuple[Payment, ...] = ()
    events: tuple[Event, ...] = ()
    awards: tuple[Award, ...] = ()
    disputed: bool = False
    law_override: Country | None = None
    as_of: Day | None = None

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
        return min(invoice.issued or invoice.received_on for invoice in self.invoices)

    def has_agreed_day(self, invoice: InvoiceDue) -> bool:
        """Whether the last day for payment is agreed: stated with the invoice, or as a term of the contract."""
        return invoice.due is not None or self.contract.agreed_term_days is not None

    @property
    def is_commercial(self) -> bool:
        """Whether Directive 2011/7/EU applies: a business owed by a business or an authority."""
        return self.creditor.kind == "business" and self.debtor.kind in ("business", "public")

    def events_of(self, *kinds: str) -> list[Event]:
        """Return the events of these kinds, oldest first."""
        return sorted((event for event in self.events if event.kind in kinds), key=lambda event: event.on)

    def at(self, as_of: date) -> ClaimFacts:
        """Return the same claim without what happened after `as_of`."""
        dated: tuple[Payment | Event | Award, ...] = (*self.payments, *self.events, *self.awards)
        later = any(row.on > as_of for row in dated)
        if self.as_of == as_of and not later:
            return self
        return self.model_copy(
            update={
                "as_of": as_of,
                "payments": tuple(payment for payment in self.payments if payment.on <= as_of),
                "events": tuple(event for event in self.events if event.on <= as_of),
                "awards": tuple(award for award in self.awards if award.on <= as_of),
            }
        )


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
    amounts: list[tuple[str, InvoiceDue | Payment | Award]] = [
        *(("invoices.amount", invoice) for invoice in claim.invoices),
        *(("payments.amount", payment) for payment in claim.payments),
        *(("awards.amount", award) for award in claim.awards),
    ]
    for field, row in amounts:
        try:
            if row.money.minor <= 0:
                faults.append(IntakeError(f"{field} must be more than zero", code="bad_amount", field=field))
        except IntakeError as fault:
            faults.append(fault)
    faults.extend(
        IntakeError(
            f"payment of {payment.on} is in {payment.currency}, the debt in {claim.currency}; "
            "convert it at its value date first",
            code="currency_mismatch",
            field="payments.currency",
        )
        for payment in claim.payments
        if payment.currency != claim.currency
    )
    if faults:
        raise Faults(faults)
    return claim


def _fault(item: Any) -> IntakeError:
    where = ".".join(str(part) for part in item["loc"]) or "claim"
    message = str(item["msg"]).removeprefix("Value error, ")
    return IntakeError(f"{where}: {message}", code="invalid_claim", field=where)
