"""`recovery serve` left alone with shortened schedules: what ran, what was late, what failed. One line of JSON.

Usage: python -m bench.serve_soak [minutes, 120] [minutes between runs of every schedule, 5]
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path

import httpx

from flows.credentials import headers
from flows.schedules import schedules
from flows.server import free_port
from recovery.settings import settings


def main(minutes: float, every: int) -> None:
    folder = Path(tempfile.mkdtemp(prefix="recovery-soak-"))
    port, prefect = free_port(), free_port()
    os.environ |= {
        "RECOVERY_DATA_DIR": str(folder),
        "RECOVERY_PREFECT_PORT": str(prefect),
        "RECOVERY_SCHEDULES_EVERY": str(every),
        "PREFECT_HOME": str(folder / "prefect"),
    }
    settings.cache_clear()
    serve = subprocess.Popen([sys.executable, "-m", "recovery.cli", "serve", "--port", str(port)])
    began, unwell = time.monotonic(), Counter()
    try:
        while time.monotonic() - began < minutes * 60:
            time.sleep(20)
            unwell.update(_wrong(port))
        print(json.dumps(_told(folder, f"http://127.0.0.1:{prefect}/api", minutes, every, unwell)))
    finally:
        serve.terminate()
        serve.wait(60)


def _wrong(port: int) -> list[str]:
    """Return what the portal says is wrong at this moment."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=10) as reply:
            found = json.load(reply)
    except urllib.error.HTTPError as error:
        found = json.load(error)
    except OSError:
        return ["no answer"]
    return [*found["faults"], *(name for name, runs in found["processes"].items() if not runs)]


def _told(folder: Path, api: str, minutes: float, every: int, unwell: Counter[str]) -> dict[str, object]:
    ran: dict[str, dict[str, int]] = {}
    with httpx.Client(base_url=api, headers=headers(api), timeout=60, trust_env=False) as client:
        for one in schedules():
            deployment = client.get(f"/deployments/name/{one.full_name}").json()["id"]
            kinds = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED", "RUNNING")
            ran[one.full_name] = {kind: found for kind in kinds if (found := _count(client, deployment, kind))}
    logs = {file.name: file.stat().st_size for file in (folder / "logs").glob("*.log")}
    return {
        "measure": "soak",
        "minutes": minutes,
        "every": every,
        "ran": ran,
        "unwell": dict(unwell),
        "log_bytes": logs,
    }


def _count(client: httpx.Client, deployment: str, kind: str) -> int:
    wanted = {"deployment_id": {"any_": [deployment]}, "state": {"type": {"any_": [kind]}}}
    answer = client.post("/flow_runs/count", json={"flow_runs": wanted}).raise_for_status()
    return int(answer.json())


if __name__ == "__main__":
    arguments = sys.argv[1:]
    main(float(arguments[0]) if arguments else 120, int(arguments[1]) if len(arguments) > 1 else 5)
