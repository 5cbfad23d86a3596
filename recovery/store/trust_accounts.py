"""The trust-account check: what the ledger says lies on each bank account is what the bank says, day by day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate
from typing import Any

from sqlalchemy import Connection, func, select
from sqlmodel import col

from recovery.money import Money
from recovery.store.tables import BankEntry, BankOrder, Posting, StatementBalance
from recovery.store.verifying import Finding

BANK = "bank:"
Key = tuple[str, str]


@dataclass
class _Account:
    """One account in one currency: what moved on it by day, by the ledger and by its lines, and what its bank told."""

    posted: dict[date, int] = field(default_factory=dict)
    lines: dict[date, int] = field(default_factory=dict)
    opening: dict[date, set[int]] = field(default_factory=dict)
    closing: dict[date, set[int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Checked:
    """What the check looked at, and what it found."""

    accounts: int
    balances: int
    findings: list[Finding]

    def as_dict(self) -> dict[str, Any]:
        """Return the check as plain data."""
        return {
            "accounts": self.accounts,
            "balances": self.balances,
            "findings": [one.as_dict() for one in self.findings],
        }


def check(connection: Connection) -> Checked:
    """Hold every bank account's postings to its lines and to the balances that its statements tell."""
    accounts = _accounts(connection)
    told = sum(len(one.closing) for one in accounts.values())
    findings = [found for key in sorted(accounts) for found in _findings(key, accounts[key])]
    return Checked(len(accounts), told, [*findings, *_orders(connection)])


def _accounts(connection: Connection) -> dict[Key, _Account]:
    found: dict[Key, _Account] = {}
    by: list[Any] = [Posting.debit_account, Posting.credit_account, Posting.currency, Posting.booked_on]
    moved: Any = select(*by, func.sum(Posting.amount_minor))
    query = moved.where(col(Posting.claim_id).is_(None)).group_by(*by)
    for debit, credit, currency, day, minor in connection.execute(query):
        for name, signed in ((debit, int(minor)), (credit, -int(minor))):
            if name.startswith(BANK):
                _add(found.setdefault((name.removeprefix(BANK), currency), _Account()).posted, day, signed)
    by = [BankEntry.account, BankEntry.currency, BankEntry.booked_on, BankEntry.credit]
    moved = select(*by, func.sum(BankEntry.amount_minor))
    query = moved.group_by(*by)
    for account, currency, day, credit, minor in connection.execute(query):
        _add(found.setdefault((account, currency), _Account()).lines, day, int(minor) if credit else -int(minor))
    row: Any = StatementBalance
    balances: Any = select(row.account, row.currency, row.told_on, row.kind, row.amount_minor)
    for account, currency, day, kind, minor in connection.execute(balances):
        one = found.setdefault((account, currency), _Account())
        (one.opening if kind == "opening" else one.closing).setdefault(day, set()).add(minor)
    return found


def _add(days: dict[date, int], day: date, minor: int) -> None:
    days[day] = days.get(day, 0) + minor


def _findings(key: Key, account: _Account) -> Iterator[Finding]:
    for day in sorted({*account.posted, *account.lines}):
        lines, posted = account.lines.get(day, 0), account.posted.get(day, 0)
        if lines != posted:
            yield _finding(key, day, "bank lines", lines, posted)
    yield from _against_statements(key, account)


def _against_statements(key: Key, account: _Account) -> Iterator[Finding]:
    """Yield the days on which the ledger moved away from what the bank tells.

    It starts from the first balance that is told; where a bank tells two of a day, either will do.
    """
    days = sorted(account.closing)
    moved = sorted(account.posted)
    sums = [0, *accumulate(account.posted[day] for day in moved)]
    if not days:
        return
    starts = _starts(account, days[0])
    for day in days:
        ran = sums[bisect_right(moved, day)]
        expected = {start + ran for start in starts}
        if not expected & account.closing[day]:
            told = min(account.closing[day])
            yield _finding(key, day, "statement", told, min(expected, key=lambda one: abs(one - told)))
            starts = {told - ran}  # told once: later days are held to this one
        elif len(starts) > 1:
            starts = {told - ran for told in account.closing[day]} & starts


def _starts(account: _Account, first: date) -> set[int]:
    """Return what lay on an account before the first line that is known, as its first statement tells it."""
    openings = [day for day in account.opening if day <= first]
    if openings:
        return account.opening[min(openings)]
    ran = sum(minor for day, minor in account.posted.items() if day <= first)
    return {told - ran for told in account.closing[first]}


def _orders(connection: Connection) -> Iterator[Finding]:
    """Yield the transfers of no case whose postings are not what became of them: on its way or gone, or here again."""
    line: Any = Posting
    moved: Any = select(line.source, line.debit_account, func.sum(line.amount_minor)).where(line.kind == "sent_back")
    posted: dict[str, int] = {}
    for source, debit, minor in connection.execute(moved.group_by(line.source, line.debit_account)):
        posted[source] = posted.get(source, 0) + (int(minor) if debit == "suspense" else -int(minor))
    row: Any = BankOrder
    for ident, account, currency, minor, status in connection.execute(
        select(row.ident, row.account, row.currency, row.amount_minor, row.status)
    ):
        expected, found = minor if status in ("sent", "left") else 0, posted.pop(f"order:{ident}", 0)
        if expected != found:
            sums = (f"{Money(one, currency)} {currency}" for one in (expected, found))
            yield Finding(None, "transfers", f"account {account}, transfer {ident}", *sums)
    for source, minor in sorted(posted.items()):
        yield Finding(None, "transfers", source, "a transfer that was ordered", str(minor))


def _finding(key: Key, day: date, what: str, expected: int, found: int) -> Finding:
    account, currency = key
    sums = (f"{Money(minor, currency)} {currency}" for minor in (expected, found))
    return Finding(None, what, f"account {account} on {day}", *sums)
