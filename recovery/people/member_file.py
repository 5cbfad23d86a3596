"""Members out of a CSV file, one a row: each is added by itself, and each row is answered."""

from __future__ import annotations

import csv
import io
from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from recovery.errors import IntakeError, RecoveryError
from recovery.people.administration import new_member
from recovery.people.members import plain_address
from recovery.reading.delimiter import delimiter_of
from recovery.reading.encoding import plain_text
from recovery.store.tables import Member

NEEDED = ("email", "name", "partner")
MOST_ROWS = 2000


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a row, counted from 1 under the header: added, here before, or why not."""

    row: int
    email: str
    known: bool = False
    error: RecoveryError | None = None


def import_members(session: Session, data: bytes, languages: Container[str], by: str, now: datetime) -> list[Imported]:
    """Add the members of a file; who is here already stays as is, and a row that is not right stops no other.

    `languages` are those that pages are offered in.

    Raises:
        IntakeError: the file has no header with the columns that are needed, or too many rows.
    """
    rows = list(_rows(data))
    if len(rows) > MOST_ROWS:
        raise IntakeError(f"file: more than {MOST_ROWS} rows; send it in parts", code="bad_size", field="file")
    return [_added(session, number, row, languages, by, now) for number, row in enumerate(rows, 1)]


def _rows(data: bytes) -> Iterator[dict[str, str]]:
    text = plain_text(data)
    for row in csv.DictReader(io.StringIO(text), delimiter=delimiter_of(text.split("\n", 1)[0])):
        cells = {(name or "").strip().lower(): (cell or "").strip() for name, cell in row.items() if name is not None}
        missing = [name for name in NEEDED if name not in cells]
        if missing:
            raise IntakeError(f"file: the column {missing[0]} is missing", code="missing_column", field="file")
        if any(cells.values()):
            yield cells


def _added(
    session: Session, number: int, row: dict[str, str], languages: Container[str], by: str, now: datetime
) -> Imported:
    language = row.get("language", "").lower() or "en"
    try:
        if language not in languages:
            raise IntakeError(f"language {language!r}: not offered", code="bad_choice", field="language")
        email = plain_address(row["email"])
        if session.exec(select(Member.id).where(Member.email == email)).first():
            return Imported(number, email, known=True)
        with session.begin_nested():
            new_member(session, email, row["name"], row["partner"].upper(), language, row.get("iban", ""), by, now)
    except RecoveryError as error:
        return Imported(number, row["email"], error=error)
    return Imported(number, email)
