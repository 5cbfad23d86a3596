"""The day's heads of the record, written to a file and told outside: what was there cannot be cut away unseen."""

from __future__ import annotations

from datetime import date
from typing import Any

from recovery.store import exported_heads, outbox
from recovery.store.database import unit_of_work
from recovery.store.sealing import key_for
from recovery.store.snapshot import snapshot

KIND = "send_heads"


def export_heads(day: date) -> dict[str, Any]:
    """Write the heads of a day and put their digest into the outbox; repeating it changes nothing."""
    with snapshot() as connection:
        made = exported_heads.export(connection, key_for(connection), day)
    with unit_of_work() as session:
        outbox.put(session, f"heads:{made.day}", KIND, None, made.as_dict())
    return {**made.as_dict(), "file": str(made.file)}
