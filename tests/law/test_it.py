"""Italy: tables of cases from the law sheet, reckoned by hand with the article."""

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

IT = adapter_of("IT")
D = date


def claim(kind="business", **more):
    invoice = {"amount": "10000.00", "currency": "EUR", "issued": "2026-01-01", "due": "2026-01-31"}
    invoice |= more.pop("invoice", {})
    return parse_claim(
        {
            "creditor": {"country": "IT", **more.pop("creditor", {})},
            "debtor": {"country": "IT", "kind": kind, **more.pop("debtor", {})},
            "invoices": [{name: value for name, value in invoice.items() if value}],
            **more,
        }
    )


def value(principal, interest="0.00", costs="0.00", currency="EUR"):
    return ClaimValue(*(Money.parse(part, currency) for part in (principal, interest, costs)))


def limit(rule, start, period, act="other", region=None):
    with noting() as notes:
        found = IT.time_limit(rule, start, Period.parse(period), act, region)
    return found, notes.warnings


# ---- interest


def test_rates_of_every_half_year_stand_on_the_reference_rate():
    # D.Lgs. 231/2002 art. 5: the ECB rate of 1 January and 1 July + 8; older contracts + 7
    older = {
        "2002-07-01": "3.35",
        "2003-01-01": "2.85",
        "2003-07-01": "2.10",
        "2004-01-01": "2.02",
        "2004-07-01": "2.01",
        "2005-01-01": "2.09",
        "2005-07-01": "2.05",
        "2006-01-01": "2.25",
        "2006-07-01": "2.83",
        "2007-01-01": "3.58",
        "2007-07-01": "4.07",
        "2008-01-01": "4.20",
        "2008-07-01": "4.10",
        "2009-01-01": "2.50",
        "2009-07-01": "1.00",
        "2010-01-01": "1.00",
        "2010-07-01": "1.00",
        "2011-01-01": "1.00",
        "2011-07-01": "1.25",
        "2012-01-01": "1.00",
    }  # marginal rates of the tenders, Official Gazette of 17 January 2013
    reference = {
        "2012-07-01": "1.00",
        "2013-01-01": "0.75",
        "2013-07-01": "0.50",
        "2014-01-01": "0.25",
        "2014-07-01": "0.15",
        "2015-01-01": "0.05",
        "2015-07-01": "0.05",
        "2016-01-01": "0.05",
        **{f"{year}-{month}-01": "0.00" for year in range(2017, 2023) for month in ("01", "07")},
        "2016-07-01": "0.00",
        "2023-01-01": "2.50",
        "2023-07-01": "4.00",
        "2024-01-01": "4.50",
        "2024-07-01": "4.25",
        "2025-01-01": "3.15",
        "2025-07-01": "2.15",
        "2026-01-01": "2.15",
        "2026-07-01": "2.40",
    }
    old = {one.starts_on.isoformat(): one.value for one in IT.law["interest.commercial_old"].values}
    new = {one.starts_on.isoformat(): one.value for one in IT.law["interest.commercial"].values}
    assert old == {day: Decimal(rate) + 7 for day, rate in (older | reference).items()}
    assert new == {day: Decimal(rate) + 8 for day, rate in reference.items() if day >= "2013"}


CIVIL = {  # C.c. 1284(1), by calendar year
    2012: "2.50", 2013: "2.50", 2014: "1.00", 2015: "0.50", 2016: "0.20", 2017: "0.10", 2018: "0.30", 2019: "0.80",
    2020: "0.05", 2021: "0.01", 2022: "1.25", 2023: "5.00", 2024: "2.50", 2025: "2.00", 2026: "1.60",
}  # fmt: skip


@pytest.mark.parametrize(("year", "rate"), CIVIL.items())
def test_legal_interest_of_a_year(year, rate):
    for day in (D(year, 1, 1), D(year, 12, 31)):
        assert IT.law["interest.civil"].on(day).value == Decimal(rate)


TERMS = [
    # kind, contract, regime, parameter, words of a warning
    ("business", {}, "commercial", "interest.commercial", None),
    ("business", {"date": "2013-01-01"}, "commercial", "interest.commercial", None),  # D.Lgs. 192/2012 art. 3
    ("business", {"date": "2012-12-31"}, "commercial", "interest.commercial_old", None),
    ("business", {"date": "2002-08-07"}, "civil", "interest.civil", None),  # D.Lgs. 231/2002 art. 11
    ("consumer", {}, "civil", "interest.civil", None),
    ("public", {}, "commercial", "interest.commercial", None),
    ("public", {"rate": "12.00"}, "commercial", "interest.commercial", "public body"),  # art. 5(1)
    ("public", {"rate": "12.00", "date": "2012-06-01"}, "contractual", None, None),  # old art. 5
    ("business", {"rate": "12.00"}, "contractual", None, None),
    ("business", {"rate": "4.00"}, "contractual", None, "grossly unfair"),  # art. 7
    ("consumer", {"rate": "4.00"}, "contractual", None, "in writing"),  # C.c. 1284(3)
    ("business", {"kind": "goods"}, "commercial", "interest.commercial", "4 points more"),  # D.Lgs. 198/2021 art. 4
]


@pytest.mark.parametrize(("kind", "contract", "regime", "key", "words"), TERMS)
def test_terms_of_interest(kind, contract, regime, key, words):
    terms = IT.interest_terms(claim(kind, contract=contract))
    assert terms.regime == regime
    assert (terms.parameter.key if terms.parameter else None) == key
    assert any(words in text for text in terms.warnings) if words else not terms.warnings


def test_an_agreed_rate_on_a_debt_older_than_the_table_is_not_compared():
    old = {"issued": "2002-01-01", "due": "2002-01-31"}
    assert not IT.interest_terms(claim(invoice=old, contract={"rate": "1.00", "date": "2002-08-08"})).warnings


DEMANDS = [
    # kind, events, first day of the commercial rate
    ("consumer", [("lawsuit", "2026-03-02")], D(2026, 3, 3)),
    ("consumer", [("payment_order_applied", "2026-03-02"), ("lawsuit", "2026-06-01")], D(2026, 3, 3)),
    ("consumer", [("lawsuit", "2014-12-11")], D(2014, 12, 12)),  # D.L. 132/2014 art. 17
    ("consumer", [("lawsuit", "2014-12-10")], None),
    ("consumer", [("formal_notice", "2026-03-02")], None),
    ("business", [("lawsuit", "2026-03-02")], None),  # the rate is owed already
]


@pytest.mark.parametrize(("kind", "events", "first"), DEMANDS)
def test_the_judicial_demand_brings_the_commercial_rate(kind, events, first):
    # C.c. 1284(4); days = end - demand
    terms = IT.interest_terms(claim(kind, events=[{"kind": what, "on": on} for what, on in events]))
    assert [day for day, _ in terms.later] == ([first] if first else [])
    for _, later in terms.later:
        assert later.parameter is IT.law["interest.commercial"]
        assert any("uncertain" in text for text in terms.warnings)


def test_the_reading_for_consumers_is_not_warned_where_none_is_concerned():
    private = claim("business", creditor={"kind": "consumer"}, events=[{"kind": "lawsuit", "on": "2026-03-02"}])
    assert [text for text in IT.interest_terms(private).warnings if "S.U. 12449/2024" in text]
    assert not [text for text in IT.interest_terms(private).warnings if "uncertain" in text]


NO_DAY = {"due": None, "received": "2026-01-05"}
STARTS = [
    # kind, invoice, event, first day
    ("business", {}, None, D(2026, 2, 1)),  # art. 4(1)
    ("business", NO_DAY, None, D(2026, 2, 5)),  # art. 4(2): 30 days from receipt
    ("consumer", {}, None, D(2026, 2, 1)),  # C.c. 1219(2) n. 3
    ("consumer", NO_DAY, None, None),  # C.c. 1219(1)
    ("consumer", NO_DAY, {"kind": "reminder", "on": "2026-02-02"}, None),
    ("consumer", NO_DAY, {"kind": "formal_notice", "on": "2026-02-02", "received": "2026-02-06"}, D(2026, 2, 7)),
    ("consumer", NO_DAY, {"kind": "lawyer_notice", "on": "2026-02-02", "channel": "email"}, D(2026, 2, 3)),
    ("consumer", NO_DAY, {"kind": "lawsuit", "on": "2026-02-02"}, D(2026, 2, 3)),
    ("consumer", NO_DAY, {"kind": "formal_notice", "on": "2026-02-02", "received": "2026-12-07"}, None),  # not yet
]


@pytest.mark.parametrize(("kind", "invoice", "event", "first"), STARTS)
def test_first_day_of_interest(kind, invoice, event, first):
    facts = claim(kind, invoice=invoice, events=[event] if event else [], as_of="2026-11-23")
    start = IT.interest_start(facts, facts.invoices[0])
    assert start.first_day == first
    assert start.basis


def test_a_notice_without_recorded_receipt_is_said():
    facts = claim("consumer", invoice=NO_DAY, events=[{"kind": "formal_notice", "on": "2026-02-02"}])
    with noting() as notes:
        assert IT.interest_start(facts, facts.invoices[0]).first_day == D(2026, 2, 3)
    assert "receipt" in notes.warnings[0]


# ---- terms of payment


DUE = [
    # kind, contract, invoice, due day, words of a warning
    ("business", {"agreed_term_days": 60}, {"due": None}, D(2026, 3, 2), None),
    ("business", {"agreed_term_days": 61}, {"due": None}, D(2026, 3, 3), "grossly unfair"),  # art. 4(3)
    ("business", {"agreed_term_days": 90, "date": "2012-01-01"}, {"due": None}, D(2026, 4, 1), None),
    ("public", {}, {"due": None}, D(2026, 1, 31), "health body has 60"),  # art. 4(5)
    ("public", {"agreed_term_days": 30}, {"due": None}, D(2026, 1, 31), None),
    ("public", {"agreed_term_days": 31}, {"due": None}, D(2026, 2, 1), "in writing and where justified"),
    ("public", {"agreed_term_days": 61}, {"due": None}, D(2026, 3, 2), "60 are reckoned"),  # art. 4(4)
    ("consumer", {"agreed_term_days": 90}, {"due": None}, D(2026, 4, 1), None),
    ("consumer", {}, {"due": None}, D(2026, 1, 1), None),  # C.c. 1183: at once
    ("business", {}, {"due": "2026-04-06"}, D(2026, 4, 6), "C.c. 1187(2)"),  # Easter Monday
    ("business", {}, {"due": "2026-04-12"}, D(2026, 4, 12), "C.c. 1187(2)"),  # a Sunday
    ("business", {}, {"due": "2026-02-28"}, D(2026, 2, 28), None),  # a Saturday is no holiday
]


@pytest.mark.parametrize(("kind", "contract", "invoice", "due", "words"), DUE)
def test_due_day(kind, contract, invoice, due, words):
    facts = claim(kind, contract=contract, invoice=invoice)
    with noting() as notes:
        assert IT.due_day(facts, facts.invoices[0]) == due
    if words:
        assert any(words in text for text in notes.warnings)
    else:
        assert [text for text in notes.warnings if "1187" not in text] == []


@pytest.mark.parametrize(("contract", "count"), [({}, 1), ({"date": "2012-12-31"}, 0), ({"date": "2001-01-01"}, 0)])
def test_fixed_sum_of_contracts_from_2013(contract, count):
    costs = IT.costs(claim(contract=contract), D(2026, 3, 2))  # D.Lgs. 231/2002 art. 6(2); 192/2012 art. 3
    assert [cost.amount for cost in costs] == [Money.parse("40.00", "EUR")] * count


# ---- limitation


LIMITS = [
    # contract kind, debtor, due, years, words of a warning
    ("services", {}, "2021-11-30", 10, None),  # C.c. 2946
    ("other", {}, "2021-11-30", 10, None),
    ("rent", {}, "2021-11-30", 5, None),  # C.c. 2948 n. 3
    ("carriage", {}, "2025-11-30", 1, "18 months"),  # C.c. 2951
    ("professional_fee", {}, "2021-11-30", 10, "after 3 years"),  # C.c. 2956
    ("goods", {"kind": "consumer"}, "2021-11-30", 10, "after 1 year"),  # C.c. 2955
    ("goods", {}, "2021-11-30", 10, None),
    ("utilities", {"kind": "consumer"}, "2025-11-30", 2, None),  # L. 205/2017 art. 1(4)
    ("utilities", {}, "2025-11-30", 2, "micro-firms"),
    ("utilities", {"size": "large"}, "2025-11-30", 5, "micro-firms"),
    ("utilities", {"kind": "public"}, "2025-11-30", 5, None),
    ("utilities", {"kind": "consumer"}, "2018-02-28", 5, None),  # before 2018-03-01
    ("utilities", {"kind": "consumer"}, "2018-03-01", 2, None),
]


@pytest.mark.parametrize(("what", "debtor", "due", "years", "words"), LIMITS)
def test_limitation_term(what, debtor, due, years, words):
    debtor = dict(debtor)
    kind = debtor.pop("kind", "business")
    facts = claim(kind, debtor=debtor, contract={"kind": what}, invoice={"due": due, "issued": None})
    term = IT.limitation_term(facts, facts.invoices[0])
    assert (term.years, term.starts_on) == (years, D.fromisoformat(due))
    assert any(words in text for text in term.warnings) if words else not term.warnings


def test_gas_and_water_bills_of_2018_and_2019_are_uncertain():
    for due, uncertain in (("2019-12-31", True), ("2020-01-01", False)):
        facts = claim("consumer", contract={"kind": "utilities"}, invoice={"due": due, "issued": None})
        with noting() as notes:
            IT.limitation_term(facts, facts.invoices[0])
        assert any("is uncertain" in text for text in notes.warnings) is uncertain


EFFECTS = [
    # event, effect (C.c. 2943-2945)
    ("reminder", "none"),
    ("formal_notice", "restart"),
    ("written_demand", "restart"),
    ("lawyer_notice", "restart"),
    ("acknowledgement", "restart"),
    ("lawsuit", "pending"),
    ("payment_order_applied", "none"),
    ("served", "pending"),
    ("opposition", "none"),
    ("judgment", "restart"),
    ("insolvency", "none"),
    ("dispute", "none"),
]


@pytest.mark.parametrize(("kind", "effect"), EFFECTS)
def test_effect_on_limitation(kind, effect):
    assert IT.interruption(claim(), Event(kind=kind, on=D(2026, 3, 2))).effect == effect


def test_after_a_judgment_its_ten_years_run_anew():
    # C.c. 2953: utilities have 2 years before the judgment, 10 after it and after each notice
    events = [("lawsuit", "2021-05-03"), ("judgment", "2022-05-02"), ("formal_notice", "2026-03-02")]
    facts = claim(
        "consumer",
        contract={"kind": "utilities"},
        invoice={"issued": None, "due": "2020-11-30"},
        events=[{"kind": kind, "on": on} for kind, on in events],
    )
    found = quote(facts, D(2026, 6, 1)).limitation
    assert [row["new_date"] for row in found.history] == ["", "2032-05-03", "2036-03-03"]  # both roll from a Sunday


# ---- calendar


@pytest.mark.parametrize("year", range(2013, 2031))
def test_national_holidays(year):
    # L. 260/1949 art. 2, L. 54/1977, D.P.R. 792/1985, L. 336/2000; L. 151/2025 from 2026
    fixed = [(1, 1), (1, 6), (4, 25), (5, 1), (6, 2), (8, 15), (11, 1), (12, 8), (12, 25), (12, 26)]
    wanted = {date(year, *day) for day in fixed} | {easter(year), easter(year) + timedelta(days=1)}
    wanted |= {date(year, 10, 4)} if year >= 2026 else set()
    assert IT.public_holidays(year) == wanted


RESTS = [
    # day, region, EU, court
    (D(2026, 6, 29), None, False, False),
    (D(2026, 6, 29), "IT-RM", False, True),  # D.P.R. 792/1985
    (D(2026, 12, 7), "IT-MI", False, False),
    (D(2026, 5, 25), "IT-BZ", False, False),  # Whit Monday: uncertain
    (D(2026, 11, 28), "IT-RM", True, True),  # a Saturday, C.p.c. 155(5)
    (D(2027, 10, 4), None, True, True),
]


@pytest.mark.parametrize(("day", "region", "eu", "court"), RESTS)
def test_rest_days(day, region, eu, court):
    assert (IT.is_eu_rest_day(day, region), IT.is_court_rest_day(day, region)) == (eu, court)


def test_patron_days_are_said():
    found, warnings = limit("procedural", D(2026, 11, 27), "10d", region="IT-MI")
    assert found.last_day == D(2026, 12, 7)
    assert "wait a day more" in warnings[0]
    assert limit("procedural", D(2026, 11, 27), "10d", region="IT-TO")[1] == []


AUGUST = [
    # start, period, end (L. 742/1969 art. 1; C.p.c. 155)
    (D(2026, 7, 31), "1d", D(2026, 9, 1)),
    (D(2026, 8, 1), "1d", D(2026, 9, 1)),
    (D(2026, 8, 31), "1d", D(2026, 9, 1)),
    (D(2026, 7, 22), "10d", D(2026, 9, 1)),  # nine days of July, one of September
    (D(2026, 7, 21), "10d", D(2026, 7, 31)),
    (D(2026, 7, 15), "1m", D(2026, 9, 15)),  # 15 August + 31
    (D(2026, 8, 15), "1m", D(2026, 10, 1)),  # from 1 September, which is counted (Cass. 14147/2020)
    (D(2026, 8, 10), "1m", D(2026, 10, 1)),
    (D(2024, 8, 20), "6m", D(2025, 3, 3)),  # 1 March 2025 is a Saturday
    (D(2025, 8, 20), "6m", D(2026, 3, 2)),  # 1 March 2026 is a Sunday
    (D(2026, 8, 31), "1y", D(2027, 10, 5)),  # 1 September 2027 and the next August: Saturday 2 October
    (D(2025, 3, 3), "6m", D(2025, 10, 6)),  # 3 September + 31 = Saturday 4 October 2025
    (D(2025, 7, 10), "1y", D(2026, 9, 10)),  # two Augusts: 10 July + 31 reaches the next
    (D(2025, 7, 10), "400d", D(2026, 10, 15)),  # 2026-08-14 + 31 + 31
    (D(2026, 7, 30), "2wd", D(2026, 9, 1)),
    (D(2025, 9, 1), "11m", D(2026, 9, 1)),  # ends on 1 August: + 31
    (D(2014, 7, 21), "40d", D(2014, 10, 15)),  # until 2014 the vacation lasted to 15 September
    (D(2014, 9, 15), "40d", D(2014, 10, 27)),  # day 40 is Saturday 25 October
    (D(2014, 9, 16), "40d", D(2014, 10, 27)),  # Sunday 26 October
    (D(2027, 7, 20), "40d", D(2027, 9, 29)),
]


@pytest.mark.parametrize(("start", "period", "end"), AUGUST)
def test_august_stands_still(start, period, end):
    assert limit("procedural", start, period)[0].last_day == end


@given(st.dates(D(2015, 1, 1), D(2026, 6, 30)), st.integers(1, 400), st.sampled_from(["eu", "procedural", "civil"]))
def test_a_period_in_days_ends_on_no_rest_day_and_never_earlier_for_a_later_start(start, days, rule):
    rests = {
        "eu": IT.is_eu_rest_day,
        "procedural": IT.is_court_rest_day,
        "civil": lambda day: day.weekday() == 6 or IT.is_holiday(day),
    }
    ends = [limit(rule, start + timedelta(days=more), f"{days}d")[0].last_day for more in (0, 1)]
    assert not rests[rule](ends[0])
    assert ends[0] <= ends[1]
    assert rule != "procedural" or ends[0].month != 8


def test_a_period_in_months_may_end_earlier_for_a_start_in_august():
    # L. 742/1969 art. 1: July + 6 months + 31 days; a start in August counts from 1 September
    assert limit("procedural", D(2025, 7, 30), "6m")[0].last_day == D(2026, 3, 2)
    assert limit("procedural", D(2025, 8, 10), "6m")[0].last_day == D(2026, 3, 2)  # 1 March is a Sunday
    assert limit("procedural", D(2024, 7, 30), "6m")[0].last_day == D(2025, 3, 3)  # 2 March 2025 is a Sunday
    assert limit("procedural", D(2024, 8, 10), "6m")[0].last_day == D(2025, 3, 3)


ABROAD = [
    # period, act, country, end, words (served on 2026-02-02)
    ("40d", "opposition", "FR", D(2026, 3, 24), "50d instead of 40d"),  # C.p.c. 641(2)
    ("40d", "opposition", "DK", D(2026, 3, 24), "50d instead of 40d"),
    ("40d", "opposition", "CH", D(2026, 4, 3), "60d instead of 40d"),
    ("50d", "opposition", "FR", D(2026, 3, 24), "nothing is added"),
    ("120d", "answer", "FR", D(2026, 7, 2), "150d instead of 120d"),  # C.p.c. 163-bis
    ("40d", "other", "FR", D(2026, 3, 16), "no rule on file"),
    ("40d", "opposition", "IT", D(2026, 3, 16), "C.p.c. 155"),
]


@pytest.mark.parametrize(("period", "act", "country", "end", "words"), ABROAD)
def test_a_party_served_abroad_has_a_longer_term(period, act, country, end, words):
    found = IT.time_limit_of("procedural", D(2026, 2, 2), Period.parse(period), act, None, Addressee(country))
    assert found.last_day == end
    assert any(words in step for step in found.steps)


def test_an_older_summons_has_no_term_on_file():
    found = IT.time_limit_of("procedural", D(2022, 2, 2), Period.parse("120d"), "answer", None, Addressee("FR"))
    assert "no rule on file" in found.steps[0]


# ---- courts


COURTS = [
    # value, as_of, court (C.p.c. 7, 10)
    (value("10000.00"), D(2026, 3, 2), "giudice di pace"),
    (value("10000.01"), D(2026, 3, 2), "tribunale"),
    (value("9900.00", "60.00", "40.00"), D(2026, 3, 2), "giudice di pace"),
    (value("9900.00", "60.01", "40.00"), D(2026, 3, 2), "tribunale"),
    (value("5000.00"), D(2023, 2, 28), "giudice di pace"),
    (value("5000.01"), D(2023, 2, 28), "tribunale"),
    (value("5000.01"), D(2023, 3, 1), "giudice di pace"),
    (value("30000.00"), D(2027, 10, 30), "tribunale"),
    (value("30000.00"), D(2027, 10, 31), "giudice di pace"),  # D.L. 100/2026 art. 5
    (value("30000.01"), D(2027, 10, 31), "tribunale"),
]


@pytest.mark.parametrize(("amount", "as_of", "court"), COURTS)
def test_competence(amount, as_of, court):
    facts = IT.route_facts("national_court", claim(), amount, as_of)
    assert facts.court == f"{court} of the debtor's residence"


def test_competence_without_a_rate_into_euro():
    facts = IT.route_facts("national_payment_order", claim(), value("100.00", currency="SEK"), D(2026, 3, 2))
    assert facts.court.startswith("giudice di pace or")
    assert facts.fee.amount is None
    assert facts.costs.own == Money.zero("EUR")
    assert facts.filed_by == "lawyer"


@pytest.mark.parametrize(
    ("country", "order", "action"),
    [("IT", "40d", "50d"), ("FR", "50d", "80d"), ("DK", "50d", "80d"), ("CH", "60d", "80d")],
)
def test_the_debtors_residence_fixes_the_term(country, order, action):
    facts = claim(debtor={"country": country})  # C.p.c. 641; 163-bis with 166
    for code, term in (
        ("national_payment_order", order),
        ("national_court", action),
        ("european_payment_order", "30d"),
    ):
        assert IT.route_facts(code, facts, value("8000.00"), D(2026, 3, 2)).debtor_reacts_within == term


def test_the_term_of_an_action_before_the_reform_is_that_of_the_table():
    assert IT.route_facts("national_court", claim(), value("800.00"), D(2022, 3, 1)).debtor_reacts_within == "50d"


FEES = [
    # principal, interest, ordinary, order: D.P.R. 115/2002 art. 13, 30; L. 374/1991 art. 46
    ("1033.00", "500.00", "43.00", "21.50"),
    ("1033.01", "0.00", "70.00", "48.50"),
    ("1100.00", "0.00", "70.00", "48.50"),
    ("1100.01", "0.00", "125.00", "76.00"),
    ("5200.00", "900.00", "125.00", "76.00"),  # art. 14: without interest
    ("5200.01", "0.00", "264.00", "145.50"),
    ("26000.00", "0.00", "264.00", "145.50"),
    ("26000.01", "0.00", "545.00", "286.00"),
    ("52000.01", "0.00", "786.00", "406.50"),
    ("260000.01", "0.00", "1241.00", "634.00"),
    ("520000.01", "0.00", "1713.00", "870.00"),
]


@pytest.mark.parametrize(("principal", "interest", "ordinary", "order"), FEES)
def test_court_fee(principal, interest, ordinary, order):
    for code, amount in (
        ("national_court", ordinary),
        ("european_small_claims", ordinary),
        ("national_payment_order", order),
        ("european_payment_order", order),
    ):
        assert str(IT.court_fee(code, claim(), value(principal, interest), D(2026, 3, 2)).amount) == amount


def test_a_fee_past_the_last_check_is_not_known():
    assert IT.court_fee("national_court", claim(), value("100.00"), D(2027, 1, 4)).amount is None


LAWYER = [
    # value, deducts VAT, own costs: fee + 15 % + 4 % (+ 22 %), D.M. 55/2014 tab. 8
    ("1100.00", True, "0.00"),  # C.p.c. 82: in person
    ("1100.01", True, "565.71"),
    ("5200.00", True, "565.71"),
    ("5200.01", True, "678.13"),
    ("26000.01", True, "1638.52"),
    ("52000.01", True, "2681.43"),
    ("260000.01", True, "5255.22"),
    ("520000.01", True, "0.00"),
    ("5200.00", False, "690.16"),
]


@pytest.mark.parametrize(("principal", "deducts", "own"), LAWYER)
def test_lawyers_fee_of_an_order(principal, deducts, own):
    facts = claim(creditor={"vat_deductible": deducts})
    with noting() as notes:
        costs = IT.route_facts("national_payment_order", facts, value(principal), D(2026, 3, 2)).costs
    fee = IT.court_fee("national_payment_order", facts, value(principal), D(2026, 3, 2)).amount
    assert str(costs.own) == own
    assert costs.recoverable == costs.own + fee
    assert any("fee.lawyer" in text for text in notes.warnings) is (principal != "1100.00")  # uncertain to the euro


WORDS = [
    # code, kind, claim, value, as_of, words wanted, words not wanted
    ("national_court", "business", {}, "8000.00", D(2026, 3, 2), "assisted negotiation", None),  # D.L. 132/2014 art. 3
    ("national_court", "business", {}, "50000.00", D(2026, 3, 2), "assisted negotiation", None),
    ("national_court", "business", {}, "50000.01", D(2026, 3, 2), None, "assisted negotiation"),
    ("national_court", "business", {}, "1100.00", D(2026, 3, 2), None, "assisted negotiation"),  # art. 3(7)
    ("national_court", "business", {}, "8000.00", D(2015, 2, 6), None, "assisted negotiation"),
    ("national_court", "consumer", {}, "8000.00", D(2026, 3, 2), None, "assisted negotiation"),
    ("national_court", "business", {"contract": {"kind": "rent"}}, "8000.00", D(2026, 3, 2), "a lease", "assisted neg"),
    ("national_payment_order", "business", {}, "8000.00", D(2026, 3, 2), "art. 5-bis", "assisted negotiation"),
    ("national_payment_order", "business", {"creditor": {"country": "NL"}}, "8000.00", D(2026, 3, 2), "SdI", None),
    ("national_payment_order", "business", {}, "8000.00", D(2026, 3, 2), None, "SdI"),
    ("national_court", "consumer", {"contract": {"kind": "utilities"}}, "80.00", D(2026, 3, 2), "ARERA", None),
    ("national_court", "business", {"contract": {"kind": "other"}}, "8000.00", D(2026, 3, 2), None, "mediation is"),
    ("european_payment_order", "business", {}, "8000.00", D(2026, 3, 2), "August", "assisted negotiation"),
]


@pytest.mark.parametrize(("code", "kind", "more", "principal", "as_of", "words", "never"), WORDS)
def test_conditions_of_a_route(code, kind, more, principal, as_of, words, never):
    said = " ".join(IT.route_facts(code, claim(kind, **more), value(principal), as_of).warnings)
    assert words is None or words in said
    assert never is None or never not in said


@pytest.mark.parametrize(
    ("principal", "as_of", "said"),
    [("1033.00", D(2026, 3, 2), False), ("1033.01", D(2026, 3, 2), True), ("9000.00", D(2013, 12, 31), False)],
)
def test_registration_tax_is_said(principal, as_of, said):
    costs = IT.route_facts("national_court", claim(), value(principal), as_of).costs
    assert any("registration tax of 200" in text for text in costs.warnings) is said


def test_the_bailiffs_route_does_not_exist():
    facts = IT.route_facts("uncontested_bailiff", claim(), value("100.00"), D(2026, 3, 2))
    assert (facts.open, facts.court, facts.costs) == (False, "", None)


@pytest.mark.parametrize(
    ("region", "letters", "courts"),
    [("IT-BZ", ("de", "it"), ("it", "de")), ("IT-RM", ("it",), ("it",)), (None, ("it",), ("it",))],
)
def test_languages(region, letters, courts):
    assert (IT.letter_languages(region), IT.languages_of_court(region)) == (letters, courts)  # D.P.R. 670/1972


# ---- the debtor


@pytest.mark.parametrize("channel", ["post", "registered"])
def test_no_day_of_receipt_is_presumed(channel):
    notice = IT.notice("business", D(2026, 9, 4), channel)  # C.c. 1335
    assert (notice.delivered, notice.first_day, notice.costs_due_from) == (None, None, None)
    assert notice.last_day == D(2026, 9, 21)  # the 19th is a Saturday


def test_contact_rule():
    rule = IT.contact_rule(True)  # UNIREC
    assert rule.hours == (("08:30", "21:00"),) * 5 + (("08:30", "15:00"), None)
    assert (rule.per_day, rule.per_week) == (1, 3)


def test_stops():
    kinds = {stop.kind for stop in IT.stop_events}
    assert kinds == {"dispute", "incapacity", "restructuring", "insolvency", "debt_relief", "mediation", "death"}
    assert {stop.stops for stop in IT.stop_events if stop.kind == "restructuring"} == {"enforcement"}
    assert all(stop.basis and stop.do and stop.confidence in ("confirmed", "known") for stop in IT.stop_events)


def test_conventions_name_what_the_law_leaves_open():
    open_ = {name for name, (_, confidence) in IT.conventions.items() if confidence == "uncertain"}
    assert open_ == {"year_days", "allocation", "due_day"}


def test_a_term_that_saturday_carries_into_the_vacation_ends_after_it():
    # 334 days from 1 September 2020 end on Saturday 31 July 2021: C.p.c. 155(5), L. 742/1969 art. 1
    assert limit("procedural", D(2020, 8, 1), "334d")[0].last_day == D(2021, 9, 1)
