"""A case's papers in one file: all PDFs one after another to read or print, the court's as they are in one ZIP."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

import pypdfium2
from sqlmodel import Session, col, select

from recovery.case.record import CaseRecord
from recovery.errors import CaseError
from recovery.store import documents
from recovery.store.tables import Document

# Papers of a court's pack and of an insolvency claim.
FOR_COURT = ("court_pack", "insolvency_claim")


def as_one_pdf(session: Session, case: CaseRecord) -> bytes:
    """Return every PDF of a case, the oldest first; papers of another kind and unreadable ones are left out.

    Raises:
        CaseError: the case has no PDF.
    """
    whole = pypdfium2.PdfDocument.new()
    try:
        for paper in _papers(session, case):
            if paper.media_type == "application/pdf":
                _append(whole, documents.read(paper.sha256))
        if not len(whole):
            raise CaseError(f"case {case.reference or case.claim_id}: no paper is a PDF", code="not_found")
        out = io.BytesIO()
        whole.save(out)
        return out.getvalue()
    finally:
        whole.close()


def _append(whole: pypdfium2.PdfDocument, content: bytes) -> None:
    try:
        part = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        return  # a password, or damage: it is kept as it is beside the case
    try:
        whole.import_pages(part)
    finally:
        part.close()


def for_court(session: Session, case: CaseRecord) -> bytes:
    """Return the papers for the court in one ZIP.

    Raises:
        CaseError: none were made yet.
    """
    papers = [one for one in _papers(session, case) if one.kind in FOR_COURT]
    if not papers:
        raise CaseError(f"case {case.reference or case.claim_id}: no papers for the court yet", code="not_found")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, paper in _named(papers):
            archive.writestr(name, documents.read(paper.sha256))
    return out.getvalue()


def _named(papers: Iterable[Document]) -> Iterable[tuple[str, Document]]:
    """Yield papers with a name of their own each."""
    taken: set[str] = set()
    for paper in papers:
        name = paper.name.replace("/", "_")
        while name in taken:
            name = f"{paper.id}-{name}"
        taken.add(name)
        yield name, paper


def _papers(session: Session, case: CaseRecord) -> list[Document]:
    query = select(Document).where(Document.claim_id == case.claim_id, Document.kind != "news")
    return list(session.exec(query.order_by(col(Document.id))))
