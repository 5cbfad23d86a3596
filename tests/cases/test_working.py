"""Cases at work, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import update
from sqlmodel import select

from recovery.bank.entry import Entry
from recovery.case.chain import breaks
from recovery.case.entries import balances
from recovery.case.lifecycle import State
from recovery.case.order import Order
from recovery.case.store import load
from recovery.desk.actions import act
from recovery.desk.views import list_cases, show_case
from recovery.errors import CaseError, Faults, IntakeError
from recovery.ledger.bank_lines import take_lines
from recovery.ledger.plans import instalments_of
from recovery.ledger.remittance import remit
from recovery.money import Money
from recovery.rounds import delivery, sweep
from recovery.store import documents
from recovery.store.append_only import lifted
from recovery.store.database import engine, reading, unit_of_work
from recovery.store.tables import BankEntry, Case, CaseEvent, ClaimInvoice, Document, Outbox
from tests.casework import FILED, accepted, booked, deadlines, do, filed, invoice, routed, seen

pytestmark = pytest.mark.usefixtures("installation")
EUR = "EUR"


def work(on, country=None):
    return sweep.work(sweep.due_deadlines(on, country), on)


def pay(name, amount, on, currency=EUR):
    with unit_of_work() as session:
        return booked(session, name, Money.parse(amount, currency), on, "test")


def letters(name):
    delivery.deliver(delivery.waiting_ids())
    with reading() as session:
        claim = load(session, name, lock=False).claim_id
        query = select(Document).where(Document.claim_id == claim).order_by(Document.id)
        return [document.kind.split(":")[1] for document in session.exec(query) if document.kind.startswith("letter")]


def test_filing_routes_and_waits_for_the_team():
    name = routed()
    case = seen(name)
    assert name == "NL-2026-000001"
    assert (case.state, case.substance, case.debtor_country) == ("awaiting_acceptance", "BE", "NL")
    assert [d.kind for d in deadlines(name)] == ["accept"]
    with reading() as session:
        assert [e.kind for e in load(session, name, lock=False).events] == ["draft", "file", "route"]
        assert balances(load(session, case.claim_id, lock=False)) == {EUR: 100_000}


def test_references_count_up_per_country_and_year():
    assert [routed(number=str(n)) for n in (1, 2)] == ["NL-2026-000001", "NL-2026-000002"]
    assert routed(number="3", debtor="IT") == "IT-2026-000001"


def test_a_domestic_claim_is_taken_by_the_same_adapter():
    case = seen(routed(creditor="NL", debtor="NL"))
    assert (case.substance, case.debtor_country) == ("NL", "NL")


def test_a_duplicate_points_to_the_case_that_has_the_invoice():
    name = routed()
    with pytest.raises(IntakeError, match=name), unit_of_work() as session:
        filed(session)
    do(name, "withdraw", FILED)
    assert routed() != name


def test_a_country_that_nobody_serves_is_kept_as_a_draft():
    with unit_of_work() as session:
        case = filed(session, debtor="PT")
        assert (case.state, case.reference) == ("draft", None)
    assert deadlines(case.claim_id)[0].actor == "member"


def test_all_faults_are_reported_at_once_and_nothing_is_stored():
    from recovery.filing.claims import Filing, file_claim

    bad = invoice(amount="0.00", due=date(2026, 1, 1), debtor=None, kind="credit_note")
    with pytest.raises(Faults) as caught, unit_of_work() as session:
        file_claim(session, Filing(bad, b"x", "x.xml", FILED))
    assert {fault.code for fault in caught.value.faults} >= {"credit_note", "due_before_issue", "unknown_country"}
    with reading() as session:
        assert list(session.exec(select(Case))) == []
        assert list(session.exec(select(ClaimInvoice))) == []


def test_reminder_notice_and_court_follow_each_other():
    name = accepted()
    work(date(2026, 3, 3))
    assert seen(name).state == State.AMICABLE
    work(date(2026, 3, 13))
    assert seen(name).state == State.AMICABLE, "the term of the reminder runs to 13 March"
    work(date(2026, 3, 14))
    assert seen(name).state == State.FORMAL_NOTICE
    work(date(2026, 4, 10))
    assert [d.kind for d in deadlines(name)] == ["choose_route"]
    do(name, "choose_route", date(2026, 4, 13))
    case = seen(name)
    assert (case.state, case.route) == ("judicial", "european_payment_order")
    assert letters(name) == ["reminder", "formal_notice"]


def test_a_step_is_never_taken_twice_however_often_the_day_is_swept():
    name = accepted()
    for _ in range(3):
        work(date(2026, 3, 14))
    assert letters(name) == ["reminder"]


def test_without_consent_the_formal_notice_waits_for_the_member():
    name = accepted(consents=())
    work(date(2026, 3, 3))
    work(date(2026, 3, 14))
    assert seen(name).state == State.AMICABLE
    assert [(d.name, d.actor) for d in deadlines(name)] == [("consent:formal_notice", "member")]
    do(name, "consent_formal_notice", date(2026, 3, 16))
    work(date(2026, 3, 16))
    assert seen(name).state == State.FORMAL_NOTICE


def test_without_consent_there_is_no_court():
    name = accepted(consents=("formal_notice",))
    with pytest.raises(CaseError, match="not consented to court"):
        do(name, "choose_route", date(2026, 3, 4))


def test_a_dispute_stops_every_letter_until_it_is_resolved():
    name = accepted()
    do(name, "dispute", date(2026, 3, 3))
    for day in (date(2026, 3, 4), date(2026, 4, 1), date(2026, 6, 1)):
        work(day)
    assert letters(name) == ["dispute_received"]
    do(name, "resolve", date(2026, 6, 2), amount="100.00", **{"for": "creditor"})
    work(date(2026, 6, 10))
    assert letters(name) == ["dispute_received", "reminder"]
    with reading() as session:
        assert any(e.kind == "waiver" and e.amount_minor == -10_000 for e in load(session, name, lock=False).entries)


def test_paying_what_the_letter_asks_within_its_term_closes_the_case():
    name = accepted()
    work(date(2026, 3, 3))
    assert letters(name) == ["reminder"]
    asked = str(Money(seen(name).offer.total_minor, "EUR"))
    case = pay(name, asked, date(2026, 3, 12))
    assert (case.state, case.reason) == ("closed", "paid")
    with reading() as session:
        assert balances(load(session, case.claim_id, lock=False)) == {}
    assert letters(name) == ["reminder", "payment_receipt"]


def test_too_much_is_owed_back_and_too_little_keeps_the_case_open():
    name = accepted()
    assert pay(name, "400.00", date(2026, 3, 10)).state == "amicable"
    case = pay(name, "2000.00", date(2026, 3, 20))
    assert (case.state, case.reason) == ("closed", "paid")
    with reading() as session:
        assert balances(load(session, case.claim_id, lock=False)) == {}
        assert [e.kind for e in case.entries].count("refund_due") == 1


def test_a_payment_dated_earlier_corrects_the_interest():
    name = accepted()
    pay(name, "300.00", date(2026, 4, 20))
    pay(name, "300.00", date(2026, 3, 10))
    with reading() as session:
        case = load(session, name, lock=False)
        corrected = [e for e in case.entries if e.kind == "interest" and e.amount_minor < 0]
        assert corrected
        assert (
            balances(load(session, case.claim_id, lock=False))[EUR]
            == case.principal_open_minor + case.settled_interest_minor
        )


def test_a_payment_in_another_currency_is_converted_at_its_value_date():
    name = accepted(creditor="AT", debtor="SE", currency="SEK", amount="10000.00")
    pay(name, "500.00", date(2026, 4, 1), "EUR")
    with reading() as session:
        case = load(session, name, lock=False)
        rows = [e for e in case.entries if e.kind == "payment"]
    assert [(e.amount_minor, e.currency) for e in rows[:1]] == [(-4000, "EUR")], "the fixed sum in euro first"
    assert rows[1].currency == "SEK"
    assert [(one.case_minor is None, one.rate_on) for one in case.payments] == [(True, None), (False, date(2026, 4, 1))]


def test_a_plan_that_is_kept_closes_and_one_that_is_broken_goes_back():
    kept, broken = accepted(number="1"), accepted(number="2")
    for name in (kept, broken):
        do(name, "plan", date(2026, 3, 10), count=2, first="2026-04-10")
    for one in instalments_of(seen(kept)):
        case = pay(kept, str(one.amount), one.due)
    assert (case.state, case.reason) == ("closed", "paid")
    work(date(2026, 4, 16))
    assert seen(broken).state == State.AMICABLE
    assert deadlines(broken)


def test_an_opposition_makes_the_case_disputed_and_a_title_waits_for_its_time():
    name = accepted()
    with pytest.raises(CaseError, match="no formal notice was given"):
        do(name, "choose_route", date(2026, 3, 4), route="european_payment_order")
    do(name, "decide_urgent", date(2026, 3, 4), note="the debtor is selling its stock")
    do(name, "choose_route", date(2026, 3, 4), route="european_payment_order")
    do(name, "record_order", date(2026, 4, 1))
    do(name, "record_service", date(2026, 5, 15))
    assert seen(name).court.opposition_until == date(2026, 6, 15)
    with pytest.raises(CaseError, match="may oppose until 2026-06-15"):
        do(name, "record_title", date(2026, 6, 15))
    do(name, "record_opposition", date(2026, 6, 10))
    assert seen(name).state == State.DISPUTED


def test_a_time_barred_claim_is_not_demanded_without_a_decision():
    name = accepted(creditor="AT", debtor="NL", due=date(2026, 2, 14))
    result = work(date(2029, 3, 1))
    assert result.failed == 0
    assert letters(name) == []
    assert any("limitation" in d.data.get("why", "") for d in deadlines(name))


def test_a_missed_deadline_is_shown_once_and_stays_open():
    name = routed()
    work(date(2026, 4, 1))
    work(date(2026, 4, 2))
    assert [d.status for d in deadlines(name)] == ["late"]
    with reading() as session:
        assert [e.kind for e in load(session, name, lock=False).events].count("deadline_missed") == 1


def line(number, amount, reference, on=date(2026, 3, 10), **more):
    values = {
        "account": "NL91ABNA0417164300",
        "booked": on,
        "value": on,
        "amount": Money.parse(amount, EUR),
        "credit": True,
        "debtor_name": None,
        "debtor_iban": None,
        "reference": reference,
        "text": "",
        "bank_id": f"B{number}",
    }
    return Entry(**{**values, **more})


def test_importing_a_statement_twice_changes_nothing():
    name = accepted()
    lines = (
        line(1, "400.00", seen(name).payment_reference),
        line(2, "5.00", "unknown"),
        line(3, "9.00", None, credit=False),
    )
    first = take_lines(lines)
    assert (first.new, first.known, first.matched, first.unmatched, first.outgoing) == (3, 0, 1, 1, 1)
    second = take_lines(lines)
    assert (second.new, second.known, second.matched) == (0, 3, 0)
    with unit_of_work() as session:
        assert len(list(session.exec(select(BankEntry)))) == 3
        assert sum(e.amount_minor for e in load(session, name, lock=False).entries if e.kind == "payment") == -40_000


def test_remittance_pays_the_fund_first_and_nothing_twice():
    name = accepted()
    with unit_of_work() as session:
        case = load(session, name)
        case.advanced_minor = 25_000
    pay(name, "400.00", date(2026, 3, 10))
    with unit_of_work() as session:
        assert remit(session, "NL", date(2026, 4, 1))["totals"] == {EUR: "400.00"}
    with unit_of_work() as session:
        assert remit(session, "NL", date(2026, 4, 1))["transfers"] == 0


def test_the_event_chain_shows_the_first_break():
    name = accepted()
    claim = seen(name).claim_id
    with reading() as session:
        assert list(breaks(session)) == []
    with engine().begin() as connection, lifted(connection):
        statement = update(CaseEvent).where(CaseEvent.claim_id == claim, CaseEvent.sequence == 2)
        connection.execute(statement.values(note="changed behind our back"))
    with reading() as session:
        assert [(found, number) for found, number, _ in breaks(session)] == [(claim, 2)]


def dispute_and_accept_in_one(name):
    with unit_of_work() as session:
        act(session, name, Order("dispute", date(2026, 3, 4)))
        act(session, name, Order("accept", date(2026, 3, 4)))


def test_a_failing_transaction_leaves_no_trace():
    name = accepted()
    version = seen(name).version
    with pytest.raises(CaseError):
        dispute_and_accept_in_one(name)
    assert seen(name).version == version
    assert seen(name).state == State.AMICABLE


def test_two_people_on_one_version_the_second_is_told():
    name = accepted()
    version = seen(name).version
    with unit_of_work() as session:
        act(session, name, Order("dispute", date(2026, 3, 4), expected_version=version))
    with pytest.raises(CaseError, match="changed by somebody else"), unit_of_work() as session:
        act(session, name, Order("plan", date(2026, 3, 4), expected_version=version))


def test_an_effect_is_made_once_by_its_key():
    name = accepted()
    work(date(2026, 3, 3))
    ids = delivery.waiting_ids()
    assert delivery.deliver(ids).done == len(ids)
    assert delivery.deliver(ids).done == 0
    with unit_of_work() as session:
        for item in session.exec(select(Outbox)):
            item.status = "waiting"
            session.add(item)
    delivery.deliver(delivery.waiting_ids())
    assert letters(name) == ["reminder"]


def test_a_stored_letter_is_found_unchanged():
    name = accepted()
    work(date(2026, 3, 3))
    letters(name)
    with reading() as session:
        document = session.exec(select(Document).where(Document.kind == "letter:reminder")).one()
    assert documents.read(document.sha256).startswith(b"%PDF")
    documents.path_of(document.sha256).write_bytes(b"%PDF changed")
    with pytest.raises(CaseError, match="has been changed"):
        documents.read(document.sha256)


def test_lists_and_the_case_page_show_everything():
    name = accepted()
    with reading() as session:
        assert [row["case"] for row in list_cases(session, country="NL", state="amicable")] == [name]
        shown = show_case(session, name, date(2026, 4, 1))
    assert shown["balance"]["total"]["amount"] > "1040.00"
    assert shown["actions"]["dispute"] is None
    assert "not possible" not in str(shown["actions"])
    with reading() as session, pytest.raises(CaseError, match="not found"):
        show_case(session, "NL-2026-999999")
