"""The statement of the claim in insolvency, read back item by item (Reg. 2015/848 art. 55(2) and (3))."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date

import pytest
from pypdf import PdfReader

from recovery.errors import CaseError, LawError
from recovery.forms.labels import LANGUAGES
from recovery.forms.lodging import Insolvency, Rights, lodging_form, lodging_words
from recovery.forms.order import EvidenceRow
from recovery.quote import quote
from tests.forms.court_packs import parties
from tests.law.claims import claim

OPENED = date(2026, 6, 1)
CASE = Insolvency(
    "hoofdprocedure",
    OPENED,
    date(2026, 6, 3),
    "Rechtbank Amsterdam",
    "F.13/26/1",
    "mr. A. Voorbeeld",
    "Voorbeeldkade 9, 1019 AB Amsterdam",
    "curator@kantoor.example",
    date(2026, 7, 3),
)
HOMES = {"nl": "NL", "fr": "BE", "de": "AT", "it": "IT", "es": "ES", "sv": "SE"}


def parts(language="nl", day=OPENED, **more):
    debtor = HOMES[language]
    creditor = "IT" if debtor != "IT" else "ES"
    facts = claim(creditor, debtor, **more)
    who = replace(parties(creditor, debtor, language), evidence=(EvidenceRow(1, "01", "fattura-1.pdf", None),))
    return who, facts.at(day), quote(facts, day).assessment


def text_of(*given):
    pages = PdfReader(io.BytesIO(lodging_form(*given))).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


ITEMS = [
    # item of art. 55(2)-(3), label, expected
    ("(a) name", "Naam", "Muster & Söhne"),
    ("(a) postal address", "Postadres", "Via Esempio 3, 20121 Milano, IT"),
    ("(a) number", "Persoonlijk of registratienummer", "0403.019.261"),
    ("(a) bank details", "Bankgegevens", "NL91ABNA0417164300"),
    ("(b) principal, arisen and due", "Ontstaan Vervallen Bedrag", "1 10 januari 2026 9 februari 2026 € 1.000,00"),
    (
        "(c) legal or contractual",
        "Grondslag van de rente",
        "wettelijk (Italiaans wetgevend decreet 231/2002, art. 2, 5)",
    ),
    ("(c) rate and period", "Van Tot en met", "10 februari 2026 1 juni 2026 € 1.000,00 10,15 % € 31,15"),
    ("(c) amount", "Gekapitaliseerd bedrag tot de opening", "€ 31,15"),
    ("(d) costs", "Kosten vóór de opening", "Forfaitaire vergoeding"),
    ("(e) nature", "Aard van de vordering", "levering van diensten"),
    ("(f) status", "Preferentiële status en grondslag (art. 55(2)(f))", "geen bekend"),
    ("(g) security", "registratienummer (art. 55(2)(g))", "geen bekend"),
    ("(h) set-off", "nettobedrag (art. 55(2)(h))", "geen bekend"),
    ("(3) copies", "Kopieën van bewijsstukken", "fattura-1.pdf"),
    ("debtor", "Schuldenaar", "Ñandú Caffè"),
    ("court", "Gerecht", "Rechtbank Amsterdam"),
    ("case number", "Zaaknummer", "F.13/26/1"),
    ("administrator", "Insolventiefunctionaris", "mr. A. Voorbeeld"),
    ("total", "Totaal van de vordering", "€ 1.071,15"),
]


@pytest.mark.parametrize(("item", "label", "expected"), ITEMS)
def test_every_item_of_the_article_is_stated(item, label, expected):
    text = text_of(*parts(), CASE)
    assert label in text, item
    assert expected in text.split(label, 1)[1], item


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_headed_in_the_language_of_the_opening_and_in_english(language):
    words = lodging_words(language)
    text = text_of(*parts(language), CASE)
    assert text.startswith(f"{words['title']} / Lodgement of claims")
    for name in ("proceedings", "creditor", "principal", "interest", "costs", "nature", "status", "documents"):
        assert words[name] in text, name


def test_what_the_creditor_says_of_rank_and_security_is_stated():
    text = text_of(*parts(), CASE, Rights("", "eigendomsvoorbehoud op 3 machines, 10 januari 2026", "geen"))
    assert "eigendomsvoorbehoud op 3 machines" in text


def test_what_is_not_known_yet_is_left_to_be_written():
    text = text_of(*parts(), Insolvency("", OPENED, None, "Rechtbank Amsterdam"))
    assert "Zaaknummer" in text
    assert "Datum van bekendmaking" not in text


def lacking(role, **changes):
    def change(who):
        people = tuple(replace(one, **changes) if one.role == role else one for one in who.people)
        return replace(who, people=people)

    return change


REFUSED = [
    (lacking("01", name=""), CASE, "creditor_name"),
    (lacking("01", address=""), CASE, "creditor_address"),
    (lacking("02", name=""), CASE, "debtor_name"),
    (lambda who: replace(who, account=None), CASE, "bank_details"),
    (lambda who: who, replace(CASE, court=""), "court"),
]


@pytest.mark.parametrize(("change", "case", "field"), REFUSED, ids=[field for _, _, field in REFUSED])
def test_what_the_article_asks_for_must_be_there(change, case, field):
    who, facts, owed = parts()
    with pytest.raises(CaseError, match=rf"field {field} is missing \(Reg. 2015/848 art. 55") as error:
        lodging_form(change(who), facts, owed, case)
    assert error.value.field == field


def test_interest_beyond_the_opening_is_refused():
    with pytest.raises(CaseError, match="assess on the opening day"):
        lodging_form(*parts(day=date(2026, 6, 2)), CASE)


def test_an_unknown_language_is_refused():
    with pytest.raises(LawError, match="no words in 'pl'"):
        lodging_words("pl")
