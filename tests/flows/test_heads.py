"""The nightly flow of heads on Prefect's own server."""

from __future__ import annotations

import asyncio

import pytest
from sqlmodel import select

from recovery.settings import settings
from recovery.store.database import reading
from recovery.store.tables import Outbox
from tests.casework import accepted

pytestmark = pytest.mark.usefixtures("harness")


def test_repeating_the_flow_writes_and_tells_once():
    from flows.heads import export_heads

    accepted()
    made = [asyncio.run(export_heads("2026-03-06")) for _ in range(2)]
    assert made[0] == made[1]
    assert [path.name for path in (settings().data_dir / "heads").iterdir()] == ["2026-03-06.jsonl.gz"]
    with reading() as session:
        assert session.exec(select(Outbox.key).where(Outbox.kind == "send_heads")).all() == ["heads:2026-03-06"]
