"""Belgian, Dutch and Italian letters in every language that a member reads: the same letter, word for word its own."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from recovery.letters.facts import in_language
from recovery.letters.render import view
from recovery.letters.texts import PLACEHOLDERS, load_texts
from recovery.notices.compose import LANGUAGES as MEMBER_LANGUAGES
from recovery.post.correspondence import translated
from recovery.registry import adapter_of
from tests.letters.correspondents import case_in, letter_of, plain, printed
from tests.letters.sample_letters import BASE

# The language of each country's letter that counts; a Belgian one may be French or German as well.
MAIN = {"BE": "nl", "NL": "nl", "IT": "it"}
ORIGINALS = {"BE": ("nl", "fr", "de"), "NL": ("nl",), "IT": ("it",)}
ARTICLES = {
    ("NL", "formal_notice_consumer"): ("6:96", "Besluit vergoeding voor buitengerechtelijke incassokosten", "14"),
    ("BE", "reminder_consumer"): ("XIX", "14"),
    ("BE", "formal_notice_consumer"): ("14",),
    ("IT", "formal_notice"): ("1219", "2943"),
}
PARTS = ("paragraphs", "what_to_do", "footer")
MARKED = {name: f"<{name}>" for name in sorted(PLACEHOLDERS)}
SENTENCE = re.compile(r"(?<=[.!?:;])\s+")


def written(country, language):
    """Return the documents of a country's own file, without the common ones."""
    file = adapter_of(country).folder.joinpath("letters", f"{language}.toml")
    return tomllib.loads(file.read_text("utf-8"))


def copies():
    for country, main in MAIN.items():
        for language, document in product(MEMBER_LANGUAGES, written(country, main)):
            if document != "shared" and language != main:
                yield country, language, document


def pair(country, language, document, original=""):
    """Return a letter in its original language and its copy in another, every placeholder marked by its name."""
    folder = adapter_of(country).folder.joinpath("letters")
    letter = replace(BASE, country=country, document=document, text=document, values=MARKED)
    first = in_language(letter, load_texts(folder, original or MAIN[country]), original or MAIN[country])
    return first, in_language(first, load_texts(folder, language), language)


def said(letter, part):
    return " ".join(paragraph.text for paragraph in getattr(letter, part))


def sentences(letter):
    """Return the normalised sentences of a letter that are long enough to tell a language by."""
    whole = " ".join((letter.subject, *(said(letter, part) for part in PARTS)))
    return {found for one in SENTENCE.split(plain(whole).casefold()) if len(found := one.strip(" .!?:;")) > 30}


@pytest.mark.parametrize("country", MAIN)
def test_every_language_of_a_member_has_every_text_of_the_main_file(country):
    main = written(country, MAIN[country])
    for language in MEMBER_LANGUAGES:
        found = written(country, language)
        assert list(found) == list(main), language
        assert [list(found[name]) for name in main] == [list(main[name]) for name in main], language


@pytest.mark.parametrize(("country", "language", "document"), list(copies()))
def test_a_copy_says_as_much_as_its_original_and_names_the_same_facts(country, language, document):
    original, copy = pair(country, language, document)
    assert set(re.findall("<[a-z_]+>", copy.subject)) == set(re.findall("<[a-z_]+>", original.subject))
    for part in PARTS:
        named, wanted = (set(re.findall("<[a-z_]+>", said(letter, part))) for letter in (copy, original))
        assert named == wanted, part
        shape, first = ([one.emphasised for one in getattr(letter, part)] for letter in (copy, original))
        assert sum(shape) == sum(first), part
        assert shape == first, part
    assert not re.search(r"[{}]", " ".join((copy.subject, *(said(copy, part) for part in PARTS))))


@pytest.mark.parametrize(("country", "language", "document"), list(copies()))
def test_no_sentence_of_an_original_is_left_in_a_copy(country, language, document):
    for source in ORIGINALS[country]:
        if source != language:
            original, copy = pair(country, language, document, source)
            assert sentences(original)
            assert not sentences(original) & sentences(copy), source


@pytest.mark.parametrize(("country", "document"), list(ARTICLES))
def test_a_copy_keeps_the_articles_and_terms_of_law(country, document):
    for language in MEMBER_LANGUAGES:
        copy = said(pair(country, language, document)[1], "paragraphs")
        assert not [term for term in ARTICLES[country, document] if term not in copy], language


@pytest.mark.parametrize(("country", "kind"), list(product(MAIN, ("business", "consumer"))))
def test_a_member_reads_the_letter_that_the_debtor_got(country, kind, local):
    name = case_in(country, kind)
    for document in ("reminder", "formal_notice", "payment_receipt"):
        letter = letter_of(name, document, date(2026, 4, 1), date(2026, 4, 15), MAIN[country])
        for language in set(MEMBER_LANGUAGES) - {MAIN[country]}:
            copy = translated(letter, language)
            assert (copy.language, copy.wanted_language, copy.text) == (language, "", letter.text)
            assert (copy.courtesy_copy, copy.original_language) == (True, MAIN[country])
            assert (copy.amounts, copy.total, copy.payment) == (letter.amounts, letter.total, letter.payment)
            assert not sentences(letter) & sentences(copy), (document, language)


@pytest.mark.parametrize(("country", "language"), list(product(MAIN, ("es", "sv"))))
def test_a_copy_is_printed_whole(country, language, local):
    letter = letter_of(case_in(country, "consumer"), "formal_notice", date(2026, 4, 1), date(2026, 4, 15))
    copy = translated(letter, language)
    text = printed(copy)
    assert plain(copy.subject) in text
    assert plain(view(copy)["copy_note"]) in text
    assert plain(copy.footer[0].text)[:60] in text
    assert "{" not in text
