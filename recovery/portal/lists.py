"""What lists and papers have in common: pages of a list, and a document as a download."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from urllib.parse import quote

from fastapi import Response
from sqlmodel import Session
from starlette.exceptions import HTTPException

from recovery.case.papers import paper_of
from recovery.case.record import CaseRecord
from recovery.desk.letter_views import closed_copy
from recovery.store import documents


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


def download(session: Session, case: CaseRecord, sha256: str, letters: Literal["sent", "closed", "none"]) -> Response:
    """Return a document of a case as a file to keep; it is never shown as a page of this portal.

    The debtor's letters hold the debtor's code: who sends them gets them as sent, who looks on gets copies without
    it ("closed"), a member asks for copies by another way ("none").
    """
    found = paper_of(case, sha256)
    letter = found is not None and found.kind.startswith("letter:")
    if found is None or (letter and letters == "none"):
        raise HTTPException(404)
    if letter and letters == "closed":
        name, content = closed_copy(session, case, found.key)
        return as_file(name, found.media_type, content)
    return as_file(found.name, found.media_type, documents.read(sha256))


def as_file(name: str, media_type: str, content: bytes) -> Response:
    """Return a content as a file to keep."""
    plain = quote(name.replace("/", "_"))
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{plain}", "Cache-Control": "no-store"}
    return Response(content, media_type=media_type, headers=headers)


def day_asked(text: str | None) -> date | None:
    """Return a day that a list is asked for; what is none is as if it were not asked."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
