"""Letters that ask for money: held back when the case moves on, spaced as the country's contact rule asks."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlmodel import select

from recovery.case.entries import balances
from recovery.case.record import assess_case
from recovery.case.store import load
from recovery.case.withholding import DEMANDS, demand_refused
from recovery.errors import CaseError
from recovery.procedure.contacts import contact_day, is_full
from recovery.rounds import delivery, sweep
from recovery.store.database import reading, unit_of_work
from recovery.store.tables import Outbox
from tests.casework import accepted, deadlines, do, kept, routed, seen

pytestmark = pytest.mark.usefixtures("installation")


def work(on):
    result = sweep.work(sweep.due_deadlines(on), on)
    assert result.failed == 0, result.errors


def demands(name):
    with reading() as session:
        query = select(Outbox).where(Outbox.claim_id == seen(name).claim_id, Outbox.kind == "letter")
        return {i.payload["document"]: i.status for i in session.exec(query) if i.payload["document"] in DEMANDS}


def test_a_reminder_that_has_not_left_is_held_back_by_a_dispute_and_comes_again():
    name = accepted()
    work(date(2026, 3, 3))
    assert demands(name) == {"reminder": "waiting"}
    do(name, "dispute", date(2026, 3, 3))
    case = seen(name)
    assert demands(name) == {"reminder": "withheld"}
    assert case.steps_done == []
    assert [event.kind for event in case.claim.events] == ["dispute"]
    delivery.deliver(delivery.waiting_ids())
    with reading() as session:
        shipments = load(session, name, lock=False).shipments
    assert {one.status for one in shipments} == {"sent"}  # the answer to the dispute
    do(name, "resolve", date(2026, 3, 10))
    work(date(2026, 3, 17))
    assert seen(name).steps_done == ["reminder"]


def test_a_formal_notice_that_has_not_left_was_never_given():
    name = accepted()
    for day in (date(2026, 3, 3), date(2026, 3, 16)):
        work(day)
        if day == date(2026, 3, 3):
            delivery.deliver(delivery.waiting_ids())
    assert seen(name).state == "formal_notice"
    do(name, "suspend", date(2026, 3, 16), kind="mediation")
    case = seen(name)
    assert demands(name)["formal_notice"] == "withheld"
    assert (case.return_state, case.steps_done) == ("amicable", ["reminder"])
    do(name, "resume", date(2026, 4, 1))
    assert seen(name).state == "amicable"
    work(date(2026, 4, 8))
    assert (seen(name).state, seen(name).steps_done) == ("formal_notice", ["reminder", "formal_notice"])


def test_a_letter_that_was_rendered_but_not_sent_is_held_back_too():
    name = accepted()
    work(date(2026, 3, 3))
    [item] = delivery.waiting_ids(limit=1)
    with unit_of_work() as session:
        query = select(Outbox).where(Outbox.claim_id == seen(name).claim_id, Outbox.kind == "letter")
        letter = session.exec(query).one()
        kept(session, letter)
        letter.status = "done"
        session.add(letter)
    do(name, "withdraw", date(2026, 3, 3))
    assert item
    with reading() as session:
        assert [one.status for one in load(session, name, lock=False).shipments] == ["withheld"]
        sends = session.exec(select(Outbox).where(Outbox.kind == "send_email")).all()
        assert {one.status for one in sends} <= {"withheld"}


def test_a_letter_that_has_left_stays_what_it_was():
    name = accepted()
    work(date(2026, 3, 3))
    delivery.deliver(delivery.waiting_ids())
    do(name, "dispute", date(2026, 3, 5))
    assert demands(name) == {"reminder": "done"}
    assert seen(name).steps_done == ["reminder"]


def test_no_demand_while_the_case_is_quiet_or_barred():
    name = routed(creditor="AT", debtor="NL")
    assert demand_refused(seen(name), date(2026, 3, 3), "reminder") == "the case is awaiting_acceptance"
    do(name, "accept", date(2026, 3, 3))
    assert demand_refused(seen(name), date(2026, 3, 3), "reminder") is None
    assert "limitation has run out" in demand_refused(seen(name), date(2029, 3, 3), "reminder")
    with pytest.raises(CaseError, match="say why"):
        do(name, "decide_barred", date(2029, 3, 3))
    do(name, "decide_barred", date(2029, 3, 3), note="the debtor has promised to pay all the same")
    assert demand_refused(seen(name), date(2029, 3, 3), "reminder") is None


@pytest.mark.parametrize(
    ("before", "full"),
    [([], False), ([0], True), ([1, 3], True), ([1, 8], False), ([8, 9], False)],
)
def test_a_day_is_full_after_one_contact_and_a_week_after_two(before, full):
    day = date(2026, 3, 18)
    assert is_full([day - timedelta(days=n) for n in before], day, 1, 2) is full


def test_calls_count_and_a_mail_waits_for_its_day():
    name = accepted(creditor="NL", debtor="BE", debtor_kind="consumer")
    with reading() as session:
        case = load(session, name, lock=False)
        assert contact_day(case, "email", date(2026, 4, 5)) == date(2026, 4, 7)  # Easter Sunday and Monday
        assert contact_day(case, "post", date(2026, 4, 5)) == date(2026, 4, 5)
    for hour in range(9, 17):
        do(name, "log_call", date(2026, 4, 7), at=f"{hour:02d}:00")
    with reading() as session:
        case = load(session, name, lock=False)
        assert contact_day(case, "email", date(2026, 4, 7)) > date(2026, 4, 7)
        calls = [event for event in case.events if event.kind == "log_call"]
    assert "outside" not in calls[0].data
    assert "more than" in calls[-1].data["outside"]


def test_a_call_at_night_is_noted_as_outside_the_rule():
    name = accepted(creditor="BE", debtor="NL", debtor_kind="consumer")
    do(name, "log_call", date(2026, 3, 4), at="22:30", note="answered by nobody")
    with reading() as session:
        [call] = [event for event in load(session, name, lock=False).events if event.kind == "log_call"]
    assert call.data["outside"]
    assert call.data["basis"]
    with pytest.raises(CaseError, match="14:30"):
        do(name, "log_call", date(2026, 3, 4), at="late")


def test_a_promise_that_is_broken_brings_the_next_step():
    name = accepted()
    do(name, "promise", date(2026, 3, 4), until="2026-03-20")
    [step] = [one for one in deadlines(name) if one.kind == "step"]
    assert step.due_on == date(2026, 3, 21)
    with pytest.raises(CaseError, match="lies before"):
        do(name, "promise", date(2026, 3, 4), until="2026-03-01")


def test_costs_of_a_letter_that_never_left_leave_the_ledger_with_it():
    name = accepted(creditor="NL", debtor="BE", amount="5000.00")
    work(date(2026, 3, 3))
    assert _ledger(name) == 564_725  # with the collection costs that the letter makes due
    do(name, "dispute", date(2026, 3, 3))
    case = seen(name)
    assert _ledger(name) == assess_case(case, case.settled_on).total.minor == 506_225


def _ledger(name):
    with reading() as session:
        return balances(load(session, name, lock=False))["EUR"]
