"""Workers share what is to be done: what another has is taken last, and nobody waits before the rest is done."""

from __future__ import annotations

from datetime import date

from sqlmodel import select

from recovery.case.store import load
from recovery.ledger.bank_lines import take_lines
from recovery.rounds import delivery, sweep
from recovery.store.database import reading, unit_of_work
from recovery.store.tables import Case, Outbox
from tests.casework import accepted, seen
from tests.together.at_once import at_once
from tests.together.scene import Scene

DUE = date(2026, 3, 4)


def test_two_sweeps_share_the_cases(on_postgresql, monkeypatch):
    monkeypatch.setattr(sweep, "CHUNK", 3)
    names = [accepted(number=f"2026-{number}") for number in range(12)]
    due = sweep.due_deadlines(DUE)
    swept = at_once(*[lambda: sweep.work(due, DUE)] * 2)
    assert [one.failed for one in swept] == [0, 0]
    assert sum(one.worked for one in swept) == 12
    assert [seen(name).steps_done for name in names] == [["reminder"]] * 12


def test_what_another_holds_is_left_for_the_end(on_postgresql, monkeypatch):
    monkeypatch.setattr(sweep, "CHUNK", 1)
    first, second = accepted(), accepted(number="2026-2")
    order, worked = [], sweep._worked

    def noted(session, ids, as_of, wait):
        done = worked(session, ids, as_of, wait)
        order.append((wait, done.worked, len(done.busy)))
        if done.busy:
            holder.rollback()  # whoever had the case is done with it
        return done

    monkeypatch.setattr(sweep, "_worked", noted)
    with unit_of_work() as holder:
        load(holder, first)
        done = sweep.work(sweep.due_deadlines(DUE), DUE)
    assert order == [(False, 0, 1), (False, 1, 0), (True, 1, 0)]
    assert (done.due, done.worked) == (2, 2)
    assert seen(second).steps_done == ["reminder"]


def test_two_deliveries_share_the_letters(on_postgresql, monkeypatch):
    monkeypatch.setattr(delivery, "CHUNK", 4)
    for number in range(8):
        accepted(number=f"2026-{number}")
    sweep.work(sweep.due_deadlines(DUE), DUE)
    ids = delivery.waiting_ids()
    done = at_once(*[lambda: delivery.deliver(ids)] * 2)
    assert [one.failed for one in done] == [0, 0]
    assert sum(one.done for one in done) == len(ids)
    with reading() as session:
        assert set(session.exec(select(Outbox.status))) == {"done"}


def test_two_imports_of_one_statement_book_each_line_once(on_postgresql):
    scenes = [Scene(number) for number in range(6)]
    lines = [scene.line() for scene in scenes]
    taken = at_once(*[lambda: take_lines(lines)] * 2)
    assert sorted(one.failed for one in taken) == [0, 0]
    assert sum(one.matched for one in taken) == 6
    with reading() as session:
        assert len(session.exec(select(Case)).all()) == 6
    for scene in scenes:
        assert [event.kind for event in seen(scene.name).events].count("payment") == 1
