"""`kill -9` at any point loses nothing and doubles nothing."""

from __future__ import annotations

import os
import signal
from datetime import date

import pytest
from sqlmodel import select

from recovery.case.chain import breaks
from recovery.case.store import load
from recovery.rounds import delivery, sweep
from recovery.store.database import reading
from recovery.store.tables import Document
from tests.casework import accepted, seen
from tests.forked import ended, killed_at, sweep_and_deliver

pytestmark = pytest.mark.usefixtures("local")


@pytest.mark.parametrize("statement", range(3, 48) if os.environ.get("RECOVERY_SOAK") else (3, 11, 19, 27, 36, 46))
def test_a_kill_at_any_statement_is_made_good_by_the_next_run(statement, tmp_path):
    name = accepted()
    sweep.work(sweep.due_deadlines(date(2026, 3, 3)), date(2026, 3, 3))
    for number in (statement, statement + 2, 10_000):
        end = ended(killed_at, number, sweep_and_deliver, date(2026, 3, 14))
        assert end in (0, -signal.SIGKILL)
    assert end == 0
    delivery.deliver(delivery.waiting_ids())
    assert seen(name).state == "formal_notice"
    with reading() as session:
        claim = load(session, name, lock=False).claim_id
        kinds = [event.kind for event in load(session, claim, lock=False).events]
        letters = [
            d.kind for d in session.exec(select(Document).where(Document.claim_id == claim)) if "letter" in d.kind
        ]
        assert list(breaks(session)) == []
    assert (kinds.count("remind"), kinds.count("give_notice")) == (1, 1)
    assert sorted(letters) == ["letter:formal_notice", "letter:reminder"]
