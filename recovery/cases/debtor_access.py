"""The debtor's private link and code: made with the first letter, the same in every later one."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta

from sqlmodel import Session, select

from recovery.people.switches import is_on
from recovery.settings import settings
from recovery.store.portal_tables import DebtorAccess
from recovery.store.tables import Case

# Read aloud and typed from paper: no sign that looks like another. 32^8 codes, ten tries an hour at first.
SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH, TOKEN_LENGTH = 8, 12
MOST_WRONG = 10
LOCKED_FIRST, LOCKED_LONGEST = timedelta(hours=1), timedelta(days=1)


def access_of(session: Session, case: Case) -> DebtorAccess:
    """Return the link and the code of a case's debtor; made at the first call."""
    found = session.get(DebtorAccess, case.claim_id)
    if found is None:
        found = DebtorAccess(claim_id=case.claim_id, token=_signs(TOKEN_LENGTH).lower(), code=_signs(CODE_LENGTH))
        session.add(found)
        session.flush()
    return found


def _signs(count: int) -> str:
    return "".join(secrets.choice(SIGNS) for _ in range(count))


def online_of(session: Session, case: Case) -> dict[str, str] | None:
    """Return what a letter prints: the page's address and the code; None where the page is switched off."""
    if not is_on(session, "debtor_page"):
        return None
    access = access_of(session, case)
    return {"url": link_of(access), "code": spaced(access.code)}


def known_online(session: Session, case: Case) -> dict[str, str] | None:
    """Return what letters of the case print already, None before the first: nothing is written."""
    access = session.get(DebtorAccess, case.claim_id)
    shown = access is not None and is_on(session, "debtor_page")
    return {"url": link_of(access), "code": spaced(access.code)} if shown and access else None


def link_of(access: DebtorAccess) -> str:
    """Return the address of the debtor's page."""
    return f"{settings().portal_url}/d/{access.token}"


def spaced(code: str) -> str:
    """Return a code as it is printed, in two halves."""
    return f"{code[:4]} {code[4:]}"


def opened(session: Session, token: str, typed: str, now: datetime) -> Case | None:
    """Return the case that a link and a code open, None where they open none or wrong codes have closed it a while."""
    query = select(DebtorAccess).where(DebtorAccess.token == token.lower()).with_for_update()
    access = session.exec(query).first()
    if access is None or not is_on(session, "debtor_page"):
        return None
    if access.locked_until and access.locked_until > now:
        return None
    plain = "".join(sign for sign in typed.upper() if sign.isalnum())
    if not hmac.compare_digest(plain.encode(), access.code.encode()):
        _count_wrong(session, access, now)
        return None
    access.failures, access.locked_until = 0, None
    access.opened_at = access.opened_at or now
    session.add(access)
    session.flush()
    return session.get(Case, access.claim_id)


def _count_wrong(session: Session, access: DebtorAccess, now: datetime) -> None:
    """Count a wrong code; every tenth closes the page, each time for longer."""
    access.failures += 1
    if access.failures % MOST_WRONG == 0:
        times = access.failures // MOST_WRONG - 1
        access.locked_until = now + min(LOCKED_FIRST * 2**times, LOCKED_LONGEST)
    session.add(access)
    session.flush()


def access_by(session: Session, token: str) -> DebtorAccess | None:
    """Return the access of a link, None where there is none or the page is switched off."""
    found = session.exec(select(DebtorAccess).where(DebtorAccess.token == token.lower())).first()
    return found if found and is_on(session, "debtor_page") else None
