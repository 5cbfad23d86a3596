"""What every way of signing in has in common: limits, and the way on from the first factor."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session
from starlette.exceptions import HTTPException

from recovery.people import factors
from recovery.people.accounts import signed_in as note_signed_in
from recovery.people.limits import Limit, Taken, give_back, network_of, take
from recovery.portal.visit import HOMES, Visit, enter, own_path, signed_in
from recovery.store.database import reading, unit_of_work
from recovery.store.portal_tables import Account
from recovery.store.tables import TeamMember


def present() -> datetime:
    """Return the present instant."""
    return datetime.now(UTC)


class Tries:
    """Tries that stay counted as failures unless they are said to have been right."""

    def __init__(self, taken: Sequence[Taken]) -> None:
        self._taken = taken

    def were_right(self) -> None:
        """Give them back: a success counts against nobody."""
        with unit_of_work() as session:
            for one in self._taken:
                give_back(session, one)


def count_try(*limited: tuple[Limit, str]) -> Tries:
    """Count a try of each subject; where one has failed too often, none is judged and the page says to wait."""
    with unit_of_work() as session:
        # In one order, so that two requests never wait for each other.
        order = sorted(limited, key=lambda one: one[0].name)
        taken = [(limit, take(session, limit, subject, present())) for limit, subject in order]
        tries = Tries([one for _, one in taken])
    if any(one.count > limit.most for limit, one in taken):
        tries.were_right()
        raise HTTPException(429, "tries")
    return tries


def caller(request: Request) -> str:
    """Return what is counted of who asks."""
    return network_of(request.client.host if request.client else "")


def with_back(path: str, back: str) -> str:
    """Return a path that knows where to go afterwards."""
    return path if own_path(back) == "/" else f"{path}?back={quote(own_path(back), safe='/')}"


def go_on(request: Request, account: Account, way: str, back: str = "/", strong: bool = False) -> Response:
    """Open a session after the first factor, and lead to the second where one is wanted."""
    with unit_of_work() as session:
        note_signed_in(session, account, way, present())
        wanted = "" if strong else factors.wanted(session, account)
        home = _home(session, account)
    if wanted == "show":
        to = with_back("/second-factor", back)
    elif wanted == "set_up":
        to = with_back("/account/second-factor", back)
    else:
        to = home if own_path(back) == "/" else own_path(back)
    return enter(request, RedirectResponse(to, 303), account, strong)


def _home(session: Session, account: Account) -> str:
    person = session.get(TeamMember, account.team_member_id) if account.team_member_id else None
    role = person.role if person and person.active else "member" if account.member_id else ""
    return HOMES.get(role, "/account")


def account_of(session: Session, visit: Visit) -> Account:
    """Return the account of who is signed in, as it stands in this transaction."""
    return session.get_one(Account, visit.account)


def settled(request: Request) -> Visit:
    """Return who is signed in and has shown the second factor, if there is one."""
    visit = signed_in(request)
    if visit.strong:
        return visit
    with reading() as session:
        open_still = factors.has_factor(session, account_of(session, visit))
    if open_still:
        back = request.url.path if request.method == "GET" else "/account"
        raise HTTPException(303, headers={"Location": with_back("/second-factor", back)})
    return visit


Settled = Annotated[Visit, Depends(settled)]
