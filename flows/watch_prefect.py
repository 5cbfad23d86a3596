"""What the watch finds at Prefect: asked by plain HTTP, schedule by schedule, and read from its server's log."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx

from flows.credentials import headers
from flows.run import noted_api
from flows.schedules import Schedule, schedules
from flows.watch_faults import Fault
from recovery.settings import settings

SECONDS = 10.0
PAUSES = (5.0, 20.0)
# A run that begins within this time is on time: the worker looks every two seconds, and does four runs at once.
PATIENCE = timedelta(minutes=15)
# A run that no schedule made, such as a claim's routing, is looked at for a day.
RECENT = timedelta(days=1)
# An error of Prefect's own services is shown for an hour.
SHOWN = timedelta(hours=1)
ENDED = ["COMPLETED", "FAILED", "CRASHED"]
ERROR = re.compile(rb"\| (ERROR|CRITICAL) |^Traceback \(most recent call last\)|Unexpected error in", re.MULTILINE)
MOST_READ = 5_000_000


def faults(now: datetime, alive: Mapping[str, bool], errors_at: datetime | None) -> list[Fault]:
    """Return everything that is wrong at this moment."""
    found = [Fault("process_away", name) for name, runs in alive.items() if not runs]
    if errors_at is not None and now - errors_at < SHOWN:
        found.append(Fault("service_errors"))
    api = noted_api()
    return [*found, *(_asked(api, now) if api else [Fault("prefect_away")])]


def _asked(api: str, now: datetime) -> list[Fault]:
    """Return what Prefect tells; a server that is busy is asked again after a while, one that is not there is away."""
    for pause in (*PAUSES, 0.0):
        try:
            with httpx.Client(base_url=api, headers=headers(api), timeout=SECONDS, trust_env=False) as client:
                return [*_of_schedules(client, now), *_of_routing(client, now)]
        except httpx.ConnectError:
            break
        except httpx.HTTPError:
            time.sleep(pause)
    return [Fault("prefect_away")]


def _of_schedules(client: httpx.Client, now: datetime) -> list[Fault]:
    return [fault for one in schedules() for fault in _of_schedule(client, one, now)]


def _of_schedule(client: httpx.Client, one: Schedule, now: datetime) -> list[Fault]:
    """Return what is wrong with a schedule: nothing ahead, nothing lately, a run that waits, a run that failed."""
    deployment = _deployment(client, one.full_name)
    if deployment is None:
        return [Fault("not_planned", one.full_name)]
    last = _runs(client, deployment["id"], state={"type": {"any_": ENDED}}, sort="START_TIME_DESC")
    ahead = _runs(client, deployment["id"], state={"type": {"any_": ["SCHEDULED"]}}, expected={"after_": _text(now)})
    seen = {
        "not_planned": not ahead,
        "overdue": _overdue(one, deployment, last, now),
        "late": _late(client, deployment["id"], now),
        "failed": bool(last) and last[0]["state_type"] != "COMPLETED",
    }
    return [Fault(kind, one.full_name) for kind, wrong in seen.items() if wrong]


def _overdue(one: Schedule, deployment: dict[str, Any], last: list[dict[str, Any]], now: datetime) -> bool:
    """Tell whether the last run is older than twice the interval; what was never to run yet has missed nothing."""
    began = last[0]["start_time"] or last[0]["expected_start_time"] if last else deployment["created"]
    return datetime.fromisoformat(began) < one.missed_since(now)


def _late(client: httpx.Client, deployment_id: str, now: datetime) -> bool:
    waiting = {"type": {"any_": ["SCHEDULED", "PENDING"]}}
    return bool(_runs(client, deployment_id, state=waiting, expected={"before_": _text(now - PATIENCE)}))


def _of_routing(client: httpx.Client, now: datetime) -> list[Fault]:
    """Return whether a claim's routing waits or failed lately."""
    name = "route-case/route"
    deployment = _deployment(client, name)
    if deployment is None:
        return []
    last = _runs(client, deployment["id"], state={"type": {"any_": ENDED}}, sort="START_TIME_DESC")
    recent = bool(last) and now - datetime.fromisoformat(last[0]["expected_start_time"]) < RECENT
    failed = recent and last[0]["state_type"] != "COMPLETED"
    late = _late(client, deployment["id"], now)
    return [Fault(kind, name) for kind, wrong in (("late", late), ("failed", failed)) if wrong]


def _deployment(client: httpx.Client, full_name: str) -> dict[str, Any] | None:
    answer = client.get(f"/deployments/name/{full_name}")
    if answer.status_code == httpx.codes.NOT_FOUND:
        return None
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


def _runs(
    client: httpx.Client,
    deployment_id: str,
    state: dict[str, Any],
    expected: dict[str, str] | None = None,
    sort: str = "EXPECTED_START_TIME_ASC",
) -> list[dict[str, Any]]:
    """Return the first of a deployment's runs in a state."""
    wanted: dict[str, Any] = {"deployment_id": {"any_": [deployment_id]}, "state": state}
    if expected:
        wanted["expected_start_time"] = expected
    answer = client.post("/flow_runs/filter", json={"flow_runs": wanted, "sort": sort, "limit": 1})
    answer.raise_for_status()
    found: list[dict[str, Any]] = answer.json()
    return found


def _text(at: datetime) -> str:
    return at.isoformat()


def log_errors(read: int | None) -> tuple[int, bool]:
    """Return how far Prefect's log is read now, and whether an error of its services stands in what is new."""
    path = settings().data_dir / "logs" / "prefect-server.log"
    size = path.stat().st_size if path.is_file() else 0
    if read is None or not size:
        return size, False  # what was written before the first look is over
    start = 0 if size < read else max(read, size - MOST_READ)
    with path.open("rb") as file:
        file.seek(start)
        return size, bool(ERROR.search(file.read(size - start)))
