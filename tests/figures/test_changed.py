"""Figures made of what changed are, row by row, the figures made of everything: any history, on both databases."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text

from recovery.currency.stored import store_fixings
from recovery.errors import RecoveryError
from recovery.figures import gather
from recovery.figures.rebuild import rebuild
from recovery.money import Money
from recovery.people.teams import add_team_member
from recovery.rounds import sweep
from recovery.store.database import reading, unit_of_work
from recovery.store.figure_tables import Figure, FigureCase
from tests.casework import accepted, booked, do, routed

MADE = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
PLACES = (("BE", "NL", "EUR"), ("SE", "NL", "SEK"), ("NL", "IT", "EUR"), ("BE", "ES", "RSD"))


def made(as_of, whole=False):
    with unit_of_work() as session:
        rebuild(session, as_of, MADE, whole)
    with reading() as session:
        return sorted(tuple(row) for row in session.connection().execute(select(Figure.__table__)))


def pay(name, currency, on, amount):
    with unit_of_work() as session:
        booked(session, name, Money.parse(amount, currency), on, "test")


def rate(currency, on, value):
    with unit_of_work() as session:
        store_fixings(session, on, {currency: Decimal(value)}, "test")


def something(chance, cases, day, number):
    """Do one thing of those that people, debtors and the calendar do."""
    what = chance.choice(("file", "file", "pay", "pay", "pay", "dispute", "resolve", "plan", "break", "close", "rate"))
    if what == "file" or not cases:
        creditor, debtor, currency = chance.choice(PLACES)
        make = chance.choice((accepted, accepted, routed))
        new = make(number=f"N{number}", creditor=creditor, debtor=debtor, currency=currency, amount="900.00")
        return cases.append((new, currency))
    name, currency = chance.choice(cases)
    if what == "pay":
        pay(name, currency, day, chance.choice(("50.00", "120.00", "2000.00")))
    elif what == "rate":
        rate("RSD", chance.choice((date(2026, 3, 2), day)), chance.choice(("117.1", "118.2")))
    elif what == "plan":
        do(name, "plan", day, count="3", first=(day + timedelta(days=20)).isoformat())
    else:
        done = {"dispute": {"ground": "defective"}, "resolve": {"for": "creditor"}, "break": {}, "close": {}}[what]
        action = {"break": "break_plan", "close": "withdraw"}.get(what, what)
        do(name, action, day, note="as the test wants it", **done)
    return None


@pytest.mark.parametrize("seed", [1, 2])
def test_any_history(installation, seed, monkeypatch):
    chance, cases, day = random.Random(seed), [], date(2026, 3, 4)
    monkeypatch.setattr(gather, "MANY", 0)  # however many changed, only they are read
    for number in range(24):
        day += timedelta(days=chance.choice((0, 1, 5, 12)))
        try:
            something(chance, cases, day, number)
            if number % 6 == 5:
                sweep.work(sweep.due_deadlines(day, "NL"), day)
        except RecoveryError:
            continue  # not possible as the case stands
        if number % 4 == 3:
            assert made(day) == made(day, whole=True)
    assert len({row[0] for row in made(day)}) >= 10


def test_only_what_changed_is_read(installation):
    names = [accepted(number=f"N{number}") for number in range(6)]
    with unit_of_work() as session:
        add_team_member(session, "nora@dienst.example", "Nora Voorbeeld", "NL", "worker", "nl")
    made(date(2026, 3, 20))
    with unit_of_work() as session:  # what nobody may do shows what is not read again
        session.connection().execute(text("UPDATE figure_case SET handler = 'kept as it was'"))
    pay(names[0], "EUR", date(2026, 3, 21), "10.00")
    made(date(2026, 3, 22))
    with reading() as session:
        rows = session.connection().execute(select(FigureCase.__table__.c.handler, FigureCase.__table__.c.received))
        assert sorted(map(tuple, rows)) == [("", 1000), *[("kept as it was", 0)] * 5]


def test_rows_lost_or_made_by_another_version_are_read_again(installation, monkeypatch):
    accepted(number="A")
    accepted(number="B")
    before = made(date(2026, 3, 20))
    with unit_of_work() as session:  # as after a crash of PostgreSQL, which keeps no log of them
        session.connection().execute(text("DELETE FROM figure_case"))
    assert made(date(2026, 3, 20)) == before
    with unit_of_work() as session:
        session.connection().execute(text("UPDATE figure_case SET asked = 1"))
    assert made(date(2026, 3, 20)) != before
    monkeypatch.setattr("recovery.figures.rebuild.VERSION", 99)
    assert made(date(2026, 3, 20)) == before
