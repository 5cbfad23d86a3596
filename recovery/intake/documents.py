"""Any document that may be an invoice: an e-invoice by its format, pages without data by what stands on them."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources.abc import Traversable
from pathlib import Path

from recovery.errors import IntakeError
from recovery.intake.invoice import Invoice
from recovery.intake.paper.pictures import looks_like_picture
from recovery.intake.paper.read import Member, read_pages
from recovery.intake.paper.reading import Reading
from recovery.intake.reader import read_invoice
from recovery.safe_xml import INVOICE_LIMIT, read_limited

# What an e-invoice's reader says of a file whose pages are all that it holds.
_PAGES_ONLY = ("pdf_without_xml", "unreadable_pdf", "unknown_format")


def read_document_file(path: Path, maps: Sequence[Traversable], member: Member | None = None) -> Invoice | Reading:
    """Read a document from disk; a file too large is refused before it is read."""
    return read_document(read_limited(path), path.name, maps, member)


def read_document(
    data: bytes, name: str, maps: Sequence[Traversable], member: Member | None = None
) -> Invoice | Reading:
    """Read an e-invoice, or what stands on a picture or the pages of a PDF without one; `member` is who has it read.

    Raises:
        IntakeError: it is neither, locked, or holds nothing that can be read here.
    """
    if looks_like_picture(data) and len(data) <= INVOICE_LIMIT:
        return read_pages(data, name, member)
    try:
        return read_invoice(data, name, maps)
    except IntakeError as error:
        if error.code not in _PAGES_ONLY or b"%PDF-" not in data[:1024]:
            raise
    return read_pages(data, name, member)
