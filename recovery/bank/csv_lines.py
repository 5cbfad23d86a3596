"""Bank lines in CSV, by declarative maps of the banks' columns (csv_maps.toml)."""

from __future__ import annotations

import csv
import io
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from recovery.bank.entry import Entry
from recovery.bank.found import Found
from recovery.errors import IntakeError
from recovery.money import Money, decimal_of
from recovery.reading.delimiter import delimiter_of
from recovery.reading.nothing import said

Row = Mapping[str, str]


@cache
def maps() -> tuple[dict[str, Any], ...]:
    """Return the maps in the order in which they are tried."""
    content = files("recovery.bank").joinpath("csv_maps.toml").read_text("utf-8")
    return tuple(tomllib.loads(content)["map"])


def looks_like(text: str) -> bool:
    """Tell whether a text is CSV of a bank whose columns are known."""
    return _map_of(text) is not None


def entries(text: str, found: Found) -> Iterator[Entry]:
    """Yield the entry of each line; one that cannot be read holds up no other."""
    spec = _map_of(text)
    assert spec is not None
    found.format = spec["name"]
    for number, row in enumerate(_rows(text), 2):
        try:
            entry = _entry(row, spec, f"{found.name}: line {number}", found)
        except IntakeError as error:
            found.broken(error)
            continue
        found.accounts[entry.account] = None
        yield entry


def _map_of(text: str) -> dict[str, Any] | None:
    lines = text.lstrip("\r\n").splitlines()
    columns = set(_columns(lines[0])) if lines else set()
    return next((one for one in maps() if columns.issuperset(one["needs"])), None)


def _columns(line: str) -> list[str]:
    cells: Sequence[str] = next(csv.reader([line], delimiter=delimiter_of(line)), ())
    return [" ".join(cell.split()).casefold() for cell in cells]


def _rows(text: str) -> Iterator[Row]:
    text = text.lstrip("\r\n")
    first = text.splitlines()[0]
    columns = _columns(first)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(first))
    next(reader)
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield dict(zip(columns, (cell.strip() for cell in cells), strict=False))


def _entry(row: Row, spec: Mapping[str, Any], where: str, found: Found) -> Entry:
    signed = _amount(_first(row, spec, "amount") or "", spec["mark"], _first(row, spec, "currency") or "EUR", where)
    out = signed.minor < 0 or row.get(spec.get("sign", ""), "").casefold() in spec.get("out", ())
    booked = _day(_first(row, spec, "booked"), spec["date"], where)
    value = _first(row, spec, "value")
    reason = said(_first(row, spec, "reason"))
    number = said(_first(row, spec, "id"))
    entry = Entry(
        account=(_first(row, spec, "account") or "").replace(" ", ""),
        booked=booked,
        value=_day(value, spec["date"], where) if value else booked,
        amount=-signed if signed.minor < 0 else signed,
        credit=not out,
        debtor_name=said(_first(row, spec, "payer")),
        debtor_iban=said((_first(row, spec, "iban") or "").replace(" ", "")),
        reference=said(_first(row, spec, "reference")),
        text=" ".join(text for name in spec["text"] if (text := row.get(name))),
        bank_id=number or "",
        returned=reason is not None,
        return_reason=reason,
        own_id=number is not None,
    )
    return entry if number else found.numbered(entry, "l")


def _first(row: Row, spec: Mapping[str, Any], field: str) -> str | None:
    return next((row[name] for name in spec.get(field, ()) if row.get(name)), None)


def _day(text: str | None, form: str, where: str) -> date:
    try:
        return date(*time.strptime(text or "", form)[:3])
    except ValueError:
        raise IntakeError(f"{where}: {text!r} is no date of the form {form}", code="bad_date", field="date") from None


def _amount(text: str, mark: str, currency: str, where: str) -> Money:
    """Return a signed amount.

    Raises:
        IntakeError: it is none.
    """
    plain = text.replace("\u00a0", "").replace(" ", "").replace("." if mark == "," else ",", "").replace(mark, ".")
    try:
        return Money.rounded(decimal_of(plain), currency)
    except IntakeError as error:
        raise IntakeError(f"{where}: {error.message}", code=error.code, field="amount") from None
