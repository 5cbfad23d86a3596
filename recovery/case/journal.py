"""The ledger in double entry: what each row of a case, a bank's line and a transfer move from one account to another.

Accounts of a case: `debtor` owes, `creditor` is owed, `fund` waits for its advance, `refund_due` is owed back to the
debtor, `written_off` was given up, `fee` is what the service keeps, `exchange` turns one currency into another. Where
money lies: `bank:<IBAN>` as its bank tells, `team` by hand and on no statement, `member`, `court`, `bailiff`. Between
them: `suspense` holds a bank's lines until they are booked, `transit:<IBAN>` what was ordered and has not left the
bank, or left unordered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlmodel import SQLModel

from recovery.money import Money
from recovery.registry import adapter_of, countries
from recovery.store.tables import CaseEvent, Entry, PaymentRow, Remittance

DEBTOR, CREDITOR, FUND, REFUND_DUE, WRITTEN_OFF = "debtor", "creditor", "fund", "refund_due", "written_off"
EXCHANGE, SUSPENSE, TEAM, FEE = "exchange", "suspense", "team", "fee"
# Who may have been paid: who holds the money, as a payment says it.
HOLDERS = (TEAM, "member", "court", "bailiff")
# What a line of the ledger is set against; all that is asked for belongs to the creditor.
AGAINST = {"waiver": WRITTEN_OFF, "written_off": WRITTEN_OFF, "refund_due": REFUND_DUE, "exchange": EXCHANGE}
# The source of a payment's row that no money of its own came in for: costs in another currency covered by it.
EXCHANGED = "exchange:"


class Move(NamedTuple):
    """An amount that goes from one account to another: `debit` gets, `credit` gives."""

    debit: str
    credit: str
    amount: Money
    on: date
    kind: str
    source: str

    def row(self, claim_id: str | None, country: str) -> dict[str, Any]:
        """Return the move as a row of the journal; a negative amount goes the other way."""
        debit, credit = (self.debit, self.credit) if self.amount.minor > 0 else (self.credit, self.debit)
        return {
            "claim_id": claim_id,
            "country": country,
            "booked_on": self.on,
            "debit_account": debit,
            "credit_account": credit,
            "amount_minor": abs(self.amount.minor),
            "currency": self.amount.currency,
            "kind": self.kind,
            "source": self.source,
        }


def rows_of(moves: Iterable[Move], claim_id: str | None, country: str) -> list[dict[str, Any]]:
    """Return moves as rows of the journal; nothing is written for nothing."""
    return [move.row(claim_id, country) for move in moves if move.amount]


def moves_of(row: SQLModel, currency: str, country: str, number: int) -> Iterator[Move]:
    """Yield what a new row of a case moves; `number` is its place among the case's lines of the ledger."""
    if isinstance(row, Entry):
        yield from of_entry(row, number)
    elif isinstance(row, PaymentRow):
        yield from of_payment(row, currency)
    elif isinstance(row, CaseEvent):
        yield from of_event(row, currency, country)
    elif isinstance(row, Remittance):  # one that came back; those that go out are posted with their file
        yield from of_remittance(row.model_dump(), account_of(row.message_id[:2]))


def of_entry(row: Any, number: int) -> Iterator[Move]:
    """Yield what a line of the ledger moves; a payment's own row says where the money lies."""
    if row.kind != "payment":
        amount = Money(row.amount_minor, row.currency)
        yield Move(DEBTOR, AGAINST.get(row.kind, CREDITOR), amount, row.booked_on, row.kind, f"entry:{number}")


def place_of(row: Any) -> str:
    """Return where the money of a payment lies: what came by the bank was in suspense until it was booked."""
    return SUSPENSE if row.bank_entry_id is not None else str(row.held_by)


def of_payment(row: Any, currency: str) -> Iterator[Move]:
    """Yield what a payment moves; one in another currency goes through the exchange, at the rate that it has."""
    if row.source.startswith(EXCHANGED):
        return  # told by the lines of the exchange
    came, source, place = Money(row.amount_minor, row.currency), f"payment:{row.sequence}", place_of(row)
    if row.case_minor is None or row.currency == currency:
        yield Move(place, DEBTOR, came, row.booked_on, "payment", source)
        return
    yield Move(place, EXCHANGE, came, row.booked_on, "payment", source)
    yield Move(EXCHANGE, DEBTOR, Money(row.case_minor, currency), row.booked_on, "exchange", source)


def of_reversal(row: Any, currency: str) -> Iterator[Move]:
    """Yield what undoes a payment on the day on which it was taken back."""
    for move in of_payment(row, currency):
        kind = "payment_returned" if move.kind == "payment" else move.kind
        yield move._replace(amount=-move.amount, on=row.reversed_on, kind=kind)


def of_event(row: Any, currency: str, country: str) -> Iterator[Move]:
    """Yield what an event moves that has no line in the ledger: the fund's advance, what was given back."""
    accounts = {
        "refund": (REFUND_DUE, transit(country)),
        "advance": (CREDITOR, FUND),
        "advance_repaid": (FUND, CREDITOR),
    }.get(row.kind)
    if accounts:
        amount = Money.parse(row.data["amount"], currency)
        yield Move(*accounts, amount, row.happened_on, row.kind, f"event:{row.sequence}")


def of_remittance(row: Mapping[str, Any], account: str) -> Iterator[Move]:
    """Yield what an order to send money on moves; it lies in transit until the bank's statement tells that it left.

    What a service keeps stays on its account: it is the creditor's no more.
    """
    amount = Money(row["amount_minor"], row["currency"])
    source = f"remittance:{row['message_id']}"
    if row["beneficiary"] == FEE:
        yield Move(CREDITOR, FEE, amount, row["remitted_on"], "fee", source)
        return
    yield Move(row["beneficiary"], f"transit:{account}", amount, row["remitted_on"], "remittance", source)


def of_line(row: Mapping[str, Any]) -> Iterator[Move]:
    """Yield what a bank's line moves: what comes in waits in suspense, what goes out was ordered, or should be."""
    account = row["account"]
    amount = Money(row["amount_minor"], row["currency"])
    ordered = row["status"] in ("outgoing", "returned")  # what was ordered leaves, or comes back
    other = f"transit:{account}" if ordered else SUSPENSE
    signed = amount if row["credit"] else -amount
    yield Move(f"bank:{account}", other, signed, row["booked_on"], "bank_line", f"bank:{account}:{row['bank_id']}")


def lines_posted(lines: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows of the journal of new lines of banks."""
    owners = {account_of(code): code for code in countries()}
    return [
        row
        for line in lines
        for row in rows_of(of_line(line), None, owners.get(line["account"], str(line["account"])[:2]))
    ]


def account_of(country: str) -> str:
    """Return the account on which a country's service collects, empty where there is no such service."""
    return str(adapter_of(country).service["iban"]) if country in countries() else ""


def transit(country: str) -> str:
    """Return the account of what a country's service has ordered and its bank has not told of yet."""
    return f"transit:{account_of(country)}"
