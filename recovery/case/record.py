"""A case as one record: its row, the rows that belong to it, its claim as the rules see it, and what is new of it.

What is decided on a case looks at its record and the rules and changes the record alone. Where its rows come from,
and where new ones go, is `Outside`: the store of a unit of work (`recovery.case.store`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, Protocol, TypeVar

from sqlmodel import SQLModel

from recovery.case import journal
from recovery.case.columns import Plain, Value
from recovery.case.lifecycle import Facts
from recovery.case.values import (
    Consent,
    Court,
    FlowRun,
    Offer,
    Plan,
    Reason,
    Settlement,
    StepDone,
    Suspension,
)
from recovery.country import CountryAdapter
from recovery.currency.rates import RateSource
from recovery.law.applicable import ApplicableLaw
from recovery.law.assessment import Assessment
from recovery.law.claim import ClaimFacts, Contract, Creditor, Debtor, InvoiceDue
from recovery.law.debts import Debts, debts_of
from recovery.law.happened import Award, Credit, Event, Payment, Waived
from recovery.law.history import pending, title
from recovery.law.limitation import DebtLimitation, Limitation, limitations, of_claim
from recovery.law.titles import Title, titles
from recovery.money import Money
from recovery.quote import assess_under
from recovery.registry import adapter_of
from recovery.store.new_rows import new_row
from recovery.store.tables import (
    Case,
    CaseEvent,
    ClaimInvoice,
    Deadline,
    Document,
    Entry,
    FormerReference,
    Outbox,
    Party,
    PaymentRow,
    Posting,
    Shipment,
    TeamMember,
)

Row = TypeVar("Row", bound=SQLModel)


class Outside(Protocol):
    """What a record asks of the world: rows that belong to it, the hour, and things that are no case's own."""

    def rows(self, claim_id: str, kind: type[Row]) -> list[Row]: ...  # noqa: D102
    def holds(self, kind: type[SQLModel]) -> bool: ...  # noqa: D102
    def add(self, case: CaseRecord, row: SQLModel) -> None: ...  # noqa: D102
    def effect_keys(self, claim_id: str) -> set[str]: ...  # noqa: D102
    def number(self, row: Deadline) -> int: ...  # noqa: D102
    def now(self) -> datetime: ...  # noqa: D102
    def hash_of(self, event: CaseEvent) -> str: ...  # noqa: D102
    def statements(self, country: str) -> tuple[int, date | None]: ...  # noqa: D102
    def tolerance(self, country: str) -> tuple[Decimal, Decimal]: ...  # noqa: D102
    def free_days(self, country: str) -> Mapping[date, str]: ...  # noqa: D102
    def attach(self, case: CaseRecord, key: str, kind: str, name: str, media: str, content: bytes) -> Document: ...  # noqa: D102
    def claimed_elsewhere(self, case: CaseRecord) -> str | None: ...  # noqa: D102
    def same_debtor(self, case: CaseRecord, reference: str) -> tuple[str, str | None] | None: ...  # noqa: D102
    def worker(self, email: str) -> TeamMember | None: ...  # noqa: D102
    def next_number(self, series: str) -> int: ...  # noqa: D102
    def rates(self) -> RateSource: ...  # noqa: D102
    def page(self, case: CaseRecord) -> dict[str, str] | None: ...  # noqa: D102
    def settled(self, case: CaseRecord, owed: Assessment | None) -> None: ...  # noqa: D102
    def capitalises_on(self, case: CaseRecord) -> date | None: ...  # noqa: D102


# Rows that the claim is made of: with a new one, what was reckoned of it is forgotten.
OF_CLAIM = (ClaimInvoice, PaymentRow)


class CaseRecord:
    """One case, from draft to closure."""

    claim_id = Plain[str]()
    reference = Plain[str | None]()
    state = Plain[str]()
    reason = Plain[str | None]()
    return_state = Plain[str | None]()
    version = Plain[int]()
    member_id = Plain[str | None]()
    creditor_country = Plain[str](claim=True)
    debtor_country = Plain[str](claim=True)
    substance = Plain[str | None](claim=True)
    currency = Plain[str]()
    filed_on = Plain[date | None]()
    closed_on = Plain[date | None]()
    creditor = Value[Creditor](Creditor, claim=True, beside={"country": "creditor_country"})
    debtor = Value[Debtor](Debtor, claim=True, beside={"country": "debtor_country"})
    contract = Value[Contract](Contract, claim=True)
    disputed = Plain[bool](claim=True)
    law_override = Plain[str | None](claim=True)
    law_events = Value[tuple[Event, ...]](tuple[Event, ...], (), claim=True)
    credits = Value[tuple[Credit, ...]](tuple[Credit, ...], (), claim=True)
    awards = Value[tuple[Award, ...]](tuple[Award, ...], (), claim=True)
    waivers = Value[tuple[Waived, ...]](tuple[Waived, ...], (), claim=True)
    description = Plain[str | None]()
    warnings = Value[tuple[str, ...]](tuple[str, ...], ())
    law_reason = Value[Reason | None](Reason, None)
    law_digest = Plain[str | None]()
    consents = Value[tuple[Consent, ...]](tuple[Consent, ...], ())
    steps = Value[tuple[StepDone, ...]](tuple[StepDone, ...], ())
    offer = Value[Offer | None](Offer, None)
    plan = Value[Plan | None](Plan, None)
    settlement = Value[Settlement | None](Settlement, None)
    suspension = Value[Suspension | None](Suspension, None)
    court = Value[Court | None](Court, None)
    flow_runs = Value[tuple[FlowRun, ...]](tuple[FlowRun, ...], ())
    route = Plain[str | None]()
    payment_reference = Plain[str | None]()
    principal_minor = Plain[int]()
    principal_open_minor = Plain[int]()
    settled_interest_minor = Plain[int]()
    settled_on = Plain[date | None]()
    advanced_minor = Plain[int]()
    handler_id = Plain[str | None]()

    def __init__(self, row: Case, outside: Outside) -> None:
        self.row: Case = row
        self.outside = outside
        self._rows: dict[type[SQLModel], list[Any]] = {}
        self._reckoned: dict[Any, Any] = {}
        # Frozen values as they were read, each with the text that it was read from.
        self.read: dict[str, tuple[Any, Any]] = {}

    # ---- rows that belong to the case

    def rows(self, kind: type[Row]) -> list[Row]:
        """Return the rows of a kind in their order, read when they are first asked for."""
        found = self._rows.get(kind)
        if found is None:
            found = self._rows[kind] = self.outside.rows(self.claim_id, kind)
        return found

    def hold(self, kind: type[Row], rows: list[Row]) -> None:
        """Take the rows of a kind that were read for many cases at once."""
        self._rows[kind] = rows

    def held(self) -> list[SQLModel]:
        """Return the case's row and all rows that were read of it or made."""
        return [self.row, *(row for rows in self._rows.values() for row in rows)]

    def forget(self) -> None:
        """Read all rows anew when they are next asked for: another may have changed them."""
        self._rows.clear()
        self._reckoned.clear()
        self.__dict__.pop("effect_keys", None)

    def add(self, row: Row) -> Row:
        """Add a new row to the case, after those of its kind; what it moves is posted with it."""
        if self.outside.holds(type(row)):
            self.rows(type(row)).append(row)
        if isinstance(row, OF_CLAIM):
            self.changed()
        self.outside.add(self, row)
        number = len(self.entries) if isinstance(row, Entry) else 0
        self._posted(journal.moves_of(row, self.currency, self.debtor_country, number))
        return row

    def _posted(self, moves: Iterable[journal.Move]) -> None:
        for columns in journal.rows_of(moves, self.claim_id, self.debtor_country):
            self.outside.add(self, new_row(Posting, **columns))

    @property
    def deadlines(self) -> list[Deadline]:
        """The deadlines that were open when the case was read, and new ones."""
        return self.rows(Deadline)

    @property
    def entries(self) -> list[Entry]:
        """The ledger in the order in which it was written."""
        return self.rows(Entry)

    @property
    def events(self) -> list[CaseEvent]:
        """What happened, in its order."""
        return self.rows(CaseEvent)

    @property
    def effects(self) -> list[Outbox]:
        """The effects that waited when the case was read, and new ones."""
        return self.rows(Outbox)

    @property
    def shipments(self) -> list[Shipment]:
        """How letters left the house, the oldest first."""
        return self.rows(Shipment)

    @property
    def papers(self) -> list[Document]:
        """What is kept with the case, the oldest first."""
        return self.rows(Document)

    @cached_property
    def effect_keys(self) -> set[str]:
        """The keys of all effects of the case, done or not."""
        return self.outside.effect_keys(self.claim_id)

    def party(self, role: str) -> Party:
        """Return the creditor or the debtor."""
        return next(one for one in self.rows(Party) if one.role == role)

    @property
    def invoices(self) -> list[ClaimInvoice]:
        """The debts of the claim: one per invoice or instalment."""
        return self.rows(ClaimInvoice)

    @property
    def payments(self) -> list[PaymentRow]:
        """What came in, in the order in which it was recorded, what was taken back among it."""
        return self.rows(PaymentRow)

    @property
    def former(self) -> list[FormerReference]:
        """The references that the case had where its debtor lived before, the oldest first."""
        return self.rows(FormerReference)

    # ---- the claim, and what is reckoned of it

    def changed(self) -> None:
        """Forget what was reckoned of the claim: it changes."""
        self._reckoned.clear()

    @property
    def claim(self) -> ClaimFacts:
        """The claim as the rules see it."""
        found: ClaimFacts | None = self._reckoned.get("claim")
        if found is None:
            found = self._reckoned["claim"] = ClaimFacts(
                creditor=self.creditor,
                debtor=self.debtor,
                contract=self.contract,
                invoices=tuple(_invoice(row) for row in self.invoices),
                payments=tuple(
                    _payment(row, self.currency) for row in self.payments if not row.reversed_on and row.case_minor
                ),
                credits=self.credits,
                events=self.law_events,
                awards=self.awards,
                disputed=self.disputed,
                law_override=self.law_override,
            )
        return found

    @property
    def laws(self) -> ApplicableLaw | None:
        """The laws that were decided for the case, None before it is routed."""
        why = self.law_reason
        return ApplicableLaw(self.substance, self.debtor_country, why.why, why.basis) if why else None

    def reckoned(self, key: Any, make: Any) -> Any:
        """Return what was reckoned of the claim, made when it is first asked for and until the claim changes."""
        if key not in self._reckoned:
            self._reckoned[key] = make()
        return self._reckoned[key]

    # ---- what was agreed to, decided and done

    def agrees(self, about: str) -> bool:
        """Tell whether the member has agreed to something, or a person has decided it."""
        return any(one.about == about for one in self.consents)

    def agree(self, about: str, on: date) -> None:
        """Note a consent or a decision of a day, in place of an earlier one."""
        made = Consent(about=about, given_on=on)
        kept = tuple(made if one.about == about else one for one in self.consents)
        self.consents = kept if self.agrees(about) else (*kept, made)

    def disagree(self, about: str) -> None:
        """Take a consent back."""
        self.consents = tuple(one for one in self.consents if one.about != about)

    @property
    def steps_done(self) -> list[str]:
        """The steps of the procedure that were done in the country where the debtor lives now."""
        return [one.step for one in self.steps if not one.former]

    def take_back(self, payment: PaymentRow, on: date, why: str) -> None:
        """Note that a payment was returned: it covers nothing any more."""
        payment.reversed_on, payment.reversed_why = on, why
        self._posted(journal.of_reversal(payment, self.currency))
        self.changed()


def _invoice(row: ClaimInvoice) -> InvoiceDue:
    return InvoiceDue(
        number=row.number,
        amount=str(Money(row.amount_minor, row.currency)),
        currency=row.currency,
        issued=row.issued_on,
        received=row.received_on,
        due=row.due_on,
        delivered=row.delivered_on,
        rate=row.rate,
    )


def _payment(row: PaymentRow, currency: str) -> Payment:
    amount = str(Money(row.case_minor or 0, currency))
    return Payment(on=row.value_on, amount=amount, currency=currency, invoice=row.invoice, enforced=row.enforced)


def written(**values: Any) -> dict[str, Any]:
    """Return frozen values as the columns of a case's row hold them, by the names of its record."""
    return {name: CaseRecord.__dict__[name].text(value) for name, value in values.items()}


# A case as its record, or as its bare row where lists show many.
AnyCase = Case | CaseRecord


def add_law_event(case: CaseRecord, kind: str, on: date, **more: Any) -> None:
    """Add an event that the law gives an effect to the claim."""
    case.law_events = (*case.law_events, Event.model_validate({"kind": kind, "on": on, **more}))


def procedure_of(case: AnyCase) -> CountryAdapter:
    """Return the adapter of the debtor's country."""
    return adapter_of(case.debtor_country)


def substance_of(case: AnyCase) -> CountryAdapter | None:
    """Return the adapter of the law of the contract, None where a person must decide."""
    return adapter_of(case.substance) if case.substance else None


def assess_case(case: CaseRecord, as_of: date) -> Assessment:
    """Return what is owed on a case on a day; what was waived counts as covered."""
    found: Assessment = case.reckoned(("owed", as_of), lambda: _assess(case, as_of))
    return found


def _assess(case: CaseRecord, as_of: date) -> Assessment:
    claim, waived = case.claim, case.waivers
    if waived:
        claim = claim.model_copy(update={"payments": (*claim.payments, *waived)})
    return assess_under(case.substance, claim, as_of)


def titles_of(case: CaseRecord, on: date) -> tuple[Debts, dict[int, Title]]:
    """Return the debts of a case as told apart, and the titles of those that have one, by place."""
    told = debts_of(substance_of(case) or procedure_of(case), case.claim.at(on))
    return told, titles(told, assess_case(case, on))


def rests_of(case: CaseRecord, on: date) -> list[tuple[str, Money]]:
    """Return the principal that a court did not allow and that is still open, by invoice."""
    told, held = titles_of(case, on)
    return [(told.each[place].invoice.number, title.rest) for place, title in held.items() if title.rest]


def limitation_of(case: CaseRecord, as_of: date) -> Limitation | None:
    """Return the limitation of a case, None where no law is known for it."""
    each = limitations_of(case, as_of)
    return of_claim(each) if each else None


def limitations_of(case: CaseRecord, as_of: date) -> tuple[DebtLimitation, ...]:
    """Return the limitation of each debt of a case, none where no law is known for it."""
    found: tuple[DebtLimitation, ...] = case.reckoned(("limitation", as_of), lambda: _limitations(case, as_of))
    return found


def _limitations(case: CaseRecord, as_of: date) -> tuple[DebtLimitation, ...]:
    law = substance_of(case)
    if law is None:
        return ()
    owed = assess_case(case, as_of) if case.waivers else None  # what was waived is owed no more
    return limitations(law, case.claim, as_of, owed)


def recovered_of(entries: list[Entry], currency: str) -> int:
    """Return what came in, in minor units of the case's currency, refunds taken off."""
    return -sum(
        entry.amount_minor
        for entry in entries
        if entry.kind in ("payment", "refund_due") and entry.currency == currency
    )


def elsewhere_of(case: CaseRecord, as_of: date) -> int:
    """Return what others than the team were paid by a day and still hold, in minor units of the case's currency."""
    return sum(
        row.case_minor or 0
        for row in case.payments
        if row.held_by != journal.TEAM and row.reversed_on is None and row.value_on <= as_of
    )


def facts_for(case: CaseRecord, on: date) -> Facts:
    """Return what the guards of the lifecycle look at."""
    routed = case.reference is not None
    limit = limitation_of(case, on) if routed else None
    owed = _owed(case, on) if routed else 1
    given = {one.about for one in case.consents}
    return Facts(
        consent_formal_notice="formal_notice" in given,
        consent_court="court" in given,
        barred=bool(limit and limit.barred),
        barred_override="barred" in given,
        owed=owed,
        recovered=recovered_of(case.entries, case.currency),
        routed=routed,
        route=case.route,
        settlement_consent="settlement" in given,
        notice_given=_notice_given(case),
        urgent="urgent" in given,
        in_court="judicial" in (case.state, *(case.return_state or "").split("/")),
        moved=case.return_state is not None,
        titled=title(case.claim) is not None,
        pending=pending(case.claim) is not None,
        on=on,
    )


def _notice_given(case: CaseRecord) -> bool:
    """Tell whether the debtor had a formal notice: from us, or from the creditor before the claim was filed."""
    return any(event.kind in ("formal_notice", "lawyer_notice") for event in case.claim.events)


def _owed(case: CaseRecord, on: date) -> int:
    """Return what is still owed; costs fixed in another currency count while nobody covered them."""
    assessed = assess_case(case, on)
    return assessed.total.minor + sum(amount.minor for amount in beside(case, assessed))


def costs_paid(case: CaseRecord) -> dict[str, int]:
    """Return what came in for costs that the law fixes in another currency, in minor units by currency."""
    paid: dict[str, int] = {}
    for row in case.payments:
        if row.case_minor is None and not row.reversed_on:
            paid[row.currency] = paid.get(row.currency, 0) + row.amount_minor
    return paid


def beside(case: CaseRecord, owed: Assessment) -> list[Money]:
    """Return the costs that the law fixes in another currency and nobody has paid, one amount a currency."""
    covered = costs_paid(case)
    left: dict[str, int] = {}
    for cost in owed.foreign_costs:
        left[cost.amount.currency] = left.get(cost.amount.currency, 0) + cost.amount.minor
    open_ = {currency: minor - covered.get(currency, 0) for currency, minor in left.items()}
    return [Money(minor, currency) for currency, minor in open_.items() if minor > 0]
