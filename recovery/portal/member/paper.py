"""What a member sees of a paper that was read: where each value stands, and what is odd about it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Response
from starlette.exceptions import HTTPException

from flows.uploads import read
from recovery.case.papers import media_of
from recovery.errors import CaseError, IntakeError
from recovery.filing import drafts
from recovery.filing.claimants import filer
from recovery.filing.paper import cutting_of, nothing_read, typed_from_paper
from recovery.intake.envelope import packed
from recovery.intake.paper.pictures import looks_like_picture
from recovery.portal.texts import N_
from recovery.portal.visit import OfMember
from recovery.store.database import reading
from recovery.store.portal_tables import ClaimDraft

# Papers that are not read by then are typed in.
MOST_SECONDS = 45.0
_ENVELOPES = ("application/zip", "application/octet-stream")
router = APIRouter(prefix="/claims")

_LOCKED = N_("The PDF is locked by a password. Type in what it says, or upload it without one.")
_NO_PICTURES = N_("Pictures cannot be read here. Please type in what the invoice says.")
_NOT_READ = N_("The page could not be read. Please type in what it says, or upload a better picture.")
_TOO_LARGE = N_("The picture is too large to be read. Upload a smaller one, or type in what it says.")
NOTES = {
    "pdf_password": _LOCKED,
    "ocr_missing": _NO_PICTURES,
    "picture_too_large": _TOO_LARGE,
    "addressed_to_member": N_("This invoice seems to be addressed to you. Check who sells and who pays."),
    "earlier_balance": N_("The page also names an earlier balance. Only the amount of this invoice is read."),
    "no_invoice": N_("The title says that this is no invoice. Check it."),
    "credit_note": N_("This is a credit note, which nobody owes. Upload the invoice that was not paid."),
    "several_invoices": N_("There are several invoices in this file. The first is shown. File the others as well."),
    "pages_left_out": N_("Of a long file only the first and the last pages are read."),
}


def notes_of(draft: ClaimDraft, gettext: Callable[[str], str]) -> list[str]:
    """Return what is odd about the paper that a draft was filled in from, in the reader's language."""
    noted = (draft.typed.get("read") or {}).get("notes") or []
    return [gettext(text) for text in dict.fromkeys(NOTES.get(code, _NOT_READ) for code in noted)]


def read_paper(session_member: str, name: str, content: bytes) -> dict[str, Any]:
    """Return what a file's pages fill in: nothing where it is an e-invoice. Takes seconds: before any transaction."""
    if not (content[:5] == b"%PDF-" or looks_like_picture(content)):
        return nothing_read()
    try:
        read(content, name)
    except IntakeError:
        with reading() as session:
            member, vat = filer(session, session_member)
        return typed_from_paper(content, name, member, vat)
    return nothing_read()


def read_pages(session_member: str, files: list[tuple[str, bytes]]) -> dict[str, dict[str, Any]]:
    """Return what the pages of further papers say, by the hash of each, as many as are read in time."""
    found, until = dict[str, dict[str, Any]](), time.monotonic() + MOST_SECONDS
    for name, content in files:
        if time.monotonic() < until and (read_ := read_paper(session_member, name, content))["read"]:
            found[hashlib.sha256(content).hexdigest()] = read_
    return found


def unpacked(files: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """Return files with those of an archive or a mail in its place: its e-invoices, else its PDFs, else its pictures.

    One that holds one e-invoice stays as it is: the envelope is what was sent.
    """
    return [one for name, content in files for one in _inside(name, content)]


def _inside(name: str, content: bytes) -> list[tuple[str, bytes]]:
    try:
        inside = packed(content, name) if media_of("", content) in _ENVELOPES else None
    except IntakeError:  # told where it is kept
        inside = None
    if not inside:
        return [(name, content)]
    invoices = [one for one in inside if _is_invoice(*one)]
    pdfs = [one for one in inside if one[1][:5] == b"%PDF-"]
    pictures = [one for one in inside if looks_like_picture(one[1])]
    return [(name, content)] if len(invoices) == 1 else invoices or pdfs or pictures or [(name, content)]


def _is_invoice(name: str, content: bytes) -> bool:
    try:
        read(content, name)
    except IntakeError:
        return False
    return True


@router.get("/draft/{draft_id}/cut/{field}")
def cutting(visit: OfMember, draft_id: str, field: str) -> Response:
    """Show where a value stands on the page."""
    with reading() as session:
        try:
            draft = drafts.draft_of(session, draft_id, visit.member or "", lock=False)
        except CaseError:
            raise HTTPException(404) from None
    found = cutting_of(draft, field)
    if found is None:
        raise HTTPException(404)
    return Response(found, media_type="image/png", headers={"Cache-Control": "private, no-store"})
