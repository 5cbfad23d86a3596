"""Starting a run that the worker takes up, from a page: never waited for, never needed (the outbox does it too)."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from flows.run import running_api

log = logging.getLogger(__name__)
ROUTE = "route-case/route"


def start_route(claim_id: str, on: str) -> None:
    """Ask the worker to route a claim now; without a server the outbox does it within a quarter of an hour."""
    start_run(ROUTE, {"claim_id": claim_id, "on": on}, f"{claim_id}:route")


def start_run(deployment: str, parameters: dict[str, Any], key: str) -> str | None:
    """Start a deployment's run once per key; return its id, None where no server answers."""
    api = running_api()
    if api is None:
        return None
    from prefect.settings import PREFECT_API_URL, temporary_settings

    from flows.worker import start

    try:
        with temporary_settings({PREFECT_API_URL: api}):
            return asyncio.run(start(deployment, parameters, key))
    except Exception:
        log.exception("the run %s could not be started; what is due stands in the outbox", deployment)
        return None
