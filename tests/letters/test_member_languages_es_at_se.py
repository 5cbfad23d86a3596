"""Spanish, Austrian and Swedish letters in every language that a member reads: the very letter the debtor got."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from itertools import product

import pytest

from recovery.letters.render import view
from recovery.letters.texts import PLACEHOLDERS, compose, load_texts
from recovery.notices.compose import LANGUAGES as MEMBER_LANGUAGES
from recovery.post.correspondence import translated
from recovery.registry import adapter_of
from tests.letters.correspondents import case_in, letter_of, plain, printed

# The language of each country's letter that counts.
MAIN = {"ES": "es", "AT": "de", "SE": "sv"}
PRINTED = (("ES", "sv"), ("ES", "fr"), ("AT", "it"), ("SE", "de"), ("SE", "nl"))
DOCUMENTS = ("reminder", "formal_notice", "payment_receipt")
NOTICES = (("ES", "formal_notice"), ("AT", "formal_notice"), ("SE", "formal_notice"), ("SE", "formal_notice_consumer"))
# What a notice names as its own law does: articles keep their number, institutions their name.
LAW = {
    "ES": ("1973", "1/2025", "30", "14", "Agencia Española de Protección de Datos"),
    "AT": ("14", "§ 118 GewO", "Inkassoinstitut", "Österreichische Datenschutzbehörde"),
    "SE": ("14", "Kronofogdemyndigheten", "Integritetsskyddsmyndigheten (IMY", "Finansinspektionen"),
}
# Terms for which a language has only a likeness: the country's own stands beside the translation.
TERMS = {
    "ES": ("requerimiento de pago", "medio adecuado de solución de controversias", "código civil"),
    "AT": ("letzte mahnung",),
    "SE": ("inkassokrav", "räntelagen", "betalningsföreläggande", "betalningsanmärkning"),
}
# Words that speak to several people, in the languages whose letter to a consumer speaks to one.
SEVERAL = {
    "es": re.compile(r"\b(ustedes|les|señores|creen|escriban|pidan|paguen|indiquen)\b", re.IGNORECASE),
    "it": re.compile(r"\b(vi|voi|vostr[aeio]|gentili|scrivete|potete|indicate)\b", re.IGNORECASE),
}
ON, PAY_BY = date(2026, 4, 1), date(2026, 4, 15)
PARTS = ("paragraphs", "what_to_do", "footer")
VALUES = {name: f"<{name}>" for name in sorted(PLACEHOLDERS)}
NAMED = re.compile(r"<[a-z_]+>")


def folder_of(country):
    return adapter_of(country).folder.joinpath("letters")


def own_file(country, language):
    """Return the tables of a country's own file, without the common documents."""
    return tomllib.loads(folder_of(country).joinpath(f"{language}.toml").read_text("utf-8"))


def copies():
    for country, main in MAIN.items():
        for language, document in product(MEMBER_LANGUAGES, own_file(country, main)):
            if language != main and document != "shared":
                yield pytest.param(country, language, document, id=f"{country}-{language}-{document}")


def composed(country, language, document):
    """Return a document with every placeholder filled by its own name."""
    return compose(load_texts(folder_of(country), language), document, VALUES)


def said(text, part):
    return " ".join(paragraph.text for paragraph in getattr(text, part))


def whole(text):
    return " ".join((text.subject, *(said(text, part) for part in PARTS)))


def sentences(text):
    """Return the sentences of a letter by which its language can be told: those longer than 30 characters."""
    parts = (" ".join(re.findall(r"\w+", one.casefold())) for one in re.split(r"[.!?]\s+", plain(whole(text))))
    return {one for one in parts if len(one) > 30}


@pytest.mark.parametrize("country", MAIN)
def test_every_member_language_has_the_tables_of_the_main_file(country):
    wanted = [(name, list(parts)) for name, parts in own_file(country, MAIN[country]).items()]
    for language in MEMBER_LANGUAGES:
        assert [(name, list(parts)) for name, parts in own_file(country, language).items()] == wanted, language


@pytest.mark.parametrize(("country", "language", "document"), list(copies()))
def test_a_copy_has_the_paragraphs_and_the_facts_of_its_original(country, language, document):
    original, copy = (composed(country, one, document) for one in (MAIN[country], language))
    assert sorted(NAMED.findall(copy.subject)) == sorted(NAMED.findall(original.subject))
    for part in PARTS:
        assert set(NAMED.findall(said(copy, part))) == set(NAMED.findall(said(original, part))), part
        shapes = [[one.emphasised for one in getattr(text, part)] for text in (copy, original)]
        assert shapes[0] == shapes[1], part
    assert not re.search(r"[{}]", whole(copy))


@pytest.mark.parametrize(("country", "language", "document"), list(copies()))
def test_a_copy_keeps_no_sentence_of_its_original_or_of_another_copy(country, language, document):
    found = sentences(composed(country, language, document))
    assert found
    for other in set(MEMBER_LANGUAGES) - {language}:
        assert not found & sentences(composed(country, other, document)), other


@pytest.mark.parametrize(("country", "document"), NOTICES)
def test_a_notice_names_the_law_of_its_country_in_every_language(country, document):
    for language in MEMBER_LANGUAGES:
        text = whole(composed(country, language, document))
        assert not [term for term in LAW[country] if term not in text], language
        if language != "en":
            assert not [term for term in TERMS[country] if term not in text.casefold()], language


def test_a_swedish_demand_tells_each_reader_what_it_is():
    for language in set(MEMBER_LANGUAGES) - {"en", "sv"}:
        for document in ("formal_notice", "formal_notice_consumer"):
            assert "5 § inkassolagen)" in composed("SE", language, document).subject, language


@pytest.mark.parametrize("language", SEVERAL)
def test_a_consumer_is_spoken_to_as_one_person_and_a_business_as_several(language):
    assert not SEVERAL[language].findall(whole(composed("SE", language, "formal_notice_consumer")))
    assert SEVERAL[language].search(whole(composed("SE", language, "formal_notice")))


@pytest.mark.parametrize("country", MAIN)
def test_a_common_letter_has_the_foot_of_its_country_in_its_own_language(country):
    for language in MEMBER_LANGUAGES:
        foot = composed(country, language, "reminder").footer
        assert foot == composed(country, language, "dispute_received").footer, language


@pytest.mark.parametrize(("country", "kind"), list(product(MAIN, ("business", "consumer"))))
def test_a_member_reads_the_letter_of_a_case_in_every_language(country, kind, local):
    name = case_in(country, kind)
    for document in DOCUMENTS:
        letter = letter_of(name, document, ON, PAY_BY, MAIN[country])
        for language in set(MEMBER_LANGUAGES) - {MAIN[country]}:
            copy = translated(letter, language)
            assert (copy.language, copy.wanted_language, copy.text) == (language, "", letter.text)
            assert (copy.courtesy_copy, copy.original_language) == (True, MAIN[country])
            assert [len(getattr(copy, part)) for part in PARTS] == [len(getattr(letter, part)) for part in PARTS]
            assert not sentences(copy) & sentences(letter), (document, language)
            assert not re.search(r"[{}]", whole(copy))


@pytest.mark.parametrize(
    ("country", "language"), [("ES", "sv"), ("ES", "fr"), ("AT", "it"), ("SE", "de"), ("SE", "nl")]
)
def test_a_copy_of_a_notice_is_printed_whole(country, language, local):
    copy = translated(letter_of(case_in(country, "consumer"), "formal_notice", ON, PAY_BY), language)
    text = printed(copy)
    assert plain(copy.subject) in text
    assert plain(view(copy)["copy_note"]) in text
    for part in PARTS:
        assert plain(getattr(copy, part)[0].text)[:50] in text, part
