"""What mail servers report of the letters that went by mail: a final failure is recorded once."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial

from sqlmodel import Session, col, select

from recovery.channels.bounces import Bounce, read_bounces
from recovery.errors import known
from recovery.post.shipments import find, record_bounce
from recovery.store.database import StoreBusy, transact
from recovery.store.tables import Case, Shipment

log = logging.getLogger(__name__)
GONE_WRONG = ("returned", "bounced", "failed")


@dataclass
class Returned:
    """What came of mails: letters newly bounced, known before, delayed, not ours; mails without report or failed."""

    bounced: int = 0
    known: int = 0
    delayed: int = 0
    unknown: int = 0
    no_report: int = 0
    failed: int = 0

    def add(self, other: Returned) -> None:
        """Add the counts of another mail."""
        self.bounced += other.bounced
        self.known += other.known
        self.delayed += other.delayed
        self.unknown += other.unknown
        self.no_report += other.no_report
        self.failed += other.failed


def take_mails(mails: Iterable[bytes], on: date, country: str | None = None) -> Returned:
    """Record what mails report, each in a transaction of its own; one that cannot be read stops no other."""
    total = Returned()
    for raw in mails:
        try:
            total.add(transact(partial(take_bounces, raw=raw, on=on, country=country)))
        except StoreBusy:
            raise
        except Exception as error:
            log.error("a returned mail could not be taken: %s", known(error).message)
            total.failed += 1
    return total


def take_bounces(session: Session, raw: bytes, on: date, country: str | None = None) -> Returned:
    """Record what a mail reports: final failures with their letters; everything else is only counted.

    A letter not noted as sent yet counts as unknown, and so does one that another country's team has sent: the mail
    stays where it is and is read again.
    """
    result, found = Returned(), read_bounces(raw)
    result.no_report += not found
    for bounce in found:
        if bounce.final:
            _record(session, bounce, on, result, country)
        elif bounce.action == "delayed":
            result.delayed += 1
    return result


def _record(session: Session, bounce: Bounce, on: date, result: Returned, country: str | None) -> None:
    """Record a final failure on its letter; the diagnosis names the recipient and is not kept."""
    query = select(Shipment).where(Shipment.provider_id == bounce.message_id, Shipment.channel == "email")
    if country:
        query = query.join(Case, col(Case.claim_id) == col(Shipment.claim_id)).where(Case.debtor_country == country)
    letter = session.exec(query).first() if bounce.message_id else None
    if letter is None:
        result.unknown += 1
        return
    case, letter = find(session, letter.key)
    if letter.status not in ("sent", "bounced"):
        result.unknown += 1
    elif letter.status == "bounced":
        result.known += 1
    else:
        why = f"e-mail: undeliverable, status {bounce.status}; correct the address or use post"
        record_bounce(case, letter, why, actor="system", on=on)
        result.bounced += 1


def gone_wrong(session: Session, country: str | None, most: int) -> list[tuple[Shipment, Case]]:
    """Return the letters of a country (None: of all) that came back or could not leave, the newest first."""
    place = [Case.debtor_country == country] if country else []
    query = select(Shipment, Case).join(Case, col(Case.claim_id) == col(Shipment.claim_id))
    wrong = query.where(col(Shipment.status).in_(GONE_WRONG), *place)
    return list(session.exec(wrong.order_by(col(Shipment.id).desc()).limit(most)))
