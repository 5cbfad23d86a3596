"""Cases worked in sets: what is decided is written together, and one that fails falls out alone."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import update
from sqlmodel import select

from recovery.audit.verify import verify
from recovery.case.store import load, load_many, unit_of
from recovery.case.transition import add_deadline, record
from recovery.rounds import sweep
from recovery.store.database import engine, reading, unit_of_work
from recovery.store.tables import Case, Deadline, Entry, Outbox
from tests.casework import accepted, deadlines, do, seen

pytestmark = pytest.mark.usefixtures("installation")
DUE = date(2026, 3, 4)


def three():
    return [accepted(number=f"2026-{number}") for number in (1, 2, 3)]


def letters(name):
    with reading() as session:
        query = select(Outbox).where(Outbox.claim_id == seen(name).claim_id, Outbox.kind == "letter")
        return [item.payload["document"] for item in session.exec(query.order_by(Outbox.id))]


def test_one_that_cannot_be_decided_falls_out_of_what_is_written():
    first, broken, last = three()
    with engine().begin() as connection:
        connection.execute(update(Case).where(Case.reference == broken).values(debtor="{}"))
    done = sweep.work(sweep.due_deadlines(DUE), DUE)
    assert (done.due, done.worked, done.failed) == (3, 2, 1)
    assert [letters(name) for name in (first, broken, last)] == [["reminder"], [], ["reminder"]]
    [step] = [one for one in deadlines(broken) if one.kind == "step"]
    assert (step.status, step.attempts, step.error is not None) == ("open", 1, True)
    assert len(seen(broken).events) == 4
    assert {one.case for one in verify().findings} == {broken}


def test_where_the_database_refuses_the_whole_the_one_at_fault_is_found():
    names = three()
    broken = seen(names[1])
    with unit_of_work() as session:  # a key of its letter is taken, by another case
        key = f"{broken.claim_id}:reminder:{broken.version + 1}"
        taken = Outbox(key=key, kind="news", claim_id=seen(names[0]).claim_id, created_at=datetime.now(UTC))
        session.add(taken)
    done = sweep.work(sweep.due_deadlines(DUE), DUE)
    assert (done.due, done.worked, done.failed) == (3, 2, 1)
    assert [letters(name) for name in names] == [["reminder"], [], ["reminder"]]
    assert seen(names[1]).state == "amicable"
    assert verify().findings == []


def test_every_deadline_of_a_case_is_worked_however_many_are_due():
    name, other = accepted(), accepted(number="2026-2")
    with unit_of_work() as session:
        case = load(session, name)
        for day in (2, 3):
            add_deadline(case, "work", date(2026, 3, day), "team", "set by a test")
    done = sweep.work(sweep.due_deadlines(DUE), DUE)
    assert (done.due, done.worked, done.failed) == (4, 4, 0)
    assert [one.status for one in deadlines(name) if one.kind == "work"] == ["late", "late"]
    assert [letters(one) for one in (name, other)] == [["reminder"], ["reminder"]]
    again = sweep.work(sweep.due_deadlines(DUE), DUE)
    assert (again.worked, again.failed) == (0, 0)


def test_what_is_dropped_leaves_no_trace_and_what_stays_is_written():
    kept, dropped = accepted(), accepted(number="2026-2")
    with unit_of_work() as session, unit_of(session).in_sets() as unit:
        for case in load_many(session, [seen(kept).claim_id, seen(dropped).claim_id]):
            case.route = "national_court"
            record(case, "log_call", actor="team", on=DUE)
            if case.reference == dropped:
                unit.drop(case)
    assert [seen(name).route for name in (kept, dropped)] == ["national_court", None]
    assert [seen(name).events[-1].kind for name in (kept, dropped)] == ["log_call", "accept"]
    assert verify().findings == []


def test_a_case_is_one_record_in_a_unit_and_holds_what_is_new():
    name = accepted()
    with unit_of_work() as session:
        case = load(session, name)
        record(case, "log_call", actor="team", on=DUE)
        again = load(session, case.claim_id)
        assert again is case
        assert again.events[-1].kind == "log_call"
        assert [entry.kind for entry in case.rows(Entry)] == [entry.kind for entry in seen(name).rows(Entry)]
    do(name, "log_call", DUE)
    assert [event.sequence for event in seen(name).events] == list(range(1, len(seen(name).events) + 1))


def test_what_another_changed_is_read_anew_under_the_lock():
    name = accepted()
    with unit_of_work() as session:
        assert load(session, name, lock=False).deadlines[0].status == "open"
    do(name, "dispute", DUE)
    with unit_of_work() as session:
        case = load(session, name)
        assert (case.state, case.claim.disputed) == ("disputed", True)
        assert "dispute_answer" in {one.kind for one in case.rows(Deadline)}
