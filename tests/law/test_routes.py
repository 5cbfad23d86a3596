"""The judicial routes: competent courts, the European gates, the rank and what a route costs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date as D

import pytest

from recovery.law.routes import MEMBER_STATES, Filing, Forum, european_gate, forum, is_cross_border, routes
from recovery.law.values import ROUTE_CODES, ClaimValue, CourtFee, RouteCosts, RouteFacts
from recovery.money import Money
from recovery.registry import countries
from tests.law.claims import claim

SERVED = countries()
HOME = Forum("NL", "the debtor's home", "Reg. 1215/2012 art. 4")


def eur(amount):
    return Money.parse(amount, "EUR")


VALUE = ClaimValue(eur("1000.00"), eur("30.00"), eur("40.00"))


def fact(code, **more):
    """Return an open route that costs 100.00 before the court and nothing else."""
    facts = RouteFacts(
        code=code,
        label=code,
        open=True,
        why="any claim",
        court="Rechtbank",
        languages=("nl",),
        debtor_reacts_within="30d",
        basis="code 1",
        fee=CourtFee(eur("100.00"), "code 2"),
        costs=RouteCosts(eur("0.00"), eur("100.00"), "code 3"),
    )
    return replace(facts, **more)


ALL = tuple(fact(code) for code in ROUTE_CODES)


def filing(**more):
    return Filing(
        **{
            "value": VALUE,
            "principal_in_eur": eur("1000.00"),
            "forum": HOME,
            "as_of": D(2026, 6, 1),
            "first_due": D(2026, 2, 9),
            **more,
        }
    )


# ---- competent courts


FORUMS = [
    # debtor kind, chosen, country, basis, closed
    ("business", None, "NL", "Reg. 1215/2012 art. 4", False),  # the debtor's home
    ("business", "NL", "NL", "Reg. 1215/2012 art. 4", False),  # the clause names it
    ("business", "BE", "BE", "Reg. 1215/2012 art. 25", False),  # a clause is exclusive
    ("public", "BE", "BE", "Reg. 1215/2012 art. 25", False),
    ("business", "FR", "NL", "Reg. 1215/2012 art. 25", True),  # not served: a person must decide
    ("business", "DK", "NL", "Reg. 1215/2012 art. 25", True),
    ("consumer", None, "NL", "Reg. 1215/2012 art. 18(2), 19", False),
    ("consumer", "BE", "NL", "Reg. 1215/2012 art. 18(2), 19", False),  # whatever the terms say
    ("consumer", "FR", "NL", "Reg. 1215/2012 art. 18(2), 19", False),
]


@pytest.mark.parametrize(("kind", "chosen", "country", "basis", "closed"), FORUMS)
def test_competent_courts(kind, chosen, country, basis, closed):
    place = forum(claim("BE", "NL", kind, contract={"choice_of_court": chosen}), SERVED)
    assert (place.country, place.basis, place.closed is not None) == (country, basis, closed)
    assert place.closed in (None, place.why)


# ---- cross-border, and the gates of the European procedures


CROSS_BORDER = [
    # creditor, debtor, court, cross-border
    ("BE", "NL", "NL", True),
    ("NL", "NL", "NL", False),
    ("NL", "NL", "BE", True),  # both live in another Member State than the chosen court
    ("CH", "NL", "NL", False),  # a third-state creditor, the debtor sued at home
    ("CH", "NL", "BE", True),  # the same creditor before the courts of another Member State
    ("CH", "GB", "NL", False),  # nobody lives in a Member State
    ("DK", "SE", "SE", False),  # Denmark is no Member State here (Reg. 1896/2006 art. 2(3))
    ("SE", "DK", "DK", False),  # and its courts do not apply the regulations
    ("DK", "SE", "NL", True),
]


@pytest.mark.parametrize(("creditor", "debtor", "court", "expected"), CROSS_BORDER)
def test_cross_border_is_measured_against_the_court(creditor, debtor, court, expected):
    assert is_cross_border(claim(creditor, debtor), court) is expected


def test_the_regulations_bind_26_member_states():
    assert len(MEMBER_STATES) == 26
    assert "DK" not in MEMBER_STATES


ORDER, SMALL = "european_payment_order", "european_small_claims"
GATES = [
    # code, creditor, disputed, value in euro, why it is closed
    (ORDER, "BE", False, "5000.01", None),  # no ceiling
    (ORDER, "BE", False, None, None),
    (ORDER, "BE", True, "1000.00", "disputed: an opposition needs no reasons (Reg. 1896/2006 art. 16(3))"),
    (ORDER, "NL", False, "1000.00", "not cross-border: no party lives in another Member State than the court (art. 3)"),
    (ORDER, "DK", False, "1000.00", "not cross-border: no party lives in another Member State than the court (art. 3)"),
    (SMALL, "BE", False, "5000.00", None),  # the ceiling itself is inside (Reg. 861/2007 art. 2(1))
    (SMALL, "BE", True, "5000.00", None),  # disputed or not
    (
        SMALL,
        "BE",
        False,
        "5000.01",
        "value 5000.01 EUR is above 5000.00 without interest and costs (Reg. 861/2007 art. 2(1))",
    ),
    (SMALL, "BE", False, None, "the value in euro at filing is not known: convert it first (Reg. 861/2007 art. 2(1))"),
    (SMALL, "NL", False, "1000.00", "not cross-border: no party lives in another Member State than the court (art. 3)"),
    (
        SMALL,
        "DK",
        False,
        "1000.00",
        "whether a home in Denmark makes the case cross-border is open: a person must decide",
    ),
]


@pytest.mark.parametrize(("code", "creditor", "disputed", "value", "why"), GATES)
def test_european_gates(code, creditor, disputed, value, why):
    told = claim(creditor, "NL", disputed=disputed)
    assert european_gate(code, told, eur(value) if value else None, "NL") == why


# ---- which route is closed, and by what


INSOLVENT = [{"kind": "insolvency", "on": "2026-04-01"}]
CLOSED = [
    # what is so, words of the reason: each is stronger than the ones below it
    ({"barred": True}, INSOLVENT, "limitation has run out: a person must decide first"),
    ({"as_of": D(2026, 1, 1)}, INSOLVENT, "insolvency proceedings: lodge the claim there (Reg. 2015/848 art. 53)"),
    (
        {"as_of": D(2026, 2, 9), "forum": Forum("NL", "", "", closed="a person must decide")},
        [],
        "not due before 2026-02-09",  # on the due day itself the debtor may still pay
    ),
    ({"forum": Forum("NL", "", "", closed="a person must decide")}, [], "a person must decide"),
]


@pytest.mark.parametrize(("so", "events", "why"), CLOSED)
def test_what_closes_every_route(so, events, why):
    found = routes(claim("BE", "NL", events=events, disputed=True), ALL, filing(**so))
    assert {route.code for route in found} == set(ROUTE_CODES)
    assert [(route.available, route.recommended, route.why) for route in found] == [(False, False, why)] * 5


def test_the_day_after_the_due_day_opens_the_routes():
    found = routes(claim("BE", "NL"), ALL, filing(as_of=D(2026, 2, 10)))
    assert all(route.available for route in found)


def test_what_the_country_closes_stays_closed_with_its_reason():
    found = routes(claim("BE", "NL"), [fact("national_payment_order", open=False, why="abolished")], filing())
    assert [(route.available, route.recommended, route.why) for route in found] == [(False, False, "abolished")]


def test_a_dispute_leaves_the_routes_that_decide_it():
    found = routes(claim("BE", "NL", disputed=True), ALL, filing())
    assert [(route.code, route.available) for route in found] == [
        ("european_small_claims", True),
        ("national_court", True),
        ("european_payment_order", False),
        ("national_payment_order", False),
        ("uncontested_bailiff", False),
    ]
    assert found[-1].why == "disputed: the debtor's opposition would end it; go to the ordinary court"


def test_no_facts_no_routes():
    assert routes(claim("BE", "NL"), [], filing()) == []


# ---- the rank


RANKS = [
    # creditor, disputed, value in euro, the open routes in order
    (
        "BE",
        False,
        "1000.00",
        [
            "european_payment_order",
            "national_payment_order",
            "uncontested_bailiff",
            "european_small_claims",
            "national_court",
        ],
    ),
    (
        "BE",
        False,
        "6000.00",
        ["european_payment_order", "national_payment_order", "uncontested_bailiff", "national_court"],
    ),
    ("NL", False, "1000.00", ["national_payment_order", "uncontested_bailiff", "national_court"]),
    ("BE", True, "1000.00", ["european_small_claims", "national_court"]),
    ("BE", True, "6000.00", ["national_court"]),
]


@pytest.mark.parametrize(("creditor", "disputed", "value", "order"), RANKS)
def test_the_first_open_route_is_recommended(creditor, disputed, value, order):
    found = routes(claim(creditor, "NL", disputed=disputed), ALL, filing(principal_in_eur=eur(value)))
    assert [route.code for route in found if route.available] == order
    assert [route.code for route in found if route.recommended] == order[:1]


def test_the_two_national_titles_without_a_judge_compete_by_cost():
    """An order for payment and a bailiff's record (JC 1394/20) rank alike: the cheaper one comes first."""
    facts = [fact("national_payment_order", cost_rank=3), fact("uncontested_bailiff", cost_rank=2)]
    found = routes(claim("NL", "NL"), facts, filing())
    assert [route.code for route in found] == ["uncontested_bailiff", "national_payment_order"]


def test_equal_routes_are_ranked_by_cost_then_by_time():
    facts = [
        fact("national_court", court="dear", cost_rank=2, expected_days=1),
        fact("national_court", court="slow", cost_rank=1, expected_days=90),
        fact("national_court", court="fast", cost_rank=1, expected_days=60),
    ]
    found = routes(claim("BE", "NL"), facts, filing())
    assert [route.facts.court for route in found] == ["fast", "slow", "dear"]


# ---- what it costs


COSTS = [
    # fee, own, recoverable, value, cost, net
    ("100.00", ("0.00", "100.00"), VALUE, "100.00", "1070.00"),  # 1070.00 + 100.00 - 100.00
    ("100.00", ("250.00", "200.00"), VALUE, "350.00", "920.00"),  # 1070.00 + 200.00 - 350.00
    (None, ("250.00", "200.00"), VALUE, None, None),  # a fee that nobody knows
    ("100.00", None, VALUE, None, None),
]


@pytest.mark.parametrize(("fee", "own", "value", "cost", "net"), COSTS)
def test_what_a_route_leaves(fee, own, value, cost, net):
    facts = fact(
        "national_court",
        fee=CourtFee(eur(fee) if fee else None, "code 2"),
        costs=RouteCosts(*(eur(part) for part in own), "code 3") if own else None,
    )
    (route,) = routes(claim("BE", "NL"), [facts], filing(value=value))
    assert route.cost == (eur(cost) if cost else None)
    assert route.net == (eur(net) if net else None)


def test_a_value_in_another_currency_leaves_no_net():
    kronor = ClaimValue(*(Money.parse(amount, "SEK") for amount in ("10000.00", "300.00", "450.00")))
    (route,) = routes(claim("BE", "NL"), [fact("national_court")], filing(value=kronor))
    assert route.cost == eur("100.00")
    assert route.net is None


def test_the_value_of_a_claim():
    assert (VALUE.with_interest, VALUE.total, VALUE.currency) == (eur("1030.00"), eur("1070.00"), "EUR")


def test_a_route_in_json():
    (route,) = routes(claim("BE", "NL"), [fact("national_court")], filing())
    hundred = {"amount": "100.00", "currency": "EUR"}
    assert route.as_dict() == {
        "code": "national_court",
        "label": "national_court",
        "available": True,
        "recommended": True,
        "court": "Rechtbank",
        "fee": hundred,
        "fee_basis": "code 2",
        "cost": hundred,
        "recoverable": hundred,
        "cost_basis": "code 3",
        "net": {"amount": "1070.00", "currency": "EUR"},
        "languages": ["nl"],
        "debtor_reacts_within": "30d",
        "filed_by": "creditor",
        "expected_days": 90,
        "basis": "code 1",
        "why": "any claim",
    }
    (bare,) = routes(claim("BE", "NL"), [fact("national_court", costs=None)], filing())
    told = bare.as_dict()
    assert (told["cost"], told["recoverable"], told["cost_basis"], told["net"]) == (None, None, None, None)
