"""A bank statement taken in: its entries stored once, the certain ones booked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session

from recovery.bank.statement import Statement, read_statement
from recovery.errors import IntakeError
from recovery.ledger.bank_lines import take_lines
from recovery.ledger.places import country_of
from recovery.people.partners import statement_taken
from recovery.store import documents
from recovery.store.database import transact


def take_statement(sha256: str, account: str | None = None) -> dict[str, Any]:
    """Store the entries of a kept statement and book the certain ones; a second time nothing, cut off it goes on.

    Raises:
        IntakeError: the file is no statement that is read here, or it is of another account than the one given.
    """
    content = documents.read(sha256)
    statement = read_statement(content, f"statement {sha256[:12]}")
    if account and any(found != account for found in statement.accounts):
        raise IntakeError(
            "statement: of another account than your service's; its own team takes it in",
            code="other_account",
            field="file",
        )
    result = take_lines(statement.entries)
    result.failed += len(statement.unread)
    result.errors += statement.unread
    key, name = f"statement:{sha256}", f"{sha256[:12]}.xml"

    def kept(session: Session) -> None:
        documents.attach(session, None, key, "statement", name, "application/xml", content)
        _looked_at(session, statement)

    transact(kept)
    return {"format": statement.format, **result.as_dict(), "warnings": list(statement.warnings)}


def _looked_at(session: Session, statement: Statement) -> None:
    """Note up to which day each account was looked at: its last line's, today where it has none."""
    now = datetime.now(UTC)
    for account in statement.accounts:
        booked = [one.booked for one in statement.entries if one.account == account]
        country = country_of(account)
        if country:
            statement_taken(session, country, max(booked, default=now.date()), now)
