"""Reading invoices: find the format, follow its map, tell what is odd."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from recovery.errors import IntakeError
from recovery.intake import envelope
from recovery.intake.csvfile import looks_like_csv, read_csv
from recovery.intake.fields import Fields
from recovery.intake.invoice import Invoice
from recovery.intake.mapped import invoice_from
from recovery.safe_xml import parse_xml, read_limited, without_namespaces


@dataclass(frozen=True)
class FormatMap:
    """One format of one map file."""

    data: dict[str, Any]

    def fits(self, root: Any, namespace: str) -> bool:
        """Tell whether a document is of this format."""
        if root.tag not in self.data["root"] or not re.fullmatch(self.data["namespace"], namespace):
            return False
        return "must_have" not in self.data or bool(root.xpath(self.data["must_have"]))


@cache
def _formats(text: str) -> tuple[FormatMap, ...]:
    return tuple(FormatMap(row) for row in tomllib.loads(text)["format"])


def _shared_maps() -> list[Traversable]:
    folder = resources.files("recovery.intake").joinpath("formats")
    return [folder.joinpath("ubl.toml"), folder.joinpath("cii.toml")]


def read_invoice_file(path: Path, maps: Sequence[Traversable] = ()) -> Invoice:
    """Read an invoice from disk."""
    return read_invoice(read_limited(path), path.name, maps)


def read_invoice(data: bytes, name: str, maps: Sequence[Traversable] = ()) -> Invoice:
    """Read one invoice; `maps` are the national format maps beside UBL and CII.

    Raises:
        IntakeError: the file is no readable invoice.
        Faults: it lacks what every invoice has; every fault at once.
    """
    if data[:5] == b"%PDF-":
        invoice = read_invoice(envelope.xml_of_pdf(data, name), name, maps)
        return _as_factur_x(invoice)
    if envelope.looks_signed(data, name):
        data = envelope.xml_of_signed(data, name)
    elif looks_like_csv(data, name):
        return read_csv(data, name)
    root = parse_xml(data, name)
    namespace = re.match(r"\{(.*)\}", root.tag)
    space = namespace[1] if namespace else ""
    root = without_namespaces(root)
    for file in (*_shared_maps(), *maps):
        for known in _formats(file.read_text("utf-8")):
            if known.fits(root, space):
                return invoice_from(known.data, Fields(root, known.data, space, name))
    raise IntakeError(
        f"{name}: <{root.tag}> is no invoice format known here; send UBL, CII, Factur-X, FatturaPA, "
        "Facturae, ebInterface or CSV",
        code="unknown_format",
        field="file",
    )


def _as_factur_x(invoice: Invoice) -> Invoice:
    from dataclasses import replace

    return replace(invoice, format="factur-x") if invoice.format == "cii" else invoice
