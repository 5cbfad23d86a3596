"""What the court does: each event leaves the right term, and the case goes on as the law says."""

from __future__ import annotations

from datetime import date

import pytest

from recovery.case.record import assess_case
from recovery.errors import CaseError
from recovery.money import Money
from tests.casework import accepted, deadlines, do, seen

pytestmark = pytest.mark.usefixtures("local")
FILED = date(2026, 4, 1)


def in_court(route="european_payment_order", **more):
    name = accepted(creditor=more.pop("creditor", "BE"), debtor=more.pop("debtor", "IT"), **more)
    do(name, "decide_urgent", date(2026, 3, 4), note="assets are being moved")
    do(name, "choose_route", FILED, route=route)
    return name


def waits(name):
    return {one.kind: one.due_on for one in deadlines(name) if one.actor in ("team", "member")}


def test_form_b_sets_the_courts_own_term_and_the_answer_ends_it():
    name = in_court()
    with pytest.raises(CaseError, match="--until"):
        do(name, "record_rectification", date(2026, 4, 20))
    do(name, "record_rectification", date(2026, 4, 20), note="bank details", until="2026-05-11")
    [rectify] = [one for one in deadlines(name) if one.kind == "rectify"]
    assert (rectify.due_on, rectify.basis) == (date(2026, 5, 11), "Reg. 1896/2006 art. 9, 11(1)(c)")
    assert "court_reply" not in waits(name)
    do(name, "record_rectified", date(2026, 5, 4))
    assert "rectify" not in waits(name)
    assert "court_reply" in waits(name)


def test_form_c_asks_the_member_in_time():
    name = in_court()
    do(name, "record_proposal", date(2026, 4, 20), amount="800.00", until="2026-05-04")
    found = waits(name)
    assert found["answer_proposal"] == date(2026, 5, 4)
    assert found["task"] < date(2026, 5, 4)
    with pytest.raises(CaseError, match="accepted, refused"):
        do(name, "record_proposal_answered", date(2026, 4, 30), answer="perhaps")
    with pytest.raises(CaseError, match="the court's proposal is not answered"):  # no order, so no title of it
        do(name, "record_title", date(2026, 4, 30))
    do(name, "record_proposal_answered", date(2026, 4, 30), answer="accepted")
    assert seen(name).court.proposal_answered == "accepted"
    assert "task" not in waits(name)  # the court has its answer: the member is asked no more


def test_a_rejection_ends_the_question_about_the_courts_proposal():
    name = in_court()
    do(name, "record_proposal", date(2026, 4, 20), amount="800.00", until="2026-05-04")
    do(name, "record_rejection", date(2026, 5, 10))
    assert "task" not in waits(name)


def test_form_d_leaves_every_other_way_open():
    name = in_court()
    do(name, "record_rejection", date(2026, 4, 20))
    case = seen(name)
    assert (case.state, case.route) == ("amicable", None)
    assert waits(name)["choose_route"]
    do(name, "choose_route", date(2026, 4, 22), route="european_small_claims")
    assert seen(name).state == "judicial"


def test_service_that_fails_starts_no_time():
    name = in_court()
    do(name, "record_order", date(2026, 4, 20))
    do(name, "record_unserved", date(2026, 5, 4), note="moved, no new address")
    assert "opposition_end" not in waits(name)
    do(name, "record_service", date(2026, 5, 20))
    assert waits(name)["opposition_end"] == date(2026, 6, 29)  # 30 days to 19 June, 10 days on their way


@pytest.mark.parametrize(
    ("after", "route"), [("small_claims", "european_small_claims"), ("national", "national_court")]
)
def test_after_an_opposition_the_case_goes_on_as_was_chosen(after, route):
    name = accepted(creditor="BE", debtor="IT")
    do(name, "decide_urgent", date(2026, 3, 4), note="assets are being moved")
    do(name, "choose_route", FILED, route="european_payment_order", after=after)
    do(name, "record_order", date(2026, 4, 20))
    do(name, "record_service", date(2026, 5, 4))
    do(name, "record_opposition", date(2026, 5, 20))
    case = seen(name)
    assert (case.state, case.return_state) == ("disputed", "judicial")
    assert {"dispute_answer", "dispute_statement"} <= set(waits(name))
    do(name, "record_transfer", date(2026, 6, 1))
    case = seen(name)
    assert (case.state, case.route, case.court.before) == ("judicial", route, "european_payment_order")
    do(name, "record_answer", date(2026, 6, 20), until="2026-07-01")
    do(name, "record_hearing", date(2026, 7, 1), until="2026-09-14")
    assert waits(name)["hearing"] == date(2026, 9, 14)
    do(name, "record_judgment", date(2026, 10, 1), amount="200.00", **{"for": "creditor"})
    do(name, "record_title", date(2026, 10, 2))
    case = seen(name)
    assert case.state == "enforcement"
    assert assess_case(case, date(2026, 10, 2)).principal <= Money.parse("1000.00", "EUR")


def test_a_member_who_chose_to_stop_is_asked_by_nobody_to_go_on():
    name = accepted(creditor="BE", debtor="IT", amount="9000.00")
    do(name, "decide_urgent", date(2026, 3, 4), note="assets are being moved")
    do(name, "choose_route", FILED, route="european_payment_order", after="discontinue")
    do(name, "record_order", date(2026, 4, 20))
    do(name, "record_opposition", date(2026, 5, 20))
    [work] = [one for one in deadlines(name) if one.kind == "work"]
    assert "as the member chose" in work.data["why"]


def test_a_claim_that_is_dismissed_leaves_time_to_appeal():
    name = in_court("national_court")
    do(name, "record_judgment", date(2026, 10, 1), until="2026-11-02", **{"for": "debtor"})
    assert waits(name)["work"] == date(2026, 11, 2)
    do(name, "close", date(2026, 11, 1), reason="uncollectable")
    assert seen(name).reason == "uncollectable"


def test_costs_put_on_the_debtor_are_owed_and_are_paid_first():
    name = in_court()
    do(name, "record_order", date(2026, 4, 20))
    do(name, "record_service", date(2026, 5, 4))
    do(name, "record_title", date(2026, 6, 20))
    before = assess_case(seen(name), date(2026, 6, 22)).total
    with pytest.raises(CaseError, match="by which decision"):
        do(name, "record_costs", date(2026, 6, 22), amount="98.00")
    do(name, "record_costs", date(2026, 6, 22), amount="98.00", note="order of 20 June 2026, costs")
    do(name, "record_enforcement", date(2026, 6, 22), amount="45.50", note="precetto")
    owed = assess_case(seen(name), date(2026, 6, 22))
    assert owed.total == before + Money.parse("143.50", "EUR")
    assert [cost.kind for cost in owed.costs][-2:] == ["court_costs", "enforcement_costs"]


def test_a_title_under_review_is_a_dispute():
    name = in_court()
    do(name, "record_order", date(2026, 4, 20))
    do(name, "record_service", date(2026, 5, 4))
    do(name, "record_title", date(2026, 6, 20))
    do(name, "record_review", date(2026, 7, 1))
    case = seen(name)
    assert (case.state, case.return_state) == ("disputed", "enforcement")
    do(name, "resolve", date(2026, 8, 1), **{"for": "creditor"})
    assert seen(name).state == "enforcement"


def test_no_event_of_a_court_without_a_court():
    name = accepted()
    for action in ("record_order", "record_service", "record_opposition", "record_title", "record_transfer"):
        with pytest.raises(CaseError):
            do(name, action, date(2026, 4, 20))
