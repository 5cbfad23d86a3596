"""A case as one record: its row, the rows that belong to it, its claim as the rules see it, and what is new of it.

What is decided on a case looks at its record and the rules and changes the record alone. Where its rows come from,
and where new ones go, is `Outside`: the store of a unit of work (`recovery.case.store`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Any, Generic, Protocol, TypeVar, overload

from sqlmodel import SQLModel

from recovery.case.lifecycle import Facts
from recovery.country import CountryAdapter
from recovery.currency.rates import RateSource
from recovery.law.assessment import Assessment
from recovery.law.claim import ClaimFacts
from recovery.law.debts import Debts, debts_of
from recovery.law.happened import Waived
from recovery.law.history import title
from recovery.law.limitation import DebtLimitation, Limitation, limitations, of_claim
from recovery.law.titles import Title, titles
from recovery.money import Money
from recovery.quote import assess_under
from recovery.registry import adapter_of
from recovery.store.tables import Case, CaseEvent, Deadline, Document, Entry, Outbox, Party, Shipment, TeamMember

T = TypeVar("T")
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
    def free_days(self, country: str) -> Mapping[date, str]: ...  # noqa: D102
    def attach(self, case: CaseRecord, key: str, kind: str, name: str, media: str, content: bytes) -> Document: ...  # noqa: D102
    def claimed_elsewhere(self, case: CaseRecord) -> str | None: ...  # noqa: D102
    def worker(self, email: str) -> TeamMember | None: ...  # noqa: D102
    def next_number(self, series: str) -> int: ...  # noqa: D102
    def rates(self) -> RateSource: ...  # noqa: D102
    def page(self, case: CaseRecord) -> dict[str, str] | None: ...  # noqa: D102
    def settled(self, case: CaseRecord, owed: Assessment | None) -> None: ...  # noqa: D102
    def capitalises_on(self, case: CaseRecord) -> date | None: ...  # noqa: D102


class _Column(Generic[T]):
    """A column of the case's own row."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, case: None, owner: type) -> _Column[T]: ...
    @overload
    def __get__(self, case: CaseRecord, owner: type) -> T: ...
    def __get__(self, case: CaseRecord | None, owner: type) -> _Column[T] | T:
        return self if case is None else getattr(case.row, self.name)

    def __set__(self, case: CaseRecord, value: T) -> None:
        setattr(case.row, self.name, value)


class CaseRecord:
    """One case, from draft to closure."""

    claim_id = _Column[str]()
    reference = _Column[str | None]()
    state = _Column[str]()
    reason = _Column[str | None]()
    return_state = _Column[str | None]()
    version = _Column[int]()
    member_id = _Column[str | None]()
    creditor_country = _Column[str]()
    debtor_country = _Column[str]()
    substance = _Column[str | None]()
    currency = _Column[str]()
    filed_on = _Column[date | None]()
    closed_on = _Column[date | None]()
    consents = _Column[dict[str, Any]]()
    route = _Column[str | None]()
    payment_reference = _Column[str | None]()
    principal_minor = _Column[int]()
    principal_open_minor = _Column[int]()
    settled_interest_minor = _Column[int]()
    settled_on = _Column[date | None]()
    advanced_minor = _Column[int]()
    handler_id = _Column[str | None]()

    def __init__(self, row: Case, outside: Outside) -> None:
        self.row, self.outside = row, outside
        self._rows: dict[type[SQLModel], list[Any]] = {}
        self._reckoned: dict[Any, Any] = {}

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
        """Add a new row to the case, after those of its kind."""
        if self.outside.holds(type(row)):
            self.rows(type(row)).append(row)
        self.outside.add(self, row)
        return row

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

    # ---- facts

    @property
    def facts(self) -> dict[str, Any]:
        """What is known beside the columns."""
        return self.row.facts

    def change_facts(self, **changes: Any) -> None:
        """Change what is known; what was reckoned from it is forgotten."""
        self.row.facts = {**self.row.facts, **changes}
        self._reckoned.clear()

    @property
    def claim(self) -> ClaimFacts:
        """The claim as the rules see it."""
        found: ClaimFacts | None = self._reckoned.get("claim")
        if found is None:
            found = self._reckoned["claim"] = ClaimFacts.model_validate(self.row.facts["claim"])
        return found

    def reckoned(self, key: Any, make: Any) -> Any:
        """Return what was reckoned from the facts, made when it is first asked for and until they change."""
        key = (key, self.row.substance, self.row.debtor_country)
        if key not in self._reckoned:
            self._reckoned[key] = make()
        return self._reckoned[key]


# A case as its record, or as its bare row where lists show many.
AnyCase = Case | CaseRecord


def add_law_event(case: CaseRecord, kind: str, on: date, **more: Any) -> None:
    """Add an event that the law gives an effect to the claim."""
    claim = dict(case.facts["claim"])
    claim["events"] = [*claim["events"], {"kind": kind, "on": on.isoformat(), **more}]
    case.change_facts(claim=claim)


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
    claim, waived = case.claim, waivers_of(case)
    if waived:
        claim = claim.model_copy(update={"payments": (*claim.payments, *waived)})
    return assess_under(case.substance, claim, as_of)


def waivers_of(case: CaseRecord) -> list[Waived]:
    """Return what was given up of a case."""
    return [Waived.model_validate(row) for row in case.facts.get("waivers", [])]


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
    owed = assess_case(case, as_of) if case.facts.get("waivers") else None  # what was waived is owed no more
    return limitations(law, case.claim, as_of, owed)


def recovered_of(entries: list[Entry], currency: str) -> int:
    """Return what came in, in minor units of the case's currency, refunds taken off."""
    return -sum(
        entry.amount_minor
        for entry in entries
        if entry.kind in ("payment", "refund_due") and entry.currency == currency
    )


def facts_for(case: CaseRecord, on: date) -> Facts:
    """Return what the guards of the lifecycle look at."""
    routed = case.reference is not None
    limit = limitation_of(case, on) if routed else None
    owed = _owed(case, on) if routed else 1
    return Facts(
        consent_formal_notice="formal_notice" in case.consents,
        consent_court="court" in case.consents,
        barred=bool(limit and limit.barred),
        barred_override="barred" in case.consents,
        owed=owed,
        recovered=recovered_of(case.entries, case.currency),
        routed=routed,
        route=case.route,
        settlement_consent="settlement" in case.consents,
        notice_given=_notice_given(case),
        urgent="urgent" in case.consents,
        in_court="judicial" in (case.state, *(case.return_state or "").split("/")),
        moved=case.return_state is not None,
        titled=title(case.claim) is not None,
        on=on,
    )


def _notice_given(case: CaseRecord) -> bool:
    """Tell whether the debtor had a formal notice: from us, or from the creditor before the claim was filed."""
    return any(event.kind in ("formal_notice", "lawyer_notice") for event in case.claim.events)


def _owed(case: CaseRecord, on: date) -> int:
    """Return what is still owed; costs fixed in another currency count while nobody covered them."""
    assessed = assess_case(case, on)
    return assessed.total.minor + sum(amount.minor for amount in beside(case, assessed))


def beside(case: CaseRecord, owed: Assessment) -> list[Money]:
    """Return the costs that the law fixes in another currency and nobody has paid, one amount a currency."""
    covered = case.facts.get("foreign_paid", {})
    left: dict[str, int] = {}
    for cost in owed.foreign_costs:
        left[cost.amount.currency] = left.get(cost.amount.currency, 0) + cost.amount.minor
    open_ = {currency: minor - int(covered.get(currency, 0)) for currency, minor in left.items()}
    return [Money(minor, currency) for currency, minor in open_.items() if minor > 0]
