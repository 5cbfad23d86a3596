"""The audit finds every change that was made by hand in the database, and nothing where none was made."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from recovery.audit.verify import verify, verify_on
from recovery.case.chain import append
from recovery.case.store import load
from recovery.errors import CaseError
from recovery.people.audit import note
from recovery.settings import settings
from recovery.store import append_only, documents, exported_heads, heads
from recovery.store.database import engine, reading, unit_of_work
from recovery.store.sealing import audit_key, forget_keys
from recovery.store.snapshot import snapshot
from recovery.store.tables import CaseEvent, Document, Member
from tests.cases.hands import HANDS, run
from tests.casework import accepted, do, filed, seen
from tests.worked import lived

pytestmark = pytest.mark.usefixtures("installation")


def test_every_change_by_hand_is_found_and_named_and_a_life_without_any_gives_no_finding():
    cases = {name: seen(reference) for name, reference in lived().items()}
    claims = {name: case.claim_id for name, case in cases.items()}
    found = verify()
    assert [one.as_dict() for one in found.findings] == []
    assert (found.as_dict()["whole"], found.cases, found.events > 30) == (True, 5, True)
    missed = {}
    for hand, (change, name, what) in HANDS.items():
        with engine().connect() as connection:
            append_only.unguard(connection)
            change(connection, claims)
            if hand != "guards left away":
                append_only.guard(connection)
            findings = verify_on(connection).findings
            connection.rollback()
        case = cases[name].reference if name else None
        if not any((one.case, one.what) == (case, what) for one in findings):
            missed[hand] = [one.as_dict() for one in findings]
    assert missed == {}
    assert verify().findings == []


def tried(change, claims):
    """Return what an audit finds after a change that is not kept."""
    with engine().connect() as connection:
        append_only.unguard(connection)
        change(connection, claims)
        append_only.guard(connection)
        findings = verify_on(connection).findings
        connection.rollback()
    return [one.as_dict() for one in findings]


def test_a_finding_says_what_differs_and_repeats_nobodys_account():
    name = accepted()
    claims = {"paid": seen(name).claim_id}
    [found] = tried(run("UPDATE case_file SET state = 'disputed' WHERE claim_id = :paid"), claims)
    assert found == {
        "case": name,
        "what": "state",
        "where": "case_file",
        "expected": "amicable",
        "found": "disputed",
    }
    [found] = tried(run("UPDATE entry SET amount_minor = 7 WHERE claim_id = :paid AND kind = 'principal'"), claims)
    assert (found["what"], found["expected"], found["found"]) == ("amount_minor", "100000", "7")
    assert found["where"].startswith("entry ")
    [found] = tried(HANDS["creditor's account"][0], claims)
    assert (found["what"], found["where"], "BE71" in str(found)) == ("iban", "party creditor", False)
    [found] = tried(run("UPDATE case_event SET note = 'no' WHERE claim_id = :paid AND sequence = 2"), claims)
    assert (found["where"], found["found"]) == ("event 2", "its content was changed")


def changed(statement: str, **values):
    with engine().begin() as connection:
        connection.execute(text(statement), values)


def test_a_rightful_change_later_covers_nothing_up():
    name = accepted()
    claim = seen(name).claim_id
    changed("UPDATE case_file SET advanced_minor = 5000 WHERE claim_id = :claim", claim=claim)
    do(name, "record_advance", date(2026, 3, 5), amount="200.00")  # writes the same column
    do(name, "dispute", date(2026, 3, 9))
    assert "advanced_minor" in {one.what for one in verify().findings}
    changed("UPDATE record_head SET total = :none, mac = :none WHERE scope = :claim", none="0" * 64, claim=claim)
    do(name, "resolve", date(2026, 3, 12), **{"for": "creditor"})
    assert "head" in {one.what for one in verify().findings}


def test_what_was_there_at_the_days_export_cannot_be_put_back_to_an_earlier_state():
    name = accepted()
    claim = seen(name).claim_id
    with snapshot() as connection:
        before = connection.execute(heads.HEADS.select().where(heads.HEADS.c.scope == claim)).mappings().one()
    do(name, "log_call", date(2026, 3, 5), note="no answer")
    with snapshot() as connection:
        made = exported_heads.export(connection, audit_key(), date(2026, 3, 5))
    assert verify().findings == []

    def put_back(connection, claims):
        connection.execute(text("DELETE FROM case_event WHERE claim_id = :c AND kind = 'log_call'"), {"c": claim})
        connection.execute(heads.HEADS.update().where(heads.HEADS.c.scope == claim).values(**before))

    found = tried(put_back, {})
    assert {(one["case"], one["what"], one["where"]) for one in found} >= {
        (name, "changes", "heads of 2026-03-05"),
        (name, "chain", "heads of 2026-03-05"),
    }
    made.file.write_bytes(made.file.read_bytes()[:-30])
    assert [(one.what, one.where) for one in verify().findings] == [("export", made.file.name)]


@pytest.mark.parametrize("table", append_only.TABLES)
@pytest.mark.parametrize("statement", ["UPDATE {} SET kind = 'other'", "DELETE FROM {}"])
def test_what_is_only_ever_added_to_is_neither_changed_nor_deleted(table, statement):
    accepted()
    with unit_of_work() as session:
        note(session, "anna", "sign_in", now=datetime(2026, 3, 3, tzinfo=UTC))
    with pytest.raises(DBAPIError, match="only ever added to"), engine().begin() as connection:
        connection.execute(text(statement.format(table)))


def test_a_savepoint_that_is_undone_leaves_nothing_in_the_record():
    name = accepted()
    with unit_of_work() as session:
        case = load(session, name)
        undone = session.begin_nested()
        case.route = "nowhere"
        append(case, "log_call", "team", date(2026, 3, 4))
        undone.rollback()
        case = load(session, name)
        with session.begin_nested():
            append(case, "log_call", "team", date(2026, 3, 5))
    assert verify().findings == []
    with reading() as session:
        calls = session.exec(select(CaseEvent.happened_on).where(CaseEvent.kind == "log_call")).all()
    assert calls == [date(2026, 3, 5)]


def test_a_document_that_was_changed_or_is_gone_is_named():
    name = accepted()
    with reading() as session:
        kept = session.exec(select(Document).where(Document.kind == "invoice")).one()
    documents.path_of(kept.sha256).write_bytes(b"another")
    [found] = verify().findings
    assert (found.case, found.what, found.where, found.found) == (name, "file", f"document {kept.id}", "changed")


def test_without_its_key_nothing_is_written_or_judged_and_the_key_brought_back_mends_it():
    name = accepted()
    file = settings().keys_dir / "audit"
    kept = file.read_bytes()
    for held, why in ((None, "gone"), (b"x" * 32, "another one")):
        file.unlink()
        if held:
            file.write_bytes(held)
            file.chmod(0o600)
        forget_keys()
        with pytest.raises(CaseError, match=why):
            do(name, "log_call", date(2026, 3, 5))
        with pytest.raises(CaseError, match=why):
            verify()
        file.write_bytes(kept)
        file.chmod(0o600)
    forget_keys()
    do(name, "log_call", date(2026, 3, 5))
    assert verify().findings == []


def test_an_audit_that_has_no_time_says_how_far_it_came_and_goes_on_from_there(monkeypatch):
    names = [accepted(number=str(number)) for number in range(3)]
    monkeypatch.setattr("recovery.audit.verify.CHUNK", 1)
    claims = sorted(seen(name).claim_id for name in names)
    first = verify(seconds=0)
    assert (first.cases, first.through, first.as_dict()["whole"]) == (1, claims[0], False)
    rest = verify(after=first.through)
    assert (rest.cases, rest.through, rest.as_dict()["whole"]) == (2, None, True)


def test_many_that_write_first_of_all_and_at_once_leave_a_whole_record():
    barrier = threading.Barrier(6, timeout=60)
    engine()  # its schema is made before anybody writes

    def write(number: int) -> None:
        barrier.wait()
        with unit_of_work() as session:
            note(session, f"{number}", "sign_in", now=datetime(2026, 3, 3, tzinfo=UTC))
        if barrier.wait() == 0:
            with unit_of_work() as session:  # one that all of them file for
                session.add(Member(id="m", email="studio@voorbeeld.example", name="Studio", partner="BE"))
        barrier.wait()
        for step in range(3):
            with unit_of_work() as session:
                filed(session, number=f"{number}-{step}")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(6)))
    found = verify()
    assert (found.findings, found.cases) == ([], 18)
