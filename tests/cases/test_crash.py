"""`kill -9` at any point loses nothing and doubles nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import date

import pytest
from sqlmodel import select

from recovery.case.chain import breaks
from recovery.case.store import load
from recovery.rounds import delivery, sweep
from recovery.store.database import reading
from recovery.store.tables import Document
from tests.casework import accepted, seen

pytestmark = pytest.mark.usefixtures("local")

# The process ends itself without a word at the n-th statement that it sends to the database.
CODE = """
import os, signal, sys
from datetime import date
from sqlalchemy import event
from recovery.store.database import engine
from recovery.rounds import delivery
from recovery.rounds import sweep
left = [int(sys.argv[1])]
made = engine()
def count(*arguments):
    left[0] -= 1
    if left[0] < 0:
        os.kill(os.getpid(), signal.SIGKILL)
event.listen(made, "before_cursor_execute", count)
day = date(2026, 3, 14)
sweep.work(sweep.due_deadlines(day), day)
delivery.deliver(delivery.waiting_ids())
"""


@pytest.mark.parametrize("statement", [3, 7, 11, 15, 19, 23, 27, 31, 36, 41, 46])
def test_a_kill_at_any_statement_is_made_good_by_the_next_run(statement, tmp_path):
    name = accepted()
    sweep.work(sweep.due_deadlines(date(2026, 3, 3)), date(2026, 3, 3))
    for number in (statement, statement + 2, 10_000):
        done = subprocess.run([sys.executable, "-c", CODE, str(number)], env=dict(os.environ), timeout=60, check=False)
        assert done.returncode in (0, -signal.SIGKILL)
    assert done.returncode == 0
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
