"""Letters read back from their PDF."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from recovery.letters.letter import Address, Amount, Letter, Paragraph
from recovery.letters.qr import qr_svg
from recovery.letters.render import render, view
from recovery.letters.words import LANGUAGES, locale_of, money_text
from tests.letters.sample_letters import BASE, many, swedish


def reader(letter):
    return PdfReader(io.BytesIO(render(letter)))


def text_of(letter):
    text = "\n".join(page.extract_text() for page in reader(letter).pages)
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_everything_a_debtor_must_know_is_printed():
    text = text_of(BASE)
    for wanted in (
        "BE-2026-000123",
        "2 March 2026",
        "Bakkerij De Gouden Korst BV",
        "Studio Bianchi S.r.l.",
        "Formal notice: invoice 17 is unpaid",
        "€1,000.00",
        "€48.50",
        "−€100.00",
        "€988.50",
        "Act of 2 August 2002, art. 6 par. 1",
        "12.50 %",
        "142",
        "BE71 0961 2345 6769",
        "GKCCBEBB",
        "+++090/9337/55493+++",
        "18 March 2026",
        "Complaints: FPS Economy",
        "Contract and invoices",
    ):
        assert wanted in text, wanted


def test_the_same_letter_gives_the_same_bytes():
    assert render(BASE) == render(replace(BASE))


def test_it_is_archival_accessible_and_says_its_language():
    pdf = reader(replace(BASE, language="fr"))
    root = pdf.trailer["/Root"]
    assert root["/Lang"] == "fr"
    assert root["/MarkInfo"]["/Marked"]
    assert pdf.metadata.title == BASE.subject
    xmp = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in xmp
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in xmp
    assert "pdfuaid:part" in xmp


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language(language):
    text = text_of(replace(BASE, language=language))
    words = view(replace(BASE, language=language))["words"]
    for key in ("reference", "on_behalf_of", "owed", "total", "pay", "interest_table", "principal", "scan"):
        assert words[key] in text, key
    assert f"{words['page']} 1 / 2" in text


def test_a_long_letter_repeats_its_heads_and_reference():
    letter = many()
    pages = [page.extract_text() for page in reader(letter).pages]
    assert len(pages) == 3
    for number, page in enumerate(pages, 1):
        assert f"Page {number} / 3" in page
        assert letter.reference in page
    assert all(row["number"] in "".join(pages) for row in letter.invoices)
    assert sum("Issued" in page for page in pages) == 2
    assert "courtesy copy" in pages[0].lower()


def test_a_letter_in_another_currency_has_no_code():
    letter = swedish()
    assert view(letter)["payment"]["qr"] is None
    text = text_of(letter)
    assert "11 250,00 kr" in text
    assert "Skanna" not in text


INJECTIONS = [
    '#eval("1")',
    "#panic()",
    "$ x^2 $",
    "@label <label>",
    "*bold* _it_ `raw`",
    "= Heading",
    '"}, {"a": "',
    "\\u{0041} \\n",
    "//comment /* x */",
    "https://example.org",
]


@pytest.mark.parametrize("text", INJECTIONS)
def test_markup_in_data_is_printed_as_it_stands(text):
    debtor = Address(text, (text,))
    letter = replace(BASE, debtor=debtor, subject=text, paragraphs=(Paragraph(text), Paragraph(text, True)))
    squeezed = "".join(text_of(letter).split())
    assert squeezed.count("".join(text.split())) >= 5


STRANGE = ["漢字 株式会社", "😀", "a\x00b\x07c", "\ud800", "e\u0301", "مرحبا", "Ω Жя", "\ufffe", "\U000e0001"]


@pytest.mark.parametrize("text", STRANGE, ids=ascii)
def test_no_character_stops_a_letter(text):
    letter = replace(BASE, debtor=Address(f"Begin {text} end"), subject=f"Begin {text} end")
    assert "Begin" in text_of(letter)


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=40), st.text(max_size=200))
def test_any_text_can_be_printed(name, text):
    letter = replace(BASE, debtor=Address(name, (name,)), subject=text, paragraphs=(Paragraph(text, True),))
    assert render(letter).startswith(b"%PDF")


def test_empty_parts_leave_no_trace():
    bare = replace(
        BASE,
        sender=Address("Team"),
        creditor=Address("Creditor"),
        debtor=Address("Debtor"),
        what_to_do=(),
        footer=(),
        invoices=(),
        amounts=(),
        segments=(),
        payment=None,
        pay_by=None,
    )
    text = text_of(bare)
    assert "Page 1 / 1" in text
    assert "How to pay" not in text
    assert "What is owed" not in text


def test_instalments_are_listed():
    text = text_of(replace(BASE, instalments=({"due": "2026-04-01", "amount": "494.25"},)))
    assert "1 April 2026" in text
    assert "€494.25" in text


def test_a_label_of_its_own_is_printed_as_it_is():
    assert "Bailiff" in text_of(replace(BASE, amounts=(Amount("Bailiff", "1.00", "EUR", "§ 1"),)))


def test_a_letter_survives_the_outbox():
    assert Letter.from_dict(many().as_dict()) == many()


def code(**changes):
    return qr_svg(replace(BASE.payment, **changes))


CODES = [
    ({}, True),
    ({"reference": "RF18539007547034"}, True),
    ({"iban": "BE71 0961 2345 6769"}, True),
    ({"bic": None}, True),
    ({"amount": "0.01"}, True),
    ({"amount": "999999999.99"}, True),
    ({"amount": "1000000000.00"}, False),
    ({"amount": "0.00"}, False),
    ({"amount": "-1.00"}, False),
    ({"currency": "SEK"}, False),
    ({"iban": "BR1800360305000010009795493C1"}, False),
    ({"account_holder": "漢" * 80, "reference": "字" * 140}, False),
]


@pytest.mark.parametrize(("changes", "made"), CODES)
def test_when_there_is_a_code(changes, made):
    found = code(**changes)
    assert (found is not None) is made
    assert found is None or found.startswith("<svg")


AMOUNTS = [
    ("nl", "NL", "1234.50", "EUR", "€ 1.234,50"),
    ("fr", "BE", "1234.50", "EUR", "1 234,50 €"),
    ("de", "AT", "1234.50", "EUR", "€ 1.234,50"),
    ("it", "IT", "1234.50", "EUR", "1.234,50 €"),
    ("sv", "SE", "1234.50", "SEK", "1 234,50 kr"),
    ("en", "GB", "1234.50", "EUR", "€1,234.50"),
    ("en", "IT", "1234", "JPY", "JP¥1,234"),
    ("ca", "ES", "1234.50", "EUR", "1.234,50 €"),
]


@pytest.mark.parametrize(("language", "country", "amount", "currency", "wanted"), AMOUNTS)
def test_amounts_as_people_write_them(language, country, amount, currency, wanted):
    text = money_text(amount, currency, locale_of(language, country))
    assert text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ") == wanted


@pytest.mark.parametrize("basis", ["contract_and_invoices", "contract and invoices"])
def test_a_basis_that_is_a_word_of_the_layout_is_translated(basis):
    letter = replace(BASE, language="it", amounts=(Amount("principal", "1.00", "EUR", basis),))
    assert view(letter)["amounts"][0] == {
        "label": "Fatture non pagate",
        "amount": "1,00\N{NO-BREAK SPACE}€",
        "basis": "Contratto e fatture",
    }


@pytest.mark.parametrize("subject", ["", " ", "\u200b", "\x00"])
def test_a_letter_without_a_subject_has_its_reference_for_one(subject):
    assert reader(replace(BASE, subject=subject)).metadata.title == BASE.reference


def test_what_is_owed_in_another_currency_stands_beside_the_total():
    letter = replace(BASE, beside="450.00 SEK", payment=replace(BASE.payment, beside="450.00 SEK"))
    text = text_of(letter)
    assert text.count("SEK") == 2
    assert "€988.50 + SEK 450.00" in text
