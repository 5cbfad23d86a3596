"""A row that no version can read: what concerns it waits for a person, and nothing else waits with it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from sqlmodel import select

from recovery.rounds import delivery, sweep
from recovery.store.database import reading, unit_of_work
from recovery.store.tables import Document, Outbox
from tests.casework import accepted, seen

DAY = date(2026, 3, 16)
NOW = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)


# On SQLite, which keeps any text: PostgreSQL takes a day alone.
@pytest.mark.usefixtures("local")
def test_a_case_that_cannot_be_read_holds_up_no_letter_of_another():
    bad, good = accepted(number="1"), accepted(number="2")
    sweep.work(sweep.due_deadlines(DAY), DAY)
    claim, kept = seen(bad).claim_id, seen(good).claim_id
    with unit_of_work() as session:
        session.execute(text("UPDATE case_file SET filed_on = '{' WHERE claim_id = :claim"), {"claim": claim})
    assert delivery.deliver(delivery.waiting_ids(at=NOW), NOW).failed > 0
    with reading() as session:
        letters = session.exec(select(Document.claim_id).where(Document.kind == "letter:reminder")).all()
        failed = session.exec(select(Outbox.claim_id).where(Outbox.error.is_not(None))).all()
    assert letters == [kept]
    assert set(failed) == {claim}, "counted and tried again, in the end set aside"
