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

_MOST_ENVELOPES = 4
_TELLS_LITTLE = ("unknown_format", "empty_file", "pdf_without_xml")
# Files in base64 inside an element.
_EMBEDDED = re.compile(rb">[A-Za-z0-9+/=\s]{100000,}<")
_EMBEDDED_FROM = 1_000_000
_DECLARATION = re.compile(r"^<\?xml[^>]*\?>")
_WRITTEN_INVOICE = re.compile(r"<(?:\w+:)?(Invoice|CreditNote)\b")
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
    return _read(data, name, maps, 0)


def _read(data: bytes, name: str, maps: Sequence[Traversable], level: int) -> Invoice:
    """Read what is an invoice, or what holds one; envelopes in envelopes to some depth."""
    if level > _MOST_ENVELOPES:
        raise _unknown(name, "an envelope in too many others")
    if b"%PDF-" in data[:1024]:
        files = envelope.files_of_pdf(data, name)
        invoice = _first_inside([one for one in files if _may_be_invoice(*one)], name, maps, level)
        return replace(invoice, format="factur-x") if invoice.format == "cii" else invoice
    if envelope.signed(data):
        return _read(envelope.content_of_signed(data, name), name, maps, level + 1)
    if looks_like_xml(data):
        return _read_xml(data, name, maps)
    if (content := envelope.decoded(data)) is not None:
        return _read(content, name, maps, level + 1)
    if (inside := envelope.packed(data, name)) is not None:
        return _first_inside(inside, name, maps, level)
    if looks_like_csv(data, name):
        return read_csv(data, name)
    if name.lower().endswith((".xml", ".p7m")):
        return _read_xml(data, name, maps)
    raise _unknown(name, "this file")


def _may_be_invoice(name: str, content: bytes) -> bool:
    """Tell whether a file attached to a PDF may be the invoice's data."""
    return name.lower().endswith((".xml", ".p7m")) or looks_like_xml(content) or envelope.signed(content)


def _first_inside(files: list[tuple[str, bytes]], name: str, maps: Sequence[Traversable], level: int) -> Invoice:
    """Return the first invoice among files; others leave a warning, and where there is none the first one's error."""
    read: list[Invoice] = []
    errors: list[IntakeError] = []
    if not files:
        raise envelope.without_invoice(name)
    for inner, content in files:
        try:
            read.append(_read(content, f"{name}: {inner}", maps, level + 1))
        except IntakeError as error:
            errors.append(error)
    if not read:
        telling = [error for error in errors if error.code not in _TELLS_LITTLE]
        raise (telling or errors)[0]
    if len(read) == 1:
        return read[0]
    return read[0].warned(f"there are {len(read)} invoices inside: the first is read; file the others one by one")


def _read_xml(data: bytes, name: str, maps: Sequence[Traversable]) -> Invoice:
    notes = Notes(name)
    root = _inner_document(parse_xml(_without_attachments(tidy_xml(data, notes.warn)), name), name)
    formats = [known for file in (*_shared_maps(), *maps) for known in _formats(file.read_text("utf-8"))]
    for document, namespace in _documents(root, formats):
        for known in formats:
            if known.fits(document, namespace):
                return invoice_from(Fields(document, known.data, namespace, notes))
    raise _unknown(name, f"<{str(etree.QName(root).localname)[:60]}>")


def _without_attachments(data: bytes) -> bytes:
    """Return a document without the files embedded in it: none of them is read, and each may be larger than it."""
    return _EMBEDDED.sub(b"><", data) if len(data) > _EMBEDDED_FROM else data


def _inner_document(root: Any, name: str) -> Any:
    """Return the invoice that an AttachedDocument carries as text, else the document itself."""
    if etree.QName(root).localname != "AttachedDocument":
        return root
    texts = (str(text).strip() for text in root.itertext())
    inner = next((text for text in texts if text[:1] == "<" and _WRITTEN_INVOICE.search(text)), None)
    return parse_xml(_DECLARATION.sub("", inner).encode(), name) if inner else root


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
