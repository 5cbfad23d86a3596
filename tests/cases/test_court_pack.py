"""Every route has its pack, in the court's language, and says what it lacks; the insolvency has its statement."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest
from lxml import etree
from pypdf import PdfReader
from sqlmodel import select

from recovery.case.record import add_law_event, assess_case
from recovery.case.store import load
from recovery.court.choice import routes_for
from recovery.court.pack import attach_lodging, attach_pack, choice_after_opposition, instructions
from recovery.forms.lodging import Insolvency
from recovery.forms.sheet_text import sheet_words
from recovery.money import Money
from recovery.postal import PostalAddress, read_lines
from recovery.store import documents
from recovery.store.database import reading, unit_of_work
from recovery.store.tables import Document, Party
from tests.casework import accepted, deadlines, do, seen

ON = date(2026, 4, 20)


def noticed(**more):
    """Return an accepted case whose debtor had a formal notice."""
    name = accepted(**more)
    with unit_of_work() as session:
        case = load(session, name)
        add_law_event(case, "formal_notice", date(2026, 3, 5), channel="registered", received="2026-03-06")
    return name


def addressed(name, lines=("Kade 4", "9000 Gent")):
    claim = seen(name).claim_id
    with unit_of_work() as session:
        creditor = session.get(Party, (claim, "creditor"))
        creditor.lives_at(read_lines(lines, "BE"))
        session.add(creditor)
        documents.attach(session, claim, f"{claim}:evidence:1", "evidence", "bestelling.pdf", "application/pdf", b"x")
    return claim


def made(name, code, on=ON, told=None, language=None):
    with unit_of_work() as session:
        case = load(session, name)
        route = next(one for one in routes_for(case, on) if one.code == code)
        attach_pack(case, route, on, told, language)


def pack(claim, kind="court_pack"):
    with reading() as session:
        query = select(Document).where(Document.claim_id == claim, Document.kind == kind)
        return {row.media_type: documents.read(row.sha256) for row in session.exec(query)}


def text_of(content):
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))


def events(claim, kind):
    with reading() as session:
        return [event for event in load(session, claim, lock=False).events if event.kind == kind]


def test_the_pack_is_form_a_with_the_figures_of_the_case(installation):
    name = noticed(creditor="BE", debtor="NL")
    claim = addressed(name)
    do(name, "choose_route", ON, route="european_payment_order")
    found = pack(claim)
    text = text_of(found["application/pdf"])
    owed = assess_case(seen(name), ON)
    for told in ("Rechtbank Den Haag", "Studio Voorbeeld", "9000", "Debiteur Voorbeeld", name, "2026-1"):
        assert told in text, told
    assert f"{owed.principal.major:,.2f}".replace(",", "X").replace(".", ",").replace("X", ".") in text
    assert etree.fromstring(found["application/xml"]).tag.endswith("EOPFormA")
    [event] = events(claim, "court_pack")
    assert event.data == {"after_opposition": "small_claims", "form": "A"}
    words = sheet_words("nl")
    last = text_of(found["application/pdf"]).split(words["send.title"])[1]
    for told in ("Postbus 20302, 2500 EH Den Haag", "niet elektronisch", words["send.no_annexes"]):
        assert told in last, told


def test_what_form_a_lacks_is_a_task_and_holds_up_nothing(local):
    name = noticed(creditor="BE", debtor="NL")  # the creditor's address is not on the invoice
    do(name, "choose_route", ON, route="european_payment_order")
    claim = seen(name).claim_id
    assert seen(name).state == "judicial"
    assert pack(claim) == {}
    assert events(claim, "court_pack_incomplete")
    [task] = [one for one in deadlines(name) if one.kind == "work"]
    assert "field 2" in task.data["why"]


def test_small_claims_say_why_and_list_the_evidence(installation):
    name = noticed(creditor="BE", debtor="NL")
    claim = addressed(name)
    do(name, "dispute", date(2026, 4, 1), ground="defective")
    made(name, "european_small_claims")
    text, words = text_of(pack(claim)["application/pdf"]), sheet_words("nl")
    for told in (
        *("861/2007", words["kind.services"], words["ground.defective"], "Factuur 2026-1", "bestelling.pdf"),
        *("invoice.xml", "Kantonrechter van de woonplaats of zetel van de schuldenaar (Plaats)", words["send.title"]),
        *("5 maart 2026, ontvangen op 6 maart 2026", "Wenst de eiser een mondelinge behandeling? nee"),
    ):
        assert told in text, told
    assert [event.data for event in events(claim, "court_pack")] == [{"form": "small claims A"}]


NATIONAL = [
    ("NL", "BE", "national_court", None, ("Dagvaarding", "Ondernemingsrechtbank", "JC 702")),
    ("NL", "BE", "national_payment_order", "fr", ("Requête en procédure sommaire", "Tribunal de l'entreprise")),
    (
        "BE",
        "IT",
        "national_payment_order",
        None,
        ("Ricorso per decreto ingiuntivo", "Giudice di pace", "C.p.c. 638, 641"),
    ),
    ("IT", "ES", "national_payment_order", None, ("Petición inicial de proceso monitorio", "LEC 813")),
    ("NL", "AT", "national_payment_order", None, ("Mahnklage", "Bezirksgericht am Wohnsitz", "ZPO § 244")),
    ("NL", "SE", "national_payment_order", None, ("Ansökan om betalningsföreläggande", "Kronofogdemyndigheten")),
    ("BE", "NL", "national_court", None, ("Dagvaarding", "Kantonrechter", "Rv 111")),
]


@pytest.mark.parametrize(("creditor", "debtor", "code", "language", "wanted"), NATIONAL)
def test_a_national_route_has_its_sheet(local, creditor, debtor, code, language, wanted):
    name = noticed(creditor=creditor, debtor=debtor)
    claim = addressed(name, ("Kade 4", "9000 Gent", creditor))
    made(name, code, language=language)
    text = text_of(pack(claim)["application/pdf"])
    for told in (*wanted, "Studio Voorbeeld", "Debiteur Voorbeeld", "bestelling.pdf", "2026-1", name):
        assert told in text, told
    [event] = events(claim, "court_pack")
    assert event.data["form"] in text


def test_a_sheet_that_lacks_the_debtors_address_is_a_task(local):
    name = noticed(creditor="BE", debtor="NL")
    claim = addressed(name)
    with unit_of_work() as session:
        debtor = session.get(Party, (claim, "debtor"))
        debtor.lives_at(PostalAddress(country="NL"))
        session.add(debtor)
    made(name, "national_court")
    assert pack(claim) == {}
    [task] = [one for one in deadlines(name) if one.kind == "work"]
    assert task.data["why"] == ("nl: national_court: field debtor_address is missing (Rv 45); add it to the case")


def test_the_instructions_are_those_of_the_last_page(local):
    name = noticed(creditor="BE", debtor="NL")
    claim = addressed(name)
    made(name, "national_court")
    with reading() as session:
        case = load(session, name, lock=False)
        route = next(one for one in routes_for(case, ON) if one.code == "national_court")
        told = instructions(case, route, ON).as_dict()
    last = text_of(pack(claim)["application/pdf"]).split(sheet_words("nl")["send.title"])[1]
    for key in ("court", "address", "channel", "copies", "payment", "language", "representation"):
        assert told[key] in last, key
    assert told["annexes"] == ["invoice.xml", "bestelling.pdf"]
    assert told["unsure"] == ["channel", "address", "copies"]


def lodged(name, opened=date(2026, 4, 10)):
    with unit_of_work() as session:
        case = load(session, name)
        case_of = Insolvency("faillissement", opened, opened, "Rechtbank Plaats", "F.26/1", lodge_by=date(2026, 5, 11))
        attach_lodging(case, case_of, ON)


def test_the_statement_of_the_claim_is_reckoned_to_the_opening(installation):
    name = noticed(creditor="BE", debtor="NL")
    claim = addressed(name)
    lodged(name)
    text = text_of(pack(claim, "insolvency_claim")["application/pdf"])
    owed = assess_case(seen(name), date(2026, 4, 10))
    later = assess_case(seen(name), ON)
    shown = f"€ {owed.total.major:,.2f}".replace(",", "X").replace(".", ",").replace("X", ".")
    assert shown in text
    assert later.total != owed.total
    for told in ("Lodgement of claims", "Rechtbank Plaats", "F.26/1", "BE68539007547034", "bestelling.pdf"):
        assert told in text, told
    [event] = events(claim, "insolvency_claim")
    assert event.data == {"until": "2026-04-10"}


def test_a_statement_without_the_creditors_address_is_a_task(local):
    name = noticed(creditor="BE", debtor="NL")
    lodged(name)
    assert pack(seen(name).claim_id, "insolvency_claim") == {}
    [task] = [one for one in deadlines(name) if one.kind == "work"]
    assert "creditor_address is missing (Reg. 2015/848 art. 55(2)(a))" in task.data["why"]


CHOICES = [
    (Money(500_000, "EUR"), None, "small_claims", "eu.md 2.6: up to 5,000.00"),
    (Money(500_001, "EUR"), None, "discontinue", "above: the member has not accepted the risk"),
    (None, None, "discontinue", "the value in euro is not known"),
    (Money(900_000, "EUR"), "national", "national", "the member accepted the risk"),
]


@pytest.mark.parametrize(("principal", "told", "after", "why"), CHOICES)
def test_what_follows_an_opposition_is_the_members_choice(principal, told, after, why):
    assert choice_after_opposition(principal, told) == after, why
