"""Corners in which a rule once said something wrong."""

from __future__ import annotations

import json
from datetime import date

import pytest

from recovery.commands import run
from recovery.errors import IntakeError, LawError
from recovery.law.index import index_of
from recovery.law.limitation import limitation
from recovery.law.parameters import load_law, noting
from recovery.law.values import InterestTerms
from recovery.money import MOST, Money
from recovery.quote import quote
from recovery.registry import adapter_of, countries
from tests.law.claims import claim


def test_an_insolvency_that_lies_ahead_closes_nothing_yet():
    facts = claim("NL", "BE", events=[{"kind": "insolvency", "on": "2026-04-01", "by": "court"}])
    before, after = quote(facts, date(2026, 3, 15)), quote(facts, date(2026, 4, 2))
    assert any(route.available for route in before.routes)
    assert before.steps[0].step.name == "reminder"
    assert not any(route.available for route in after.routes)
    assert [step.step.name for step in after.steps] == ["lodge_claim"]


@pytest.mark.parametrize("country", countries())
def test_a_payment_before_the_due_day_does_not_shorten_limitation(country):
    paid = {"payments": [{"on": "2026-01-20", "amount": "100.00", "currency": "EUR"}]}
    with_payment = limitation(adapter_of(country), claim(country, country, **paid), date(2026, 6, 1))
    without = limitation(adapter_of(country), claim(country, country), date(2026, 6, 1))
    assert with_payment.last_day >= without.last_day


def test_a_barred_claim_plans_no_letter():
    answer = quote(claim("NL", "BE", issued="2015-01-10", due="2015-02-09"), date(2026, 6, 10))
    assert answer.limitation.barred
    assert answer.steps == []


def test_limitation_that_comes_near_is_said():
    facts = claim("NL", "BE", issued="2021-01-10", due="2021-02-09")  # BW 3:307: five years
    assert "limitation: 40 days left until 2026-02-09" in " ".join(quote(facts, date(2025, 12, 31)).warnings)
    assert "days left" not in " ".join(quote(facts, date(2025, 6, 30)).warnings)


def test_the_notes_of_the_law_that_is_not_applied_are_not_told():
    facts = claim(
        "AT",
        "NL",
        "consumer",
        contract={"choice_of_law": "AT"},
        payments=[{"on": "2026-03-02", "amount": "10.00", "currency": "EUR"}],
    )
    answer = quote(facts, date(2026, 6, 1))
    other = "AT:" if answer.laws.substance == "NL" else "NL: that"
    assert not [text for text in answer.warnings if text.startswith(other)]


def test_a_payment_of_nothing_is_told_as_a_payment():
    data = json.loads(claim().model_dump_json())
    data["payments"] = [{"on": "2026-03-02", "amount": "0.00", "currency": "EUR"}]
    with pytest.raises(IntakeError) as told:
        run("quote", data)
    assert told.value.field == "payments.amount"


@pytest.mark.parametrize("amount", ["12345678901234567890123456789.99", str(MOST)])
def test_an_amount_beyond_all_reason_is_refused_and_never_rounded(amount):
    with pytest.raises(IntakeError, match="no debt is that large"):
        Money.parse(amount, "EUR")


def test_terms_that_begin_before_their_rates_are_known_are_refused():
    civil = adapter_of("IT").law["interest.civil"]
    later = InterestTerms("civil", "later", civil)
    with pytest.raises(LawError, match="known only from"):
        index_of(InterestTerms("civil", "agreed", fixed=1, later=((date(2001, 1, 1), later),)), ((1, 1),), 365)


def test_a_country_is_one_adapter_however_it_is_written():
    assert adapter_of("be") is adapter_of("BE")


def test_a_ceiling_in_another_currency_is_left_to_a_person():
    from recovery.law.costs import capped
    from recovery.law.values import Cost

    mine = [Cost("collection_costs", Money(15_000, "EUR"), date(2026, 9, 18), "BIK art. 2")]
    theirs = [Cost("demand_fee", Money(18_000, "SEK"), date(2026, 9, 1), "SFS 1981:739")]
    with noting() as notes:
        assert capped(mine, theirs, "SE") == mine
    assert notes.warnings == [
        "consumer: compare collection_costs in EUR by hand with what the law of SE allows (180.00 SEK)"
    ]
    assert capped(mine, [], "AT") == []


GOOD = """[parameter.one]
label = "l"
unit = "u"
basis = "b"
source = "s"
confidence = "known"
confirmed_through = 2026-12-31
"""
RATES = "parameter,from,value,confidence,source\n"
FAULTS = [
    ("[parameter.one", "", "no TOML"),
    (GOOD + "values = [{ from = 2013-01-01 }]", "", "needs value and from"),
    (GOOD + "values = [{ value = 1 }]", "", "needs value and from"),
    (GOOD.replace("2026-12-31", '"2026-12-31"') + "values = [{ from = 2013-01-01, value = 1 }]", "", "a date"),
    (GOOD, RATES + "one,2013-01-01,NaN,known,s\n", "no number"),
    (GOOD, RATES.replace("parameter", "name") + "one,2013-01-01,1,known,s\n", "rates.csv row"),
]


@pytest.mark.parametrize(("law", "rates", "why"), FAULTS)
def test_a_fault_in_the_files_of_a_country_is_told_as_one(tmp_path, law, rates, why):
    (tmp_path / "law.toml").write_text(law)
    if rates:
        (tmp_path / "rates.csv").write_text(rates)
    with pytest.raises(LawError, match=why):
        load_law(tmp_path, "XX")
