"""A claim that changes: credited, corrected, given up by head; plan, offer, letters and end follow."""

from __future__ import annotations

import json
from datetime import date

import pytest

from recovery.audit.verify import verify
from recovery.case.entries import balances
from recovery.case.record import assess_case
from recovery.errors import CaseError
from recovery.money import Money
from recovery.post.correspondence import amounts_of
from recovery.postal import PostalAddress
from recovery.rounds import delivery, sweep
from recovery.store.database import unit_of_work
from recovery.store.tables import Outbox
from tests.casework import accepted, booked, deadlines, do, routed, seen

pytestmark = pytest.mark.usefixtures("installation")
DAY = date(2026, 3, 20)


def work(*days):
    for day in days:
        sweep.work(sweep.due_deadlines(day), day)


def owed(name, on=DAY):
    return assess_case(seen(name), on)


def event(name, kind):
    return next(one for one in seen(name).events if one.kind == kind)


def letters(name, document):
    return [
        one.payload for one in seen(name).rows(Outbox) if one.kind == "letter" and one.payload["document"] == document
    ]


@pytest.fixture(autouse=True)
def whole(installation):
    """After each history the record is whole."""
    yield
    assert verify().findings == []


def test_what_is_credited_was_never_owed():
    name, less = accepted(), accepted(number="2", amount="800.00")
    work(date(2026, 3, 4))
    do(name, "credit_note", DAY, "200.00", note="CN-1")
    assert owed(name).total == owed(less).total
    told = event(name, "credit_note").data
    assert Money.parse(told["before"], "EUR") - owed(name).total > Money.parse("200.00", "EUR")
    assert told["after"] == str(owed(name).total)
    assert balances(seen(name))["EUR"] == owed(name).total.minor
    lines = {line.label: line.amount for line in amounts_of(owed(name), seen(name).credits)}
    assert (lines["principal"], lines["credited"]) == ("1000.00", "-200.00")


@pytest.mark.parametrize(
    ("amount", "more", "code"),
    [
        ("1000.01", {}, "bad_amount"),
        ("0.00", {}, "bad_amount"),
        ("10.00", {"for": "no-such"}, "bad_choice"),
        (None, {}, "missing"),
    ],
)
def test_no_more_is_credited_than_was_invoiced(amount, more, code):
    name = accepted()
    with pytest.raises(CaseError) as caught:
        do(name, "credit_note", DAY, amount, note="CN-1", **more)
    assert caught.value.code == code
    with pytest.raises(CaseError, match="before the invoice"):
        do(name, "credit_note", date(2025, 1, 1), "10.00", note="CN-1")


def test_a_claim_credited_whole_ends_and_what_was_paid_goes_back():
    name, paid = accepted(), accepted(number="2")
    do(name, "credit_note", DAY, "1000.00", note="CN-1")
    assert (seen(name).state, seen(name).reason) == ("closed", "withdrawn")
    with unit_of_work() as session:
        booked(session, paid, Money.parse("300.00", "EUR"), date(2026, 3, 10), "by hand: ada")
    do(paid, "credit_note", DAY, "1000.00", note="CN-1")
    assert (seen(paid).state, seen(paid).reason) == ("closed", "paid")
    assert [one.kind for one in deadlines(paid)] == ["refund"]


def test_a_credit_note_after_the_end_is_paid_back():
    name = accepted()
    with unit_of_work() as session:
        booked(session, name, owed(name, date(2026, 3, 10)).total, date(2026, 3, 10), "by hand: ada")
    assert seen(name).state == "closed"
    do(name, "credit_note", DAY, "100.00", note="CN-1")
    assert [one.kind for one in deadlines(name)] == ["refund"]
    assert balances(seen(name)) == {}


def test_a_waiver_is_of_one_head_and_stands_apart_from_payments():
    name = accepted()
    work(date(2026, 3, 4))
    before = owed(name)
    with pytest.raises(CaseError, match="of interest owed"):
        do(name, "waive", DAY, "500.00", note="goodwill", head="interest")
    do(name, "waive", DAY, str(before.interest), note="goodwill", head="interest")
    after = owed(name)
    assert (after.principal, after.costs_open, after.interest.minor) == (before.principal, before.costs_open, 0)
    labels = {line.label: line.amount for line in amounts_of(after)}
    assert "payments" not in labels
    assert labels["waived"] == str(-before.interest)


def test_a_waiver_of_all_ends_the_case():
    name, partly = accepted(), accepted(number="2")
    do(name, "waive", DAY, str(owed(name).total), note="given up")
    assert (seen(name).state, seen(name).reason) == ("closed", "withdrawn")
    with unit_of_work() as session:
        booked(session, partly, Money.parse("300.00", "EUR"), date(2026, 3, 10), "by hand: ada")
    do(partly, "waive", DAY, str(owed(partly).total), note="given up")
    assert (seen(partly).state, seen(partly).reason) == ("closed", "partly_recovered")


def test_an_offer_is_kept_by_what_it_asks_for_after_a_credit_note():
    name = accepted()
    work(date(2026, 3, 4))
    asked = seen(name).offer.total_minor
    do(name, "credit_note", date(2026, 3, 6), "200.00", note="CN-1")
    lower = seen(name).offer.total_minor
    assert asked - lower >= 20_000
    with unit_of_work() as session:
        booked(session, name, Money(lower, "EUR"), date(2026, 3, 10), "by hand: ada")
    assert seen(name).state == "closed"


def test_a_plan_that_nobody_was_told_of_is_spread_anew_and_one_that_was_is_lowered():
    waits, told = accepted(), accepted(number="2")
    for name in (waits, told):
        do(name, "plan", date(2026, 3, 10), count="3", first="2026-04-10", interest="waived")
    before = [part.amount_minor for part in seen(told).plan.instalments]
    do(waits, "waive", date(2026, 3, 10), "500.00", note="agreed")
    delivery.deliver(delivery.waiting_ids())
    do(told, "waive", date(2026, 3, 12), "500.00", note="agreed")
    spread, lowered = ([part.amount_minor for part in seen(name).plan.instalments] for name in (waits, told))
    assert max(spread) - min(spread) <= 2
    assert lowered[0] == before[0]
    assert sum(lowered) == sum(before) - 50_000
    assert sum(spread) == owed(waits, date(2026, 3, 10)).total.minor
    [again] = letters(told, "instalment_plan")
    assert [row["amount"] for row in again["instalments"]] == [str(Money(minor, "EUR")) for minor in lowered]


def test_a_settlement_asks_no_more_than_is_owed():
    name = accepted()
    do(name, "offer_settlement", date(2026, 3, 10), "600.00", until="2026-04-30")
    do(name, "consent_settlement", date(2026, 3, 11), actor="member")
    do(name, "credit_note", date(2026, 3, 12), "700.00", note="CN-1")
    assert seen(name).settlement.amount_minor == owed(name, date(2026, 3, 12)).total.minor < 60_000


def test_an_amount_is_corrected_both_ways():
    name, right = accepted(), accepted(number="2", amount="1100.00")
    do(name, "correct_amount", DAY, "900.00", note="typed wrongly")
    assert str(owed(name).principal) == "900.00"
    do(name, "correct_amount", DAY, "1100.00", note="no, it was more")
    assert owed(name).total == owed(right).total
    assert balances(seen(name))["EUR"] == owed(name).total.minor
    with pytest.raises(CaseError, match=r"stands at 1100\.00"):
        do(name, "correct_amount", DAY, "1100.00", note="again")
    assert event(name, "correct_amount").data["was"] == "1000.00"


def test_more_than_was_agreed_on_is_a_task():
    name = accepted()
    do(name, "plan", date(2026, 3, 10), count="3", first="2026-04-10")
    do(name, "correct_amount", date(2026, 3, 12), "1100.00", note="typed wrongly")
    assert any("more are owed than was agreed on" in one.data.get("why", "") for one in deadlines(name))


def test_what_a_court_has_is_not_raised_here():
    name = accepted(debtor="IT")
    do(name, "decide_urgent", date(2026, 3, 10), note="assets are being moved")
    do(name, "choose_route", DAY, route="european_payment_order")
    with pytest.raises(CaseError, match="a court has the claim as it was"):
        do(name, "correct_amount", DAY, "1100.00", note="typed wrongly")


# ---- the debtor's address


def test_a_letter_that_came_back_has_no_effect_until_it_is_sent_again():
    name = accepted()
    work(date(2026, 3, 4), date(2026, 3, 20))
    delivery.deliver(delivery.waiting_ids())
    assert seen(name).state == "formal_notice"
    before = owed(name, date(2026, 3, 25))
    do(name, "letter_returned", date(2026, 3, 25), note="unknown")
    work(date(2026, 4, 20))
    assert "formal_notice" not in [one.kind for one in seen(name).claim.events]
    assert not [one for one in deadlines(name) if one.kind in ("step", "choose_route")]
    do(name, "correct_debtor", date(2026, 4, 21), address="Nieuweweg 27; 1012 AB Amsterdam", note="the member says so")
    work(date(2026, 4, 21), date(2026, 4, 22), date(2026, 4, 23))
    assert [one.kind for one in seen(name).claim.events][-1] == "formal_notice"
    assert "Nieuweweg 27" in letters(name, "formal_notice")[-1]["debtor"]["lines"]
    assert not [one for one in deadlines(name) if one.data.get("subject") == "address"]
    assert before.principal == owed(name, date(2026, 4, 23)).principal


def test_a_debtor_is_corrected_by_what_is_given():
    name = routed()
    with pytest.raises(CaseError, match="give --address") as caught:
        do(name, "correct_debtor", DAY, note="why")
    assert caught.value.code == "missing"
    with pytest.raises(CaseError, match="at most 5 lines"):
        do(name, "correct_debtor", DAY, note="why", address="; ".join("abcdefg"))
    before = seen(name).party("debtor").address
    do(name, "correct_debtor", DAY, note="why", address="Nieuweweg 27; 1012 AB Amsterdam", phone="+31 20 1234567")
    do(name, "correct_debtor", DAY, note="why", email="New@Debtor.example")
    debtor = seen(name).party("debtor")
    assert debtor.address == PostalAddress("Nieuweweg 27", "1012 AB", "Amsterdam", before.country)
    assert json.loads(debtor.former_addresses) == [before.as_dict()]
    assert (debtor.phone, debtor.email) == ("+31 20 1234567", "new@debtor.example")
    assert event(name, "correct_debtor").data == {"changed": ["address", "phone"]}


def test_a_letter_that_waits_to_leave_bears_the_corrected_address():
    name = accepted()
    work(date(2026, 3, 4))
    do(name, "correct_debtor", date(2026, 3, 4), note="why", address="Nieuweweg 27; 1012 AB Amsterdam")
    for _ in range(3):
        delivery.deliver(delivery.waiting_ids())
    sent_ = [one.key for one in seen(name).shipments if one.status == "sent"]
    assert len(sent_) == 1
    renewed = event(name, "letter_renewed")
    assert sent_ == [renewed.data["letter"]]
    assert len([one for one in seen(name).claim.events if one.kind == "reminder"]) == 1


# ---- titles


def test_only_what_was_withdrawn_is_opened_again_by_the_member():
    name = accepted()
    do(name, "close", DAY, reason="uncollectable")
    with pytest.raises(CaseError, match="the team opens it again"):
        do(name, "reopen", DAY, actor="member")
    do(name, "reopen", DAY)
    assert seen(name).state == "amicable"


def test_a_title_needs_service_or_a_judgment():
    name, other = accepted(debtor="IT"), accepted(debtor="IT", number="2")
    for one, route in ((name, "european_payment_order"), (other, "national_payment_order")):
        do(one, "decide_urgent", date(2026, 3, 10), note="assets are being moved")
        do(one, "choose_route", DAY, route=route)
        do(one, "record_order", date(2026, 4, 20))
        with pytest.raises(CaseError, match="no service on the debtor is recorded"):
            do(one, "record_title", date(2026, 7, 1))
    do(other, "record_title", date(2026, 7, 1), note="provisionally enforceable, art. 642 c.p.c.")
    assert seen(other).state == "enforcement"
    do(name, "record_service", date(2026, 5, 4))
    with pytest.raises(CaseError, match="give the amount") as caught:
        do(name, "record_partial_title", date(2026, 7, 1))
    assert caught.value.field == "amount"
    do(name, "record_partial_title", date(2026, 7, 1), "600.00")
    assert seen(name).court.title_minor == 60_000
