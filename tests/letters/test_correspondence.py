"""Letters of cases: every document in every country and language, translated, previewed, with a logo."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from sqlmodel import func, select

from recovery.case.store import load
from recovery.errors import CaseError, LawError
from recovery.letters.letter import Letter
from recovery.letters.render import render, view
from recovery.letters.words import date_text, language_name, locale_of, money_text, words
from recovery.money import Money
from recovery.notices.compose import LANGUAGES as MEMBER_LANGUAGES
from recovery.post import correspondence
from recovery.post.correspondence import preview, translated
from recovery.registry import adapter_of, countries
from recovery.store.database import reading, unit_of_work
from recovery.store.tables import Document, Outbox
from tests.letters.correspondents import (
    CREDITOR,
    MESSAGE,
    NEW,
    case_in,
    languages_of,
    letter_of,
    plain,
    printed,
    values_for,
)

ON, PAY_BY = date(2026, 4, 1), date(2026, 4, 15)
HERE = tuple(code.upper() for code in countries())
KINDS = ("business", "consumer", "public")
# English words that are no word of another language of letters.
ENGLISH = re.compile(r"\b(from|with|the|and|Law|agreed|before|allows|convention|practice|owed|paid|please)\b")


def amount_text(document, letter):
    value = next(iter(values_for(document, letter.country).values()))
    return plain(money_text(value["amount"], value["currency"], locale_of(letter.language, letter.country)))


@pytest.mark.parametrize("country", HERE)
def test_every_new_letter_is_printed_whole_in_every_language(country, local):
    name = case_in(country)
    for language in languages_of(country):
        locale = locale_of(language, country)
        for document in NEW:
            letter = letter_of(name, document, ON, PAY_BY, language, values=values_for(document, country))
            text = printed(letter)
            assert plain(letter.subject) in text, (language, document)
            assert "{" not in text
            assert letter.footer
            assert plain(letter.footer[0].text)[:60] in text
            if document not in ("settlement_confirmed", "information"):
                assert plain(date_text(PAY_BY.isoformat(), locale)) in text, (language, document)
            if document.startswith("settlement") or document == "instalment_reminder":
                assert amount_text(document, letter) in text


# (debtor's country, language, creditor's country) -> whose law a debtor reads of, and that it is named
FOREIGN = [
    ("NL", "nl", "BE", "Belgische wet van 2 augustus 2002, art. 5", "is: België"),
    ("BE", "fr", "NL", "Code civil néerlandais (BW), art. 6:119a", ": Pays-Bas"),
    ("BE", "nl", "NL", "Nederlands Burgerlijk Wetboek (BW), art. 6:119a", "is: Nederland"),
    ("SE", "sv", "AT", "österrikiska företagslagen (UGB), § 456", ": Österrike"),
    ("AT", "de", "ES", "spanisches Gesetz 3/2004, Art. 7.2", ": Spanien"),
    ("ES", "es", "IT", "Decreto Legislativo italiano 231/2002, art. 2, 5", ": Italia"),
    ("IT", "it", "SE", "legge svedese sugli interessi (räntelagen), 6 §", ": Svezia"),
]


@pytest.mark.parametrize(("country", "language", "creditor", "act", "law"), FOREIGN)
def test_a_debtor_reads_whose_law_the_interest_rests_on(country, language, creditor, act, law, local):
    letter = letter_of(case_in(country, "business", creditor), "formal_notice", ON, PAY_BY, language)
    text = printed(letter)
    assert letter.law == creditor
    assert act in text
    assert law in text


@pytest.mark.parametrize(("document", "asks"), [("instalment_reminder", "1250.50"), ("settlement_offer", "1250.50")])
def test_a_letter_that_asks_for_one_amount_asks_for_no_more(document, asks, local):
    letter = letter_of(case_in("AT"), document, ON, PAY_BY, values=values_for(document, "AT"))
    assert (letter.payment.amount, letter.payment.currency) == (asks, "EUR")
    assert letter.amounts == letter.segments == ()
    assert Money.parse(letter.total, "EUR").minor > 400_000


@pytest.mark.parametrize("document", ["settlement_confirmed", "dispute_received", "information", "payment_receipt"])
def test_a_letter_that_tells_asks_for_nothing(document, local):
    letter = letter_of(case_in("IT"), document, ON, PAY_BY, values=values_for(document, "IT"))
    assert letter.payment is None
    assert letter.amounts == letter.segments == ()
    assert words("it")["pay"] not in printed(letter)


def test_a_free_message_keeps_its_paragraphs_and_its_braces(local):
    name = case_in("NL")
    letter = letter_of(name, "information", ON, None, values={"message": MESSAGE + "\n\n! {total}"})
    texts = [part.text for part in letter.paragraphs]
    start = texts.index("Your call of this morning is noted.")
    assert texts[start : start + 3] == [
        "Your call of this morning is noted.",
        "We shall write again next week.",
        "! {total}",
    ]
    assert not any(part.emphasised for part in letter.paragraphs)


BAD_VALUES = [
    ({"instalmnt": "1"}, LawError, "no such placeholder"),
    ({"instalment": {"amount": "1.00"}}, LawError, "amount and currency"),
    ({"instalment": 3}, LawError, "write a string"),
    ({"instalment": "100 EUR"}, CaseError, "give values instalment"),
    (None, LawError, r"no value for \{instalment\}"),
]


@pytest.mark.parametrize(("values", "error", "message"), BAD_VALUES)
def test_a_value_that_cannot_be_used_is_refused(values, error, message, local):
    with pytest.raises(error, match=message):
        letter_of(case_in("BE"), "instalment_reminder", ON, PAY_BY, values=values)


def english_in(letter):
    """Return what of a letter's own words and bases is English."""
    shown = view(letter)
    bases = [row[part] for row in shown["amounts"] for part in ("basis", "label")] + shown["segment_bases"]
    said = [part.text for part in (*letter.paragraphs, *letter.what_to_do, *letter.footer)]
    return [text for text in (*bases, letter.subject, *said) if ENGLISH.search(text)]


@pytest.mark.parametrize("country", HERE)
def test_no_letter_shows_an_english_fragment(country, local):
    for creditor, kind in product(sorted({CREDITOR[country], "AT", "ES", "SE"} - {country}), KINDS):
        name = case_in(country, kind, creditor)
        for language, document in product(languages_of(country), ("reminder", "formal_notice", *NEW)):
            values = {"message": "x"} if document == "information" else values_for(document, country)
            letter = letter_of(name, document, ON, PAY_BY, language, values=values)
            assert language == "en" or not english_in(letter), (creditor, kind, language, document)


def test_send_puts_the_letter_with_its_facts_into_the_outbox(installation):
    name = case_in("ES")
    with unit_of_work() as session:
        case = load(session, name)
        values = values_for("settlement_offer", "ES")
        owed = correspondence.send(case, "settlement_offer", ON, PAY_BY, "email", "k:1", values=values)
    with reading() as session:
        stored = session.exec(select(Outbox).where(Outbox.key == "k:1")).one().payload
    letter = Letter.from_dict(stored)
    assert owed == Money.parse(letter.total, "EUR")
    assert letter.values["settlement"] == {"amount": "1250.50", "currency": "EUR"}
    assert letter.values["pay_by"] == {"date": "2026-04-15"}
    assert translated(letter, "sv").values == letter.values


def figures(letter):
    """Return what no translation may change."""
    shared = letter.as_dict()
    names = ("invoices", "amounts", "total", "segments", "pay_by", "payment", "reference", "dated", "values", "channel")
    return {name: shared[name] for name in names}


@pytest.mark.parametrize("country", HERE)
def test_every_member_can_read_every_letter(country, local):
    for kind in ("business", "consumer"):
        name = case_in(country, kind)
        for document in ("reminder", "formal_notice", "payment_receipt", *NEW):
            letter = letter_of(name, document, ON, PAY_BY, values=values_for(document, country))
            for language in MEMBER_LANGUAGES:
                found = translated(letter, language)
                assert figures(found) == figures(letter)
                assert found.language == (language if not found.wanted_language else "en")
                if found.language == letter.language:
                    assert not found.courtesy_copy
                    continue
                assert (found.courtesy_copy, found.original_language) == (True, letter.language)
                assert found.wanted_language in ("", language)
                if adapter_of(country).folder.joinpath("letters", f"{language}.toml").is_file():
                    assert not found.wanted_language


def test_a_copy_says_what_it_is_and_cannot_be_scanned(local):
    letter = letter_of(case_in("NL"), "formal_notice", ON, PAY_BY)
    assert view(letter)["payment"]["qr"]
    copy = translated(letter, "en")
    text = printed(copy)
    assert "The letter itself is written in Dutch: only that original counts." in text
    assert view(copy)["payment"]["qr"] is None
    assert words("en")["scan"] not in text
    assert view(copy)["payment"]["rows"][2] == view(letter)["payment"]["rows"][2]


@pytest.mark.parametrize("language", MEMBER_LANGUAGES)
def test_the_note_of_a_copy_is_in_its_own_language(language, local):
    letter = replace(letter_of(case_in("ES"), "plan_ended", ON, PAY_BY, "ca"), text="plan_ended")
    note = view(translated(letter, language))["copy_note"]
    assert language_name("ca", language) in note
    assert note in printed(translated(letter, language))


def test_a_language_that_the_country_lacks_is_english_and_says_so(local):
    letter = letter_of(case_in("NL"), "formal_notice", ON, PAY_BY)
    found = translated(letter, "ca")
    assert (found.language, found.wanted_language, found.courtesy_copy) == ("en", "ca", True)
    english = letter_of(case_in("NL", "public"), "formal_notice", ON, PAY_BY, "en")
    assert translated(english, "ca") == replace(english, wanted_language="ca")
    assert translated(english, "xx").wanted_language == "xx"


def test_a_common_letter_has_the_foot_of_its_country_in_english_where_it_has_no_other(local):
    letter = translated(letter_of(case_in("NL"), "dispute_received", ON, PAY_BY), "ca")
    assert (letter.language, letter.wanted_language) == ("ca", "")
    assert "Autoriteit Persoonsgegevens, The Hague" in letter.footer[0].text
    assert letter.subject == "Hem rebut la vostra disconformitat"


def test_a_translation_of_a_translation_names_the_original(local):
    letter = letter_of(case_in("BE"), "reminder", ON, PAY_BY, "de")
    assert translated(translated(letter, "fr"), "nl").original_language == "de"


def test_a_letter_stored_before_its_facts_were_kept_still_loads(local):
    letter = letter_of(case_in("SE"), "reminder", ON, PAY_BY)
    old = {
        name: value
        for name, value in json.loads(json.dumps(letter.as_dict())).items()
        if name not in ("values", "text", "original_language", "wanted_language", "logo")
    }
    loaded = Letter.from_dict(old)
    assert printed(loaded) == printed(letter)
    with pytest.raises(CaseError, match="stored without its facts"):
        translated(loaded, "en")
    assert view(replace(loaded, courtesy_copy=True))["copy_note"] == words("sv")["courtesy_copy"]


def test_a_letter_with_all_its_facts_survives_the_outbox(local):
    letter = letter_of(case_in("AT"), "reminder", ON, PAY_BY)
    assert Letter.from_dict(json.loads(json.dumps(letter.as_dict()))) == letter


def counts():
    with reading() as session:
        return [session.exec(select(func.count()).select_from(table)).one() for table in (Outbox, Document)]


def test_a_preview_is_the_letter_and_leaves_no_trace(installation):
    name = case_in("BE")
    before = counts()
    with unit_of_work() as session:
        case = load(session, name)
        version = case.version
        pdf = preview(session, case, "formal_notice", ON, PAY_BY, "registered")
        assert pdf != render(correspondence.compose_letter(case, "formal_notice", ON, PAY_BY, "registered"))
        assert not session.new
        assert not session.dirty
    assert counts() == before
    with reading() as session:
        assert load(session, name, lock=False).version == version
    assert b"pdfaid" in pdf


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_a_preview_says_on_every_page_that_it_was_not_sent(language, local):
    letter = letter_of(case_in("BE"), "formal_notice", ON, PAY_BY, language)
    pages = printed(letter, preview=True).count(words(language)["preview"])
    assert pages == 2
    assert words(language)["preview"] not in printed(letter)
