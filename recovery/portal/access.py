"""Whose case it is: a member opens its own, a team those of its country; any other does not exist for the reader."""

from __future__ import annotations

from sqlmodel import Session
from starlette.exceptions import HTTPException

from recovery.case.record import CaseRecord
from recovery.case.store import load
from recovery.errors import CaseError
from recovery.portal.visit import Visit


def own_case(session: Session, visit: Visit, name: str, lock: bool = False) -> CaseRecord:
    """Return a case of the member who is signed in."""
    case = _case(session, name, lock)
    if visit.member is None or case.member_id != visit.member:
        raise HTTPException(404)
    return case


def team_case(session: Session, visit: Visit, name: str, lock: bool = False) -> CaseRecord:
    """Return a case of the reader's team; to a manager only one that was opened with a reason."""
    case = _case(session, name, lock)
    allowed = visit.role in ("worker", "lead", "auditor") or (visit.role == "manager" and case.claim_id in visit.opened)
    if not allowed or not visit.sees(case.debtor_country):
        raise HTTPException(404)
    return case


def _case(session: Session, name: str, lock: bool) -> CaseRecord:
    try:
        return load(session, name, lock=lock)
    except CaseError:
        raise HTTPException(404) from None
