"""The store of cases: records read under their lock, one by one or many at once, and their new rows written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import event
from sqlmodel import Session, SQLModel, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from recovery.case import chain
from recovery.case.record import CaseRecord
from recovery.currency.rates import RateSource
from recovery.currency.stored import stored_rates
from recovery.errors import CaseError
from recovery.law.assessment import Assessment
from recovery.people.debtor_link import new_access, on_page
from recovery.people.partners import own_holidays, statements_of, tolerance_of
from recovery.people.switches import is_on
from recovery.people.teams import worker_named
from recovery.store import documents
from recovery.store import tables as t
from recovery.store.balances import Settled, position_columns, store_positions
from recovery.store.portal_tables import DebtorAccess
from recovery.store.sealing import key_for
from recovery.store.series import next_number, taken_through

T = TypeVar("T")
Row = TypeVar("Row", bound=SQLModel)

# What of a kind belongs to a record, and in which order it is held.
_OPEN = col(t.Deadline.status).in_(("open", "late"))
_WAITS = col(t.Outbox.status) == "waiting"
HELD: dict[type[SQLModel], tuple[Any, tuple[Any, ...]]] = {
    t.Party: (None, (col(t.Party.role),)),
    t.ClaimInvoice: (None, (col(t.ClaimInvoice.id),)),
    t.PaymentRow: (None, (col(t.PaymentRow.sequence),)),
    t.FormerReference: (None, (col(t.FormerReference.sequence),)),
    t.Deadline: (_OPEN, (col(t.Deadline.due_on), col(t.Deadline.id))),
    t.Entry: (None, (col(t.Entry.id),)),
    t.CaseEvent: (None, (col(t.CaseEvent.sequence),)),
    t.Outbox: (_WAITS, (col(t.Outbox.id),)),
    t.Shipment: (None, (col(t.Shipment.id),)),
    t.Document: (None, (col(t.Document.id),)),
    t.Accrual: (None, (col(t.Accrual.sequence),)),
    t.Remittance: (None, (col(t.Remittance.id),)),
    t.BankEntry: (None, (col(t.BankEntry.id),)),
    DebtorAccess: (None, (col(DebtorAccess.claim_id),)),
    t.Message: (None, (col(t.Message.sequence),)),
}
# Cases of which rows are read by one statement.
AT_ONCE = 500
# What a step of the procedure looks at: read for many cases by one statement a kind.
WORKED_WITH = (
    t.Party,
    t.ClaimInvoice,
    t.PaymentRow,
    t.Deadline,
    t.Entry,
    t.CaseEvent,
    t.Outbox,
    t.Accrual,
    DebtorAccess,
)


class Unit:
    """The cases of one unit of work: each is one record, however often it is asked for."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.records: dict[str, CaseRecord] = {}
        # What is owed as cases were settled here, and which of it is not written yet.
        self._settled: dict[str, tuple[CaseRecord, Assessment | None]] = {}
        self.unwritten: set[str] = set()
        self._free: dict[str, Mapping[date, str]] = {}
        self._tolerance: dict[str, tuple[Decimal, Decimal]] = {}
        self._statements: dict[str, tuple[int, date | None]] = {}
        self._kept: dict[str, list[SQLModel]] | None = None
        # Contents of new papers and numbers of series that were given, while sets are made.
        self._contents: list[bytes] = []
        self._numbers: dict[str, int] = {}
        self._has_page: bool | None = None
        # What is only tried keeps no file; its rows are never written.
        self.only_tries = False

    # ---- what records ask of the world

    def rows(self, claim_id: str, kind: type[Row]) -> list[Row]:
        """Return the rows of a kind that belong to a case."""
        return self._read(kind, [claim_id]).get(claim_id, [])

    def _read(self, kind: type[Row], claim_ids: list[str]) -> dict[str, list[Row]]:
        which, order = HELD[kind]
        found: dict[str, list[Row]] = {}
        for some in _by_hundreds(claim_ids):
            query = select(kind).where(col(kind.claim_id).in_(some)).order_by(*order)  # type: ignore[attr-defined]
            if which is not None:
                query = query.where(which)
            # What is new or changed stands in the records already: nothing is written for the sake of reading.
            with self.session.no_autoflush:
                rows = self.session.exec(query.execution_options(populate_existing=True)).all()
            for row in rows:
                found.setdefault(row.claim_id, []).append(row)  # type: ignore[attr-defined]
        return found

    def holds(self, kind: type[SQLModel]) -> bool:
        """Tell whether a record holds rows of a kind."""
        return kind in HELD

    def effect_keys(self, claim_id: str) -> set[str]:
        """Return the keys of all effects of a case."""
        return self._keys([claim_id])[claim_id]

    def _keys(self, claim_ids: list[str]) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {claim_id: set() for claim_id in claim_ids}
        for some in _by_hundreds(claim_ids):
            query = select(t.Outbox.claim_id, t.Outbox.key).where(col(t.Outbox.claim_id).in_(some))
            with self.session.no_autoflush:
                for claim_id, key in self.session.exec(query):
                    found[claim_id or ""].add(key)
        return found

    def add(self, case: CaseRecord, row: SQLModel) -> None:
        """Write a new row of a case with this unit of work."""
        if self._kept is None:
            self.session.add(row)
        else:
            self._kept.setdefault(case.claim_id, []).append(row)

    @contextmanager
    def in_sets(self) -> Iterator[Unit]:
        """Keep what is new of each case to the end: one that fails falls out alone, the rest is written at once."""
        self._kept = {}
        with self.session.no_autoflush:
            yield self
            kept, self._kept = self._kept, None
            self._end_sets()
            rows = [row for some in kept.values() for row in some]
            cases = [row for row in rows if isinstance(row, t.Case)]
            if cases:  # the cases before what belongs to them
                settled, self.unwritten = self.unwritten, set()
                self.session.add_all(cases)
                self.session.flush()
                self.unwritten = settled
            self.session.add_all(row for row in rows if not isinstance(row, t.Case))

    def _end_sets(self) -> None:
        """Store the contents of new papers, and up to where series were counted."""
        contents, self._contents = self._contents, []
        documents.keep_many(contents)
        numbers, self._numbers = self._numbers, {}
        for series, last in sorted(numbers.items()):
            taken_through(self.session, series, last)

    def drop(self, case: CaseRecord) -> None:
        """Let nothing of what was done to a case be written."""
        self.records.pop(case.claim_id, None)
        self._settled.pop(case.claim_id, None)
        self.unwritten.discard(case.claim_id)
        (self._kept or {}).pop(case.claim_id, None)
        for row in case.held():
            if row in self.session:
                self.session.expunge(row)

    def number(self, row: t.Deadline) -> int:
        """Return the number of a new row, which is written now."""
        self.session.flush()
        assert row.id is not None
        return row.id

    def now(self) -> datetime:
        """Return the hour."""
        return datetime.now(UTC)

    def hash_of(self, event: t.CaseEvent) -> str:
        """Return the keyed hash that ends a chain with an event."""
        return chain.digest(key_for(self.session.connection()), event)

    def free_days(self, country: str) -> Mapping[date, str]:
        """Return the free days of a country's own team."""
        found = self._free.get(country)
        if found is None:
            found = self._free[country] = own_holidays(self.session, country)
        return found

    def statements(self, country: str) -> tuple[int, date | None]:
        """Return how long demands wait for a statement of a country's account, and up to which day the last went."""
        found = self._statements.get(country)
        if found is None:
            found = self._statements[country] = statements_of(self.session, country)
        return found

    def tolerance(self, country: str) -> tuple[Decimal, Decimal]:
        """Return the most that may be missing of what was asked by a country's partner: a sum, and percent."""
        found = self._tolerance.get(country)
        if found is None:
            found = self._tolerance[country] = tolerance_of(self.session, country)
        return found

    def attach(self, case: CaseRecord, key: str, kind: str, name: str, media: str, content: bytes) -> t.Document:
        """Keep a file with a case, never to change, once by its key."""
        found = next((paper for paper in case.papers if paper.key == key), None)
        if found:
            return found
        store = not self.only_tries
        if store and self._kept is not None:
            store = False
            self._contents.append(content)
        return case.add(documents.document(case.claim_id, key, kind, name, media, content, store))

    def claimed_elsewhere(self, case: CaseRecord) -> str | None:
        """Return the case in which an invoice of this one is claimed too, None where it is claimed here alone."""
        prints = {invoice.fingerprint for invoice in case.rows(t.ClaimInvoice)}
        query = select(t.ClaimInvoice.claim_id).where(col(t.ClaimInvoice.live).in_(prints))
        found = self.session.exec(query.where(t.ClaimInvoice.claim_id != case.claim_id)).first()
        if found is None:
            return None
        return self.session.get_one(t.Case, found).reference or found

    def same_debtor(self, case: CaseRecord, reference: str) -> tuple[str, str | None] | None:
        """Return an open case by its reference and who works it, None where it is not of the case's debtor."""
        query = of_debtor(case, select(t.Case)).where(t.Case.reference == reference, t.Case.state != "closed")
        found = self.session.exec(query).first()
        return (found.reference or "", found.handler_id) if found else None

    def worker(self, email: str) -> t.TeamMember | None:
        """Return who works at an address, None where nobody does."""
        return worker_named(self.session, email)

    def rates(self) -> RateSource:
        """Return the exchange rates that were stored."""
        return stored_rates(self.session)

    def next_number(self, series: str) -> int:
        """Return the next number of a series; a set counts on from its first by itself, as the series is locked."""
        if self._kept is None:
            return next_number(self.session, series)
        last = self._numbers.get(series)
        self._numbers[series] = next_number(self.session, series) if last is None else last + 1
        return self._numbers[series]

    def page(self, case: CaseRecord) -> dict[str, str] | None:
        """Return what a letter keeps of the debtor's page; None where it is switched off."""
        if self._has_page is None:
            self._has_page = is_on(self.session, "debtor_page")
        if not self._has_page:
            return None
        known = case.rows(DebtorAccess)
        return on_page(known[0] if known else case.add(new_access(case.claim_id)))

    def settled(self, case: CaseRecord, owed: Assessment | None) -> None:
        """Write where the interest of a case's debts stands, nothing for a closed one, when the unit is written."""
        self._settled[case.claim_id] = (case, owed)
        self.unwritten.add(case.claim_id)

    def capitalises_on(self, case: CaseRecord) -> date | None:
        """Return the first day on which interest of a case becomes principal, None where none does."""
        if case.claim_id in self._settled:
            owed = self._settled[case.claim_id][1]
            days = [position_columns(debt, None)["capitalises_on"] for debt in owed.debts] if owed else []
        else:
            days = [row.capitalises_on for row in case.rows(t.Accrual)]
        first = min((day for day in days if day is not None), default=None)
        return date.fromordinal(first) if first is not None else None

    # ---- reading and writing

    def record(self, row: t.Case) -> CaseRecord:
        """Return the record of a case's row; what was read of it before is read anew."""
        found = self.records.get(row.claim_id)
        if found is None:
            found = self.records[row.claim_id] = CaseRecord(row, self)
        else:
            found.forget()
            if row.claim_id not in self.unwritten:
                self._settled.pop(row.claim_id, None)
        return found

    def new(self, row: t.Case) -> CaseRecord:
        """Return the record of a case that is made now: nothing belongs to it yet."""
        if self._kept is None:
            self.session.add(row)
            self.session.flush()  # the case before what belongs to it
        else:
            self._kept.setdefault(row.claim_id, []).append(row)
        case = self.record(row)
        for kind in HELD:
            case.hold(kind, [])
        case.effect_keys = set()
        return case

    def preload(self, cases: list[CaseRecord], kinds: Iterable[type[SQLModel]] = WORKED_WITH) -> None:
        """Read the rows of some kinds of many cases, one statement a kind."""
        claim_ids = [case.claim_id for case in cases]
        for kind in kinds:
            found = self._read(kind, claim_ids)
            for case in cases:
                case.hold(kind, found.get(case.claim_id, []))
            if kind is t.Outbox:
                keys = self._keys(claim_ids)
                for case in cases:
                    case.effect_keys = keys[case.claim_id]

    def write_positions(self) -> None:
        """Write where interest stands on the cases that were settled."""
        waiting = [self._settled[claim_id] for claim_id in self.unwritten]
        self.unwritten.clear()
        settled = [Settled(case.claim_id, case.debtor_country, case.substance, owed) for case, owed in waiting]
        store_positions(self.session, settled)


def unit_of(session: Session) -> Unit:
    """Return the unit of a session's cases."""
    unit: Unit | None = session.info.get("cases")
    if unit is None:
        unit = session.info["cases"] = Unit(session)
    return unit


@event.listens_for(Session, "before_flush")
@event.listens_for(Session, "before_commit")
def _positions(session: Session, *_: Any) -> None:
    unit: Unit | None = session.info.get("cases")
    if unit is not None and unit.unwritten:
        unit.write_positions()


def of_debtor(case: CaseRecord, query: SelectOfScalar[T]) -> SelectOfScalar[T]:
    """Return a query of cases kept to the others of a case's debtor in its country: by its number, else by its name."""
    debtor = case.party("debtor")
    same = t.Party.vat == debtor.vat if debtor.vat else func.lower(col(t.Party.name)) == debtor.name.lower()
    query = query.join(t.Party, col(t.Party.claim_id) == col(t.Case.claim_id))
    query = query.where(t.Party.role == "debtor", same, t.Case.debtor_country == case.debtor_country)
    return query.where(t.Case.claim_id != case.claim_id, col(t.Case.reference).is_not(None))


def load(session: Session, name: str, lock: bool = True) -> CaseRecord:
    """Return the case of a reference or claim id, locked for this unit of work and as it stands once locked.

    What was read of it before without a lock is read again: another may have changed it in between.

    Raises:
        CaseError: there is none.
    """
    query = select(t.Case).where((t.Case.reference == name.upper()) | (t.Case.claim_id == name))
    row = session.exec(locked(query) if lock else query).first() or _by_former_reference(session, name, lock)
    if row is None:
        raise CaseError(
            f"case {name}: not found; `recovery case list` shows the cases",
            code="case_not_found",
            field="reference",
        )
    return unit_of(session).record(row)


def load_many(
    session: Session,
    claim_ids: Iterable[str | None],
    kinds: Iterable[type[SQLModel]] = WORKED_WITH,
    wait: bool = True,
) -> list[CaseRecord]:
    """Return cases by their claim ids, locked in one order, with their rows of some kinds: those that steps look at.

    Without `wait` the cases that another has locked are left out (on SQLite nobody has: one writes at a time).
    """
    unit = unit_of(session)
    cases = [unit.record(row) for row in _locked(session, t.Case, claim_ids, wait)]
    unit.preload(cases, kinds)
    return cases


def _by_former_reference(session: Session, name: str, lock: bool) -> t.Case | None:
    """Return the case that had a reference before its debtor moved."""
    former = session.get(t.FormerReference, name.upper())
    if former is None:
        return None
    query = select(t.Case).where(t.Case.claim_id == former.claim_id)
    return session.exec(locked(query) if lock else query).first()


def locked(query: SelectOfScalar[T], wait: bool = True) -> SelectOfScalar[T]:
    """Return a query whose rows are locked for this unit of work, and read anew if the session has them already.

    Without `wait` rows that another has locked are left out.
    """
    return query.with_for_update(skip_locked=not wait).execution_options(populate_existing=True)


def lock_rows(session: Session, claim_ids: Iterable[str | None]) -> None:
    """Lock several cases without reading them: one that cannot be read holds up nothing else."""
    _locked(session, col(t.Case.claim_id), claim_ids)


def _locked(session: Session, what: Any, claim_ids: Iterable[str | None], wait: bool = True) -> list[Any]:
    """Return what is asked of cases, locked, the lowest claim id first, so that no two wait crosswise."""
    found: list[Any] = []
    for some in _by_hundreds(sorted({claim_id for claim_id in claim_ids if claim_id})):
        query = select(what).where(col(t.Case.claim_id).in_(some)).order_by(col(t.Case.claim_id))
        found += session.exec(locked(query, wait))
    return found


def _by_hundreds(claim_ids: list[str]) -> Iterator[list[str]]:
    """Return as many claims at once as one statement is given."""
    return (claim_ids[at : at + AT_ONCE] for at in range(0, len(claim_ids), AT_ONCE))
