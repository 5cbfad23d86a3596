"""The portal: the pages' addresses, and what every answer has in common."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from recovery.charter import charter
from recovery.notices.compose import LANGUAGES
from recovery.portal.health import counts
from recovery.portal.pages import COOKIE, HEADERS, page
from recovery.registry import countries

YEAR_SECONDS = 365 * 24 * 3600
Alive = Callable[[], dict[str, bool]]


def portal_app(prefect_ui: str, alive: Alive) -> FastAPI:
    """Return the application; `alive` tells which processes run, `prefect_ui` where Prefect shows its runs."""
    app = FastAPI(title="Recovery", docs_url=None, redoc_url=None, openapi_url=None)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))
    _frame(app)
    _public(app)
    _status(app, prefect_ui, alive)
    return app


def _frame(app: FastAPI) -> None:
    """Add what every answer carries, and the page of what is not found."""

    @app.middleware("http")
    async def guard(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        answer = await call_next(request)
        answer.headers.update(HEADERS)
        return answer

    @app.exception_handler(HTTPException)
    async def missing(request: Request, error: HTTPException) -> Response:
        return page(request, "missing.html", error.status_code, path="/")


def _public(app: FastAPI) -> None:
    """Add the pages that everybody may read."""

    @app.get("/")
    def start(request: Request) -> Response:
        return page(request, "start.html", countries=countries())

    @app.get("/charter")
    def principles(request: Request) -> Response:
        return page(request, "charter.html", countries=countries(), principles=charter()["principles"])

    @app.get("/language/{code}")
    def choose(code: str, back: str = "/") -> Response:
        if code not in LANGUAGES:
            raise HTTPException(404)
        answer = RedirectResponse(own_path(back), 303)
        answer.set_cookie(COOKIE, code, max_age=YEAR_SECONDS, httponly=True, samesite="lax")
        return answer


def _status(app: FastAPI, prefect_ui: str, alive: Alive) -> None:
    """Add what runs, what waits and what is late: for machines and for people."""

    @app.get("/health")
    def health() -> JSONResponse:
        parts = alive()
        good = all(parts.values())
        return JSONResponse({"healthy": good, "processes": parts, **counts()}, status_code=200 if good else 503)

    @app.get("/status")
    def status(request: Request) -> Response:
        return page(request, "status.html", parts=alive(), figures=counts(), prefect_ui=prefect_ui)


def own_path(asked: str) -> str:
    """Return a path of this portal, the start page for anything that would lead elsewhere."""
    plain = asked.startswith("/") and not asked.startswith("//") and "\\" not in asked and asked.isprintable()
    return asked if plain else "/"
