"""Killed anywhere, as often as may be, and started again: the end is the one of a life without a kill."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from recovery.case.chain import breaks
from recovery.case.store import load
from recovery.settings import settings
from recovery.store import database
from recovery.store.database import reading
from recovery.store.tables import BankEntry, Case, Deadline, Document, Entry, Outbox, Remittance, Shipment

pytestmark = pytest.mark.timeout(3600)
# Forty kills in all in `make test`, four of them of the programs of `recovery serve` (tests/cli) and twenty of workers
# that are at it together (tests/together/test_killed_crew.py); a soak has 300 here and 300 there.
KILLS = 150 if os.environ.get("RECOVERY_SOAK") else 9
BEGAN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
# Longer than a hold: what a killed life held is free in the next.
BETWEEN = timedelta(hours=1)
MOST = 8
KILLED, ALARMED = 9, 14


class Nursery:
    """The process that lives and dies, and the installations that it does so in."""

    def __init__(self, kind, folder, servers):
        self.kind, self.folder, self.servers = kind, folder, servers
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.cases.nursery"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def installation(self):
        """Return the folder and address of an empty installation."""
        name = f"k{uuid.uuid4().hex}"
        place = self.folder / name
        place.mkdir()
        if self.kind == "postgresql":
            return place, self.servers.server.get_uri(self.servers.take())
        shutil.copy(self.servers, place / "recovery.db")
        return place, f"sqlite:///{place / 'recovery.db'}"

    def live(self, place, url, at, **end):
        order = {"folder": str(place), "url": url, "at": at.isoformat(), **end}
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait(30)


@pytest.fixture(params=["sqlite", "postgresql"])
def lives(request, tmp_path):
    if request.param == "postgresql":
        servers = request.getfixturevalue("postgresql")
    else:
        servers = tmp_path / "model.db"
        model = database.make_engine(f"sqlite:///{servers}")
        database.upgrade(model)
        model.dispose()
    made = Nursery(request.param, tmp_path, servers)
    yield made
    made.close()


def test_the_end_is_the_same_however_often_it_is_killed(lives, monkeypatch):
    place, url = lives.installation()
    began = time.monotonic()
    assert lives.live(place, url, BEGAN) == 0
    seconds = time.monotonic() - began
    wanted, statements = end_state(place, url, monkeypatch), int((place / "statements").read_text())
    assert {case["state"] for case in wanted["cases"].values()} == {"formal_notice"}
    assert len(wanted["mails"]) >= 4
    assert sum(amount for _, _, amount, _ in wanted["remittances"]) == 2 * 300_00
    chance, kills = random.Random(11), 0
    while kills < KILLS:
        place, url = lives.installation()
        kills += killed_life(lives, place, url, chance, statements, seconds)
        assert end_state(place, url, monkeypatch) == wanted, f"after {kills} kills"


def killed_life(lives, place, url, chance, statements, seconds):
    """Kill a life at random statements and instants until one comes to its end; return how often it was killed."""
    for kills in range(MOST):
        share = chance.random() / (1 + kills / 4)  # what earlier lives did is not done again: less is left
        end = {"seconds": share * seconds} if kills % 3 == 2 else {"statements": 1 + int(share * statements)}
        ended = lives.live(place, url, BEGAN + kills * BETWEEN, **end)
        if ended == 0:
            break
        assert ended in (KILLED, ALARMED)
    else:
        kills = MOST
    assert lives.live(place, url, BEGAN + (MOST + 1) * BETWEEN) == 0
    return kills


def end_state(place, url, monkeypatch):
    """Return all that stands at the end, times and made-up ids apart."""
    monkeypatch.setenv("RECOVERY_DATA_DIR", str(place))
    monkeypatch.setenv("RECOVERY_DATABASE_URL", url)
    settings.cache_clear()
    database.engine.cache_clear()
    try:
        with reading() as session:
            return _all_of(session, place)
    finally:
        database.engine().dispose()
        database.engine.cache_clear()
        settings.cache_clear()


def _all_of(session, place):
    names = {case.claim_id: case.reference for case in session.exec(select(Case))}

    def plain(text):
        for claim_id, reference in names.items():
            text = text.replace(claim_id, reference)
        return text

    def rows(table, *fields):
        return sorted(
            tuple(plain(value) if isinstance(value, str) else value for value in (getattr(row, f) for f in fields))
            for row in session.exec(select(table))
        )

    assert list(breaks(session)) == []
    return {
        "cases": {
            case.reference: {"state": case.state, "version": case.version} for case in session.exec(select(Case))
        },
        "events": {
            name: [event.kind for event in load(session, key, lock=False).events] for key, name in names.items()
        },
        "entries": rows(Entry, "claim_id", "kind", "amount_minor", "currency"),
        "deadlines": rows(Deadline, "claim_id", "kind", "status", "due_on"),
        "outbox": rows(Outbox, "key", "kind", "status"),
        "shipments": rows(Shipment, "key", "status"),
        "documents": rows(Document, "key", "kind"),
        "bank": rows(BankEntry, "bank_id", "status", "amount_minor"),
        "remittances": rows(Remittance, "claim_id", "period", "amount_minor", "beneficiary"),
        "mails": sorted(plain(file.stem) for file in Path(place, "outgoing", "mail").glob("*.eml")),
    }
