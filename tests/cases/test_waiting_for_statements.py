"""No demand before the account was looked at, where a service wants it so: it waits, and says so once."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from recovery.errors import IntakeError
from recovery.people.partners import statement_taken, statements_of, wait_for_statements
from recovery.rounds import sweep
from recovery.store.database import reading, unit_of_work
from tests.casework import accepted, deadlines, seen

pytestmark = pytest.mark.usefixtures("installation")
NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)


def work(*days):
    for day in days:
        sweep.work(sweep.due_deadlines(day), day)


def wait(days):
    with unit_of_work() as session:
        wait_for_statements(session, "NL", days, "ada", NOW)


def taken(day):
    with unit_of_work() as session:
        statement_taken(session, "NL", day, NOW)


def reminded(name):
    return "remind" in [one.kind for one in seen(name).events]


def test_by_default_nothing_waits():
    name = accepted()
    work(date(2026, 3, 4))
    assert reminded(name)
    with reading() as session:
        assert statements_of(session, "NL") == (0, None)


def test_a_demand_waits_for_a_statement_and_goes_once_it_is_there():
    name = accepted()
    wait(2)
    taken(date(2026, 2, 26))  # a Thursday
    work(date(2026, 3, 4), date(2026, 3, 5))
    assert not reminded(name)
    [task] = [one for one in deadlines(name) if one.kind == "work"]
    assert "the last statement goes to 2026-02-26" in task.data["why"]
    assert [one.kind for one in seen(name).events].count("step_stopped") == 1
    taken(date(2026, 3, 4))
    taken(date(2026, 2, 1))
    work(date(2026, 3, 6))
    assert reminded(name)
    assert not [one for one in deadlines(name) if one.kind == "work"]


def test_a_weekend_is_no_working_day():
    name = accepted()
    wait(2)
    taken(date(2026, 2, 27))  # a Friday: Monday and Tuesday follow it
    work(date(2026, 3, 3))
    assert reminded(name)


def test_without_any_statement_it_waits_too():
    name = accepted()
    wait(1)
    work(date(2026, 3, 4))
    assert not reminded(name)
    with pytest.raises(IntakeError, match="from 0 to 30"):
        wait(31)
