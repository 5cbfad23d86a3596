"""Letters that ask for money: sent only while they may be."""

from __future__ import annotations

from datetime import date
from typing import Any

from recovery.case.record import CaseRecord
from recovery.case.withholding import demand_refused
from recovery.money import Money
from recovery.post import correspondence


def send_demand(
    case: CaseRecord,
    document: str,
    on: date,
    pay_by: date,
    channel: str,
    key: str,
    values: dict[str, Any] | None = None,
) -> Money | None:
    """Put a demand into the outbox and return the total it asks for; None where it may not go out."""
    if demand_refused(case, on, document):
        return None
    more = {"values": values} if values else {}
    return correspondence.send(case, document, on, pay_by, channel, key, **more)
