"""How the flows are, and trying one again."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, Request, Response

from flows import health
from recovery.errors import GatewayError
from recovery.portal.flow_faults import fault_texts
from recovery.portal.pages import page
from recovery.portal.posting import Form, after_post
from recovery.portal.visit import OfManager

router = APIRouter(prefix="/manager")
PERIODS = {"day": timedelta(days=1), "week": timedelta(days=7)}


@router.get("/flows")
def shown(request: Request, visit: OfManager, period: str = "day", tried: str = "") -> Response:
    """Show runs by flow and state, those that are late and those that failed."""
    chosen = period if period in PERIODS else "day"
    found = None
    with suppress(GatewayError):  # the page says that Prefect does not answer
        found = health.health(datetime.now(UTC) - PERIODS[chosen])
    ui = request.app.state.prefect_ui
    return page(
        request,
        "manager/flows.html",
        health=found,
        period=chosen,
        prefect_ui=ui,
        tried=tried,
        states=health.STATES,
        faults=fault_texts(request),
    )


@router.post("/flows/{run}/retry")
def retry(visit: OfManager, form: Form, run: str) -> Response:
    """Have a run that failed taken up again."""
    health.retry(run)
    return after_post(f"/manager/flows?period={'week' if form.text('period') == 'week' else 'day'}&tried=yes")
