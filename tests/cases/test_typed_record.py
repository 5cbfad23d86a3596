"""A case's record: every column by its name, values that are replaced whole, and a claim that is never stale."""

from __future__ import annotations

import json
from datetime import date

import pytest
from pydantic import ValidationError
from sqlalchemy import text

from recovery.case.columns import Plain, Value
from recovery.case.record import CaseRecord, add_law_event, assess_case
from recovery.case.store import load
from recovery.case.values import Offer, StepDone
from recovery.law.happened import Award, Credit, Waived
from recovery.ledger.payments import book
from recovery.money import Money
from recovery.store.database import reading, unit_of_work
from recovery.store.new_rows import new_row
from recovery.store.tables import Case, Entry
from tests.casework import accepted, do, seen

pytestmark = pytest.mark.usefixtures("local")
DAY = date(2026, 3, 10)
AMOUNT = {"on": DAY, "amount": "10.00", "currency": "EUR"}


def test_every_column_of_a_case_is_named_by_its_record():
    named = {name for name, one in vars(CaseRecord).items() if isinstance(one, Plain | Value)}
    assert named == set(Case.model_fields) - {"seal"}


CHANGES = {
    "disputed": lambda case: setattr(case, "disputed", True),
    "law_override": lambda case: setattr(case, "law_override", "BE"),
    "substance": lambda case: setattr(case, "substance", "NL"),
    "debtor_country": lambda case: setattr(case, "debtor_country", "IT"),
    "debtor": lambda case: setattr(case, "debtor", case.debtor.model_copy(update={"region": "NL-NH"})),
    "contract": lambda case: setattr(case, "contract", case.contract.model_copy(update={"kind": "goods"})),
    "law_events": lambda case: add_law_event(case, "acknowledgement", DAY, by="debtor"),
    "credits": lambda case: setattr(case, "credits", (Credit(**AMOUNT),)),
    "awards": lambda case: setattr(case, "awards", (Award(kind="court_costs", basis="decree", **AMOUNT),)),
    "waivers": lambda case: setattr(case, "waivers", (Waived(**AMOUNT),)),
    "payment": lambda case: book(case, Money(1000, "EUR"), DAY, "by hand"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_was_reckoned_is_forgotten_when_the_claim_changes(what):
    with unit_of_work() as session:
        case = load(session, accepted())
        owed, claim = assess_case(case, DAY), case.claim
        assert (assess_case(case, DAY) is owed, case.claim is claim) == (True, True)
        CHANGES[what](case)
        assert (assess_case(case, DAY) is owed, case.claim is claim) == (False, False)


def test_what_is_no_part_of_the_claim_leaves_what_was_reckoned():
    with unit_of_work() as session:
        case = load(session, accepted())
        owed = assess_case(case, DAY)
        case.offer = Offer(total_minor=100, pay_by=DAY, on=DAY)
        case.steps = (*case.steps, StepDone(step="reminder", on=DAY))
        case.agree("urgent", DAY)
        assert assess_case(case, DAY) is owed


def test_a_value_is_kept_without_what_is_as_by_default_and_read_back_the_same():
    name = accepted()
    do(name, "offer_settlement", DAY, "600.00", until="2026-03-31")
    case = seen(name)
    kept = {"amount_minor": 60_000, "until": "2026-03-31", "owed_minor": case.settlement.owed_minor}
    assert json.loads(case.row.settlement) == {**kept, "on": "2026-03-10", "paid_before": 0}
    assert CaseRecord.settlement.text(case.settlement) == case.row.settlement
    assert '"country"' not in case.row.debtor, "a country stands with the case"
    assert case.debtor.country == case.debtor_country == "NL"


def test_a_payment_that_was_taken_back_stays_marked_and_covers_nothing():
    name = accepted()
    do_pay(name, 10_000)
    do(name, "payment_returned", date(2026, 3, 12), "100.00", note="returned unpaid")
    [payment] = seen(name).payments
    assert (payment.reversed_on, payment.reversed_why) == (date(2026, 3, 12), "returned unpaid")
    assert seen(name).claim.payments == ()


def do_pay(name, minor):
    with unit_of_work() as session:
        book(load(session, name), Money(minor, "EUR"), DAY, "by hand")


def test_what_cannot_be_read_tells_nobody_s_name():
    name = accepted()
    with unit_of_work() as session:
        broken = """UPDATE case_file SET law_events = '[{"kind": "Jan Modaal", "on": "2026-03-01"}]'"""
        session.execute(text(broken))
    with reading() as session, pytest.raises(ValidationError) as refused:
        assert load(session, name, lock=False).claim
    assert "Modaal" not in str(refused.value)


def test_a_new_row_has_its_columns_and_no_others():
    row = {"claim_id": "c", "booked_on": DAY, "kind": "interest", "amount_minor": 1, "currency": "EUR", "basis": "b"}
    made = new_row(Entry, **row, label="l")
    assert (made.label, made.data, made.id) == ("l", {}, None)
    with pytest.raises(TypeError, match="label"):
        new_row(Entry, **row)
    with pytest.raises(TypeError, match="wishful"):
        new_row(Entry, **row, label="l", wishful=1)
