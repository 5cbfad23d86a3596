"""Every legal basis of every country is typed, and told in every language without a word of English."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import Counter

import pytest

from recovery.commands import run
from recovery.law.basis import LANGUAGES
from recovery.letters.bases import basis_text
from recovery.letters.words import LANGUAGES as LETTER_LANGUAGES
from recovery.registry import adapter_of, basis_of, countries

OTHERS = tuple(language for language in LANGUAGES if language != "en")
# English words that no other language here shares with it.
ENGLISH = re.compile(
    r"\b(from|with|the|and|Law|agreed|rate|before|old|allows|by|practice|claim|may|place|only|fixed|VAT|CEL|JC|oCC|"
    r"CJEU|once|day|Act|loser|fee|lawyer|bears|term|interest|debtor|custom|care|Book)\b"
)
# Where the values that a country's hooks give hold their basis.
PLACES = {
    "InterestTerms": 1,
    "InterestStart": 1,
    "CourtFee": 1,
    "Cost": 3,
    "Interruption": 2,
    "LimitationTerm": 2,
    "Suspension": 2,
    "TimeLimit": 2,
    "RouteCosts": 2,
    "Notice": 5,
}


def walked(value):
    """Return every text under a key that ends in "basis", however deep."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from [one] if key.endswith("basis") and isinstance(one, str) and one else walked(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from walked(one)


def of_the_files(adapter):
    for name in ("law.toml", "courts.toml", "procedure.toml"):
        yield from walked(tomllib.loads(adapter.folder.joinpath(name).read_text("utf-8")))


def of_the_class(adapter):
    """Return the bases that stand in the adapter's fact sheet."""
    for name in dir(type(adapter)):
        value = getattr(type(adapter), name)
        if name.endswith("_basis") and isinstance(value, str) and value:
            yield value
    yield from (basis for _, basis in adapter.interrupts.values())


def of_the_code(adapter):
    """Return the bases that the country's hooks write themselves: in the values they give, and named so."""
    for file in sorted(one for one in adapter.folder.iterdir() if one.name.endswith(".py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            written = []
            if isinstance(node, ast.Call):
                place = PLACES.get(getattr(node.func, "id", ""), 99)
                written = [*node.args[place : place + 1], *(one.value for one in node.keywords if one.arg == "basis")]
            elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "").lower() == "basis":
                written = [node.value]
            yield from (one.value for one in written if isinstance(one, ast.Constant) and one.value)


def of_the_examples(adapter):
    """Return the bases in the answers to the country's worked examples, of whichever law they are."""
    raw = tomllib.loads(adapter.folder.joinpath("examples.toml").read_text("utf-8"), parse_float=str)
    for row in raw["example"]:
        answer = run(row["command"], row["args"])
        laws = answer.get("applicable_law") or {}
        likely = tuple(laws.get(name) or adapter.country for name in ("substance", "procedure"))
        yield from ((text, likely) for text in walked(answer))


def of_one(code):
    """Return every basis of a country with the countries whose law it is likely of."""
    adapter = adapter_of(code)
    own = {*of_the_files(adapter), *of_the_class(adapter), *of_the_code(adapter)}
    return sorted({(text, (code, code)) for text in own} | set(of_the_examples(adapter)))


@pytest.fixture(scope="module", params=countries())
def bases(request):
    return request.param, of_one(request.param)


def test_the_walk_finds_the_bases(bases):
    code, found = bases
    texts = {text for text, _ in found}
    adapter = adapter_of(code)
    assert {one.basis for one in adapter.law.parameters.values()} <= texts
    assert {spec["basis"] for spec in adapter.courts.values()} <= texts
    assert adapter.allocation_basis in texts
    assert any(" % from " in text for text in texts)


def test_every_basis_is_typed_and_reads_as_before(bases):
    code, found = bases
    for text, likely in found:
        basis = basis_of(text, *likely)
        assert str(basis) == text
        for part in basis.parts:
            assert part.law or part.note, f"{code}: {text!r}: {part.text!r} is no act and no note of any laws.toml"
            assert not part.law or part.law.country in (*likely, "EU", ""), (code, text, part.law.country)


@pytest.mark.parametrize("language", OTHERS)
def test_no_basis_keeps_a_word_of_english(bases, language):
    code, found = bases
    for text, (law, home) in found:
        for reader in ("", home):
            said = basis_text(text, language, home, law, reader, whole=True)
            left = ENGLISH.search(said.replace("förseningsersättning", ""))
            assert not left, (code, language, text, said)
            assert "{" not in said, (code, language, text, said)


def test_internal_notes_reach_no_debtor(bases):
    _, found = bases
    for text, (law, home) in found:
        notes = [part.note for part in basis_of(text, law, home).parts if part.note and part.note.internal]
        for language, note in ((language, note) for language in LANGUAGES for note in notes):
            words = note.words[language].split("{")[0].strip()
            assert words not in basis_text(text, language, home, law)
            assert words in basis_text(text, language, home, law, whole=True)


@pytest.mark.parametrize("code", countries())
def test_the_names_for_readers_abroad_say_whose_law_it_is(code):
    """Four fifths of a country's acts at least share the word that names the country, in each language."""
    laws = adapter_of(code).citations.laws
    for language in LANGUAGES:
        names = [
            set(re.findall(r"\w{4}", " ".join(re.findall(r"\b\w{4}", law.names[language].lower())))) for law in laws
        ]
        ((_, most),) = Counter(word for name in names for word in name).most_common(1)
        assert most >= 0.8 * len(laws), (code, language)


def test_letters_are_written_in_the_languages_of_bases():
    assert LETTER_LANGUAGES == LANGUAGES
