"""The worker: serves the flows with their schedules; at start it mends what a crash left behind."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime, timedelta
from typing import Any

from prefect import aserve
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
from prefect.client.schemas.objects import StateType
from prefect.schedules import Cron
from prefect.states import Crashed
from prefect.types.entrypoint import EntrypointType

from flows.claims import route_case
from flows.daily import deliver_outbox, refresh_rates, tidy, work_deadlines
from flows.digest import send_digests
from flows.heads import export_heads
from flows.report import make_figures, monthly_report
from recovery import logs
from recovery.registry import adapter_of, countries
from recovery.settings import PRIVATE

# No flow of ours may run longer than its timeout, the longest being two hours: a run that still
# reads Running after that belongs to nobody, whichever worker started it.
LONGEST_RUN = timedelta(hours=2, minutes=10)


# What runs for all countries: flow, name, when, in which time zone.
SCHEDULES: tuple[tuple[Any, str, str, str], ...] = (
    (deliver_outbox, "outbox", "*/15 * * * *", "UTC"),
    (refresh_rates, "rates", "30 16 * * 1-5", "Europe/Brussels"),
    (tidy, "tidy", "30 2 * * *", "Europe/Brussels"),
    (export_heads, "heads", "45 2 * * *", "Europe/Brussels"),
    (make_figures, "figures", "0 3 * * *", "Europe/Brussels"),
    (send_digests, "digest", "30 7 * * *", "Europe/Brussels"),
    (monthly_report, "report", "0 7 1 * *", "Europe/Brussels"),
)


async def deployments() -> list[Any]:
    """Return the flows with their schedules, each country's in its own time zone, and those that a page starts."""
    module = EntrypointType.MODULE_PATH
    made = [
        await one.ato_deployment(name, schedule=Cron(when, timezone=zone), entrypoint_type=module)
        for one, name, when, zone in SCHEDULES
    ]
    made.append(await route_case.ato_deployment("route", entrypoint_type=module))
    for code in countries():
        zone = adapter_of(code).timezone
        made.append(
            await work_deadlines.ato_deployment(
                f"daily-{code.lower()}",
                schedule=Cron("0 9 * * *", timezone=zone),
                parameters={"country": code},
                tags=[f"country:{code}"],
                concurrency_limit=1,
                entrypoint_type=module,
            )
        )
    return made


async def reconcile() -> int:
    """Mark runs as crashed that no worker can still be running; return how many."""
    filters = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.RUNNING])))
    found = 0
    async with get_client() as client:
        for run in await client.read_flow_runs(flow_run_filter=filters, limit=200):
            if run.start_time and datetime.now(UTC) - run.start_time > LONGEST_RUN:
                await client.set_flow_run_state(run.id, Crashed(message="its process ended without a word"), force=True)
                found += 1
    return found


async def start(name: str, parameters: dict[str, Any], key: str, attempt: int = 1) -> str:
    """Start a deployment's run once per key and attempt; return the run's id."""
    async with get_client() as client:
        deployment = await client.read_deployment_by_name(name)
        run = await client.create_flow_run_from_deployment(
            deployment.id, parameters=parameters, idempotency_key=f"{key}:{attempt}"
        )
    return str(run.id)


async def catch_up() -> None:
    """Do what fell due while nothing ran: effects first, then every country's deadlines, then the figures."""
    await deliver_outbox()
    for code in countries():
        await work_deadlines(code)
    await deliver_outbox()
    await make_figures()


async def main() -> None:
    """Mend, catch up, then serve until told to stop."""
    await reconcile()
    await catch_up()
    await aserve(*await deployments(), limit=2)


if __name__ == "__main__":
    os.umask(PRIVATE)
    logs.install()
    asyncio.run(main())
