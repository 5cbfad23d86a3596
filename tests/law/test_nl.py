"""The Netherlands: tables of cases from the law sheet, reckoned by hand with the article."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery.law.claim import Event, parse_claim
from recovery.law.parameters import noting
from recovery.law.periods import Period, easter
from recovery.law.values import Addressee, ClaimValue
from recovery.money import Money
from recovery.quote import quote
from recovery.registry import adapter_of

NL = adapter_of("NL")
D = date


def claim(kind="business", **more):
    invoice = {"amount": "1000.00", "currency": "EUR", "issued": "2026-01-01", "due": "2026-01-31"}
    invoice |= more.pop("invoice", {})
    invoices = more.pop("invoices", [invoice])
    return parse_claim(
        {
            "creditor": {"country": "NL", **more.pop("creditor", {})},
            "debtor": {"country": "NL", "kind": kind, **more.pop("debtor", {})},
            "invoices": [{name: value for name, value in one.items() if value} for one in invoices],
            **more,
        }
    )


def letter(on="2026-03-03", kind="formal_notice", **more):
    return {"kind": kind, "on": on, "wording": "receipt_based", **more}


def invoices(count, amount, due="2026-01-31"):
    one = {"amount": amount, "currency": "EUR", "issued": "2026-01-01", "due": due}
    return [{"number": str(number), **one} for number in range(count)]


def value(principal, interest="0.00", costs="0.00", currency="EUR"):
    return ClaimValue(*(Money.parse(part, currency) for part in (principal, interest, costs)))


def costs_of(facts, as_of=D(2026, 6, 1)):
    with noting() as notes:
        found = NL.costs(facts.at(as_of), as_of)
    return [(cost.kind, str(cost.amount), cost.due_from) for cost in found], " ".join(notes.warnings)


def limit(rule, start, period):
    with noting() as notes:
        found = NL.time_limit(rule, start, Period.parse(period))
    return found, " ".join(notes.warnings)


# ---- interest


COMMERCIAL = {  # BW 6:119a, 6:120(2): half-year's ECB rate + 8; + 7 before 2013-03-16
    "2013-01-01": "7.75", "2013-03-16": "8.75", "2013-07-01": "8.50", "2014-01-01": "8.25", "2014-07-01": "8.15",
    "2015-01-01": "8.05", "2015-07-01": "8.05", "2016-01-01": "8.05", "2016-07-01": "8.00",
    **{f"{year}-{month}-01": "8.00" for year in range(2017, 2023) for month in ("01", "07")},
    "2023-01-01": "10.50", "2023-07-01": "12.00", "2024-01-01": "12.50", "2024-07-01": "12.25", "2025-01-01": "11.15",
    "2025-07-01": "10.15", "2026-01-01": "10.15", "2026-07-01": "10.40",
}  # fmt: skip
CIVIL = {  # BW 6:119, 6:120(1), by decree
    "2012-07-01": "3", "2015-01-01": "2", "2023-01-01": "4", "2023-07-01": "6", "2024-01-01": "7", "2025-01-01": "6",
    "2026-01-01": "4",
}  # fmt: skip


@pytest.mark.parametrize(("key", "rows"), [("interest.commercial", COMMERCIAL), ("interest.civil", CIVIL)])
def test_rates(key, rows):
    found = {one.starts_on.isoformat(): one.value for one in NL.law[key].values}
    assert found == {day: Decimal(rate) for day, rate in rows.items()}


TERMS = [
    # kind, contract, regime, floor, words of a warning
    ("business", {}, "commercial", None, None),
    ("public", {}, "commercial", None, None),
    ("consumer", {}, "civil", None, None),
    ("business", {"date": "2013-03-16"}, "commercial", None, None),
    ("business", {"date": "2013-03-15"}, "commercial", None, "margin of 7 points"),
    ("consumer", {"date": "2013-03-15"}, "civil", None, None),
    ("business", {"rate": "12.00"}, "contractual", None, "without interest on interest"),
    ("business", {"rate": "5.00"}, "contractual", None, "unfair"),
    ("consumer", {"rate": "2.00"}, "contractual", "interest.civil", "without interest on"),  # BW 6:119(3)
]


@pytest.mark.parametrize(("kind", "contract", "regime", "floor", "words"), TERMS)
def test_terms_of_interest(kind, contract, regime, floor, words):
    terms = NL.interest_terms(claim(kind, contract=contract))
    assert (terms.regime, terms.floor.key if terms.floor else None) == (regime, floor)
    assert any(words in text for text in terms.warnings) if words else not terms.warnings


def test_an_agreed_rate_on_a_debt_older_than_the_table_is_not_compared():
    old = claim(invoice={"issued": "2012-01-01", "due": "2012-01-31"}, contract={"rate": "1.00", "date": "2013-03-16"})
    assert not any("unfair" in text for text in NL.interest_terms(old).warnings)


NO_DAY = {"due": None}
STARTS = [
    # kind, invoice, events, first day, article
    ("business", {}, [], D(2026, 2, 1), "BW 6:119a(1)"),
    ("public", {}, [], D(2026, 2, 1), "BW 6:119b(1)"),
    ("business", {"due": None, "received": "2026-03-02"}, [], D(2026, 4, 2), "BW 6:119a(1)"),  # 6:119a(2)
    ("consumer", {}, [], D(2026, 2, 1), "BW 6:83(a), 6:119(1)"),
    ("consumer", NO_DAY, [], None, "BW 6:82"),
    ("consumer", NO_DAY, [letter(kind="reminder")], None, "BW 6:82"),
    ("consumer", NO_DAY, [letter()], D(2026, 3, 20), "BW 6:82, 6:119(1)"),  # Tue, delivered Thu 5, to Thu 19
    ("consumer", NO_DAY, [letter(received="2026-03-10")], D(2026, 3, 25), "BW 6:82, 6:119(1)"),
    ("consumer", NO_DAY, [letter(kind="lawyer_notice", channel="hand")], D(2026, 3, 18), "BW 6:82, 6:119(1)"),
]


@pytest.mark.parametrize(("kind", "invoice", "events", "first", "basis"), STARTS)
def test_first_day_of_interest(kind, invoice, events, first, basis):
    facts = claim(kind, invoice=invoice, events=events)
    start = NL.interest_start(facts, facts.invoices[0])
    assert (start.first_day, start.basis) == (first, basis)


def test_yearly_capitalisation():
    # BW 6:119a(3): 1000.00 at 8 % from 2017-07-01; 80.00 joins the base on 2018-07-01
    facts = claim(invoice={"issued": "2017-05-31", "due": "2017-06-30"})
    owed = quote(facts, D(2018, 7, 2)).assessment
    assert [str(one.base) for one in owed.segments] == ["1000.00", "1000.00", "1080.00"]
    assert str(owed.interest) == "80.24"  # 40.33 + 39.67 + 0.24


# ---- terms of payment


LARGE = {"size": "large"}
DUE = [
    # kind, debtor, contract day, due (invoice received 2026-01-01), due day, words of a warning
    ("business", {}, None, "2026-03-02", D(2026, 3, 2), None),
    ("business", {}, None, "2026-03-03", D(2026, 3, 3), "clearly unfair"),  # BW 6:119a(5): 61 days
    ("business", {}, "2013-03-15", "2026-03-03", D(2026, 3, 3), None),
    ("business", LARGE, None, "2026-01-31", D(2026, 1, 31), None),  # BW 6:119a(6): 30 days
    ("business", LARGE, None, "2026-02-01", D(2026, 1, 31), None),
    ("business", LARGE, "2022-06-30", "2026-03-02", D(2026, 1, 31), None),  # Act of 2022: bound since 2023-07-01
    ("business", LARGE, "2022-06-30", "2026-01-31", D(2026, 1, 31), None),
    ("business", LARGE, "2022-06-30", "2026-03-03", D(2026, 1, 31), None),
    ("business", LARGE, "2017-06-30", "2026-04-30", D(2026, 1, 31), None),
    ("public", {}, None, "2026-01-31", D(2026, 1, 31), None),  # BW 6:119b
    ("public", {}, None, "2026-02-01", D(2026, 1, 31), "exceptionally"),
    ("public", {}, None, "2026-03-03", D(2026, 1, 31), None),
    ("public", {}, "2013-03-15", "2026-03-03", D(2026, 3, 3), None),
    ("consumer", {}, None, "2026-05-01", D(2026, 5, 1), None),
    ("consumer", {}, None, None, D(2026, 1, 1), None),  # BW 6:38
]


@pytest.mark.parametrize(("kind", "debtor", "signed", "due", "day", "words"), DUE)
def test_due_day(kind, debtor, signed, due, day, words):
    facts = claim(kind, debtor=debtor, invoice={"due": due}, contract={"date": signed})
    with noting() as notes:
        assert NL.due_day(facts, facts.invoices[0]) == day
    assert any(words in text for text in notes.warnings) if words else not notes.warnings


TRANSITION = [
    # contract, received, due, due day: BW 6:119a(6), transitional rule of the Act of 2022
    ("2021-05-01", "2023-06-30", "2023-08-29", D(2023, 8, 29)),  # not bound yet: 60 days
    ("2021-05-01", "2023-07-01", "2023-08-30", D(2023, 7, 31)),
    ("2017-06-30", "2023-06-30", "2023-09-28", D(2023, 9, 28)),  # before the first limit
    ("2021-05-01", "2023-06-30", "2023-08-30", D(2023, 7, 30)),  # 61 days were too many before
    ("2022-07-01", "2023-01-02", "2023-03-03", D(2023, 2, 1)),  # a new contract is bound at once
]


@pytest.mark.parametrize(("made", "received", "due", "last"), TRANSITION)
def test_older_contracts_of_a_large_debtor_are_bound_a_year_later(made, received, due, last):
    invoice = {"issued": received, "received": received, "due": due}
    facts = claim(debtor=LARGE, contract={"date": made}, invoice=invoice)
    assert NL.due_day(facts, facts.invoices[0]) == last


ABROAD = [
    # period, act, country, end, words (served on 2026-03-02)
    ("8d", "answer", "DE", D(2026, 3, 30), "Rv 115"),
    ("1w", "answer", "DK", D(2026, 3, 30), "Rv 115"),
    ("6w", "answer", "DE", D(2026, 4, 13), "no rule on file"),  # the term for the answer itself
    ("1w", "answer", "US", D(2026, 3, 9), "no rule on file"),
    ("4w", "opposition", "DE", D(2026, 3, 30), "no rule on file"),
]


@pytest.mark.parametrize(("period", "act", "country", "end", "words"), ABROAD)
def test_a_summons_to_another_member_state_gives_four_weeks(period, act, country, end, words):
    found = NL.time_limit_of("procedural", D(2026, 3, 2), Period.parse(period), act, None, Addressee(country))
    assert (found.last_day, words in found.steps[0]) == (end, True)


def test_a_large_creditor_may_agree_longer_terms_with_a_large_debtor():
    facts = claim(creditor={"size": "large"}, debtor={"size": "large"}, invoice={"due": "2026-03-02"})
    assert NL.due_day(facts, facts.invoices[0]) == D(2026, 3, 2)


# ---- costs


SCALE = [
    # principal, costs: BIK art. 2(1)-(2)
    ("0.01", "40.00"), ("266.66", "40.00"), ("266.67", "40.00"), ("267.00", "40.05"), ("1000.00", "150.00"),
    ("2500.00", "375.00"), ("2600.00", "385.00"), ("5000.00", "625.00"), ("5001.00", "625.05"), ("10000.00", "875.00"),
    ("25000.00", "1025.00"), ("200000.00", "2775.00"), ("200001.00", "2775.01"), ("999999.00", "6775.00"),
    ("1000000.00", "6775.00"), ("5000000.00", "6775.00"),
]  # fmt: skip


@pytest.mark.parametrize(("principal", "amount"), SCALE)
def test_scale(principal, amount):
    facts = claim("consumer", invoice={"amount": principal}, events=[letter()])
    assert costs_of(facts)[0] == [("collection_costs", amount, D(2026, 3, 20))]
    assert str(NL.consequence_costs(facts.at(D(2026, 3, 3)))) == amount


@given(st.integers(1, 10**9))
def test_the_scale_never_falls_and_keeps_its_bounds(minor):
    amounts = [
        NL.consequence_costs(claim(invoice={"amount": str(Money(minor + more, "EUR"))}, as_of="2026-06-01")).minor
        for more in (0, 100)
    ]
    assert 4_000 <= amounts[0] <= amounts[1] <= 677_500


LETTERS = [
    # events, payments, costs and the first day: BW 6:96(6), ECLI:NL:HR:2016:2704
    ([], [], None),
    ([letter()], [], ("150.00", D(2026, 3, 20))),
    ([letter(kind="reminder")], [], None),
    ([letter("2026-01-31")], [], None),  # not yet in default
    ([letter("2026-02-03", wording="date_based")], [], None),
    ([letter("2026-02-03", wording="date_based"), letter()], [], ("150.00", D(2026, 3, 20))),
    ([letter(received="2026-03-09")], [], ("150.00", D(2026, 3, 24))),
    ([letter(channel="email")], [], ("150.00", D(2026, 3, 18))),
    ([letter()], [("2026-03-19", "1000.00")], None),
    ([letter()], [("2026-03-19", "900.00")], ("40.00", D(2026, 3, 20))),
    ([letter()], [("2026-03-20", "900.00")], ("150.00", D(2026, 3, 20))),
    ([letter("2026-05-20")], [], None),  # to 2026-06-05
]


@pytest.mark.parametrize(("events", "payments", "wanted"), LETTERS)
def test_costs_of_a_consumer(events, payments, wanted):
    paid = [{"on": on, "amount": amount, "currency": "EUR"} for on, amount in payments]
    found, _ = costs_of(claim("consumer", events=events, payments=paid))
    assert found == ([("collection_costs", *wanted)] if wanted else [])


def test_the_first_and_last_day_of_the_term_of_a_consumer():
    facts = claim("consumer", events=[letter()])
    assert costs_of(facts, D(2026, 3, 19))[0] == []
    assert len(costs_of(facts, D(2026, 3, 20))[0]) == 1


def test_without_an_agreed_day_costs_need_a_second_letter():
    # BW 6:82: the first puts in default on 2026-03-20
    assert costs_of(claim("consumer", invoice=NO_DAY, events=[letter()]))[0] == []
    twice = claim("consumer", invoice=NO_DAY, events=[letter(), letter("2026-04-07")])
    assert costs_of(twice)[0] == [("collection_costs", "150.00", D(2026, 4, 24))]


SAID = [
    # claim, words
    (claim("consumer", events=[letter(wording=None)]), "gave 14 days from receipt"),
    (claim("consumer", events=[letter(wording="date_based")]), "no collection costs"),
    (claim("consumer", events=[letter()], creditor={"vat_deductible": False}), "only if the 14-day letter announced"),
    (claim(events=[letter()], invoices=invoices(2, "1000.00")), "C-585/20"),
    (claim("consumer", events=[letter()], invoices=invoices(5, "250.00")), "at most 140"),
    (claim("consumer", events=[letter()], invoices=invoices(5, "250.00"), contract={"kind": "rent"}), "would be 120"),
]


@pytest.mark.parametrize(("facts", "words"), SAID)
def test_what_is_uncertain_of_the_costs_is_said(facts, words):
    assert words in costs_of(facts)[1]


SMALL = [
    # invoices, kind, letter, amount: BW 6:96(7) from 2024-10-01
    (invoices(5, "250.00"), "rent", "2026-03-03", "140.00"),
    (invoices(2, "266.66"), "utilities", "2026-03-03", "80.00"),
    (invoices(5, "266.67"), "rent", "2026-03-03", "200.00"),
    (invoices(5, "250.00"), "services", "2026-03-03", "187.50"),
    (invoices(2, "250.00"), "services", "2026-03-03", "75.00"),
    (invoices(1, "250.00"), "rent", "2026-03-03", "40.00"),
]


@pytest.mark.parametrize(("lines", "kind", "on", "amount"), SMALL)
def test_small_regular_instalments(lines, kind, on, amount):
    facts = claim("consumer", invoices=lines, contract={"kind": kind}, events=[letter(on)])
    assert costs_of(facts)[0][0][1] == amount


def test_small_instalments_before_october_2024_follow_the_scale():
    lines = [{**one, "issued": "2024-01-01"} for one in invoices(5, "250.00", due="2024-01-31")]
    facts = claim("consumer", invoices=lines, contract={"kind": "rent"}, events=[letter("2024-03-05")])
    assert costs_of(facts, D(2024, 6, 3))[0][0][1] == "187.50"


BUSINESS = [
    # invoices, events, costs: BW 6:96(2)(c), (4)
    (invoices(1, "1000.00"), [], [("flat_compensation", "40.00", D(2026, 2, 1))]),
    (invoices(1, "1000.00"), [letter(kind="reminder")], [("collection_costs", "150.00", D(2026, 3, 3))]),
    (invoices(1, "1000.00"), [letter("2026-01-31")], [("flat_compensation", "40.00", D(2026, 2, 1))]),
    (invoices(1, "100.00"), [letter()], [("flat_compensation", "40.00", D(2026, 2, 1))]),  # no more than EUR 40
    (invoices(2, "100.00"), [letter()], [("flat_compensation", "40.00", D(2026, 2, 1))] * 2),  # 80 above 40
    (
        [*invoices(1, "1000.00"), *invoices(1, "500.00", due="2026-04-30")],
        [letter()],
        [("collection_costs", "150.00", D(2026, 3, 3)), ("flat_compensation", "40.00", D(2026, 5, 1))],
    ),
]


@pytest.mark.parametrize(("lines", "events", "wanted"), BUSINESS)
def test_costs_of_a_business(lines, events, wanted):
    assert costs_of(claim(invoices=lines, events=events))[0] == wanted


def test_a_private_creditor_has_the_scale_without_the_fixed_sum():
    facts = claim(creditor={"kind": "consumer"}, events=[letter()])
    assert costs_of(facts)[0] == [("collection_costs", "150.00", D(2026, 3, 3))]
    assert costs_of(claim(creditor={"kind": "consumer"}))[0] == []


VAT = [("2012-08-15", "178.50"), ("2012-11-15", "181.50")]  # 19 % to September 2012, then 21 %


@pytest.mark.parametrize(("on", "amount"), VAT)
def test_vat_of_a_creditor_who_cannot_deduct(on, amount):
    facts = claim(
        creditor={"kind": "consumer", "vat_deductible": False},
        invoice={"issued": "2012-06-01", "due": "2012-07-01"},
        events=[letter(on)],
    )
    assert costs_of(facts, D(2013, 1, 2))[0][0][1] == amount  # BIK art. 2(3)


def test_no_scale_before_july_2012_and_none_in_another_currency():
    old = {"issued": "2012-04-01", "due": "2012-05-01"}
    for kind in ("business", "consumer"):
        facts = claim(kind, creditor={"kind": "consumer"}, invoice=old, events=[letter("2012-06-30")])
        assert costs_of(facts, D(2012, 8, 1))[0] == []
    foreign = claim("consumer", invoice={"currency": "SEK"}, events=[letter()])
    assert costs_of(foreign)[0] == []
    assert NL.consequence_costs(foreign) is None


def test_no_fixed_sum_for_arrears_before_16_march_2013():
    for due, count in (("2013-03-15", 0), ("2013-03-16", 1)):
        facts = claim(invoice={"issued": "2013-02-01", "due": due})
        assert len(costs_of(facts, D(2013, 6, 3))[0]) == count


# ---- limitation


LIMITS = [
    # kind of debtor, of contract, years
    ("business", "services", 5),  # BW 3:307
    ("business", "goods", 5),
    ("consumer", "goods", 2),  # BW 7:28
    ("consumer", "services", 5),
    ("consumer", "rent", 5),  # BW 3:308
    ("consumer", "utilities", 5),
    ("business", "carriage", 1),  # BW 8:1711
]


@pytest.mark.parametrize(("kind", "what", "years"), LIMITS)
def test_limitation_term(kind, what, years):
    facts = claim(kind, contract={"kind": what})
    term = NL.limitation_term(facts, facts.invoices[0])
    assert (term.years, term.starts_on) == (years, D(2026, 1, 31))


HISTORY = [
    # events, last day: BW 3:316-3:319, 3:324
    ([], D(2026, 11, 30)),
    ([("reminder", "2026-06-02")], D(2031, 6, 2)),
    ([("acknowledgement", "2026-06-02")], D(2031, 6, 2)),
    ([("dispute", "2026-06-02")], D(2026, 11, 30)),
    ([("lawsuit", "2026-06-02")], None),
    ([("insolvency", "2026-06-02")], None),
    ([("lawsuit", "2022-06-02"), ("judgment", "2023-01-02")], D(2043, 1, 2)),
    ([("lawsuit", "2022-06-02"), ("judgment", "2023-01-02"), ("reminder", "2025-01-02")], D(2043, 1, 2)),
]


@pytest.mark.parametrize(("events", "last"), HISTORY)
def test_limitation_event_by_event(events, last):
    facts = claim(
        invoice={"issued": None, "due": "2021-11-30"}, events=[{"kind": kind, "on": on} for kind, on in events]
    )
    assert quote(facts, D(2026, 9, 1)).limitation.last_day == last


def test_a_late_notice_after_a_judgment_gives_five_years_more():
    facts = claim(events=[{"kind": "judgment", "on": "2006-01-02"}])
    effect = NL.interruption(facts, Event(kind="reminder", on=D(2025, 6, 2)))
    assert (effect.effect, effect.years) == ("extend_to", 5)  # BW 3:319
    assert NL.interruption(facts, Event(kind="judgment", on=D(2026, 1, 2))).years == 20
    assert NL.interruption(facts, Event(kind="opposition", on=D(2026, 1, 2))).effect == "none"


# ---- calendar


@pytest.mark.parametrize("year", range(2013, 2031))
def test_holidays(year):
    # ATW art. 3(1) with Good Friday (art. 3(2)); the Queen's day was 30 April until 2013
    kings_day = date(year, 4, 30 if year == 2013 else 27)
    kings_day -= timedelta(days=kings_day.weekday() == 6)
    fixed = {date(year, 1, 1), date(year, 5, 5), date(year, 12, 25), date(year, 12, 26), kings_day}
    moving = {easter(year) + timedelta(days=days) for days in (-2, 1, 39, 50)}
    assert NL.public_holidays(year) == fixed | moving


def test_in_2008_the_day_of_the_king_did_not_move():
    assert D(2008, 4, 26) not in NL.public_holidays(2008)


EQUATED = [
    "2023-04-28", "2023-05-19", "2024-05-10", "2024-12-27", "2025-05-30", "2026-01-02", "2026-05-15", "2027-05-07",
    "2028-04-28", "2028-05-26",
]  # fmt: skip


@pytest.mark.parametrize("day", EQUATED)
def test_equated_days_bind_courts_and_callers_but_no_european_term(day):
    found = D.fromisoformat(day)  # ATW art. 3(3); Bki art. 4.2; Reg. 1182/71 art. 2(1)
    assert (NL.is_court_rest_day(found), NL.is_holiday(found), NL.is_eu_rest_day(found)) == (True, True, False)


STATUTORY = [
    # start, period, end: ATW arts 1, 2, 4
    (D(2026, 3, 6), "1d", D(2026, 3, 9)),
    (D(2026, 12, 24), "2d", D(2026, 12, 28)),
    (D(2026, 12, 24), "3d", D(2026, 12, 29)),
    (D(2026, 12, 18), "1w", D(2026, 12, 28)),  # five working days before Christmas
    (D(2026, 1, 4), "90d", D(2026, 4, 7)),
    (D(2026, 1, 3), "91d", D(2026, 4, 4)),
    (D(2026, 1, 9), "12w", D(2026, 4, 7)),
    (D(2026, 1, 3), "13w", D(2026, 4, 4)),
    (D(2026, 2, 14), "3m", D(2026, 5, 18)),
    (D(2026, 1, 16), "4m", D(2026, 5, 16)),
    (D(2025, 4, 5), "1y", D(2026, 4, 5)),
    (D(2026, 1, 31), "1m", D(2026, 3, 2)),
    (D(2026, 5, 13), "1wd", D(2026, 5, 18)),
]


@pytest.mark.parametrize(("start", "period", "end"), STATUTORY)
def test_statutory_terms(start, period, end):
    assert limit("procedural", start, period)[0].last_day == end


@pytest.mark.parametrize(("start", "said"), [(D(2022, 4, 1), True), (D(2026, 4, 1), False), (D(2029, 4, 3), True)])
def test_years_without_known_decrees_are_said(start, said):
    assert ("equated by decree are known for 2023-2028 only" in limit("procedural", start, "2w")[1]) is said


EUROPEAN = [
    # start, period, end, whether Good Friday moved it
    (D(2026, 3, 4), "30d", D(2026, 4, 7), True),  # raw 3 April 2026
    (D(2026, 4, 1), "2d", D(2026, 4, 7), True),  # Thursday 2 and Tuesday 7
    (D(2026, 3, 5), "30d", D(2026, 4, 7), False),
    (D(2026, 5, 15), "30d", D(2026, 6, 15), False),
    (D(2026, 4, 15), "30d", D(2026, 5, 15), False),
]


@pytest.mark.parametrize(("start", "period", "end", "moved"), EUROPEAN)
def test_good_friday_under_the_european_rule(start, period, end, moved):
    found, warnings = limit("eu", start, period)
    assert found.last_day == end
    assert ("Good Friday" in warnings) is moved
    assert ("Good Friday" in " ".join(found.steps)) is moved


@given(st.dates(D(2023, 1, 1), D(2026, 12, 31)), st.integers(1, 90), st.sampled_from(["eu", "procedural"]))
def test_a_period_ends_on_no_rest_day_and_never_earlier_for_a_later_start(start, days, rule):
    rest = NL.is_eu_rest_day if rule == "eu" else NL.is_court_rest_day
    ends = [limit(rule, start + timedelta(days=more), f"{days}d")[0].last_day for more in (0, 1)]
    assert not rest(ends[0])
    assert ends[0] <= ends[1]


@given(st.dates(D(2013, 1, 1), D(2026, 12, 31)), st.sampled_from(["1y", "5y", "60m"]))
def test_limitation_never_rolls(start, period):
    end = limit("civil", start, period)[0].last_day  # ATW art. 4
    assert (end.month, end.day) == (start.month, start.day) or (start.month, start.day) == (2, 29)


# ---- the debtor


DELIVERY = [
    # sent, channel, delivered, last day: ECLI:NL:HR:2016:2704
    (D(2026, 9, 1), "post", D(2026, 9, 3), D(2026, 9, 17)),
    (D(2026, 9, 3), "registered", D(2026, 9, 5), D(2026, 9, 21)),  # Saturday; the 19th is one too
    (D(2026, 9, 4), "post", D(2026, 9, 8), D(2026, 9, 22)),
    (D(2026, 9, 5), "post", D(2026, 9, 9), D(2026, 9, 23)),
    (D(2026, 9, 6), "post", D(2026, 9, 9), D(2026, 9, 23)),
    (D(2026, 5, 13), "post", D(2026, 5, 16), D(2026, 6, 1)),  # Ascension; 30 May is a Saturday
    (D(2026, 9, 1), "email", D(2026, 9, 1), D(2026, 9, 15)),  # BW 3:37(3)
    (D(2010, 9, 7), "post", D(2010, 9, 9), D(2010, 9, 23)),
]


@pytest.mark.parametrize(("sent", "channel", "delivered", "last"), DELIVERY)
def test_letters(sent, channel, delivered, last):
    with noting() as notes:
        notice = NL.notice("consumer", sent, channel)
    assert (notice.delivered, notice.last_day) == (delivered, last)
    assert notice.first_day == delivered + timedelta(days=1)
    assert notice.costs_due_from == last + timedelta(days=1)
    assert bool(notes.warnings) is (last != delivered + timedelta(days=14))


@pytest.mark.parametrize("kind", ["business", "public"])
def test_no_costs_hang_on_the_letter_to_a_business(kind):
    notice = NL.notice(kind, D(2026, 9, 1), "post")
    assert notice.costs_due_from is None
    assert notice.basis.startswith("BW 6:82")


@pytest.mark.parametrize("natural_person", [True, False])
def test_contact_rule_protects_every_debtor(natural_person):
    with noting() as notes:
        rule = NL.contact_rule(natural_person, D(2026, 11, 23))  # Bki art. 1.1, 4.2
    assert rule.hours == (("07:00", "20:00"),) * 6 + (None,)
    assert rule.per_day == 3
    assert any("contact.caps" in text and "uncertain" in text for text in notes.warnings)


# ---- courts


COURTS = [
    # kind, contract, value, court, debtor's term, filed by: Rv 79, 93, 114, 128
    ("business", "services", value("25000.00"), "kantonrechter", "8d", "bailiff"),
    ("business", "services", value("25000.00", "0.01"), "rechtbank", "6w", "lawyer"),
    ("business", "services", value("24999.00", "1.00", "500.00"), "kantonrechter", "8d", "bailiff"),
    ("consumer", "goods", value("90000.00"), "kantonrechter", "8d", "bailiff"),
    ("consumer", "services", value("90000.00"), "rechtbank", "6w", "lawyer"),
    ("business", "rent", value("90000.00"), "kantonrechter", "8d", "bailiff"),
]


@pytest.mark.parametrize(("kind", "what", "amount", "court", "term", "filed_by"), COURTS)
def test_competence(kind, what, amount, court, term, filed_by):
    facts = NL.route_facts("national_court", claim(kind, contract={"kind": what}), amount, D(2026, 3, 2))
    assert (facts.court, facts.debtor_reacts_within) == (f"{court} of the debtor's residence", term)
    assert facts.filed_by == filed_by
    assert any("lawyer is mandatory" in text for text in facts.warnings) is (court == "rechtbank")


def test_a_debtor_in_another_member_state_has_four_weeks():
    facts = NL.route_facts("national_court", claim(debtor={"country": "BE"}), value("100.00"), D(2026, 3, 2))
    assert facts.debtor_reacts_within == "4w"  # Rv 115


def test_competence_without_a_rate_into_euro():
    facts = NL.route_facts("national_court", claim(), value("100.00", currency="SEK"), D(2026, 3, 2))
    assert facts.court.startswith("kantonrechter or")
    assert facts.fee.amount is None


def test_european_orders_go_to_the_hague_and_national_ones_do_not_exist():
    assert "Den Haag" in NL.route_facts("european_payment_order", claim(), value("1.00"), D(2026, 3, 2)).court
    assert not NL.route_facts("national_payment_order", claim(), value("1.00"), D(2026, 3, 2)).open
    assert not NL.route_facts("uncontested_bailiff", claim(), value("1.00"), D(2026, 3, 2)).open


BANDS = {  # Wgbz annex, upper bound: legal person, natural person in 2024, 2025, 2026
    "500.00": ((130, 87), (135, 90), (139, 93)),
    "1500.00": ((328, 218), (340, 226), (350, 233)),
    "2500.00": ((372, 248), (385, 257), (397, 265)),
    "5000.00": ((496, 248), (514, 257), (529, 265)),
    "12500.00": ((524, 248), (543, 257), (559, 265)),
    "25000.00": ((1409, 706), (1461, 732), (1504, 753)),
    "100000.00": ((2889, 1325), (2995, 1374), (3083, 1414)),
    "1000000.00": ((6617, 2626), (6861, 2723), (7062, 2803)),
    "2000000.00": ((9825, 2626), (10188, 2723), (10487, 2803)),
}


@pytest.mark.parametrize(("bound", "years"), BANDS.items())
def test_griffierecht(bound, years):
    for year, forms in zip((2024, 2025, 2026), years, strict=True):
        for form, fee in zip(("legal_person", "natural_person"), forms, strict=True):
            facts = claim(creditor={"legal_form": form})
            for code in ("national_court", "european_payment_order"):
                found = NL.court_fee(code, facts, value(bound), D(year, 6, 2))
                assert (found.amount, found.warnings) == (Money(fee * 100, "EUR"), ())


def test_griffierecht_goes_by_principal_and_interest_and_says_where_the_costs_would_matter():
    fee = NL.court_fee("national_court", claim(), value("490.00", "10.01"), D(2026, 3, 2))
    assert (str(fee.amount), fee.warnings) == ("350.00", ())
    fee = NL.court_fee("national_court", claim(), value("490.00", "10.00", "75.00"), D(2026, 3, 2))
    assert str(fee.amount) == "139.00"
    assert "350.00" in fee.warnings[0]


def test_a_large_consumer_sale_pays_the_last_cantonal_row():
    sale = claim("consumer", contract={"kind": "goods"})
    fee = NL.court_fee("national_court", sale, value("90000.00"), D(2026, 3, 2))
    assert str(fee.amount) == "1504.00"
    assert "uncertain" in fee.warnings[0]
    assert str(NL.court_fee("european_payment_order", sale, value("90000.00"), D(2026, 3, 2)).amount) == "3083.00"


@pytest.mark.parametrize("day", [D(2023, 12, 29), D(2027, 1, 4)])
def test_a_fee_of_an_unknown_year_is_not_known(day):
    assert NL.court_fee("national_court", claim(), value("100.00"), day).amount is None


def test_costs_of_a_summons_name_what_is_not_reckoned():
    costs = NL.route_facts("national_court", claim(), value("400.00"), D(2026, 3, 2)).costs
    assert str(costs.recoverable) == "139.00"
    assert "bailiff" in costs.warnings[0]
    assert NL.route_facts("european_payment_order", claim(), value("400.00"), D(2026, 3, 2)).costs.warnings == ()


def test_stops():
    kinds = {stop.kind for stop in NL.stop_events}
    assert kinds == {"dispute", "insolvency", "moratorium", "restructuring", "debt_relief"}
    assert [stop.label for stop in NL.stop_events if stop.confidence == "uncertain"] == ["Schuldhulpverlening gestart"]


def test_conventions_name_what_the_law_leaves_open():
    open_ = {name for name, (_, confidence) in NL.conventions.items() if confidence == "uncertain"}
    assert open_ == {"payment_day", "year_days", "segments", "agreed_interest"}
