"""Going to court by the European order makes form A, in the court's language, and says what it lacks."""

from __future__ import annotations

import io
from datetime import date

import pytest
from lxml import etree
from pypdf import PdfReader
from sqlmodel import select

from recovery.cases.chain import events_of
from recovery.cases.court_pack import choice_after_opposition
from recovery.cases.record import assess_case
from recovery.money import Money
from recovery.store import documents
from recovery.store.database import reading, unit_of_work
from recovery.store.tables import Document, Party
from tests.casework import accepted, deadlines, do, seen

ON = date(2026, 4, 20)


def addressed(name):
    claim = seen(name).claim_id
    with unit_of_work() as session:
        creditor = session.get(Party, (claim, "creditor"))
        creditor.lines = {"address": ["Kade 4", "9000 Gent", "BE"]}
        session.add(creditor)
    return claim


def pack(claim):
    with reading() as session:
        query = select(Document).where(Document.claim_id == claim, Document.kind == "court_pack")
        return {row.media_type: documents.read(row.sha256) for row in session.exec(query)}


def kinds(claim):
    with reading() as session:
        return [event.kind for event in events_of(session, claim)]


def test_the_pack_is_form_a_with_the_figures_of_the_case(installation):
    name = accepted(creditor="BE", debtor="NL")
    claim = addressed(name)
    do(name, "choose_route", ON, route="european_payment_order")
    found = pack(claim)
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(found["application/pdf"])).pages)
    owed = assess_case(seen(name), ON)
    for told in ("Rechtbank Den Haag", "Studio Voorbeeld", "9000", "Debiteur Voorbeeld", name, "2026-1"):
        assert told in text, told
    assert f"{owed.principal.major:,.2f}".replace(",", "X").replace(".", ",").replace("X", ".") in text
    assert etree.fromstring(found["application/xml"]).tag.endswith("EOPFormA")
    with reading() as session:
        event = next(one for one in events_of(session, claim) if one.kind == "court_pack")
    assert event.data == {"after_opposition": "small_claims", "form": "A"}


def test_what_form_a_lacks_is_a_task_and_holds_up_nothing(local):
    name = accepted(creditor="BE", debtor="NL")  # the creditor's address is not on the invoice
    do(name, "choose_route", ON, route="european_payment_order")
    claim = seen(name).claim_id
    assert seen(name).state == "judicial"
    assert pack(claim) == {}
    assert "court_pack_incomplete" in kinds(claim)
    [task] = [one for one in deadlines(name) if one.kind == "work"]
    assert "field 2" in task.data["why"]


def test_another_route_makes_no_form_a(local):
    name = accepted(creditor="BE", debtor="NL")
    claim = addressed(name)
    do(name, "choose_route", ON, route="national_court")
    assert pack(claim) == {}
    assert "court_pack" not in kinds(claim)


CHOICES = [
    (Money(500_000, "EUR"), None, "small_claims", "eu.md 2.6: up to 5,000.00"),
    (Money(500_001, "EUR"), None, "discontinue", "above: the member has not accepted the risk"),
    (None, None, "discontinue", "the value in euro is not known"),
    (Money(900_000, "EUR"), "national", "national", "the member accepted the risk"),
]


@pytest.mark.parametrize(("principal", "told", "after", "why"), CHOICES)
def test_what_follows_an_opposition_is_the_members_choice(principal, told, after, why):
    assert choice_after_opposition(principal, told) == after, why
