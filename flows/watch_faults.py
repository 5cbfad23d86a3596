"""What can be wrong with that which runs by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

# In the order in which a person looks into them.
KINDS = (
    "watch_still",
    "prefect_away",
    "process_away",
    "not_planned",
    "overdue",
    "late",
    "failed",
    "accounts_differ",
    "service_errors",
)


@dataclass(frozen=True)
class Fault:
    """One thing that does not run as it should: of what kind, which program or schedule, since when it was seen."""

    kind: str
    subject: str = ""
    since: datetime | None = None

    @property
    def key(self) -> str:
        """What this fault is known by."""
        return f"{self.kind}:{self.subject}"
