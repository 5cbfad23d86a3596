"""A team's calendar, who is away and who stands in, and the letters that came back."""

from __future__ import annotations

import tempfile
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response

from recovery.channels.bounces import mails_in
from recovery.desk.due import due_until
from recovery.errors import IntakeError, RecoveryError
from recovery.people.teams import set_away, set_back, workers_for
from recovery.portal.faults import Fault, fault_of
from recovery.portal.pages import page, texts_of
from recovery.portal.posting import Form, Posted, after_post
from recovery.portal.team.queues import today
from recovery.portal.visit import OfTeam, Visit
from recovery.post.returns import Returned, gone_wrong, take_mails
from recovery.store.database import reading, unit_of_work
from recovery.telling.calendar import person_calendar, team_calendar

router = APIRouter(prefix="/team")
AHEAD = timedelta(days=28)
MOST_DAYS = 400
MOST_RETURNS = 200


@router.get("/calendar")
def calendar(request: Request, visit: OfTeam) -> Response:
    """Show what is late and what is due in the next four weeks, day by day."""
    day = today(visit)
    with reading() as session:
        found = due_until(session, visit.country, day + AHEAD, MOST_DAYS)
    days = [(due, [*rows]) for due, rows in groupby(found, key=lambda row: row[0])]
    return page(request, "team/calendar.html", days=days, today=day, cut=len(found) == MOST_DAYS)


@router.get("/calendar.ics")
def feed(visit: OfTeam, whose: str = "team") -> Response:
    """Give the deadlines as a calendar file, the team's or one's own."""
    now = datetime.now(UTC)
    with reading() as session:
        own = whose == "mine" or visit.country is None
        content = (
            person_calendar(session, visit.email, now) if own else team_calendar(session, visit.country or "", now)
        )
    headers = {"Content-Disposition": 'attachment; filename="recovery.ics"'}
    return Response(content, media_type="text/calendar", headers=headers)


@router.get("/absence")
def absence(request: Request, visit: OfTeam) -> Response:
    """Show who is away, until when, and who stands in."""
    return _absence(request, visit, [])


def _absence(request: Request, visit: Visit, errors: list[Fault]) -> Response:
    with reading() as session:
        people = workers_for(session, visit.country)
        names = {one.id: one.name for one in people}
    own = [one for one in people if one.id == visit.team_member]
    movable = people if visit.role == "lead" else own
    values: dict[str, Any] = {
        "people": people,
        "names": names,
        "movable": movable,
        "errors": errors,
        "today": today(visit),
    }
    return page(request, "team/absence.html", 422 if errors else 200, **values)


@router.post("/absence")
def leave(request: Request, visit: OfTeam, form: Form) -> Response:
    """Note an absence, or that somebody is back; a lead does so for everybody of the team."""
    try:
        with unit_of_work() as session:
            email = form.text("who") or visit.email
            known = {one.email for one in workers_for(session, visit.country)}
            if email != visit.email and (visit.role != "lead" or email not in known):
                raise IntakeError("who: a lead notes it for others", code="not_allowed", field="who")
            if form.text("go") == "back":
                set_back(session, email)
            else:
                set_away(session, email, _until(form, today(visit)), form.text("stand_in") or None)
    except RecoveryError as error:
        return _absence(request, visit, fault_of(error, texts_of(request)))
    return after_post("/team/absence")


def _until(form: Posted, day: date) -> date:
    until = form.day("until")
    if until < day:
        raise IntakeError(f"until: {until} is past", code="bad_date", field="until")
    return until


@router.get("/returns")
def returns(request: Request, visit: OfTeam) -> Response:
    """Show the letters that came back or could not leave."""
    return _returns(request, visit, [], None)


def _returns(request: Request, visit: Visit, errors: list[Fault], taken: Returned | None) -> Response:
    with reading() as session:
        rows = gone_wrong(session, visit.country, MOST_RETURNS)
    values: dict[str, Any] = {"rows": rows, "errors": errors, "taken": taken, "works": visit.role in ("worker", "lead")}
    return page(request, "team/returns.html", 422 if errors else 200, **values)


@router.post("/returns")
def take(request: Request, visit: OfTeam, form: Form) -> Response:
    """Read the mails of a mailbox of returns; each is recorded on its letter once."""
    total = Returned()
    try:
        given = form.files("file")
        if not given:
            raise IntakeError("file: choose one", code="missing", field="file")
        for _, content in given:
            total.add(_read(content, visit))
    except RecoveryError as error:
        return _returns(request, visit, fault_of(error, texts_of(request)), None)
    return _returns(request, visit, [], total)


def _read(content: bytes, visit: Visit) -> Returned:
    """Record what the mails of an uploaded file report on the letters of the reader's team."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mails"
        path.write_bytes(content)
        return take_mails(mails_in(path), today(visit), visit.country)
