"""What mail servers report of the letters that went by mail: a final failure is recorded once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, select

from recovery.cases.shipments import find, record_bounce
from recovery.channels.bounces import Bounce, read_bounces
from recovery.store.tables import Shipment


@dataclass
class Returned:
    """What came of mails: letters newly bounced, known before, delayed, not ours; and mails that report nothing."""

    bounced: int = 0
    known: int = 0
    delayed: int = 0
    unknown: int = 0
    no_report: int = 0

    def add(self, other: Returned) -> None:
        """Add the counts of another mail."""
        self.bounced += other.bounced
        self.known += other.known
        self.delayed += other.delayed
        self.unknown += other.unknown
        self.no_report += other.no_report


def take_bounces(session: Session, raw: bytes, on: date) -> Returned:
    """Record what a mail reports: final failures with their letters; everything else is only counted.

    A letter not noted as sent yet counts as unknown: the mail stays where it is and is read again.
    """
    result, found = Returned(), read_bounces(raw)
    result.no_report += not found
    for bounce in found:
        if bounce.final:
            _record(session, bounce, on, result)
        elif bounce.action == "delayed":
            result.delayed += 1
    return result


def _record(session: Session, bounce: Bounce, on: date, result: Returned) -> None:
    """Record a final failure on its letter; the diagnosis names the recipient and is not kept."""
    query = select(Shipment).where(Shipment.provider_id == bounce.message_id, Shipment.channel == "email")
    letter = session.exec(query).first() if bounce.message_id else None
    if letter is not None:
        letter = find(session, letter.key)
    if letter is None or letter.status not in ("sent", "bounced"):
        result.unknown += 1
    elif letter.status == "bounced":
        result.known += 1
    else:
        why = f"e-mail: undeliverable, status {bounce.status}; correct the address or use post"
        record_bounce(session, letter.key, why, actor="system", on=on)
        result.bounced += 1
