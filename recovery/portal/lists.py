"""What lists and papers have in common: pages of a list, and a document as a download."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from fastapi import Response
from sqlmodel import Session, select
from starlette.exceptions import HTTPException

from recovery.store import documents
from recovery.store.tables import Case, Document


def pages_of(path: str, asked: int, count: int, size: int, query: str = "") -> dict[str, Any]:
    """Return which page of a list is shown and the addresses of its neighbours."""
    last = max(1, -(-count // size))
    number = min(max(asked, 1), last)
    to = lambda page: f"{path}?{query}{'&' if query else ''}number={page}"  # noqa: E731
    return {
        "number": number,
        "last": last,
        "count": count,
        "before": to(number - 1) if number > 1 else None,
        "after": to(number + 1) if number < last else None,
    }


def download(session: Session, case: Case, sha256: str, letters: bool = True) -> Response:
    """Return a document of a case as a file to keep; it is never shown as a page of this portal.

    The debtor's letters hold the debtor's code: a member gets copies without it instead.
    """
    query = select(Document).where(Document.claim_id == case.claim_id, Document.sha256 == sha256)
    found = session.exec(query.where(Document.kind != "news")).first()
    if found is None or (found.kind.startswith("letter:") and not letters):
        raise HTTPException(404)
    return as_file(found.name, found.media_type, documents.read(sha256))


def as_file(name: str, media_type: str, content: bytes) -> Response:
    """Return a content as a file to keep."""
    plain = quote(name.replace("/", "_"))
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{plain}", "Cache-Control": "no-store"}
    return Response(content, media_type=media_type, headers=headers)
