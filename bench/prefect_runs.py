"""What Prefect costs with the pinned set: its start, a run, a task, runs a second. One line of JSON a measure.

Usage: python -m bench.prefect_runs
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

RUNS, TASKS, AT_ONCE = 12, 100, 20


def told(measure: str, **figures: object) -> None:
    print(json.dumps({"measure": measure, **figures}), flush=True)


def importing() -> None:
    took = []
    for _ in range(5):
        began = time.monotonic()
        subprocess.run([sys.executable, "-c", "import prefect, prefect.flows"], check=True)
        took.append(time.monotonic() - began)
    told("import", seconds=round(statistics.median(took), 2))


def starting(folder: Path) -> None:
    from flows.server import PrefectServer

    for kind in ("first", "again"):
        began = time.monotonic()
        with PrefectServer():
            told("server start", kind=kind, seconds=round(time.monotonic() - began, 1))


async def timed(call: Callable[[], Awaitable[object]], times: int) -> float:
    took = []
    for _ in range(times):
        began = time.monotonic()
        await call()
        took.append(time.monotonic() - began)
    return statistics.median(took)


async def running(database: Path) -> None:
    from prefect import flow, task

    @task
    async def nothing() -> None: ...

    @flow(validate_parameters=False)
    async def plain() -> None: ...

    @flow(validate_parameters=False)
    async def many(count: int) -> None:
        for _ in range(count):
            await nothing()

    @flow(validate_parameters=False)
    def blocking() -> None: ...

    await plain()
    one = await timed(plain, RUNS)
    told("async flow run", seconds=round(one, 3))
    told("sync flow run", seconds=round(await timed(lambda: asyncio.to_thread(blocking), 4), 3))
    before = _size(database)
    began = time.monotonic()
    await many(TASKS)
    client = (time.monotonic() - began - one) / TASKS
    await asyncio.sleep(10)  # events of tasks are written afterwards
    told("task run", client_ms=round(client * 1000, 1), database_kb=round((_size(database) - before) / TASKS / 1024, 1))
    began = time.monotonic()
    await asyncio.gather(*(plain() for _ in range(AT_ONCE)))
    told("runs at once in one process", runs_per_second=round(AT_ONCE / (time.monotonic() - began), 1))


def _size(database: Path) -> int:
    return sum(file.stat().st_size for file in database.parent.glob(f"{database.name}*"))


async def asked_for(environment: dict[str, str], folder: Path) -> None:
    """Measure how long the worker takes to begin and end a run that a page asks for."""
    from prefect.client.orchestration import get_client

    from flows.server import start_child, stop_child
    from flows.worker import start

    worker = start_child(["-m", "flows.worker"], environment, folder / "logs" / "worker.log")
    try:
        async with get_client() as client:
            await asyncio.sleep(30)  # registered and caught up
            took = []
            for number in range(5):
                began = time.monotonic()
                run = await start("deliver-outbox/outbox", {}, f"bench:{number}")
                while not (await client.read_flow_run(run)).state.is_final():
                    await asyncio.sleep(0.05)
                took.append(time.monotonic() - began)
            told("run asked for, begun and ended by the worker", seconds=round(statistics.median(took), 2))
    finally:
        stop_child(worker)


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="recovery-bench-"))
    os.environ |= {"RECOVERY_DATA_DIR": str(folder), "PREFECT_HOME": str(folder / "prefect")}
    importing()
    starting(folder)
    from flows.run import speaking_to
    from flows.server import PrefectServer

    with PrefectServer() as server, speaking_to(server.api_url):
        asyncio.run(running(folder / "prefect" / "prefect.db"))
        asyncio.run(asked_for(server.environment(), folder))


if __name__ == "__main__":
    main()
