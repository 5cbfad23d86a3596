"""Bank lines taken in: each stored once, the certain ones booked, an odd one never in the way of the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select as plain_select
from sqlmodel import Session, SQLModel, col, select

from recovery.bank.entry import Entry
from recovery.bank.found import Found
from recovery.bank.match import Match, Matcher, OpenCase
from recovery.case.journal import lines_posted
from recovery.case.record import CaseRecord
from recovery.case.store import load_many
from recovery.case.transition import add_task
from recovery.errors import RecoveryError, known
from recovery.ledger import bank_orders
from recovery.ledger.bank_identity import File, Known, Told, hold_accounts
from recovery.ledger.held_money import CAME_BACK, claim_of, own_transfer, take_back_line
from recovery.ledger.payments import book
from recovery.money import Money
from recovery.registry import adapter_of, countries
from recovery.store import tables as t
from recovery.store.database import divided, look, transact
from recovery.store.sealing import insert_sealed

# Lines of one transaction: those that book nothing, and those that are booked on their cases.
AT_ONCE, BOOKED_AT_ONCE = 500, 100
# A line dated later than this is no payment yet.
AHEAD = timedelta(days=31)
# Lines that are held at once, sorted by their value days.
WINDOW = 4000


@dataclass
class Imported:
    """What an import did, in numbers of lines.

    `changed` bear an id that the bank gave to another day or amount before; `taken_back` are payments that the bank
    took back; `ignored` are of nought; `failed` could not be booked or stored: `errors` says why, and what could be
    stored waits for a person.
    """

    new: int = 0
    known: int = 0
    matched: int = 0
    proposed: int = 0
    unmatched: int = 0
    outgoing: int = 0
    changed: int = 0
    taken_back: int = 0
    ignored: int = 0
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


def take_lines(lines: Iterable[Entry], found: Found | None = None) -> Imported:
    """Store bank lines and book those whose case is certain; lines known already change nothing.

    Lines are taken in windows, by their value days within each, and stored in chunks of one transaction, so an import
    that was cut off goes on where it stood. A case that another has is taken last, with all its lines in their order.
    `found` says of which file they are as they are read.
    """
    result, today = Imported(), datetime.now(UTC).date()
    matcher: Matcher | None = None
    for window, file in _windows(lines, found):
        matcher = matcher or look(lambda session: Matcher(open_cases(session)))
        matches = (_ours(_doubted(matcher.match(line), today)) for line in window)
        _take_window(result, file.tell(matches), file)
    return result


def _windows(lines: Iterable[Entry], found: Found | None) -> Iterator[tuple[list[Entry], File]]:
    """Yield the lines of a file in windows by value date; each file of an archive begins one of its own."""
    waiting, reading, file = list[Entry](), (0, ""), File()
    for line in lines:
        now = found.reading if found else (0, "")
        if waiting and (len(waiting) == WINDOW or now != reading):
            yield _by_day(waiting), file
            waiting = []
        if now != reading:
            reading, file = now, File(now[1])
        waiting.append(line)
    if waiting:
        yield _by_day(waiting), file


def _by_day(lines: list[Entry]) -> list[Entry]:
    return sorted(lines, key=lambda line: (line.value, line.bank_id))


def _take_window(result: Imported, told: list[Told], file: File) -> None:
    plain, moving = list[Told](), list[Told]()
    for one in told:
        (moving if _moves_a_case(one.match) else plain).append(one)
    store = partial(_counted, result, file)
    busy, waiting = set[str](), list[Told]()
    for some in _by(moving, BOOKED_AT_ONCE):
        left = store([one for one in some if one.match.claim_id not in busy], wait=False)
        busy |= {one.match.claim_id or "" for one in left}
        waiting += [one for one in some if one.match.claim_id in busy]
    for some in (*_by(waiting, BOOKED_AT_ONCE), *_by(plain, AT_ONCE)):
        store(some)


def _by(told: list[Told], size: int) -> Iterator[list[Told]]:
    return (told[at : at + size] for at in range(0, len(told), size))


def _doubted(match: Match, today: date) -> Match:
    """Return a match that a person must look at where the line is of nobody's account or of a day far ahead."""
    line = match.entry
    if line.account not in service_accounts():
        why = "of an account that no recovery service has: a person decides"
    elif line.value > today + AHEAD:
        why = f"dated {line.value}, far ahead: a person asks the bank"
    elif not line.amount.minor:
        return Match(line, None, match.case_reference, "none", "an amount of nought: nothing to book")
    else:
        return match
    return Match(line, None, match.case_reference, "none", why) if line.credit else match


def _ours(match: Match) -> Match:
    """Return the match of a transfer of our own that came back: no payment of a debtor, whatever it names."""
    line = match.entry
    if line.credit and (ident := bank_orders.named_in(line)):
        if look(lambda session: bank_orders.is_out(session, ident, line.amount)):
            return Match(line, None, None, "none", bank_orders.CAME_BACK)
        return Match(line, None, None, "none", f"names {ident}, which is not out with this amount: a person decides")
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


def _counted(result: Imported, file: File, told: list[Told], wait: bool = True) -> list[Told]:
    """Store lines in one transaction; where that fails in parts, and the one at fault for a person to look at.

    Without `wait` those whose case another has are returned, not stored.
    """
    left: list[Told] = []
    store = lambda some: transact(partial(_store, told=some, file=file, wait=wait))  # noqa: E731
    failed = lambda one, error: result.add(_kept(one, file, known(error), result))  # noqa: E731
    for stored in divided(told, store, failed):
        for became in stored.became:
            result.add(became)
        left += stored.busy
    return left


def _kept(told: Told, file: File, error: RecoveryError, result: Imported) -> str:
    """Store a line that could not be booked without booking it; return what became of it."""
    line = told.line
    result.errors.append(f"bank entry {line.bank_id}: {error.message}")
    for_a_person = Match(line, None, told.match.case_reference, "none", f"not booked: {error.message}")
    try:
        [became] = transact(partial(_store, told=[told.placed(for_a_person)], file=file)).became
    except Exception as worse:
        result.errors.append(f"bank entry {line.bank_id}: not stored: {known(worse).message}")
        return "failed"
    result.failed += 1
    return became


@dataclass
class _Stored:
    """What became of each line that was stored, and the lines whose case another has."""

    became: list[str] = field(default_factory=list)
    busy: list[Told] = field(default_factory=list)


def _store(session: Session, told: list[Told], file: File, wait: bool = True) -> _Stored:
    """Store the lines that are not known yet, then move their cases, which are read and locked together."""
    hold_accounts(session, told)
    moved = {one.match.claim_id for one in told if one.match.claim_id and _moves_a_case(one.match)}
    cases = {case.claim_id: case for case in load_many(session, moved, wait=wait)} if moved else {}
    there, stored, rows = Known(session, told, file), _Stored(), list[dict[str, Any]]()
    fresh, moves = list[Match](), list[Match]()
    for one in told:
        claim = one.match.claim_id
        if claim in moved and claim not in cases:
            stored.busy.append(one)
            continue
        new = there.new(one)
        became, row = _row(new, one.mark, file.source) if new else ("known", None)
        stored.became.append(became)
        if new and row:
            rows.append(row)
            fresh.append(new)
            moves += [new] if new.claim_id in cases and became in ("matched", "taken_back") else []
    insert_sealed(session, SQLModel.metadata.tables["bank_entry"], rows)
    insert_sealed(session, SQLModel.metadata.tables["posting"], lines_posted(rows))
    bank_orders.take_lines(session, (one.entry for one in fresh))
    with session.no_autoflush:
        there.write(session)
        for match, entry in _with_entries(session, moves):
            _move(cases[match.claim_id or ""], match, entry)
    return stored


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


def _row(match: Match, mark: str, source: str) -> tuple[str, dict[str, Any]]:
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
        "signs": [one.as_dict() for one in match.signs] or None,
        "mark": mark,
        "servicer_id": line.bank_id if line.own_id else None,
        "batch": line.batch,
        "source": source,
    }
    return became, row


def _fate(match: Match) -> tuple[str, str]:
    """Return what a line counts as and the status it is stored with."""
    line = match.entry
    if match.confidence == "changed":
        return "changed", "unmatched"
    if match.confidence == "alike" and (line.credit or line.taken_back):
        return "unmatched", "unmatched"
    if match.why in (CAME_BACK, bank_orders.CAME_BACK):
        return "matched", "returned"
    if not line.amount.minor:
        return "ignored", "ignored"
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
