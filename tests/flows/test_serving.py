"""Serving: due runs are done once, by flows of ours, whatever becomes of one of them or of what Prefect stores."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from flows.credentials import headers
from flows.run import speaking_to

DONE = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")


@pytest.fixture
def table(served):
    """Three flows that are served: one that ends well and counts, one that fails, one that never ends."""
    from prefect.schedules import Cron

    from flows.serving import Served
    from tests.flows import flows_that_are_served as own

    own.DONE.clear()
    with speaking_to(served):
        yield [
            Served(own.ends_well, "well", Cron("0 0 1 1 *", timezone="UTC"), {}),
            Served(own.fails, "badly", None, {}),
            Served(own.never_ends, "never", None, {}),
        ]


def ask(path, data=None, method="POST"):
    from prefect.settings import PREFECT_API_URL

    api = PREFECT_API_URL.value()
    with httpx.Client(base_url=api, headers=headers(api), trust_env=False, timeout=30) as client:
        answer = client.request(method, path, json=data)
        for _ in range(20):  # Prefect's own clients come again too while its database is busy
            if answer.status_code != 503:
                break
            time.sleep(0.5)
            answer = client.request(method, path, json=data)
        assert answer.status_code < 400, answer.text
        return answer.json() if answer.content else None


def state(run):
    return ask(f"/flow_runs/{run['id']}", method="GET")["state"]


def asked_for(name, **more):
    deployment = ask(f"/deployments/name/{name}", method="GET")
    return ask(f"/deployments/{deployment['id']}/create_flow_run", {"state": {"type": "SCHEDULED"}, **more})


def serve(table, until, seconds=60.0):
    """Serve until something is so, then stop."""
    from flows.serving import Serving

    async def story():
        serving, stop = Serving(table), asyncio.Event()
        await serving.register()
        started = until.start() if hasattr(until, "start") else None
        task = asyncio.create_task(serving.serve(stop))
        async with asyncio.timeout(seconds):
            while not await asyncio.to_thread(until, started):
                await asyncio.sleep(0.2)
        stop.set()
        await task
        return started

    return asyncio.run(story())


class Runs:
    """Runs that are asked for when serving begins; served until each has come to an end."""

    def __init__(self, *names, **more):
        self.names, self.more = names, more

    def start(self):
        return [asked_for(name, **self.more) for name in self.names]

    def __call__(self, runs):
        return all(state(run)["type"] in DONE for run in runs)


WELL, BADLY, NEVER = "ends-well/well", "fails/badly", "never-ends/never"


def test_one_that_fails_holds_up_no_other_and_is_tried_again_on_request(table, monkeypatch):
    from flows import health
    from tests.flows import flows_that_are_served as own

    runs = serve(table, Runs(BADLY, WELL))
    assert [state(run)["type"] for run in runs] == ["FAILED", "COMPLETED"]
    assert len(own.DONE) == 1
    health.retry(runs[0]["id"])
    monkeypatch.setattr(own, "WRONG", False)
    serve(table, lambda _: state(runs[0])["type"] == "COMPLETED")


def test_what_a_schedule_made_while_nothing_ran_is_done_once(table, own_prefect):
    from tests.flows import flows_that_are_served as own

    serve(table, lambda _: True)
    runs = [asked_for(WELL) for _ in range(3)]
    with sqlite3.connect(own_prefect[1] / "prefect" / "prefect.db", timeout=30) as database:
        # As Prefect's scheduler makes them; its API makes none that are due already.
        for number, run in enumerate(runs):
            due = (datetime.now(UTC) - timedelta(hours=3 - number)).strftime("%Y-%m-%d %H:%M:%S.%f")
            changed = "UPDATE flow_run SET auto_scheduled = 1, next_scheduled_start_time = ? WHERE name = ?"
            assert database.execute(changed, (due, run["name"])).rowcount == 1
    serve(table, lambda _: state(runs[-1])["type"] == "COMPLETED")
    assert [state(run)["type"] for run in runs] == ["CANCELLED", "CANCELLED", "COMPLETED"]
    assert len(own.DONE) == 1


def test_a_flow_that_prefect_has_lost_is_told_again(table, monkeypatch):
    from flows import serving

    monkeypatch.setattr(serving, "CHECK_SECONDS", 0.5)

    class Lost:
        def start(self):
            deployment = ask(f"/deployments/name/{WELL}", method="GET")
            ask(f"/deployments/{deployment['id']}", method="DELETE")
            return deployment["id"]

        def __call__(self, before):
            found = ask("/deployments/filter", {"deployments": {"name": {"any_": ["well"]}}})
            return any(one["id"] != before for one in found)

    serve(table, Lost())


def test_what_brings_settings_of_its_own_is_refused(table):
    (run,) = serve(table, Runs(WELL, job_variables={"env": {"PYTHONPATH": "/elsewhere"}}))
    found = state(run)
    assert (found["type"], "job_variables" in found["message"]) == ("CRASHED", True)


def test_a_run_does_not_make_all_wait_until_prefect_can_be_heard(table, monkeypatch):
    """What listens for a suspended run holds up the worker, and its end, for as long as Prefect is away."""
    from flows import serving

    monkeypatch.setattr(serving, "END_SECONDS", 0.5)
    seen = []

    class Running(Runs):
        def __call__(self, runs):
            seen.append({thread.name for thread in threading.enumerate()})
            return state(runs[0])["type"] == "RUNNING"

    serve(table, Running(NEVER))
    assert not [name for names in seen for name in names if "observer" in name]


def test_what_goes_on_when_the_service_stops_is_broken_off_and_says_so(table, monkeypatch):
    from flows import serving

    monkeypatch.setattr(serving, "END_SECONDS", 0.5)

    class Begun(Runs):
        def __call__(self, runs):
            return state(runs[0])["type"] == "RUNNING"

    (run,) = serve(table, Begun(NEVER))
    assert (state(run)["type"], state(run)["message"]) == ("CRASHED", serving.STOPPED)


def test_catching_up_goes_on_past_what_fails(table, monkeypatch, caplog):
    from flows import worker
    from flows.serving import Serving
    from tests.flows import flows_that_are_served as own

    monkeypatch.setattr(worker, "countries", tuple)
    names = {"deliver-outbox/outbox": table[1], "make-figures/figures": table[0]}
    serving = Serving(table)

    async def run_now(name):
        if name == "deliver-outbox/outbox":
            raise ConnectionError("Ravenkamp")
        await Serving.run_now(serving, names[name].full_name)

    async def story():
        await serving.register()
        monkeypatch.setattr(serving, "run_now", run_now)
        await worker.catch_up(serving)

    asyncio.run(story())
    assert len(own.DONE) == 1
    assert "ConnectionError" in caplog.text
    assert "Ravenkamp" not in caplog.text
