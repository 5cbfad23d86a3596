"""The inbox: what is to do, by queue, filtered, searched."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from sqlmodel import Session

from recovery.case.lifecycle import State
from recovery.desk import inbox
from recovery.people.reads import note_reads
from recovery.people.teams import acts_for
from recovery.portal.lists import pages_of
from recovery.portal.pages import page
from recovery.portal.team.advice_texts import preview_of
from recovery.portal.team.queues import just_done, today
from recovery.portal.visit import OfTeam, Visit
from recovery.registry import countries
from recovery.store.database import reading
from recovery.store.tables import TeamMember

router = APIRouter(prefix="/team")
PER_PAGE = 50
BULK = ("accept", "take_over", "hand_over", "set_deadline")


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
    sort: str = "",
    done: str = "",
    did: str = "",
    opened: Annotated[str, Query(alias="open")] = "",
) -> Response:
    """Show what a team has to do, or what a search found; one case of it beside the list."""
    day, works, order = today(visit), visit.role in ("worker", "lead"), sort if sort in inbox.SORTS else "due"
    with reading() as session:
        scope = scope_of(session, visit, bool(mine), state, country)
        counts = inbox.counts(session, scope, day)
        chosen = queue if queue in inbox.QUEUES else _first(counts) or "open"
        kept = {"queue": chosen, "mine": mine, "state": state, "country": country, "sort": sort}
        query = urlencode({name: value for name, value in kept.items() if value})
        pages = pages_of("/team", number, counts[chosen], PER_PAGE, query)
        rows = (
            inbox.search(session, q, scope)
            if q.strip()
            else inbox.rows(session, chosen, scope, day, (pages["number"] - 1) * PER_PAGE, PER_PAGE, order)
        )
        preview = preview_of(request, session, visit, opened or rows[0].case.claim_id) if rows else None
    seen = [row.case.claim_id for row in rows] if q.strip() else []
    if seen:
        note_reads(visit.account, seen, "search")
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
        "works": works,
        "sort": order,
        "here": query,
        "opened": preview["name"] if preview and opened else "",
        "preview": preview,
        "next_queue": None if rows or q.strip() else _first(counts),
        "done": just_done(done, did),
    }
    return page(request, "team/inbox.html", **values)


def _first(counts: dict[str, int]) -> str | None:
    """Return the first queue with something in it."""
    return next((one for one in inbox.QUEUES[:-1] if counts[one]), None)
