"""How the flows are, told by Prefect's own server; a run that failed is taken up again, one started by hand is not."""

from __future__ import annotations

import asyncio
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from recovery.errors import CaseError, GatewayError


@pytest.fixture
def api(harness, monkeypatch):
    """Prefect's test server, noted as the installation's own."""
    from prefect.settings import PREFECT_API_URL

    monkeypatch.setenv("PREFECT_API_URL", PREFECT_API_URL.value())


def since():
    return datetime.now(UTC) - timedelta(days=1)


async def _run(state, deployed):
    """Make a run in a state, as a flow that the worker serves or as one started by hand."""
    from prefect import flow
    from prefect.client.orchestration import get_client

    @flow(name=f"figures-{uuid.uuid4().hex[:8]}")
    def some() -> None: ...

    async with get_client() as client:
        if deployed:
            flow_id = await client.create_flow(some)
            deployment = await client.create_deployment(flow_id, "served")
            planned = state if state.is_scheduled() else None
            run = await client.create_flow_run_from_deployment(deployment, state=planned)
        else:
            run = await client.create_flow_run(some)
        await client.set_flow_run_state(run.id, state, force=True)
        return some.name, str(run.id)


async def _state(run_id):
    from prefect.client.orchestration import get_client

    async with get_client() as client:
        return (await client.read_flow_run(uuid.UUID(run_id))).state


def test_runs_are_counted_and_a_failed_one_is_tried_again(api):
    from prefect.states import Completed, Failed

    from flows import health

    done, _ = asyncio.run(_run(Completed(), True))
    failed, run_id = asyncio.run(_run(Failed(), True))
    found = health.health(since())
    assert found.by_flow[done]["COMPLETED"] == 1
    assert found.by_flow[failed]["FAILED"] == 1
    (shown,) = [one for one in found.failed if one.id == run_id]
    assert (shown.flow, shown.state, shown.retries) == (failed, "Failed", True)
    health.retry(run_id)
    state = asyncio.run(_state(run_id))
    assert (state.type.value, state.name) == ("SCHEDULED", "AwaitingRetry")
    assert run_id not in [one.id for one in health.health(since()).failed]
    with pytest.raises(CaseError, match="did not fail"):
        health.retry(run_id)


def test_a_late_run_is_told(api):
    from prefect.states import Late

    from flows import health

    flow, run_id = asyncio.run(_run(Late(scheduled_time=datetime.now(UTC) - timedelta(hours=1)), True))
    assert [(one.flow, one.id) for one in health.health(since()).late if one.id == run_id] == [(flow, run_id)]


def test_a_run_started_by_hand_and_one_that_is_not_there_are_refused(api):
    from prefect.states import Crashed

    from flows import health

    _, run_id = asyncio.run(_run(Crashed(), False))
    assert [one.retries for one in health.health(since()).failed if one.id == run_id] == [False]
    with pytest.raises(CaseError, match="by hand"):
        health.retry(run_id)
    for unknown in (str(uuid.uuid4()), "nonsense"):
        with pytest.raises(CaseError, match="not known"):
            health.retry(unknown)


def test_a_server_that_does_not_answer_is_told(local, monkeypatch):
    from flows import health

    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    with pytest.raises(GatewayError, match="does not run"):
        health.health(since())


def test_days_tell_what_ran_failed_and_is_planned(api):
    from prefect.states import Completed, Crashed, Scheduled

    from flows import health

    now = datetime.now(UTC)
    done, _ = asyncio.run(_run(Completed(), True))
    broken, _ = asyncio.run(_run(Crashed(), True))
    ahead, _ = asyncio.run(_run(Scheduled(scheduled_time=now + timedelta(hours=5)), True))
    found = {one.flow: one for one in health.lately(now + timedelta(minutes=1)).flows}
    assert [sum(day.runs for day in found[name].days) for name in (done, broken)] == [1, 1]
    assert (found[done].bad, found[broken].bad) == (0, 1)
    assert found[done].days[-1].runs == 1
    assert abs(found[ahead].next_at - now - timedelta(hours=5)) < timedelta(minutes=5)
    assert found[done].next_at is None
