"""Who works a case: who accepted it, took it over or was given it."""

from __future__ import annotations

import pytest

from recovery.case.store import load
from recovery.desk.views import others_of, show_case
from recovery.errors import CaseError
from recovery.store.database import reading
from tests.cases.team import address, events, handled_by, join
from tests.casework import FILED, accepted, do, routed, seen


def handler(name):
    with reading() as session:
        found = show_case(session, name, FILED)["handler"]
    return found and found["email"]


def test_who_accepts_a_case_works_it_where_it_is_of_the_team(installation):
    join("anna")
    join("dirk", country="BE")
    join("eva", country=None)
    by = {person: routed(number=person) for person in ("anna", "dirk", "eva")}
    for person, name in by.items():
        do(name, "accept", FILED, actor=address(person))
    assert [handler(name) for name in by.values()] == [address("anna"), None, address("eva")]
    assert handler(accepted(number="team")) is None


def test_a_case_is_taken_over_and_handed_over_and_the_chain_tells_it(installation):
    anna, bert = join("anna"), join("bert")
    name = accepted()
    handled_by(name, "anna", FILED)
    do(name, "hand_over", FILED, actor=address("anna"), to=address("bert").upper(), note="on leave")
    assert handler(name) == address("bert")
    assert [one.data for one in events(name, "take_over")] == [{"from": None, "to": anna}]
    assert [(one.data, one.note) for one in events(name, "hand_over")] == [({"from": anna, "to": bert}, "on leave")]


@pytest.mark.parametrize("to", ["dirk@team.example", "nobody@team.example", ""])
def test_a_case_is_given_to_nobody_outside_its_team(local, to):
    join("dirk", country="BE")
    name = accepted()
    with pytest.raises(CaseError) as refused:
        do(name, "hand_over", FILED, to=to)
    assert refused.value.field == "to"
    assert seen(name).handler_id is None


def test_a_closed_case_is_worked_by_nobody_new(local):
    join("anna")
    name = accepted()
    do(name, "withdraw", FILED, note="asked")
    with pytest.raises(CaseError, match="while the case is closed"):
        handled_by(name, "anna", FILED)


def test_open_cases_of_one_debtor_are_worked_together_on_request(local):
    anna = join("anna")
    first, second, third = accepted(), routed(number="2"), routed(number="3")
    handled_by(first, "anna", FILED)
    do(second, "join", FILED, actor=address("anna"), case=first.lower())
    assert seen(second).handler_id == anna
    assert [one.data for one in events(second, "joined")] == [{"with": first, "from": None, "to": anna}]
    with reading() as session:
        for name, other in ((first, second), (second, first)):
            shown = {one["name"]: one["joined"] for one in others_of(session, load(session, name, lock=False))}
            assert shown == {other: True, third: False}
    with pytest.raises(CaseError, match="already"):
        do(second, "join", FILED, case=first)
    do(third, "withdraw", FILED, note="paid")
    for other in (third, second, "NL-2026-999999"):
        with pytest.raises(CaseError, match="no open case of the same debtor"):
            do(second, "join", FILED, case=other)
