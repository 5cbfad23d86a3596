"""Deadlines by their kinds: what outlives a change of state, and that every kind is known."""

from __future__ import annotations

from datetime import date

import pytest

from recovery.case.kinds import KINDS, stands
from recovery.case.store import load
from recovery.case.transition import add_deadline, add_task
from recovery.rounds.sweep import PASSES
from recovery.store.database import unit_of_work
from recovery.store.tables import Deadline
from tests.casework import accepted, deadlines, do

pytestmark = pytest.mark.usefixtures("installation")
DAY = date(2026, 3, 10)


def kinds(name):
    return {one.kind for one in deadlines(name)}


def test_a_task_that_a_person_set_stays_through_dispute_and_suspension_until_the_case_is_closed():
    name = accepted()
    do(name, "set_deadline", DAY, note="ring the debtor", until="2026-06-01")
    do(name, "set_task", DAY, note="send the contract", until="2026-06-01")
    own = [one.due_on for one in deadlines(name) if one.kind == "work"]
    for action, data in (("dispute", {}), ("suspend", {"kind": "mediation"}), ("resume", {}), ("resolve", {})):
        do(name, action, DAY, **data)
        assert {"work", "task"} <= kinds(name), action
        assert [one.due_on for one in deadlines(name) if one.data.get("stays")] == own
    do(name, "close", DAY, reason="uncollectable")
    assert deadlines(name) == []


def test_a_task_of_the_procedure_ends_with_its_state():
    name = accepted()
    with unit_of_work() as session:
        add_task(load(session, name), "work", DAY, data={"why": "no step is left"})
    do(name, "dispute", DAY)
    assert "work" not in kinds(name)


def test_a_kind_that_is_not_known_is_set_by_nobody():
    name = accepted()
    with pytest.raises(KeyError), unit_of_work() as session:
        add_deadline(load(session, name), "wishful", DAY, "team", "no law")


def test_kinds_are_told_by_what_they_are_about():
    assert stands("consent", "settlement", {})
    assert not stands("consent", "court", {})
    assert stands("work", "", {"stays": True})
    assert not stands("work", "", {})
    assert Deadline(kind="consent", about="court").name == "consent:court"
    assert Deadline(kind="work", about="").name == "work"
    assert {kind for kind, _ in PASSES} <= set(KINDS)
