"""Identifiers: examples of the law sheets, section 8, and hand reckoning."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery.intake.identifiers import identify
from recovery.registry import countries

VALID = [
    # value, country asked, kind, country, normalised
    ("0566.988.259", "BE", "enterprise", "BE", "0566988259"),
    ("BE 0566.988.259", None, "vat", "BE", "BE0566988259"),
    ("BE136695962", None, "vat", "BE", "BE0136695962"),
    ("123456782B04", "NL", "vat", "NL", "NL123456782B04"),
    ("NL8200.98.395.B.01", None, "vat", "NL", "NL820098395B01"),
    ("NL123456782B90", None, "vat", "NL", "NL123456782B90"),
    ("01234567", "NL", "enterprise", "NL", "01234567"),
    ("111222333", "NL", "personal", "NL", "111222333"),
    ("820098395", "NL", "tax", "NL", "820098395"),
    ("IT12345678903", None, "vat", "IT", "IT12345678903"),
    ("12345678903", "IT", "vat", "IT", "12345678903"),
    ("MRALNE80E05H501C", "IT", "personal", "IT", "MRALNE80E05H501C"),
    ("37221735F", "ES", "personal", "ES", "37221735F"),
    ("X1234567L", "ES", "personal", "ES", "X1234567L"),
    ("B77436020", "ES", "tax", "ES", "B77436020"),
    ("A58818501", "ES", "tax", "ES", "A58818501"),
    ("P7840001G", "ES", "tax", "ES", "P7840001G"),
    ("ESB77436020", None, "vat", "ES", "ESB77436020"),
    ("ATU13585627", None, "vat", "AT", "ATU13585627"),
    ("U13585627", "AT", "vat", "AT", "ATU13585627"),
    ("FN 122119m", "AT", "enterprise", "AT", "122119m"),
    ("FN93363z", None, "enterprise", "AT", "93363z"),
    ("56247t", "AT", "enterprise", "AT", "56247t"),
    ("33209m", "at", "enterprise", "AT", "33209m"),
    ("556012-5790", "SE", "enterprise", "SE", "5560125790"),
    ("165560125790", "SE", "enterprise", "SE", "5560125790"),
    ("SE556012579001", None, "vat", "SE", "SE556012579001"),
    ("811218-9876", "SE", "personal", "SE", "8112189876"),
    ("19811218-9876", "SE", "personal", "SE", "198112189876"),
    ("701063+2391", "SE", "personal", "SE", "7010632391"),
    ("DE136695976", None, "vat", "DE", "DE136695976"),
    ("EL094014201", None, "vat", "GR", "EL094014201"),
    ("094014201", "GR", "vat", "GR", "EL094014201"),
    ("FR40303265045", None, "vat", "FR", "FR40303265045"),
    ("BE68 5390 0754 7034", None, "iban", "BE", "BE68539007547034"),
    ("NL57 RABO 0107307510", "NL", "iban", "NL", "NL57RABO0107307510"),
    ("IT60X0542811101000000123456", None, "iban", "IT", "IT60X0542811101000000123456"),
]


@pytest.mark.parametrize(("value", "asked", "kind", "country", "normalised"), VALID)
def test_valid(value, asked, kind, country, normalised):
    assert identify(value, asked) == {
        "valid": True, "kind": kind, "country": country, "normalised": normalised, "reason": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "asked"),
    [
        ("0566.988.258", "BE"),
        ("BE0566988250", None),
        ("123456781B04", "NL"),
        ("111222334", "NL"),
        ("12345678904", "IT"),
        ("00000000000", "IT"),
        ("MRALNE80E05H501D", "IT"),
        ("37221735G", "ES"),
        ("P78400017", "ES"),  # a local body's control is a letter
        ("B7743602J", "ES"),  # a company's is a digit
        ("ATU13585628", None),
        ("FN 122119a", "AT"),
        ("556012-5791", "SE"),
        ("811318-9876", "SE"),
        ("DE136695975", None),
        ("DE136695976", "IT"),
        ("BE68539007547035", None),
        ("UID12384938", "AT"),
        ("", None),
        ("???", "IT"),
        ("12", "??"),
    ],
)
def test_invalid(value, asked):
    answer = identify(value, asked)
    assert answer["valid"] is False
    assert answer["reason"]


def test_a_bare_number_that_fits_two_countries_says_so():
    answer = identify("0566988259")
    assert answer["valid"] is True
    assert re.fullmatch("fits BE and SE.*: say which country", answer["reason"])


@given(st.text(max_size=40), st.sampled_from([None, *countries(), "nl", "GR", "XX", "", "../x"]))
def test_nothing_makes_it_fail(value, country):
    answer = identify(value, country)
    assert set(answer) == {"valid", "kind", "country", "normalised", "reason"}


@given(
    st.text(alphabet="0123456789ABCDEFNTUX-. ", max_size=18),
    st.sampled_from([None, *countries()]),
)
def test_what_is_valid_stays_valid_when_normalised(value, country):
    answer = identify(value, country)
    if answer["valid"]:
        assert identify(answer["normalised"], answer["country"])["valid"]
