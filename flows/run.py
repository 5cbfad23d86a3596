"""Running a flow now and waiting for it: against the server that runs, or one started for the call."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from flows.boundary import spoken
from flows.credentials import secret_for
from flows.server import PrefectServer, answers
from recovery.settings import settings


def running_api() -> str | None:
    """Return the API address of the installation's running server, None while there is none."""
    known = noted_api()
    return known if known and answers(f"{known}/health") else None


def noted_api() -> str | None:
    """Return the API address that the environment or a running server names, whether it answers or not."""
    note = settings().prefect_api_file
    return os.environ.get("PREFECT_API_URL") or (note.read_text().strip() if note.is_file() else None)


def run_flow(call: Any, *args: Any) -> Any:
    """Run a flow to its end in this process and return what it returns; its errors are raised here."""
    api = running_api()
    if api:
        return _run(api, call, args)
    with PrefectServer() as server:
        return _run(server.api_url, call, args)


@contextmanager
def speaking_to(api: str) -> Iterator[None]:
    """Have Prefect's clients speak to an API, with what opens it."""
    from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings

    with temporary_settings({PREFECT_API_URL: api, PREFECT_API_AUTH_STRING: secret_for(api)}):
        yield


def _run(api: str, call: Any, args: tuple[Any, ...]) -> Any:
    """Run a flow; Prefect's own threads, which send the log, know the environment alone."""
    secret = secret_for(api)
    os.environ |= {"PREFECT_API_URL": api} | ({"PREFECT_API_AUTH_STRING": secret} if secret else {})
    with speaking_to(api), spoken():
        work: Coroutine[Any, Any, Any] = call(*args)
        return asyncio.run(_await(work))


async def _await(work: Coroutine[Any, Any, Any]) -> Any:
    """Wait for a flow, and for its log to reach the server before that may be ended."""
    from prefect.logging.handlers import APILogHandler

    try:
        return await work
    finally:
        await APILogHandler.aflush()
