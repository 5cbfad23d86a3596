"""`recovery serve`: one process tree that answers, mends itself, stops cleanly and starts where it was."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from flows.server import free_port
from flows.worker import SCHEDULES
from recovery.registry import countries

# Every schedule of all countries, each country's own, and the flow that a page starts.
SERVED = len(SCHEDULES) + len(countries()) + 1


class Installation:
    def __init__(self, folder):
        self.port, self.prefect = free_port(), free_port()
        self.environment = {**os.environ, "RECOVERY_DATA_DIR": str(folder), "RECOVERY_PREFECT_PORT": str(self.prefect)}
        for name in ("RECOVERY_DATABASE_URL", "PREFECT_API_URL", "PREFECT_HOME"):
            self.environment.pop(name, None)
        self.process = None

    def start(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "recovery.cli", "serve", "--port", str(self.port)],
            env=self.environment,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.wait_healthy()

    def health(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=3) as reply:
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


def deployments(installation):
    """Return how many schedules the worker serves, once it has registered them and still runs a while later."""
    until, worker, found = time.monotonic() + 90, installation.children()["worker"], 0
    while found < SERVED and time.monotonic() < until:
        found = len(ask(installation, "deployments/filter", {}))
        time.sleep(0.5)
    time.sleep(3)
    assert installation.children().get("worker") == worker, "the worker did not stay"
    return found


def ask(installation, path, data=None):
    request = urllib.request.Request(
        f"http://127.0.0.1:{installation.prefect}/api/{path}",
        data=None if data is None else json.dumps(data).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=5) as reply:
        return json.load(reply)


def run_once(installation, flow, deployment):
    """Ask for a run of a deployment as its schedule would, and return how it ended."""
    found = ask(installation, f"deployments/name/{flow}/{deployment}")
    run = ask(installation, f"deployments/{found['id']}/create_flow_run", {"state": {"type": "SCHEDULED"}})
    until = time.monotonic() + 90
    while time.monotonic() < until:
        state = ask(installation, f"flow_runs/{run['id']}")["state_type"]
        if state in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED"):
            return state
        time.sleep(0.5)
    return state


def running(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def installation(tmp_path):
    made = Installation(tmp_path)
    yield made
    if made.process and made.process.poll() is None:
        made.stop(signal.SIGTERM)


def test_it_serves_mends_itself_stops_and_starts_again(installation):
    installation.start()
    asked = urllib.request.urlopen(f"http://127.0.0.1:{installation.port}/status", timeout=5)
    assert asked.url.endswith("/sign-in?back=/status"), "what runs is shown to teams"
    assert urllib.request.urlopen(f"http://127.0.0.1:{installation.prefect}/", timeout=5).status == 200
    assert deployments(installation) == SERVED
    assert run_once(installation, "work-deadlines", "daily-nl") == "COMPLETED"
    worker = installation.children()["worker"]
    os.kill(worker, signal.SIGKILL)
    until = time.monotonic() + 60
    while installation.children().get("worker") in (None, worker) and time.monotonic() < until:
        time.sleep(0.3)
    assert installation.children()["worker"] != worker
    installation.wait_healthy()
    assert installation.stop(signal.SIGTERM) == 0
    assert f"http://127.0.0.1:{installation.port}/first/" in installation.process.stderr.read()
    installation.start()
    assert installation.stop(signal.SIGINT) == 0
