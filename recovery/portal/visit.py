"""Who reads a page, and what that person may open."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, NamedTuple

from fastapi import Depends, Request, Response
from sqlmodel import Session
from starlette.exceptions import HTTPException

from recovery.people.factors import wanted
from recovery.people.sessions import SEEN_EVERY, close_session, note_seen, open_session, session_of
from recovery.settings import settings
from recovery.store.database import reading, unit_of_work
from recovery.store.portal_tables import Account, PortalSession
from recovery.store.tables import Member, TeamMember

COOKIE = "session"
HOMES = {
    "member": "/claims",
    "worker": "/team",
    "lead": "/team",
    "manager": "/manager",
    "auditor": "/manager",
    "administrator": "/administrator",
}


class Visit(NamedTuple):
    """Somebody who is signed in: as a member, as a person of a team, or both.

    `strong` tells that a second factor was shown; `trusted` that none is wanted or one was shown.
    `country` is the team's own, None for all; `opened` are the claims a manager opened with a reason.
    """

    account: str
    session: str
    email: str
    name: str
    language: str
    strong: bool = False
    trusted: bool = False
    member: str | None = None
    team_member: str | None = None
    country: str | None = None
    role: str | None = None
    opened: tuple[str, ...] = ()

    def sees(self, country: str) -> bool:
        """Tell whether a country's cases are this person's concern."""
        return self.role is not None and self.country in (None, country)

    @property
    def home(self) -> str:
        """The page this person starts from."""
        return HOMES.get(self.role or "member", "/account")


def visit_of(cookie: str | None, now: datetime | None = None) -> Visit | None:
    """Return whose session a cookie opens, None where it opens none."""
    if not cookie:
        return None
    moment = now or datetime.now(UTC)
    with reading() as session:
        known = session_of(session, cookie, moment)
        found = _visit(session, known) if known else None
    if known is not None and found is not None and known.seen_at + SEEN_EVERY <= moment:
        with unit_of_work() as session:
            note_seen(session, known, moment)
    return found


def _visit(session: Session, known: PortalSession) -> Visit | None:
    account = session.get(Account, known.account_id)
    if account is None or not account.active:
        return None
    member = session.get(Member, account.member_id) if account.member_id else None
    person = session.get(TeamMember, account.team_member_id) if account.team_member_id else None
    if person is not None and not person.active:
        person = None
    name = person.name if person else member.name if member else account.email
    return Visit(
        account=account.id,
        session=known.id,
        email=account.email,
        name=name,
        language=account.language,
        strong=known.strong,
        trusted=known.strong or wanted(session, account) == "",
        member=member.id if member else None,
        team_member=person.id if person else None,
        country=person.country if person else None,
        role=person.role if person else None,
        opened=tuple(known.data.get("opened", ())),
    )


def enter(request: Request, answer: Response, account: Account, strong: bool) -> Response:
    """Open a new session for an account; the one before, if any, ends (no session is carried into a sign-in)."""
    now = datetime.now(UTC)
    with unit_of_work() as session:
        before = request.cookies.get(COOKIE)
        if before:
            close_session(session, before)
        cookie = open_session(session, account, now, request.headers.get("user-agent", ""), strong)
    answer.set_cookie(COOKIE, cookie, httponly=True, samesite="lax", secure=secure())
    return answer


def leave(request: Request, answer: Response) -> Response:
    """End the session of a browser."""
    cookie = request.cookies.get(COOKIE)
    if cookie:
        with unit_of_work() as session:
            close_session(session, cookie)
    answer.delete_cookie(COOKIE)
    return answer


def secure() -> bool:
    """Tell whether the portal is read over TLS, so that cookies go over TLS alone."""
    return settings().portal_url.startswith("https://")


def own_path(asked: str) -> str:
    """Return a path of this portal, the start page for anything that would lead elsewhere."""
    plain = asked.startswith("/") and not asked.startswith("//") and "\\" not in asked and asked.isprintable()
    return asked if plain else "/"


def signed_in(request: Request) -> Visit:
    """Return who is signed in; anybody else is led to the sign-in and back."""
    visit: Visit | None = request.state.visit
    if visit is None:
        raise _led(request, "/sign-in")
    return visit


def _led(request: Request, to: str) -> HTTPException:
    from urllib.parse import quote

    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    asked = back if request.method == "GET" else "/"
    return HTTPException(303, headers={"Location": f"{to}?back={quote(asked, safe='/')}"})


def of_member(request: Request) -> Visit:
    """Return the member who is signed in."""
    visit = signed_in(request)
    if visit.member is None:
        raise HTTPException(403)
    if not visit.trusted:
        raise _led(request, "/second-factor")
    return visit


class _Role:
    """Lets people of some roles in; an auditor reads and changes nothing."""

    def __init__(self, *roles: str) -> None:
        self.roles = roles

    def __call__(self, request: Request) -> Visit:
        visit = signed_in(request)
        reads = visit.role == "auditor" and request.method in ("GET", "HEAD")
        if visit.role not in self.roles and not reads:
            raise HTTPException(403)
        if not visit.trusted:
            raise _led(request, "/second-factor")
        return visit


SignedIn = Annotated[Visit, Depends(signed_in)]
OfMember = Annotated[Visit, Depends(of_member)]
OfTeam = Annotated[Visit, Depends(_Role("worker", "lead"))]
OfManager = Annotated[Visit, Depends(_Role("manager"))]
OfReader = Annotated[Visit, Depends(_Role("worker", "lead", "manager"))]
OfFlowRuns = Annotated[Visit, Depends(_Role("manager", "administrator"))]
OfAdministrator = Annotated[Visit, Depends(_Role("administrator"))]
