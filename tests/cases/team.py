"""What the tests of teams start from: people of the Dutch team, notices that wait, and the mail they become."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlmodel import col, select

from recovery.case.store import load
from recovery.people.teams import add_team_member
from recovery.rounds import delivery
from recovery.settings import settings
from recovery.store.database import reading, unit_of_work
from recovery.store.tables import Outbox
from tests.casework import do

AT = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


def address(name):
    return f"{name}@team.example"


def join(name, role="worker", country="NL", language="nl"):
    with unit_of_work() as session:
        return add_team_member(session, address(name), name.title(), country, role, language).id


def handled_by(case, name, on):
    do(case, "take_over", on, actor=address(name))


def notices():
    """Return the notices put down, in order: kind and to whom."""
    query = select(Outbox).where(Outbox.kind == "send_notice").order_by(col(Outbox.id))
    with reading() as session:
        return [(item.payload["notice"], item.payload["to"]) for item in session.exec(query)]


def events(name, kind):
    with reading() as session:
        return [event for event in load(session, name, lock=False).events if event.kind == kind]


def clear():
    """Tick off whatever waits, so that a test sees what comes after."""
    with unit_of_work() as session:
        for item in session.exec(select(Outbox).where(Outbox.status == "waiting")):
            item.status = "done"
            session.add(item)


def deliver(at=AT):
    return delivery.deliver(delivery.waiting_ids(at=at), at)


def use_server(monkeypatch, port):
    given = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": port, "SMTP_STARTTLS": 0, "SMTP_SECONDS": 2}
    for name, value in {**given, "PORTAL_URL": "https://recovery.example"}.items():
        monkeypatch.setenv(f"RECOVERY_{name}", str(value))
    settings.cache_clear()


def body(message):
    return message.get_body(("plain",)).get_content()
