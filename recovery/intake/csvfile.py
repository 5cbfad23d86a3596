"""Invoices as CSV, in the layout of docs/csv.md: a header and one line per invoice."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from recovery.errors import Faults, IntakeError
from recovery.intake.csvtext import AMOUNTS, REQUIRED, decimal_mark, other_names, plain_amount, text_of
from recovery.intake.dates import read_date, stands_for_no_day
from recovery.intake.invoice import Invoice, Party
from recovery.intake.notes import Notes
from recovery.intake.parties import party_of
from recovery.intake.terms import term_days_of
from recovery.intake.totals import odd_amounts
from recovery.money import Money
from recovery.reading.encoding import plain_text

_PARTY = ("name", "country", "vat", "tax_id", "street", "postal_code", "city", "email", "iban", "bic")
_CREDIT = ("credit_note", "credit note", "creditnote", "381")
# The first line by which spreadsheets say how cells are parted.
_SEPARATOR = re.compile(r"sep=(;|,|\||\t|\\t)\r?\n", re.IGNORECASE)
_YES, _NO = ("yes", "true", "1", "person", "consumer"), ("no", "false", "0", "company", "business")


class Row(NamedTuple):
    """One line of the file: where it stands, and its cells by column."""

    line: int
    cells: dict[str, str]


def looks_like_csv(data: bytes, name: str) -> bool:
    """Tell whether a file is meant as CSV: by its name, or by a header with the columns it needs."""
    if name.lower().endswith((".csv", ".tsv")):
        return True
    header = _SEPARATOR.sub("", plain_text(data[:4000])).split("\n", 1)[0]
    columns = {_column(cell) for cell in re.split("[;,\t]", header)}
    return {"number", "issued"} <= columns


def read_csv(data: bytes, name: str) -> Invoice:
    """Return the first invoice of a CSV file; more lines leave a warning.

    Raises:
        IntakeError: no line, a missing column, or a faulty first line.
    """
    rows = list(_rows(data, name))
    if not rows:
        raise IntakeError(
            f"{name}: no invoice under the header; add one line per invoice", code="empty_file", field="file"
        )
    invoice = _invoice(rows[0], name, decimal_mark([row.cells for row in rows], _delimiter(text_of(data, name))))
    if len(rows) == 1:
        return invoice
    return invoice.warned(f"the file holds {len(rows)} invoices: the first is read; file the others one by one")


def read_invoices_csv(data: bytes, name: str) -> Iterator[Invoice | IntakeError]:
    """Yield every line's invoice, or the error of that line with its number.

    Raises:
        IntakeError: the file is no readable CSV, or a needed column is missing.
    """
    for _, read in read_lines_csv(data, name):
        yield read


def read_lines_csv(data: bytes, name: str) -> Iterator[tuple[Row, Invoice | IntakeError]]:
    """Yield every line with its invoice, or with its error.

    Raises:
        IntakeError: the file is no readable CSV, or a needed column is missing.
    """
    rows = list(_rows(data, name))
    mark = decimal_mark([row.cells for row in rows], _delimiter(text_of(data, name)))
    for row in rows:
        try:
            yield row, _invoice(row, name, mark)
        except IntakeError as error:
            yield row, error


def is_credit(row: Row) -> bool:
    """Tell whether a line is of a credit note."""
    return row.cells.get("kind", "").lower() in _CREDIT


def written(rows: Sequence[Mapping[str, str]]) -> bytes:
    """Return lines as a file of their own, with the columns that any of them fills."""
    columns = list(dict.fromkeys(column for row in rows for column, cell in row.items() if cell))
    text = io.StringIO(newline="")
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(columns)
    lines.writerows([row.get(column, "") for column in columns] for row in rows)
    return text.getvalue().encode()


def _column(cell: str) -> str:
    letters = unicodedata.normalize("NFKD", cell.strip().strip('"').lower())
    plain = re.sub(r"[\s\-./]+", "_", "".join(one for one in letters if not unicodedata.combining(one))).strip("_")
    return other_names().get(plain, plain)


def _delimiter(text: str) -> str:
    said = _SEPARATOR.match(text)
    return said[1].replace("\\t", "\t") if said else max(";\t,", key=text.split("\n", 1)[0].count)


def _rows(data: bytes, name: str) -> Iterator[Row]:
    text = text_of(data, name)
    reader = csv.reader(io.StringIO(_SEPARATOR.sub("", text), newline=""), delimiter=_delimiter(text))
    try:
        columns = [_column(cell) for cell in next(reader, [])]
        missing = [column for column in REQUIRED if column not in columns]
        if missing:
            raise IntakeError(
                f"{name}: columns missing: {', '.join(missing)}; see docs/csv.md",
                code="missing_column",
                field=missing[0],
            )
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Row(reader.line_num, dict(zip(columns, (cell.strip() for cell in cells), strict=False)))
    except csv.Error as error:
        raise IntakeError(
            f"{name}: no readable CSV: line {reader.line_num}: {error}; export it again",
            code="unreadable_csv",
            field="file",
        ) from None


def _invoice(row: Row, name: str, mark: str) -> Invoice:
    notes, cells = Notes(f"{name} line {row.line}"), row.cells
    for column in REQUIRED:
        if not cells.get(column) and column != "currency":
            notes.fault(column, f"{column} is empty; fill it in", "missing")
    currency = notes.currency(cells.get("currency"))
    issued, due = _day(cells, "issued", notes), _day(cells, "due", notes)
    total, paid, payable = (_amount(cells, column, currency, mark, notes) for column in AMOUNTS)
    if notes.faults or issued is None or currency is None or total is None:
        raise Faults(notes.faults)
    if payable is None:
        payable = total - paid if paid is not None else total
    odd_amounts(total, payable, notes)
    invoice = Invoice(
        format="csv",
        version="1",
        kind="credit_note" if is_credit(row) else "invoice",
        number=cells["number"],
        issued=issued,
        due=due,
        term_days=_term(cells, due, issued, notes),
        currency=currency,
        total=total,
        payable=payable,
        prepaid=paid,
        seller=_party(cells, "seller", notes),
        buyer=_party(cells, "buyer", notes),
    )
    return _described(cells, invoice, notes)


def _described(cells: dict[str, str], invoice: Invoice, notes: Notes) -> Invoice:
    return replace(
        invoice,
        references=tuple(part.strip() for part in cells.get("references", "").split("|") if part.strip()),
        description=cells.get("description", ""),
        payment_reference=cells.get("payment_reference") or None,
        warnings=tuple(notes.warnings),
    )


def _party(cells: dict[str, str], role: str, notes: Notes) -> Party:
    texts = {key: cells.get(f"{role}_{key}") or None for key in _PARTY}
    return party_of(texts, role, notes, _yes_or_no(cells.get(f"{role}_is_person", "")))


def _day(cells: dict[str, str], column: str, notes: Notes) -> date | None:
    text = cells.get(column)
    day = None if stands_for_no_day(text) else read_date(text)
    if text and day is None and not stands_for_no_day(text):
        notes.fault(column, f"{column} {text[:40]!r} is no date; write it as 2026-01-31", "bad_date")
    return day


def _amount(cells: dict[str, str], column: str, currency: str | None, mark: str, notes: Notes) -> Money | None:
    text = cells.get(column)
    if not text:
        return None
    plain = plain_amount(text, mark)
    value = notes.number(plain, column) if plain else None
    if plain is None:
        notes.fault(column, f"{column} {text[:40]!r} is no amount; write it as 1234{mark}50", "bad_amount")
    return None if value is None or currency is None else notes.money(value, currency, column)


def _term(cells: dict[str, str], due: date | None, issued: date, notes: Notes) -> int | None:
    if due is not None:
        if due < issued:
            notes.warn(f"due date {due} lies before the date of issue {issued}: kept; check it")
        return None
    text = cells.get("term_days", "")
    days = int(text) if re.fullmatch("[0-9]{1,3}", text) else term_days_of(text)
    if days is None:
        notes.warn("no due date: the statutory term counts")
    else:
        notes.warn(f"no due date, only a term: {days} days from the date of issue")
    return days


def _yes_or_no(text: str) -> bool | None:
    return True if text.lower() in _YES else False if text.lower() in _NO else None
