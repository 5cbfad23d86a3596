"""The digest flow on Prefect's own server: one mail a person and day, however often it runs."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest
from sqlmodel import select

from recovery.people.accounts import account_for
from recovery.rounds import delivery
from recovery.store.database import reading, unit_of_work
from recovery.store.tables import Outbox
from recovery.telling import news
from tests.cases.team import AT
from tests.casework import accepted, do

pytestmark = pytest.mark.usefixtures("harness")


def test_repeating_the_flow_doubles_nothing():
    from flows.digest import send_digests

    name = accepted()
    with unit_of_work() as session:
        account = account_for(session, "studio@voorbeeld.example", AT)
        news.choose(session, account, {"decisions": "daily"})
    do(name, "set_task", date(2026, 3, 5), note="What do you say?", until="2026-03-30")
    delivery.deliver(delivery.waiting_ids())
    assert [asyncio.run(send_digests("2026-03-06")) for _ in range(2)] == [1, 0]
    with reading() as session:
        keys = session.exec(select(Outbox.key).where(Outbox.kind == news.DIGEST)).all()
    assert keys == [f"digest:{account.id}:2026-03-06"]
