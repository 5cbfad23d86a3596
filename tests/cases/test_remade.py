"""What comes later makes anew what rested on its absence: plans, offers, settlements, closings, refunds."""

from __future__ import annotations

from datetime import date

import pytest

from recovery.audit.verify import verify
from recovery.case.entries import balances
from recovery.case.record import assess_case
from recovery.errors import CaseError
from recovery.ledger.plans import instalments_of
from recovery.ledger.remittance import remit
from recovery.money import Money
from recovery.rounds import delivery, sweep
from recovery.store.database import transact, unit_of_work
from tests.casework import accepted, booked, deadlines, do, routed, seen

pytestmark = pytest.mark.usefixtures("installation")


def work(*days):
    for day in days:
        sweep.work(sweep.due_deadlines(day), day)


def pay(name, amount, on, currency="EUR"):
    with unit_of_work() as session:
        booked(session, name, Money.parse(amount, currency), on, "by hand: ada")


def kinds(name):
    return [one.name for one in deadlines(name)]


def left(name):
    return {one.currency: -one.amount_minor for one in seen(name).entries if one.kind == "written_off"}


@pytest.fixture(autouse=True)
def whole(installation):
    """After each history the record is whole."""
    yield
    assert verify().findings == []


def test_a_payment_on_the_day_of_a_letter_counts_once():
    name = accepted()
    work(date(2026, 3, 4))
    pay(name, "300.00", date(2026, 3, 14))
    work(date(2026, 3, 20))
    asked = seen(name).offer
    assert (asked.on, asked.paid_before) == (date(2026, 3, 20), 30_000)
    pay(name, str(Money(asked.total_minor - 30_000, "EUR")), date(2026, 3, 20))
    assert seen(name).state == "formal_notice", "what came before the letter is no part of what it asks"
    pay(name, "300.00", date(2026, 3, 21))
    assert (seen(name).state, seen(name).reason) == ("closed", "paid")


def test_a_little_too_little_is_no_reason_to_go_on():
    name, other = accepted(), accepted(number="2026-2")
    work(date(2026, 3, 4))
    asked = Money(seen(name).offer.total_minor, "EUR")
    pay(name, str(asked - Money(2, "EUR")), date(2026, 3, 10))
    assert seen(name).state == "closed"
    pay(other, str(asked - Money(101, "EUR")), date(2026, 3, 10))
    assert seen(other).state == "amicable"


def test_a_waiver_lowers_the_last_instalments_of_a_plan():
    name = accepted()
    do(name, "plan", date(2026, 3, 10), count="3", first="2026-04-10", interest="waived")
    before = [part.amount_minor for part in seen(name).plan.instalments]
    delivery.deliver(delivery.waiting_ids())
    do(name, "waive", date(2026, 3, 12), "500.00", note="agreed")
    after = [part.amount_minor for part in seen(name).plan.instalments]
    assert sum(before) - sum(after) == 50_000
    assert (after[0], len(after)) == (before[0], 2)


def test_an_instalment_that_the_bank_takes_back_is_due_again():
    name = accepted()
    do(name, "plan", date(2026, 3, 10), count="2", first="2026-04-10")
    first = str(instalments_of(seen(name))[0].amount)
    pay(name, first, date(2026, 4, 8))
    assert "instalment:2" in kinds(name)
    do(name, "payment_returned", date(2026, 4, 20), first)
    assert {"instalment:1", "work"} <= set(kinds(name))


def test_a_settlement_until_a_day_holds_the_steps_back():
    name = accepted()
    work(date(2026, 3, 4))
    do(name, "offer_settlement", date(2026, 3, 10), "600.00", until="2026-03-31")
    do(name, "consent_settlement", date(2026, 3, 11), actor="member")
    work(date(2026, 3, 20), date(2026, 3, 31))
    assert seen(name).state == "amicable"
    work(date(2026, 4, 7), date(2026, 4, 8))
    assert seen(name).state == "formal_notice", "once it has lapsed the procedure goes on"


def test_what_is_paid_too_much_is_a_task_that_a_charge_back_ends():
    name = accepted()
    pay(name, "1100.00", date(2026, 3, 10))
    assert (seen(name).state, kinds(name)) == ("closed", ["refund"])
    do(name, "payment_returned", date(2026, 3, 21), "1100.00")
    assert "refund" not in kinds(name)
    assert seen(name).state == "amicable"
    with pytest.raises(CaseError, match=r"more than the 0\.00"):
        do(name, "refund", date(2026, 3, 22), "53.10")


def owed(name):
    """Return what a case's ledger says, and what the rules reckon on the day to which it is settled."""
    case = seen(name)
    return balances(case).get("EUR", 0), assess_case(case, case.settled_on).total.minor


def test_a_case_that_a_payment_closed_stands_where_it_stood_when_it_is_taken_back():
    name = accepted()
    work(date(2026, 3, 4), date(2026, 3, 20))
    asked = Money(seen(name).offer.total_minor, "EUR")
    pay(name, str(asked), date(2026, 3, 24))
    assert (seen(name).state, owed(name)[0]) == ("closed", 0)
    do(name, "payment_returned", date(2026, 4, 2), str(asked))
    case = seen(name)
    assert (case.state, case.reason, case.closed_on, case.waivers) == ("formal_notice", None, None, ())
    assert owed(name)[0] == owed(name)[1] > asked.minor, "interest since the letter is owed again"
    assert "work" in kinds(name)
    pay(name, "5000.00", date(2026, 4, 20))
    assert (seen(name).state, seen(name).reason, owed(name)[0]) == ("closed", "paid", 0)


def test_a_plan_that_a_payment_ended_goes_on_when_it_is_taken_back():
    name = accepted()
    do(name, "plan", date(2026, 3, 10), count="2", first="2026-04-10", interest="waived")
    parts = [str(one.amount) for one in instalments_of(seen(name))]
    pay(name, parts[0], date(2026, 4, 8))
    pay(name, parts[1], date(2026, 5, 8))
    assert seen(name).state == "closed"
    do(name, "payment_returned", date(2026, 5, 12), parts[1])
    assert (seen(name).state, seen(name).return_state) == ("instalment_plan", "amicable")
    assert owed(name)[0] == owed(name)[1] > 0
    assert "instalment:2" in kinds(name)


def test_a_title_is_kept_when_the_payment_of_it_is_taken_back():
    name = accepted(amount="1000.00")
    work(date(2026, 3, 4), date(2026, 3, 20))
    do(name, "consent_court", date(2026, 4, 20), actor="member")
    do(name, "choose_route", date(2026, 4, 20), route="european_payment_order", note="notice given")
    do(name, "record_order", date(2026, 5, 4))
    do(name, "record_service", date(2026, 5, 8))
    do(name, "record_title", date(2026, 6, 20))
    assert seen(name).state == "enforcement"
    pay(name, "5000.00", date(2026, 7, 1))
    assert seen(name).state == "closed"
    do(name, "payment_returned", date(2026, 7, 10), "5000.00")
    assert seen(name).state == "enforcement"
    assert owed(name)[0] == owed(name)[1] > 100_000


def test_the_payment_that_is_named_is_taken_back_and_what_was_sent_on_is_kept_back():
    name = accepted()
    pay(name, "100.00", date(2026, 3, 9))
    pay(name, "100.00", date(2026, 3, 10))
    sent = transact(lambda session: remit(session, "NL", date(2026, 3, 12)))
    assert sent["totals"] == {"EUR": "200.00"}
    do(name, "payment_returned", date(2026, 3, 16), payment="1")
    assert [bool(one.reversed_on) for one in seen(name).payments] == [True, False]
    assert any("100.00 EUR was sent on already" in one.data.get("why", "") for one in deadlines(name))
    for payment, amount, code in (("1", None, "not_found"), ("2", "99.00", "bad_amount"), (None, None, "missing")):
        with pytest.raises(CaseError) as refused:
            do(name, "payment_returned", date(2026, 3, 17), amount, **({"payment": payment} if payment else {}))
        assert refused.value.code == code
    pay(name, "100.00", date(2026, 3, 20))
    assert transact(lambda session: remit(session, "NL", date(2026, 3, 22)))["totals"] == {}


def test_money_after_a_partial_recovery_is_the_creditors_and_no_refund():
    name = accepted()
    pay(name, "400.00", date(2026, 3, 10))
    do(name, "close", date(2026, 3, 20), reason="partly_recovered")
    before = left(name)["EUR"]
    pay(name, "100.00", date(2026, 4, 1))
    assert kinds(name) == []
    assert before > 0


def test_a_payment_in_another_currency_is_taken_back_by_its_own_amount():
    name = accepted(debtor="SE")
    pay(name, "1000.00", date(2026, 3, 9), "SEK")
    do(name, "payment_returned", date(2026, 3, 12), "1000.00", currency="SEK")
    assert seen(name).principal_open_minor == 100_000
    for amount, currency, code in (("999.00", "SEK", "not_found"), (None, "SEK", "missing")):
        with pytest.raises(CaseError) as refused:
            do(name, "payment_returned", date(2026, 3, 12), amount, currency=currency)
        assert refused.value.code == code


def test_what_was_agreed_is_not_sent_once_the_claim_is_withdrawn():
    name = accepted()
    do(name, "plan", date(2026, 3, 10), count="3", first="2026-04-10")
    do(name, "withdraw", date(2026, 3, 10), actor="member")
    delivery.deliver(delivery.waiting_ids())
    assert [one for one in seen(name).shipments if one.status == "sent"] == []


def test_a_case_is_not_opened_again_beside_another_of_the_same_invoice():
    name = accepted()
    do(name, "withdraw", date(2026, 3, 5), actor="member")
    again = routed()
    with pytest.raises(CaseError, match=f"claimed again in case {again}"):
        do(name, "reopen", date(2026, 3, 12))
    do(again, "withdraw", date(2026, 3, 13), actor="member")
    with pytest.raises(CaseError, match="the member opens it again"):
        do(name, "reopen", date(2026, 3, 14))
    do(name, "reopen", date(2026, 3, 14), actor="member")
    with pytest.raises(Exception, match="claimed already"):
        routed()


def test_nothing_is_done_before_the_claim_was_filed():
    with pytest.raises(CaseError, match="before the claim was filed"):
        do(routed(), "accept", date(2025, 12, 1))
