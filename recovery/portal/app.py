"""The portal: its areas put together, and what every answer has in common."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from recovery.errors import RecoveryError
from recovery.portal import administrator, debtor, flow_runs, guides, home, manager, member, news, public, sign_in, team
from recovery.portal.door import Door
from recovery.portal.faults import fault_of
from recovery.portal.pages import HEADERS, page, texts_of
from recovery.portal.visit import COOKIE, visit_of

Alive = Callable[[], dict[str, bool]]
AREAS = tuple(
    area.router
    for area in (home, public, sign_in, guides, member, team, manager, administrator, flow_runs, news, debtor)
)
# What could not be done says why on a page of its own.
PAGES = {403: "refused.html", 404: "missing.html", 405: "missing.html", 413: "large.html", 429: "often.html"}
log = logging.getLogger(__name__)


def portal_app(prefect_ui: str, alive: Alive) -> FastAPI:
    """Return the application; `alive` tells which processes run, `prefect_ui` where Prefect shows its runs."""
    app = FastAPI(title="Recovery", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.prefect_ui, app.state.alive = prefect_ui, alive
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))
    for router in AREAS:
        app.include_router(router)
    _frame(app)
    _failures(app)
    app.add_middleware(Door)
    return app


def served(app: FastAPI, host: str, port: int) -> uvicorn.Config:
    """Return how the application is served: who asks is for our door to say, and no log keeps what was asked."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        lifespan="off",
        proxy_headers=False,
        server_header=False,
    )


def _frame(app: FastAPI) -> None:
    """Find out who reads, and add what every answer carries."""

    @app.middleware("http")
    async def guard(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        cookie = None if request.url.path.startswith("/static/") else request.cookies.get(COOKIE)
        request.state.visit = None
        try:
            request.state.visit = await run_in_threadpool(visit_of, cookie) if cookie else None
            answer = await call_next(request)
        except Exception:
            # The path itself may hold a link's secret, its query a name that was searched.
            log.exception("the page %s %s failed", request.method, getattr(request.scope.get("route"), "path", "?"))
            answer = await run_in_threadpool(page, request, "failed.html", 500)
        for name, value in HEADERS.items():
            answer.headers.setdefault(name, value)
        return answer


def _failures(app: FastAPI) -> None:
    """Add the pages of what is not there, not allowed or not possible."""

    @app.exception_handler(HTTPException)
    def refused(request: Request, error: HTTPException) -> Response:
        if 300 <= error.status_code < 400:
            told = dict(error.headers or {})
            return RedirectResponse(told.pop("Location"), error.status_code, told)
        found = PAGES.get(error.status_code, "missing.html")
        return page(request, found, error.status_code, about=error.detail, path="/", query="")

    @app.exception_handler(RequestValidationError)
    def unreadable(request: Request, error: RequestValidationError) -> Response:
        return page(request, "missing.html", 404, about="", path="/", query="")

    @app.exception_handler(RecoveryError)
    def impossible(request: Request, error: RecoveryError) -> Response:
        return page(request, "impossible.html", 422, errors=fault_of(error, texts_of(request)))
