"""Conversions at the ECB's fixings: the last one on or before the day, rounded once."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery.currency.ecb import EmbeddedEcb, replaced
from recovery.currency.rates import Rate, StoredRates, convert, converted, symbol
from recovery.errors import GatewayError, IntakeError
from recovery.money import REPLACED, Money

CONVERSIONS = [
    # amount, from, to, on, wanted, rate, rate day, why
    (
        "1000.00",
        "EUR",
        "SEK",
        date(2024, 1, 2),
        "11154.50",
        "11.1545",
        date(2024, 1, 2),
        "the fixing as published",
    ),
    (
        "1000.00",
        "SEK",
        "EUR",
        date(2024, 1, 2),
        "89.65",
        "0.0896499",
        date(2024, 1, 2),
        "its inverse, six digits",
    ),
    (
        "1000.00",
        "SEK",
        "EUR",
        date(2026, 10, 31),
        "91.09",
        "0.0910913",
        date(2026, 10, 30),
        "Saturday: Friday's",
    ),
    (
        "1000.00",
        "SEK",
        "EUR",
        date(2026, 11, 1),
        "91.09",
        "0.0910913",
        date(2026, 10, 30),
        "Sunday: Friday's",
    ),
    (
        "100.00",
        "SEK",
        "CHF",
        date(2026, 10, 30),
        "8.37",
        "0.0837493",
        date(2026, 10, 30),
        "cross rate by the euro",
    ),
    (
        "100.00",
        "EUR",
        "JPY",
        date(2020, 5, 1),
        "11587",
        "115.87",
        date(2020, 4, 30),
        "no decimals; 1 May is closed",
    ),
    (
        "100",
        "JPY",
        "EUR",
        date(2020, 4, 30),
        "0.86",
        "0.00863036",
        date(2020, 4, 30),
        "from a currency without cents",
    ),
    (
        "1000.00",
        "SEK",
        "EUR",
        date(1999, 1, 4),
        "105.60",
        "0.105601",
        date(1999, 1, 4),
        "the first fixing of all",
    ),
    ("0.00", "SEK", "EUR", date(2024, 1, 2), "0.00", "0.0896499", date(2024, 1, 2), "nothing stays nothing"),
    ("5.00", "EUR", "EUR", date(1950, 1, 1), "5.00", "1", date(1950, 1, 1), "same currency needs no fixing"),
]


@pytest.mark.parametrize(("amount", "source", "to", "on", "wanted", "rate", "rate_date", "why"), CONVERSIONS)
def test_conversion(amount, source, to, on, wanted, rate, rate_date, why):
    result = convert(Money.parse(amount, source), to, on)
    assert (str(result.amount), str(result.rate), result.rate_date) == (wanted, rate, rate_date), why
    assert result.amount.currency == to
    assert result.warnings == ()


def test_large_amounts_are_rounded_once_and_not_by_the_shown_rate():
    result = convert(Money.parse("123456789.00", "SEK"), "EUR", date(2026, 10, 30))
    exact = (Decimal("123456789.00") / Decimal("10.978")).quantize(Decimal("0.01"))
    assert str(result.amount) == str(exact)


def test_both_sides_of_a_cross_rate_are_of_one_day():
    # Rouble fixings ended on 2022-03-01; the krona's of that same day is the one to use.
    found = EmbeddedEcb().rate("RUB", "SEK", date(2022, 6, 1))
    assert found is not None
    assert found.rate_date == date(2022, 3, 1)


OLD = [
    ("ISK", date(2012, 1, 1), "2008-12-09", "newer ones did not come in"),
    ("RUB", date(2026, 3, 10), "2022-03-01", "the ECB has quoted RUB no more since 2022-03-01"),
    ("SEK", date(2027, 5, 1), "2026-10-30", "newer ones did not come in"),
]


@pytest.mark.parametrize(("currency", "on", "last", "why"), OLD)
def test_an_old_fixing_is_refused_and_told_why(currency, on, last, why):
    with pytest.raises(IntakeError) as caught:
        convert(Money.parse("100.00", "EUR"), currency, on)
    assert caught.value.code == "rate_too_old"
    assert last in caught.value.message
    assert why in caught.value.message


def test_a_threshold_of_law_is_compared_at_the_last_fixing_however_old():
    assert str(converted(Money.parse("5000.00", "SEK"), "EUR", date(2027, 5, 1))) == "455.46"


def test_a_week_without_fixing_is_no_reason_to_refuse():
    assert convert(Money.parse("1.00", "EUR"), "SEK", date(2026, 11, 6)).rate_date == date(2026, 10, 30)


REPLACED_RATES = [
    ("100.00", "BGN", "EUR", date(2026, 1, 1), "51.13", "0.511292", "the first day of the fixed rate"),
    ("100.00", "BGN", "EUR", date(2031, 7, 1), "51.13", "0.511292", "fixed for ever"),
    ("1000", "ITL", "EUR", date(2026, 3, 1), "0.52", "0.000516457", "six figures, not rounded"),
    ("7.53", "HRK", "EUR", date(2022, 12, 30), "1.00", "0.132688", "the fixing of the day, before"),
    ("100.00", "DEM", "SEK", date(2026, 2, 27), "545.26", "5.45257", "on through the euro"),
]


@pytest.mark.parametrize(("amount", "source", "to", "on", "wanted", "rate", "why"), REPLACED_RATES)
def test_what_the_euro_replaced_has_its_rate_fixed_by_regulation(amount, source, to, on, wanted, rate, why):
    result = convert(Money.parse(amount, source), to, on)
    assert (str(result.amount), str(result.rate), result.rate_date) == (wanted, rate, on), why


def test_every_currency_that_the_euro_replaced_has_its_rate():
    assert set(replaced()) == REPLACED
    for since, rate in replaced().values():
        assert len(str(rate).replace(".", "").lstrip("0")) == 6, "six significant figures (Reg. 1103/97, art. 4)"
        assert since.month == since.day == 1


REFUSED = [
    ("SEK", "EUR", date(1998, 12, 31), "rate_not_known", "1999"),
    ("EUR", "ARS", date(2024, 1, 2), "rate_not_known", "ARS"),
    ("EUR", "XYZ", date(2024, 1, 2), "unknown_currency", "XYZ"),
    ("EUR", "eur", date(2024, 1, 2), "unknown_currency", "eur"),
]


@pytest.mark.parametrize(("source", "to", "on", "code", "words"), REFUSED)
def test_refused(source, to, on, code, words):
    with pytest.raises(IntakeError) as caught:
        convert(Money.parse("1.00", source), to, on)
    assert caught.value.code == code
    assert words in caught.value.message


def last_friday(currency, on):
    """Return the one fixing that is stored: the krona's of 20 November 2026."""
    fixed = (date(2026, 11, 20), Decimal("11.00"), "stored fixing")
    return fixed if currency == "SEK" and on >= fixed[0] else None


def test_stored_rates_carry_on_where_the_shipped_history_ends():
    stored = StoredRates(last_friday)
    result = convert(Money.parse("1100.00", "SEK"), "EUR", date(2026, 11, 21), (EmbeddedEcb(), stored))
    assert (str(result.amount), result.rate_date, result.source) == (
        "100.00",
        date(2026, 11, 20),
        "stored fixing",
    )


def test_stored_rates_of_a_later_day_are_not_used():
    stored = StoredRates(last_friday)
    assert stored.rate("SEK", "EUR", date(2026, 11, 19)) is None


class Failing:
    def rate(self, source, target, on):
        raise GatewayError("the service sleeps")


class Tomorrow:
    def rate(self, source, target, on):
        return Rate(Decimal(2), date(2030, 1, 1), "tomorrow")


def test_a_source_that_fails_is_passed_over_and_named():
    result = convert(Money.parse("1000.00", "SEK"), "EUR", date(2026, 10, 30), (Failing(), EmbeddedEcb()))
    assert str(result.amount) == "91.09"
    assert result.warnings == ("the service sleeps",)


def test_only_failing_sources_mean_try_again():
    with pytest.raises(GatewayError):
        convert(Money.parse("1.00", "SEK"), "EUR", date(2026, 10, 30), (Failing(),))


def test_a_rate_of_a_later_day_is_never_used():
    with pytest.raises(IntakeError):
        convert(Money.parse("1.00", "SEK"), "ARS", date(2026, 10, 30), (Tomorrow(),))


@given(st.dates(date(1999, 1, 4), date(2026, 12, 31)), st.sampled_from(("SEK", "USD", "GBP", "CHF", "NOK")))
def test_a_fixing_is_never_of_a_later_day(on, currency):
    found = EmbeddedEcb().rate(currency, "EUR", on)
    assert found is not None
    assert found.rate_date <= on


@given(st.integers(0, 10**10), st.dates(date(1999, 1, 4), date(2026, 10, 30)))
def test_there_and_back_is_the_same_within_a_cent(minor, on):
    there = convert(Money(minor, "EUR"), "SEK", on).amount
    assert abs(convert(there, "EUR", on).amount.minor - minor) <= 1


@pytest.mark.parametrize(("currency", "sign"), [("EUR", "€"), ("SEK", "kr"), ("JPY", "¥"), ("XYZ", "XYZ")])
def test_symbol(currency, sign):
    assert symbol(currency) == sign


def test_nothing_is_loaded_before_a_rate_is_asked_for():
    names = "currency_converter", "requests"
    code = f"import sys, recovery.currency.rates; print(*(name in sys.modules for name in {names}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
