"""What is agreed: settlements, plans, tasks of the member, the fund's advance, who works the case."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import select

from recovery.case.entries import balances
from recovery.case.record import assess_case
from recovery.case.store import load
from recovery.errors import CaseError
from recovery.ledger.fund import fund_of
from recovery.ledger.plans import instalments_of
from recovery.ledger.remittance import remit
from recovery.money import Money
from recovery.people.teams import add_team_member
from recovery.rounds import delivery, sweep
from recovery.store.database import reading, unit_of_work
from recovery.store.tables import Document
from tests.casework import accepted, booked, deadlines, do, routed, seen

pytestmark = pytest.mark.usefixtures("installation")
DAY = date(2026, 3, 10)


def work(on):
    result = sweep.work(sweep.due_deadlines(on), on)
    assert result.failed == 0, result.errors


def pay(name, amount, on):
    with unit_of_work() as session:
        return booked(session, name, Money.parse(amount, "EUR"), on, "test")


def letters(name):
    delivery.deliver(delivery.waiting_ids())
    with reading() as session:
        query = select(Document).where(Document.claim_id == seen(name).claim_id).order_by(Document.id)
        return [one.kind.split(":")[1] for one in session.exec(query) if one.kind.startswith("letter")]


def kinds(name):
    with reading() as session:
        return [event.kind for event in load(session, name, lock=False).events]


# ---- money that is nobody's here


@pytest.mark.parametrize(("surplus", "tasks"), [("500.00", ["refund"]), ("0.00", [])])
def test_what_was_paid_too_much_is_a_task_of_the_team_when_the_case_closes(surplus, tasks):
    name = accepted()
    owed = assess_case(seen(name), DAY).total
    pay(name, str(owed + Money.parse(surplus, "EUR")), DAY)
    assert (seen(name).state, seen(name).reason) == ("closed", "paid")
    assert [one.kind for one in deadlines(name)] == tasks


# ---- settlement


def test_a_settlement_needs_the_member_and_closes_the_case_when_it_is_paid():
    name = accepted()
    do(name, "offer_settlement", DAY, amount="700.00", until="2026-04-10")
    [question] = [one for one in deadlines(name) if one.name == "consent:settlement"]
    assert question.due_on == date(2026, 3, 20)
    do(name, "consent_settlement", date(2026, 3, 12))
    assert letters(name) == ["settlement_offer"]
    case = pay(name, "700.00", date(2026, 4, 9))
    assert (case.state, case.reason) == ("closed", "settled")
    assert letters(name) == ["settlement_offer", "settlement_confirmed"]
    with reading() as session:
        assert balances(load(session, case.claim_id, lock=False)) == {}


def test_a_settlement_that_nobody_answers_lapses_and_says_so():
    name = accepted()
    do(name, "offer_settlement", DAY, amount="700.00")
    work(date(2026, 3, 21))
    assert seen(name).settlement is None
    assert "settlement_lapsed" in kinds(name)
    assert pay(name, "700.00", date(2026, 3, 25)).state == "amicable"


def test_a_settlement_paid_too_late_leaves_the_whole_debt():
    name = accepted()
    do(name, "offer_settlement", DAY, amount="700.00", until="2026-03-31")
    do(name, "consent_settlement", date(2026, 3, 12))
    work(date(2026, 4, 6))
    assert not seen(name).agrees("settlement")
    assert pay(name, "700.00", date(2026, 4, 8)).state == "amicable"
    with pytest.raises(CaseError, match="not consented to the settlement"):
        do(name, "close", date(2026, 4, 9), reason="settled")


def test_while_a_settlement_may_be_paid_nobody_asks_for_the_whole():
    name = accepted()
    do(name, "offer_settlement", DAY, amount="700.00", until="2026-04-10")
    do(name, "consent_settlement", date(2026, 3, 12))
    work(date(2026, 3, 20))
    assert letters(name) == ["settlement_offer"]
    [step] = [one for one in deadlines(name) if one.name == "step:reminder"]
    assert step.due_on == date(2026, 4, 16)  # the settlement's last day, and five for a transfer on its way
    work(date(2026, 4, 16))
    assert letters(name) == ["settlement_offer", "reminder"]


def test_a_member_may_refuse_and_more_than_is_owed_is_no_settlement():
    name = accepted()
    with pytest.raises(CaseError, match="more than the"):
        do(name, "offer_settlement", DAY, amount="5000.00")
    do(name, "offer_settlement", DAY, amount="700.00")
    do(name, "refuse_consent", date(2026, 3, 11), what="settlement")
    assert seen(name).settlement is None
    with pytest.raises(CaseError, match="nobody asked"):
        do(name, "refuse_consent", date(2026, 3, 11), what="court")


# ---- plans


def test_interest_runs_on_and_the_last_instalment_leaves_nothing():
    name = accepted()
    owed = assess_case(seen(name), DAY).total
    do(name, "plan", DAY, count=4, first="2026-04-10")
    parts = instalments_of(seen(name))
    amounts = [one.amount for one in parts]
    assert sum(one.minor for one in amounts) > owed.minor
    assert abs(amounts[0].minor - amounts[-1].minor) < 100
    for one in parts:
        case = pay(name, str(one.amount), one.due)
    assert (case.state, case.reason) == ("closed", "paid")
    with reading() as session:
        assert not [e for e in kinds(name) if e == "waive"]
        assert balances(load(session, case.claim_id, lock=False)) == {}


def test_interest_may_be_waived():
    name = accepted()
    owed = assess_case(seen(name), DAY).total
    do(name, "plan", DAY, count=3, interest="waived")
    amounts = [part.amount_minor for part in seen(name).plan.instalments]
    assert sum(amounts) == owed.minor


def test_the_debtor_is_reminded_before_each_instalment_and_told_when_the_plan_ends():
    name = accepted()
    do(name, "plan", DAY, count=3, first="2026-04-13")
    work(date(2026, 4, 8))
    assert letters(name) == ["instalment_plan", "instalment_reminder"]
    pay(name, str(instalments_of(seen(name))[0].amount), date(2026, 4, 10))
    work(date(2026, 4, 20))
    assert seen(name).state == "instalment_plan"
    for day in (date(2026, 5, 8), date(2026, 5, 19)):
        work(day)
    assert seen(name).state == "amicable"
    assert letters(name) == ["instalment_plan", "instalment_reminder", "instalment_reminder", "plan_ended"]
    [step] = [one for one in deadlines(name) if one.kind == "step"]
    assert step.due_on >= date(2026, 6, 3)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"count": 1}, "count"),
        ({"count": 99}, "count"),
        ({"first": "2026-01-01"}, "first"),
        ({"interest": "x"}, "interest"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(data, field):
    name = accepted()
    with pytest.raises(CaseError) as caught:
        do(name, "plan", DAY, **data)
    assert caught.value.field == field


# ---- the member's tasks


def test_a_task_says_what_happens_without_an_answer():
    name = accepted()
    with pytest.raises(CaseError, match="--note"):
        do(name, "set_task", DAY)
    do(name, "set_task", DAY, note="send the signed order", until="2026-03-20", otherwise="withdraw")
    work(date(2026, 3, 21))
    assert (seen(name).state, seen(name).reason) == ("closed", "withdrawn")


def test_a_task_that_is_answered_comes_back_to_the_team():
    name = accepted()
    do(name, "set_task", DAY, note="send the signed order")
    do(name, "set_task", DAY, note="confirm the address", otherwise="go_on")
    first, second = (one.id for one in deadlines(name) if one.kind == "task")
    with pytest.raises(CaseError, match="which task"):
        do(name, "answer_task", DAY, note="here it is")
    do(name, "answer_task", DAY, note="here it is", task=first)
    assert [one.id for one in deadlines(name) if one.kind == "task"] == [second]
    work(date(2026, 3, 23))
    assert "task_lapsed" in kinds(name)
    assert seen(name).state == "amicable"


# ---- the fund


def test_recovered_money_goes_to_the_fund_first():
    name = accepted(amount="1000.00")
    with pytest.raises(CaseError, match="open principal"):
        do(name, "record_advance", DAY, amount="1000.01")
    do(name, "record_advance", DAY, amount="600.00")
    pay(name, "450.00", date(2026, 3, 20))
    with unit_of_work() as session:
        remit(session, "NL", date(2026, 3, 31))
    with reading() as session:
        fund = fund_of(seen(name))
    assert (str(fund.advanced), str(fund.outstanding)) == ("600.00", "150.00")
    with pytest.raises(CaseError, match="the fund waits for"):
        do(name, "record_advance_repaid", DAY, amount="150.01")
    do(name, "record_advance_repaid", DAY, amount="150.00", note="by the member")
    with reading() as session:
        assert fund_of(seen(name)).outstanding.minor == 0


# ---- who works it


def test_a_case_is_taken_over_and_handed_over_within_the_team():
    with unit_of_work() as session:
        add_team_member(session, "anna@nl.example", "Anna", "NL", "worker", "nl")
        add_team_member(session, "bram@nl.example", "Bram", "NL", "worker", "nl")
        add_team_member(session, "carla@it.example", "Carla", "IT", "worker", "it")
    name = routed()
    do(name, "take_over", DAY, actor="anna@nl.example")
    anna = seen(name).handler_id
    do(name, "hand_over", DAY, note="on leave", to="bram@nl.example")
    assert seen(name).handler_id not in (None, anna)
    with pytest.raises(CaseError, match="nobody of the team of NL"):
        do(name, "hand_over", DAY, to="carla@it.example")
