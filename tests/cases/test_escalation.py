"""Who is told of deadlines that come near or pass: once a level, in two processes too."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from icalendar import Calendar

from recovery.case.chain import breaks
from recovery.case.store import load
from recovery.case.transition import add_deadline
from recovery.errors import IntakeError
from recovery.people.teams import set_away
from recovery.store.database import reading, unit_of_work
from recovery.store.tables import Deadline
from recovery.telling.calendar import person_calendar
from recovery.telling.escalation import Escalated, candidates, due_levels, escalate, escalate_all
from tests.cases.team import AT, address, clear, deliver, events, handled_by, join, notices, use_server
from tests.casework import accepted, deadlines, do, routed
from tests.channels.servers import smtp

DAY = date(2026, 3, 10)
CASES = [
    # actor    kind                     days to go  told  to the last safe day   levels
    ("team", "work", 3, 0, None, []),
    ("team", "work", 2, 0, None, [1]),
    ("team", "work", 2, 1, None, []),
    ("team", "work", 0, 0, None, [1]),
    ("team", "work", 0, 1, None, []),
    ("team", "work", -1, 0, None, [2]),
    ("team", "work", -1, 1, None, [2]),
    ("team", "work", -6, 2, None, []),
    ("team", "work", -7, 2, None, [3]),
    ("team", "work", -7, 0, None, [2, 3]),
    ("team", "work", -40, 3, None, []),
    ("team", "act_before_limitation", 9, 0, 60, [2]),
    ("team", "act_before_limitation", 9, 2, 31, []),
    ("team", "act_before_limitation", 9, 2, 30, [3]),
    ("team", "act_before_limitation", 9, 0, 30, [2, 3]),
    ("team", "act_before_limitation", 9, 0, None, [2]),
    ("team", "act_before_limitation", -7, 2, 60, [3]),
    ("team", "work", 9, 0, 10, []),
    ("member", "task", 4, 0, None, []),
    ("member", "task", 3, 0, None, [1]),
    ("member", "task", -20, 0, None, [1]),
    ("member", "task", -20, 1, None, []),
    ("debtor", "instalment", -20, 0, None, []),
    ("system", "step", -20, 0, None, []),
]


def put(name, kind="work", days=0, actor="team", told=0, safe=None, status="open"):
    with unit_of_work() as session:
        data = {"last_safe_day": (DAY + timedelta(days=safe)).isoformat()} if safe is not None else {}
        made = add_deadline(load(session, name), kind, DAY + timedelta(days=days), actor, "sample", data)
        made.escalated, made.status = told, status
        session.add(made)
        session.flush()
        return made.id


def run(day=DAY, country="NL"):
    with unit_of_work() as session:
        return escalate(session, day, country)


def quiet():
    """Return an accepted case of which nobody has to be told, whatever day it is."""
    name = accepted()
    for one in deadlines(name):
        with unit_of_work() as session:
            session.get_one(Deadline, one.id).status = "done"
    clear()
    return name


def test_the_database_finds_what_the_rule_says(installation):
    name = quiet()
    for actor, kind, days, told, safe, levels in CASES:
        made = put(name, kind, days, actor, told, safe)
        with reading() as session:
            found = [deadline_id for _, deadline_id in candidates(session, DAY, "NL")]
            assert due_levels(session.get_one(Deadline, made), DAY) == levels, (kind, days, told)
            assert (made in found) == bool(levels), (kind, days, told)
            assert candidates(session, DAY, "BE") == []
        with unit_of_work() as session:
            session.get_one(Deadline, made).status = "cancelled"
    with reading() as session:
        assert candidates(session, DAY, "NL") == []
        assert due_levels(session.get_one(Deadline, made), DAY) == []


def test_each_level_is_told_once_in_its_turn(installation):
    name = quiet()
    made = put(name)
    days = [DAY - timedelta(days=3), DAY - timedelta(days=2), DAY, DAY + timedelta(days=1), DAY + timedelta(days=7)]
    told = [run(day) for day in days for _ in range(2)]
    assert [one.total for one in told] == [0, 0, 1, 0, 0, 0, 1, 0, 1, 0]
    assert notices() == [("deadline_near", "handler"), ("deadline_late", "lead"), ("escalated", "manager")]
    assert [event.data for event in events(name, "escalated")] == [
        {"level": 1, "kind": "work", "deadline": made, "to": "handler"},
        {"level": 2, "kind": "work", "deadline": made, "to": "lead"},
        {"level": 3, "kind": "work", "deadline": made, "to": "manager"},
    ]
    with reading() as session:
        assert session.get_one(Deadline, made).escalated == 3
        assert list(breaks(session)) == []


def test_limitation_goes_to_the_lead_at_once_and_to_the_manager_in_the_last_month(installation):
    name = quiet()
    put(name, "act_before_limitation", 7, safe=60)
    assert run() == Escalated(lead=1)
    assert run(DAY + timedelta(days=29)).total == 1  # late by then, the manager is told of that
    assert notices() == [("limitation_near", "lead"), ("limitation_near", "manager")]


def test_a_member_is_reminded_once(installation):
    name = quiet()
    put(name, "task", 3, "member")
    assert (run(), run()) == (Escalated(member=1), Escalated())
    assert run(DAY + timedelta(days=30)).total == 0
    assert notices() == [("task_near", "member")]


def test_all_of_a_country_is_told_in_chunks_of_a_transaction_each(installation, monkeypatch):
    monkeypatch.setattr("recovery.telling.escalation.CHUNK", 2)
    name = quiet()
    for _ in range(5):
        put(name, days=-8)
    assert escalate_all(DAY, "NL") == Escalated(lead=5, manager=5)
    assert escalate_all(DAY, "NL") == Escalated()
    assert len(notices()) == 10


def test_two_at_once_tell_nobody_twice(installation):
    name = quiet()
    for days in (1, -1, -7):
        put(name, days=days)
    start, totals = threading.Barrier(2), []

    def work():
        start.wait()
        totals.append(escalate_all(DAY, "NL").total)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(totals) == len(notices()) == 4
    with reading() as session:
        assert list(breaks(session)) == []


def test_the_mails_reach_who_is_there(installation, monkeypatch):
    name = quiet()
    join("anna")
    join("bert")
    join("lena", "lead", language="en")
    handled_by(name, "anna", DAY)
    with unit_of_work() as session:
        set_away(session, address("anna"), DAY + timedelta(days=2), address("bert"))
    clear()
    put(name)
    with smtp() as (inbox, port):
        use_server(monkeypatch, port)
        for late, at in ((-1, AT), (1, AT + timedelta(days=1))):
            run(DAY + timedelta(days=late))
            deliver(at)
    first, second = inbox.messages
    assert (first["To"], first["Subject"]) == ("bert@team.example", f"{name}: een termijn loopt af")
    assert (second["To"], second["Subject"]) == ("lena@team.example", f"{name}: a deadline has passed")


def shown(name):
    with reading() as session:
        content = person_calendar(session, address(name), AT)
    return sorted(str(entry["summary"]) for entry in Calendar.from_ical(content).walk("VEVENT"))


def test_a_person_sees_what_it_works_and_what_it_answers_for(installation):
    mine, other = routed(number="A"), routed(number="B")
    for person, role, country in [
        ("anna", "worker", "NL"),
        ("bert", "worker", "NL"),
        ("lena", "lead", "NL"),
        ("liv", "lead", "SE"),
        ("mona", "manager", None),
        ("nora", "manager", "BE"),
    ]:
        join(person, role, country)
    handled_by(mine, "anna", DAY)
    put(mine, "dispute_answer", 5)
    put(mine, "task", 5, "member")
    put(other, "refund", -1, status="late")
    put(other, "enforcement_review", -9, told=2, status="late")
    own = {f"{mine}: accept", f"{mine}: dispute answer", f"{mine}: route", f"{mine}: limitation"}
    assert set(shown("anna")) <= own
    assert f"{mine}: dispute answer" in shown("anna")
    assert shown("bert") == shown("liv") == shown("nora") == []
    late = [f"{other}: enforcement review", f"{other}: refund"]
    assert [one for one in shown("lena") if one in late] == late
    assert shown("mona") == [f"{other}: enforcement review"]
    with unit_of_work() as session:
        set_away(session, address("anna"), DAY, address("bert"))
    assert shown("bert") == shown("anna")
    with pytest.raises(IntakeError, match="not known"):
        shown("nobody")


def test_a_closed_case_concerns_nobody(local):
    name = quiet()
    put(name, days=-9)
    do(name, "withdraw", DAY, note="asked")
    assert run().total == 0
