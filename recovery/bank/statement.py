"""Bank files of every kind that banks give: one entry per booked payment, read one after another."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from recovery.bank import camt, coda_file, csv_lines, mt940_file, norma43
from recovery.bank.entry import Entry
from recovery.bank.found import Balance, Found, unique
from recovery.errors import IntakeError
from recovery.reading.encoding import looks_like_xml, plain_text, tidy_xml

LIMIT = 512 * 1024 * 1024
# Of what is not read while it streams: text formats, and XML whose encoding must be put right first.
WHOLE = 50 * 1024 * 1024
MOST_MEMBERS = 500
_HEAD = 4096
KNOWN = "camt.052, 053 or 054, MT940, CODA, Norma 43 or CSV"
# How each kind is known by its beginning, the surest first.
_TEXTS: tuple[tuple[Callable[[str], bool], Callable[[str, Found], Iterator[Entry]]], ...] = (
    (coda_file.looks_like, coda_file.entries),
    (norma43.looks_like, norma43.entries),
    (mt940_file.looks_like, mt940_file.entries),
    (csv_lines.looks_like, csv_lines.entries),
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A bank file as read: its booked entries, the accounts it speaks of, and what a person should know.

    `unread` tells of entries that could not be read: each says where it stands and why. `balances` are those that it
    tells of its accounts.
    """

    format: str
    entries: tuple[Entry, ...]
    accounts: tuple[str, ...]
    warnings: tuple[str, ...]
    unread: tuple[str, ...] = ()
    balances: tuple[Balance, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the statement in the shape of the command line's JSON."""
        return {
            "format": self.format,
            "accounts": list(self.accounts),
            "entries": [entry.as_dict() for entry in self.entries],
            "warnings": list(self.warnings),
        }


def read_statement_file(path: Path) -> Statement:
    """Read a bank file from disk.

    Raises:
        IntakeError: there is no such file, it is too large, or `read_statement` refuses it.
    """
    try:
        with path.open("rb") as file:
            return _whole(file, Found(path.name))
    except OSError as error:
        reason = error.strerror or "not readable"
        raise IntakeError(f"{path.name}: {reason}; check the path", code="unreadable_file", field="file") from None


def look_through(path: Path) -> None:
    """Read a bank file from disk for its faults alone.

    Raises:
        IntakeError: there is no such file, it is too large, or it cannot be read.
    """
    if not path.is_file():
        raise IntakeError(f"{path.name}: no such file; check the path", code="no_file", field="file")
    try:
        with path.open("rb") as file:
            for _ in stream(file, Found(path.name)):
                pass
    except OSError as error:
        reason = error.strerror or "not readable"
        raise IntakeError(f"{path.name}: {reason}; check the path", code="unreadable_file", field="file") from None


def read_statement(data: bytes, name: str) -> Statement:
    """Read a bank file; `name` is what its errors call it.

    Raises:
        IntakeError: it is none of the kinds known, cannot be read, is unsafe or too large.
    """
    return _whole(io.BytesIO(data), Found(name))


def _whole(file: BinaryIO, found: Found) -> Statement:
    entries = tuple(stream(file, found))
    return Statement(
        found.format,
        entries,
        tuple(found.accounts),
        tuple(found.warnings),
        tuple(error.message for error in found.unread),
        tuple(found.balances),
    )


def stream(file: BinaryIO, found: Found) -> Iterator[Entry]:
    """Yield the entries of a bank file one after another, each payment once; what else it tells is noted in `found`.

    Raises:
        IntakeError: it is none of the kinds known, cannot be read, is unsafe or too large, or no entry is readable.
    """
    count = 0
    for entry in unique(_entries(file, found), found):
        count += 1
        yield entry
    if found.untold:
        found.warnings.append(f"{found.untold} more remarks of this kind are left out here")
    if found.unread and not count:
        raise found.unread[0]


def _entries(file: BinaryIO, found: Found) -> Iterator[Entry]:
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size > LIMIT:
        raise found.fault(
            f"{size} bytes, more than the {LIMIT} taken; ask the bank for one file per month", "file_too_large"
        )
    head = file.read(_HEAD)
    file.seek(0)
    if not head.strip():
        raise found.fault("the file is empty; ask the bank for it again", "empty_file")
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        yield from _archive(file, found)
    elif looks_like_xml(head):
        yield from camt.entries(_readable_xml(file, head, size, found), found)
    else:
        yield from _text(_all_of(file, size, found), found)


def _all_of(file: BinaryIO, size: int, found: Found) -> bytes:
    if size > WHOLE:
        raise found.fault(f"{size} bytes, more than the {WHOLE} taken; ask the bank for camt.053", "file_too_large")
    return file.read()


def _readable_xml(file: BinaryIO, head: bytes, size: int, found: Found) -> BinaryIO:
    """Return XML that says its encoding truly; one that does streams from where it lies."""
    if head[:1] == b"<" and size > WHOLE:
        return file
    return io.BytesIO(tidy_xml(_all_of(file, size, found), found.warn))


def _text(data: bytes, found: Found) -> Iterator[Entry]:
    text = plain_text(data)
    for looks_like, read in _TEXTS:
        if looks_like(text):
            yield from read(text, found)
            return
    raise found.fault(f"no bank statement known here ({KNOWN}); ask the bank for camt.053", "not_a_statement")


def _archive(file: BinaryIO, found: Found) -> Iterator[Entry]:
    """Yield the entries of every statement of a zip archive; one that cannot be read holds up no other."""
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError):
        raise found.fault("the archive cannot be unpacked; ask the bank for it again", "unreadable_file") from None
    with archive:
        members = [one for one in archive.infolist() if not one.is_dir() and "__MACOSX" not in one.filename]
        if len(members) > MOST_MEMBERS or sum(one.file_size for one in members) > LIMIT:
            raise found.fault("an archive of more than is taken at once; unpack it first", "file_too_large")
        count = 0
        for place, member in enumerate(members, 1):
            inner = Found(f"{found.name}/{Path(member.filename).name}")
            try:
                with archive.open(member) as packed:
                    content = io.BytesIO(packed.read(LIMIT))
                for entry in _entries(content, inner):
                    count, found.now = count + 1, (place, inner.format)
                    yield entry
            except (IntakeError, zipfile.BadZipFile, RuntimeError, EOFError, OSError) as error:
                told = error if isinstance(error, IntakeError) else inner.fault("cannot be unpacked", "unreadable_file")
                inner.broken(told)
            found.format = found.format or inner.format
            found.accounts.update(inner.accounts)
            found.unread += inner.unread
            found.balances += inner.balances
            for text in inner.warnings:
                found.warn(text)
        if not count and not found.format:
            raise found.unread[0] if found.unread else found.fault("an empty archive", "empty_file")
