"""Serving: due runs are taken from Prefect and done here, by the flows of this installation alone.

What Prefect stores of a deployment says where its code lies, and can be changed by whoever opens the API. So none of
it is loaded: a run is matched to a flow of ours by its deployment, and one whose deployment was changed is refused.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import Abort, ObjectNotFound
from prefect.flow_engine import run_flow_async
from prefect.schedules import Schedule
from prefect.states import Cancelled, Crashed, Pending
from prefect.types.entrypoint import EntrypointType
from prefect.utilities.callables import get_call_parameters
from prefect.utilities.engine import propose_state

from flows.boundary import places

POLL_SECONDS = 2.0
CHECK_SECONDS = 60.0
LONGEST_PAUSE = 30.0
MOST_AT_ONCE = 4
END_SECONDS = 6.0
CHANGED = "refused: its deployment was changed to run code that is not this installation's ({parts}); put right again"
STOPPED = "broken off: the service was stopped; what it did not do is done at the next start"
LATER = "done by a later run of the same schedule"
# What of a deployment could bring in code or settings from elsewhere; ours set none of it.
FOREIGN = ("pull_steps", "job_variables", "work_pool_name", "storage_document_id", "infrastructure_document_id")
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Served:
    """A flow of ours under the name by which it is started, with its schedule if it has one."""

    flow: Any
    name: str
    schedule: Schedule | None
    parameters: Mapping[str, str]
    tags: Sequence[str] = ()

    @property
    def full_name(self) -> str:
        """The name by which Prefect knows it."""
        return f"{self.flow.name}/{self.name}"

    @property
    def entrypoint(self) -> str:
        """Where the code lies, as Prefect writes it."""
        return f"{self.flow.fn.__module__}.{self.flow.fn.__name__}"

    async def deployment(self) -> Any:
        """Return it as Prefect wants it told."""
        return await self.flow.ato_deployment(
            self.name,
            schedule=self.schedule,
            parameters=dict(self.parameters),
            tags=list(self.tags),
            entrypoint_type=EntrypointType.MODULE_PATH,
        )


class Serving:
    """The flows that are served, and the runs of them that go on in this process."""

    def __init__(self, table: Sequence[Served]) -> None:
        self.table = table
        self.known: dict[UUID, Served] = {}
        self.runs: dict[UUID, asyncio.Task[None]] = {}
        self.taken: dict[UUID, UUID] = {}
        self.checked = 0.0

    async def register(self) -> None:
        """Tell Prefect of every flow, each by itself."""
        async with get_client() as client:
            for one in self.table:
                await self._register(client, one)

    async def _register(self, client: PrefectClient, one: Served) -> UUID:
        with suppress(ObjectNotFound):
            found = await client.read_deployment_by_name(one.full_name)
            if _foreign(found, one):
                await client.delete_deployment(found.id)
        deployment_id: UUID = await (await one.deployment()).aapply()
        self.known = {known: other for known, other in self.known.items() if other is not one} | {deployment_id: one}
        return deployment_id

    async def serve(self, stop: asyncio.Event) -> None:
        """Take due runs until told to stop; what goes on then is waited for a little."""
        pause = POLL_SECONDS
        while not stop.is_set():
            try:
                async with get_client() as client:
                    while not stop.is_set():
                        await self._turn(client)
                        pause = POLL_SECONDS
                        await _pause(stop, pause)
            except Exception as error:
                log.warning("Prefect cannot be asked for runs: %s at %s", type(error).__name__, places(error))
                await _pause(stop, pause)
                pause = min(2 * pause, LONGEST_PAUSE)
        await self._end()

    async def _end(self) -> None:
        """Wait a little for what goes on, then break it off and say so: all of it may be done again."""
        if self.runs:
            await asyncio.wait(list(self.runs.values()), timeout=END_SECONDS)
        broken, tasks = list(self.taken.values()), list(self.runs.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        try:
            async with asyncio.timeout(END_SECONDS), get_client() as client:
                for run_id in broken:
                    await client.set_flow_run_state(run_id, Crashed(message=STOPPED), force=True)
        except Exception as error:  # the next start finds them
            log.warning("Prefect cannot be told of what was broken off: %s", type(error).__name__)

    async def _turn(self, client: PrefectClient) -> None:
        now = asyncio.get_running_loop().time()
        if now - self.checked > CHECK_SECONDS:
            self.checked = now
            await self._check(client)
        due = await client.get_scheduled_flow_runs_for_deployments(list(self.known), scheduled_before=datetime.now(UTC))
        due.sort(key=lambda run: (str(run.deployment_id), run.next_scheduled_start_time or datetime.now(UTC)))
        for deployment_id, runs in groupby(due, key=lambda run: run.deployment_id):
            if deployment_id in self.known and deployment_id not in self.runs and len(self.runs) < MOST_AT_ONCE:
                self._start(deployment_id, await _newest(client, list(runs)))

    async def _check(self, client: PrefectClient) -> None:
        """Tell Prefect again of flows that it has lost."""
        found = await client.read_deployments(
            deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=list(self.known))), limit=200
        )
        there = {deployment.id for deployment in found}
        for deployment_id in set(self.known) - there:
            await self._register(client, self.known[deployment_id])
        for one in self.table:
            if one not in self.known.values():
                await self._register(client, one)

    def _start(self, deployment_id: UUID, run: FlowRun) -> asyncio.Task[None]:
        task = asyncio.create_task(self._take(deployment_id, run))
        self.runs[deployment_id], self.taken[deployment_id] = task, run.id
        task.add_done_callback(lambda _: (self.runs.pop(deployment_id, None), self.taken.pop(deployment_id, None)))
        return task

    async def run_now(self, full_name: str) -> None:
        """Do a run of a flow at once and wait for its end."""
        deployment_id = next(key for key, one in self.known.items() if one.full_name == full_name)
        async with get_client() as client:
            # Pending from the start: what is scheduled could be taken up a second time.
            run = await client.create_flow_run_from_deployment(deployment_id, state=Pending())
        while deployment_id in self.runs:
            await asyncio.wait([self.runs[deployment_id]])
        await self._start(deployment_id, run)

    async def _take(self, deployment_id: UUID, run: FlowRun) -> None:
        """Do a run; whatever comes of it holds up no other."""
        try:
            async with get_client() as client:
                if await self._ready(client, deployment_id, run):
                    one = self.known[deployment_id].flow
                    asked = get_call_parameters(one.fn, (), run.parameters)
                    await run_flow_async(one, flow_run=_unobserved(run), parameters=asked, return_type="state")
        except Exception as error:
            log.warning("the run %s was not done: %s at %s", run.id, type(error).__name__, places(error))

    async def _ready(self, client: PrefectClient, deployment_id: UUID, run: FlowRun) -> bool:
        """Take a run for this worker, unless another has it or its deployment is not ours any more."""
        if run.state is None or not run.state.is_pending():
            try:
                state = await propose_state(client, Pending(), flow_run_id=run.id)
            except Abort:
                return False
            if not state.is_pending():
                return False
        one = self.known[deployment_id]
        parts = _foreign(await client.read_deployment(deployment_id), one)
        parts += ["the run's job_variables"] if run.job_variables else []
        if not parts:
            return True
        told = CHANGED.format(parts=", ".join(parts))
        log.error("the run %s of %s was %s", run.id, one.full_name, told)
        await client.set_flow_run_state(run.id, Crashed(message=told), force=True)
        await self._register(client, one)
        return False


def _unobserved(run: FlowRun) -> FlowRun:
    """Return a run as one that is done here and by nobody else.

    Prefect listens, for a run of a deployment, whether somebody suspends it, and waits on the loop of all runs until
    it hears: for ever while its server is away, and deaf to every signal. None of ours is suspended.
    """
    return run.model_copy(update={"deployment_id": None})


def _foreign(found: Any, one: Served) -> list[str]:
    """Return what of a deployment is not as this installation made it."""
    parts = [name for name in FOREIGN if getattr(found, name, None)]
    return parts + ([] if found.entrypoint == one.entrypoint else ["entrypoint"])


async def _newest(client: PrefectClient, runs: list[FlowRun]) -> FlowRun:
    """Return the run to do; of those that a schedule made while nothing ran, the last one does the work of all."""
    *older, last = [run for run in runs if run.auto_scheduled] or [runs[0]]
    for run in older:
        await client.set_flow_run_state(run.id, Cancelled(message=LATER))
    asked = [run for run in runs if not run.auto_scheduled]
    return asked[0] if asked else last


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
