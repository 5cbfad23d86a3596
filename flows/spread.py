"""Chunks of a flow's work as tasks: one after the other, or spread over threads or a Dask cluster.

`RECOVERY_TASK_RUNNER` says which. Whatever does a chunk takes it from the database by itself, so several workers, and
several runs of the same flow on other machines, share the work and do nothing twice.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from typing import Any

from prefect import Task
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from recovery.errors import CaseError

RUNNERS = ("", "threads", "dask")


def chosen() -> str:
    """Return what runs the chunks: threads, a Dask cluster, or nothing but the flow itself.

    Raises:
        CaseError: the setting names something else.
    """
    found = os.environ.get("RECOVERY_TASK_RUNNER", "")
    if found not in RUNNERS:
        raise CaseError(
            f"RECOVERY_TASK_RUNNER: {found!r} is none; write threads or dask, or leave it out", code="bad_setting"
        )
    return found


def workers() -> int:
    """Return how many chunks are worked at once."""
    return max(1, int(os.environ.get("RECOVERY_TASK_WORKERS", "2"))) if chosen() else 1


def task_runner() -> TaskRunner[Any]:
    """Return the task runner of the flows that work in chunks.

    Dask: the cluster of a scheduler's address, else one of this machine that lasts as long as the run.

    Raises:
        CaseError: Dask is asked for and not installed.
    """
    if chosen() != "dask":
        return ThreadPoolTaskRunner(max_workers=workers())
    try:
        from prefect_dask.task_runners import DaskTaskRunner
    except ImportError:
        text = (
            "RECOVERY_TASK_RUNNER=dask: not installed; install the product with its extra: pip install recovery[dask]"
        )
        raise CaseError(text, code="bad_setting") from None
    address = os.environ.get("RECOVERY_DASK_ADDRESS")
    if address:
        return DaskTaskRunner(address=address)
    # Its page of figures stays closed: nothing of ours listens that nobody asked for.
    local = {"n_workers": workers(), "threads_per_worker": 1, "dashboard_address": None, "host": "127.0.0.1"}
    return DaskTaskRunner(cluster_kwargs=local)


async def spread(task: Task[..., Any], chunks: Sequence[Any], *more: Any) -> list[Any]:
    """Return what a task gives for each chunk, in their order."""
    if not chosen():
        return [await task(chunk, *more) for chunk in chunks]
    waiting = [task.submit(chunk, *more) for chunk in chunks]
    return [await asyncio.to_thread(one.result) for one in waiting]
