"""What runs, what waits, what is late."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func
from sqlmodel import select

from recovery.store.database import reading
from recovery.store.tables import Case, Deadline, Outbox


def counts() -> dict[str, Any]:
    """Return the figures of the installation."""
    with reading() as session:
        by_state = dict(session.exec(select(Case.state, func.count()).group_by(Case.state)).all())
        waiting = session.exec(select(func.count()).select_from(Outbox).where(Outbox.status == "waiting")).one()
        failed = session.exec(select(func.count()).select_from(Outbox).where(Outbox.status == "failed")).one()
        late = session.exec(select(func.count()).select_from(Deadline).where(Deadline.status == "late")).one()
    return {"cases": by_state, "outbox_waiting": waiting, "outbox_failed": failed, "deadlines_late": late}
