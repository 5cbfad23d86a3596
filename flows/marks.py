"""Marks on flow runs: the name, tags and link by which a manager finds a case in Prefect's UI."""

from __future__ import annotations

from uuid import UUID

from prefect.artifacts import acreate_link_artifact
from prefect.client.orchestration import get_client
from prefect.runtime import flow_run
from sqlmodel import Session

from recovery.case.store import load
from recovery.case.values import FlowRun
from recovery.settings import settings
from recovery.store.database import transact


async def mark_run(name: str, tags: list[str]) -> str | None:
    """Name and tag the run that is going on; return its id."""
    found = flow_run.get_id()
    if found is None:
        return None
    run_id = UUID(found)
    async with get_client() as client:
        run = await client.read_flow_run(run_id)
        await client.update_flow_run(run_id, name=name, tags=[*run.tags, *tags])
    return str(run_id)


async def link_case(reference: str) -> None:
    """Put a link to the case's page on the run."""
    await acreate_link_artifact(
        link=f"{settings().portal_url}/cases/{reference}",
        link_text=f"Case {reference}",
        key=f"case-{reference.lower()}",
        description="The case this run worked on",
    )


def note_run(claim_id: str, flow: str, run_id: str | None) -> None:
    """Note a run on the case, so that its page can open the run in Prefect's UI."""
    if run_id is None:
        return
    noted = FlowRun(flow=flow, id=run_id)

    def note(session: Session) -> None:
        case = load(session, claim_id)
        case.flow_runs = (*case.flow_runs, noted)[-20:]

    transact(note)
