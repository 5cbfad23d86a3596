"""`recovery serve`: one process tree that runs by itself, answers while its parts are killed, and starts again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress

import pytest

from flows.credentials import USER, basic
from flows.schedules import schedules
from flows.server import free_port

SCHEDULED = {"type": {"any_": ["SCHEDULED"]}}


class Installation:
    def __init__(self, folder):
        self.folder, self.port, self.prefect = folder, free_port(), free_port()
        self.environment = {
            **os.environ,
            "RECOVERY_DATA_DIR": str(folder),
            "RECOVERY_PREFECT_PORT": str(self.prefect),
            "RECOVERY_SCHEDULES_EVERY": "1",
        }
        for name in ("RECOVERY_DATABASE_URL", "PREFECT_API_URL", "PREFECT_API_AUTH_STRING", "PREFECT_HOME"):
            self.environment.pop(name, None)
        self.process = None

    @property
    def credentials(self):
        secret = f"{USER}:{(self.folder / 'keys' / 'prefect-api').read_bytes().hex()}"
        return {"Authorization": f"Basic {basic(secret)}"}

    def start(self, healthy=True):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "recovery.cli", "serve", "--port", str(self.port)],
            env=self.environment,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        if healthy:
            self.wait_healthy()

    def health(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=10) as reply:
                return json.load(reply)
        except urllib.error.HTTPError as error:
            return json.load(error)
        except OSError:
            return None

    def wait_healthy(self):
        until = time.monotonic() + 120
        while time.monotonic() < until:
            found = self.health()
            if found and found["healthy"]:
                return found
            assert self.process.poll() is None, self.process.stderr.read()
            time.sleep(0.3)
        raise AssertionError(f"not healthy in time: {self.health()}")

    def children(self):
        found = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(self.process.pid)], capture_output=True, text=True, check=False
        ).stdout
        return {("worker" if "flows.worker" in line else "server"): int(line.split()[0]) for line in found.splitlines()}

    def stop(self, sign=signal.SIGTERM):
        children = self.children()
        self.process.send_signal(sign)
        code = self.process.wait(60)
        for pid in children.values():
            assert not running(pid), "a child outlived its parent"
        return code


def ask(installation, path, data=None, method=None):
    request = urllib.request.Request(
        f"http://127.0.0.1:{installation.prefect}/api/{path}",
        data=None if data is None else json.dumps(data).encode(),
        headers={"Content-Type": "application/json", **installation.credentials},
        method=method,
    )
    with urllib.request.urlopen(request, timeout=10) as reply:
        return json.loads(reply.read() or b"null")


def runs(installation, name, **wanted):
    deployment = ask(installation, f"deployments/name/{name}")
    wanted |= {"deployment_id": {"any_": [deployment["id"]]}}
    return ask(installation, "flow_runs/filter", {"flow_runs": wanted, "limit": 20})


def eventually(found, seconds=90):
    """Wait until something is found and return it; a server that is away for the moment is asked again."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with suppress(OSError):
            if value := found():
                return value
        time.sleep(0.5)
    raise AssertionError(f"not in {seconds} s")


def planned(installation):
    return [one.full_name for one in schedules() if runs(installation, one.full_name, state=SCHEDULED)]


def ran(installation):
    """Return the runs that a schedule made and that the worker did to their end."""
    done = {"type": {"any_": ["COMPLETED"]}}
    return [run for run in runs(installation, "deliver-outbox/outbox", state=done) if run["auto_scheduled"]]


def asked_for(installation, deployment, **parameters):
    path = f"deployments/{deployment['id']}/create_flow_run"
    return eventually(lambda: ask(installation, path, {"state": {"type": "SCHEDULED"}, "parameters": parameters}))


def ended_as(installation, run):
    state = ask(installation, f"flow_runs/{run['id']}")["state"]
    return state if state["type"] in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED") else None


def running(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def kill(installation, name):
    """Kill a part of the tree without a word, while the portal answers, and wait until another one is there."""
    before = eventually(lambda: installation.children().get(name))
    os.kill(before, signal.SIGKILL)
    seen = []

    def another():
        seen.append(installation.health())
        return installation.children().get(name, before) != before

    eventually(another)
    assert None not in seen, "the portal did not answer"


@pytest.fixture
def installation(tmp_path):
    made = Installation(tmp_path)
    yield made
    if made.process and made.process.poll() is None:
        made.stop(signal.SIGTERM)


def test_it_runs_by_itself_and_does_no_code_but_its_own(installation):
    """Every schedule is planned and one runs; the portal answers and all comes back while parts are killed."""
    installation.start()
    names = [one.full_name for one in schedules()]
    assert eventually(lambda: planned(installation) == names)
    changed_deployment_does_not_run(installation)
    assert eventually(lambda: ran(installation)), "no schedule fired"
    kill(installation, "server")
    kill(installation, "server")  # while it is starting again
    kill(installation, "worker")
    installation.wait_healthy()
    found = eventually(lambda: ask(installation, "deployments/name/deliver-outbox/outbox"))
    run = asked_for(installation, found)
    assert eventually(lambda: ended_as(installation, run))["type"] == "COMPLETED"
    children = installation.children()
    installation.process.kill()
    assert eventually(lambda: not any(running(pid) for pid in children.values())), "a child outlived its parent"
    assert f"http://127.0.0.1:{installation.port}/first/" in installation.process.stderr.read()
    installation.start()
    assert installation.stop(signal.SIGINT) == 0
    installation.start(healthy=False)
    assert eventually(installation.health), "the portal answers before Prefect does"
    assert installation.stop(signal.SIGTERM) == 0


def put_right(installation):
    found = ask(installation, "deployments/name/route-case/route")
    return found["entrypoint"] == "flows.claims.route_case" and not found["pull_steps"]


def changed_deployment_does_not_run(installation):
    """Whoever has the secret can change what Prefect stores, and still brings in no code."""
    proof = installation.folder / "ran"
    # It is deployed after those that have schedules.
    found = eventually(lambda: ask(installation, "deployments/name/route-case/route"))
    shell = {"prefect.deployments.steps.run_shell_script": {"script": f"touch {proof}"}}
    change = {"pull_steps": [shell], "entrypoint": "os.getcwd"}
    assert eventually(lambda: [ask(installation, f"deployments/{found['id']}", change, "PATCH")])
    run = asked_for(installation, found, claim_id="none", on="2026-03-02")
    state = eventually(lambda: ended_as(installation, run))
    assert state["type"] == "CRASHED"
    assert "its deployment was changed" in state["message"]
    assert not proof.exists()
    assert "its deployment was changed" in (installation.folder / "logs" / "worker.log").read_text()
    assert eventually(lambda: put_right(installation))
