"""The ledger in double entry, proved: a case's accounts are what its ledger, payments and transfers come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from recovery.audit.replay import Told
from recovery.case import journal
from recovery.case.lifecycle import State
from recovery.money import Money
from recovery.store.verifying import Finding
from recovery.store.written import Written

# An account and a currency; what was ordered and has not left is one account, whatever bank it is to leave.
Account = tuple[str, str]
TRANSIT = "transit"


def unbalanced(told: Told) -> Iterator[Finding]:
    """Yield the accounts of a case that are not what its rows lead to, and those that a closed case left open."""
    expected, found = _expected(told), balances(told.rows.get("posting", []))
    for account in sorted({*expected, *found}):
        if expected[account] != found[account]:
            yield _finding(told, account, expected[account], found[account])
    if told.case["state"] == State.CLOSED and told.case["reference"]:
        for (name, currency), minor in sorted(found.items()):
            if name == journal.DEBTOR and minor:
                yield _finding(told, (name, currency), 0, minor)


def _finding(told: Told, account: Account, expected: int, found: int) -> Finding:
    name, currency = account
    sums = (f"{Money(minor, currency)} {currency}" for minor in (expected, found))
    return told.finding("ledger", f"account {name}", *sums)


def balances(rows: list[Written]) -> Counter[Account]:
    """Return what the accounts of a journal come to, in minor units: what they got less what they gave."""
    result: Counter[Account] = Counter()
    for row in rows:
        minor, currency = int(row["amount_minor"] or 0), row["currency"] or ""
        result[_plain(row["debit_account"]), currency] += minor
        result[_plain(row["credit_account"]), currency] -= minor
    return result


def _plain(account: str | None) -> str:
    name = account or ""
    return TRANSIT if name.startswith(f"{TRANSIT}:") else name


def _expected(told: Told) -> Counter[Account]:
    """Return what the accounts must come to: reckoned from the rows themselves, not from what was posted for them."""
    result: Counter[Account] = Counter()
    case_currency = told.case["currency"]
    for line in told.lines:
        result[journal.DEBTOR, line.currency] += line.minor
        if line.kind != "payment":
            result[journal.AGAINST.get(line.kind, journal.CREDITOR), line.currency] -= line.minor
    for row in told.rows.get("payment", []):
        if row["reversed_on"] is None and not (row["source"] or "").startswith(journal.EXCHANGED):
            _came(result, row, case_currency)
    for event, data in told.of("refund", "advance", "advance_repaid"):
        minor = Money.parse(data["amount"], case_currency).minor
        gets, gives = {
            "refund": (journal.REFUND_DUE, TRANSIT),
            "advance": (journal.CREDITOR, journal.FUND),
            "advance_repaid": (journal.FUND, journal.CREDITOR),
        }[event.kind]
        result[gets, case_currency] += minor
        result[gives, case_currency] -= minor
    for row in told.rows.get("remittance", []):
        minor, currency = int(row["amount_minor"] or 0), row["currency"] or ""
        kept = row["beneficiary"] == journal.FEE
        result[journal.CREDITOR if kept else row["beneficiary"] or "", currency] += minor
        result[journal.FEE if kept else TRANSIT, currency] -= minor
    return result


def _came(result: Counter[Account], row: Written, case_currency: str) -> None:
    """Add where the money of a payment lies, and what its exchange came to."""
    minor, currency, worth = int(row["amount_minor"] or 0), row["currency"] or "", row["case_minor"]
    result[journal.SUSPENSE if row["bank_entry_id"] else row["held_by"] or "", currency] += minor
    if worth is not None and currency != case_currency:
        result[journal.EXCHANGE, currency] -= minor
        result[journal.EXCHANGE, case_currency] += int(worth)
