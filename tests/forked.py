"""Work in a process of its own that may be killed: forked from one that has the product loaded."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy import event

from recovery.rounds import delivery, sweep
from recovery.settings import settings
from recovery.store import database

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.forked", "recovery.letters.render"])


def started(work: Callable[..., Any], *arguments: Any) -> Any:
    """Return a running process that does work in the installation of this test."""
    process = _FORKS.Process(target=_in, args=(dict(os.environ), work, arguments), daemon=True)
    process.start()
    return process


def ended(work: Callable[..., Any], *arguments: Any) -> int:
    """Do work in a process; return how it ended: 0, or the negative number of the signal that killed it."""
    process = started(work, *arguments)
    process.join(60)
    assert process.exitcode is not None, "still running after a minute"
    return int(process.exitcode)


def _in(environment: dict[str, str], work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    settings.cache_clear()
    database.engine.cache_clear()
    work(*arguments)


def killed_at(statement: int, work: Callable[..., Any], *arguments: Any) -> None:
    """Do work, and end this process without a word at its n-th statement to the database."""
    left = [statement]

    def count(*_: Any) -> None:
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(database.engine(), "before_cursor_execute", count)
    work(*arguments)


def sweep_and_deliver(day: date) -> None:
    """Work what is due on a day, and send what waits."""
    sweep.work(sweep.due_deadlines(day), day)
    delivery.deliver(delivery.waiting_ids())


def deliver(at: datetime) -> None:
    """Send what waits at an instant."""
    delivery.deliver(delivery.waiting_ids(at=at), at)
