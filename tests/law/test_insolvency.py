"""The debtor's insolvency: the debtor's country says what can be lodged (Reg. 2015/848 art. 7(2)(g))."""

from __future__ import annotations

from datetime import date as D

import pytest

from recovery.quote import opening_of, quote
from recovery.registry import adapter_of, countries
from tests.law.claims import claim

OPENED = [{"kind": "insolvency", "on": "2026-06-10", "by": "court"}]
AS_OF = D(2026, 11, 23)

LODGED = [
    # law, debtor, article, interest of 1000.00 from 2026-02-10 to the opening (days, by the law of the contract)
    ("BE", "BE", "CEL XX.117", "34.81"),  # 121 days at 10.50 %
    ("NL", "BE", "CEL XX.117", "33.37"),  # 120 days at 10.15 %: the day of payment bears none
    ("IT", "IT", "CCII) art. 154", "33.65"),  # 121 days at 10.15 %
    ("ES", "ES", "TRLC 152", "33.65"),
    ("NL", "NL", "Fw 128", "33.37"),
    ("AT", "AT", "IO § 58", "35.57"),  # 121 days at 10.73 %
    ("SE", "SE", "Konkurslag 5 kap.", "33.15"),  # 121 days at 10.00 %
    ("SE", "ES", "TRLC 152", "33.15"),
]


@pytest.mark.parametrize(("law", "debtor", "article", "interest"), LODGED)
def test_interest_ends_with_the_opening_in_every_country(law, debtor, article, interest):
    answer = quote(claim(law, debtor, events=OPENED), AS_OF).as_dict()
    assert answer["interest"]["amount"] == answer["lodge"]["interest"] == interest
    assert article in answer["lodge"]["basis"]
    assert answer["lodge"]["opened"] == "2026-06-10"
    assert answer["lodge"]["currency"] == "EUR"
    last = answer["interest"]["segments"][-1]
    assert last["to"] == ("2026-06-09" if law == "NL" else "2026-06-10")
    assert all(row["rate"] != "0.00" for row in answer["interest"]["segments"])
    lodged = answer["lodge"]
    assert float(lodged["total"]) == pytest.approx(
        sum(float(lodged[part]) for part in ("principal", "interest", "costs"))
    )


@pytest.mark.parametrize("country", countries())
def test_what_runs_on_and_what_can_be_lodged_make_up_the_whole(country):
    stopped, free = quote(claim(country, country, events=OPENED), AS_OF), quote(claim(country, country), AS_OF)
    assert stopped.lodge.runs_on.minor > 0
    assert stopped.assessment.interest + stopped.lodge.runs_on == free.assessment.interest
    assert free.lodge is None
    assert free.as_dict()["lodge"] is None


def test_a_payment_after_the_opening_lowers_what_is_owed_and_not_what_was_lodged():
    paid = [{"on": "2026-08-03", "amount": "500.00", "currency": "EUR"}]
    answer = quote(claim("IT", "IT", events=OPENED, payments=paid), AS_OF).as_dict()
    # costs 40.00, interest 33.65, then 426.35 of the principal; no interest on the rest
    assert answer["paid"][0]["to_interest"] == "33.65"
    assert (answer["principal"]["amount"], answer["interest"]["amount"]) == ("573.65", "0.00")
    assert (answer["lodge"]["principal"], answer["lodge"]["interest"]) == ("1000.00", "33.65")
    assert answer["lodge"]["costs"] == "40.00"


def test_a_judgment_after_the_opening_raises_no_interest():
    events = [*OPENED, {"kind": "judgment", "on": "2026-07-01", "by": "court"}]
    facts = claim("ES", "ES", "consumer", events=events)
    answer = quote(facts, AS_OF)
    assert [day for day, _ in answer.assessment.terms.later] == [D(2026, 6, 11)]


def test_what_falls_due_after_the_opening_bears_no_interest():
    answer = quote(claim("IT", "IT", issued="2026-06-01", due="2026-07-01", events=OPENED), AS_OF)
    assert answer.assessment.segments == []
    assert (str(answer.lodge.principal), str(answer.lodge.interest), str(answer.lodge.costs)) == (
        "1000.00",
        "0.00",
        "0.00",
    )


def test_what_was_invoiced_after_the_opening_is_not_lodged():
    first = {"number": "1", "amount": "1000.00", "currency": "EUR", "issued": "2026-01-10", "due": "2026-02-09"}
    second = {"number": "2", "amount": "500.00", "currency": "EUR", "issued": "2026-07-01", "due": "2026-07-31"}
    answer = quote(claim("IT", "IT", events=OPENED, invoices=[first, second]), AS_OF)
    assert str(answer.lodge.principal) == "1000.00"
    assert any("issued after the opening of 2026-06-10" in text for text in answer.warnings)
    alone = quote(claim("IT", "IT", events=OPENED, invoices=[second]), AS_OF)
    assert alone.lodge is None


def test_an_opening_that_lies_ahead_and_a_home_that_is_not_served_stop_nothing():
    assert opening_of(claim("IT", "IT", events=OPENED), D(2026, 6, 9)) is None
    assert opening_of(claim("IT", "FR", events=OPENED), AS_OF) is None
    assert adapter_of("IT").insolvency(claim("IT", "IT")) is None
