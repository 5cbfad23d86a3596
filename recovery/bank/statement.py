"""Bank files in ISO 20022 (camt.052, 053 and 054, every version): one entry per booked payment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from recovery.bank.camt import account_of, container_entries, unique
from recovery.bank.entry import Entry
from recovery.errors import IntakeError
from recovery.safe_xml import parse_xml

LIMIT = 50 * 1024 * 1024

_FORMAT = re.compile(r"camt\.05[234]\.\d{3}\.\d{2}")
_MESSAGE = re.compile(r"BkToCstmr(Stmt|AcctRpt|DbtCdtNtfctn)(V\d+)?")
_FORMATS = {"Stmt": "camt.053", "AcctRpt": "camt.052", "DbtCdtNtfctn": "camt.054"}
_CONTAINERS = ("Stmt", "Rpt", "Ntfctn")


@dataclass(frozen=True, slots=True)
class Statement:
    """A bank file as read: its booked entries, the accounts it speaks of, and what a person should know.

    `unread` tells of entries that could not be read: each says where it stands and why.
    """

    format: str
    entries: tuple[Entry, ...]
    accounts: tuple[str, ...]
    warnings: tuple[str, ...]
    unread: tuple[str, ...] = ()

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
        size = path.stat().st_size
        if size > LIMIT:
            raise _too_large(path.name, size)
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or "not readable"
        raise IntakeError(f"{path.name}: {reason}; check the path", code="unreadable_file", field="file") from None
    return read_statement(data, path.name)


def read_statement(data: bytes, name: str) -> Statement:
    """Read a bank file; `name` is what its errors call it.

    Raises:
        IntakeError: it is no readable XML, unsafe, too large, or not a camt.052, 053 or 054.
    """
    if len(data) > LIMIT:
        raise _too_large(name, len(data))
    root = parse_xml(data, name)
    messages = _messages(root)
    if not messages:
        found = str(etree.QName(root).localname)[:60]
        raise IntakeError(
            f"{name}: no bank statement (camt.052, 053 or 054) but {found}; ask the bank for camt.053",
            code="not_a_statement",
            field="file",
        )
    found_format = _format(root, messages[0])
    _drop_namespaces(root)
    warnings: list[str] = []
    containers = [node for message in messages for node in message if node.tag in _CONTAINERS]
    unread: list[IntakeError] = []
    entries = [entry for node in containers for entry in container_entries(node, name, warnings, unread)]
    if unread and not entries:
        raise unread[0]
    accounts = dict.fromkeys(account_of(node) for node in containers)
    told = tuple(error.message for error in unread)
    return Statement(found_format, tuple(unique(entries, warnings)), tuple(accounts), tuple(warnings), told)


def _too_large(name: str, size: int) -> IntakeError:
    return IntakeError(
        f"{name}: {size} bytes, more than the {LIMIT} taken; ask the bank for one file per day",
        code="file_too_large",
        field="file",
    )


def _elements(root: etree._Element) -> Iterator[etree._Element]:
    return (node for node in root.iter() if isinstance(node.tag, str))


def _messages(root: etree._Element) -> list[etree._Element]:
    """Return the messages of a file, which may stand in an envelope of the bank's."""
    return [node for node in _elements(root) if _MESSAGE.fullmatch(etree.QName(node).localname)]


def _format(root: etree._Element, message: etree._Element) -> str:
    """Return the message type with its version, without it where the file does not say."""
    places = [etree.QName(message).namespace or "", *(str(value) for value in root.attrib.values())]
    stated = next((found[0] for place in places if (found := _FORMAT.search(place))), None)
    kind = _MESSAGE.fullmatch(etree.QName(message).localname)
    return stated or _FORMATS[kind[1] if kind else "Stmt"]


def _drop_namespaces(root: etree._Element) -> None:
    """Leave local names only: every version has its own namespace, and some banks have theirs."""
    for node in _elements(root):
        node.tag = etree.QName(node).localname
