"""Legal bases as letters and pages print them: the act's name with its country, short for readers at home."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest
from pypdf import PdfReader

from recovery.letters.bases import basis_text
from recovery.letters.letter import Amount, Letter
from recovery.letters.render import render, view
from tests.letters.sample_letters import BASE


def plain(text):
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


# (basis, language, country of the reader and of the ways of writing, country whose law it is, what is printed)
AT_HOME = [
    (
        "BW 6:119a, 6:119b, 6:120(2); 10.15 % from 2025-07-01",
        "nl",
        "NL",
        "art. 6:119a, 6:119b, 6:120(2) BW; 10,15 % vanaf 1 juli 2025",
    ),
    (
        "UGB § 456 with § 455; 9.2 % from 2026-01-01",
        "de",
        "AT",
        "§ 456 UGB i. V. m. § 455 UGB; 9,2 % ab 1. Jänner 2026",
    ),
    ("UGB § 456; § 459", "de", "AT", "§ 456 UGB; § 459 UGB"),
    ("Law of 2 Aug 2002 art. 6", "fr", "BE", "loi du 2 août 2002, art. 6"),
    ("Law of 19 March 2017", "nl", "BE", "wet van 19 maart 2017"),
    ("Law of 5 May 1865 art. 2(1)", "de", "BE", "Gesetz vom 5. Mai 1865, Art. 2(1)"),
    ("JC 1022; RD of 26 Oct 2007 art. 2, 6", "fr", "BE", "art. 1022 C. jud.; AR du 26 octobre 2007, art. 2, 6"),
    ("agreed rate; C.c. 1224(1), 1284(3)", "it", "IT", "tasso convenuto; art. 1224(1), 1284(3) c.c."),
    ("CCom 63; good faith (CC 7)", "es", "ES", "art. 63 CCom; buena fe (art. 7 CC)"),
    (
        "Ley 3/2004 art. 7.2 (old text); Ley 11/2013 DT 3ª",
        "ca",
        "ES",
        "Llei 3/2004, art. 7.2 (text antic); Llei 11/2013,",
    ),
    ("CEL XIX.2: postage may be added", "fr", "BE", "art. XIX.2 CDE: des frais de port peuvent s'ajouter"),
    ("CEL Book XIX title 3", "nl", "BE", "boek XIX titel 3 WER"),
    ("UGB § 458: 1200.50 is in the fixed sum", "de", "AT", "§ 458 UGB: 1.200,50 sind in der Pauschale enthalten"),
    (
        "Räntelag 4 a, 6 §§; -0.25 % from 2026-01-01",
        "sv",
        "SE",
        "4 a, 6 §§ räntelagen; -0,25 % från den 1 januari 2026",
    ),
    ("GGG TP 1 notes 3, 4", "de", "AT", "TP 1 Anm. 3, 4 GGG"),
    ("BW; Algemene termijnenwet art. 4", "nl", "NL", "BW; art. 4 Algemene termijnenwet"),
]
ABROAD = [
    ("Law of 2 Aug 2002 art. 5", "nl", "NL", "BE", "Belgische wet van 2 augustus 2002, art. 5"),
    ("Law of 2 Aug 2002 art. 5", "en", "NL", "BE", "Belgian Act of 2 August 2002, art. 5"),
    ("Law of 5 May 1865 art. 2(1)", "sv", "SE", "BE", "belgiska lagen av den 5 maj 1865, art. 2(1)"),
    ("CC 5.210 (oCC 1254)", "nl", "NL", "BE", "Belgisch Burgerlijk Wetboek, art. 5.210 (oud Belgisch Burgerlijk"),
    ("BW 6:119a; 8 % from 2025-07-01", "nl", "BE", "NL", "Nederlands Burgerlijk Wetboek (BW), art. 6:119a; 8 % vanaf"),
    ("BW 6:119a", "fr", "NL", "NL", "Code civil néerlandais (BW), art. 6:119a"),
    ("UGB § 456 with § 455", "sv", "SE", "AT", "österrikiska företagslagen (UGB), § 456 jämförd med § 455"),
    ("CC 1108; Ley 24/1984", "de", "AT", "ES", "spanisches Zivilgesetzbuch, Art. 1108; spanisches Gesetz 24/1984"),
    ("C.c. 1284(1)", "de", "AT", "IT", "italienisches Zivilgesetzbuch, Art. 1284(1)"),
    ("C.c. 1284(1)", "de", "IT", "IT", "Art. 1284(1) ZGB"),
    ("Räntelag 6 §; -0.25 % from 2026-01-01", "en", "SE", "SE", "Swedish Interest Act (räntelagen), 6 §; -0.25 % from"),
    (
        "ABGB § 1333(2); InkVO § 3 (Bearbeitung, claim 1000.00, index 1.23, with 20 % VAT)",
        "it",
        "IT",
        "AT",
        "Codice civile austriaco (ABGB), § 1333(2); regolamento austriaco sui compensi di recupero (InkVO), § 3 "
        "(Bearbeitung, credito 1.000,00, indice 1,23, con IVA al 20 %)",
    ),
    (
        "BIK art. 2; no more than the law of SE allows (Rome I art. 6(2), 9)",
        "sv",
        "SE",
        "NL",
        "nederländska förordningen om inkassokostnader (BIK), art. 2; "
        "inte mer än vad lagen i följande land tillåter: Sverige (Rom I-förordningen, art. 6(2), 9)",
    ),
    ("D.Lgs. 231/2002 art. 5 (old text)", "es", "ES", "IT", "Decreto Legislativo italiano 231/2002, art. 5 (texto"),
    (
        "Law of 2 Aug 2002 art. 5; 8 % from 2025-07-02",
        "ca",
        "ES",
        "BE",
        "Llei belga del 2 d’agost del 2002, art. 5; 8 % des del",
    ),
    ("agreed rate; 8 % from 2025-07-01", "ca", "ES", "ES", "tipus pactat; 8 % des de l’1 de juliol del 2025"),
    ("D.P.R. 131/1986 tariff I art. 8; D.Lgs. 123/2025 from 2027", "nl", "NL", "IT", "Italiaans presidentieel decreet"),
]
# What no laws.toml knows: a person's words, and letters that were stored before the acts were named.
KEPT = [
    "Law of 31 Feb 2002 art. 6",
    "contract {of} the parties",
    "Act of 2 August 2002, art. 5: 12.50 % from 2024-01-01",
]


@pytest.mark.parametrize(("basis", "language", "country", "wanted"), AT_HOME)
def test_a_reader_at_home_is_given_the_short_form(basis, language, country, wanted):
    assert plain(basis_text(basis, language, country, country)).startswith(wanted)


@pytest.mark.parametrize(("basis", "language", "country", "law", "wanted"), ABROAD)
def test_a_reader_abroad_or_in_another_language_is_told_whose_law_it_is(basis, language, country, law, wanted):
    assert plain(basis_text(basis, language, country, law)).startswith(wanted)


@pytest.mark.parametrize("text", KEPT)
def test_what_nobody_knows_is_printed_as_it_stands(text):
    assert basis_text(text, "fr", "BE", "BE") == text


def test_numbers_and_days_stay_on_a_line_with_their_words():
    fixed = "\N{NO-BREAK SPACE}"
    said = basis_text("Law of 2 Aug 2002 art. 5; SFS 1981:739 2, 4 §§", "de", "AT", "BE")
    assert f"vom 2.{fixed}August{fixed}2002, Art.{fixed}5" in said
    assert said.endswith(f"4{fixed}§§")


INTERNAL = [
    ("CC 5.210 (oCC 1254); place of the costs by practice", "art. 5.210 BW (art. 1254 oud BW)"),
    ("C.c. 1194; place of the EUR 40 by convention", "Italiaans burgerlijk wetboek, art. 1194"),
    ("place of the costs by convention; CEL XIX.2", "art. XIX.2 WER"),
    ("CEL XIX.2 (place of the costs by convention)", "art. XIX.2 WER"),
    ("CEL XIX.2 (place of the costs by convention, agreed rate)", "art. XIX.2 WER (overeengekomen rente)"),
    ("CEL XIX.2 (agreed rate, place of the costs by convention)", "art. XIX.2 WER (overeengekomen rente)"),
    ("CEL XIX.2 (agreed rate (place of the costs by convention))", "art. XIX.2 WER (overeengekomen rente)"),
]


@pytest.mark.parametrize(("basis", "wanted"), INTERNAL)
def test_what_is_a_convention_of_reckoning_is_for_the_team_alone(basis, wanted):
    assert plain(basis_text(basis, "nl", "BE")) == wanted
    assert "volgens" in basis_text(basis, "nl", "BE", whole=True)


def shown(letter):
    return plain(view(letter)["amounts"][0]["basis"])


LETTER = replace(
    BASE, language="nl", country="BE", law="NL", amounts=(Amount("interest", "1.00", "EUR", "BW 6:119a"),), segments=()
)


def test_a_letter_says_whose_law_it_rests_on_and_a_copy_always_does():
    assert shown(LETTER) == "Nederlands Burgerlijk Wetboek (BW), art. 6:119a"
    at_home = replace(LETTER, country="NL")
    assert shown(at_home) == "art. 6:119a BW"
    assert shown(replace(at_home, courtesy_copy=True)) == "Nederlands Burgerlijk Wetboek (BW), art. 6:119a"


def test_a_letter_tells_the_law_of_the_contract_where_it_is_a_foreign_one():
    assert view(LETTER)["law_text"] == "Recht dat op uw overeenkomst van toepassing is: Nederland"
    assert view(replace(LETTER, country="NL"))["law_text"] is None
    assert view(replace(LETTER, law=""))["law_text"] is None
    printed = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(render(LETTER))).pages)
    assert "van toepassing is: Nederland" in " ".join(plain(printed).split())


def test_a_letter_stored_before_the_law_was_kept_with_it_still_prints():
    stored = json.loads(json.dumps(LETTER.as_dict()))
    del stored["law"]
    assert shown(Letter.from_dict(stored)) == "Nederlands Burgerlijk Wetboek (BW), art. 6:119a"


def test_the_law_of_the_contract_decides_between_two_acts_of_one_short_form():
    letter = replace(LETTER, amounts=(Amount("interest", "1.00", "EUR", "CC 5.240"),), language="fr", country="NL")
    assert shown(replace(letter, law="BE")) == "Code civil belge, art. 5.240"
    assert shown(replace(letter, law="ES")) == "Code civil espagnol, art. 5.240"
