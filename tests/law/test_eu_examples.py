"""The worked examples of the European rules: periods, rates by law, routes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from recovery.commands import run

DEADLINES = [
    # country, start, period, last day, why
    ("AT", "2026-03-02", "30d", "2026-04-01", "Reg. 1896/2006 art. 16: served on a Monday"),
    ("NL", "2026-05-15", "30d", "2026-06-15", "the 14th of June is a Sunday"),
    ("BE", "2026-01-31", "1m", "2026-03-02", "28 February is a Saturday (art. 3(2)(c), 3(4))"),
    ("BE", "2026-07-01", "2w", "2026-07-15", "the same weekday"),
    ("IT", "2026-02-28", "1m", "2026-03-30", "28 March is a Saturday: the same date, never the month's end"),
    ("SE", "2026-02-28", "1m", "2026-03-30", "the same under every court's calendar"),
    ("IT", "2026-09-04", "30d", "2026-10-05", "4 October is a Sunday and, from 2026, a holiday (L. 151/2025)"),
    ("IT", "2027-09-04", "30d", "2027-10-05", "4 October 2027 is a Monday and a holiday"),
    ("ES", "2026-07-20", "30d", "2026-08-19", "August counts: every day of a European period does"),
    ("BE", "2026-12-23", "2d", "2026-12-28", "two working days in any period of two days (art. 3(5)): 24th and 28th"),
]


@pytest.mark.parametrize(("country", "start", "period", "last", "why"), DEADLINES)
def test_european_periods(country, start, period, last, why):
    answer = run("deadline", {"country": country, "rule": "eu", "start": start, "period": period})
    assert answer["date"] == last, (why, answer["steps"])


def claim(creditor, debtor, amount="1000.00", as_of="2026-11-20", **more):
    return {
        "creditor": {"country": creditor},
        "debtor": {"country": debtor, "kind": more.pop("kind", "business")},
        "invoices": [
            {"number": "1", "amount": amount, "currency": "EUR", "issued": more.pop("issued", "2026-02-08")}
            | {"due": more.pop("due", "2026-03-10")}
        ],
        "as_of": as_of,
        **more,
    }


RATES = [
    # law, late from, rate of the first line, why
    ("IT", "2026-03-09", "10.15", "2.15 on 1 January 2026"),
    ("IT", "2026-08-09", "10.40", "2.40 on 1 July 2026; the move of 16 September counts from 2027"),
    ("NL", "2026-08-09", "10.40", "unrounded"),
    ("ES", "2026-08-09", "10.40", "unrounded"),
    ("BE", "2026-08-09", "10.50", "rounded up to the half point"),
    ("AT", "2026-08-09", "10.73", "base rate 1.53 and 9.2"),
    ("SE", "2026-08-09", "10.00", "the Riksbank's reference rate 2.00 and 8"),
]


@pytest.mark.parametrize(("law", "due", "rate", "why"), RATES)
def test_each_law_reads_the_half_year_in_its_own_way(law, due, rate, why):
    debtor = "NL" if law != "NL" else "BE"
    issued = date.fromisoformat(due) - timedelta(days=30)  # no law cuts a term of 30 days
    answer = run("quote", claim(law, debtor, issued=issued.isoformat(), due=due))
    assert answer["interest"]["segments"][0]["rate"] == rate, why


def test_a_belgian_company_against_a_dutch_one_goes_to_the_hague():
    answer = run("quote", claim("BE", "NL", "12000.00"))
    best = answer["routes"][0]
    assert (best["code"], best["recommended"]) == ("european_payment_order", True)
    assert "Rechtbank Den Haag" in best["court"]
    assert best["languages"] == ["nl"]


def test_a_disputed_small_claim_goes_to_the_austrian_district_court():
    answer = run("quote", claim("NL", "AT", "4800.00", disputed=True))
    best = answer["routes"][0]
    assert (best["code"], best["recommended"]) == ("european_small_claims", True)
    assert "Bezirksgericht" in best["court"]
    assert best["languages"] == ["de"]
