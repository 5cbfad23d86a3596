"""Bank lines taken in: each stored once, the certain ones booked, an odd one never in the way of the others."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select as plain_select
from sqlmodel import Session, SQLModel, col, select

from recovery.bank.entry import Entry
from recovery.bank.match import Match, Matcher, OpenCase
from recovery.case.record import CaseRecord
from recovery.case.store import load_many
from recovery.case.transition import add_task
from recovery.errors import RecoveryError, known
from recovery.ledger.held_money import CAME_BACK, claim_of, own_transfer, take_back_line
from recovery.ledger.payments import book
from recovery.money import Money
from recovery.registry import adapter_of, countries
from recovery.store import tables as t
from recovery.store.database import divided, look, transact
from recovery.store.sealing import insert_sealed

# Lines of one transaction: those that book nothing, and those that are booked on their cases.
AT_ONCE, BOOKED_AT_ONCE = 200, 100
# A line dated later than this is no payment yet.
AHEAD = timedelta(days=31)
Key = tuple[str, str]


@dataclass
class Imported:
    """What an import did, in numbers of lines.

    `changed` bear an id that the bank gave to another day or amount before; `taken_back` are payments that the bank
    took back; `failed` could not be booked or stored: `errors` says why, and what could be stored waits for a person.
    """

    new: int = 0
    known: int = 0
    matched: int = 0
    proposed: int = 0
    unmatched: int = 0
    outgoing: int = 0
    changed: int = 0
    taken_back: int = 0
    failed: int = 0
    errors: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return the counts as plain data."""
        return asdict(self)

    def add(self, became: str) -> None:
        """Count a line by what became of it."""
        setattr(self, became, getattr(self, became) + 1)
        self.new += became != "known"


def open_cases(session: Session) -> Iterator[OpenCase]:
    """Yield every case that money may come in for: what is compared of it alone, never the whole case."""
    debtors = {
        claim_id: (name, iban)
        for claim_id, name, iban in session.exec(
            select(t.Party.claim_id, t.Party.name, t.Party.iban).where(t.Party.role == "debtor")
        )
    }
    numbers: dict[str, list[str]] = {}
    for claim_id, number in session.exec(select(t.ClaimInvoice.claim_id, t.ClaimInvoice.number)):
        numbers.setdefault(claim_id, []).append(number)
    former: dict[str, list[str]] = {}
    for row in session.exec(select(t.FormerReference)):
        former.setdefault(row.claim_id, []).extend(filter(None, (row.reference, row.payment_reference)))
    case = t.Case
    columns: Any = plain_select(
        *(col(case.claim_id), col(case.reference), col(case.payment_reference), col(case.currency)),
        (col(case.principal_open_minor) + col(case.settled_interest_minor)).label("minor"),
    ).where(col(case.reference).is_not(None))
    for claim_id, reference, payment_reference, currency, minor in session.connection().execute(columns):
        name, iban = debtors[claim_id]
        yield OpenCase(
            claim_id,
            reference,
            payment_reference or "",
            tuple(numbers.get(claim_id, ())),
            name,
            (iban,) if iban else (),
            Money(minor, currency),
            tuple(former.get(claim_id, ())),
        )


def take_lines(lines: Iterable[Entry]) -> Imported:
    """Store bank lines and book those whose case is certain; lines known already change nothing.

    Lines are taken in chunks of one transaction, so an import that was cut off goes on where it stood. A case that
    another has is taken last, with all its lines in their order.
    """
    result, plain, moving = Imported(), list[Match](), list[Match]()
    matcher, today = look(lambda session: Matcher(open_cases(session))), datetime.now(UTC).date()
    for line in sorted(lines, key=lambda line: (line.value, line.bank_id)):
        match = _ours(_doubted(matcher.match(line), today))
        (moving if _moves_a_case(match) else plain).append(match)
    busy, waiting = set[str](), list[Match]()
    for some in _by(moving, BOOKED_AT_ONCE):
        free = [match for match in some if match.claim_id not in busy]
        left = _counted(result, free, wait=False)
        busy |= {match.claim_id or "" for match in left}
        waiting += [match for match in some if match.claim_id in busy]
    for some in _by(waiting, BOOKED_AT_ONCE):
        _counted(result, some)
    for some in _by(plain, AT_ONCE):
        _counted(result, some)
    return result


def _by(matches: list[Match], size: int) -> Iterator[list[Match]]:
    return (matches[at : at + size] for at in range(0, len(matches), size))


def _doubted(match: Match, today: date) -> Match:
    """Return a match that a person must look at where the line is of nobody's account or of a day far ahead."""
    line = match.entry
    if line.account not in service_accounts():
        why = "of an account that no recovery service has: a person decides"
    elif line.value > today + AHEAD:
        why = f"dated {line.value}, far ahead: a person asks the bank"
    else:
        return match
    return Match(line, None, match.case_reference, "none", why) if line.credit else match


def _ours(match: Match) -> Match:
    """Return the match of a transfer of our own that came back: no payment of a debtor, whatever it names."""
    line = match.entry
    named = own_transfer(line) if line.credit and line.account in service_accounts() else None
    found = look(lambda session: claim_of(session, named[0])) if named else None
    return Match(line, found, named[0], "none", CAME_BACK) if named and found else match


def service_accounts() -> frozenset[str]:
    """Return the accounts on which the recovery services collect."""
    return frozenset(str(adapter_of(code).service["iban"]) for code in countries())


def _moves_a_case(match: Match) -> bool:
    moves = match.confidence == "certain" or match.why == CAME_BACK or _is_taken_back(match.entry)
    return match.claim_id is not None and moves


def _is_taken_back(line: Entry) -> bool:
    """Tell whether what had come in was taken back (ISO 20022: a reversal or return that is a debit)."""
    return line.taken_back and not line.credit


def _counted(result: Imported, matches: list[Match], wait: bool = True) -> list[Match]:
    """Store lines in one transaction; where that fails in parts, and the one at fault for a person to look at.

    Without `wait` those whose case another has are returned, not stored.
    """
    left: list[Match] = []
    store = lambda some: transact(partial(_store, matches=some, wait=wait))  # noqa: E731
    for stored in divided(matches, store, lambda match, error: result.add(_kept(match, known(error), result))):
        for became in stored.became:
            result.add(became)
        left += stored.busy
    return left


def _kept(match: Match, error: RecoveryError, result: Imported) -> str:
    """Store a line that could not be booked without booking it; return what became of it."""
    line = match.entry
    result.errors.append(f"bank entry {line.bank_id}: {error.message}")
    for_a_person = Match(line, None, match.case_reference, "none", f"not booked: {error.message}")
    try:
        [became] = transact(partial(_store, matches=[for_a_person])).became
    except Exception as worse:
        result.errors.append(f"bank entry {line.bank_id}: not stored: {known(worse).message}")
        return "failed"
    result.failed += 1
    return became


@dataclass
class _Stored:
    """What became of each line that was stored, and the lines whose case another has."""

    became: list[str] = field(default_factory=list)
    busy: list[Match] = field(default_factory=list)


def _store(session: Session, matches: list[Match], wait: bool = True) -> _Stored:
    """Store the lines that are not known yet, then move their cases, which are read and locked together."""
    moved = {match.claim_id for match in matches if match.claim_id and _moves_a_case(match)}
    cases = {case.claim_id: case for case in load_many(session, moved, wait=wait)} if moved else {}
    there, stored, rows, moves = _stored(session, matches), _Stored(), list[dict[str, Any]](), list[Match]()
    for match in matches:
        if match.claim_id in moved and match.claim_id not in cases:
            stored.busy.append(match)
            continue
        new = _new(match, there)
        became, row = _row(new) if new else ("known", None)
        stored.became.append(became)
        if new and row:
            rows.append(row)
            moves += [new] if new.claim_id in cases and became in ("matched", "taken_back") else []
    insert_sealed(session, SQLModel.metadata.tables["bank_entry"], rows)
    with session.no_autoflush:
        for match, entry in _with_entries(session, moves):
            _move(cases[match.claim_id or ""], match, entry)
    return stored


def _new(match: Match, there: dict[Key, tuple[Any, ...]]) -> Match | None:
    """Return a line as it is stored, None where it is known already."""
    line = match.entry
    key = (line.account, line.bank_id)
    if key in there and there[key] != _content(line):
        match = _changed(match)
        key = (line.account, match.entry.bank_id)
    if key in there:
        return None
    there[key] = _content(line)
    return match


def _with_entries(session: Session, matches: list[Match]) -> Iterator[tuple[Match, t.BankEntry]]:
    """Yield lines with their rows."""
    accounts, ids = ({getattr(one.entry, name) for one in matches} for name in ("account", "bank_id"))
    query = select(t.BankEntry).where(col(t.BankEntry.account).in_(accounts), col(t.BankEntry.bank_id).in_(ids))
    rows = {(row.account, row.bank_id): row for row in session.exec(query)} if matches else {}
    return ((match, rows[match.entry.account, match.entry.bank_id]) for match in matches)


def _move(case: CaseRecord, match: Match, entry: t.BankEntry) -> None:
    """Book a payment on its case, or ask the team to undo one that was taken back."""
    line = match.entry
    if match.why == CAME_BACK:
        take_back_line(case, line, entry)
    elif line.taken_back:
        _ask_to_undo(case, entry, line.booked)
    else:
        book(case, line.amount, line.value, f"bank:{line.account}:{line.bank_id}", entry=entry)


def _stored(session: Session, matches: list[Match]) -> dict[Key, tuple[Any, ...]]:
    """Return what is stored under the ids of lines, and under those that they would get if they had changed."""
    ids = {one for match in matches for one in (match.entry.bank_id, _changed(match).entry.bank_id)}
    accounts = {match.entry.account for match in matches}
    row = t.BankEntry
    columns: Any = plain_select(
        *(col(row.account), col(row.bank_id), col(row.value_on), col(row.amount_minor), col(row.currency)),
        col(row.credit),
    )
    query = columns.where(col(row.account).in_(accounts), col(row.bank_id).in_(ids))
    return {(account, bank_id): tuple(rest) for account, bank_id, *rest in session.connection().execute(query)}


def _content(line: Entry) -> tuple[Any, ...]:
    return line.value, line.amount.minor, line.amount.currency, line.credit


def _changed(match: Match) -> Match:
    """Return a line under an id of its own: the bank gave the same id to another day or amount before."""
    line = match.entry
    content = hashlib.sha256(repr(_content(line)).encode()).hexdigest()[:8]
    why = "the bank gave this id to another day or amount before: a person compares the two"
    return Match(replace(line, bank_id=f"{line.bank_id}~{content}"), None, match.case_reference, "changed", why)


def _row(match: Match) -> tuple[str, dict[str, Any]]:
    """Return what a line counts as, and its row."""
    line = match.entry
    became, status = _fate(match)
    row = {
        "account": line.account,
        "bank_id": line.bank_id,
        "booked_on": line.booked,
        "value_on": line.value,
        "amount_minor": line.amount.minor,
        "currency": line.amount.currency,
        "credit": line.credit,
        "debtor_name": line.debtor_name,
        "debtor_iban": line.debtor_iban,
        "bank_reference": line.reference,
        "text": line.text,
        "claim_id": match.claim_id,
        "status": status,
        "why": match.why,
    }
    return became, row


def _fate(match: Match) -> tuple[str, str]:
    """Return what a line counts as and the status it is stored with."""
    line = match.entry
    if match.confidence == "changed":
        return "changed", "unmatched"
    if match.why == CAME_BACK:
        return "matched", "returned"
    if _is_taken_back(line):
        return "taken_back", "taken_back"
    if not line.credit:
        return "outgoing", "outgoing"
    return {"certain": ("matched", "booked"), "probable": ("proposed", "proposed")}.get(
        match.confidence, ("unmatched", "unmatched")
    )


def _ask_to_undo(case: CaseRecord, entry: t.BankEntry, on: date) -> None:
    """Ask the team to undo a payment that the bank took back: until then nothing of the case is sent on."""
    amount = Money(entry.amount_minor, entry.currency)
    why = f"the bank took {amount} {amount.currency} back: record it as payment_returned"
    add_task(case, "work", on, data={"why": why, "taken_back": entry.id, "stays": True})
