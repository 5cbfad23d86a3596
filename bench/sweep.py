"""Steps worked by the sweep, a letter composed with each: CPU per case, against one transaction a case in the same run.

Both ends must be alike: the same states, letters and sums. The yardstick works the same deadlines one by one, as a
person's action is worked. Deliveries, filing and acceptance are measured beside it.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

from sqlmodel import func, select

T = TypeVar("T")
CASES = 400
DUE = date(2026, 3, 4)


def measured(work: Callable[[], T]) -> tuple[T, float]:
    """Return what work gives, and the milliseconds of CPU that it took."""
    began = time.process_time()
    result = work()
    return result, (time.process_time() - began) * 1000


def main(url: str | None = None) -> None:
    """Measure on SQLite, or on the PostgreSQL of an address."""
    folder = Path(tempfile.mkdtemp())
    os.environ["RECOVERY_DATA_DIR"] = str(folder)
    if url:
        os.environ["RECOVERY_DATABASE_URL"] = url
    from recovery.rounds import delivery, sweep
    from recovery.store.database import look
    from recovery.store.tables import Case, Outbox
    from tests.casework import accepted

    def make() -> None:
        for number in range(CASES):
            accepted(number=f"B{number}", debtor=("NL", "IT", "SE", "AT", "ES")[number % 5])

    _, filed = measured(make)
    due = sweep.due_deadlines(DUE)
    single, chunk = due[: len(due) // 4], due[len(due) // 4 :]
    sweep.work(single[:10], DUE)  # what is loaded once is loaded

    def one_by_one() -> None:
        for deadline in single[10:]:
            sweep.work([deadline], DUE)

    _, alone = measured(one_by_one)
    done, together = measured(lambda: sweep.work(chunk, DUE))
    states = look(lambda session: session.exec(select(Case.state, func.count()).group_by(Case.state)).all())
    letters = look(lambda session: session.exec(select(func.count()).where(Outbox.kind == "letter")).one())
    assert done.worked == len(chunk), done.errors[:3]
    assert letters == CASES
    assert sum(count for _, count in states) == CASES
    waiting = delivery.waiting_ids(200)
    _, delivered = measured(lambda: delivery.deliver(waiting))
    alone, together = alone / len(single[10:]), together / len(chunk)
    rows = {
        "database": "postgresql" if url else "sqlite",
        "file, route, accept, CPU-ms a case": round(filed / CASES, 2),
        "step alone, CPU-ms": round(alone, 2),
        "step in a set, CPU-ms": round(together, 2),
        "ratio": round(alone / together, 2),
        "effect delivered, CPU-ms": round(delivered / len(waiting), 2),
    }
    print(json.dumps(rows))


if __name__ == "__main__":
    main(*sys.argv[1:2])
