"""Form A of the European small claims procedure, from a disputed claim, read back from its PDF."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest
from pypdf import PdfReader

from recovery.errors import CaseError, IntakeError
from recovery.forms.labels import labels
from recovery.forms.order import FeePayment
from recovery.forms.small_claim import Wishes, print_small_claim, small_claim_form, small_claim_view
from recovery.quote import quote
from tests.forms.court_packs import DAY, parties
from tests.law.claims import claim

REASON = "Goods delivered and accepted; the defendant says they came late."
CASES = [("BE", "NL", "nl"), ("IT", "BE", "fr"), ("NL", "AT", "de"), ("NL", "IT", "it"), ("IT", "ES", "es")]
CASES.append(("NL", "SE", "sv"))


def form_of(facts, language, reasons=(REASON,), wishes=None, code="european_small_claims"):
    answer = quote(facts, DAY)
    route = next(route for route in answer.routes if route.code == code)
    who = parties(facts.creditor.country, facts.debtor.country, language)
    wishes = wishes or Wishes(hearing=True, certificate_language="de")
    return small_claim_form(who, facts, answer.assessment, answer.laws, route, reasons, wishes)


def text_of(form):
    pages = PdfReader(io.BytesIO(print_small_claim(form))).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


@pytest.mark.parametrize(("creditor", "debtor", "language"), CASES)
def test_every_section_is_printed_in_the_courts_language(creditor, debtor, language):
    form = form_of(claim(creditor, debtor, amount="4800.00", disputed=True), language)
    text, words = text_of(form), labels(language)
    for key in ("title", "notice", "hearing", "electronic", "certificate", "closing", "numbers", "attach"):
        assert re.sub(r"\s+", " ", words[f"small.{key}"]) in text, key
    for number, key in (
        *(("1", "field.court"), ("2", "small.claimant"), ("3", "small.defendant"), ("4", "field.jurisdiction")),
        *(("5", "field.cross_border"), ("6", "small.account"), ("7", "small.claim"), ("7", "small.costs")),
        *(("7", "small.interest"), ("8", "small.reasons"), ("8", "small.evidence"), ("", "small.wishes")),
    ):
        assert f"{number} {words[key]}".strip() in text, key
    assert REASON in text
    assert "861/2007" in text
    assert words["form.title"] not in text
    assert print_small_claim(form) == print_small_claim(form)


def test_the_codes_of_the_other_regulation_are_not_printed():
    form = form_of(claim("NL", "AT", amount="4800.00", disputed=True), "de")
    tables = [table for one in small_claim_view(form)["sections"] for table in one["tables"]]
    claims, costs, interest, evidence = tables
    assert claims["rows"] == [
        ["1", "1", "Rechnung 1 vom 10/01/2026, fällig am 09/02/2026", "09/02/2026", "€\N{NO-BREAK SPACE}4.800,00"]
    ]
    assert claims["head"] == ["#", "ID", "Erläuterung", "Datum", "Betrag"]
    assert costs["rows"][1][1].startswith("Pauschalbetrag für Betreibungskosten")
    assert interest["rows"][0][2] == "gesetzlich, jährlich"
    assert interest["rows"][0][4] == "8"
    assert evidence["rows"] == [["1", "1", "Rechnung 1", "10/01/2026"]]
    assert all(len(table["head"]) == len(table["widths"]) == len(row) for table in tables for row in table["rows"])


def test_the_representative_stands_with_the_claimant():
    view = small_claim_view(form_of(claim("NL", "AT", disputed=True), "de"))
    second = next(one for one in view["sections"] if one["number"] == "2")
    assert [group[0][1] for group in second["groups"]] == ["Muster & Söhne", "Recovery Example"]


def test_how_the_fee_is_paid_is_said_in_words_and_its_account_apart():
    form = form_of(claim("NL", "AT", disputed=True), "de")
    fee = FeePayment("03", holder="Muster & Söhne", iban="BE68539007547034")
    form = replace(form, asked=replace(form.asked, fee=fee))
    sections = small_claim_view(form)["sections"]
    sixth = next(one for one in sections if one["number"] == "6")
    assert sixth["groups"] == [[("Nähere Angaben", "Einzug vom Konto des Antragstellers")]]
    assert sections[-1]["apart"]
    assert "BE68 5390 0754 7034" in text_of(form)


def test_wishes_are_answered():
    form = form_of(claim("NL", "AT", disputed=True), "de", wishes=Wishes(False, True, False))
    view = small_claim_view(form)
    wishes = next(one for one in view["sections"] if one["title"] == labels("de")["small.wishes"])
    assert [answer for _, answer in wishes["groups"][0]] == ["nein", "ja", "nein"]


REFUSED = [
    (claim("NL", "AT", amount="5000.01", disputed=True), {}, "above 5000.00"),
    (claim("AT", "AT", disputed=True), {}, "not cross-border"),
    (claim("NL", "AT", disputed=True), {"reasons": (" ",)}, "section 8"),
    (claim("NL", "AT", disputed=True), {"reasons": ("Ω",)}, r"field 8: U\+03A9"),
    (claim("NL", "AT"), {"code": "european_payment_order"}, "not an open european_small_claims"),
]


@pytest.mark.parametrize(("facts", "more", "why"), REFUSED, ids=range(len(REFUSED)))
def test_what_the_procedure_does_not_take_is_refused(facts, more, why):
    with pytest.raises((CaseError, IntakeError), match=why):
        form_of(facts, "de", **more)
