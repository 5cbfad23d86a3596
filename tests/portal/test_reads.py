"""Who looked at whose data: noted once an hour, shown to who answers for it, never in the way of a page."""

from __future__ import annotations

import csv
import io
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from axe_playwright_python.sync_playwright import Axe
from click.testing import CliRunner
from sqlmodel import select

from recovery.case.papers import add_paper
from recovery.case.store import load
from recovery.cli import main
from recovery.people import reads
from recovery.settings import settings
from recovery.store import database
from recovery.store.database import reading, unit_of_work
from recovery.store.portal_tables import Account, ReadEntry
from tests.casework import FILED, accepted
from tests.portal.conftest import AXE, form_token
from tests.portal.people import member, worker
from tests.portal.test_administrator import administrator

NOW = datetime(2026, 3, 20, 12, 10, tzinfo=UTC)


def noted():
    """Return who looked at which case by which way, once all is written."""
    reads._writer.submit(lambda: None).result()
    with reading() as session:
        people = dict(session.exec(select(Account.id, Account.email)).all())
        found = session.exec(select(ReadEntry).order_by(ReadEntry.id))
        return [(people.get(one.person, one.person).partition("@")[0], one.claim_id, one.way) for one in found]


def test_every_way_to_a_person_s_data_is_noted(caller):
    name, other = accepted(), accepted(number="2")
    with unit_of_work() as session:
        case = load(session, name)
        claim, second = case.claim_id, load(session, other).claim_id
        kept = add_paper(case, "evidence", "order.pdf", b"%PDF-1.4", "team", FILED).sha256
    nora, auditor = caller(worker()), caller(worker("audit@dienst.example", role="auditor"))
    manager = caller(worker("mona@dienst.example", role="manager"))
    token = form_token(nora.get("/team").text)
    assert noted() == [], "a queue by itself is the team's own work"
    for path in ("", f"/documents/{kept}", "/preview.pdf", "/do/dispute", ""):
        assert nora.get(f"/team/cases/{name}{path}").status_code == 200
    assert noted() == [("nora", claim, "case"), ("nora", claim, "document")], "once an hour"
    assert nora.get("/team", params={"q": "Debiteur"}).status_code == 200
    assert set(noted()[2:]) == {("nora", claim, "search"), ("nora", second, "search")}
    auditor.get(f"/team/cases/{name}")
    assert noted()[-1] == ("audit", claim, "case")
    assert manager.get(f"/team/cases/{name}").status_code == 404
    token = form_token(manager.get(f"/manager/cases/{name}").text)
    manager.post(f"/manager/cases/{name}/open", data={"csrf": token, "reason": "a complaint came in"})
    manager.get(f"/team/cases/{name}")
    assert noted()[-1] == ("mona", claim, "case")
    before = len(noted())
    caller(member()).get(f"/claims/{name}")
    assert len(noted()) == before, "a member looks at its own"
    assert CliRunner().invoke(main, ["export", name]).exit_code == 0
    assert noted()[-1][0].startswith("command line")
    assert noted()[-1][1:] == (claim, "export")


def test_the_list_is_narrowed_and_taken_away(caller):
    name, other = accepted(), accepted(number="2")
    nora = caller(worker())
    for one in (name, other):
        nora.get(f"/team/cases/{one}")
    for client in (caller(administrator()), caller(worker("audit@dienst.example", role="auditor"))):
        shown = client.get("/administrator/reads")
        assert shown.text.count("nora@dienst.example") == 2
        narrowed = client.get("/administrator/reads", params={"case": name, "person": "nora@dienst.example"}).text
        assert (f"{name}</th>" in narrowed, f"{other}</th>" in narrowed) == (True, False)
        assert "No entry was found" in client.get("/administrator/reads?last=2020-01-01").text
        assert "No entry was found" in client.get("/administrator/reads?person=nobody").text
        content = client.get(f"/administrator/reads.csv?case={name}&first=bad").content.decode("utf-8-sig")
        assert [(row["case"], row["way"]) for row in csv.DictReader(io.StringIO(content))] == [(name, "case")]
        assert "@" not in content
    assert nora.get("/administrator/reads").status_code == 403


def test_two_at_once_note_one_row_and_old_ones_go(installation, monkeypatch):
    database.engine()

    def look(_):
        with unit_of_work() as session:
            reads.keep(session, "p", ["c1", "c2"], "search", NOW)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(look, range(8)))
    with unit_of_work() as session:
        reads.keep(session, "p", ["c1"], "search", NOW + timedelta(hours=1))
        reads.keep(session, "p", ["c1"], "case", NOW)
    with reading() as session:
        assert len(session.exec(select(ReadEntry)).all()) == 4
    monkeypatch.setenv("RECOVERY_READS_DAYS", "30")
    settings.cache_clear()
    with unit_of_work() as session:
        reads.forget_old(session, NOW + timedelta(days=30, minutes=30))
    with reading() as session:
        [left] = session.exec(select(ReadEntry))
        assert left.at == NOW + timedelta(hours=1)


def test_a_busy_database_holds_up_no_page_and_loses_no_note(caller):
    name = accepted()
    nora = caller(worker())
    nora.get("/team")
    with database.engine().connect() as connection:
        connection.exec_driver_sql("SELECT 1")  # begins at once for writing: nobody else writes
        began = time.monotonic()
        assert nora.get(f"/team/cases/{name}").status_code == 200
        assert time.monotonic() - began < 5
        connection.rollback()
    assert [one[2] for one in noted()] == ["case"]


def test_what_cannot_be_noted_stands_in_the_log(local, caplog):
    with database.engine().connect() as connection:
        connection.exec_driver_sql("ALTER TABLE read_entry RENAME TO gone")
        connection.commit()
    with caplog.at_level(logging.ERROR):
        reads.note_reads("p1", ["c1", "c2"], "case", NOW)
        reads._writer.submit(lambda: None).result()
    assert "not noted: p1 looked at c1, c2 (case) at 2026-03-20T12:10" in caplog.text


def test_the_list_reads_well(reader, pictures, caller):
    caller(worker()).get(f"/team/cases/{accepted()}")
    page = reader("/administrator/reads", "sv", cookie=administrator("sv"))
    page.screenshot(path=pictures / "administrator-reads-sv.png", full_page=True)
    assert Axe().run(page, options=AXE).violations_count == 0
