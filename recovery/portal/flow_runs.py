"""Prefect's own pages behind the portal's sign-in: for managers and administrators, to look at and not to change.

The secret of Prefect's API stays on this side. What is passed on reads; runs are tried again on the flows' own page.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Annotated
from urllib.parse import urlsplit

import httpx
from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, RedirectResponse, StreamingResponse
from starlette.exceptions import HTTPException

from flows.credentials import headers
from flows.run import noted_api
from flows.server import UI_API, UI_BASE
from recovery.errors import GatewayError
from recovery.portal.visit import OfFlowRuns, Visit

SECONDS = 30.0
# What the pages ask for: what ran and how it went. Blocks, variables and settings stay closed.
SUBJECTS = (
    "flow_runs",
    "flow_run_states",
    "flows",
    "task_runs",
    "task_run_states",
    "deployments",
    "logs",
    "artifacts",
    "events",
    "work_pools",
    "work_queues",
    "concurrency_limits",
    "saved_searches",
    "ui",
    "health",
    "version",
)
# Questions that are put by POST since they are long; any other POST changes something.
QUESTIONS = re.compile(
    r"/(filter|count|counts|history|paginate|lateness|next-runs|count-deployments|count-task-runs)$"
    r"|^events/count-by/[a-z]+$"
)
MOST_BYTES = 1_000_000
ASKED = ("accept", "accept-encoding", "content-type", "if-none-match", "range")
ANSWERED = ("content-type", "content-encoding", "cache-control", "etag", "last-modified", "content-range")
HOST = re.compile(r"[\w.\[\]:-]+")
router = APIRouter()


def looker(visit: OfFlowRuns) -> Visit:
    """Return who looks: an auditor reads the portal's own pages alone."""
    if visit.role == "auditor":
        raise HTTPException(403)
    return visit


Looker = Annotated[Visit, Depends(looker)]


@router.get(UI_BASE)
def entrance(visit: Looker) -> Response:
    """Lead to the pages."""
    return RedirectResponse(f"{UI_BASE}/", 307)


@router.get(f"{UI_BASE}/ui-settings")
def told(visit: Looker) -> Response:
    """Tell the pages where to ask, and that they need no secret for it."""
    return JSONResponse(
        {
            "api_url": UI_API,
            "csrf_enabled": False,
            "auth": None,
            "flags": [],
            "default_ui": "v1",
            "available_uis": ["v1"],
            "v1_base_url": UI_BASE,
            "v2_base_url": None,
        }
    )


@router.get(f"{UI_API}/admin/settings")
def settings_told(visit: Looker) -> Response:
    """Tell the pages which of the server's settings concern them; the others are nobody's business."""
    return JSONResponse({"server": {"ui": {"enabled": True, "show_promotional_content": False}}})


@router.get(UI_BASE + "/{path:path}")
async def pages(request: Request, visit: Looker, path: str) -> Response:
    """Pass on a page, a script or a picture."""
    return await _passed_on(request, f"{UI_BASE}/{path}")


@router.get(UI_API + "/{path:path}")
async def read(request: Request, visit: Looker, path: str) -> Response:
    """Pass on a question that is put by GET."""
    _about_runs(path)
    return await _passed_on(request, f"/api/{path}")


@router.post(UI_API + "/{path:path}")
async def asked(request: Request, visit: Looker, path: str) -> Response:
    """Pass on a question that is put by POST; whatever would change something is refused."""
    _about_runs(path)
    if not QUESTIONS.search(path) or not _from_here(request):
        raise HTTPException(403)
    return await _passed_on(request, f"/api/{path}", await _body(request))


def _about_runs(path: str) -> None:
    if path.split("/", 1)[0] not in SUBJECTS or ".." in path:
        raise HTTPException(403)


def _from_here(request: Request) -> bool:
    """Tell whether a page of this portal asks, since the browser sends the cookie along for any."""
    origin = request.headers.get("origin")
    own = origin is None or urlsplit(origin).netloc == request.headers.get("host")
    return own and request.headers.get("sec-fetch-site", "same-origin") == "same-origin"


async def _body(request: Request) -> bytes:
    found = bytearray()
    async for piece in request.stream():
        found += piece
        if len(found) > MOST_BYTES:
            raise HTTPException(413)
    return bytes(found)


async def _passed_on(request: Request, path: str, body: bytes = b"") -> Response:
    """Ask Prefect with the secret, and pass on what it answers while it comes.

    Raises:
        GatewayError: Prefect does not answer.
    """
    api = await run_in_threadpool(noted_api)
    if api is None:
        raise GatewayError("Prefect's server: does not run; start it with `recovery serve`", code="prefect_away")
    client = httpx.AsyncClient(base_url=api.removesuffix("/api"), timeout=SECONDS, trust_env=False)
    sent = {name: value for name in ASKED if (value := request.headers.get(name))}
    asking = client.build_request(
        request.method, path, params=request.query_params, content=body, headers=sent | headers(api)
    )
    try:
        answer = await client.send(asking, stream=True)
    except httpx.HTTPError as error:
        await client.aclose()
        raise GatewayError(
            f"Prefect's server: no answer ({type(error).__name__}); try again", code="prefect_away"
        ) from None
    found = {name: value for name in ANSWERED if (value := answer.headers.get(name))}
    return StreamingResponse(_pieces(client, answer), answer.status_code, found | _policy(request))


async def _pieces(client: httpx.AsyncClient, answer: httpx.Response) -> AsyncIterator[bytes]:
    try:
        async for piece in answer.aiter_raw():
            yield piece
    finally:
        await answer.aclose()
        await client.aclose()


def _policy(request: Request) -> dict[str, str]:
    """Return headers under which these pages run their scripts, and can neither ask nor touch the portal's own.

    Questions go to Prefect's paths alone; a page of the portal that they open is cut off from them, since it asks
    for that by its own Cross-Origin-Opener-Policy.
    """
    host = request.headers.get("host", "")
    place = f"{host}/flow-runs/" if HOST.fullmatch(host) else "'none'"
    policy = (
        f"default-src 'none'; script-src {place}; style-src {place} 'unsafe-inline'; img-src {place} data:; "
        f"font-src {place} data:; connect-src {place}; worker-src {place} blob:; manifest-src {place}; "
        "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    )
    return {"Content-Security-Policy": policy, "Cross-Origin-Opener-Policy": "unsafe-none"}
