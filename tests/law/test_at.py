"""Austria: the rules as tables, reckoned by hand from the articles named."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from adapters.at import Adapter
from adapters.at.collector import above_fixed_sums
from recovery.errors import LawError
from recovery.law.claim import parse_claim
from recovery.law.limitation import limitation
from recovery.law.parameters import noting
from recovery.law.periods import Period, easter
from recovery.law.replay import assess
from recovery.law.values import ClaimValue, Cost
from recovery.money import Money
from recovery.quote import quote

AT = Adapter()
D = date.fromisoformat


def claim(kind="business", amount="1000.00", issued="2025-07-01", due="2025-07-31", **more):
    invoice = {"number": "1", "amount": amount, "currency": more.pop("currency", "EUR"), "issued": issued}
    return parse_claim(
        {
            "creditor": {"country": "AT", **more.pop("creditor", {})},
            "debtor": {"country": "AT", "kind": kind, **more.pop("debtor", {})},
            "invoices": more.pop("invoices", [invoice | ({"due": due} if due else {})]),
            **more,
        }
    )


def value(principal, currency="EUR"):
    zero = Money.zero(currency)
    return ClaimValue(Money.parse(principal, currency), zero, zero)


def letter(kind, on, by="collector"):
    return {"kind": kind, "on": on, "by": by}


def said(call):
    with noting() as notes:
        call()
    return " | ".join(notes.warnings)


def costs(facts, as_of="2026-02-02"):
    return [str(cost.amount) for cost in AT.costs(facts, D(as_of))]


# ---- rates


def test_every_half_year_follows_from_the_base_rate_of_its_day():
    """UGB § 456: the base rate of 1 January / 1 July + 9.2; § 352 old: of the last day before + 8."""
    new, old = AT.law.value("interest.margin", D("2013-03-16"))
    for day in [date(year, month, 1) for year in range(2013, 2027) for month in (1, 7)]:
        base = AT.law["interest.base"].on(day).value
        assert AT.law["interest.base_daily"].on(day).value == base
        assert AT.law["interest.base_daily"].on(day - timedelta(days=1)).value == base  # no change fell on these days
        assert AT.law["interest.commercial"].on(day).value == base + new
        assert AT.law["interest.commercial_old"].on(day).value == base + old
        assert AT.law["interest.commercial"].on(day).starts_on == day


@pytest.mark.parametrize(
    ("day", "base", "new", "old", "confidence"),
    [
        ("2013-01-01", "0.38", "9.58", "8.38", "confirmed"),
        ("2013-06-30", "0.38", "9.58", "8.38", "confirmed"),
        ("2013-07-01", "-0.12", "9.08", "7.88", "confirmed"),
        ("2016-07-01", "-0.62", "8.58", "7.38", "confirmed"),
        ("2022-12-31", "-0.62", "8.58", "7.38", "confirmed"),
        ("2023-01-01", "1.88", "11.08", "9.88", "confirmed"),
        ("2023-07-01", "3.38", "12.58", "11.38", "confirmed"),
        ("2024-07-01", "3.88", "13.08", "11.88", "confirmed"),
        ("2025-01-01", "2.53", "11.73", "10.53", "known"),
        ("2026-12-31", "1.53", "10.73", "9.53", "confirmed"),
    ],
)
def test_rates(day, base, new, old, confidence):
    for key, rate in (("base", base), ("commercial", new), ("commercial_old", old)):
        row = AT.law[f"interest.{key}"].on(D(day))
        assert (row.value, row.confidence) == (Decimal(rate), confidence)


def test_2027_is_not_established():
    with pytest.raises(LawError, match="confirmed only through 2026-12-31"):
        AT.law["interest.commercial"].on(D("2027-01-01"))


TERMS = [
    # debtor, contract, regime, rate on 2025-10-31, words of a warning
    ("business", {}, "commercial", "10.73", None),
    ("business", {"date": "2013-03-15"}, "commercial", "9.53", None),  # UGB § 906(25)
    ("business", {"rate": "12.00"}, "contractual", "12.00", None),
    ("business", {"rate": "0"}, "commercial", "10.73", "void (UGB § 459)"),
    ("business", {"rate": "0", "date": "2013-03-15"}, "contractual", "0", None),  # § 459 is for new contracts
    ("consumer", {}, "civil", "4.00", None),
    ("consumer", {"rate": "0"}, "contractual", "0", None),
    ("consumer", {"rate": "5.00"}, "contractual", "5.00", None),
    ("consumer", {"rate": "5.01"}, "contractual", "5.01", "KSchG § 6(1) Z 13"),
]


@pytest.mark.parametrize(("kind", "contract", "regime", "rate", "warning"), TERMS)
def test_interest_terms(kind, contract, regime, rate, warning):
    terms = AT.interest_terms(claim(kind, contract=contract))
    found = terms.fixed if terms.parameter is None else terms.parameter.on(D("2025-10-31")).value
    assert (terms.regime, found) == (regime, Decimal(rate))
    assert [warning in text for text in terms.warnings] == [True] * bool(warning)


def test_interest_ends_on_the_day_the_insolvency_is_published():
    """IO § 58 Z 1: the last interest day is that of the publication."""
    facts = claim(events=[letter("insolvency", "2025-09-30", "court")])
    terms = assess(AT, facts, D("2025-12-31"), opening=AT.insolvency(facts)).terms
    assert [(day, later.waived) for day, later in terms.later] == [(D("2025-10-01"), True)]
    assert "IO § 58 Z 1" in terms.later[0][1].basis


# ---- due day and start


@pytest.mark.parametrize(
    ("due", "rolled"),
    [
        ("2026-05-29", "2026-05-29"),  # Friday
        ("2026-05-30", "2026-06-01"),  # Saturday: European Convention art. 5
        ("2026-05-31", "2026-06-01"),  # Sunday, ABGB § 903
        ("2026-10-26", "2026-10-27"),  # national holiday
        ("2026-04-03", "2026-04-07"),  # Good Friday, a day treated as a holiday: the Tuesday after Easter
        ("2026-05-01", "2026-05-04"),  # holiday before a Saturday
        ("2026-12-24", "2026-12-24"),  # a working day
    ],
)
def test_due_day_rolls(due, rolled):
    facts = claim(issued="2026-01-02", due=due)
    assert AT.due_day(facts, facts.invoices[0]) == D(rolled)
    assert AT.interest_start(facts, facts.invoices[0]).first_day == D(rolled) + timedelta(days=1)
    assert said(lambda: AT.due_day(facts, facts.invoices[0])) == ""


def test_an_installation_may_leave_saturdays_alone(monkeypatch, tmp_path):
    (tmp_path / "at.toml").write_text(
        '[parameter."term.saturday_rolls"]\nvalues = [{ from = 1983-01-01, value = false }]\n', encoding="utf-8"
    )
    monkeypatch.setenv("RECOVERY_LAW_DIR", str(tmp_path))
    facts = claim(issued="2026-01-02", due="2026-05-30")
    assert Adapter().due_day(facts, facts.invoices[0]) == D("2026-05-30")


def test_without_a_term_the_invoice_is_due_at_once_and_that_is_uncertain():
    facts = claim(due=None)
    assert AT.due_day(facts, facts.invoices[0]) == D("2025-07-01")
    assert "term.statutory" in said(lambda: AT.due_day(facts, facts.invoices[0]))


@pytest.mark.parametrize(
    ("kind", "term", "made", "words"),
    [
        ("business", 60, None, ""),
        ("business", 61, None, "more than 60 days holds only if expressly agreed"),
        ("public", 30, None, ""),
        ("public", 31, None, "more than 30 days holds only if objectively justified"),
        ("consumer", 90, None, ""),
        ("business", 90, "2013-03-15", ""),  # UGB § 459 is for contracts from 2013-03-16
    ],
)
def test_long_terms_are_named(kind, term, made, words):
    facts = claim(kind, issued="2025-07-01", due=None, contract={"agreed_term_days": term, "date": made})
    text = said(lambda: AT.interest_start(facts, facts.invoices[0]))
    assert words in text
    assert bool(words) is ("UGB § 459" in text)


@pytest.mark.parametrize(
    ("kind", "on", "noted"),
    [
        ("consumer", "2025-07-31", False),
        ("consumer", "2025-08-01", True),
        ("consumer", "2025-08-04", True),
        ("consumer", "2025-08-05", False),
        ("business", "2025-08-01", False),
    ],
)
def test_a_consumers_transfer_may_have_been_in_time(kind, on, noted):
    facts = claim(kind, payments=[{"on": on, "amount": "1000.00", "currency": "EUR"}])
    assert ("KSchG § 6a(2)" in said(lambda: AT.interest_start(facts, facts.invoices[0]))) is noted


# ---- costs: InkVO § 3, EUR base values, index 1.00 except in 2024

REMINDED = letter("reminder", "2025-08-11", "creditor")
BANDS = [
    # claim, processing, first reminder, each further
    ("19.00", "20.35", "4.36", "5.09"),
    ("19.01", "20.35", "7.27", "9.45"),
    ("73.00", "20.35", "7.27", "9.45"),
    ("73.01", "16.06", "14.53", "17.44"),  # 22 %: 16.0622
    ("364.00", "80.08", "14.53", "17.44"),
    ("364.01", "61.88", "24.71", "27.62"),  # 17 %: 61.8817
    ("727.00", "123.59", "24.71", "27.62"),
    ("727.01", "58.16", "50.87", "58.14"),  # 8 %: 58.1608
    ("10000.00", "800.00", "50.87", "58.14"),
]


@pytest.mark.parametrize(("amount", "processing", "first", "further"), BANDS)
def test_collector_fees_of_a_consumer(amount, processing, first, further):
    letters = [REMINDED, letter("formal_notice", "2025-09-15"), letter("written_demand", "2025-10-15")]
    assert costs(claim("consumer", amount, events=letters)) == [processing, first, further]
    assert costs(claim("consumer", amount, events=letters), "2025-09-14") == []


COLLECTED = [
    # case, claim, costs
    ("the creditor's own letters cost nothing", claim("consumer", events=[REMINDED]), []),
    ("a letter before the debt is late", claim("consumer", events=[letter("reminder", "2025-07-31")]), []),
    ("after a dispute", claim("consumer", events=[letter("dispute", "2025-08-20", "debtor"),
                                                  letter("reminder", "2025-08-21")]), []),
    ("after the insolvency", claim("consumer", events=[letter("insolvency", "2025-08-20", "court"),
                                                       letter("reminder", "2025-08-21")]), []),
    ("between businesses: beyond 40", claim(events=[letter("reminder", "2025-09-15")]), ["40.00", "40.00", "50.87"]),
    ("small claim between businesses: 24.71 lies within 40",
     claim(amount="19.00", events=[letter("reminder", "2025-09-15")]), ["40.00"]),
    ("the next letter passes 40: 24.71 + 5.09 x 4 - 40",
     claim(amount="19.00", events=[letter("reminder", f"2025-{month}-15") for month in ("08", "09", "10", "11", "12")]),
     ["40.00", "5.07"]),
    ("old contract: no 40, the fees whole",
     claim(contract={"date": "2013-03-15"}, events=[letter("reminder", "2025-09-15")]), ["80.00", "50.87"]),
    ("2024: the amounts in euro x 1.91, the percentage not",
     claim("consumer", issued="2024-01-02", due="2024-01-31", events=[letter("reminder", "2024-03-01")]),
     ["80.00", "97.16"]),
    ("creditor without deduction: 20 % VAT on top",
     claim("consumer", creditor={"vat_deductible": False}, events=[letter("reminder", "2025-09-15")]),
     ["96.00", "61.04"]),
    ("not in euro: by hand", claim("consumer", currency="CZK", events=[letter("reminder", "2025-09-15")]), []),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "wanted"), [case[1:] for case in COLLECTED], ids=[case[0] for case in COLLECTED])
def test_collected_costs(facts, wanted):
    assert costs(facts) == wanted


def test_the_tariff_goes_by_what_is_open_and_overdue_the_day_before():
    """Of 1000.00 are paid 1000.00 - 364.00 + interest: 22 % of 364.00; the second invoice is not late."""
    late = {"number": "1", "amount": "1000.00", "currency": "EUR", "issued": "2025-07-01", "due": "2025-07-31"}
    later = late | {"number": "2", "due": "2026-01-30"}
    interest = "4.93"  # 1000 x 4 % x 45 / 365 to 14 September
    paid = {"on": "2025-09-14", "amount": str(Decimal("636.00") + Decimal(interest)), "currency": "EUR"}
    other = {"on": "2025-09-01", "amount": "50.00", "currency": "EUR", "invoice": "2"}
    facts = claim(
        "consumer", invoices=[late, later], payments=[paid, other], events=[letter("formal_notice", "2025-09-15")]
    )
    assert costs(facts) == ["80.08", "14.53"]
    settled = claim("consumer", payments=[paid | {"amount": "1004.93"}], events=[letter("reminder", "2025-09-15")])
    assert costs(settled) == []


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (claim("consumer", events=[REMINDED, letter("reminder", "2025-09-15")]), "necessary and proportionate"),
        (claim(events=[letter("reminder", "2025-09-15")]), "no own dunning before the collector"),
        (claim(events=[letter("reminder", "2025-09-15")]), "costs.collector_index"),
        (claim(currency="SEK", events=[letter("reminder", "2025-09-15")]), "not in SEK"),
        (
            claim(creditor={"country": "NL", "vat_deductible": False}, events=[letter("reminder", "2025-09-15")]),
            "that of its own country",
        ),
    ],
)
def test_what_the_tariff_leaves_open_is_said(facts, words):
    assert words in said(lambda: AT.costs(facts, D("2025-10-31")))


def test_a_fixed_sum_that_falls_due_later_takes_nothing_from_an_earlier_fee():
    euro = lambda cents: Money(cents, "EUR")  # noqa: E731
    fee = Cost("collection_costs", euro(5000), D("2025-09-01"), "InkVO § 3")
    sums = [Cost("flat_compensation", euro(4000), D(day), "UGB § 458") for day in ("2025-09-01", "2025-09-02")]
    assert [str(cost.amount) for cost in above_fixed_sums([fee], sums)] == ["10.00"]


def test_interest_first_then_principal_then_costs():
    facts = claim(payments=[{"on": "2025-10-31", "amount": "1027.05", "currency": "EUR"}])
    owed = assess(AT, facts, D("2025-10-31"))
    assert (str(owed.principal), str(owed.interest), str(owed.costs_open)) == ("0.00", "0.00", "40.00")
    assert "ABGB § 1416" in said(lambda: AT.allocation_order(facts))


# ---- limitation

LIMITS = [
    # claim, events, last day
    ({}, [], "2028-07-31"),
    ({"due": "2025-08-02", "issued": "2025-07-01"}, [], "2028-08-04"),  # Saturday: from Monday, as it falls due then
    ({"due": "2023-05-16", "issued": "2023-05-01"}, [], "2026-05-18"),  # ends on a Saturday: Convention art. 5
    ({"due": "2023-04-03", "issued": "2023-03-01"}, [], "2026-04-07"),  # ends on Good Friday: Convention art. 5
    ({"due": "2025-08-03", "issued": "2025-07-01"}, [], "2028-08-04"),  # Sunday: from Monday
    ({"due": "2023-05-31", "issued": "2023-05-01"}, [], "2026-06-01"),  # ends on a Sunday
    ({}, [REMINDED, letter("lawyer_notice", "2025-09-01", "lawyer")], "2028-07-31"),  # letters do nothing
    ({}, [letter("acknowledgement", "2026-01-15", "debtor")], "2029-01-15"),
    ({}, [letter("lawsuit", "2026-01-15", "creditor")], None),
    ({}, [letter("payment_order_applied", "2026-01-15", "creditor")], None),
    ({}, [letter("lawsuit", "2025-09-01", "creditor"), letter("judgment", "2026-01-15", "court")], "2056-01-17"),
    ({"contract": {"kind": "other"}}, [], "2055-08-02"),
    ({"creditor": {"kind": "consumer"}}, [], "2055-08-02"),
]


@pytest.mark.parametrize(("facts", "events", "last"), LIMITS)
def test_limitation(facts, events, last):
    found = limitation(AT, claim(**facts, events=events), D("2026-02-02"))
    assert found.last_day == (D(last) if last else None)


def test_what_limitation_leaves_to_a_person():
    facts = claim(contract={"kind": "other"}, events=[letter("insolvency", "2025-09-30", "court")])
    warnings = AT.limitation_term(facts, facts.invoices[0]).warnings
    assert ["IO § 9" in warnings[0], "interest is barred after 3 years" in warnings[1]] == [True, True]
    assert AT.limitation_term(claim(), claim().invoices[0]).warnings == ()


# ---- calendar


def test_public_holidays_by_the_act():
    """Feiertagsruhegesetz BGBl 153/1957: thirteen days; Good Friday, 24 and 31 December are none."""
    fixed = ((1, 1), (1, 6), (5, 1), (8, 15), (10, 26), (11, 1), (12, 8), (12, 25), (12, 26))
    for year in range(2013, 2031):
        moving = {easter(year) + timedelta(days=days) for days in (1, 39, 50, 60)}
        assert AT.public_holidays(year) == {date(year, month, day) for month, day in fixed} | moving


APPEALS = [
    # served, period, last day: ZPO § 222
    ("2026-06-16", "4w", "2026-07-14"),  # ends before the break
    ("2026-06-17", "4w", "2026-08-18"),  # the break begins on its last day: 34 days more
    ("2026-07-14", "4w", "2026-09-14"),
    ("2026-07-15", "4w", "2026-09-14"),  # first day of the break
    ("2026-08-17", "4w", "2026-09-14"),  # last day of the break
    ("2026-08-18", "4w", "2026-09-15"),
    ("2026-12-10", "2w", "2027-01-07"),  # winter: 14 days more
    ("2026-12-28", "2w", "2027-01-20"),
    ("2027-01-05", "2w", "2027-01-20"),
    ("2026-03-20", "2w", "2026-04-07"),  # Good Friday and Easter
]


@pytest.mark.parametrize(("served", "period", "last"), APPEALS)
def test_appeals_stand_still_in_the_breaks(served, period, last):
    assert AT.time_limit("procedural", D(served), Period.parse(period), "appeal").last_day == D(last)


@pytest.mark.parametrize("act", ["opposition", "answer", "payment", "other"])
def test_nothing_else_stands_still(act):
    limit = AT.time_limit("procedural", D("2026-07-14"), Period.parse("4w"), act)
    assert limit.last_day == D("2026-08-11")
    assert any("GOG § 89" in step for step in limit.steps) is (act in ("opposition", "answer"))


def test_limits_end_on_working_days_and_never_earlier_for_a_later_start():
    rest = {
        "eu": AT.is_eu_rest_day,
        "procedural": AT.is_court_rest_day,
        "civil": AT.is_court_rest_day,  # ABGB § 903; European Convention art. 5
    }
    for rule, act in (("eu", "other"), ("procedural", "opposition"), ("procedural", "appeal"), ("civil", "other")):
        # an appeal period of working days does not exist: ZPO §§ 125, 222 know days, weeks, months and years
        for period in map(Period.parse, ("1d", "14d", "4w", "1m", "3y", *(("5wd",) if act != "appeal" else ()))):
            ends = [
                AT.time_limit(rule, D("2026-01-01") + timedelta(days=day), period, act).last_day for day in range(400)
            ]
            assert ends == sorted(ends)
            assert not any(rest[rule](end) for end in ends)


@pytest.mark.parametrize(
    ("rule", "start", "period", "last", "words"),
    [
        ("eu", "2026-03-04", "30d", "2026-04-03", "Good Friday"),
        ("eu", "2026-03-03", "30d", "2026-04-02", ""),
        ("civil", "2023-05-01", "3y", "2026-05-04", ""),  # Friday 1 May and the Saturday after it
        ("civil", "2023-05-04", "3y", "2026-05-04", ""),
    ],
)
def test_open_ends_are_said(rule, start, period, last, words):
    limit = AT.time_limit(rule, D(start), Period.parse(period))
    assert limit.last_day == D(last)
    text = said(lambda: AT.time_limit(rule, D(start), Period.parse(period)))
    assert words in text
    assert bool(text) is bool(words)


def test_a_letter_by_email_arrives_at_once():
    notice = AT.notice("business", D("2026-09-01"), "email")
    assert (notice.delivered, notice.last_day) == (D("2026-09-01"), D("2026-09-15"))


# ---- courts: GGG TP 1, JN § 49, ZPO §§ 27, 244

FEES = [
    ("150.00", "25.00", "31.00"), ("150.01", "48.00", "59.00"), ("300.00", "48.00", "59.00"),
    ("700.00", "68.00", "84.00"), ("2000.00", "114.00", "140.00"), ("3500.00", "182.00", "224.00"),
    ("7000.00", "335.00", "412.00"), ("35000.00", "792.00", "974.00"), ("70000.00", "1556.00", "1914.00"),
    ("140000.00", "3112.00", "3829.00"), ("210000.00", "4670.00", "5746.00"), ("280000.00", "6227.00", "7661.00"),
    ("350000.00", "7783.00", "9576.00"), ("350000.01", "8403.00", None), ("500000.00", "10203.00", None),
]  # fmt: skip


@pytest.mark.parametrize(("principal", "before", "since"), FEES)
def test_court_fee(principal, before, since):
    fee = lambda day: AT.court_fee("national_court", claim(), value(principal), D(day))  # noqa: E731
    assert str(fee("2025-03-31").amount) == before
    assert str(fee("2025-04-01").amount) == str(since)
    assert bool(fee("2025-04-01").warnings) is (since is None)


def test_court_fee_that_is_not_known():
    assert AT.court_fee("national_court", claim(), value("400000.00"), D("2021-04-30")).amount is None
    assert AT.court_fee("national_court", claim(), value("400000.00", "SEK"), D("2026-01-30")).amount is None


COURTS = [
    # principal, currency, debtor, Mahnverfahren closed, court, filed by
    ("5000.00", "EUR", {}, None, "Bezirksgericht of the debtor's residence", "creditor"),
    ("5000.01", "EUR", {}, None, "Bezirksgericht of the debtor's residence", "lawyer"),
    ("15000.00", "EUR", {"region": "AT-9"}, None, "Bezirksgericht für Handelssachen Wien", "lawyer"),
    ("15000.01", "EUR", {"region": "AT-9"}, None, "Handelsgericht Wien", "lawyer"),
    ("15000.01", "EUR", {"region": "AT-9", "natural_person": True}, None, "Landesgericht of", "lawyer"),
    ("75000.00", "EUR", {}, None, "Landesgericht of the debtor's residence", "lawyer"),
    ("75000.01", "EUR", {}, "above 75000", "Landesgericht of the debtor's residence", "lawyer"),
    ("1000.00", "SEK", {}, "convert it first", "by the value in EUR", "creditor"),
    ("1000.00", "EUR", {"country": "DE"}, "abroad (ZPO § 244(2))", "Bezirksgericht of", "creditor"),
]


@pytest.mark.parametrize(("principal", "currency", "debtor", "closed", "court", "filed_by"), COURTS)
def test_courts(principal, currency, debtor, closed, court, filed_by):
    facts, in_dispute = claim(debtor=debtor, events=[REMINDED]), value(principal, currency)
    order = AT.route_facts("national_payment_order", facts, in_dispute, D("2026-02-02"))
    suit = AT.route_facts("national_court", facts, in_dispute, D("2026-02-02"))
    assert order.open is (closed is None)
    assert (closed or "") in order.why
    assert court in suit.court
    assert order.filed_by == suit.filed_by == filed_by
    assert suit.open
    assert bool(suit.costs.warnings) is (filed_by == "lawyer")


def test_a_suit_without_a_demand_risks_the_costs():
    bare = quote(claim("consumer"), D("2026-02-02"))
    asked = quote(claim("consumer", events=[REMINDED]), D("2026-02-02"))
    assert [any("ZPO § 45" in text for text in one.warnings) for one in (bare, asked)] == [True, False]
    european = AT.route_facts("european_small_claims", claim(), value("100.00"), D("2026-02-02"))
    assert (european.warnings, european.filed_by, str(european.costs.recoverable)) == ((), "creditor", "31.00")


def test_stop_events():
    """Law sheet, 10: restructuring and the edict of § 49a EO stop enforcement alone."""
    assert {stop.kind for stop in AT.stop_events if stop.stops == "enforcement"} == {"restructuring", "moratorium"}
    assert {stop.kind for stop in AT.stop_events if stop.stops == "all"} == {
        "dispute", "insolvency", "debt_relief", "death", "incapacity",
    }  # fmt: skip
