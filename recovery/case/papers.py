"""Papers that come in while a case is worked: contracts, delivery notes, answers of the debtor."""

from __future__ import annotations

from datetime import date

from recovery.case.record import CaseRecord
from recovery.case.transition import record
from recovery.errors import CaseError, IntakeError
from recovery.store.tables import Document

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


def add_paper(case: CaseRecord, kind: str, name: str, content: bytes, actor: str, on: date) -> Document:
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
    key = f"{case.claim_id}:paper:{len(case.papers) + 1}"
    kept = case.outside.attach(case, key, kind, name, media_of(name), content)
    record(case, "paper", actor=actor, on=on, data={"kind": kind, "sha256": kept.sha256})
    return kept


def paper_of(case: CaseRecord, sha256: str) -> Document | None:
    """Return a document of a case by its content's hash, None where it has none; news of people are no papers."""
    return next((one for one in case.papers if one.sha256 == sha256 and one.kind != "news"), None)
