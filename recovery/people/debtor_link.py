"""The debtor's private link: where its page stands, and what a letter keeps of it."""

from __future__ import annotations

import secrets

from sqlmodel import Session

from recovery.people.switches import is_on
from recovery.settings import settings
from recovery.store.portal_tables import DebtorAccess

# Read aloud and typed from paper: no sign that looks like another.
SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
TOKEN_LENGTH = 12
# What copies and previews print in place of link and code.
HIDDEN_LINK, HIDDEN_CODE = "/d/…", "•••• ••••"


def access_of(session: Session, claim_id: str) -> DebtorAccess:
    """Return the link of a case's debtor; made at the first call."""
    found = session.get(DebtorAccess, claim_id)
    if found is None:
        token = "".join(secrets.choice(SIGNS) for _ in range(TOKEN_LENGTH)).lower()
        found = DebtorAccess(claim_id=claim_id, token=token)
        session.add(found)
    return found


def online_of(session: Session, claim_id: str) -> dict[str, str] | None:
    """Return what a letter keeps of the page: its address, not the code; None where the page is switched off."""
    if not is_on(session, "debtor_page"):
        return None
    return {"url": link_of(access_of(session, claim_id)), "code": HIDDEN_CODE}


def preview_online(session: Session) -> dict[str, str] | None:
    """Return what a preview prints in the place of link and code; None where the page is switched off."""
    on = is_on(session, "debtor_page")
    return {"url": settings().portal_url + HIDDEN_LINK, "code": HIDDEN_CODE} if on else None


def link_of(access: DebtorAccess) -> str:
    """Return the address of the debtor's page."""
    return f"{settings().portal_url}/d/{access.token}"
