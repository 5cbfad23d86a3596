"""A debtor's proposal agreed to or refused, the creditor corrected, and notes that the team alone reads."""

from __future__ import annotations

from datetime import date

import pytest

from recovery.audit.verify import verify
from recovery.case.store import load
from recovery.case.transition import open_deadlines
from recovery.desk import debtor_answers
from recovery.desk.actions import possible
from recovery.errors import CaseError, IntakeError
from recovery.rounds import delivery
from recovery.settings import settings
from recovery.store.database import reading, unit_of_work
from tests.casework import accepted, do, seen

pytestmark = pytest.mark.usefixtures("installation")
DAY = date(2026, 3, 10)


def proposed(name, count=3, first=date(2026, 3, 20)):
    with unit_of_work() as session:
        debtor_answers.propose_plan(load(session, name), DAY, count, first, "three times, please")


def waiting(name, kind="debtor_answer"):
    with reading() as session:
        return [one for one in open_deadlines(load(session, name, lock=False)) if one.kind == kind]


def test_a_proposal_is_agreed_to_as_it_was_made():
    name = accepted()
    proposed(name)
    assert waiting(name)
    do(name, "accept_plan", date(2026, 3, 11))
    case = seen(name)
    assert (case.state, [part.due for part in case.plan.instalments]) == (
        "instalment_plan",
        [date(2026, 3, 20), date(2026, 4, 20), date(2026, 5, 20)],
    )
    assert not waiting(name)
    assert [one.payload["document"] for one in case.effects if one.kind == "letter"] == ["instalment_plan"]


def test_another_first_day_may_be_agreed_where_the_proposed_one_has_passed():
    name = accepted()
    proposed(name)
    with pytest.raises(CaseError) as error:
        do(name, "accept_plan", date(2026, 3, 21))
    assert error.value.field == "first"
    do(name, "accept_plan", date(2026, 3, 21), first="2026-04-01", interest="waived")
    assert seen(name).plan.instalments[0].due == date(2026, 4, 1)


def test_a_proposal_is_refused_with_a_letter_that_says_why():
    name = accepted()
    proposed(name)
    with pytest.raises(CaseError):
        do(name, "refuse_plan", DAY)
    do(name, "refuse_plan", DAY, note="Three months are too long: pay half now.")
    case = seen(name)
    assert (case.state, case.plan) == ("amicable", None)
    (letter,) = [one for one in case.effects if one.kind == "letter"]
    assert "pay half now" in str(letter.payload)
    assert not waiting(name)
    assert [one.kind for one in case.events][-1] == "plan_refused"


def test_without_a_proposal_there_is_nothing_to_answer():
    name = accepted()
    with reading() as session:
        may = possible(load(session, name, lock=False), DAY, "team")
    why = "the debtor has proposed no instalments that wait for an answer"
    assert [may[name].partition(": ")[2] for name in ("accept_plan", "refuse_plan")] == [why, why]
    proposed(name)
    do(name, "plan", DAY, count="2")
    with pytest.raises(CaseError):
        do(name, "accept_plan", DAY)


def test_the_creditors_account_is_corrected_and_the_member_warned():
    name = accepted()
    with pytest.raises(IntakeError):
        do(name, "correct_creditor", DAY, note="typo", iban="BE00000000000000")
    do(name, "correct_creditor", DAY, note="typo", iban="NL91 ABNA 0417 1643 00", email="New@Studio.example")
    creditor = seen(name).party("creditor")
    assert (creditor.iban, creditor.email) == ("NL91ABNA0417164300", "new@studio.example")
    told = seen(name).events[-1].data
    assert told["changed"]["iban"] == {"before": "BE… 7034", "after": "NL… 4300"}
    assert "0417164300" not in str(told)
    with pytest.raises(CaseError) as same:
        do(name, "correct_creditor", DAY, note="again", iban="NL91ABNA0417164300")
    assert same.value.code == "not_allowed"
    done = delivery.deliver(delivery.waiting_ids(100))
    assert done.failed == 0
    mails = [path.read_text("utf-8", "replace") for path in (settings().outgoing / "mail").glob("*warning*.eml")]
    assert len(mails) == 2, "one for the account, one for the address"
    assert all("studio@voorbeeld.example" in text for text in mails)
    assert verify().as_dict()["findings"] == []


def test_a_note_is_kept_for_the_team_alone():
    name = accepted()
    before = seen(name)
    do(name, "note", DAY, note="The debtor's brother runs the shop now.")
    case = seen(name)
    assert (case.state, len(case.effects)) == (before.state, len(before.effects))
    assert case.events[-1].note == "The debtor's brother runs the shop now."
    with pytest.raises(CaseError):
        do(name, "note", DAY)
