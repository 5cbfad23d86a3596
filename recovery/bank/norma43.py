"""Norma 43, the statement of Spanish banks (AEB, cuaderno 43): records of 80 characters."""

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

FORMAT = "Norma 43"


def looks_like(text: str) -> bool:
    """Tell whether a text is a Norma 43 file."""
    return bool(re.match(r"(00\d{10}|11\d{18}\d{12}[12])", text)) and bool(re.search(r"(?m)^(22|33)", text))


def entries(text: str, found: Found) -> Iterator[Entry]:
    """Yield the entries of each account of a file; one whose records do not add up is left out as a whole, and told."""
    found.format = FORMAT
    for number, block in enumerate(re.findall(r"(?ms)^11.*?(?=^11|^88|\Z)", text), 1):
        try:
            yield from list(_account(block, f"{found.name}: account {number}", found))
        except IntakeError as error:
            found.broken(error)


def _account(block: str, where: str, found: Found) -> Iterator[Entry]:
    from aeb43 import AEB43  # type: ignore[import-untyped]

    try:
        padded = "".join(f"{line.rstrip():<80}\n" for line in block.splitlines() if line.strip())
        [account] = AEB43(io.StringIO(padded)).accounts
        iban = account.iban
        currency = _currency(account.currency)
        if account.final_balance is None:
            raise ValueError("no record of the end of the account")
    except Exception as error:  # the library asserts counts and sums, and raises many kinds for broken records
        raise IntakeError(
            f"{where}: cannot be read, or does not add up ({type(error).__name__}); ask the bank for it again",
            code="unreadable_file",
            field="file",
        ) from None
    found.accounts[iban] = None
    for kind, on, amount in (
        (OPENING, account.start_date, account.initial_balance),
        (CLOSING, account.end_date, account.final_balance),
    ):
        found.balances.append(Balance(iban, on, kind, Money.rounded(amount, currency)))
    for line in account.transactions:
        yield _entry(line, iban, currency, found)


def _entry(line: Any, iban: str, currency: str, found: Found) -> Entry:
    references = [text for one in (line.reference1, line.reference2, line.document) if (text := _number(one))]
    entry = Entry(
        account=iban,
        booked=line.transaction_date,
        value=line.value_date,
        amount=Money.rounded(abs(line.amount), currency),
        credit=line.amount >= 0,
        debtor_name=None,
        debtor_iban=None,
        reference=references[0] if references else None,
        text=" ".join(" ".join(line.items).split()),
        bank_id="",
        mentions=tuple(references[1:]),
    )
    return found.numbered(entry, "n")


def _currency(number: str) -> str:
    import pycountry

    found = pycountry.currencies.get(numeric=number)
    if found is None:
        raise ValueError(f"currency {number}")
    return str(found.alpha_3)


def _number(text: str | None) -> str | None:
    """Return a reference, None where the field is filled up with noughts."""
    return said(text) if (text or "").strip("0 ") else None
