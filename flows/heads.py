"""The record's heads, exported every night."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from typing import Any

from prefect import flow, task

from flows.marks import mark_run
from recovery.audit import heads


@task(name="write-heads", timeout_seconds=1800)
async def write(day: str) -> dict[str, Any]:
    """Write the heads of a day; repeating it changes nothing."""
    return await asyncio.to_thread(heads.export_heads, date.fromisoformat(day))


@flow(name="export-heads", timeout_seconds=3600, validate_parameters=False)
async def export_heads(day: str | None = None) -> dict[str, Any]:
    """Write the day's heads to a file and put their digest into the outbox, from where it is told outside."""
    today = day or datetime.now(UTC).date().isoformat()
    await mark_run(f"heads {today}", [])
    return await write(today)
