"""Sealing anew: the owner of an installation takes what stands there as right, and the audit keeps that it was said."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert

from recovery.store import append_only, resealing, sealing
from recovery.store.database import engine
from recovery.store.portal_tables import AuditEntry


def seal_anew(reason: str, actor: str, now: datetime) -> dict[str, Any]:
    """Seal every row with the key that is there now, in one transaction; chains are taken as they stand."""
    entry = {"at": now, "actor": actor, "kind": "resealed", "subject": "", "reason": reason, "data": {}}
    with engine().begin() as connection, append_only.lifted(connection):
        connection.execute(insert(AuditEntry), entry)
        made = resealing.reseal(connection, sealing.audit_key(), None)
    sealing.forget_keys()
    return {"rows": made.rows}
