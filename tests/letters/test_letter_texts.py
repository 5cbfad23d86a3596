"""Letter texts of a country, and the layout's own words."""

from __future__ import annotations

import re
import tomllib
from importlib import resources

import pytest

from recovery.errors import LawError
from recovery.letters.letter import Paragraph
from recovery.letters.texts import PLACEHOLDERS, compose, load_texts
from recovery.letters.words import LANGUAGES, WORDS, checked_words, words
from recovery.registry import adapter_of

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
    ("shared = 'x'", "shared: not a table; write [shared] with footer and what_to_do"),
    ("[shared]\nsubject = 'x'", "shared.subject: not one of the texts footer, what_to_do"),
    ("[shared]\nfooter = '{totl}'", "shared.footer: unknown placeholder totl"),
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
    with pytest.raises(LawError, match=r"xx/letters/fi\.toml: no letter texts in 'fi'"):
        load_texts(tmp_path / "adapters" / "xx" / "letters", "fi")
    with pytest.raises(LawError, match=r"xx/letters/sv\.toml: no document 'reminder'"):
        compose(load_texts(tmp_path / "adapters" / "xx" / "letters", "sv"), "reminder", VALUES)
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


SHARED = (
    GOOD
    + """
[bare]
subject = "s"
body = "b"
what_to_do = ""
footer = "Own."

[shared]
what_to_do = "Ask {dispute_contact}."
footer = "Foot."
"""
)


def test_what_is_shared_serves_each_document_that_does_not_set_its_own(texts):
    loaded = texts(SHARED)
    assert "shared" not in loaded
    reminder, receipt, bare = (compose(loaded, name, VALUES) for name in ("reminder", "receipt", "bare"))
    assert reminder.what_to_do == (Paragraph("Write to a@b."),)
    assert receipt.what_to_do == (Paragraph("Ask a@b."),)
    assert bare.what_to_do == ()
    assert [found.footer for found in (reminder, receipt, bare)] == [
        (Paragraph("Foot."),),
        (Paragraph("Foot."),),
        (Paragraph("Own."),),
    ]


def test_a_country_has_the_common_documents_with_its_own_foot(texts):
    english = texts(SHARED)
    swedish = texts("[reminder]\nsubject = 's'\nbody = 'b'", "sv")
    assert english.documents["plan_ended"]["footer"] == "Foot."
    assert swedish.documents["plan_ended"]["footer"] == "Foot."
    assert swedish.documents["plan_ended"]["subject"] == "Er avbetalningsplan har upphört"
    own = texts("[shared]\nfooter = 'Fot.'\n[plan_ended]\nsubject = 'Eget'\nbody = 'b'", "sv")
    assert own.documents["plan_ended"]["subject"] == "Eget"
    assert own.documents["plan_ended"]["footer"] == own.documents["information"]["footer"] == "Fot."


def test_the_common_foot_never_takes_the_place_of_an_own_one_that_is_empty(texts):
    texts("[shared]\nfooter = 'Foot.'")
    assert texts("[shared]\nfooter = ''", "nl").documents["information"]["footer"] == ""


COMMON = resources.files("recovery.letters").joinpath("texts_common")


def common(language):
    return tomllib.loads(COMMON.joinpath(f"{language}.toml").read_text("utf-8"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_common_document_asks_for_the_same_in_every_language(language):
    english, found = common("en"), common(language)
    assert [name for name in found if not name.endswith("_consumer")] == list(english)
    assert {name.removesuffix("_consumer") for name in found} == set(english)
    for document, parts in english.items():
        assert set(parts) == set(found[document]), document
        assert "footer" not in parts
        for key in ("body", "what_to_do"):
            asked, wanted = (set(re.findall(r"\{(\w+)\}", one.get(key, ""))) for one in (found[document], parts))
            # A language may say "before that day" where another repeats the day.
            assert asked ^ wanted <= {"pay_by"}, (document, key)
        whole = " ".join(found[document].values())
        assert ("{pay_by}" in whole) is ("{pay_by}" in " ".join(parts.values())), document
        assert len(found[document]["body"]) > 100
        assert found[document]["body"].count("\n\n") == parts["body"].count("\n\n"), document


def test_a_sentence_of_the_country_s_own_law_stands_only_under_that_law(texts):
    body = "Pay. [[This letter interrupts limitation.]] Thank you.\\n\\n[[Alone.]]"
    loaded = texts(f'[x]\nsubject = "s"\nbody = "{body}"')
    assert [one.text for one in compose(loaded, "x", {}).paragraphs] == [
        "Pay. This letter interrupts limitation. Thank you.",
        "Alone.",
    ]
    assert [one.text for one in compose(loaded, "x", {}, own_law=False).paragraphs] == ["Pay. Thank you."]


def test_a_sentence_about_costs_to_come_is_said_of_a_sum_or_of_none(texts):
    body = "Pay. [[+ Later it is {consequence_costs}.]] [[- Later it is no more.]]"
    loaded = texts(f'[x]\nsubject = "s"\nbody = "{body}"')
    assert compose(loaded, "x", {"consequence_costs": "€ 20,00"}).paragraphs[0].text == "Pay. Later it is € 20,00."
    assert compose(loaded, "x", {"consequence_costs": "€ 0,00"}).paragraphs[0].text == "Pay. Later it is no more."


PERSONS = {"sv": r"\b(ni|er|era|ert)\b", "it": r"\b(vostr\w|potete|dovete|avete|contestate)\b", "es": r"\bustedes\b"}


@pytest.mark.parametrize("country", ["AT", "BE", "ES", "IT", "SE"])
def test_letters_to_a_private_person_address_one(country):
    """Swedish du, Italian Lei, Spanish usted; in Austria, Italy and Spain a demand says who helps with debts."""
    folder = adapter_of(country).folder.joinpath("letters")
    for language, several in PERSONS.items():
        written = load_texts(folder, language).documents
        for name, parts in written.items():
            if name.endswith("_consumer"):
                said = " ".join(parts.get(key, "") for key in ("subject", "body", "what_to_do"))
                assert re.findall(several, said, re.IGNORECASE) == [], (language, name)
    if country in ("AT", "ES", "IT"):
        helper = {"AT": "schuldenberatung.at", "IT": "OCC", "ES": "servicios sociales|serveis socials"}[country]
        for file in folder.iterdir():
            parts = load_texts(folder, file.name.removesuffix(".toml")).documents["formal_notice_consumer"]
            assert re.search(helper, parts["what_to_do"]), file.name
