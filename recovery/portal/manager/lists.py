"""The cases behind a figure, without names; one is opened with a reason, which is noted."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter, Request, Response
from sqlmodel import Session
from starlette.exceptions import HTTPException

from recovery.case.record import CaseRecord
from recovery.case.store import load
from recovery.errors import CaseError
from recovery.figures.cases import MOST_COUNTED, SIZE, count_cases, listed
from recovery.figures.values import Listed
from recovery.people.audit import note
from recovery.portal.faults import Fault
from recovery.portal.lists import pages_of
from recovery.portal.manager.asked import asked_of, query_of
from recovery.portal.pages import page, texts_of
from recovery.portal.posting import Form, after_post
from recovery.portal.texts import N_
from recovery.portal.visit import OfManager, Visit
from recovery.store.database import reading, unit_of_work
from recovery.store.portal_tables import PortalSession

router = APIRouter(prefix="/manager")
LEAST_REASON = 10
NARROWED = ("state", "reason", "route", "late", "disputed", "handler", "age", "risk", "promise", "paid")


@router.get("/cases")
def shown(request: Request, visit: OfManager, number: int = 1) -> Response:
    """Show a list of cases as they stand now."""
    asked = asked_of(visit, request.query_params)
    narrowed = {name: request.query_params.get(name) or None for name in NARROWED}
    which = Listed(asked, **narrowed)
    with reading() as session:
        count = count_cases(session, which)
        pages = pages_of("/manager/cases", number, count, SIZE, query_of(asked, **narrowed))
        rows = listed(session, which, (pages["number"] - 1) * SIZE)
    return page(
        request,
        "manager/cases.html",
        rows=rows,
        pages=pages,
        more=count >= MOST_COUNTED,
        which=which,
        kept=query_of(asked),
    )


@router.get("/cases/{reference}")
def ask(request: Request, visit: OfManager, reference: str) -> Response:
    """Ask why a case is to be opened."""
    return _question(request, visit, reference, "", [])


@router.post("/cases/{reference}/open")
def opened(request: Request, visit: OfManager, reference: str, form: Form) -> Response:
    """Open a case for this visit: who, which and why is noted where nothing is ever taken out."""
    reason = form.text("reason")
    if len(reason) < LEAST_REASON:
        text = texts_of(request)(N_("Write why you open the case, in a sentence."))
        return _question(request, visit, reference, reason, [Fault("reason", text, "")])
    with unit_of_work() as session:
        case = _case(session, visit, reference)
        name = case.reference or case.claim_id
        note(session, visit.account, "case_opened", name, reason, now=datetime.now(UTC))
        known = session.get_one(PortalSession, visit.session, with_for_update=True)
        before = [one for one in known.data.get("opened", []) if one != case.claim_id]
        known.data = {**known.data, "opened": [*before, case.claim_id]}
        session.add(known)
    return after_post(f"/team/cases/{name}")


def _question(request: Request, visit: Visit, reference: str, reason: str, errors: list[Fault]) -> Response:
    with reading() as session:
        case = _case(session, visit, reference)
    name = case.reference or case.claim_id
    is_open = case.claim_id in visit.opened
    status = 422 if errors else 200
    return page(request, "manager/open.html", status, name=name, is_open=is_open, reason=reason, errors=errors)


def _case(session: Session, visit: Visit, reference: str) -> CaseRecord:
    try:
        case = load(session, reference, lock=False)
    except CaseError:
        raise HTTPException(404) from None
    if not visit.sees(case.debtor_country):
        raise HTTPException(404)
    return case
