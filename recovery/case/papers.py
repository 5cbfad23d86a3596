"""Papers that come in while a case is worked: contracts, delivery notes, answers of the debtor."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session, col, func, select

from recovery.case.transition import record
from recovery.errors import CaseError, IntakeError
from recovery.store import documents
from recovery.store.tables import Case, Document

KINDS = ("evidence", "debtor_statement", "court_document", "insolvency_document", "other")
MOST_BYTES = 10 * 1024 * 1024
MEDIA = {
    "pdf": "application/pdf",
    "xml": "application/xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "txt": "text/plain",
}


def media_of(name: str) -> str:
    """Return the media type that a file's name tells."""
    return MEDIA.get(name.rsplit(".", 1)[-1].lower(), "application/octet-stream")


def add_paper(session: Session, case: Case, kind: str, name: str, content: bytes, actor: str, on: date) -> Document:
    """Keep a paper with the case, never to change; the event names its kind and hash, not its content.

    Raises:
        CaseError: the kind is unknown.
        IntakeError: the file is empty or too large.
    """
    if kind not in KINDS:
        raise CaseError(f"kind {kind!r}: one of {', '.join(KINDS)}", code="bad_choice", field="kind")
    if not 0 < len(content) <= MOST_BYTES:
        raise IntakeError(
            f"{name}: {len(content)} bytes; a paper has from 1 to {MOST_BYTES} bytes", code="bad_size", field="file"
        )
    count = session.exec(select(func.count(col(Document.id))).where(Document.claim_id == case.claim_id)).one()
    key = f"{case.claim_id}:paper:{count + 1}"
    kept = documents.attach(session, case.claim_id, key, kind, name, media_of(name), content)
    record(session, case, "paper", actor=actor, on=on, data={"kind": kind, "sha256": kept.sha256})
    return kept
