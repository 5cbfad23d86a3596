"""What stopped a person once: amounts misread, data of a file that is gone, errors without a field, missing buttons."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib import resources

import pytest
from sqlmodel import select

from flows.uploads import read
from recovery.case.store import load
from recovery.case.transition import open_deadlines
from recovery.demo.bankfile import Paid, statement
from recovery.desk import debtor_answers as answers
from recovery.desk import inbox
from recovery.desk.actions import moves
from recovery.errors import IntakeError
from recovery.filing.claims import Filing, file_claim
from recovery.filing.drafts import add_paper, faults_of, filing_of, new_draft
from recovery.filing.fields import plain_sum
from recovery.filing.routing import route_case
from recovery.intake.invoice import Party
from recovery.money import Money
from recovery.rounds import sweep
from recovery.store.database import reading, transact, unit_of_work
from recovery.store.portal_tables import ClaimDraft
from recovery.store.tables import BankEntry, Member
from tests.casework import FILED, accepted, booked, do, invoice, seen
from tests.portal.conftest import form_token
from tests.portal.people import member, worker

INVOICE = resources.files("recovery.demo").joinpath("invoices", "se.xml").read_bytes()
OTHER = resources.files("recovery.demo").joinpath("invoices", "nl.xml").read_bytes()
SCAN = b"%PDF-1.4\n%%EOF\n"
DAY = date(2026, 3, 20)
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)

AMOUNTS = [
    # typed          language  read as
    ("1.250", "nl", "1250"),
    ("1.250", "it", "1250"),
    ("1.250", "de", "1250"),
    ("1.250", "es", "1250"),
    ("1,250", "en", "1250"),
    ("1.250,00", "en", "1250.00"),
    ("1,250.00", "nl", "1250.00"),
    ("1.250.000", "en", "1250000"),
    ("1,250,000", "nl", "1250000"),
    ("12,5", "en", "12.5"),
    ("1250.5", "nl", "1250.5"),
    ("1 250", "sv", "1250"),
    ("1\u202f250,50", "fr", "1250.50"),
    ("1'250", "de", "1250"),
    ("€ 100", "nl", "100"),
    ("100 kr", "sv", "100"),
    ("EUR 99,99", "it", "99.99"),
    ("100", "", "100"),
]
ASKED = [("1.250", "en"), ("1.250", "fr"), ("1.250", "sv"), ("1,250", "nl"), ("1,250", "it"), ("1.250", "")]
NO_AMOUNT = ("1 25", "12 50,00", "1.25.00", "1,25,0", "one", "1.2.3", "--5", "")


@pytest.mark.parametrize(("typed", "language", "amount"), AMOUNTS)
def test_an_amount_is_read_as_its_language_writes_it(typed, language, amount):
    assert plain_sum(typed, language) == amount


@pytest.mark.parametrize(("typed", "language"), ASKED)
def test_what_may_be_a_thousand_or_a_decimal_part_is_asked(typed, language):
    with pytest.raises(IntakeError) as error:
        plain_sum(typed, language)
    assert error.value.code == "ambiguous_amount"


@pytest.mark.parametrize("typed", NO_AMOUNT)
def test_what_is_no_amount_is_refused(typed):
    with pytest.raises(IntakeError) as error:
        plain_sum(typed, "nl")
    assert error.value.code == "bad_amount"


def begun(client, content=SCAN, name="scan.pdf"):
    """Return the first step of a draft made from a file, and the form's token."""
    token = form_token(client.get("/claims/new").text)
    made = client.post("/claims/new", data={"csrf": token}, files={"file": (name, content, "application/pdf")})
    return made.headers["location"], token


def draft():
    with reading() as session:
        return session.exec(select(ClaimDraft)).one()


def test_a_page_in_dutch_reads_dutch_amounts_and_one_in_english_asks(caller):
    typed = {"number": "7", "issued": "2026-01-15", "amount": "1.250", "currency": "EUR", "go": "on"}
    for language, asks in (("nl", False), ("en", True)):
        client = caller(member())
        client.cookies.set("language", language)
        place, token = begun(client)
        answer = client.post(place, data={"csrf": token, **typed})
        assert ('href="#amount"' in answer.text) is asks
        with unit_of_work() as session:
            session.delete(session.exec(select(ClaimDraft)).one())


def test_more_unpaid_than_invoiced_is_refused_by_hand_too(caller):
    client = caller(member())
    place, token = begun(client)
    typed = {"number": "7", "issued": "2026-01-15", "amount": "100.00", "open": "1000.00", "currency": "EUR"}
    answer = client.post(place, data={"csrf": token, **typed, "go": "on"})
    assert (answer.status_code, 'href="#open"' in answer.text) == (422, True)


def test_a_replaced_file_takes_its_data_with_it_and_shows_the_step_again(caller):
    client = caller(member())
    place, token = begun(client, INVOICE, "a.xml")
    first = dict(draft().typed)
    answer = client.post(place, data={"csrf": token, "go": "on"}, files={"file": ("b.xml", OTHER, "application/xml")})
    assert answer.headers["location"] == place
    second = dict(draft().typed)
    assert second["number"] != first["number"]
    assert second["debtor_name"] != first["debtor_name"]
    client.post(place, data={"csrf": token, "go": "on"}, files={"file": ("scan.pdf", SCAN, "application/pdf")})
    third = draft().typed
    assert third["source"] == "hand"
    assert {third[name] for name in ("number", "debtor_name", "debtor_vat", "amount")} == {""}


def test_what_was_typed_beside_a_copy_stays_when_the_copy_is_replaced(caller):
    client = caller(member())
    place, token = begun(client)
    client.post(place, data={"csrf": token, "number": "77", "go": "stay"})
    client.post(place, data={"csrf": token, "number": "77", "go": "on"}, files={"file": ("b.pdf", SCAN + b" ", "x/x")})
    assert draft().typed["number"] == "77"


def test_an_odd_number_of_the_seller_is_told_and_stops_nothing(caller):
    wrong = INVOICE.replace(b"<cbc:CompanyID>ATU76543215", b"<cbc:CompanyID>ATU76543214")
    assert wrong != INVOICE
    client = caller(member())
    place, token = begun(client, wrong, "a.xml")
    shown = client.get(place)
    assert 'name="seller_vat"' in shown.text
    assert "does not pass its check" in shown.text
    assert client.post(place, data={"csrf": token, "go": "on"}).headers["location"].endswith("/debtor")
    client.post(place, data={"csrf": token, "seller_vat": "ATU76543215", "go": "on"})
    with reading() as session:
        one = session.exec(select(Member)).one()
    assert filing_of(draft(), one, read, date(2026, 11, 1)).invoice.seller.vat == "ATU76543215"


DATES = [(date(1989, 5, 1), date(1990, 5, 1)), (date(2013, 1, 1), date(2013, 2, 1)), (date(2026, 1, 1), None)]


@pytest.mark.parametrize(("issued", "due"), DATES)
def test_what_the_steps_accept_can_be_filed_and_routed(installation, issued, due):
    """A claim that no step finds fault with is neither refused when it is filed nor when it is routed."""
    typed = {"number": "7", "issued": issued.isoformat(), "due": due.isoformat() if due else "", "amount": "100.00"}
    typed |= {
        "currency": "EUR",
        "debtor_name": "D",
        "debtor_kind": "business",
        "debtor_country": "NL",
        "source": "hand",
    }
    typed |= {"debtor_street": "Weg 1", "debtor_city": "Plaats"}
    one = Member(id="m", email="m@voorbeeld.example", name="M", partner="BE", iban="BE68539007547034")
    with unit_of_work() as session:
        session.add(one)
        session.flush()
        made = new_draft(session, one, NOW)
        made.typed = typed
        add_paper(session, made, "invoice", "scan.pdf", SCAN, NOW)
        faults = [fault for step in faults_of(made, one, read, FILED).values() for fault in step]
        if faults:
            assert {fault.field for fault in faults} <= {"due", "issued"}
            return
        case = file_claim(session, filing_of(made, one, read, FILED))
        assert route_case(session, case.claim_id, FILED).reference


def test_the_way_to_court_is_offered_when_its_task_is_due(caller):
    name = accepted()
    for day in range(60):
        on = date(2026, 3, 3) + timedelta(days=day)
        sweep.work(sweep.due_deadlines(on), on)
    with reading() as session:
        case = load(session, name, lock=False)
        assert "choose_route" in {one.kind for one in open_deadlines(case)}
        assert moves(case, date(2026, 5, 2))["go_to_court"] is None
    page = caller(worker(country="NL")).get(f"/team/cases/{name}")
    assert f"/team/cases/{name}/do/choose_route" in page.text


def said(name, call, *args):
    with unit_of_work() as session:
        case = load(session, name)
        call(case, DAY, *args)


def test_what_a_debtor_says_is_shown_to_team_and_member_and_moves_a_queue(caller):
    name = accepted()
    said(name, answers.propose_plan, 3, DAY + timedelta(days=10), "I can pay in parts")
    said(name, answers.say_paid, date(2026, 3, 18), "It went on Wednesday", (("proof.pdf", SCAN),))
    team, mine = caller(worker(country="NL")), caller(member())
    for page in (team.get(f"/team/cases/{name}/talk").text, mine.get(f"/claims/{name}").text):
        for words in ("What the debtor says", "3 instalments of", "30 Mar 2026", "30 May 2026", "I can pay in parts"):
            assert words in page, words
        assert "Paid on 18 Mar 2026" in page
        assert "1 paper" in page
    with reading() as session:
        assert inbox.counts(session, inbox.Scope("NL"), DAY)["answers"] == 1
    assert name in team.get("/team?queue=answers").text
    do(name, "plan", DAY, count=3, first="2026-04-10", actor="w@team.example")
    with reading() as session:
        assert inbox.counts(session, inbox.Scope("NL"), DAY)["answers"] == 0
    said(name, answers.object_to, "defective", "It never worked", "200.00", ())
    for page in (team.get(f"/team/cases/{name}/talk").text, mine.get(f"/claims/{name}").text):
        for words in ("defective", "€200.00", "It never worked"):
            assert words in page, words


def test_a_payment_ends_the_look_at_the_account(installation):
    name = accepted()
    said(name, answers.say_paid, date(2026, 3, 18), "", ())
    transact(lambda session: booked(session, name, Money(10_000, "EUR"), DAY, "bank"))
    with reading() as session:
        assert "debtor_answer" not in {one.kind for one in open_deadlines(load(session, name, lock=False))}


def test_a_team_takes_in_no_statement_of_another_account(caller):
    name = accepted(debtor="NL")
    reference = seen(name).payment_reference
    line = Paid(1, "NL91ABNA0417164300", date(2026, 3, 10), Money(10_000, "EUR"), "Debiteur Voorbeeld", reference)
    client = caller(worker(country="IT"))
    token = form_token(client.get("/team/bank").text)
    content = statement([line], DAY)
    answer = client.post("/team/bank", data={"csrf": token}, files={"file": ("s.xml", content, "application/xml")})
    assert (answer.status_code, 'href="#file"' in answer.text) == (422, True)
    with reading() as session:
        assert session.exec(select(BankEntry)).all() == []


def test_two_members_never_become_one_through_a_customer_number(installation):
    def filed(number, seller):
        with unit_of_work() as session:
            made = invoice(number=number)
            filing = Filing(_from(made, seller), b"x", "x.xml", FILED, None, "business")
            return file_claim(session, filing).member_id

    anna = {"name": "Atelier Anna", "registration_number": "12345678", "country": "BE"}
    assert filed("1", anna) == filed("2", anna)
    assert filed("3", {**anna, "country": "NL"}) != filed("4", anna)
    assert filed("5", {"name": "Studio", "country": "AT", "iban": "AT611904300234573201"}) != filed(
        "6", {"name": "Studio", "country": "AT", "iban": "AT483200000012345864"}
    )
    with reading() as session:
        assert len(session.exec(select(Member)).all()) == 4


def _from(made, seller):
    return replace(made, seller=Party(**seller))
