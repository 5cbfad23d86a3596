"""Letter texts of a country, and the layout's own words."""

from __future__ import annotations

import re
from importlib import resources

import pytest

from recovery.errors import LawError
from recovery.letters.letter import Paragraph
from recovery.letters.texts import PLACEHOLDERS, compose, load_texts
from recovery.letters.words import LANGUAGES, WORDS, checked_words, words

GOOD = '''
[reminder]
subject = "Reminder: {invoices}"
body = """
Dear {debtor},

you owe {total}
on {invoices}.
   \t
! This is important: {total}.
"""
what_to_do = "Write to {dispute_contact}."

[receipt]
subject = "Thank you"
body = "Paid."
'''
VALUES = {
    "debtor": "Rossi {creditor} {0} ! \n\n x",
    "invoices": "17",
    "total": "1\N{NO-BREAK SPACE}234,50\N{NO-BREAK SPACE}€",
    "dispute_contact": "a@b",
}


@pytest.fixture
def texts(tmp_path):
    def write(content, language="en"):
        folder = tmp_path / "adapters" / "xx" / "letters"
        folder.mkdir(parents=True, exist_ok=True)
        folder.joinpath(f"{language}.toml").write_text(content, "utf-8")
        return load_texts(folder, language)

    return write


def test_a_document_is_composed(texts):
    found = compose(texts(GOOD), "reminder", VALUES)
    assert found.subject == "Reminder: 17"
    assert found.paragraphs == (
        Paragraph("Dear Rossi {creditor} {0} ! \n\n x,"),
        Paragraph("you owe 1\N{NO-BREAK SPACE}234,50\N{NO-BREAK SPACE}€ on 17."),
        Paragraph("This is important: 1\N{NO-BREAK SPACE}234,50\N{NO-BREAK SPACE}€.", True),
    )
    assert found.what_to_do == (Paragraph("Write to a@b."),)
    assert found.footer == ()


def test_documents_can_be_asked_for(texts):
    loaded = texts(GOOD)
    assert "reminder" in loaded
    assert "reminder_consumer" not in loaded


FAULTS = [
    (GOOD.replace("{total}", "{totl}"), "reminder.body: unknown placeholder totl"),
    (GOOD.replace("{invoices}", "{invoices.0}"), "unknown placeholder invoices.0"),
    (GOOD.replace("{invoices}", "{}"), "reminder.subject: unknown placeholder"),
    (GOOD.replace('body = "Paid."', ""), "receipt.body: missing or empty"),
    (GOOD.replace('"Thank you"', '" "'), "receipt.subject: missing or empty"),
    (GOOD + "subjct = 'x'", "receipt.subjct: not one of the texts"),
    (GOOD + "footer = 3", "receipt.footer: not one of the texts"),
    ("reminder = 'x'", "reminder: not a table"),
    ("[reminder", "no readable TOML"),
]


@pytest.mark.parametrize(("content", "words_wanted"), FAULTS)
def test_a_fault_names_file_and_key(texts, content, words_wanted):
    with pytest.raises(LawError) as caught:
        texts(content)
    assert words_wanted in caught.value.message
    assert caught.value.message.startswith("xx/letters/en.toml: ")


def test_a_missing_language_document_or_value_is_named(texts, tmp_path):
    loaded = texts(GOOD)
    with pytest.raises(LawError, match=r"xx/letters/sv\.toml"):
        load_texts(tmp_path / "adapters" / "xx" / "letters", "sv")
    with pytest.raises(LawError, match=r"xx/letters/en\.toml: no document 'summons'"):
        compose(loaded, "summons", VALUES)
    with pytest.raises(LawError, match=r"reminder\.body: no value for \{total\}"):
        compose(loaded, "reminder", {"invoices": "1", "debtor": "x"})


def test_every_placeholder_is_taken(texts):
    body = " ".join(f"{{{name}}}" for name in sorted(PLACEHOLDERS))
    found = compose(texts(f'[x]\nsubject = "s"\nbody = "{body}"'), "x", {name: name for name in PLACEHOLDERS})
    assert found.paragraphs[0].text == " ".join(sorted(PLACEHOLDERS))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_layout_has_every_word(language):
    assert set(words(language)) == WORDS


def test_the_layout_asks_for_no_other_word():
    layout = resources.files("recovery.letters").joinpath("layout.typ").read_text("utf-8")
    asked = set(re.findall(r"\bw\.([a-z_]+)", layout))
    assert asked
    assert asked <= WORDS


@pytest.mark.parametrize("change", [{"total": ""}, {"total": None}, {"extra": "x"}])
def test_incomplete_words_are_refused(change):
    changed = {key: text for key, text in (words("en") | change).items() if text is not None}
    with pytest.raises(LawError, match=r"total|extra"):
        checked_words({"en": changed}, "en")
    with pytest.raises(LawError, match="xx"):
        words("xx")
