"""The debtor's private link: where its page stands, and what a letter keeps of it."""

from __future__ import annotations

import secrets

from sqlmodel import Session

from recovery.errors import CaseError
from recovery.people.switches import is_on
from recovery.settings import settings
from recovery.store.portal_tables import DebtorAccess

# Read aloud and typed from paper: no sign that looks like another.
SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
TOKEN_LENGTH = 12
# What copies and previews print in place of link and code.
HIDDEN_LINK, HIDDEN_CODE = "/d/…", "•••• ••••"


def new_access(claim_id: str) -> DebtorAccess:
    """Return a new link for a case's debtor."""
    number, signs = secrets.randbelow(len(SIGNS) ** TOKEN_LENGTH), list[str]()
    for _ in range(TOKEN_LENGTH):
        number, place = divmod(number, len(SIGNS))
        signs.append(SIGNS[place])
    return DebtorAccess(claim_id=claim_id, token="".join(signs).lower())


def access_of(session: Session, claim_id: str) -> DebtorAccess:
    """Return the link of a case's debtor; made at the first call."""
    found = session.get(DebtorAccess, claim_id)
    if found is None:
        found = new_access(claim_id)
        session.add(found)
    return found


def on_page(access: DebtorAccess) -> dict[str, str]:
    """Return what a letter keeps of the page: its address, not the code.

    Raises:
        CaseError: letters leave the machine, and nobody outside it can open its pages.
    """
    if settings().unreachable_portal:
        raise CaseError(
            f"no letter is released: the debtor cannot open {settings().portal_url}; set RECOVERY_PORTAL_URL to the "
            "portal's public https address",
            code="portal_not_public",
        )
    return {"url": link_of(access), "code": HIDDEN_CODE}


def preview_online(session: Session) -> dict[str, str] | None:
    """Return what a preview prints in the place of link and code; None where the page is switched off."""
    on = is_on(session, "debtor_page")
    return {"url": settings().portal_url + HIDDEN_LINK, "code": HIDDEN_CODE} if on else None


def link_of(access: DebtorAccess) -> str:
    """Return the address of the debtor's page."""
    return f"{settings().portal_url}/d/{access.token}"
