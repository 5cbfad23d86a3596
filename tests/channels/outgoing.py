"""What the tests of delivery start from: cases whose letters are due, workers, and where letters lie."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta

from sqlmodel import select

from recovery.case.store import load
from recovery.rounds import delivery, sweep
from recovery.settings import settings
from recovery.store.database import reading, unit_of_work
from recovery.store.tables import Member, Outbox, Party
from tests import casework
from tests.casework import seen

REMINDED, NOTICED = date(2026, 3, 3), date(2026, 3, 14)
AT = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=1)


def mail_server(channel, port):
    channel(SMTP_HOST="127.0.0.1", SMTP_PORT=port, SMTP_STARTTLS=0, SMTP_SECONDS=2)


def worked(day):
    sweep.work(sweep.due_deadlines(day), day)


def run(at=AT):
    return delivery.deliver(delivery.waiting_ids(at=at), at)


def sent(name):
    with reading() as session:
        return load(session, name, lock=False).shipments


def kinds(name):
    with reading() as session:
        return [event.kind for event in load(session, name, lock=False).events]


def change_debtor(name, **changes):
    with unit_of_work() as session:
        debtor = session.get_one(Party, (seen(name).claim_id, "debtor"))
        for field, value in changes.items():
            setattr(debtor, field, value)
        session.add(debtor)


def accepted(**more):
    """Return an accepted case of a member without a mailbox: what goes out is letters alone."""
    name = casework.accepted(**more)
    with unit_of_work() as session:
        member = session.get_one(Member, seen(name).member_id)
        member.email = f"{member.id}@member.invalid"
        session.add(member)
    return name


def noticed(**more):
    """Return a case whose reminder went by mail and whose formal notice went by registered post, offline."""
    name = accepted(**more)
    for day in (REMINDED, NOTICED):
        worked(day)
        run()
    return name


def folder(kind):
    place = settings().outgoing / kind
    return sorted(file.name for file in place.iterdir()) if place.exists() else []


def manifest(batch):
    text = (settings().outgoing / "post" / f"{batch}.csv").read_text("utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def waiting():
    with reading() as session:
        return [item.id for item in session.exec(select(Outbox).where(Outbox.status == "waiting"))]
