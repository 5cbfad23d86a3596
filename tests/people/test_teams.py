"""Who works cases, and who stands in."""

from __future__ import annotations

from datetime import date

import pytest

from recovery.errors import IntakeError
from recovery.people.teams import (
    acts_for,
    add_team_member,
    lead_of,
    manager_of,
    on_duty,
    set_away,
    set_back,
    team_member,
)
from recovery.store.database import reading, unit_of_work
from recovery.store.tables import TeamMember

DAY, AWAY_UNTIL = date(2026, 3, 10), date(2026, 3, 12)


def add(name, country="NL", role="worker", language="nl"):
    with unit_of_work() as session:
        return add_team_member(session, f"{name}@team.example", name.title(), country, role, language).id


def away(name, stand_in=None, until=AWAY_UNTIL):
    with unit_of_work() as session:
        set_away(session, f"{name}@team.example", until, stand_in and f"{stand_in}@team.example")


def acting(name, day=DAY):
    with reading() as session:
        found = on_duty(session, team_member(session, f"{name}@team.example"), day)
        return found and found.name


def test_a_person_is_found_by_the_address_however_it_is_written(installation):
    add("anna")
    with reading() as session:
        assert team_member(session, " Anna@Team.example ").name == "Anna"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "no address"}, "email"),
        ({"email": "anna@team.example"}, "email"),
        ({"role": "boss"}, "role"),
        ({"country": "XX"}, "country"),
        ({"name": "  "}, "name"),
    ],
)
def test_what_is_wrong_with_a_new_person_is_said(local, change, field):
    add("anna")
    good = {"email": "bert@team.example", "name": "Bert", "country": "nl", "role": "lead", "language": "nl"}
    with pytest.raises(IntakeError) as refused, unit_of_work() as session:
        add_team_member(session, **{**good, **change})
    assert refused.value.field == field
    with unit_of_work() as session:
        assert add_team_member(session, **good).country == "NL"


def test_the_last_day_away_is_away_and_the_next_is_not(installation):
    add("anna")
    add("bert")
    away("anna", "bert")
    assert [acting("anna", day) for day in (AWAY_UNTIL, date(2026, 3, 13))] == ["Bert", "Anna"]
    with unit_of_work() as session:
        set_back(session, "anna@team.example")
    assert acting("anna") == "Anna"


def test_a_chain_of_stand_ins_ends_with_who_is_there_or_with_nobody(installation):
    for name in ("anna", "bert", "carla"):
        add(name)
    away("anna", "bert")
    away("bert", "carla")
    assert acting("anna") == "Carla"
    away("carla")
    assert acting("anna") is None


def test_who_has_left_is_stood_in_for_on_any_day(local):
    bert = add("bert")
    with unit_of_work() as session:
        person = session.get_one(TeamMember, add_left(session, bert))
        assert on_duty(session, person, date(2030, 1, 1)).name == "Bert"
        with pytest.raises(IntakeError, match="not known"):
            team_member(session, person.email)


def add_left(session, stand_in):
    person = add_team_member(session, "left@team.example", "Left", "NL")
    person.active, person.stand_in_id = False, stand_in
    session.flush()
    return person.id


def test_nobody_stands_in_for_itself_in_the_end(installation):
    for name in ("anna", "bert", "carla"):
        add(name)
    away("anna", "bert")
    away("bert", "carla")
    for last in ("anna", "carla"):
        with pytest.raises(IntakeError, match="leads back") as refused:
            away("carla", last)
        assert refused.value.code == "stand_in_loop"
    assert acting("anna") == "Carla"


def test_a_loop_that_stands_in_the_database_ends_all_the_same(local):
    anna, bert = add("anna"), add("bert")
    with unit_of_work() as session:
        for one, other in ((anna, bert), (bert, anna)):
            person = session.get_one(TeamMember, one)
            person.away_until, person.stand_in_id = AWAY_UNTIL, other
            session.add(person)
    assert acting("anna") is None


def test_a_stand_in_works_for_the_same_country_or_for_all(local):
    add("anna")
    add("dirk", "BE")
    add("eva", None)
    with pytest.raises(IntakeError, match="works for BE"):
        away("anna", "dirk")
    away("anna", "eva")
    assert acting("anna") == "Eva"


def test_the_countrys_own_lead_and_manager_come_before_those_of_all(installation):
    add("zoe", "NL", "manager")
    add("adam", None, "manager")
    add("lena", "NL", "lead")
    with reading() as session:
        assert manager_of(session, "NL", DAY).name == "Zoe"
        assert manager_of(session, "BE", DAY).name == "Adam"
        assert lead_of(session, "NL", DAY).name == "Lena"
        assert lead_of(session, "BE", DAY) is None
    away("zoe")
    away("lena", "zoe")
    with reading() as session:
        assert manager_of(session, "NL", DAY).name == "Adam"
        assert lead_of(session, "NL", DAY) is None


def test_a_person_acts_for_those_it_stands_in_for_through_others_too(installation):
    ids = [add(name) for name in ("anna", "bert", "carla")]
    away("anna", "bert")
    away("bert", "carla")
    with reading() as session:
        carla = team_member(session, "carla@team.example")
        assert sorted(acts_for(session, carla, DAY)) == sorted(ids)
        assert acts_for(session, carla, date(2026, 4, 1)) == [ids[2]]
