"""Chunks of a flow's work as tasks: one after the other, or spread over threads or a Dask cluster.

`RECOVERY_TASK_RUNNER` says which. Whatever does a chunk takes it from the database by itself, so several workers, and
several runs of the same flow on other machines, share the work and do nothing twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from prefect import Task
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from recovery.errors import CaseError
from recovery.settings import settings


def chosen() -> str | None:
    """Return what runs the chunks: threads, a Dask cluster, or (None) nothing but the flow itself."""
    return settings().task_runner


def workers() -> int:
    """Return how many chunks are worked at once."""
    return settings().task_workers if chosen() else 1


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
    if address := settings().dask_address:
        shared: TaskRunner[Any] = DaskTaskRunner(address=address)
        return shared
    # Its page of figures stays closed: nothing of ours listens that nobody asked for.
    local = {"n_workers": workers(), "threads_per_worker": 1, "dashboard_address": None, "host": "127.0.0.1"}
    own: TaskRunner[Any] = DaskTaskRunner(cluster_kwargs=local)
    return own


async def spread(task: Task[..., Any], chunks: Sequence[Any], *more: Any) -> list[Any]:
    """Return what a task gives for each chunk, in their order."""
    if not chosen():
        return [await task(chunk, *more) for chunk in chunks]
    waiting = [task.submit(chunk, *more) for chunk in chunks]
    return [await asyncio.to_thread(one.result) for one in waiting]
