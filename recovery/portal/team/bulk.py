"""One action on many cases: shown before it is done, each case in a transaction of its own."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session
from starlette.exceptions import HTTPException

from recovery.case.order import Order
from recovery.case.record import CaseRecord
from recovery.desk.actions import act, why_not
from recovery.desk.views import today_of
from recovery.errors import known
from recovery.people.teams import workers_for
from recovery.portal.access import team_case
from recovery.portal.faults import Fault, fault_of
from recovery.portal.pages import page, texts_of
from recovery.portal.posting import Form, Posted
from recovery.portal.team.forms import action_for, side_of
from recovery.portal.team.inbox import BULK
from recovery.portal.visit import OfTeam, Visit
from recovery.store.database import reading, transact

router = APIRouter(prefix="/team/bulk")
MOST = 200


@router.post("")
def previewed(request: Request, visit: OfTeam, form: Form) -> Response:
    """Show what an action would do to each of the chosen cases."""
    action, names = _asked(visit, form)
    with reading() as session:
        rows = [_looked_at(session, visit, action, name) for name in names]
        people = [(one.email, one.name) for one in workers_for(session, visit.country)]
    values: dict[str, Any] = {
        "action": action,
        "rows": rows,
        "people": people,
        "able": sum(why is None for _, why in rows),
    }
    return page(request, "team/bulk.html", **values)


def _asked(visit: Visit, form: Posted) -> tuple[str, list[str]]:
    action = form.text("action")
    if action not in BULK:
        raise HTTPException(404)
    return action_for(visit, action).name, form.all("case")[:MOST]


def _looked_at(session: Session, visit: Visit, action: str, name: str) -> tuple[CaseRecord, str | None]:
    """Return a case, and why the action cannot be done on it (None: it can)."""
    case = team_case(session, visit, name)
    return case, why_not(case, action, today_of(case), side_of(visit))


@router.post("/do")
def done(request: Request, visit: OfTeam, form: Form) -> Response:
    """Do the action; a case that refuses stops no other."""
    action, names = _asked(visit, form)
    results: list[tuple[str, list[Fault]]] = []
    for name in names:
        try:
            transact(partial(_one, visit=visit, form=form, name=name, action=action))
            results.append((name, []))
        except HTTPException:
            raise
        except Exception as error:
            results.append((name, fault_of(known(error), texts_of(request))))
    return page(request, "team/bulk_done.html", action=action, results=results)


def _one(session: Session, visit: Visit, form: Posted, name: str, action: str) -> None:
    case = team_case(session, visit, name, lock=True)
    act(session, case.claim_id, _order(action, today_of(case), visit, form))


def _order(action: str, day: date, visit: Visit, form: Posted) -> Order:
    data: dict[str, Any] = {key: form.text(key) for key in ("to", "until") if form.has(key)}
    return Order(action, day, visit.email, form.text("note"), None, data, who=side_of(visit))
