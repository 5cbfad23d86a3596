"""Bank lines taken in: each stored once, the certain ones booked, an odd one never in the way of the others."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from sqlmodel import Session, col, select

from recovery.bank.entry import Entry
from recovery.bank.match import Match, Matcher, OpenCase
from recovery.case.record import CaseRecord
from recovery.case.store import load
from recovery.case.transition import add_task
from recovery.errors import RecoveryError, known
from recovery.ledger.payments import book
from recovery.money import Money
from recovery.registry import adapter_of, countries
from recovery.store import tables as t
from recovery.store.database import divided, look, transact

# Lines that book nothing are stored so many at once.
AT_ONCE = 200
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
    """Yield every case that money may come in for."""
    debtors = {row.claim_id: row for row in session.exec(select(t.Party).where(t.Party.role == "debtor"))}
    numbers: dict[str, list[str]] = {}
    for claim_id, number in session.exec(select(t.ClaimInvoice.claim_id, t.ClaimInvoice.number)):
        numbers.setdefault(claim_id, []).append(number)
    former: dict[str, list[str]] = {}
    for row in session.exec(select(t.FormerReference)):
        former.setdefault(row.claim_id, []).extend(filter(None, (row.reference, row.payment_reference)))
    for case in session.exec(select(t.Case).where(col(t.Case.reference).is_not(None))):
        debtor = debtors[case.claim_id]
        yield OpenCase(
            case.claim_id,
            case.reference or "",
            case.payment_reference or "",
            tuple(numbers.get(case.claim_id, ())),
            debtor.name,
            (debtor.iban,) if debtor.iban else (),
            Money(case.principal_open_minor + case.settled_interest_minor, case.currency),
            tuple(former.get(case.claim_id, ())),
        )


def take_lines(lines: Iterable[Entry]) -> Imported:
    """Store bank lines and book those whose case is certain; lines known already change nothing.

    Each booking is a transaction of its own, so an import that was cut off goes on where it stood.
    """
    result, plain = Imported(), list[Match]()
    matcher, today = look(lambda session: Matcher(open_cases(session))), datetime.now(UTC).date()
    for line in sorted(lines, key=lambda line: (line.value, line.bank_id)):
        match = _doubted(matcher.match(line), today)
        if _moves_a_case(match):
            _counted(result, [match])
        else:
            plain.append(match)
    for at in range(0, len(plain), AT_ONCE):
        _counted(result, plain[at : at + AT_ONCE])
    return result


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


def service_accounts() -> frozenset[str]:
    """Return the accounts on which the recovery services collect."""
    return frozenset(str(adapter_of(code).service["iban"]) for code in countries())


def _moves_a_case(match: Match) -> bool:
    return match.claim_id is not None and (match.confidence == "certain" or _is_taken_back(match.entry))


def _is_taken_back(line: Entry) -> bool:
    """Tell whether the bank took back what had come in (ISO 20022: a reversal that is a debit)."""
    return line.reversal and not line.credit


def _counted(result: Imported, matches: list[Match]) -> None:
    """Store lines in one transaction; where that fails in parts, and the one at fault for a person to look at."""
    store = lambda some: transact(partial(_store, matches=some))  # noqa: E731
    for became in divided(matches, store, lambda match, error: result.add(_kept(match, known(error), result))):
        for one in became:
            result.add(one)


def _kept(match: Match, error: RecoveryError, result: Imported) -> str:
    """Store a line that could not be booked without booking it; return what became of it."""
    line = match.entry
    result.errors.append(f"bank entry {line.bank_id}: {error.message}")
    for_a_person = Match(line, None, match.case_reference, "none", f"not booked: {error.message}")
    try:
        [became] = transact(partial(_store, matches=[for_a_person]))
    except Exception as worse:
        result.errors.append(f"bank entry {line.bank_id}: not stored: {known(worse).message}")
        return "failed"
    result.failed += 1
    return became


def _store(session: Session, matches: list[Match]) -> list[str]:
    """Store the lines that are not known yet; return what became of each."""
    there = _stored(session, matches)
    became = []
    for match in matches:
        line = match.entry
        key = (line.account, line.bank_id)
        if key in there and there[key] != _content(line):
            match = _changed(match)
            key = (line.account, match.entry.bank_id)
        if key in there:
            became.append("known")
            continue
        there[key] = _content(line)
        became.append(_take(session, match))
    return became


def _stored(session: Session, matches: list[Match]) -> dict[Key, tuple[Any, ...]]:
    """Return what is stored under the ids of lines, and under those that they would get if they had changed."""
    ids = {one for match in matches for one in (match.entry.bank_id, _changed(match).entry.bank_id)}
    accounts = {match.entry.account for match in matches}
    row = t.BankEntry
    query = select(row).where(col(row.account).in_(accounts), col(row.bank_id).in_(ids))
    return {
        (one.account, one.bank_id): (one.value_on, one.amount_minor, one.currency, one.credit)
        for one in session.exec(query)
    }


def _content(line: Entry) -> tuple[Any, ...]:
    return line.value, line.amount.minor, line.amount.currency, line.credit


def _changed(match: Match) -> Match:
    """Return a line under an id of its own: the bank gave the same id to another day or amount before."""
    line = match.entry
    content = hashlib.sha256(repr(_content(line)).encode()).hexdigest()[:8]
    why = "the bank gave this id to another day or amount before: a person compares the two"
    return Match(replace(line, bank_id=f"{line.bank_id}~{content}"), None, match.case_reference, "changed", why)


def _take(session: Session, match: Match) -> str:
    line = match.entry
    became, status = _fate(match)
    entry = t.BankEntry(
        account=line.account,
        bank_id=line.bank_id,
        booked_on=line.booked,
        value_on=line.value,
        amount_minor=line.amount.minor,
        currency=line.amount.currency,
        credit=line.credit,
        debtor_name=line.debtor_name,
        debtor_iban=line.debtor_iban,
        bank_reference=line.reference,
        text=line.text,
        claim_id=match.claim_id,
        status=status,
        why=match.why,
    )
    case = load(session, match.claim_id) if match.claim_id and _moves_a_case(match) else None
    session.add(entry)
    session.flush()
    if case is not None and became == "matched":
        book(case, line.amount, line.value, f"bank:{line.account}:{line.bank_id}", entry=entry)
    elif case is not None:
        _ask_to_undo(case, entry, line.booked)
    return became


def _fate(match: Match) -> tuple[str, str]:
    """Return what a line counts as and the status it is stored with."""
    line = match.entry
    if match.confidence == "changed":
        return "changed", "unmatched"
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
