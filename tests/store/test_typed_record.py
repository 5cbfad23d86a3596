"""An installation of before the typed record (schema 0010, its cases made by that version) migrated with its data."""

from __future__ import annotations

import gzip
import hashlib
import json
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from recovery.audit.verify import verify
from recovery.desk.views import show_case
from recovery.errors import CaseError
from recovery.rounds import sweep
from recovery.settings import settings
from recovery.store import archive, database
from recovery.store import restore as restoring
from recovery.store.restore import restore

SAMPLES = Path(__file__).parent / "samples"
AS_OF, SWEPT = date(2026, 8, 3), date(2026, 9, 30)
NOTED = json.loads(gzip.decompress(SAMPLES.joinpath("schema-0010.json.gz").read_bytes()))


@pytest.fixture
def keyed(installation):
    """An empty installation with the keys that the older one was sealed with."""
    keys = settings().keys_dir
    keys.mkdir(mode=0o700, exist_ok=True)
    for name in ("audit", "backup"):
        keys.joinpath(name).write_bytes(hashlib.sha256(f"sample installation: {name}".encode()).digest())
        keys.joinpath(name).chmod(0o600)
    return installation


@pytest.fixture
def older(keyed):
    """The older installation restored, and so migrated; without its papers."""
    done = restore(SAMPLES / "schema-0010.backup")
    assert (done["rows"], done["schema"], done["signed"], done["key"]) == (1586, "0010", True, None)
    return keyed


def shown(claim, day):
    with database.reading() as session:
        case = json.loads(json.dumps(show_case(session, claim, day)))
    for paper in case["documents"]:
        paper.pop("path")
    return case


# Why an action is not possible is told in words that may be bettered.
_WHY_NOT = ("reroute: ", "go_to_court: ")


def of_before(now, before):
    """Return what is shown now without what was not told before: answers may gain fields, never lose or change one."""
    if isinstance(before, dict) and isinstance(now, dict):
        return {name: of_before(now.get(name), told) for name, told in before.items()}
    if isinstance(before, str) and isinstance(now, str) and before.startswith(_WHY_NOT):
        return before if now.startswith(_WHY_NOT) else now
    if isinstance(before, list) and isinstance(now, list) and len(now) == len(before):
        return [of_before(one, told) for one, told in zip(now, before, strict=True)]
    return now


def test_every_case_is_shown_as_before(older):
    assert len(NOTED["before"]) == 31
    for claim, noted in NOTED["before"].items():
        assert of_before(shown(claim, AS_OF), noted) == noted, claim


def test_its_record_stays_whole_and_is_worked_on_as_before_would_have(older):
    day = SWEPT
    assert [one for one in verify().findings if one.what != "file"] == []
    done = sweep.work(sweep.due_deadlines(day), day)
    assert (done.due, done.failed) == (6, 0)
    for claim, noted in NOTED["swept"].items():
        case = shown(claim, day)
        for deadline in case["deadlines"]:
            deadline.pop("id")
        assert of_before(case, noted) == noted, claim
    assert [one for one in verify().findings if one.what != "file"] == []


def test_what_came_in_is_kept_once_and_what_was_taken_back_is_marked(older):
    names = "claim_id, sequence, amount_minor, currency, case_minor, reversed_on, held_by"
    with database.engine().connect() as connection:
        rows = connection.execute(text(f"SELECT {names} FROM payment ORDER BY claim_id, sequence")).all()
        [(booked,)] = connection.execute(text("SELECT count(*) FROM bank_entry WHERE status = 'booked'")).all()
        [(told,)] = connection.execute(text("SELECT count(*) FROM payment WHERE bank_entry_id IS NOT NULL")).all()
    assert booked == told > 0
    assert [row.amount_minor for row in rows if row.reversed_on] == [10000]
    assert {row.currency for row in rows if row.case_minor is None} == {"EUR"}, "costs fixed in euro, a debt in kronor"
    assert {row.held_by for row in rows} == {"team"}


def test_a_change_by_hand_before_the_migration_stays_a_finding(keyed):
    file, engine = SAMPLES / "schema-0010.backup", database.engine()
    restoring._make_empty(engine, "0010")
    restoring._restore(engine, file, None, archive.check(file, None, unsigned=False).manifest)
    with engine.begin() as connection:
        [(claim, facts)] = connection.execute(
            text(
                "SELECT claim_id, CAST(facts AS TEXT) FROM case_file WHERE CAST(facts AS TEXT) LIKE '%\"waivers\"%420%'"
            )
        ).all()
        changed = facts.replace('"420.00"', '"42.00"')
        connection.execute(
            text("UPDATE case_file SET facts = :facts WHERE claim_id = :claim"), {"facts": changed, "claim": claim}
        )
    database.upgrade(engine)
    found = [(one.case, one.what) for one in verify().findings if one.what != "file"]
    assert ("NL-2026-000001", "facts") in found
    assert {case for case, _ in found} == {"NL-2026-000001"}


def test_without_its_key_nothing_is_migrated(local):
    file, engine = SAMPLES / "schema-0010.backup", database.engine()
    with pytest.raises(CaseError, match="key audit"):
        restore(file, unsigned=True)
    engine.dispose()
