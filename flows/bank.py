"""Money in and out: one run per statement file, one per country and period of remittance."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

from prefect import flow, task

from flows.boundary import private
from flows.marks import mark_run
from recovery.ledger import remittance
from recovery.ledger.statements import take_statement
from recovery.store.database import transact


@task(name="import", timeout_seconds=600)
@private
async def import_task(sha256: str) -> dict[str, Any]:
    """Read the kept file, store its entries and book the certain ones, in one transaction."""
    return await asyncio.to_thread(take_statement, sha256)


@flow(name="import-statement", timeout_seconds=900, validate_parameters=False)
@private
async def import_statement(sha256: str) -> dict[str, Any]:
    """Import a bank statement; importing it again changes nothing."""
    await mark_run(f"statement {sha256[:12]}", ["bank"])
    return await import_task(sha256)


@task(name="remit-country", timeout_seconds=600)
@private
async def remit_task(country: str, as_of: str) -> dict[str, Any]:
    """Make one country's transfers in one transaction."""
    return await asyncio.to_thread(_remit, country, as_of)


def _remit(country: str, as_of: str) -> dict[str, Any]:
    return transact(lambda session: remittance.remit(session, country, date.fromisoformat(as_of)))


@flow(name="remit", flow_run_name="{country}", timeout_seconds=900, validate_parameters=False)
@private
async def remit(country: str, as_of: str) -> dict[str, Any]:
    """Send on what a country has recovered, as a pain.001 file."""
    await mark_run(f"{country} {remittance.period_of(date.fromisoformat(as_of))}", [f"country:{country}"])
    return await remit_task(country, as_of)
