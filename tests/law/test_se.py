"""Sweden: the rules as tables, reckoned by hand from the articles named."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from adapters.se import Adapter
from adapters.se.fees import above_compensation
from recovery.errors import LawError
from recovery.law.claim import parse_claim
from recovery.law.limitation import limitation
from recovery.law.parameters import noting
from recovery.law.periods import Period, easter
from recovery.law.replay import assess
from recovery.law.values import ClaimValue, Cost
from recovery.money import Money
from recovery.quote import quote

SE = Adapter()
D = date.fromisoformat


def claim(kind="business", amount="10000.00", issued="2025-12-31", due="2026-01-30", **more):
    invoice = {"number": "1", "amount": amount, "currency": more.pop("currency", "SEK"), "issued": issued}
    return parse_claim(
        {
            "creditor": {"country": "SE", **more.pop("creditor", {})},
            "debtor": {"country": "SE", "kind": kind, **more.pop("debtor", {})},
            "invoices": more.pop("invoices", [invoice | ({"due": due} if due else {})]),
            **more,
        }
    )


def value(principal, currency="SEK"):
    zero = Money.zero(currency)
    return ClaimValue(Money.parse(principal, currency), zero, zero)


def event(kind, on, by="creditor", **more):
    return {"kind": kind, "on": on, "by": by, **more}


def paid(on, amount, **more):
    return {"on": on, "amount": amount, "currency": "SEK", **more}


def said(call):
    with noting() as notes:
        call()
    return " | ".join(notes.warnings)


def costs(facts, as_of="2026-06-30"):
    return [(cost.kind, str(cost.amount), cost.due_from.isoformat()) for cost in SE.costs(facts, D(as_of))]


# ---- rates: Räntelag 5, 6, 9 §§


def test_every_half_year_is_the_reference_rate_and_eight_for_all():
    above, _ = SE.law.value("interest.margin", D("2013-01-01"))
    for day in [date(year, month, 1) for year in range(2013, 2027) for month in (1, 7)]:
        reference = SE.law["interest.reference"].on(day)
        assert reference.starts_on == day
        assert reference.value * 2 == int(reference.value * 2)  # rounded up to a half point (9 §)
        for key in ("interest.commercial", "interest.civil"):
            assert SE.law[key].on(day).value == reference.value + above
            assert SE.law[key].on(day).confidence == reference.confidence


@pytest.mark.parametrize(
    ("day", "rate", "confidence"),
    [
        ("2013-01-01", "9.00", "confirmed"),
        ("2014-12-31", "9.00", "confirmed"),
        ("2015-01-01", "8.00", "confirmed"),
        ("2016-06-30", "8.00", "confirmed"),
        ("2016-07-01", "7.50", "confirmed"),  # the reference rate was -0.50
        ("2019-06-30", "7.50", "confirmed"),
        ("2019-07-01", "8.00", "confirmed"),
        ("2022-07-01", "8.50", "confirmed"),
        ("2023-01-01", "10.50", "confirmed"),
        ("2023-07-01", "11.50", "confirmed"),
        ("2024-01-01", "12.00", "confirmed"),
        ("2024-07-01", "12.00", "known"),
        ("2025-01-01", "11.00", "known"),
        ("2025-07-01", "10.00", "known"),
        ("2026-12-31", "10.00", "confirmed"),
    ],
)
def test_rates(day, rate, confidence):
    row = SE.law["interest.civil"].on(D(day))
    assert (row.value, row.confidence) == (Decimal(rate), confidence)


def test_2027_is_not_established():
    with pytest.raises(LawError, match="confirmed only through 2026-12-31"):
        SE.law["interest.civil"].on(D("2027-01-01"))


TERMS = [
    # debtor, contract, regime, fixed rate, floor, words of a warning
    ("business", {}, "commercial", None, False, ""),
    ("consumer", {}, "civil", None, False, ""),
    ("business", {"rate": "24.00"}, "contractual", "24.00", False, ""),
    ("business", {"rate": "10.00"}, "contractual", "10.00", False, ""),
    ("business", {"rate": "9.99"}, "contractual", "9.99", False, "7 §"),  # lower prevails; 7 § if it ran before
    ("business", {"rate": "0"}, "commercial", None, False, "void"),  # 4 a §
    ("business", {"rate": "0", "date": "2013-03-15"}, "contractual", "0", False, "7 §"),
    ("public", {"rate": "5.00"}, "contractual", "5.00", True, ""),  # lower is void
    ("public", {"rate": "5.00", "date": "2013-03-15"}, "contractual", "5.00", False, "7 §"),
    ("consumer", {"rate": "0"}, "contractual", "0", False, "7 §"),
]


@pytest.mark.parametrize(("kind", "contract", "regime", "fixed", "floor", "words"), TERMS)
def test_interest_terms(kind, contract, regime, fixed, floor, words):
    terms = SE.interest_terms(claim(kind, contract=contract))
    assert (terms.regime, terms.fixed) == (regime, Decimal(fixed) if fixed else None)
    assert (terms.floor is not None) is floor
    assert words in " ".join(terms.warnings)
    assert bool(terms.warnings) is bool(words)


def test_interest_ends_with_the_bankruptcy():
    """Konkurslag 5 kap.: provable to the day of the bankruptcy."""
    facts = claim(events=[event("insolvency", "2026-02-27", "court")])
    terms = assess(SE, facts, D("2026-05-29"), opening=SE.insolvency(facts)).terms
    assert [(day, later.waived) for day, later in terms.later] == [(D("2026-02-28"), True)]


# ---- start: Räntelag 2 a, 3, 4 §§

STARTS = [
    # case, claim, due day, first day of interest, article
    ("agreed", claim(), "2026-01-30", "2026-01-31", "3 §"),
    ("agreed term", claim(due=None, contract={"agreed_term_days": 10}), "2026-01-10", "2026-01-11", "3 §"),
    ("30 days after the invoice", claim(due=None), "2026-01-30", "2026-01-31", "4 § 1 st"),
    ("not before it is received",
     claim(invoices=[{"amount": "1.00", "currency": "SEK", "issued": "2026-01-01", "received": "2026-02-10"}]),
     "2026-02-10", "2026-02-11", "4 § 1 st"),
    ("service in court comes first", claim(due=None, events=[event("served", "2026-01-20", "court")]),
     "2026-01-30", "2026-01-21", "4 § 4 st"),
    ("service in court comes later", claim(due=None, events=[event("served", "2026-02-20", "court")]),
     "2026-01-30", "2026-01-31", "4 § 1 st"),
    ("consumer, inkassokrav", claim("consumer", due=None, events=[event("formal_notice", "2026-03-02")]),
     "2026-01-30", "2026-04-02", "4 § 2 st"),
    ("consumer, inkassokrav received late",
     claim("consumer", due=None, events=[event("formal_notice", "2026-03-02", received="2026-04-07")]),
     "2026-01-30", "2026-04-08", "4 § 2 st"),
    ("consumer, a reminder does not do", claim("consumer", due=None, events=[event("reminder", "2026-03-02")]),
     "2026-01-30", None, "4 § 2 st"),
    ("an authority has 30 days", claim("public", issued="2026-03-02", due="2026-05-01"),
     "2026-04-01", "2026-04-02", "3 §"),
    ("less is agreed with an authority", claim("public", issued="2026-03-02", due="2026-03-12"),
     "2026-03-12", "2026-03-13", "3 §"),
    ("an authority's contract before 2013-03-16",
     claim("public", issued="2026-03-02", due="2026-05-04", contract={"date": "2013-03-15"}),
     "2026-05-04", "2026-05-05", "3 §"),
    ("a business may agree to more", claim(issued="2026-03-02", due="2026-05-04"), "2026-05-04", "2026-05-05", "3 §"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "due", "first", "article"), [case[1:] for case in STARTS], ids=[case[0] for case in STARTS]
)
def test_start(facts, due, first, article):
    start = SE.interest_start(facts, facts.invoices[0])
    assert SE.due_day(facts, facts.invoices[0]) == D(due)
    assert start.first_day == (D(first) if first else None)
    assert start.basis == f"Räntelag {article}"


SAID = [
    # claim, words
    (claim(), ""),  # due 30 days after the invoice: the same under 3 and 4 §§
    (claim(due="2026-01-15"), "taken as agreed in advance (Räntelag 3 §)"),
    (claim(due=None, contract={"agreed_term_days": 15}), ""),
    (claim(issued="2026-03-02", due="2026-05-04"), "more than 30 days"),
    (claim("public", issued="2026-03-02", due="2026-05-04"), ""),
    (claim("consumer", issued="2026-03-02", due="2026-05-04"), ""),
    (claim("consumer", due=None), "no demand that names the interest was sent"),
    (claim("consumer", due=None, events=[event("formal_notice", "2026-03-02")]), ""),
    (claim("consumer", due=None, events=[event("written_demand", "2026-03-02")]), "assumed that the demand"),
    (claim(issued="2026-01-01", due="2026-01-31"), "term.weekend_grace"),  # Saturday
]


@pytest.mark.parametrize(("facts", "words"), SAID)
def test_what_the_start_assumes_is_said(facts, words):
    text = said(lambda: SE.interest_start(facts, facts.invoices[0]))
    assert words in text
    assert bool(text) is bool(words)


@pytest.mark.parametrize(
    ("due", "on", "amount", "first"),
    [
        ("2026-01-31", "2026-02-02", "10000.00", None),  # Saturday, paid on Monday
        ("2026-01-31", "2026-02-02", "9999.99", "2026-02-01"),  # not in full
        ("2026-01-31", "2026-02-03", "10000.00", "2026-02-01"),  # too late
        ("2026-06-19", "2026-06-22", "10000.00", None),  # Midsummer Eve is no banking day
        ("2026-01-30", "2026-02-02", "10000.00", "2026-01-31"),  # Friday
    ],
)
def test_due_on_a_rest_day(due, on, amount, first):
    facts = claim(due=due, payments=[paid(on, amount)])
    start = SE.interest_start(facts, facts.invoices[0]).first_day
    assert start == (D(first) if first else None)
    assert bool(costs(facts)) is bool(first)


def test_an_installation_may_give_no_grace(monkeypatch, tmp_path):
    (tmp_path / "se.toml").write_text(
        '[parameter."term.weekend_grace"]\nvalues = [{ from = 1977-01-01, value = false }]\n', encoding="utf-8"
    )
    monkeypatch.setenv("RECOVERY_LAW_DIR", str(tmp_path))
    facts = claim(due="2026-01-31", payments=[paid("2026-02-02", "10000.00")])
    assert Adapter().interest_start(facts, facts.invoices[0]).first_day == D("2026-02-01")


# ---- costs: SFS 1981:739

AGREED = {"reminder_fee_agreed": True}
LETTERS = [event("reminder", "2026-02-09"), event("formal_notice", "2026-02-20")]
LUMP = ("flat_compensation", "450.00", "2026-01-31")
FEES = [("reminder_fee", "60.00", "2026-02-09"), ("demand_fee", "180.00", "2026-02-20")]
COSTS = [
    # case, claim, costs
    ("450 absorbs 60 and 180", claim(contract=AGREED, events=LETTERS), [LUMP]),
    ("an authority owes 450", claim("public"), [LUMP]),
    ("consumer", claim("consumer", contract=AGREED, events=LETTERS), FEES),
    ("reminder fee not agreed", claim("consumer", events=LETTERS), FEES[1:]),
    ("second letters cost nothing",
     claim("consumer", contract=AGREED, events=[*LETTERS, event("reminder", "2026-03-09"),
                                                event("formal_notice", "2026-03-20")]), FEES),
    ("letters on the due day are early",
     claim("consumer", contract=AGREED, events=[event("reminder", "2026-01-30"), event("formal_notice", "2026-01-30")]),
     []),
    ("paid the day before the inkassokrav: 84.93 is too much by far",
     claim("consumer", contract=AGREED, events=LETTERS, payments=[paid("2026-02-19", "10200.00")]), FEES[:1]),
    ("paid on its day", claim("consumer", events=LETTERS, payments=[paid("2026-02-20", "10200.00")]), FEES[1:]),
    ("claims due before 16 March 2013 have no 450",
     claim(issued="2013-02-01", due="2013-03-15", events=[event("formal_notice", "2013-04-02")]),
     [("demand_fee", "180.00", "2013-04-02")]),
    ("due on 16 March 2013", claim(issued="2013-02-01", due="2013-03-16"),
     [("flat_compensation", "450.00", "2013-03-17")]),
    ("50 and 160 before 16 March 2013",
     claim("consumer", issued="2013-01-01", due="2013-01-31", contract=AGREED,
           events=[event("reminder", "2013-02-11"), event("formal_notice", "2013-03-15")]),
     [("reminder_fee", "50.00", "2013-02-11"), ("demand_fee", "160.00", "2013-03-15")]),
    ("paid on the due day", claim(payments=[paid("2026-01-30", "10000.00")]), []),
    ("all but an öre paid on the due day", claim(payments=[paid("2026-01-30", "9999.99")]), [LUMP]),
    ("a creditor that is no business has no 450", claim(creditor={"kind": "public"}), []),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "wanted"), [case[1:] for case in COSTS], ids=[case[0] for case in COSTS])
def test_costs(facts, wanted):
    assert costs(facts) == wanted


def test_no_cost_before_its_day():
    facts = claim(contract=AGREED, events=LETTERS)
    assert costs(facts, "2026-01-30") == []
    assert costs(facts, "2026-01-31") == [LUMP]
    assert costs(claim("consumer", events=LETTERS), "2026-02-19") == []


def test_a_payment_for_another_invoice_does_not_spare_the_fee():
    one = {"number": "1", "amount": "10000.00", "currency": "SEK", "issued": "2025-12-31", "due": "2026-01-30"}
    other = one | {"number": "2", "due": "2026-06-30"}
    for named, wanted in (("2", FEES[1:]), ("1", [])):
        payment = paid("2026-02-19", "10200.00", invoice=named)
        assert costs(claim("consumer", invoices=[one, other], events=LETTERS, payments=[payment])) == wanted


def test_only_the_excess_over_the_compensation_is_owed():
    """5 § 2 st: of 300 + 180 only 30 beyond 450; a compensation that comes later absorbs nothing."""
    krona = lambda ore: Money(ore, "SEK")  # noqa: E731
    fees = [
        Cost("reminder_fee", krona(30000), D("2026-02-09"), "2 §"),
        Cost("demand_fee", krona(18000), D("2026-02-20"), "3 §"),
    ]
    lump = Cost("flat_compensation", krona(45000), D("2026-01-31"), "4 a §")
    late = Cost("flat_compensation", krona(45000), D("2026-02-21"), "4 a §")
    (rest,) = above_compensation(fees, [lump, late])
    assert (rest.kind, str(rest.amount)) == ("demand_fee", "30.00")
    assert "150.00 is in the förseningsersättning" in rest.basis


def test_costs_first_then_interest_then_principal():
    facts = claim(payments=[paid("2026-03-02", "1000.00")])
    (spread,) = assess(SE, facts, D("2026-03-02")).paid
    assert (str(spread.to_costs), str(spread.to_interest), str(spread.to_principal)) == ("450.00", "84.93", "465.07")
    assert "HB 9 kap. 5 §" in said(lambda: SE.allocation_order(facts))
    assert said(lambda: SE.allocation_order(facts, enforced=True)) == ""
    assert SE.allocation_order(facts, enforced=True)[1].startswith("Utsökningsbalk")


# ---- limitation: Preskriptionslag

LIMITS = [
    # claim, last day
    (claim(), "2035-12-31"),  # the invoice, not the due day
    (claim("consumer"), "2028-12-31"),
    (claim(contract={"date": "2025-11-03"}), "2035-11-03"),
    (claim("consumer", creditor={"kind": "consumer"}), "2035-12-31"),
    (claim("consumer", events=[event("reminder", "2026-02-09", received="2026-02-11")]), "2029-02-11"),
    (claim("consumer", events=[event("lawyer_notice", "2026-02-09", "lawyer")]), "2029-02-09"),
    (claim("consumer", events=[event("acknowledgement", "2026-03-02", "debtor")]), "2029-03-02"),
    (claim("consumer", payments=[paid("2026-03-02", "100.00")]), "2029-03-02"),
    (claim(events=[event("lawsuit", "2026-03-02")]), None),
    (claim(events=[event("payment_order_applied", "2026-03-02")]), None),
    (claim("consumer", events=[event("lawsuit", "2026-03-02"), event("judgment", "2026-05-04")]), "2029-05-04"),
    (claim(events=[event("payment_order_applied", "2026-03-02"), event("judgment", "2026-05-04")]), "2036-05-04"),
]


@pytest.mark.parametrize(("facts", "last"), LIMITS)
def test_limitation(facts, last):
    assert limitation(SE, facts, D("2026-06-30")).last_day == (D(last) if last else None)


def test_a_framework_contract_is_named():
    old, plain = claim(contract={"date": "2020-01-02"}), claim()
    assert "framework contract" in SE.limitation_term(old, old.invoices[0]).warnings[0]
    assert SE.limitation_term(plain, plain.invoices[0]).warnings == ()


# ---- calendar: lag 1989:253, lag 1930:173


def saturday_from(day):
    return next(found for found in (day + timedelta(days=ahead) for ahead in range(7)) if found.weekday() == 5)


def test_public_holidays_by_the_act():
    """Lag (1989:253), Sundays apart; Whit Monday is none since 2005, the three eves are none."""
    fixed = ((1, 1), (1, 6), (5, 1), (6, 6), (12, 25), (12, 26))
    for year in range(2013, 2031):
        moving = {easter(year) + timedelta(days=days) for days in (-2, 0, 1, 39, 49)}
        saturdays = {saturday_from(date(year, 6, 20)), saturday_from(date(year, 10, 31))}
        assert SE.public_holidays(year) == {date(year, month, day) for month, day in fixed} | moving | saturdays


def test_the_three_eves_are_rest_days_of_the_courts():
    """Lag 1930:173 2 §: Midsummer Eve, Christmas Eve, New Year's Eve; not Maundy Thursday nor Twelfth Night eve."""
    for year in range(2013, 2031):
        eves = {saturday_from(date(year, 6, 20)) - timedelta(days=1), date(year, 12, 24), date(year, 12, 31)}
        days = [date(year, 1, 1) + timedelta(days=count) for count in range(366 if year % 4 == 0 else 365)]
        more = {day for day in days if SE.is_court_rest_day(day) and not SE.is_eu_rest_day(day)}
        assert more == {day for day in eves if day.weekday() < 5}


LIMITS_OF_TIME = [
    # rule, act, start, period, last day, words said beside the answer
    ("procedural", "other", "2026-04-30", "1m", "2026-06-01", ""),  # återvinning, law sheet example 4
    ("procedural", "other", "2026-11-26", "4w", "2026-12-28", ""),  # Christmas Eve to Monday
    ("procedural", "appeal", "2026-12-10", "3w", "2027-01-04", ""),  # New Year's Eve to Monday
    ("procedural", "answer", "2026-06-09", "10d", "2026-06-22", ""),  # Midsummer Eve
    ("eu", "other", "2026-05-20", "30d", "2026-06-19", "Reg. 1182/71"),  # Midsummer Eve stays
    ("eu", "other", "2026-05-21", "30d", "2026-06-22", ""),
    ("civil", "other", "2000-01-01", "3y", "2003-01-01", "not safe to rely on"),
    ("civil", "other", "2023-05-31", "3y", "2026-05-31", "not safe to rely on"),  # Sunday
    ("civil", "other", "2023-06-01", "3y", "2026-06-01", ""),
]


@pytest.mark.parametrize(("rule", "act", "start", "period", "last", "words"), LIMITS_OF_TIME)
def test_time_limits(rule, act, start, period, last, words):
    limit = lambda: SE.time_limit(rule, D(start), Period.parse(period), act)  # noqa: E731
    assert limit().last_day == D(last)
    assert words in said(limit)
    assert bool(said(limit)) is bool(words)
    assert any("by analogy" in step for step in limit().steps) is (act == "answer")


def test_limits_end_on_working_days_and_never_earlier_for_a_later_start():
    rest = {"eu": SE.is_eu_rest_day, "procedural": SE.is_court_rest_day, "civil": lambda day: False}  # civil: no roll
    for rule, period in ((rule, text) for rule in rest for text in ("1d", "14d", "4w", "1m", "3y", "5wd")):
        starts = (D("2026-01-01") + timedelta(days=day) for day in range(400))
        ends = [SE.time_limit(rule, start, Period.parse(period)).last_day for start in starts]
        assert ends == sorted(ends)
        assert not any(rest[rule](end) for end in ends)


@pytest.mark.parametrize(
    ("sent", "channel", "delivered", "last"),
    [
        ("2026-09-01", "email", "2026-09-01", "2026-09-11"),  # ten days
        ("2026-09-01", "post", "2026-09-03", "2026-09-11"),
        ("2026-12-18", "post", "2026-12-22", "2026-12-30"),  # four banking days after Christmas
        ("2026-06-12", "registered", "2026-06-16", "2026-06-23"),  # 22 June is a Monday, but 16 + 4 banking days
        ("2026-09-02", "post", "2026-09-04", "2026-09-14"),  # Saturday rolls
    ],
)
def test_time_of_an_inkassokrav(sent, channel, delivered, last):
    notice = SE.notice("consumer", D(sent), channel)
    assert (notice.delivered, notice.last_day, notice.costs_due_from) == (D(delivered), D(last), D(sent))
    assert (notice.last_day - D(sent)).days >= SE.law.value("notice.least_days", D(sent))


# ---- courts


def facts_of(code, facts, principal="10000.00", currency="SEK", as_of="2026-06-30"):
    return SE.route_facts(code, facts, value(principal, currency), D(as_of))


ROUTES = [
    # code, principal, currency, as_of, fee, recoverable
    ("national_payment_order", "10000.00", "SEK", "2026-06-30", "300.00", "680.00"),
    ("european_payment_order", "10000.00", "EUR", "2026-06-30", "300.00", "680.00"),
    ("national_payment_order", "10000.00", "SEK", "2013-06-30", "300.00", "300.00"),  # 380 known from 2014
    ("european_small_claims", "10000.00", "SEK", "2026-06-30", "900.00", "900.00"),
    ("national_court", "29600.00", "SEK", "2026-06-30", "900.00", "900.00"),
    ("national_court", "29600.01", "SEK", "2026-06-30", "2800.00", "2800.00"),
    ("national_court", "29400.00", "SEK", "2025-06-30", "900.00", "900.00"),
    ("national_court", "29400.01", "SEK", "2025-06-30", "2800.00", "2800.00"),
    ("national_court", "28650.01", "SEK", "2024-06-30", "2800.00", "2800.00"),
    ("national_court", "26250.00", "SEK", "2023-01-01", "900.00", "900.00"),
    ("national_court", "1000.00", "SEK", "2022-12-31", None, "0.00"),  # half the base amount is not known
    ("national_court", "1000.00", "SEK", "2027-01-01", None, "0.00"),
    ("national_court", "1000.00", "EUR", "2026-06-30", None, "0.00"),
]


@pytest.mark.parametrize(("code", "principal", "currency", "as_of", "fee", "recoverable"), ROUTES)
def test_fees(code, principal, currency, as_of, fee, recoverable):
    route = facts_of(code, claim(), principal, currency, as_of)
    assert (str(route.fee.amount) if route.fee.amount else None) == fee
    assert str(route.costs.recoverable) == recoverable
    assert bool(route.fee.warnings) is (fee is None)


@pytest.mark.parametrize(
    ("code", "facts", "words"),
    [
        ("national_payment_order", claim(), ""),
        ("national_payment_order", claim(disputed=True), "33 §"),
        ("national_payment_order", claim(debtor={"country": "NO"}), "29-30 §§"),
        ("national_court", claim(disputed=True), ""),
        ("uncontested_bailiff", claim(), "no such procedure"),
    ],
)
def test_closed_routes(code, facts, words):
    route = facts_of(code, facts)
    assert route.open is (not words)
    assert words in route.why


@pytest.mark.parametrize(
    ("events", "as_of", "warned"),
    [
        ([], "2026-06-30", True),
        ([event("formal_notice", "2026-06-01", channel="email")], "2026-06-11", True),  # its last day
        ([event("formal_notice", "2026-06-01", channel="email")], "2026-06-12", False),
    ],
)
def test_an_inkassokrav_must_have_run_out(events, as_of, warned):
    """Inkassolag 6 §: for own claims too."""
    warnings = quote(claim(events=events), D(as_of)).warnings
    assert any("Inkassolag 6 §" in text for text in warnings) is warned


def test_stop_events():
    """Law sheet, 10: all stop everything; in debt relief the claim is filed within one month, unrolled."""
    assert [stop.kind for stop in SE.stop_events] == [
        "dispute", "insolvency", "restructuring", "debt_relief", "death", "incapacity",
    ]  # fmt: skip
    assert {stop.stops for stop in SE.stop_events} == {"all"}
    terms = [(stop.lodge_within, stop.lodge_rule) for stop in SE.stop_events if stop.lodge_within]
    assert terms == [("1m", "civil")]
    assert SE.law.value("debt_relief.lodge_months", D("2026-01-01"))[0] == 1
