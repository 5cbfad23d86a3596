"""Which bank lines are stored already: by the bank's own reference, else by content and the count of equals."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import and_, or_, text
from sqlalchemy import select as plain_select
from sqlmodel import Session, col, select

from recovery.bank.entry import Entry
from recovery.bank.match import Match
from recovery.bank.names import name_words
from recovery.bank.tokens import plain
from recovery.store.tables import BankEntry

# A line that was told whole gives way to its parts while nobody has done anything with it.
GIVES_WAY = ("unmatched", "proposed", "outgoing", "taken_back")
_COLUMNS: tuple[Any, ...] = tuple(
    col(getattr(BankEntry, name))
    for name in (
        *("id", "account", "bank_id", "booked_on", "value_on", "amount_minor", "currency", "credit"),
        *("debtor_name", "debtor_iban", "status", "mark", "servicer_id", "batch", "source"),
    )
)


class Stored(NamedTuple):
    """What identity looks at of a stored line."""

    id: int
    account: str
    bank_id: str
    booked_on: date
    value_on: date
    amount_minor: int
    currency: str
    credit: bool
    debtor_name: str | None
    debtor_iban: str | None
    status: str
    mark: str
    servicer_id: str | None
    batch: str | None
    source: str

    @property
    def content(self) -> tuple[Any, ...]:
        """What may not differ under one id."""
        return self.value_on, self.amount_minor, self.currency, self.credit


@dataclass(frozen=True, slots=True)
class Told:
    """A line of a file as it was matched.

    `place` counts it among those of its content in the file, `unnamed` how many before it have no id of the bank's.
    """

    match: Match
    mark: str
    place: int
    unnamed: int

    @property
    def line(self) -> Entry:
        """The line itself."""
        return self.match.entry

    def placed(self, match: Match) -> Told:
        """Return the line as it is matched otherwise."""
        return replace(self, match=match)


@dataclass
class File:
    """What is remembered of a file while it streams: its kind, how often each content came, and the ids of a window."""

    source: str = ""
    contents: Counter[int] = field(default_factory=Counter)
    unnamed: Counter[int] = field(default_factory=Counter)
    ids: frozenset[str] = frozenset()

    def tell(self, matches: Iterable[Match]) -> list[Told]:
        """Return the lines of a window, each with its place among its equals."""
        told, ids = list[Told](), set[str]()
        for match in matches:
            mark = match.entry.mark
            key = _short(mark)
            self.contents[key] += 1
            told.append(Told(match, mark, self.contents[key], self.unnamed[key]))
            if match.entry.own_id:
                ids.add(match.entry.bank_id)
            else:
                self.unnamed[key] += 1
        self.ids = frozenset(ids)
        return told

    def tells(self, row: Stored) -> bool:
        """Tell whether a stored line stands in the file too, as far as it was read."""
        return _short(row.mark) in self.contents or row.servicer_id in self.ids


def _short(mark: str) -> int:
    return int(mark[:15] or "0", 16)


class Known:
    """What is stored of the lines of a chunk, and of those that it adds."""

    def __init__(self, session: Session, lines: list[Told], file: File) -> None:
        self.file = file
        self._contents: dict[tuple[str, str], tuple[Any, ...]] = {}
        self._by_id: dict[tuple[str, str], Stored] = {}
        self._by_servicer: dict[tuple[str, str], Stored] = {}
        self._by_mark: dict[str, list[Stored]] = defaultdict(list)
        self._by_batch: set[tuple[str, str]] = set()
        self._alike: dict[tuple[Any, ...], list[Stored]] = defaultdict(list)
        self._added: Counter[str] = Counter()
        # Stored lines that the bank gives its id now, and those that are told apart.
        self.named: dict[int, str] = {}
        self.told_apart: dict[int, str] = {}
        for row in _read(session, lines, file.source):
            self._take(row)

    def _take(self, row: Stored) -> None:
        key = (row.account, row.bank_id)
        if key not in self._contents:
            self._contents[key], self._by_id[key] = row.content, row
            self._by_mark[row.mark].append(row)
            self._alike[_alike(row.account, row.booked_on, row.amount_minor, row.currency, row.credit)].append(row)
            if row.servicer_id:
                self._by_servicer[row.account, row.servicer_id] = row
            if row.batch:
                self._by_batch.add((row.account, row.batch))

    def new(self, told: Told) -> Match | None:
        """Return a line as it is to be stored, None where it is known already."""
        line = told.line
        if line.own_id:
            key = (line.account, line.bank_id)
            row = self._by_servicer.get(key)
            there = row.content if row else self._contents.get(key)
            if there:
                return None if there == content(line) else self._added_as(changed(told.match), told.mark)
        if self._told_otherwise(line) or self._equal(told):
            return None
        return self._added_as(self._doubted(self._free(told)), told.mark)

    def _added_as(self, match: Match, mark: str) -> Match | None:
        """Return a line that is stored now, None where its id is there."""
        line = match.entry
        key = (line.account, line.bank_id)
        if key in self._contents:
            return None
        self._contents[key] = content(line)
        self._added[mark] += 1
        if line.batch:
            self._by_batch.add((line.account, line.batch))
        return match

    def _told_otherwise(self, line: Entry) -> bool:
        """Tell whether a batch is stored by its parts, or a part by the batch that somebody has worked as a whole."""
        if line.parts > 1 and line.own_id:
            return (line.account, line.bank_id) in self._by_batch
        whole = self._by_id.get((line.account, line.batch)) if line.batch else None
        if whole is None or whole.status == "told_apart":
            return False
        if whole.status not in GIVES_WAY:
            return True
        self.told_apart[whole.id] = f"told apart: {line.bank_id} and others"
        return False

    def _equal(self, told: Told) -> bool:
        """Tell whether a line of this content is stored for it: one that the bank named no other way."""
        line, stored = told.line, self._by_mark.get(told.mark, [])
        if not line.own_id:
            return len(stored) + self._added[told.mark] >= told.place
        nameless = [row for row in stored if not row.servicer_id and row.id not in self.named]
        if len(nameless) <= told.unnamed:
            return False
        self.named[nameless[told.unnamed].id] = line.bank_id
        return True

    def _free(self, told: Told) -> Match:
        """Return a line under an id of its own: banks number anew each year."""
        line = told.line
        if line.own_id or (line.account, line.bank_id) not in self._contents:
            return told.match
        return replace(told.match, entry=line.under(f"{line.bank_id}~{told.mark[:8]}-{told.place}"))

    def _doubted(self, match: Match) -> Match:
        """Return a line that a person compares first where a file of another kind may have told of it."""
        line = match.entry
        key = _alike(line.account, line.booked, line.amount.minor, line.amount.currency, line.credit)
        for row in self._alike.get(key, ()):
            other = row.source != self.file.source and row.status != "told_apart" and row.id not in self.named
            if other and not self.file.tells(row) and _same_payer(line, row):
                why = f"may be the same as entry {row.id} of another file ({row.source or 'older'}): a person decides"
                return Match(line, None, match.case_reference, "alike", why)
        return match

    def write(self, session: Session) -> None:
        """Write what stored lines have become."""
        touched = {*self.named, *self.told_apart}
        rows = session.exec(select(BankEntry).where(col(BankEntry.id).in_(touched))) if touched else ()
        for row in rows:
            row.servicer_id = self.named.get(row.id or 0, row.servicer_id)
            if row.id in self.told_apart:
                row.status, row.why, row.claim_id = "told_apart", self.told_apart[row.id], None


def _alike(account: str, booked: date, minor: int, currency: str, credit: bool) -> tuple[Any, ...]:
    return account, booked, minor, currency, credit


def _same_payer(line: Entry, row: Stored) -> bool:
    """Tell whether two lines name one payer: by IBAN where both have one, else by name."""
    if line.debtor_iban and row.debtor_iban:
        return plain(line.debtor_iban) == plain(row.debtor_iban)
    names = [name_words(name) for name in (line.debtor_name, row.debtor_name) if name]
    return len(names) == 2 and names[0] == names[1]


def content(line: Entry) -> tuple[Any, ...]:
    """Return what may not differ under one id."""
    return line.value, line.amount.minor, line.amount.currency, line.credit


def changed(match: Match) -> Match:
    """Return a line under an id of its own: the bank gave the same id to another day or amount before."""
    line = match.entry
    why = "the bank gave this id to another day or amount before: a person compares the two"
    own = line.under(f"{line.bank_id}~{hashlib.sha256(repr(content(line)).encode()).hexdigest()[:8]}")
    return Match(own, None, match.case_reference, "changed", why)


def hold_accounts(session: Session, lines: list[Told]) -> None:
    """Let no other import of these accounts look while this one writes (PostgreSQL; SQLite has one writer)."""
    if session.connection().dialect.name == "postgresql":
        for account in sorted({told.line.account for told in lines}):
            held = text("SELECT pg_advisory_xact_lock(hashtextextended('bank ' || :account, 0))")
            session.connection().execute(held, {"account": account})


def _read(session: Session, lines: list[Told], source: str) -> Iterable[Stored]:
    """Yield what is stored under the ids, contents, batches and signs of lines: each by an index of its own."""
    row, entries = BankEntry, [told.line for told in lines]
    accounts = col(row.account).in_({line.account for line in entries})
    ids = {line.bank_id for line in entries} | {line.batch for line in entries if line.batch}
    again = {changed(told.match).entry.bank_id for told in lines} | {
        f"{told.line.bank_id}~{told.mark[:8]}-{told.place}" for told in lines if not told.line.own_id
    }
    own = {line.bank_id for line in entries if line.own_id}
    wholes = {line.bank_id for line in entries if line.parts > 1 and line.own_id}
    amounts = {line.amount.minor for line in entries}
    day = and_(col(row.booked_on).in_({line.booked for line in entries}), col(row.amount_minor).in_(amounts))
    asked = (
        (True, and_(accounts, col(row.bank_id).in_(ids | again))),
        (True, and_(accounts, col(row.mark).in_({told.mark for told in lines}))),
        (bool(own), and_(accounts, col(row.servicer_id).in_(own))),
        (bool(wholes), and_(accounts, col(row.batch).in_(wholes))),
        (
            bool(source),
            or_(and_(accounts, day, col(row.source) < source), and_(accounts, day, col(row.source) > source)),
        ),
    )
    for worth, which in asked:
        if worth:
            query = plain_select(*_COLUMNS).where(which).order_by(col(row.id))
            yield from (Stored(*found) for found in session.connection().execute(query))
