"""Reading invoices: find the format, follow its map, tell what is odd."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import islice
from pathlib import Path
from typing import Any

from lxml import etree

from recovery.errors import IntakeError
from recovery.intake import envelope
from recovery.intake.csvfile import looks_like_csv, read_csv
from recovery.intake.fields import Fields
from recovery.intake.invoice import Invoice
from recovery.intake.mapped import invoice_from
from recovery.intake.notes import Notes
from recovery.reading.encoding import looks_like_xml, tidy_xml
from recovery.safe_xml import INVOICE_LIMIT, parse_xml, read_limited, without_namespaces

_MOST_ENVELOPES = 3
_MOST_WRAPPERS = 50  # elements looked at for an invoice inside a transport envelope


@dataclass(frozen=True)
class FormatMap:
    """One format of one map file."""

    data: dict[str, Any]

    def fits(self, root: Any, namespace: str) -> bool:
        """Tell whether a document is of this format."""
        if root.tag not in self.data["root"] or not re.fullmatch(self.data["namespace"], namespace):
            return False
        return "only_if" not in self.data or bool(root.xpath(f"boolean({self.data['only_if']})"))


def read_invoice_file(path: Path, maps: Sequence[Traversable] = ()) -> Invoice:
    """Read an invoice from disk; a file too large is refused before it is read."""
    return read_invoice(read_limited(path), path.name, maps)


def read_invoice(data: bytes, name: str, maps: Sequence[Traversable] = ()) -> Invoice:
    """Read one invoice; `maps` are the national format maps beside UBL and CII.

    Raises:
        IntakeError: the file is no readable invoice.
        Faults: it lacks what every invoice has; every fault at once.
    """
    if len(data) > INVOICE_LIMIT:
        raise IntakeError(
            f"{name}: more than {INVOICE_LIMIT // 1048576} MB; send the bare invoice without attachments",
            code="file_too_large",
            field="file",
        )
    if not data.strip():
        raise IntakeError(f"{name}: the file is empty; export it again", code="empty_file", field="file")
    if b"%PDF-" in data[:1024]:
        invoice = _read_xml(envelope.xml_of_pdf(data, name), name, maps)
        return replace(invoice, format="factur-x") if invoice.format == "cii" else invoice
    data = _unwrapped(data, name)
    if looks_like_xml(data) or name.lower().endswith((".xml", ".p7m")):
        return _read_xml(data, name, maps)
    if looks_like_csv(data, name):
        return read_csv(data, name)
    raise _unknown(name, "an archive" if data[:2] == b"PK" else "this file")


def _unwrapped(data: bytes, name: str) -> bytes:
    for _ in range(_MOST_ENVELOPES):
        der = envelope.signed(data)
        if der is None:
            break
        data = envelope.content_of_signed(der, name)
    return data


def _read_xml(data: bytes, name: str, maps: Sequence[Traversable]) -> Invoice:
    notes = Notes(name)
    root = parse_xml(tidy_xml(data, notes.warn), name)
    formats = [known for file in (*_shared_maps(), *maps) for known in _formats(file.read_text("utf-8"))]
    for document, namespace in _documents(root, formats):
        for known in formats:
            if known.fits(document, namespace):
                return invoice_from(Fields(document, known.data, namespace, notes))
    raise _unknown(name, f"<{str(etree.QName(root).localname)[:60]}>")


def _documents(root: Any, formats: Sequence[FormatMap]) -> Iterator[tuple[Any, str]]:
    """Yield the document, then what lies inside it in a transport envelope, with their namespaces."""
    roots = {tag for known in formats for tag in known.data["root"]}
    first = islice(root.iter("{*}*"), _MOST_WRAPPERS)
    named = [(node, etree.QName(node)) for node in first]
    for node, name in [(node, name) for node, name in named if name.localname in roots]:
        document = node if node is root else deepcopy(node)
        yield without_namespaces(document), name.namespace or ""


@cache
def _formats(text: str) -> tuple[FormatMap, ...]:
    return tuple(FormatMap(row) for row in tomllib.loads(text)["format"])


def _shared_maps() -> list[Traversable]:
    folder = resources.files("recovery.intake").joinpath("formats")
    return sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)


def _unknown(name: str, what: str) -> IntakeError:
    return IntakeError(
        f"{name}: {what} is no invoice format known here; send UBL, CII, Factur-X, FatturaPA, "
        "Facturae, ebInterface or CSV",
        code="unknown_format",
        field="file",
    )
