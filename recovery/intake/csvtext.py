"""The text of a CSV file: its encoding, its columns' names, its decimal mark."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from recovery.errors import IntakeError
from recovery.reading.encoding import plain_text

REQUIRED = ("number", "issued", "currency", "amount", "buyer_name")
AMOUNTS = ("amount", "paid", "payable")


_ENDS_IN_DECIMALS = {",": re.compile(r",[0-9]{1,2}$"), ".": re.compile(r"\.[0-9]{1,2}$")}
_WRITTEN = {
    ",": re.compile(r"-?([0-9]+|[0-9]{1,3}(\.[0-9]{3})+)(,[0-9]*)?"),
    ".": re.compile(r"-?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]*)?"),
}


@cache
def other_names() -> dict[str, str]:
    """Return the columns by their other names: as invoicing programs export them, in the languages served."""
    content = files("recovery.intake").joinpath("csv_columns.toml").read_text("utf-8")
    return {name: column for column, names in tomllib.loads(content).items() for name in names}


def text_of(data: bytes, name: str) -> str:
    """Return the text of a file in UTF-8, UTF-16 with a mark, or windows-1252.

    Raises:
        IntakeError: it is not a text file.
    """
    text = plain_text(data)
    if "\x00" in text:
        raise IntakeError(f"{name}: not a text file; export it as CSV", code="unreadable_csv", field="file")
    return text.lstrip("\r\n")


def decimal_mark(rows: list[dict[str, str]], delimiter: str) -> str:
    """Return the decimal mark of a file: as its amounts show it, else the one usual with its delimiter."""
    cells = [row[column].strip() for row in rows for column in AMOUNTS if row.get(column)]
    shown = {mark for mark, pattern in _ENDS_IN_DECIMALS.items() if any(pattern.search(cell) for cell in cells)}
    if len(shown) == 1:
        return shown.pop()
    return "," if delimiter == ";" else "."


def plain_amount(text: str, mark: str) -> str | None:
    """Return an amount with a decimal point and no separators, None if it is not one."""
    plain = re.sub(r"[\s\u00a0\u202f'’]", "", text)
    if not _WRITTEN[mark].fullmatch(plain):
        return None
    return plain.replace("." if mark == "," else ",", "").replace(mark, ".")
