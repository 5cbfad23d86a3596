"""Payment references: examples of the law sheets, section 8, and hand reckoning."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery.errors import IntakeError
from recovery.intake.references import check_reference, make_reference
from recovery.registry import countries


@pytest.mark.parametrize(
    ("country", "value", "scheme"),
    [
        ("BE", "+++090/9337/55493+++", "ogm"),
        ("BE", "***123/1234/12328***", "ogm"),
        ("BE", "+++000/0000/00097+++", "ogm"),
        ("BE", "010806817183", "ogm"),
        ("be", "RF18 5390 0754 7034", "rf"),
        ("SE", "1230", "ocr"),
        ("NL", "1234567", "betalingskenmerk"),
        ("IT", "RF18539007547034", "rf"),
        ("ES", "rf18 5390 0754 7034", "rf"),
        ("AT", "RE-2026/17", "zahlungsreferenz"),
        ("AT", "RF18539007547034", "rf"),
        ("DE", "RF18539007547034", "rf"),
    ],
)
def test_valid(country, value, scheme):
    answer = check_reference(country, value)
    assert (answer["valid"], answer["scheme"], answer["reason"]) == (True, scheme, None)


@pytest.mark.parametrize(
    ("country", "value"),
    [
        ("BE", "+++090/9337/55494+++"),
        ("BE", "+++000/0000/00000+++"),
        ("BE", "0909337554"),
        ("BE", "A90933755493"),
        ("SE", "1231"),
        ("SE", "0"),
        ("SE", "1" * 26),
        ("NL", "12345678"),
        ("NL", "560000017"),  # 860000017 with another check digit
        ("NL", "860000017"),  # nine digits that say eight
        ("NL", "123456789012345"),
        ("NL", "5000000000000000"),
        ("IT", "RF19539007547034"),
        ("IT", "2026/17"),
        ("ES", "RF18"),
        ("AT", ""),
        ("AT", "X" * 36),
        ("IT", "RF18" + "9" * 9000),
        ("BE", "²" * 12),
    ],
)
def test_invalid(country, value):
    answer = check_reference(country, value)
    assert answer["valid"] is False
    assert answer["reason"]


def test_made_by_hand_reckoning():
    # 909337554 mod 97 = 93
    assert make_reference("BE", "909337554")["reference"] == "+++090/9337/55493+++"
    # length digit: 3 + 2 = 5; Luhn over 1235: 2*5=10->1, 3, 2*2=4, 1 = 9 -> 1
    assert make_reference("SE", "123")["reference"] == "12351"
    # ISO 11649 by ISO 7064 mod 97-10, the standard's own example
    assert make_reference("IT", "539007547034")["normalised"] == "RF18539007547034"
    # 0000017 behind its length digit 7: 7*2 + 1*4 + 7*3 = 39; 11 - 39 mod 11 = 5
    assert make_reference("NL", "17")["normalised"] == "570000017"


@pytest.mark.parametrize("country", sorted({*countries(), "DE"}))
@given(number=st.integers(0, 9_999_999_999))
def test_every_number_makes_a_valid_reference(country, number):
    made = make_reference(country, str(number))
    assert made["valid"]
    for written in (made["reference"], made["normalised"]):
        assert check_reference(country, written)["valid"]


@pytest.mark.parametrize("length", range(1, 16))
def test_dutch_references_of_every_length(length):
    made = make_reference("NL", "9" * length)
    assert made["valid"]
    assert len(made["normalised"]) in (*range(9, 15), 16)


@pytest.mark.parametrize("country", countries())
@given(number=st.from_regex(r"\A[0-9]{6,9}\Z"), at=st.integers(0, 40))
def test_one_changed_digit_is_noticed(country, number, at):
    made = make_reference(country, number)["normalised"]
    at %= len(made)
    if made[at].isdigit() and country != "NL":  # the Dutch digit 0 and 1 each stand for two remainders
        changed = made[:at] + str((int(made[at]) + 1) % 10) + made[at + 1 :]
        assert not check_reference(country, changed)["valid"]


@pytest.mark.parametrize(
    ("country", "number"), [("BE", "12345678901"), ("SE", "x"), ("IT", "a_b"), ("NL", ""), ("BE", "²")]
)
def test_what_makes_no_reference(country, number):
    with pytest.raises(IntakeError):
        make_reference(country, number)


@given(st.sampled_from(countries()), st.text(max_size=40))
def test_nothing_makes_the_check_fail(country, value):
    assert set(check_reference(country, value)) >= {"valid", "scheme", "reference", "reason"}
