"""Starting a run that the worker takes up, from a page: never waited for, never needed (the outbox does it too)."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from flows.boundary import places
from flows.run import running_api, speaking_to

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
    from flows.worker import start

    try:
        with speaking_to(api):
            return asyncio.run(start(deployment, parameters, key))
    except Exception as error:
        fault = f"{type(error).__name__} at {places(error)}"
        log.warning("the run %s could not be started (%s); what is due stands in the outbox", deployment, fault)
        return None
