"""What follows a title: the country's organ, fee and terms, certificates, and the preservation of accounts."""

from __future__ import annotations

from datetime import date as D

import pytest

from recovery.law.enforcement import certificate_for
from recovery.law.routes import MEMBER_STATES
from recovery.law.titles import Title
from recovery.money import Money
from recovery.planned import enforcement_steps
from recovery.quote import quote
from recovery.registry import adapter_of
from tests.law.claims import claim

AS_OF = D(2026, 11, 27)
TITLED = {"kind": "judgment", "on": "2026-11-02", "by": "court"}


def told(creditor="NL", debtor="IT", *events, as_of=AS_OF, **more):
    return quote(claim(creditor, debtor, events=list(events), **more), as_of).as_dict()


# ---- enforcement


def test_without_a_title_there_is_none():
    assert told()["enforcement"] is None


def test_the_debtors_country_enforces_and_the_law_of_the_contract_says_what_interest():
    answer = told("NL", "IT", TITLED)["enforcement"]
    assert (answer["country"], answer["organ"], answer["languages"]) == ("IT", "ufficiale giudiziario", ["it"])
    assert answer["fee"] is None
    assert (answer["fee_basis"], "no amount is on file" in answer["why_no_fee"]) == ("D.P.R. 115/2002", True)
    assert "BW 6:119" in answer["interest"]["basis"]
    assert "Cass. S.U. 12449/2024" in told("FR", "IT", TITLED)["enforcement"]["interest"]["basis"]
    assert [row["form"] for row in answer["certificates"]] == [
        *("annex I", "form G (annex VII)", "form D (annex IV)", "annex I")
    ]
    assert answer["service"]["basis"].startswith("Reg. 1215/2012 art. 43(1)")
    assert (answer["language"]["refusal_within"], answer["language"]["confirmed_through"]) == ("2w", None)
    terms = {row["name"]: (row["period"], row["basis"], row["confirmed_through"]) for row in answer["terms"]}
    assert terms["enforcement_precetto"] == ("10d", "C.p.c. 480, 482", "2026-11-23")
    assert terms["enforcement_precetto_lapses"] == ("90d", "C.p.c. 481", "2026-11-23")


def test_kronofogden_takes_its_base_fee():
    answer = told("NL", "SE", TITLED)["enforcement"]
    assert (answer["organ"], answer["fee"]) == ("Kronofogdemyndigheten", {"amount": "600.00", "currency": "SEK"})


@pytest.mark.parametrize(
    ("route", "form"),
    [
        ("european_payment_order", "form G (annex VII)"),
        ("european_small_claims", "form D (annex IV)"),
        ("national_payment_order", "annex I"),
        ("", "annex I"),
    ],
)
def test_each_route_has_its_certificate(route, form):
    assert certificate_for(route).form == form


STEPS = [
    # country, title, as of, steps of the country with their last day
    ("ES", D(2026, 11, 2), AS_OF, [("enforcement_wait", D(2026, 11, 30))]),  # LEC 548: twenty working days
    ("ES", D(2026, 3, 2), AS_OF, []),  # the wait is over
    ("IT", D(2026, 3, 2), AS_OF, [("enforcement_precetto", D(2026, 12, 7))]),  # C.p.c. 480: ten days from service
    ("NL", D(2026, 3, 2), AS_OF, [("enforcement_command", D(2026, 11, 29))]),  # Rv 439: two days
    ("BE", D(2026, 3, 2), AS_OF, [("enforcement_command", D(2026, 11, 28))]),  # JC 1499: one day
    ("AT", D(2026, 11, 20), AS_OF, [("enforcement_performance", D(2026, 12, 4))]),  # ZPO § 409: fourteen days
    ("SE", D(2026, 3, 2), AS_OF, []),
]


@pytest.mark.parametrize(("country", "titled_on", "as_of", "wanted"), STEPS)
def test_each_country_has_its_own_steps(country, titled_on, as_of, wanted):
    steps = enforcement_steps(adapter_of(country), titled_on, as_of, None)
    names = [one.step.name for one in steps]
    assert names[:3] == ["enforcement", "enforcement_certificate", "enforcement_service"]
    assert [(one.step.name, one.deadline) for one in steps[3:]] == wanted
    assert all(one.step.basis and one.step.label for one in steps)


def test_a_title_is_told_as_money():
    one = Title(D(2026, 3, 2), Money(60_000, "EUR"), Money(40_000, "EUR"))
    assert one.as_dict()["rest_without_title"] == {"amount": "400.00", "currency": "EUR"}


# ---- the European account preservation order


def order(*args, **more):
    [found] = told(*args, **more)["protective"]
    return found


def test_routes_stay_five_and_the_order_stands_beside_them():
    answer = told()
    assert len(answer["routes"]) == 5
    found = answer["protective"][0]
    assert (found["code"], found["available"], found["recommended"]) == (
        *("european_account_preservation_order", True, False),
    )
    assert found["fee"] is None
    assert "real risk" in found["conditions"][0]
    assert "not heard" in found["hearing"]


def test_a_title_spares_the_security_and_the_prospect():
    without, titled = order(), order("NL", "IT", TITLED)
    assert (without["with_title"], titled["with_title"]) == (False, True)
    assert without["security"].endswith("(art. 12(1))")
    assert titled["security"].endswith("(art. 12(2))")
    assert (without["decided_within"], titled["decided_within"]) == ("10wd", "5wd")
    assert any("likely to succeed" in text for text in without["conditions"])
    assert not any("likely to succeed" in text for text in titled["conditions"])
    assert titled["court"].endswith("(art. 6(3))")


def test_a_title_for_a_part_or_for_one_invoice_is_none_for_the_rest():
    part = {**TITLED, "allowed": {"amount": "600.00", "currency": "EUR"}}
    assert order("NL", "IT", part)["with_title"] is False
    rows = [{"number": name, "amount": "100.00", "currency": "EUR", "due": "2026-02-09"} for name in "AB"]
    assert order("NL", "IT", {**TITLED, "invoices": ["A"]}, invoices=rows)["with_title"] is False
    assert order("NL", "IT", TITLED, invoices=rows)["with_title"] is True
    assert order("FR", "IT", TITLED)["with_title"] is True


def test_a_consumer_is_sued_at_home_without_a_title():
    assert order("NL", "IT", kind="consumer")["court"].endswith("(art. 6(2))")
    assert order("NL", "IT", TITLED, kind="consumer")["court"].endswith("(art. 6(3))")
    assert order()["court"].endswith("(art. 6(1))")


CLOSED = [
    # creditor, debtor, more, words of the reason
    ("NL", "IT", {"payments": [{"on": "2026-01-20", "amount": "1000.00", "currency": "EUR"}]}, "nothing is owed"),
    ("GB", "IT", {}, "GB is not bound"),
    ("DK", "IT", {}, "DK is not bound"),
    ("IT", "IT", {}, "not cross-border: the account, the creditor and the court are in IT"),
    ("NL", "IT", {"debtor_more": {"account_country": "DK"}}, "DK is not bound"),
    ("NL", "IT", {"debtor_more": {"account_country": "GB"}}, "GB is not bound"),
]


@pytest.mark.parametrize(("creditor", "debtor", "more", "words"), CLOSED)
def test_what_closes_the_order(creditor, debtor, more, words):
    found = order(creditor, debtor, **more)
    assert not found["available"]
    assert words in found["why"]


def test_insolvency_and_limitation_close_the_order():
    opened = {"kind": "insolvency", "on": "2026-06-01", "by": "court"}
    assert "art. 2(2)(c)" in order("NL", "IT", opened)["why"]
    assert order(as_of=D(2040, 1, 2))["why"].startswith("limitation has run out")


OPEN = [
    # creditor, debtor, where the account is: art. 3(1), of the court's or of the creditor's state another
    ("IT", "IT", "DE"),
    ("NL", "IT", None),
    ("NL", "IT", "NL"),  # another than the court's
    ("IE", "IT", None),  # recital 50: Ireland takes part
]


@pytest.mark.parametrize(("creditor", "debtor", "account"), OPEN)
def test_an_account_in_another_state_than_court_or_creditor_is_cross_border(creditor, debtor, account):
    found = order(creditor, debtor, debtor_more={"account_country": account})
    assert found["available"]
    assert found["account_country"] == (account or debtor)
    assert "IE" in MEMBER_STATES
    assert "DK" not in MEMBER_STATES
