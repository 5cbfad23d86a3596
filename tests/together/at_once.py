"""Two that act at the same instant: each in a thread of its own, let go together."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from recovery.errors import RecoveryError

Work = Callable[[], object]
SECONDS = 60


def at_once(*works: Work) -> list[object]:
    """Do all works at the same instant; return what each gave or the error that it was refused with.

    Any other failure is one of ours and is raised.
    """
    barrier = Barrier(len(works))

    def one(work: Work) -> object:
        barrier.wait(SECONDS)
        try:
            return work()
        except RecoveryError as error:
            return error

    with ThreadPoolExecutor(len(works)) as pool:
        return [found.result(SECONDS) for found in [pool.submit(one, work) for work in works]]


def refused(outcomes: list[object]) -> list[RecoveryError]:
    """Return the errors among outcomes."""
    return [one for one in outcomes if isinstance(one, RecoveryError)]
