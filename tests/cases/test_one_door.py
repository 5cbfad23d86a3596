"""Case tables are written through records alone: whatever is new or changed in a unit of work, a record holds it."""

from __future__ import annotations

import ast
from datetime import UTC, date, datetime
from importlib import resources
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from recovery.case import papers
from recovery.case.store import HELD, Unit, load, unit_of
from recovery.desk import debtor_answers as answers
from recovery.desk.doing import Asked
from recovery.desk.doing import do as asked
from recovery.money import Money
from recovery.rounds import sweep
from recovery.store import tables as t
from recovery.store.database import unit_of_work
from recovery.telling.messages import mark_read, send_message
from tests.casework import accepted, booked, do, filed, routed

ROOT = Path(str(resources.files("recovery")))
CASE_TABLES = {t.Case, t.FormerReference, *HELD} - {t.BankEntry, t.Remittance, t.Accrual}
DAY = date(2026, 3, 10)
NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)


@pytest.fixture
def beside(monkeypatch):
    """What was written of cases beside their records."""
    found, given = [], []
    new, add = Unit.new, Unit.add
    monkeypatch.setattr(Unit, "new", lambda unit, row: given.append(row) or new(unit, row))
    monkeypatch.setattr(Unit, "add", lambda unit, case, row: given.append(row) or add(unit, case, row))

    def look(session, *_):
        held = {id(row) for record in unit_of(session).records.values() for row in record.held()}
        held |= set(map(id, given))
        changed = [row for row in session.dirty if session.is_modified(row)]
        for row in (*session.new, *changed, *session.deleted):
            if type(row) in CASE_TABLES and id(row) not in held:
                found.append(type(row).__name__)

    event.listen(Session, "before_flush", look)
    yield found
    event.remove(Session, "before_flush", look)


def test_a_row_written_beside_its_record_is_seen(installation, beside):
    name = accepted()
    assert beside == []
    with unit_of_work() as session:
        session.get_one(t.Party, (load(session, name).claim_id, "debtor")).name = "Somebody else"
    assert beside == ["Party"]


def test_what_people_and_the_sweep_do_is_written_through_records(installation, beside):
    name, other = accepted(), routed(number="2")
    with unit_of_work() as session:
        filed(session, number="3")
    sweep.work(sweep.due_deadlines(date(2026, 3, 4)), date(2026, 3, 4))
    do(name, "set_task", DAY, note="What do you say?", actor="team")
    do(name, "answer_task", DAY, note="It was delivered.", actor="member")
    do(name, "plan", DAY, count="3")
    do(name, "suspend", DAY, kind="insolvency", opened="2026-03-05")
    do(name, "resume", DAY, mistaken=True)
    do(other, "reroute", DAY, country="BE", address="Straat 1; 1000 Brussel")
    asked(Asked(name, "record_payment", DAY, amount="100.00"))
    with unit_of_work() as session:
        booked(session, name, Money.parse("50.00", "EUR"), DAY, "bank")
        case = load(session, name)
        papers.add_paper(case, "evidence", "order.pdf", b"%PDF-1.7 order", "team", DAY)
        send_message(case, "member", "Studio", "Hello", DAY, [("a.pdf", b"%PDF-1.7 a")])
    with unit_of_work() as session:
        mark_read(load(session, name), "team", NOW)
        answers.say_paid(load(session, name), DAY, DAY, "Paid.", ())
    do(name, "withdraw", DAY, note="agreed", actor="member")
    assert beside == []


# Modules that know tables of cases and write rows themselves, and what they write.
WRITERS = {
    "desk/privacy.py": "what a person has corrected or erased",
    "figures/gather.py": "figures",
    "figures/rates.py": "figures",
    "figures/rebuild.py": "figures",
    "filing/claimants.py": "members",
    "ledger/bank_lines.py": "bank lines",
    "ledger/remittance.py": "what is sent on",
    "people/debtor_link.py": "the debtor's door",
    "post/access.py": "the debtor's door",
    "post/visits.py": "the debtor's door",
    "rounds/sweep.py": "why a deadline failed",
    "rounds/undelivered.py": "what is tried again",
    "telling/member_details.py": "members and accounts",
    "telling/news.py": "news and accounts",
}


def test_no_other_module_writes_where_it_knows_tables_of_cases():
    names, found = {table.__name__ for table in CASE_TABLES}, set()
    for path in ROOT.rglob("*.py"):
        place = path.relative_to(ROOT).as_posix()
        tree = list(ast.walk(ast.parse(path.read_text("utf-8"))))
        stored = [one for one in tree if isinstance(one, ast.ImportFrom) and "recovery.store" in str(one.module)]
        known = {alias.name for one in stored for alias in one.names}
        if known & {*names, "tables"} and any(map(_writes, tree)) and not place.startswith(("case/", "store/")):
            found.add(place)
    assert found == set(WRITERS)


def _writes(node):
    """Tell whether a call gives a session a row to write, or makes a statement that writes."""
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Attribute):
        by_session = getattr(node.func.value, "id", "") == "session"
        return by_session and node.func.attr in ("add", "add_all", "delete", "merge")
    return getattr(node.func, "id", "") in ("insert", "update", "delete", "insert_sealed")
