"""What a member sees of a paper that was read: where each value stands, and what is odd about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Response
from starlette.exceptions import HTTPException

from flows.uploads import read
from recovery.errors import CaseError, IntakeError
from recovery.filing import drafts
from recovery.filing.claimants import filer
from recovery.filing.paper import cutting_of, nothing_read, typed_from_paper
from recovery.intake.paper.pictures import looks_like_picture
from recovery.portal.texts import N_
from recovery.portal.visit import OfMember
from recovery.store.database import reading
from recovery.store.portal_tables import ClaimDraft

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
