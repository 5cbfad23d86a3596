"""A debtor who moved: the mandate and the history stay, the procedure is the new country's."""

from __future__ import annotations

from datetime import date

import pytest

from recovery.bank.entry import Entry
from recovery.case.chain import breaks
from recovery.case.record import assess_case, procedure_of
from recovery.case.store import load
from recovery.errors import CaseError
from recovery.ledger.bank_lines import take_lines
from recovery.money import Money
from recovery.postal import PostalAddress
from recovery.rounds import sweep
from recovery.store.database import reading
from tests.casework import accepted, deadlines, do, routed, seen

pytestmark = pytest.mark.usefixtures("installation")
MOVED = date(2026, 4, 1)
ADDRESS = "Calle Nueva 5; 28001 Madrid"


def move(name, **more):
    do(name, "reroute", MOVED, **{"country": "ES", "address": ADDRESS, **more})


def test_the_new_team_gets_the_case_under_a_new_reference_and_the_old_one_finds_it():
    name = accepted(creditor="BE", debtor="NL")
    sweep.work(sweep.due_deadlines(date(2026, 3, 3)), date(2026, 3, 3))
    before = seen(name)
    owed = assess_case(before, MOVED).total
    move(name)
    case = seen(name)
    assert case.reference == "ES-2026-000001"
    assert seen("ES-2026-000001").claim_id == before.claim_id
    assert (case.state, case.debtor_country, case.substance) == ("awaiting_acceptance", "ES", "BE")
    assert procedure_of(case).country == "ES"
    assert assess_case(case, MOVED).total == owed  # the law of the contract moves with nobody
    assert case.payment_reference != before.payment_reference
    assert {one.country for one in deadlines(name)} == {"ES"}
    with reading() as session:
        debtor = case.party("debtor")
        assert debtor.address == PostalAddress("Calle Nueva 5", "28001", "Madrid", "ES")
        assert debtor.former_addresses
        assert list(breaks(session)) == []


def test_the_new_country_begins_its_own_procedure():
    name = accepted(creditor="BE", debtor="NL")
    sweep.work(sweep.due_deadlines(date(2026, 3, 3)), date(2026, 3, 3))
    move(name)
    do(name, "accept", date(2026, 4, 2))
    case = seen(name)
    assert (case.state, case.steps_done) == ("amicable", [])
    sweep.work(sweep.due_deadlines(date(2026, 4, 2)), date(2026, 4, 2))
    assert seen(name).steps_done == ["reminder"]
    with reading() as session:
        [_, spanish] = [e for e in load(session, case.claim_id, lock=False).events if e.kind == "remind"]
    assert spanish.data["basis"].startswith("CCom")


def test_money_that_names_the_old_reference_finds_the_case():
    name = accepted(creditor="BE", debtor="NL")
    old = seen(name).payment_reference
    move(name)
    line = Entry(
        account="NL91ABNA0417164300",
        bank_id="b1",
        booked=date(2026, 4, 3),
        value=date(2026, 4, 3),
        amount=Money.parse("100.00", "EUR"),
        credit=True,
        debtor_name="Debiteur Voorbeeld",
        debtor_iban=None,
        text="",
        reference=old,
    )
    assert take_lines((line,)).matched == 1
    assert len(seen(name).payments) == 1


def test_a_title_and_a_plan_go_along():
    name = accepted(creditor="BE", debtor="NL")
    do(name, "plan", date(2026, 3, 10), count=4, first="2026-05-10")
    move(name)
    do(name, "accept", date(2026, 4, 3))
    assert seen(name).state == "instalment_plan"
    assert any(one.kind == "instalment" for one in deadlines(name))
    titled = accepted(creditor="BE", debtor="NL", number="2")
    do(titled, "decide_urgent", date(2026, 3, 4), note="assets leave the country")
    do(titled, "choose_route", date(2026, 3, 4), route="european_payment_order")
    with pytest.raises(CaseError, match="not possible while the case is judicial"):
        do(titled, "reroute", date(2026, 3, 5), country="ES", address=ADDRESS)
    do(titled, "record_order", date(2026, 3, 10))
    do(titled, "record_service", date(2026, 3, 20))
    do(titled, "record_title", date(2026, 5, 20), amount="600.00")
    do(titled, "reroute", date(2026, 5, 21), country="ES", address=ADDRESS)
    do(titled, "accept", date(2026, 5, 22))
    assert seen(titled).state == "enforcement"
    tasks = {one.kind: one.data for one in deadlines(titled)}
    assert "tribunal" in tasks["enforcement_review"]["organ"].lower()
    assert tasks["work"]["why"] == "400.00 EUR of the principal have no title: waive it, or claim it elsewhere"


def test_a_case_that_is_refused_in_the_new_country_can_come_back():
    name = accepted(creditor="BE", debtor="NL")
    do(name, "plan", date(2026, 3, 10), count=4, first="2026-05-10")
    move(name)
    do(name, "refuse", date(2026, 4, 2), note="address not found")
    do(name, "reroute", date(2026, 4, 3), country="IT", address="Via Nuova 1; 00100 Roma")
    do(name, "accept", date(2026, 4, 4))
    assert (seen(name).state, seen(name).reference) == ("instalment_plan", "IT-2026-000001")
    with reading() as session:
        assert load(session, "NL-2026-000001", lock=False).claim_id == seen(name).claim_id


@pytest.mark.parametrize(
    ("change", "field"),
    [({"country": "FR"}, "country"), ({"country": "NL"}, "country"), ({"address": " ; "}, "address")],
)
def test_a_move_that_cannot_be_is_refused_and_changes_nothing(change, field):
    name = routed(creditor="BE", debtor="NL")
    before = seen(name)
    with pytest.raises(CaseError) as caught:
        move(name, **change)
    assert caught.value.field == field
    assert (seen(name).version, seen(name).reference) == (before.version, before.reference)


def test_a_consumer_keeps_the_law_of_the_old_home():
    name = accepted(creditor="NL", debtor="BE", debtor_kind="consumer")
    before = assess_case(seen(name), MOVED).total
    move(name)
    case = seen(name)
    assert (case.substance, case.debtor.home) == ("BE", "BE")
    assert assess_case(case, MOVED).total == before
