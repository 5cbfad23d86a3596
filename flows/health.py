"""How the flows are: runs by flow and state as Prefect's API tells, late and failed ones, and trying one again."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from flows.run import running_api, speaking_to
from recovery.errors import CaseError, GatewayError

if TYPE_CHECKING:
    from prefect.client.orchestration import PrefectClient
    from prefect.client.schemas.objects import FlowRun

T = TypeVar("T")
# As Prefect names the types of its states.
STATES = ("SCHEDULED", "PENDING", "RUNNING", "COMPLETED", "FAILED", "CRASHED", "CANCELLED")
ENDED_BADLY = ("FAILED", "CRASHED")
LATE = "Late"
MOST_RUNS = 50
SECONDS = 10
# Days of the past that are shown one by one.
DAYS = 30


@dataclass(frozen=True, slots=True)
class Run:
    """One run: its flow, name and state; `retries` tells whether the worker can take it up again."""

    id: str
    flow: str
    name: str
    state: str
    expected_at: datetime | None
    retries: bool


@dataclass(frozen=True, slots=True)
class Health:
    """The runs since an instant: how many by flow and state, and those that are late or ended badly."""

    since: datetime
    by_flow: dict[str, dict[str, int]]
    late: tuple[Run, ...]
    failed: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """The runs of a flow that were due on one day: how many, how many ended badly, how many are late still."""

    runs: int
    bad: int
    late: int


@dataclass(frozen=True, slots=True)
class FlowDays:
    """One flow: its days, the oldest first, and when it is planned next."""

    flow: str
    days: tuple[Day, ...]
    next_at: datetime | None

    @property
    def bad(self) -> int:
        """The runs that ended badly on the last two days."""
        return sum(day.bad for day in self.days[-2:])

    @property
    def late(self) -> int:
        """The runs that are late."""
        return sum(day.late for day in self.days)


@dataclass(frozen=True, slots=True)
class Lately:
    """How every flow that ran has been."""

    flows: tuple[FlowDays, ...]


def health(since: datetime) -> Health:
    """Return how the flows have been since an instant.

    Raises:
        GatewayError: Prefect does not answer.
    """
    return _asked(_health(since))


def lately(now: datetime) -> Lately:
    """Return how the flows have been, day by day, for thirty days until an instant, and what is planned next.

    Raises:
        GatewayError: Prefect does not answer.
    """
    return _asked(_lately(now))


def retry(run_id: str) -> str:
    """Have the worker take a run that ended badly up again, all effects once by their keys; return the run's name.

    Raises:
        GatewayError: Prefect does not answer.
        CaseError: the run is not known, did not end badly, or was started by hand.
    """
    return _asked(_retry(run_id))


def _asked(work: Coroutine[Any, Any, T]) -> T:
    """Do something with the installation's Prefect server, within a time."""
    api = running_api()
    if api is None:
        work.close()
        raise GatewayError("Prefect's server: does not run; start it with `recovery serve`", code="prefect_away")
    import httpx
    from prefect.exceptions import PrefectHTTPStatusError

    try:
        with speaking_to(api):
            return asyncio.run(asyncio.wait_for(work, SECONDS))
    except (TimeoutError, httpx.TransportError, PrefectHTTPStatusError) as error:
        raise GatewayError(
            f"Prefect's server: no answer ({type(error).__name__}); try again", code="prefect_away"
        ) from None


async def _health(since: datetime) -> Health:
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowRunFilterStateName, FlowRunFilterStateType

    async with get_client() as client:
        flows = {flow.id: flow.name for flow in await client.read_flows(limit=200)}
        counted = [(name, kind) for name in sorted(set(flows.values())) for kind in STATES]
        found = await asyncio.gather(*(_count(client, name, kind, since) for name, kind in counted))
        late = await _runs(client, since, name=FlowRunFilterStateName(any_=[LATE]))
        failed = await _runs(client, since, type=FlowRunFilterStateType(any_=list(ENDED_BADLY)))
    by_flow: dict[str, dict[str, int]] = {}
    for (name, kind), count in zip(counted, found, strict=True):
        by_flow.setdefault(name, {})[kind] = count
    return Health(
        since,
        {name: counts for name, counts in by_flow.items() if any(counts.values())},
        tuple(_run(run, flows) for run in late),
        tuple(_run(run, flows) for run in failed),
    )


async def _lately(now: datetime) -> Lately:
    from prefect.client.orchestration import get_client

    async with get_client() as client:
        names = sorted({flow.name for flow in await client.read_flows(limit=200)})
        days = await asyncio.gather(*(_days(client, name, now) for name in names))
        ahead = await asyncio.gather(*(_next(client, name, now) for name in names))
    found = (FlowDays(*one) for one in zip(names, days, ahead, strict=True))
    return Lately(tuple(one for one in found if any(day.runs for day in one.days) or one.next_at))


async def _days(client: PrefectClient, flow: str, now: datetime) -> tuple[Day, ...]:
    asked = {
        "history_start": (now - timedelta(days=DAYS)).isoformat(),
        "history_end": now.isoformat(),
        "history_interval_seconds": 86400,
        "flows": {"name": {"any_": [flow]}},
    }
    answer = await client.request("POST", "/flow_runs/history", json=asked)
    return tuple(_day(one["states"]) for one in answer.json())


def _day(states: list[dict[str, Any]]) -> Day:
    count = lambda which: sum(one["count_runs"] for one in states if which(one))  # noqa: E731
    late = count(lambda one: one["state_name"] == LATE)
    bad = count(lambda one: one["state_type"] in ENDED_BADLY)
    return Day(count(lambda one: one["state_type"] != "SCHEDULED") + late, bad, late)


async def _next(client: PrefectClient, flow: str, now: datetime) -> datetime | None:
    from prefect.client.schemas.filters import (
        FlowFilter,
        FlowFilterName,
        FlowRunFilter,
        FlowRunFilterExpectedStartTime,
        FlowRunFilterState,
        FlowRunFilterStateType,
    )
    from prefect.client.schemas.sorting import FlowRunSort

    planned = FlowRunFilter(
        expected_start_time=FlowRunFilterExpectedStartTime(after_=now),
        state=FlowRunFilterState(type=FlowRunFilterStateType.model_validate({"any_": ["SCHEDULED"]})),
    )
    found = await client.read_flow_runs(
        flow_filter=FlowFilter(name=FlowFilterName(any_=[flow])),
        flow_run_filter=planned,
        sort=FlowRunSort.EXPECTED_START_TIME_ASC,
        limit=1,
    )
    return found[0].expected_start_time if found else None


async def _count(client: PrefectClient, flow: str, kind: str, since: datetime) -> int:
    from prefect.client.schemas.filters import FlowFilter, FlowFilterName, FlowRunFilterStateType

    return await client.count_flow_runs(
        flow_filter=FlowFilter(name=FlowFilterName(any_=[flow])),
        flow_run_filter=_filter(since, type=FlowRunFilterStateType(any_=[kind])),
    )


async def _runs(client: PrefectClient, since: datetime, **state: Any) -> list[FlowRun]:
    from prefect.client.schemas.sorting import FlowRunSort

    return await client.read_flow_runs(
        flow_run_filter=_filter(since, **state), sort=FlowRunSort.EXPECTED_START_TIME_DESC, limit=MOST_RUNS
    )


def _filter(since: datetime, **state: Any) -> Any:
    """Return a filter of runs that were due since an instant and not later than now."""
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterExpectedStartTime, FlowRunFilterState

    due = FlowRunFilterExpectedStartTime(after_=since, before_=datetime.now(UTC) + timedelta(seconds=1))
    return FlowRunFilter(expected_start_time=due, state=FlowRunFilterState(**state))


def _run(run: FlowRun, flows: dict[UUID, str]) -> Run:
    state = run.state_name or ""
    return Run(
        str(run.id), flows.get(run.flow_id, ""), run.name, state, run.expected_start_time, run.deployment_id is not None
    )


async def _retry(run_id: str) -> str:
    from prefect.client.orchestration import get_client
    from prefect.exceptions import ObjectNotFound
    from prefect.states import AwaitingRetry

    async with get_client() as client:
        try:
            run = await client.read_flow_run(UUID(run_id))
        except (ObjectNotFound, ValueError):
            raise CaseError(f"run {run_id}: not known to Prefect", code="not_found", field="run") from None
        if run.state is None or run.state.type.value not in ENDED_BADLY:
            raise CaseError(f"run {run.name}: did not fail, so it is not tried again", code="not_allowed", field="run")
        if run.deployment_id is None:
            raise CaseError(
                f"run {run.name}: was started by hand; do what it did once more instead",
                code="not_allowed",
                field="run",
            )
        await client.set_flow_run_state(run.id, AwaitingRetry())
        return run.name
