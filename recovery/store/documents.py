"""Stored documents: content-addressed files beside the database, never changed."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from sqlmodel import Session, select

from recovery.errors import CaseError
from recovery.settings import settings
from recovery.store.new_rows import new_row
from recovery.store.tables import Document

_AT_ONCE = 1024 * 1024
# Files that are brought to the disk at the same time.
_WRITERS = 16


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


def keep_many(contents: Iterable[bytes]) -> None:
    """Store many contents, each once: their writes reach the disk together, which waits for one as for all."""
    wanted = {hashlib.sha256(content).hexdigest(): content for content in contents}
    missing = [content for sha256, content in wanted.items() if not path_of(sha256).exists()]
    if len(missing) < 2:
        for content in missing:
            keep(content)
        return
    with ThreadPoolExecutor(min(len(missing), _WRITERS)) as writers:
        list(writers.map(keep, missing))


def keep_file(path: Path) -> str:
    """Store a file once and return its hash, however large it is.

    Raises:
        OSError: it cannot be read.
    """
    settings().documents.mkdir(parents=True, exist_ok=True)
    with path.open("rb") as source, tempfile.NamedTemporaryFile(dir=settings().documents, delete=False) as file:
        try:
            shutil.copyfileobj(source, file, _AT_ONCE)
            file.flush()
            os.fsync(file.fileno())
            with open(file.name, "rb") as copied:
                sha256 = hashlib.file_digest(copied, "sha256").hexdigest()
            path_of(sha256).parent.mkdir(parents=True, exist_ok=True)
            Path(file.name).replace(path_of(sha256))
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
    return sha256


def opened(sha256: str) -> BinaryIO:
    """Open a stored content, checked against its hash; who asks for it closes it.

    Raises:
        CaseError: the file is gone or is not what was stored.
    """
    try:
        file = path_of(sha256).open("rb")
    except FileNotFoundError:
        raise _gone(sha256) from None
    if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
        file.close()
        raise _other(sha256)
    file.seek(0)
    return file


def read(sha256: str) -> bytes:
    """Return a stored content, checked against its hash.

    Raises:
        CaseError: the file is gone or is not what was stored.
    """
    path = path_of(sha256)
    if not path.exists():
        raise _gone(sha256)
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise _other(sha256)
    return content


def _gone(sha256: str) -> CaseError:
    return CaseError(
        f"document {sha256[:12]}: the file is gone from the document store; restore a backup",
        code="document_missing",
    )


def _other(sha256: str) -> CaseError:
    return CaseError(f"document {sha256[:12]}: the file has been changed; restore a backup", code="document_changed")


def attach_kept(session: Session, key: str, kind: str, name: str, media_type: str, sha256: str) -> None:
    """Name a content that is kept already as the document of `key`, where it is new."""
    if session.exec(select(Document).where(Document.key == key)).first() is None:
        size, now = path_of(sha256).stat().st_size, datetime.now(UTC)
        session.add(
            Document(key=key, kind=kind, name=name, media_type=media_type, sha256=sha256, size=size, stored_at=now)
        )


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
    sha256 = keep(content) if store else hashlib.sha256(content).hexdigest()
    return new_row(
        Document,
        claim_id=claim_id,
        key=key,
        kind=kind,
        name=name,
        media_type=media_type,
        sha256=sha256,
        size=len(content),
        stored_at=datetime.now(UTC),
    )
