"""The first page: what the service is, where to begin, and, for who is signed in, what waits."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from recovery.desk import inbox
from recovery.desk.counts import looked_after
from recovery.desk.member_list import waiting_claims
from recovery.figures.dashboard import dashboard
from recovery.figures.values import Asked
from recovery.filing.drafts import drafts_of
from recovery.people.debtor_link import SIGNS, TOKEN_LENGTH
from recovery.portal.pages import page
from recovery.portal.team.queues import today
from recovery.portal.visit import Visit
from recovery.registry import adapter_of, countries
from recovery.store.database import reading

router = APIRouter()
# Queues that ask something of a team, the most pressing first.
PRESSING = ("late", "today", "answers", "accept", "disputes", "messages")
MOST_LISTED = 5


@router.get("/")
def start(request: Request) -> Response:
    """Show what the service is and where to begin; to who is signed in, first what waits."""
    visit: Visit | None = request.state.visit
    waits = None
    if visit is not None and visit.trusted:
        with reading() as session:
            waits = _waiting(session, visit)
    served = {code: adapter_of(code) for code in countries()}
    return page(request, "start.html", served=served, waits=waits)


def _waiting(session: Session, visit: Visit) -> dict[str, Any]:
    """Return what waits for a person, by each part the person has."""
    found: dict[str, Any] = {}
    if visit.member:
        found["claims"] = waiting_claims(session, visit.member, MOST_LISTED)
        found["drafts"] = len(drafts_of(session, visit.member))
    if visit.role in ("worker", "lead"):
        counted = inbox.counts(session, inbox.Scope(visit.country), today(visit))
        found["queues"] = [(name, counted[name]) for name in PRESSING if counted[name]]
        found["beside"] = {name: counted[name] for name in ("bank", "returned")}
    if visit.role in ("manager", "auditor"):
        figures = dashboard(session, Asked(country=visit.country))
        found["late"] = sum(one.cases for one in figures.late) if figures else 0
    if visit.role == "administrator":
        found["failed"] = looked_after(session)["failed"]
    return found


@router.get("/letter")
def letter(request: Request, address: str = "") -> Response:
    """Lead from the address typed off a letter, or its last part, to the debtor's page."""
    token = "".join(sign for sign in address.rstrip("/ ").rsplit("/", 1)[-1].lower() if sign.isalnum())
    if len(token) == TOKEN_LENGTH and set(token.upper()) <= set(SIGNS):
        return RedirectResponse(f"/d/{token}", 303)
    served = {code: adapter_of(code) for code in countries()}
    return page(request, "start.html", 422, served=served, waits=None, wrong_address=True, typed=address[:200])
