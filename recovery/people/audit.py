"""The audit outside the cases: sign-ins, failures, lockouts, factors, settings, users; only ever added to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session

from recovery.store.portal_tables import AuditEntry

NOBODY = "nobody"


def note(
    session: Session,
    actor: str,
    kind: str,
    subject: str = "",
    reason: str = "",
    data: dict[str, Any] | None = None,
    *,
    now: datetime,
) -> None:
    """Note what somebody did; `actor` and `subject` are ids, never names or addresses."""
    session.add(AuditEntry(at=now, actor=actor, kind=kind, subject=subject, reason=reason, data=data or {}))
    session.flush()
