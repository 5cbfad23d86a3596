"""What runs, what waits, what is late."""

from __future__ import annotations

from typing import Any

from recovery.desk.counts import standing
from recovery.store.database import reading


def counts() -> dict[str, Any]:
    """Return the figures of the installation."""
    with reading() as session:
        return standing(session)
