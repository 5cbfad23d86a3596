"""CODA, the coded statement of Belgian banks (Febelfin, version 2): records of 128 characters."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from recovery.bank.entry import Entry
from recovery.bank.found import CLOSING, OPENING, Balance, Found
from recovery.errors import IntakeError
from recovery.money import Money
from recovery.reading.nothing import said

FORMAT = "CODA"
_HEADER = re.compile(r"0{5}\d{6}\d{3}05")
# A structured communication that is a Belgian payment reference.
_REFERENCE = ("101", "102")


def looks_like(text: str) -> bool:
    """Tell whether a text is a CODA file."""
    return bool(_HEADER.match(text))


def entries(text: str, found: Found) -> Iterator[Entry]:
    """Yield the entries of each statement of a file; one that does not add up is left out as a whole, and told."""
    found.format = FORMAT
    for number, block in enumerate(re.split(r"(?m)^(?=0{5}\d{6})", text), 1):
        if not block.strip():
            continue
        where = f"{found.name}: statement {number - 1}"
        try:
            yield from list(_statement(block, where, found))
        except IntakeError as error:
            found.broken(error)


def _statement(block: str, where: str, found: Found) -> Iterator[Entry]:
    from coda import CODA  # type: ignore[import-untyped]

    try:
        [statement] = CODA(io.StringIO(block)).statements
        account, currency = statement.account.strip(), statement.account_currency.strip()
        moves = list(statement.moves)
    except Exception as error:  # the library asserts counts and sums, and raises many kinds for broken records
        raise IntakeError(
            f"{where}: cannot be read, or does not add up ({type(error).__name__}); ask the bank for it again",
            code="unreadable_file",
            field="file",
        ) from None
    found.accounts[account] = None
    for kind, name in ((OPENING, "old_balance"), (CLOSING, "new_balance")):
        amount, on = getattr(statement, name), getattr(statement, f"{name}_date")
        if amount is not None and on is not None:
            found.balances.append(Balance(account, on, kind, Money.rounded(amount, currency)))
    for move in moves:
        told = " ".join(
            one.communication
            for one in statement.informations.get(move.bank_reference, ())
            if one.communication_type in (None, "002") and one.communication
        )
        for one in _lines(move):
            yield _entry(one, account, currency, told, found)


def _lines(move: Any) -> list[Any]:
    """Return a movement, or the details that make it up: a batch of payments told one by one."""
    details = [one for one in move.moves if one.amount is not None and one.counterparty_account]
    return details if details and sum(one.amount for one in details) == move.amount else [move]


def _entry(move: Any, account: str, currency: str, told: str, found: Found) -> Entry:
    kind = move.communication_type
    words = " ".join(f"{move.communication or ''} {told}".split())
    own = said(str(move.bank_reference or "").strip("0 "))
    number = f"{move.bank_reference.strip()}" + (f"/{move.detail_sequence}" if move.detail_sequence != "0000" else "")
    entry = Entry(
        account=account,
        booked=move.entry_date,
        value=move.value_date or move.entry_date,
        amount=Money.rounded(abs(move.amount), currency),
        credit=move.amount >= 0,
        debtor_name=said(move.counterparty_name),
        debtor_iban=said((move.counterparty_account or "").split(" ")[0]),
        reference=words if kind in _REFERENCE else said(move.customer_reference),
        text="" if kind in _REFERENCE else words,
        bank_id=number,
        returned=bool((move.r_transaction or "").strip()),
        return_reason=said(move.r_reason),
        own_id=own is not None,
    )
    return entry if own else found.numbered(entry, "c")
