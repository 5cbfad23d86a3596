"""The day's heads go to a file and outside; an owner can seal anew what stands there."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from sqlmodel import select

from recovery.audit.heads import export_heads
from recovery.audit.owners_seal import seal_anew
from recovery.audit.verify import verify
from recovery.rounds import delivery
from recovery.settings import settings
from recovery.store.database import engine, reading
from recovery.store.portal_tables import AuditEntry
from recovery.store.sealing import forget_keys
from tests.casework import accepted, do

pytestmark = pytest.mark.usefixtures("installation")


def test_the_digest_of_the_days_heads_is_told_outside_once_and_its_file_is_missed():
    accepted()
    first = export_heads(date(2026, 3, 4))
    assert export_heads(date(2026, 3, 4)) == first
    delivery.deliver(delivery.waiting_ids())
    [told] = [json.loads(path.read_text()) for path in (settings().outgoing / "webhook").iterdir()]
    assert (told["kind"], told["day"], told["digest"]) == ("heads", "2026-03-04", first["digest"])
    path = settings().data_dir / "heads" / "2026-03-04.jsonl.gz"
    assert path.stat().st_mode & 0o777 == 0o600
    assert verify().findings == []
    path.unlink()
    assert [(one.what, one.where) for one in verify().findings] == [("export", "heads of 2026-03-04")]


def test_a_week_and_the_first_of_every_month_are_kept():
    accepted()
    days = [date(2026, 1, 30), date(2026, 1, 31), *(date(2026, 2, day) for day in range(1, 11))]
    for day in days:
        export_heads(day)
    kept = sorted(path.name[:10] for path in (settings().data_dir / "heads").iterdir())
    assert kept == ["2026-01-30", "2026-02-01", *(f"2026-02-{day:02d}" for day in range(4, 11))]
    assert verify().findings == []


def test_with_another_key_the_owner_seals_anew_and_the_audit_keeps_who_said_so():
    name = accepted()
    with engine().begin() as connection:
        connection.execute(text("UPDATE case_file SET route = 'x'"))
    (settings().keys_dir / "audit").unlink()
    forget_keys()
    assert seal_anew("the disk with the keys was lost", "anna", datetime(2026, 3, 4, tzinfo=UTC))["rows"] > 10
    assert verify().findings == []
    do(name, "log_call", date(2026, 3, 5))
    assert verify().findings == []
    with reading() as session:
        [entry] = session.exec(select(AuditEntry).where(AuditEntry.kind == "resealed"))
    assert (entry.actor, entry.reason) == ("anna", "the disk with the keys was lost")
