"""The report leaves by mail through the outbox, once, with the PDF beside it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from email import message_from_bytes, policy

from sqlmodel import select

from recovery.people.teams import add_team_member
from recovery.rounds import delivery
from recovery.settings import settings
from recovery.store.database import reading, unit_of_work
from recovery.store.tables import Outbox
from tests.casework import accepted


def test_the_flow_sends_each_manager_the_report_once(harness):
    from flows.report import monthly_report

    accepted()
    with unit_of_work() as session:
        add_team_member(session, "mira@dienst.example", "Mira Voorbeeld", None, "manager", "nl")
    assert asyncio.run(monthly_report("2026-11-01")) == 1
    assert asyncio.run(monthly_report("2026-11-01")) == 0
    now = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
    for _ in range(2):
        delivery.deliver(delivery.waiting_ids(at=now), now)
    with reading() as session:
        item = session.exec(select(Outbox).where(Outbox.kind == "send_paper")).one()
    assert (item.status, item.error) == ("done", None)
    mails = [message_from_bytes(one.read_bytes(), policy=policy.default) for one in _mails()]
    (mail,) = [one for one in mails if one["To"] == "mira@dienst.example"]
    assert mail["Subject"] == "Maandverslag – Alle landen, 2026-10"
    (paper,) = mail.iter_attachments()
    assert (paper.get_filename(), paper.get_content()[:5]) == ("report-2026-10-all.pdf", b"%PDF-")


def test_who_has_left_is_sent_nothing(local):
    with unit_of_work() as session:
        person = add_team_member(session, "mira@dienst.example", "Mira Voorbeeld", None, "manager", "nl")
        person.active = False
        session.add(person)
        payload = {"to": person.id, "document": "report:x", "subject": "x", "text": "x"}
        session.add(Outbox(key="k", kind="send_paper", payload=payload, created_at=datetime(2026, 11, 1, tzinfo=UTC)))
    now = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
    assert delivery.deliver(delivery.waiting_ids(at=now), now).failed == 0
    assert _mails() == []


def _mails():
    return sorted((settings().outgoing / "mail").glob("*.eml"))
