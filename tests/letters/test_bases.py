"""Legal bases in a letter's language."""

from __future__ import annotations

import ast
import re
import tomllib
from importlib import resources
from pathlib import Path

import pytest

import adapters
import recovery.law
from recovery.errors import LawError
from recovery.letters.bases import PHRASES, basis_text, checked_phrases
from recovery.letters.words import LANGUAGES
from recovery.registry import adapter_of, countries

OTHERS = tuple(language for language in LANGUAGES if language != "en")
ENGLISH = re.compile(
    r"\b(from|with|the|and|Law|RD|agreed|rate|before|old text|allows|by convention|practice|claim|may be|place of|"
    r"principal only|fixed sum|VAT|CEL|JC|oCC|CJEU|once|day)\b|\(old\)"
)


def plain(text):
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


CASES = [
    (
        "BW 6:119a, 6:119b, 6:120(2); 10.15 % from 2025-07-01",
        "nl",
        "NL",
        "BW 6:119a, 6:119b, 6:120(2); 10,15 % vanaf 1 juli 2025",
    ),
    ("UGB § 456 with § 455; 9.2 % from 2026-01-01", "de", "AT", "UGB § 456 i. V. m. § 455; 9,2 % ab 1. Jänner 2026"),
    ("Law of 2 Aug 2002 art. 6", "fr", "BE", "loi du 2 août 2002 art. 6"),
    ("Law of 19 March 2017", "nl", "BE", "wet van 19 maart 2017"),
    ("Law of 5 May 1865 art. 2(1)", "sv", "SE", "lag av den 5 maj 1865 art. 2(1)"),
    ("agreed rate; C.c. 1224(1), 1284(3)", "it", "IT", "tasso convenuto; C.c. 1224(1), 1284(3)"),
    ("CCom 63; good faith (CC 7)", "es", "ES", "CCom 63; buena fe (CC 7)"),
    ("CC 5.210 (oCC 1254); place of the costs by practice", "nl", "BE", "BW 5.210 (oud BW 1254); plaats van de"),
    ("CEL XIX.2: postage may be added", "fr", "BE", "CDE XIX.2: des frais de port peuvent s'ajouter"),
    ("UGB § 458: 1200.50 is in the fixed sum", "de", "AT", "UGB § 458: 1.200,50 sind in der Pauschale enthalten"),
    (
        "ABGB § 1333(2); InkVO § 3 (Bearbeitung, claim 1000.00, index 1.23, with 20 % VAT)",
        "it",
        "IT",
        "ABGB § 1333(2); InkVO § 3 (Bearbeitung, credito 1.000,00, indice 1,23, con IVA al 20 %)",
    ),
    (
        "BW 6:96; no more than the law of SE allows (Rome I art. 6(2), 9)",
        "sv",
        "SE",
        "BW 6:96; inte mer än vad lagen i följande land tillåter: Sverige (Rom I art. 6(2), 9)",
    ),
    ("D.Lgs. 231/2002 art. 5 (old text)", "es", "ES", "D.Lgs. 231/2002 art. 5 (texto antiguo)"),
    ("Law of 31 Feb 2002 art. 6", "fr", "BE", "loi du 31 Feb 2002 art. 6"),
    ("Räntelag 6 §; -0.25 % from 2026-01-01", "en", "SE", "Räntelag 6 §; -0,25 % from 1 January 2026"),
    ("contract {of} the parties", "en", "BE", "contract {of} the parties"),
]


@pytest.mark.parametrize(("basis", "language", "country", "wanted"), CASES)
def test_a_basis_in_words_of_a_language(basis, language, country, wanted):
    assert plain(basis_text(basis, language, country)).startswith(wanted)


def bases_of_the_law():
    """Return every basis that a letter can print: of interest and costs, of an allocation, and those in the code."""
    for code in countries():
        law = adapter_of(code)
        yield law.allocation_basis
        yield law.insolvency_basis
        yield from (one.basis for key, one in law.law.parameters.items() if key.startswith(("interest.", "costs.")))


def written_in_code():
    """Return the bases that rules give to terms, costs and orders of allocation in their own words."""
    for folder in (*adapters.__path__, *recovery.law.__path__):
        for file in sorted(Path(folder).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("InterestTerms", "Cost"):
                    yield from _texts(node.args)


def _texts(nodes):
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search(r"[A-Z§; ]", node.value):
            yield node.value


SAID_ELSEWHERE = [
    "agreed rate; UGB § 459, KSchG § 6(1) Z 13",
    "agreed rate; BW 6:119(3)",
    "Utsökningsbalk: the costs of enforcement first; HB 9 kap. 5 §",
    "principal only",
    "SFS 1981:739 3 § 1, 4 §, 5 § 2 st: 50.00 is in the förseningsersättning",
    "C.c. 1194; place of the EUR 40 by convention",
    "UGB § 458: 12.00 is in the fixed sum",
    "CEL XIX.2: postage may be added",
    "ABGB § 1333(2); InkVO § 3 (1. Mahnung, claim 10.00, index 1.23, with 20 % VAT)",
    "BIK art. 2; no more than the law of BE allows (Rome I art. 6(2), 9)",
]


def known_bases():
    return sorted({*bases_of_the_law(), *written_in_code(), *SAID_ELSEWHERE})


def test_the_scan_finds_what_the_code_says():
    found = set(written_in_code())
    assert {
        "agreed rate; CC 1108",
        "CC 1101, 1152; RDLeg 1/2007 art. 82-89",
    } <= found
    assert len(known_bases()) > 80


@pytest.mark.parametrize("language", OTHERS)
def test_no_basis_keeps_an_english_fragment(language):
    left = [
        (basis, text)
        for basis in known_bases()
        if ENGLISH.search(text := basis_text(f"{basis}; 10.15 % from 2025-07-01", language, language.upper()))
    ]
    assert not left


def test_every_phrase_is_taken_from_some_basis():
    rest = {"royal_decree_of", "good_faith", "belgian_judicial_code"}
    unused = {name for name, found in PHRASES.items() if not any(found.search(basis) for basis in known_bases())}
    assert unused - {"rate_from"} <= rest


def phrases():
    return tomllib.loads(resources.files("recovery.letters").joinpath("bases.toml").read_text("utf-8"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_phrase_with_the_same_parts(language):
    found = checked_phrases(phrases(), language)
    for name, pattern in PHRASES.items():
        assert set(re.findall(r"\{(\w+)\}", found[name])) == set(pattern.groupindex), name


@pytest.mark.parametrize("change", [{"article": ""}, {"article": None}, {"extra": "x"}])
def test_incomplete_phrases_are_refused(change):
    changed = {name: text for name, text in (phrases()["de"] | change).items() if text is not None}
    with pytest.raises(LawError, match=r"bases.toml \[de\].*(article|extra)"):
        checked_phrases({"de": changed}, "de")
    with pytest.raises(LawError, match="xx"):
        basis_text("x", "xx", "BE")
