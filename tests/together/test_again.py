"""What the database says of the moment goes away by itself: the same is done again, with the same result."""

from __future__ import annotations

import subprocess
import sys
from threading import Barrier

import pytest
from sqlalchemy import event, text
from sqlmodel import select

from recovery.case.order import Order
from recovery.case.store import load
from recovery.desk.actions import ACTIONS, act
from recovery.errors import CaseError
from recovery.store import database
from recovery.store.database import StoreBusy, look, transact, unit_of_work
from recovery.store.series import next_number
from recovery.store.tables import Case, Sequence
from tests.casework import FILED, accepted, do, filed, routed, seen
from tests.together.at_once import at_once, refused


def test_two_that_lock_crosswise_both_get_through(on_postgresql):
    names, met = sorted(routed(number=str(n)) for n in (1, 2)), Barrier(2)

    def both(session, order, first_try):
        for name in order:
            load(session, name).version += 10
            session.flush()
            if first_try and name == order[0]:
                first_try.pop()
                met.wait(30)

    before = [seen(name).version for name in names]
    outcomes = at_once(
        *[
            lambda order=order, tries=[1]: transact(lambda session: both(session, order, tries))
            for order in (names, names[::-1])
        ]
    )
    assert refused(outcomes) == []
    assert [seen(name).version for name in names] == [version + 20 for version in before]


def test_a_connection_that_the_server_ends_is_made_anew(on_postgresql):
    name, tries = routed(), [1]

    def work(session):
        case = load(session, name)
        if tries:
            tries.pop()
            with database.engine().connect() as other:
                mine = session.connection().execute(text("SELECT pg_backend_pid()")).scalar_one()
                other.execute(text("SELECT pg_terminate_backend(:pid, 1000)"), {"pid": mine})
        case.version += 1
        session.flush()
        return case.version

    before = seen(name).version
    assert transact(work) == before + 1 == seen(name).version


def test_a_locked_sqlite_file_is_waited_for_and_then_told(local, monkeypatch):
    name, second = routed(), database.make_engine(str(database.engine().url))
    event.listen(second, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=5"))
    with database.engine().connect() as holder, monkeypatch.context() as patched:
        holder.exec_driver_sql("UPDATE sequence SET last = last")
        patched.setattr(database, "PAUSES", (0.01, 0.01))
        patched.setattr(database, "engine", lambda: second)
        with pytest.raises(StoreBusy, match="nothing was changed"):
            transact(lambda session: load(session, name))
        assert look(lambda session: session.exec(select(Case.reference)).all()) == [name]
        holder.rollback()
        assert transact(lambda session: load(session, name).reference) == name
    second.dispose()


def test_many_that_open_an_empty_database_at_once_make_its_schema_once(on_postgresql):
    with database.engine().begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    url = database.engine().url.render_as_string(hide_password=False)
    program = "import sys; from recovery.store import database as d; d.upgrade(d.make_engine(sys.argv[1]))"
    running = [subprocess.Popen([sys.executable, "-c", program, url]) for _ in range(3)]
    assert [one.wait(60) for one in running] == [0, 0, 0]
    assert look(lambda session: session.exec(select(Case)).all()) == []


def test_a_case_read_before_it_was_locked_is_read_again(on_postgresql):
    name = accepted()
    with unit_of_work() as session:
        seen_before = load(session, name, lock=False)
        assert seen_before.waivers == ()
        do(name, "waive", FILED, amount="10.00")
        assert load(session, name) is seen_before
        assert len(seen_before.waivers) == 1


def test_every_action_is_refused_on_a_case_that_has_moved_on(local):
    name = accepted()
    version = seen(name).version
    do(name, "waive", FILED, amount="10.00")
    assert seen(name).version > version, "what changes money changes the version"
    for action in ACTIONS:
        with pytest.raises(CaseError) as error, unit_of_work() as session:
            act(session, name, Order(action, FILED, amount="10.00", expected_version=version))
        assert error.value.code == "version_conflict", action


def test_first_numbers_of_a_series_given_at_once_differ(on_postgresql):
    given = at_once(*[lambda: transact(lambda session: next_number(session, "case:BE:2027"))] * 6)
    assert sorted(given) == [1, 2, 3, 4, 5, 6]
    assert look(lambda session: session.get(Sequence, "case:BE:2027").last) == 6


def test_two_claims_of_one_invoice_filed_at_once_are_one(on_postgresql):
    outcomes = at_once(*[lambda: transact(lambda session: filed(session, number="same").claim_id)] * 2)
    assert [error.code for error in refused(outcomes)] == ["duplicate_claim"]
    assert len(look(lambda session: session.exec(select(Case)).all())) == 1
