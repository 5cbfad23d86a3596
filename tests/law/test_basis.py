"""Legal bases as typed values: what is read of a text, and what a laws.toml must have."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery.errors import LawError
from recovery.law.basis import LANGUAGES, Basis, Grammar
from recovery.law.laws_file import check_bases, check_tables, common, load_laws, read
from recovery.registry import adapter_of, basis_of, countries


def told(basis):
    """Return the typed parts in short: country and key of the act with its articles, or the note with its values."""
    return [
        (part.law.country, part.law.key, part.articles)
        if part.law
        else (part.note.key, dict(part.values))
        if part.note
        else part.text
        for part in basis.parts
    ]


CASES = [
    (
        "BE",
        "Law of 2 Aug 2002 art. 5, 14(2); 10.15 % from 2025-07-01",
        [("BE", "act:2002-08-02", "art. 5, 14(2)"), ("rate_from", {"rate": "10.15", "day": "2025-07-01"})],
    ),
    ("AT", "UGB § 456 with § 455", [("AT", "commercial_code", "§ 456"), ("AT", "commercial_code", "§ 455")]),
    (
        "AT",
        "agreed rate; UGB § 459, KSchG § 6(1) Z 13",
        [
            ("agreed_rate", {}),
            ("AT", "commercial_code", "§ 459"),
            ("AT", "consumer_protection", "§ 6(1) Z 13"),
        ],
    ),
    (
        "AT",
        "UGB § 352 (old), § 906(25)",
        [("AT", "commercial_code", "§ 352"), ("old", {}), ("AT", "commercial_code", "§ 906(25)")],
    ),
    (
        "SE",
        "SFS 1981:739 3 § 1, 4 §, 5 § 2 st: 50.00 is in the förseningsersättning",
        [("SE", "act:1981:739", "3 § 1, 4 §, 5 § 2 st"), ("in_late_compensation", {"amount": "50.00"})],
    ),
    ("SE", "lag 2008:879", [("SE", "act:2008:879", "")]),
    (
        "ES",
        "CC 1973; CCom 944 by case law",
        [("ES", "civil_code", "1973"), ("ES", "commercial_code", "944"), ("by_case_law", {})],
    ),
    (
        "IT",
        "L. 205/2017 art. 1(4), (10); before these days C.c. 2948 n. 4",
        [("IT", "act:205/2017", "art. 1(4), (10)"), ("before_these_days", {}), ("IT", "civil_code", "2948 n. 4")],
    ),
    (
        "NL",
        "BW 8:1711; CMR art. 32",
        [("NL", "civil_code", "8:1711"), ("", "road_carriage", "art. 32")],
    ),
    (
        "NL",
        "BIK art. 2; no more than the law of BE allows (Rome I art. 6(2), 9)",
        [("NL", "collection_costs", "art. 2"), ("ceiling", {"country": "BE"}), ("EU", "rome_one", "art. 6(2), 9")],
    ),
]


@pytest.mark.parametrize(("country", "text", "wanted"), CASES)
def test_a_text_is_read_as_acts_with_articles_and_notes(country, text, wanted):
    basis = adapter_of(country).grammar.parse(text)
    assert told(basis) == wanted
    assert str(basis) == text


WRONG = [
    ("Code Napoléon 1134", "no law and no note begins 'Code Napoléon 1134'"),
    ("Law of 31 Feb 2002 art. 6", "no law and no note begins 'Law of 31 Feb"),
    ("oCC 1254; somehow", "no law and no note begins 'somehow'"),
    ("CC 1254", "no law and no note begins 'CC 1254'"),  # the Belgian Civil Code is cited by book: 5.210
    ("oCC 1254/", "cannot go on at '/'"),
    ("JC 1022 (", "no law and no note begins ''"),
    ("§ 3", "no law and no note begins '§ 3'"),
    ("", "no law and no note begins ''"),
]


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_what_no_act_and_no_note_begins_is_refused(text, message):
    with pytest.raises(LawError) as caught:
        adapter_of("BE").grammar.parse(text)
    assert message in str(caught.value)


def test_two_countries_with_one_short_form_are_told_apart_by_the_likely_one_then_by_the_articles():
    assert told(basis_of("ZPO § 222", "AT")) == [("AT", "civil_procedure", "§ 222")]
    assert told(basis_of("CC 5.240", "ES")) == [("ES", "civil_code", "5.240")]
    assert told(basis_of("CC 5.240", "BE")) == [("BE", "civil_code", "5.240")]
    assert told(basis_of("CC 1973", "")) == [("ES", "civil_code", "1973")]
    both = basis_of("BW 3:317; JC 1394/20", "NL", "BE")
    assert told(both) == [("NL", "civil_code", "3:317"), ("BE", "judicial_code", "1394/20")]


def test_a_text_that_nobody_knows_is_kept_as_it_stands():
    text = "Act of 2 August 2002, art. 5: 12.50 % from 2024-01-01"
    assert basis_of(text, "BE") == Basis.said(text)
    assert str(basis_of(text, "BE")) == text
    assert str(basis_of("closure: paid")) == "closure: paid"


PIECES = st.sampled_from(
    (
        "BW",
        "CC",
        "Law of 2 Aug 2002",
        "UGB",
        "art.",
        "§",
        "6:119a",
        "5.210",
        "(2)",
        "kap.",
        "agreed rate",
        "old",
        "with",
    )
)


@given(st.one_of(st.text(), st.lists(PIECES | st.sampled_from(("; ", ", ", " (", ")", ": ", " "))).map("".join)))
def test_any_text_is_read_to_something_that_says_the_same(text):
    assert str(basis_of(text, "NL", "BE")) == text


def test_every_country_has_its_acts_in_every_language():
    for code in countries():
        for law in adapter_of(code).citations.laws:
            assert set(law.names) == set(LANGUAGES), (code, law.key)


GOOD = """
[laws.code]
short = "BGB"
home = { de = "{art} BGB" }
[laws.code.name]
"""
NAMES = "\n".join(f'{language} = "code {language}"' for language in LANGUAGES)
FLAWS = [
    ("[laws", "no TOML"),
    (f"{GOOD}{NAMES}\n[links.and]\nen = 'and'", "unknown: links"),
    (GOOD + NAMES.replace('sv = "code sv"', ""), r"\[laws.code\] name: no text in sv"),
    (f"[laws.code.name]\n{NAMES}", r"\[laws.code\]: give short"),
    (f"{GOOD}{NAMES}\n[laws.code.homes]\nde = 'x'", r"\[laws.code\]: unknown: homes"),
    ("[notes.some]\nen = 'some'", r"\[notes.some\]: no text in ca, de, es"),
    (f"[notes.some]\n{NAMES}\npl = 'x'", r"\[notes.some\]: unknown: pl"),
    (f"[notes.some]\n{NAMES}".replace("code nl", "code {day}"), r"\[notes.some\]: nl: the values are none"),
    (f"[notes.some]\n{NAMES}".replace("code", "{what}"), r"\[notes.some\]: en: the values are what"),
    (f'[words."Abs."]\n{NAMES}'.replace("code it", " "), r"\[words.Abs.\]: no text in it"),
]


@pytest.mark.parametrize(("text", "message"), FLAWS)
def test_a_laws_file_with_a_flaw_is_refused_by_name(text, message, tmp_path):
    (tmp_path / "laws.toml").write_text(text, "utf-8")
    with pytest.raises(LawError, match=f"DE: laws.toml.*{message}"):
        load_laws(tmp_path, "DE")


def test_a_country_without_a_laws_file_is_told_what_to_add(tmp_path):
    with pytest.raises(LawError, match=r"DE: no laws.toml; add the acts"):
        load_laws(tmp_path, "DE")


def test_a_new_country_reads_its_own_acts_beside_those_of_all(tmp_path):
    (tmp_path / "laws.toml").write_text(GOOD + NAMES, "utf-8")
    own = read(tmp_path, "DE")
    grammar = Grammar((own, common()))
    check_bases(grammar, {"x": "BGB § 288(1) with § 247; agreed rate"}, "DE: law.toml")
    with pytest.raises(LawError, match=r"DE: law.toml: interest.civil: basis 'HGB § 352': .*add it to the country's"):
        check_bases(grammar, {"interest.civil": "HGB § 352"}, "DE: law.toml")


def test_a_file_is_told_where_its_basis_names_no_act():
    grammar = adapter_of("BE").grammar
    raw = {"route": {"some": {"basis": "JC 1338", "costs": [{"basis": "JC 1017"}, {"basis": "Magna Carta 39"}]}}}
    with pytest.raises(LawError, match=r"BE: courts.toml: route.some.costs.2.basis: .*begins 'Magna Carta 39'"):
        check_tables(grammar, raw, "BE: courts.toml")
    del raw["route"]["some"]["costs"][1]
    assert check_tables(grammar, raw, "BE: courts.toml") is raw


def test_what_an_installation_states_itself_is_its_own_affair(tmp_path, monkeypatch):
    text = '[parameter."fee.roll"]\nbasis = "agreed with our bailiff"\n'
    (tmp_path / "be.toml").write_text(text, "utf-8")
    monkeypatch.setenv("RECOVERY_LAW_DIR", str(tmp_path))
    assert type(adapter_of("BE"))().law["fee.roll"].basis == "agreed with our bailiff"
