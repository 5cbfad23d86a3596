"""Stored documents: content-addressed files beside the database, never changed."""

from __future__ import annotations

import hashlib
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import Session, select

from recovery.errors import CaseError
from recovery.settings import settings
from recovery.store.tables import Document


def path_of(sha256: str) -> Path:
    """Return where a content lies."""
    return settings().documents / sha256[:2] / sha256


def keep(content: bytes) -> str:
    """Store a content once and return its hash; a crash leaves no half file."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = path_of(sha256)
    if path.exists():
        return sha256
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(temporary).replace(path)
    return sha256


def read(sha256: str) -> bytes:
    """Return a stored content, checked against its hash.

    Raises:
        CaseError: the file is gone or is not what was stored.
    """
    path = path_of(sha256)
    if not path.exists():
        raise CaseError(
            f"document {sha256[:12]}: the file is gone from the document store; restore a backup",
            code="document_missing",
        )
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise CaseError(f"document {sha256[:12]}: the file has been changed; restore a backup", code="document_changed")
    return content


def attach(
    session: Session, claim_id: str | None, key: str, kind: str, name: str, media_type: str, content: bytes
) -> Document:
    """Return the document of `key`, stored now if it is new."""
    found = session.exec(select(Document).where(Document.key == key)).first()
    if found:
        return found
    made = document(claim_id, key, kind, name, media_type, content)
    session.add(made)
    session.flush()
    return made


def document(
    claim_id: str | None, key: str, kind: str, name: str, media_type: str, content: bytes, store: bool = True
) -> Document:
    """Keep a content, unless it is only tried, and return the row that names it."""
    return Document(
        claim_id=claim_id,
        key=key,
        kind=kind,
        name=name,
        media_type=media_type,
        sha256=keep(content) if store else hashlib.sha256(content).hexdigest(),
        size=len(content),
        stored_at=datetime.now(UTC),
    )
