"""Form A in print, read back from its PDF in each language of the courts, and as XML."""

from __future__ import annotations

import io
import re
import tomllib
from dataclasses import replace
from datetime import date
from importlib import resources

import pytest
from lxml import etree
from pypdf import PdfReader

from recovery.errors import LawError
from recovery.forms.instance import NAMESPACES, order_xml
from recovery.forms.labels import LANGUAGES, checked, labels
from recovery.forms.order import EvidenceRow, Penalty
from recovery.forms.printed import print_order, view
from recovery.money import Money
from tests.forms import court_packs as packs

PACKS = {
    "nl": packs.be_nl,
    "it": packs.nl_it,
    "fr": packs.it_be,
    "sv": packs.at_se,
    "es": packs.agreed_rate,
    "de": packs.several_paid,
}


def reader(form):
    return PdfReader(io.BytesIO(print_order(form)))


def text_of(form):
    text = " ".join(page.extract_text() for page in reader(form).pages)
    return re.sub(r"\s+", " ", text)


def flat(text):
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_is_printed_in_the_courts_language(language):
    form, text = PACKS[language](), text_of(PACKS[language]())
    words = labels(language)
    assert form.language == language
    for key in ("form.title", "form.notice", "form.check", "text.closing", "text.conflict", "note.countries"):
        assert flat(words[key]) in text, key
    for number, name in (
        *(("1", "court"), ("2", "parties"), ("3", "jurisdiction"), ("4 †", "cross_border"), ("5.2", "account")),
        *(("6", "principal"), ("6", "consumer"), ("7", "interest"), ("9", "costs"), ("10", "evidence")),
        *(("11", "statements"), ("", "closing"), ("", "appendix_2")),
    ):
        assert f"{number} {words[f'field.{name}']}".strip() in text, name
    for row in form.claims:
        assert flat(row.explanation)[:20] in text
    assert "05/10/2026" in text
    assert form.court.name in text
    assert "1896/2006" in text
    assert re.search(r"2026-10|2026-0\d-\d\d", text_of(replace(form, notes=()))) is None, "dd/mm/yyyy"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_print_is_accessible_and_the_same_each_time(language):
    form = PACKS[language]()
    assert print_order(form) == print_order(replace(form))
    root = reader(form).trailer["/Root"]
    assert root["/Lang"] == language
    assert root["/MarkInfo"]["/Marked"]
    metadata = root["/Metadata"].get_object().get_data()
    assert b"pdfuaid:part" in metadata
    assert b"pdfaid:part" in metadata


def test_the_dutch_form_says_every_figure():
    text = text_of(packs.be_nl())
    for wanted in (
        *("Rechtbank Den Haag", "Postbus 20302", "2500 EH", "01 (eiser)", "02 (verweerder)", "0403.019.261"),
        *("woonplaats van de verweerder", "NL91 ABNA 0417 1643 00", "ABNANL2A", "€ 12.000,00", "10,50 %"),
        *("01A (wettelijk, per jaar)", "10/02/2026", "(tot de dag van betaling)", "€ 40,00", "België"),
        *("passende nationale burgerlijke procedure", "01/09/2026", "BE68 5390 0754 7034", "NL-2026-000123"),
    ):
        assert wanted in text, wanted


def test_rows_beyond_the_first_sheet_are_numbered_on_an_extra_one():
    text = text_of(packs.several_paid())
    for wanted in ("Zusatzblatt zu Feld 6, Zeile 5", "Zusatzblatt zu Feld 7, Zeile 5–6", "Feld 10, Zeile 5–10"):
        assert wanted in text, wanted
    section = next(one for one in view(packs.several_paid())["sections"] if one["number"] == "10")
    assert [row[0] for table in section["tables"] for row in table["rows"]] == [str(n) for n in range(1, 11)]


def test_the_appendices_stand_on_pages_of_their_own():
    """They are not served on the defendant (art. 12(2))."""
    pages = [page.extract_text() for page in reader(packs.be_nl()).pages]
    apart = [number for number, text in enumerate(pages) if "Aanhangsel" in text]
    assert apart == [len(pages) - 2, len(pages) - 1]
    assert not any("Hoofdsom" in pages[number] for number in apart)


def test_a_name_is_never_markup():
    form = packs.be_nl()
    evil = replace(form.parties[0], name='#eval("1+1") *x* $y$ \\ "<b>')
    assert '#eval("1+1") *x* $y$ \\ "<b>' in text_of(replace(form, parties=(evil, *form.parties[1:])))


def test_a_penalty_and_a_form_without_a_choice_are_printed():
    form = replace(packs.be_nl(), penalty=Penalty(Money(10000, "EUR"), "art. 5"), choice=None, account=None, fee=None)
    text = text_of(form)
    assert "8 Contractuele boete" in text
    assert "€ 100,00" in text
    assert "Geen keuze vermeld" in text
    assert "5.1" not in text
    assert "5.2 " not in text
    assert "Aanhangsel 1" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_every_word(language):
    assert len(labels(language)) == len(labels("nl")) > 100


@pytest.mark.parametrize(
    "change",
    [
        lambda words: words.pop("text.payment"),
        lambda words: words.update({"text.payment": " "}),
        lambda words: words.update({"text.other": "x"}),
        lambda words: words.update({"text.payment": "{date}"}),
    ],
)
def test_an_incomplete_language_is_refused(change):
    words = dict(labels("fr"))
    change(words)
    with pytest.raises(LawError, match=r"labels/fr.toml.*text\.(payment|other)"):
        checked("fr", words, labels("nl"))


def test_an_unknown_language_is_refused():
    with pytest.raises(LawError, match="no words in 'en'"):
        labels("en")


def test_no_file_of_words_is_left_out():
    folder = resources.files("recovery.forms").joinpath("labels")
    files = {file.name.removesuffix(".toml") for file in folder.iterdir()}
    assert files == set(LANGUAGES)
    for language in files:
        assert tomllib.loads(folder.joinpath(f"{language}.toml").read_text("utf-8"))


def xml(form):
    return etree.fromstring(order_xml(form))


def found(root, path):
    return [element.text for element in root.iterfind(path, NAMESPACES)]


def test_the_xml_has_the_structure_of_the_sample():
    form = packs.several_paid()
    root = xml(form)
    assert root.tag == "{http://data.justid.nl/epo/document/EOPFormA-1}EOPFormA"
    assert [etree.QName(child).localname for child in root if isinstance(child.tag, str)][:2] == [
        "StandardBusinessDocumentHeader",
        "Case",
    ]
    case = root.find("bd:Case", NAMESPACES)
    order = list(dict.fromkeys(etree.QName(child).localname for child in case))
    assert order == [
        *("Filing", "CourtAuthority", "Jurisdiction", "Claim", "Decision", "InvolvedParty"),
        "IdentificationCaseIdentification",
    ]
    assert found(case, "jus:Filing/jus:LanguageCode") == ["deu"]
    assert found(case, "jus:CourtAuthority/jus:Name") == ["Bezirksgericht für Handelssachen Wien"]
    assert found(case, "jus:Jurisdiction/jus:GroundCode") == ["01"]
    assert found(case, "jus:InvolvedParty/jus:Involvement/jus:RoleCode") == ["01", "03", "02"]
    assert found(case, "jus:Decision/jus:Payment/jus:Account/jus:AccountHolder") == [form.account.holder]


def test_the_xml_says_the_forms_figures():
    form = packs.several_paid()
    rows = [claim for claim in xml(form).iterfind(".//jus:Claim", NAMESPACES) if found(claim, "jus:NumberNumeric")]
    assert [found(row, "jus:SumClaimedSum/jus:Amount")[0] for row in rows] == [str(row.amount) for row in form.claims]
    first = rows[0]
    assert found(first, ".//jus:TypeOfInterestCode") == ["05", "01"]
    assert found(first, ".//jus:PerPeriodCode") == ["E", "A"]
    assert found(first, ".//jus:RatePercent") == ["10.50"]
    assert found(first, ".//jus:PeriodOfInterestPeriod/jus:StartDate") == ["2026-03-01", "2026-10-06"]
    assert found(first, "jus:WithRespectToAgreement/jus:KindCode") == ["12"]
    assert found(first, "jus:Reason/jus:DescriptionCode") == ["31"]
    assert found(first, "jus:Evidence/jus:Description") == ["Rechnung 2026-2", "Förmliche Mahnung"]
    assert found(first, "jus:AdditionalSpecifications/epo:ConsumerContractIndicator") == ["false"]


def test_points_a_person_and_an_undated_proof_are_written():
    form = packs.consumer()
    form = replace(form, evidence=(*form.evidence, EvidenceRow(1, "02", "testigo", None)))
    root = xml(form)
    assert found(root, ".//jus:Person/ec:GivenNameName") == ["Ana"]
    assert found(root, ".//epo:DefendantDomiciledArt59Indicator") == ["true"]
    assert len(found(root, ".//jus:Evidence")) == 2
    assert len(found(root, ".//jus:Evidence/jus:Date")) == 1
    assert found(xml(packs.nl_it()), ".//jus:OverBaseECBRatePercent") == ["8"]


def test_the_xml_calls_itself_a_draft_and_not_valid():
    data = order_xml(packs.be_nl())
    comment = next(node for node in etree.fromstring(data) if node.tag is etree.Comment)
    assert comment.text.strip().startswith("Draft")
    assert "Not validated against a schema" in comment.text
    assert b"schemaLocation" not in data
    assert data == order_xml(packs.be_nl())


def test_the_xml_has_fee_costs_statements_and_choice():
    form = replace(packs.be_nl(), penalty=Penalty(Money(10000, "EUR"), "art. 5"))
    root = xml(form)
    assert found(root, ".//jus:Filing/jus:Payment/jus:WayOfPaymentCode") == ["03"]
    assert found(root, ".//jus:Filing//jus:NumberID") == ["BE68539007547034"]
    assert found(root, ".//jus:Claim/jus:TypeCode") == ["principal", "penalty", "cost", "cost"]
    assert found(root, ".//jus:SpecificationCode") == ["01", "02"]
    kinds = found(root, "bd:Statement/jus:TypeCode")
    assert kinds == ["11"] * len(form.statements) + ["closing", "appendix2"]
    assert found(root, "bd:Statement/jus:Signature/jus:DateOfSigningDate") == [date(2026, 10, 5).isoformat()] * 2
