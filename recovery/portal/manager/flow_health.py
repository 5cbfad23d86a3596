"""How the flows are, and trying one again."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from time import monotonic

from fastapi import APIRouter, Request, Response

from flows import health
from recovery.errors import GatewayError
from recovery.portal.flow_faults import fault_texts
from recovery.portal.pages import page
from recovery.portal.posting import Form, after_post
from recovery.portal.visit import OfManager

router = APIRouter(prefix="/manager")
PERIODS = {"day": timedelta(days=1), "week": timedelta(days=7)}


# How long what Prefect told is shown again on the page of figures, in seconds.
FRESH = 60
_told: dict[str, tuple[float, health.Lately | None]] = {}


def lately() -> health.Lately | None:
    """Return how the flows have been for thirty days, at most a minute old; None where Prefect does not answer."""
    known = _told.get("lately")
    if known is None or monotonic() - known[0] > FRESH:
        found = None
        with suppress(GatewayError):
            found = health.lately(datetime.now(UTC))
        known = _told["lately"] = (monotonic(), found)
    return known[1]


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
        planned=_planned(),
        states=health.STATES,
        faults=fault_texts(request),
    )


def _planned() -> list[tuple[datetime, str]]:
    """Return when which flow is planned next, the first first."""
    known = lately()
    return sorted((one.next_at, one.flow) for one in known.flows if one.next_at) if known else []


@router.post("/flows/{run}/retry")
def retry(visit: OfManager, form: Form, run: str) -> Response:
    """Have a run that failed taken up again."""
    health.retry(run)
    return after_post(f"/manager/flows?period={'week' if form.text('period') == 'week' else 'day'}&tried=yes")
