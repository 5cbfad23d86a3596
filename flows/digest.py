"""The daily digest of news: every morning one mail a person, with what was not mailed before."""

from __future__ import annotations

import asyncio
from datetime import date, datetime
from zoneinfo import ZoneInfo

from prefect import flow, task

from flows.boundary import private
from flows.marks import mark_run
from recovery.telling import news


@task(name="gather-digests", timeout_seconds=1800)
@private
async def gather(day: str) -> int:
    """Put down the digests of a day, each in a transaction of its own; return how many."""
    return await asyncio.to_thread(news.gather_all, date.fromisoformat(day))


@flow(name="send-digests", timeout_seconds=3600, validate_parameters=False)
@private
async def send_digests(day: str | None = None) -> int:
    """Put the day's digests into the outbox, from where the next delivery sends them; repeating it doubles nothing."""
    today = day or datetime.now(ZoneInfo(news.ZONE)).date().isoformat()
    await mark_run(f"digest {today}", [])
    return await gather(today)
