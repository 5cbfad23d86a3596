"""The worker: serves the flows with their schedules; at start it mends what a crash left behind."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from datetime import UTC, datetime, timedelta
from typing import Any

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.schedules import Cron
from prefect.states import Crashed

from flows.accounts import check_accounts
from flows.boundary import places
from flows.claims import route_case
from flows.daily import deliver_outbox, refresh_rates, tidy, work_deadlines
from flows.digest import send_digests
from flows.heads import export_heads
from flows.report import make_figures, monthly_report
from flows.schedules import schedules
from flows.serving import Served, Serving
from recovery import logs
from recovery.private import PRIVATE
from recovery.registry import countries
from recovery.store.database import engine

# No flow of ours may run longer than its timeout, the longest being two hours: a run that still
# reads Running after that belongs to nobody, whichever worker started it.
LONGEST_RUN = timedelta(hours=2, minutes=10)
LEFT_BEHIND = (StateType.RUNNING, StateType.PENDING)
RETRY_SECONDS = 5.0
FLOWS: dict[str, Any] = {
    one.name: one
    for one in (
        *(deliver_outbox, refresh_rates, tidy, export_heads, check_accounts, make_figures, send_digests),
        *(monthly_report, work_deadlines),
    )
}
log = logging.getLogger(__name__)


def served() -> tuple[Served, ...]:
    """Return the flows with their schedules, and the one that a page starts."""
    by_schedule = (
        Served(FLOWS[one.flow], one.name, Cron(one.cron, timezone=one.zone), one.parameters, one.tags)
        for one in schedules()
    )
    return (*by_schedule, Served(route_case, "route", None, {}))


async def reconcile() -> int:
    """Mark runs as crashed that no worker can still be running; return how many."""
    filters = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=list(LEFT_BEHIND))))
    found = 0
    async with get_client() as client:
        for run in await client.read_flow_runs(flow_run_filter=filters, limit=200):
            if _began(run) and datetime.now(UTC) - _began(run) > LONGEST_RUN:
                await client.set_flow_run_state(run.id, Crashed(message="its process ended without a word"), force=True)
                found += 1
    return found


def _began(run: FlowRun) -> Any:
    return run.start_time or run.expected_start_time


async def start(name: str, parameters: dict[str, Any], key: str, attempt: int = 1) -> str:
    """Start a deployment's run once per key and attempt; return the run's id."""
    async with get_client() as client:
        deployment = await client.read_deployment_by_name(name)
        run = await client.create_flow_run_from_deployment(
            deployment.id, parameters=parameters, idempotency_key=f"{key}:{attempt}"
        )
    return str(run.id)


async def catch_up(serving: Serving) -> None:
    """Do what fell due while nothing ran: effects first, then every country's deadlines, then the figures.

    A part that fails is told by its run and holds up no other.
    """
    outbox, sweeps = "deliver-outbox/outbox", [f"work-deadlines/daily-{code.lower()}" for code in countries()]
    for name in (outbox, *sweeps, outbox, "make-figures/figures"):
        try:
            await serving.run_now(name)
        except Exception as error:
            log.warning("catching up, %s was not done: %s at %s", name, type(error).__name__, places(error))


async def main() -> None:
    """Mend, then serve until told to stop, catching up meanwhile."""
    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    await asyncio.to_thread(engine)  # the schema is brought up to date once, before several runs ask for it
    serving = Serving(served())
    await _begin(serving, stop)
    catching_up = asyncio.create_task(catch_up(serving))
    await serving.serve(stop)
    catching_up.cancel()


async def _begin(serving: Serving, stop: asyncio.Event) -> None:
    """Tell Prefect of the flows and mend what was left behind, again and again until Prefect answers."""
    while not stop.is_set():
        try:
            await serving.register()
            await reconcile()
            return
        except Exception as error:
            log.warning("Prefect cannot be told of the flows: %s at %s", type(error).__name__, places(error))
            await asyncio.sleep(RETRY_SECONDS)


if __name__ == "__main__":
    os.umask(PRIVATE)
    logs.install()
    asyncio.run(main())
