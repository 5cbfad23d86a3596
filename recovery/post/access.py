"""The debtor's private link and code: the same in every letter; the code is reckoned from a key and stored nowhere."""

from __future__ import annotations

import hmac
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session, select

from recovery.case.record import CaseRecord
from recovery.letters.letter import Letter
from recovery.people.audit import note
from recovery.people.debtor_link import SIGNS, access_of
from recovery.people.switches import is_on
from recovery.post.visits import end_all
from recovery.secrecy import mac
from recovery.store.portal_tables import DebtorAccess
from recovery.store.tables import Case

# 32^8 codes, ten tries an hour at first.
CODE_LENGTH = 8
MOST_WRONG = 10
LOCKED_FIRST, LOCKED_LONGEST = timedelta(hours=1), timedelta(days=1)


def code_of(access: DebtorAccess) -> str:
    """Return the code that belongs to a link: who holds the database alone cannot reckon it."""
    number = int.from_bytes(mac("codes", access.claim_id, str(access.counter)))
    return "".join(SIGNS[number >> 5 * at & 31] for at in range(CODE_LENGTH))


def with_code(session: Session, letter: Letter, claim_id: str | None) -> Letter:
    """Return a letter as its debtor reads it, with the code: only what goes to the debtor is made from it."""
    access = session.get(DebtorAccess, claim_id) if claim_id and letter.online else None
    if access is None or letter.online is None:
        return letter
    return replace(letter, online={"url": letter.online["url"], "code": spaced(code_of(access))})


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
    if not _fits(access, "".join(sign for sign in typed.upper() if sign.isalnum())):
        _count_wrong(session, access, now)
        return None
    access.failures, access.locked_until = 0, None
    access.opened_at = access.opened_at or now
    session.add(access)
    session.flush()
    return session.get(Case, access.claim_id)


def _fits(access: DebtorAccess, typed: str) -> bool:
    """Tell whether a code is the link's, or the one that letters printed before codes were reckoned."""
    good = hmac.compare_digest(typed.encode(), code_of(access).encode())
    former = mac("codes", "former", access.claim_id, typed).hex()
    return good or hmac.compare_digest(former, access.former or "")


def _count_wrong(session: Session, access: DebtorAccess, now: datetime) -> None:
    """Count a wrong code; every tenth closes the page, each time for longer."""
    access.failures += 1
    if access.failures % MOST_WRONG == 0:
        times = access.failures // MOST_WRONG - 1
        access.locked_until = now + min(LOCKED_FIRST * 2 ** min(times, 8), LOCKED_LONGEST)
    session.add(access)
    session.flush()


def access_by(session: Session, token: str) -> DebtorAccess | None:
    """Return the access of a link, None where there is none or the page is switched off."""
    found = session.exec(select(DebtorAccess).where(DebtorAccess.token == token.lower())).first()
    return found if found and is_on(session, "debtor_page") else None


def renew_code(session: Session, case: CaseRecord, by: str, now: datetime) -> DebtorAccess:
    """Let the code in letters so far open nothing: later letters print another, and open visits end."""
    access = access_of(session, case.claim_id)
    access.counter, access.former, access.failures, access.locked_until = access.counter + 1, None, 0, None
    session.add(access)
    session.flush()
    end_all(session, access.claim_id, now)
    note(session, by, "debtor_code_renewed", case.reference or case.claim_id, now=now)
    return access
