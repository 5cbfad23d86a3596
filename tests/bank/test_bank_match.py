"""Entries and the cases they belong to."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery.bank.entry import Entry
from recovery.bank.match import Matcher, OpenCase, match
from recovery.bank.names import name_words, same_name
from recovery.money import Money

ROSSI = OpenCase(
    "c1",
    "IT-2026-000001",
    "RF18539007547034",
    ("FT/2026/17", "99"),
    "Rossi Costruzioni S.r.l.",
    ("IT60X0542811101000000123456",),
    Money(123450, "EUR"),
)
JANSEN = OpenCase(
    "c2", "BE-2026-000002", "+++090/9337/55493+++", ("2026-0042",), "Jansén & Zonen BV", (), Money(5000, "EUR")
)
ANDERSSON = OpenCase("c3", "SE-2026-000003", "1234567897", ("99",), "Andersson AB", (), Money(99900, "SEK"))
TWIN_1 = OpenCase(
    "t1", "NL-2026-000010", "7000000000000010", ("T-1000",), "De Vries", ("NL91ABNA0417164300",), Money(700, "EUR")
)
TWIN_2 = replace(TWIN_1, claim_id="t2", reference="NL-2026-000011", payment_reference="7000000000000011")
CASES = (ROSSI, JANSEN, ANDERSSON, TWIN_1, TWIN_2)


def paid(**parts):
    base = Entry(
        account="BE71096123456769",
        booked=date(2026, 3, 2),
        value=date(2026, 3, 2),
        amount=Money(1, "EUR"),
        credit=True,
        debtor_name=None,
        debtor_iban=None,
        reference=None,
        text="",
        bank_id="x",
    )
    return replace(base, **parts)


CERTAIN = [
    ("c1", {"reference": "RF18539007547034"}, "RF reference"),
    ("c1", {"reference": "RF18 5390 0754 7034"}, "RF in groups of four"),
    ("c1", {"reference": "rf18539007547034"}, "RF in small letters"),
    ("c1", {"text": "Zahlung RF18 5390 0754 7034 danke"}, "RF in the text"),
    ("c2", {"reference": "090933755493"}, "OGM without marks"),
    ("c2", {"reference": "+++090/9337/55493+++"}, "OGM as printed"),
    ("c2", {"text": "***090/9337/55493***"}, "OGM in the text"),
    ("c2", {"text": "mededeling 090 9337 55493"}, "OGM with spaces"),
    ("c2", {"text": "ref:090/9337/55493."}, "OGM glued to a word"),
    ("c3", {"reference": "1234567897"}, "OCR"),
    ("c3", {"reference": "OCR 1234567897"}, "OCR with its name"),
    ("c3", {"reference": "00001234567897"}, "OCR padded with zeros"),
    ("c1", {"reference": "IT-2026-000001"}, "case reference as reference"),
    ("c1", {"text": "saldo pratica it-2026-000001"}, "case reference in small letters"),
    ("c1", {"text": "saldo IT2026000001"}, "case reference without hyphens"),
    ("c1", {"text": "saldo IT 2026 000001 grazie"}, "case reference with spaces"),
    ("c1", {"text": "Rif:IT-2026-000001/bonifico"}, "case reference glued to words"),
    ("c1", {"mentions": ("IT-2026-000001",)}, "case reference as a further reference"),
    ("c1", {"text": "IT-2026-000001", "debtor_name": "De Vries", "amount": Money(700, "EUR")}, "beats other signs"),
]


@pytest.mark.parametrize(("claim", "parts", "why"), CERTAIN, ids=[row[2] for row in CERTAIN])
def test_certain(claim, parts, why):
    found = Matcher(CASES).match(paid(**parts))
    assert (found.claim_id, found.confidence) == (claim, "certain")
    assert found.case_reference == {case.claim_id: case.reference for case in CASES}[claim]


PROBABLE = [
    ("c1", {"text": "saldo FT/2026/17", "debtor_name": "ROSSI COSTRUZIONI SRL"}, "invoice and name"),
    ("c1", {"text": "saldo ft/2026/17.", "amount": Money(123450, "EUR")}, "invoice and amount"),
    ("c2", {"reference": "2026-0042", "debtor_name": "Jansen en Zonen"}, "invoice as reference, name without accent"),
    ("c2", {"text": "factuur 2026 0042", "amount": Money(5000, "EUR")}, "invoice number with a space"),
    ("c2", {"mentions": ("2026-0042",), "amount": Money(5000, "EUR")}, "invoice in structured remittance"),
    ("c1", {"debtor_iban": "IT60 X054 2811 1010 0000 0123 456"}, "known account"),
    ("c1", {"amount": Money(123450, "EUR"), "debtor_name": "Rossi Costruzioni"}, "amount and name"),
    ("c1", {"amount": Money(123450, "EUR"), "ultimate_debtor_name": "Rossi Costruzioni"}, "the party behind"),
    ("c1", {"text": "99", "debtor_name": "Rossi Costruzioni spa"}, "a common number, told apart by name"),
    ("c3", {"text": "99", "amount": Money(99900, "SEK")}, "a common number, told apart by amount"),
]


@pytest.mark.parametrize(("claim", "parts", "why"), PROBABLE, ids=[row[2] for row in PROBABLE])
def test_probable(claim, parts, why):
    found = Matcher(CASES).match(paid(**parts))
    assert (found.claim_id, found.confidence) == (claim, "probable")


NONE = [
    ({}, "nothing said"),
    ({"text": "FT/2026/17"}, "invoice number alone"),
    ({"text": "FT/2026/171", "debtor_name": "Rossi Costruzioni"}, "part of another number"),
    ({"text": "XFT/2026/17", "debtor_name": "Rossi Costruzioni"}, "end of another number"),
    ({"amount": Money(123450, "EUR")}, "amount alone"),
    ({"amount": Money(123450, "SEK"), "debtor_name": "Rossi Costruzioni"}, "amount in another currency"),
    ({"debtor_name": "Rossi Costruzioni"}, "name alone"),
    ({"amount": Money(123450, "EUR"), "debtor_name": "Bianchi Costruzioni"}, "half a name"),
    ({"text": "IT-2026-0000011"}, "a longer number than the case's"),
    ({"text": "XIT-2026-000001"}, "letters before the case's"),
    ({"reference": "090933755494"}, "another OGM"),
    ({"reference": "T-1000", "amount": Money(700, "EUR")}, "two cases with that invoice and amount"),
    ({"debtor_iban": "NL91ABNA0417164300"}, "two cases of that account"),
    ({"debtor_name": "de vries", "amount": Money(700, "EUR")}, "two cases of that name and amount"),
    ({"text": "IT-2026-000001 BE-2026-000002"}, "two references"),
    ({"reference": "RF18539007547034", "text": "BE-2026-000002"}, "reference and text disagree"),
    ({"reference": "RF18539007547034", "credit": False}, "money going out"),
    ({"reference": "RF18539007547034", "reversal": True}, "an earlier debit returned"),
    ({"reference": "RF18539007547034", "parts": 3}, "a batch that was not told apart"),
]


@pytest.mark.parametrize(("parts", "why"), NONE, ids=[row[1] for row in NONE])
def test_none(parts, why):
    found = Matcher(CASES).match(paid(**parts))
    assert (found.claim_id, found.case_reference, found.confidence) == (None, None, "none")
    assert found.why


SIGNED = [
    ({"text": "FT/2026/17", "debtor_name": "Rossi Costruzioni"}, [("IT-2026-000001", 65, ("invoice", "name"))]),
    ({"text": "FT/2026/17", "amount": Money(123450, "EUR")}, [("IT-2026-000001", 60, ("invoice", "amount"))]),
    (
        {
            **{"text": "FT/2026/17", "debtor_name": "Rossi Costruzioni", "amount": Money(123450, "EUR")},
            "debtor_iban": "IT60X0542811101000000123456",
        },
        [("IT-2026-000001", 100, ("invoice", "iban", "name", "amount"))],
    ),
    (
        {"debtor_iban": "IT60X0542811101000000123456", "text": "per Rossi Costruzioni", "debtor_name": "Bianchi"},
        [("IT-2026-000001", 35, ("iban", "text"))],
    ),
    (
        {"debtor_name": "de vries", "amount": Money(700, "EUR")},
        [("NL-2026-000010", 45, ("name", "amount")), ("NL-2026-000011", 45, ("name", "amount"))],
    ),
    ({"debtor_name": "Nobody"}, []),
    ({"reference": "RF18539007547034"}, []),
]


@pytest.mark.parametrize(("parts", "signs"), SIGNED)
def test_what_points_to_a_case_is_told_with_a_score(parts, signs):
    found = Matcher(CASES).match(paid(**parts))
    assert [(one.case, one.score, one.found) for one in found.signs] == signs


def test_a_payment_taken_back_names_its_case():
    back = paid(reference="RF18539007547034", credit=False, reversal=True)
    found = Matcher(CASES).match(back)
    assert (found.claim_id, found.case_reference, found.confidence) == ("c1", "IT-2026-000001", "none")
    assert "IT-2026-000001" in found.why


def test_the_amount_tells_two_cases_of_an_account_apart():
    other = replace(TWIN_2, outstanding=Money(800, "EUR"))
    found = Matcher((TWIN_1, other)).match(paid(debtor_iban="NL91ABNA0417164300", amount=Money(800, "EUR")))
    assert (found.claim_id, found.confidence) == ("t2", "probable")


NAMES = [
    ("Müller & Söhne GmbH", "MULLER SOHNE", True),
    ("S.p.A. Ferrari Trasporti", "Ferrari Trasporti SpA", True),
    ("Straße Bau e.U.", "Strasse Bau", True),
    ("Ærø Mejeri", "aero mejeri", True),
    ("L'Oréal", "LOREAL", True),
    ("Andersson AB", "Erik Andersson", True),
    ("Bo AB", "Bo Lundgren", False),
    ("Rossi Edilizia", "Rossi Trasporti", False),
    ("", "Rossi", False),
    ("", "", False),
]


@pytest.mark.parametrize(("one", "other", "same"), NAMES)
def test_names(one, other, same):
    assert same_name(name_words(one), name_words(other)) is same
    assert same_name(name_words(other), name_words(one)) is same


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=30))
def test_any_text_is_looked_up(reference, text, name):
    (found,) = match([paid(reference=reference, text=text, debtor_name=name)], CASES)
    assert (found.claim_id is None) == (found.confidence == "none")


def test_many_cases_are_not_walked_through():
    def case(number):
        return OpenCase(
            str(number), f"IT-2026-{number:06d}", f"{number:016d}", ("1", f"F-{number}"), "Rossi", (), Money(100, "EUR")
        )

    matcher = Matcher(case(number) for number in range(20_000))
    entries = [paid(text="fattura 1 saldo", debtor_name="Rossi", amount=Money(100, "EUR"))] * 20
    entries += [paid(text=f"fattura F-{number} rossi", amount=Money(100, "EUR")) for number in range(2_000)]
    started = time.monotonic()
    found = [matcher.match(entry).confidence for entry in entries]
    assert time.monotonic() - started < 10
    assert (found.count("none"), found.count("probable")) == (20, 2_000)
