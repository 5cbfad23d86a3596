"""The inbox: what is to do, by queue, filtered, searched."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from recovery.case.lifecycle import State
from recovery.desk import inbox
from recovery.people.reads import note_reads
from recovery.people.teams import acts_for
from recovery.portal.lists import pages_of
from recovery.portal.pages import page
from recovery.portal.visit import OfTeam, Visit
from recovery.registry import adapter_of, countries
from recovery.store.database import reading
from recovery.store.tables import TeamMember

router = APIRouter(prefix="/team")
PER_PAGE = 50
BULK = ("accept", "take_over", "hand_over", "set_deadline")


def today(visit: Visit) -> date:
    """Return today where the team is."""
    now = datetime.now(UTC)
    return adapter_of(visit.country).today(now) if visit.country else now.date()


def scope_of(session: Session, visit: Visit, mine: bool, state: str = "", country: str = "") -> inbox.Scope:
    """Return whose cases a person looks at."""
    place = visit.country or (country.upper() if country.upper() in countries() else None)
    own = None
    if mine and visit.team_member:
        person = session.get(TeamMember, visit.team_member)
        own = tuple(acts_for(session, person, today(visit))) if person else ()
    return inbox.Scope(place, own, state if state in set(State) else None)


@router.get("")
def shown(
    request: Request,
    visit: OfTeam,
    queue: str = "",
    mine: str = "",
    state: str = "",
    country: str = "",
    q: str = "",
    number: int = 1,
) -> Response:
    """Show what a team has to do, or what a search found."""
    day = today(visit)
    with reading() as session:
        scope = scope_of(session, visit, bool(mine), state, country)
        counts = inbox.counts(session, scope, day)
        chosen = queue if queue in inbox.QUEUES else next((one for one in inbox.QUEUES[:-1] if counts[one]), "open")
        kept = {"queue": chosen, "mine": mine, "state": state, "country": country}
        query = urlencode({name: value for name, value in kept.items() if value})
        pages = pages_of("/team", number, counts[chosen], PER_PAGE, query)
        rows = (
            inbox.search(session, q, scope)
            if q.strip()
            else inbox.rows(session, chosen, scope, day, (pages["number"] - 1) * PER_PAGE, PER_PAGE)
        )
    if q.strip():
        note_reads(visit.account, [row.case.claim_id for row in rows], "search")
    values: dict[str, Any] = {
        "counts": counts,
        "queues": inbox.QUEUES,
        "queue": chosen,
        "rows": rows,
        "pages": pages,
        "q": q.strip(),
        "mine": bool(mine),
        "state_asked": state,
        "country_asked": country,
        "states": [one for one in State if one not in (State.DRAFT, State.FILED)],
        "countries": countries(),
        "day": day,
        "bulk": BULK,
        "works": visit.role in ("worker", "lead"),
    }
    return page(request, "team/inbox.html", **values)
