"""Cases see their own events: a title is enforced, what has none stays open, and no friendly letter follows."""

from __future__ import annotations

from datetime import date

import pytest

from recovery.audit.verify import verify
from recovery.case.record import add_law_event, assess_case, limitation_of
from recovery.case.store import load
from recovery.case.withholding import demand_refused
from recovery.court.choice import routes_for
from recovery.desk.views import show_case
from recovery.errors import CaseError
from recovery.money import Money
from recovery.procedure.steps import next_step, schedule_next
from recovery.rounds import sweep
from recovery.store.database import reading, unit_of_work
from tests.casework import accepted, booked, deadlines, do, seen, watches

FILED = date(2026, 4, 1)
TITLE = date(2026, 7, 1)


def in_court(route="european_payment_order", creditor="BE", debtor="IT", after="national", **more):
    name = accepted(creditor=creditor, debtor=debtor, **more)
    do(name, "decide_urgent", date(2026, 3, 4), note="assets are being moved")
    do(name, "choose_route", FILED, route=route, after=after)
    return name


def titled(amount=None, **more):
    name = in_court(**more)
    do(name, "record_order", date(2026, 4, 20))
    do(name, "record_service", date(2026, 5, 4))
    do(name, "record_title", TITLE, amount)
    return name


def open_ways(name, on=TITLE):
    with reading() as session:
        return {route.code for route in routes_for(load(session, name, lock=False), on) if route.available}


def whys(name, on=TITLE):
    with reading() as session:
        return {route.why for route in routes_for(load(session, name, lock=False), on)}


def shown(name, on=TITLE):
    with reading() as session:
        return show_case(session, name, on)


def told(name):
    return [one["event"] for one in shown(name)["timeline"]]


# ---- routes, on both databases


def test_what_happened_to_a_case_closes_and_opens_its_routes(installation):
    name = accepted(creditor="BE", debtor="IT")
    assert "european_payment_order" in open_ways(name, date(2026, 3, 4))
    do(name, "dispute", date(2026, 3, 5), note="not delivered", ground="not_delivered")
    assert "european_payment_order" not in open_ways(name, date(2026, 3, 6))
    do(name, "resolve", date(2026, 3, 9), **{"for": "creditor"})
    assert "european_payment_order" in open_ways(name, date(2026, 3, 10))
    do(name, "decide_urgent", date(2026, 3, 10), note="assets are being moved")
    do(name, "choose_route", FILED, route="european_payment_order", after="national")
    assert open_ways(name, FILED) == set()
    assert any("a proceeding of 2026-04-01 is pending" in why for why in whys(name, FILED))
    do(name, "record_order", date(2026, 4, 20))
    do(name, "record_service", date(2026, 5, 4))
    do(name, "record_title", TITLE)
    assert open_ways(name) == set()
    assert any("a title of 2026-07-01 exists" in why for why in whys(name))


def test_a_rejection_opens_every_way_again_and_lets_limitation_run(installation):
    name = in_court()
    with reading() as session:
        pending = limitation_of(load(session, name, lock=False), date(2026, 4, 2))
    assert pending.last_day is None
    do(name, "record_rejection", date(2026, 4, 20))
    with reading() as session:
        again = limitation_of(load(session, name, lock=False), date(2026, 4, 21))
    assert again.last_day is not None
    assert "european_small_claims" in open_ways(name, date(2026, 4, 21))
    assert watches(name)["limitation"] < again.last_safe_day


@pytest.mark.usefixtures("local")
def test_an_opposition_keeps_the_case_where_it_is_unless_the_member_chose_to_stop():
    going, stopped = in_court(), in_court(number="2", after="discontinue")
    for name in (going, stopped):
        do(name, "record_order", date(2026, 4, 20))
        do(name, "record_opposition", date(2026, 5, 20))
    assert any("as was chosen with the application" in why for why in whys(going, date(2026, 5, 21)))
    assert open_ways(going, date(2026, 5, 21)) == set()
    with pytest.raises(CaseError, match="as was chosen"):
        do(going, "choose_route", date(2026, 5, 21), route="national_court")
    assert "national_court" in open_ways(stopped, date(2026, 5, 21))
    assert "european_payment_order" not in open_ways(stopped, date(2026, 5, 21))  # disputed


@pytest.mark.usefixtures("local")
def test_insolvency_and_a_debt_that_is_owed_no_more_close_every_way():
    name = accepted(creditor="BE", debtor="IT")
    do(name, "suspend", date(2026, 3, 9), kind="insolvency", opened="2026-03-06")
    assert all(why.startswith("insolvency") for why in whys(name, date(2026, 3, 10)))
    held = titled(number="3")
    do(held, "suspend", date(2026, 7, 2), kind="insolvency", opened="2026-07-02")
    assert shown(held, date(2026, 7, 3))["enforcement"] is None
    other = accepted(creditor="BE", debtor="IT", number="2")
    do(other, "waive", date(2026, 3, 4), "1000.00", note="settled among them")
    owed = assess_case(seen(other), date(2026, 3, 4)).total
    do(other, "waive", date(2026, 3, 4), str(owed), note="settled among them")
    assert seen(other).state == "closed"
    assert open_ways(other, date(2026, 3, 4)) == set()


# ---- a title for a part


def test_what_a_judgment_refused_was_never_owed(installation):
    name, less = in_court("national_court"), in_court("national_court", number="2", amount="800.00")
    with pytest.raises(CaseError, match=r"no part of the 1000\.00 EUR of principal"):
        do(name, "record_judgment", date(2026, 6, 1), "1000.00", **{"for": "creditor"})
    do(name, "record_judgment", date(2026, 6, 1), "200.00", **{"for": "creditor"})
    assert assess_case(seen(name), date(2026, 6, 2)).total == assess_case(seen(less), date(2026, 6, 2)).total
    do(name, "record_title", TITLE)
    [row] = shown(name)["enforcement"]["titles"]
    assert (row["principal"]["amount"], row["rest_without_title"]["amount"]) == ("800.00", "0.00")
    assert (seen(name).court.allowed_minor, seen(name).court.title_minor) == (80_000, 80_000)
    assert verify().findings == []


def test_what_has_no_title_stays_owed_until_it_is_waived(installation):
    name = titled("800.00")
    [row] = shown(name)["enforcement"]["titles"]
    assert (row["principal"]["amount"], row["rest_without_title"]["amount"]) == ("800.00", "200.00")
    [work] = [one for one in deadlines(name) if one.kind == "work"]
    assert "the title is for 800.00 EUR" in work.data["why"]
    with reading() as session:
        found = show_case(session, name, TITLE)
    assert found["enforcement"]["steps"][-1]["step"] == "rest_without_title"
    assert "national_payment_order" in open_ways(name)
    do(name, "waive", date(2026, 7, 2), "150.00", note="not worth a second suit")
    [row] = shown(name, date(2026, 7, 2))["enforcement"]["titles"]
    assert (row["principal"]["amount"], row["rest_without_title"]["amount"]) == ("800.00", "50.00")
    owed = assess_case(seen(name), date(2026, 7, 2))
    assert str(owed.principal) == "850.00"
    do(name, "waive", date(2026, 7, 3), "60.00", note="the rest, and what is left of the fixed sum")
    assert str(assess_case(seen(name), date(2026, 7, 3)).principal) == "800.00"
    assert open_ways(name, date(2026, 7, 3)) == set()
    assert verify().findings == []


@pytest.mark.usefixtures("local")
@pytest.mark.parametrize(
    ("paid", "title", "rest"),
    # costs and interest, here 67.85, are covered before the principal
    [(None, "800.00", "0.00"), ("500.00", "367.85", "0.00")],
)
def test_what_was_paid_since_the_judgment_covers_what_it_allowed(paid, title, rest):
    name = in_court("national_court")
    do(name, "record_judgment", date(2026, 6, 1), "200.00", **{"for": "creditor"})
    if paid:
        with unit_of_work() as session:
            booked(session, name, Money.parse(paid, "EUR"), date(2026, 6, 15), "by hand")
    do(name, "record_title", TITLE)
    [row] = shown(name)["enforcement"]["titles"]
    assert (row["principal"]["amount"], row["rest_without_title"]["amount"]) == (title, rest)


@pytest.mark.usefixtures("local")
@pytest.mark.parametrize(("proposal", "part"), [("700.00", ("700.00", "300.00")), ("1010.00", ("1000.00", "0.00"))])
def test_a_proposal_that_was_accepted_is_what_the_title_is_for(proposal, part):
    # Reg. 1896/2006 art. 10: the court may have reckoned interest and costs into its proposal
    name = in_court()
    do(name, "record_proposal", date(2026, 4, 20), proposal, until="2026-05-04")
    do(name, "record_proposal_answered", date(2026, 4, 30), answer="accepted")
    do(name, "record_order", date(2026, 5, 4))
    do(name, "record_service", date(2026, 5, 11))
    do(name, "record_title", TITLE)
    [row] = shown(name)["enforcement"]["titles"]
    assert (row["principal"]["amount"], row["rest_without_title"]["amount"]) == part


@pytest.mark.usefixtures("local")
def test_a_title_may_say_how_much_it_is_for():
    with pytest.raises(CaseError, match=r"record_title: 1000\.00 is no part"):
        titled("1000.00")
    name = titled("600.00", number="2")
    [row] = shown(name)["enforcement"]["titles"]
    assert (row["invoice"], row["on"], row["rest_without_title"]["amount"]) == ("2", "2026-07-01", "400.00")


# ---- what is planned after a title


@pytest.mark.usefixtures("local")
@pytest.mark.parametrize(
    ("route", "form"),
    [("european_payment_order", "form G"), ("european_small_claims", "form D"), ("national_court", "annex I")],
)
def test_what_is_planned_after_a_title_is_enforcement(route, form):
    name = in_court(route)
    do(name, "record_judgment", date(2026, 6, 1), **{"for": "creditor"})
    do(name, "record_title", TITLE)
    [task] = [one for one in deadlines(name) if one.kind == "enforcement_review"]
    assert task.data["organ"] == "ufficiale giudiziario"
    assert form in task.data["certificate"]
    assert "C.p.c." in task.data["basis"]
    found = shown(name)["enforcement"]
    assert found["steps"][0]["step"] == "enforcement"
    assert not {step["step"] for step in found["steps"]} & {"reminder", "formal_notice"}
    assert shown(name, FILED)["enforcement"] is None


@pytest.mark.usefixtures("local")
def test_no_letter_of_the_friendly_phase_is_planned_or_sent_with_a_title_or_in_court():
    name = titled()
    assert next_step(seen(name)) is None
    assert "a title of 2026-07-01 exists" in demand_refused(seen(name), TITLE, "reminder")
    assert demand_refused(seen(name), TITLE, "instalment_reminder") is None
    assert next_step(seen(in_court(number="2"))) is None
    friendly = accepted(number="3")
    assert demand_refused(seen(friendly), date(2026, 3, 4), "formal_notice") is None
    with unit_of_work() as session:
        case = load(session, friendly)
        add_law_event(case, "judgment", date(2026, 3, 2), by="court")
        schedule_next(case, date(2026, 3, 4))
    assert not [one for one in deadlines(friendly) if one.kind == "step"]


@pytest.mark.usefixtures("local")
def test_a_step_that_is_due_when_a_title_is_found_is_not_done():
    name = accepted()
    [step] = [one for one in deadlines(name) if one.kind == "step"]
    with unit_of_work() as session:
        add_law_event(load(session, name), "judgment", date(2026, 3, 2), by="court")
    sweep.work([step.id], step.due_on)
    assert "remind" not in told(name)
    assert [one.kind for one in deadlines(name)] == ["work"]


def test_a_closed_case_with_a_title_opens_into_its_enforcement(installation):
    name = titled()
    do(name, "close", date(2026, 8, 3), reason="uncollectable")
    do(name, "reopen", date(2026, 9, 1), note="an asset was found")
    assert seen(name).state == "enforcement"
    [review] = deadlines(name)
    assert (review.kind, review.data["organ"]) == ("enforcement_review", "ufficiale giudiziario")
    other = accepted(number="2")
    with pytest.raises(CaseError, match="give the reason with --reason") as caught:
        do(other, "close", date(2026, 8, 3))
    assert caught.value.field == "reason"
    with pytest.raises(CaseError, match="reason 'lost': one of paid"):
        do(other, "close", date(2026, 8, 3), reason="lost")
    do(other, "close", date(2026, 8, 3), reason="uncollectable")
    do(other, "reopen", date(2026, 9, 1), note="the debtor wrote")
    assert seen(other).state == "amicable"
