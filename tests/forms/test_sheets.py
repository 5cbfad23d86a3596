"""The national data sheets, field by field, read back from their PDFs; and what a country's description must hold."""

from __future__ import annotations

import copy
import io
import re
import tomllib
from dataclasses import replace
from datetime import date
from importlib import resources

import pytest
from pypdf import PdfReader

from recovery.errors import CaseError, IntakeError, LawError
from recovery.forms.court_file import CourtFile, Defence
from recovery.forms.sheet import print_sheet, sheet
from recovery.forms.sheet_spec import read_sheets, sheets_of
from recovery.forms.sheet_text import LANGUAGES, filled_text, sheet_words
from recovery.forms.sources import BLANK
from recovery.forms.where import where_to_send
from recovery.quote import quote
from tests.forms.court_packs import DAY, parties
from tests.forms.sheet_samples import REGISTERED, SAMPLES
from tests.law.claims import claim

NOTICE = {"kind": "formal_notice", "on": "2026-03-10", "channel": "registered", "received": "2026-03-12"}


def court_file(creditor, debtor, code, language, **more) -> CourtFile:
    facts = claim(creditor, debtor, events=[NOTICE], **more)
    answer = quote(facts, DAY)
    route = next(one for one in answer.routes if one.code == code)
    names = ("factuur-1.pdf", "order.pdf")
    who = parties(creditor, debtor, language)
    return CourtFile(debtor, language, who, facts.at(DAY), answer.assessment, answer.laws, route, names)


def flat(text):
    return re.sub(r"\s+", " ", text)


def text_of(found):
    return flat(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(print_sheet(found))).pages))


@pytest.mark.parametrize(("creditor", "debtor", "code", "language", "more", "wanted"), SAMPLES)
def test_each_field_stands_beside_its_label_and_article(creditor, debtor, code, language, more, wanted):
    found = sheet(court_file(creditor, debtor, code, language, **more))
    text = text_of(found)
    for name, expected in wanted.items():
        label = flat(found.field(name).label)
        assert label in text, name
        assert flat(expected) in text.split(label, 1)[1], name


@pytest.mark.parametrize(("creditor", "debtor", "code", "language", "more", "wanted"), SAMPLES)
def test_each_sheet_ends_with_where_to_send_it(creditor, debtor, code, language, more, wanted):
    found = sheet(court_file(creditor, debtor, code, language, **more))
    words = sheet_words(language)
    last = text_of(found).split(words["send.title"])[1]
    for told in (found.send.court, found.send.channel, found.send.payment, found.send.copies, "order.pdf"):
        assert flat(told) in last, told
    assert f"{words['send.copies']} – {words['sheet.unsure']}" in last
    assert print_sheet(found) == print_sheet(found)


def test_what_no_source_confirms_is_printed_as_to_be_checked():
    found = sheet(court_file("BE", "NL", "national_court", "nl"))
    assert found.field("debtor_address").label.endswith("(Rv 45) – na te gaan")
    assert found.field("facts").label == "Gronden van de eis (Rv 111)"
    assert sheet_words("nl")["sheet.unsure_note"] in found.notes


def test_a_known_objection_is_told():
    file = replace(court_file("BE", "NL", "national_court", "nl"), defence=Defence("paid_already", date(2026, 4, 2)))
    found = sheet(file).field("defence")
    assert found.value.text == "De schuldenaar betwist de vordering (2 april 2026): al betaald."


def test_what_is_filled_by_hand_is_a_line():
    assert sheet(court_file("BE", "NL", "national_court", "nl")).field("day").value.text == BLANK


def test_above_its_cap_the_bailiff_asks_less():
    file = court_file("BE", "BE", "uncontested_bailiff", "nl", issued="2024-01-10", due="2024-02-09", **REGISTERED)
    found = sheet(file)
    assert found.field("claimable").value.text != found.field("total").value.text
    assert found.field("claimable").value.text in found.field("request").value.text


def without_address(file, role):
    people = tuple(replace(one, address="") if one.role == role else one for one in file.parties.people)
    return replace(file, parties=replace(file.parties, people=people))


def test_an_undescribed_route_has_no_instructions():
    file = court_file("BE", "NL", "national_payment_order", "nl")
    with pytest.raises(CaseError, match="national_payment_order is not described"):
        where_to_send(sheets_of("NL"), file)


LACKING = [
    ("NL", "BE", "national_court", "nl", "JC 702"),
    ("NL", "IT", "national_payment_order", "it", "C.p.c. 125, 638"),
    ("IT", "ES", "national_payment_order", "es", "LEC 814.1"),
    ("NL", "AT", "national_payment_order", "de", "ZPO § 244(2)"),
    ("NL", "SE", "national_payment_order", "sv", "lag (1990:746) 10 §; förordning (1991:1339) 3 §"),
    ("BE", "NL", "national_court", "nl", "Rv 45"),
]


@pytest.mark.parametrize(("creditor", "debtor", "code", "language", "article"), LACKING)
def test_without_the_debtors_address_field_and_article_are_named(creditor, debtor, code, language, article):
    file = without_address(court_file(creditor, debtor, code, language), "02")
    with pytest.raises(CaseError) as error:
        sheet(file)
    assert error.value.field == "debtor_address"
    assert f"field debtor_address is missing ({article})" in error.value.message


def test_a_closed_route_another_language_and_strange_letters_are_refused():
    file = court_file("NL", "SE", "national_court", "sv")
    with pytest.raises(CaseError, match="no sheet in nl; the court takes sv"):
        sheet(replace(file, language="nl"))
    with pytest.raises(CaseError, match="closed: because"):
        sheet(replace(file, route=replace(file.route, available=False, why="because")))
    with pytest.raises(CaseError, match="european_payment_order has no sheet"):
        sheet(court_file("NL", "SE", "european_payment_order", "sv"))
    with pytest.raises(IntakeError, match=r"se: national_court, field facts: U\+03A9"):
        sheet(replace(file, documents=("Ω.pdf",)))


def raw_of(country):
    path = resources.files(f"adapters.{country}").joinpath("court_sheets.toml")
    return tomllib.loads(path.read_text("utf-8"))


def first_field(raw):
    return raw["route"]["national_court"]["section"][0]["fields"][0]


BROKEN = [
    (lambda raw: first_field(raw).update(id="nobody"), r"field nobody has no \[field.nobody\]"),
    (lambda raw: first_field(raw).update(article=""), "name its article"),
    (lambda raw: first_field(raw).update(confidence="maybe"), "confirmed or uncertain"),
    (lambda raw: raw["field"]["court"].update(source="court.colour"), "source 'court.colour' is not known"),
    (lambda raw: raw["route"]["national_court"].pop("competence"), "the route lacks its words"),
    (lambda raw: raw["route"]["national_court"].update(act={"fr": "Citation"}), "act: write it in nl"),
]


@pytest.mark.parametrize(("breaks", "why"), BROKEN, ids=range(len(BROKEN)))
def test_a_faulty_description_is_refused(breaks, why):
    raw = copy.deepcopy(raw_of("nl"))
    breaks(raw)
    with pytest.raises(LawError, match=why):
        read_sheets("NL", raw)


def test_the_words_are_complete_and_their_placeholders_known():
    assert all(sheet_words(language) for language in LANGUAGES)
    with pytest.raises(LawError, match="no words in 'pl'"):
        sheet_words("pl")
    with pytest.raises(LawError, match="unknown placeholder sum; use total"):
        filled_text("{sum}", {"total": "1"})
