"""Filing and routing: one run per claim."""

from __future__ import annotations

import asyncio
from datetime import date

from prefect import flow, task

from flows.boundary import private
from flows.marks import link_case, mark_run, note_run
from flows.uploads import filing_of
from recovery.case.store import load
from recovery.filing import claims as filing
from recovery.filing import routing
from recovery.store.database import look, transact


@task(name="file", timeout_seconds=60)
@private
async def file_task(upload: str) -> tuple[str, str, str | None]:
    """Store the claim; return its id, debtor's country and partner."""
    return await asyncio.to_thread(_file, upload)


def _file(upload: str) -> tuple[str, str, str | None]:
    filed = filing_of(upload)
    case = transact(lambda session: filing.file_claim(session, filed))
    return case.claim_id, case.state, case.debtor_country


@flow(name="file-claim", timeout_seconds=180, validate_parameters=False)
@private
async def file_claim(upload: str, on: str) -> str:
    """File the claim of an upload and route it; return its claim id.

    Raises:
        IntakeError: the claim cannot be taken; or its country is not served, then it is kept as a draft.
    """
    claim_id, state, country = await file_task(upload)
    run_id = await mark_run(f"claim {claim_id[:12]}", [f"country:{country}"])
    if state == "draft":
        raise filing.not_served(look(lambda session: load(session, claim_id, lock=False)))
    reference = await route_case(claim_id, on)
    await mark_run(reference, [reference])
    await asyncio.to_thread(note_run, claim_id, "file-claim", run_id)
    return claim_id


@task(name="route", timeout_seconds=60)
@private
async def route_task(claim_id: str, on: str) -> tuple[str, str, str]:
    """Route the claim; return reference, debtor's and creditor's country."""
    return await asyncio.to_thread(_route, claim_id, on)


def _route(claim_id: str, on: str) -> tuple[str, str, str]:
    case = transact(lambda session: routing.route_case(session, claim_id, date.fromisoformat(on)))
    return case.reference or "", case.debtor_country, case.creditor_country


@flow(name="route-case", timeout_seconds=120, validate_parameters=False)
@private
async def route_case(claim_id: str, on: str) -> str:
    """Route a filed claim to the recovery service of the debtor's country; return its reference."""
    reference, country, partner = await route_task(claim_id, on)
    run_id = await mark_run(reference, [f"country:{country}", f"partner:{partner}", reference])
    await link_case(reference)
    await asyncio.to_thread(note_run, claim_id, "route-case", run_id)
    return reference
