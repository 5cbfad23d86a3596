"""Chunks of a flow spread over threads: the same end as one after the other."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from recovery.errors import CaseError
from recovery.rounds import sweep
from tests.casework import accepted, seen

pytestmark = pytest.mark.usefixtures("harness")


def test_chunks_are_worked_by_threads(monkeypatch):
    from flows.daily import work_deadlines

    names = [accepted(number=f"2026-{number}") for number in range(4)]
    monkeypatch.setenv("RECOVERY_TASK_RUNNER", "threads")
    monkeypatch.setenv("RECOVERY_TASK_WORKERS", "2")
    done = asyncio.run(work_deadlines("NL", "2026-03-04"))
    assert (done["due"], done["worked"], done["failed"]) == (4, 4, 0)
    assert [seen(name).steps_done for name in names] == [["reminder"]] * 4
    assert sweep.due_deadlines(date(2026, 3, 4)) == []


def test_one_chunk_a_worker_at_least(monkeypatch):
    from flows.daily import _chunks

    assert _chunks([1, 2, 3, 4, 5], 10) == [[1, 2, 3, 4, 5]]
    monkeypatch.setenv("RECOVERY_TASK_RUNNER", "threads")
    assert _chunks([1, 2, 3, 4, 5], 10) == [[1, 2, 3], [4, 5]]
    assert _chunks([1, 2, 3, 4, 5], 2) == [[1, 2], [3, 4], [5]]


def test_a_runner_that_is_none_is_told(monkeypatch):
    from flows.spread import task_runner

    monkeypatch.setenv("RECOVERY_TASK_RUNNER", "hope")
    with pytest.raises(CaseError, match="write threads or dask"):
        task_runner()
