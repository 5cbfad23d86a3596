"""The pages that everybody may read, and the figures that machines ask for."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException

from recovery.charter import charter
from recovery.notices.compose import LANGUAGES
from recovery.portal.flow_faults import fault_texts, lasting_faults
from recovery.portal.health import counts
from recovery.portal.pages import COOKIE, page
from recovery.portal.visit import SignedIn, own_path, secure
from recovery.registry import countries

YEAR_SECONDS = 365 * 24 * 3600
router = APIRouter()


@router.get("/charter")
def principles(request: Request) -> Response:
    """Show what all services have in common."""
    return page(request, "charter.html", countries=countries(), principles=charter()["principles"])


@router.get("/language/{code}")
def choose(code: str, back: str = "/") -> Response:
    """Keep the reader's choice of a language."""
    if code not in LANGUAGES:
        raise HTTPException(404)
    answer = RedirectResponse(own_path(back), 303)
    answer.set_cookie(COOKIE, code, max_age=YEAR_SECONDS, httponly=True, samesite="lax", secure=secure())
    return answer


@router.get("/styleguide")
def styleguide(request: Request) -> Response:
    """Show every component of the pages."""
    return page(request, "styleguide.html")


@router.get("/cases/{name}")
def case(visit: SignedIn, name: str) -> Response:
    """Lead to a case's page as the reader may see it: e-mails and flow runs know this address alone."""
    area = "/claims" if visit.role is None else "/manager/cases" if visit.role == "manager" else "/team/cases"
    return RedirectResponse(f"{area}/{quote(name, safe='')}", 303)


@router.get("/health")
def health(request: Request) -> JSONResponse:
    """Tell machines what runs, what waits and what is late."""
    parts, faults = request.app.state.alive(), lasting_faults()
    good = all(parts.values()) and not faults
    found = {"healthy": good, "processes": parts, "faults": faults, **counts()}
    return JSONResponse(found, status_code=200 if good else 503)


@router.get("/status")
def status(request: Request) -> Response:
    """Tell everybody whether all is well; show teams and administrators what runs, what waits and what is late."""
    state, visit, faults = request.app.state, request.state.visit, fault_texts(request)
    parts = state.alive()
    well = all(parts.values()) and not faults
    inside = visit is not None and visit.role is not None and visit.trusted
    figures = counts() if inside else None
    return page(
        request, "status.html", well=well, parts=parts, faults=faults, figures=figures, prefect_ui=state.prefect_ui
    )
