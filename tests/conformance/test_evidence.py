"""Which papers a claim should have: by debtor and amount, each with its basis, in every country."""

from __future__ import annotations

from datetime import date

import pytest

from recovery.evidence import PAPERS, wanted
from recovery.law.claim import parse_claim
from recovery.letters.bases import basis_text
from recovery.quote import quote
from recovery.registry import adapter_of, countries

ON = date(2026, 3, 2)


def asked(country, kind="business", amount="1000.00"):
    claim = parse_claim(
        {
            "creditor": {"country": "BE" if country != "BE" else "NL"},
            "debtor": {"country": country, "kind": kind},
            "contract": {"kind": "services"},
            "invoices": [
                {"number": "1", "amount": amount, "currency": "EUR", "issued": "2025-10-01", "due": "2025-10-31"}
            ],
        }
    )
    answer = quote(claim, ON)
    return {one.paper: one for one in wanted(adapter_of(country), kind, [r.code for r in answer.routes if r.available])}


@pytest.mark.parametrize("country", countries())
def test_every_country_says_what_its_courts_ask_for_and_on_what_basis(country):
    found = asked(country)
    assert list(found) == [paper for paper in PAPERS if paper in found]
    assert "national_court" in found["order"].routes
    for one in found.values():
        for text in one.bases:
            assert basis_text(text, "nl", country, country, country)


@pytest.mark.parametrize("country", countries())
def test_a_basis_without_a_source_is_marked(country):
    found = asked(country, "consumer")
    assert found["terms"].uncertain == found["terms"].bases
    court = adapter_of(country).courts["national_court"]["evidence"]["basis"]
    assert court in found["order"].uncertain
    assert "Reg. 1896/2006 art. 7(2)(e)" not in found["order"].uncertain


@pytest.mark.parametrize("country", countries())
def test_a_private_persons_terms_are_looked_at_of_a_courts_own_motion(country):
    assert "terms" not in asked(country)
    assert "Dir. 93/13 art. 6, 7; Dir. 2011/83 art. 6, 8" in asked(country, "consumer")["terms"].bases


def test_the_amount_decides_with_the_ways_that_it_leaves_open():
    assert "european_small_claims" in asked("NL")["delivery"].routes
    assert asked("NL", amount="5000.01")["delivery"].routes == ("national_court",)
    assert "national_payment_order" in asked("IT")["delivery"].routes
    late = asked("ES", amount="90000.00")["delivery"]
    assert ("LEC 812" in late.bases, late.routes) == (True, ("national_payment_order", "national_court"))
