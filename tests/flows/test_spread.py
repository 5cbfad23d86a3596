"""Chunks of a flow spread over threads: the same end as one after the other."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from recovery.errors import CaseError
from recovery.rounds import sweep
from recovery.settings import settings
from tests.casework import accepted, seen

pytestmark = pytest.mark.usefixtures("harness")


@pytest.fixture
def chosen(monkeypatch):
    """Set how chunks are run."""

    def choose(**given):
        for name, value in given.items():
            monkeypatch.setenv(f"RECOVERY_TASK_{name}", value)
        settings.cache_clear()

    yield choose
    for name in ("RUNNER", "WORKERS"):
        monkeypatch.delenv(f"RECOVERY_TASK_{name}", raising=False)
    settings.cache_clear()


def test_chunks_are_worked_by_threads(chosen):
    from flows.daily import work_deadlines

    names = [accepted(number=f"2026-{number}") for number in range(4)]
    chosen(RUNNER="threads", WORKERS="2")
    done = asyncio.run(work_deadlines("NL", "2026-03-04"))
    assert (done["due"], done["worked"], done["failed"]) == (4, 4, 0)
    assert [seen(name).steps_done for name in names] == [["reminder"]] * 4
    assert sweep.due_deadlines(date(2026, 3, 4)) == []


def test_one_chunk_a_worker_at_least(chosen):
    from flows.daily import _chunks

    assert _chunks([1, 2, 3, 4, 5], 10) == [[1, 2, 3, 4, 5]]
    chosen(RUNNER="threads")
    assert _chunks([1, 2, 3, 4, 5], 10) == [[1, 2, 3], [4, 5]]
    assert _chunks([1, 2, 3, 4, 5], 2) == [[1, 2], [3, 4], [5]]


def test_a_runner_that_is_none_is_told(chosen):
    from flows.spread import task_runner

    chosen(RUNNER="hope")
    with pytest.raises(CaseError, match="RECOVERY_TASK_RUNNER: input should be 'threads' or 'dask'"):
        task_runner()
