"""Managers' figures: made anew every night, and a report by mail after every month."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime

from prefect import flow, task

from flows.boundary import private
from flows.marks import mark_run
from recovery.figures.rebuild import rebuild
from recovery.figures.report import put_reports
from recovery.store.database import transact


@task(name="sum-up", timeout_seconds=1800)
@private
async def sum_up(as_of: str) -> None:
    """Make all figures as of a day in one transaction."""
    await asyncio.to_thread(_sum_up, date.fromisoformat(as_of))


def _sum_up(as_of: date) -> None:
    transact(lambda session: rebuild(session, as_of, datetime.now(UTC)))


@task(name="put-reports", timeout_seconds=600)
@private
async def put_down(as_of: str) -> int:
    """Store the last month's reports and put their mails down."""
    return await asyncio.to_thread(_put_down, date.fromisoformat(as_of))


def _put_down(as_of: date) -> int:
    return transact(lambda session: put_reports(session, as_of))


@flow(name="make-figures", timeout_seconds=3600, validate_parameters=False)
@private
async def make_figures(as_of: str | None = None) -> None:
    """Make the managers' figures anew."""
    day = as_of or datetime.now(UTC).date().isoformat()
    await mark_run(f"figures {day}", [])
    await sum_up(day)


@flow(name="monthly-report", timeout_seconds=3600, validate_parameters=False)
@private
async def monthly_report(as_of: str | None = None) -> int:
    """Make the figures, and of them a report for every manager; repeating it sends nothing twice."""
    day = as_of or datetime.now(UTC).date().isoformat()
    await mark_run(f"report {day[:7]}", [])
    await sum_up(day)
    return await put_down(day)
