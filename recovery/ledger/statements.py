"""A bank statement taken in: its entries stored once, the certain ones booked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlmodel import Session

from recovery.bank.found import Found
from recovery.bank.statement import stream
from recovery.errors import IntakeError
from recovery.ledger.balances import keep_balances
from recovery.ledger.bank_lines import take_lines
from recovery.ledger.places import country_of
from recovery.people.partners import statement_taken
from recovery.store import documents
from recovery.store.database import transact


def take_statement(sha256: str, account: str | None = None) -> dict[str, Any]:
    """Store the entries of a kept statement and book the certain ones; a second time nothing, cut off it goes on.

    The file is read as a stream, first to see that it can be read at all, so that one of any size needs little memory.

    Raises:
        IntakeError: the file is no statement that is read here, or it is of another account than the one given.
    """
    last = _look_through(sha256, account)
    found = Found(f"statement {sha256[:12]}")
    with documents.opened(sha256) as file:
        result = take_lines(stream(file, found), found)
    result.failed += len(found.unread)
    result.errors += [error.message for error in found.unread]
    key, name = f"statement:{sha256}", f"{sha256[:12]}.xml"
    kept = ("statement", name, "application/xml", sha256)

    def keep(session: Session) -> None:
        documents.attach_kept(session, key, *kept)
        keep_balances(session, found.balances)
        _looked_at(session, last)

    transact(keep)
    return {"format": found.format, **result.as_dict(), "warnings": [*found.warnings, *_twice(result.known)]}


def _look_through(sha256: str, account: str | None) -> dict[str, date]:
    """Return the accounts of a statement, each with the day of its last line, today where it has none."""
    found, last = Found(f"statement {sha256[:12]}"), dict[str, date]()
    with documents.opened(sha256) as file:
        for line in stream(file, found):
            last[line.account] = max(line.booked, last.get(line.account, line.booked))
    last = {one: last.get(one, datetime.now(UTC).date()) for one in found.accounts}
    if account and any(one != account for one in found.accounts):
        raise IntakeError(
            "statement: of another account than your service's; its own team takes it in",
            code="other_account",
            field="file",
        )
    return last


def _looked_at(session: Session, last: Mapping[str, date]) -> None:
    """Note up to which day each account was looked at: its last line's, today where it has none."""
    now = datetime.now(UTC)
    for account, day in last.items():
        if country := country_of(account):
            statement_taken(session, country, min(day, now.date()), now)


def _twice(known: int) -> list[str]:
    return [f"{known} entries were stored already: the files overlap, nothing of them is booked twice"] if known else []
