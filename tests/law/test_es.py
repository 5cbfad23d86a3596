"""Spanish law: tables of cases, reckoned by hand from the articles they name."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from adapters.es import Adapter, courts, limitation, masc, terms
from recovery.law.claim import Event
from recovery.law.contact import contact
from recovery.law.parameters import noting
from recovery.law.periods import Period, easter
from recovery.law.replay import assess
from recovery.law.values import ClaimValue
from recovery.money import Money
from recovery.planned import lodging
from tests.law.claims import claim as any_claim

ES = Adapter()
D = date.fromisoformat


def claim(creditor="ES", debtor="ES", **more):
    return any_claim(creditor, debtor, **more)


def eur(text):
    return Money.parse(text, "EUR")


def value(principal, interest="0.00", costs="0.00", currency="EUR"):
    return ClaimValue(*(Money.parse(part, currency) for part in (principal, interest, costs)))


def event(kind, on, **more):
    return {"kind": kind, "on": on, **more}


def before(due):
    """Return the day of an invoice that is due within 30 days."""
    return (D(due) - timedelta(days=30)).isoformat()


def invited(on, received=None, **more):
    return [event("formal_notice", on, received=received, **more)]


# ---- rates (Ley 3/2004 art. 7.2; Ley 24/1984)

COMMERCIAL = [
    # first day, last day, percent, confidence
    ("2012-07-01", "2012-12-31", "8.00", "confirmed"),
    ("2013-01-01", "2013-02-23", "7.75", "confirmed"),
    ("2013-02-24", "2013-06-30", "8.75", "confirmed"),
    ("2013-07-01", "2013-12-31", "8.50", "known"),
    ("2014-01-01", "2014-06-30", "8.25", "confirmed"),
    ("2014-07-01", "2014-12-31", "8.15", "confirmed"),
    ("2015-01-01", "2015-06-30", "8.05", "confirmed"),
    ("2015-07-01", "2016-06-30", "8.05", "known"),
    ("2016-07-01", "2017-06-30", "8.00", "known"),
    ("2017-07-01", "2017-12-31", "8.00", "confirmed"),
    ("2018-01-01", "2021-06-30", "8.00", "confirmed"),
    ("2021-07-01", "2022-12-31", "8.00", "known"),
    ("2023-01-01", "2023-06-30", "10.50", "known"),
    ("2023-07-01", "2023-12-31", "12.00", "known"),
    ("2024-01-01", "2024-06-30", "12.50", "confirmed"),
    ("2024-07-01", "2024-12-31", "12.25", "known"),
    ("2025-01-01", "2025-06-30", "11.15", "confirmed"),
    ("2025-07-01", "2025-12-31", "10.15", "known"),
    ("2026-01-01", "2026-06-30", "10.15", "known"),
    ("2026-07-01", "2026-12-31", "10.40", "uncertain"),
]
CIVIL = [
    ("2013-01-01", "2014-12-31", "4.00", "confirmed"),
    ("2015-01-01", "2015-12-31", "3.50", "confirmed"),
    ("2016-01-01", "2022-12-31", "3.00", "confirmed"),
    ("2023-01-01", "2023-12-31", "3.25", "confirmed"),
    ("2024-01-01", "2026-06-30", "3.25", "known"),
    ("2026-07-01", "2026-12-31", "3.25", "uncertain"),
]


@pytest.mark.parametrize(
    ("key", "row"),
    [("interest.commercial", row) for row in COMMERCIAL] + [("interest.civil", row) for row in CIVIL],
)
def test_rate_holds_from_its_first_to_its_last_day(key, row):
    first, last, percent, confidence = row
    for day in (D(first), D(last)):
        dated = ES.law[key].on(day)
        assert (dated.value, dated.confidence) == (Decimal(percent), confidence)


def test_special_rate_lies_above_the_interest_of_a_judgment_at_all_times():
    # LEC 576.1: the rate of Ley 3/2004 goes on after the judgment because it is special, and it is higher too.
    for dated in ES.law["interest.commercial"].values[1:]:
        civil = ES.law["interest.civil"].on(dated.starts_on).value
        assert dated.value > civil + ES.law.value("interest.judgment_points", dated.starts_on)


# ---- due day

DUE = [
    # creditor, debtor, issued, due, agreed days, received, last day for payment, why
    ("business", "business", "2026-03-01", None, None, "2026-03-05", "2026-04-04", "30 days from receipt (art. 4.1)"),
    ("business", "business", "2026-01-01", "2026-03-02", None, None, "2026-03-02", "60 days hold (art. 4.3)"),
    ("business", "business", "2026-01-01", "2026-03-03", None, None, "2026-03-02", "61 days are cut (art. 4.3)"),
    ("business", "business", "2010-07-06", "2010-12-31", None, None, "2010-12-31", "before Ley 15/2010"),
    ("business", "business", None, "2026-12-01", None, None, "2026-12-01", "no day of receipt: as agreed"),
    ("business", "public", "2026-01-01", "2026-01-31", None, None, "2026-01-31", "30 days (Ley 9/2017 art. 198.4)"),
    ("business", "public", "2026-01-01", "2026-02-01", None, None, "2026-01-31", "31 days are cut"),
    ("business", "consumer", "2026-01-01", None, 90, None, "2026-04-01", "no maximum against a consumer"),
    ("business", "consumer", "2026-01-01", None, None, "2026-01-03", "2026-01-03", "at once (CC 1113)"),
    ("public", "business", "2026-01-01", None, None, "2026-01-01", "2026-01-11", "10 days (CCom 62)"),
    ("public", "business", "2026-01-01", None, None, "2026-02-01", "2026-02-01", "CCom 62, not before receipt"),
]


@pytest.mark.parametrize("row", DUE, ids=lambda row: row[-1])
def test_due_day(row):
    creditor, debtor, issued, due, agreed, received, wanted, _ = row
    invoice = {"amount": "1000.00", "currency": "EUR", "issued": issued, "due": due, "received": received}
    one = claim(
        kind=debtor, creditor_more={"kind": creditor}, invoices=[invoice], contract={"agreed_term_days": agreed}
    )
    assert ES.due_day(one, one.invoices[0]) == D(wanted)


@pytest.mark.parametrize(("due", "warned"), [("2026-03-02", False), ("2026-03-03", True)])
def test_cut_of_a_long_term_is_warned_of(due, warned):
    one = claim(issued="2026-01-01", due=due)
    with noting() as notes:
        ES.due_day(one, one.invoices[0])
    assert any("uncertain" in text for text in notes.warnings) == warned


# ---- interest: start, clause, judgment

STARTS = [
    # creditor, debtor, due, events, first day, article
    ("business", "business", "2026-01-31", [], "2026-02-01", "Ley 3/2004 art. 5"),
    ("business", "consumer", "2026-01-31", [], None, "CC 1100"),
    ("business", "consumer", "2026-01-31", [event("reminder", "2026-02-10")], None, "CC 1100"),
    ("business", "consumer", "2026-01-31", invited("2026-03-02", "2026-03-04"), "2026-03-05", "CC 1100"),
    ("business", "consumer", "2026-01-31", [event("lawsuit", "2026-03-02")], "2026-03-03", "CC 1100"),
    ("business", "consumer", "2026-01-31", [event("judgment", "2026-03-02")], "2026-03-03", "CC 1100"),
    ("business", "consumer", "2026-01-31", [event("written_demand", "2026-01-15")], "2026-02-01", "CC 1100"),
    ("consumer", "business", "2026-01-31", [event("lawyer_notice", "2026-03-02")], "2026-03-03", "CC 1100"),
    ("public", "business", "2026-01-31", [], "2026-02-01", "CCom 63.1"),
    ("public", "business", None, invited("2026-03-02"), None, "CCom 63.2"),
    ("public", "business", None, invited("2026-03-02", by="bailiff"), "2026-03-03", "CCom 63.2"),
    ("public", "business", None, [event("payment_order_applied", "2026-04-01")], "2026-04-02", "CCom 63.2"),
]  # fmt: skip


@pytest.mark.parametrize("row", STARTS)
def test_interest_start(row):
    creditor, debtor, due, events, first, article = row
    one = claim(kind=debtor, creditor_more={"kind": creditor}, issued="2026-01-01", due=due, events=events)
    start = ES.interest_start(one, one.invoices[0])
    assert start.first_day == (D(first) if first else None)
    assert article in start.basis


CLAUSES = [
    # debtor, rate, due, regime, why
    ("business", "3.044", "2026-01-31", "commercial", "below 30 % of 10.15 = 3.045: void (art. 9.1)"),
    ("business", "3.045", "2026-01-31", "contractual", "at the limit"),
    ("business", "0", "2026-01-31", "commercial", "interest excluded: void"),
    ("business", "3.1199", "2026-06-30", "commercial", "default begins on 1 July: 30 % of 10.40 = 3.12"),
    ("business", "2.30", "2012-05-31", "commercial", "before the table: by its first rate, 30 % of 8.00 = 2.40"),
    ("consumer", "1.00", "2026-01-31", "contractual", "art. 9.1 does not protect against a consumer"),
]


@pytest.mark.parametrize("row", CLAUSES, ids=lambda row: row[-1])
def test_unfair_clause(row):
    debtor, rate, due, regime, _ = row
    terms_of = ES.interest_terms(claim(kind=debtor, issued=before(due), due=due, contract={"rate": rate}))
    assert terms_of.regime == regime
    assert bool(terms_of.warnings) == (regime == "commercial" or debtor == "consumer")


@pytest.mark.parametrize(
    ("debtor", "rate", "later"), [("consumer", None, True), ("consumer", "5.00", False), ("business", None, False)]
)
def test_interest_after_the_judgment(debtor, rate, later):
    # LEC 576.1: legal interest + 2 from the judgment, or the agreed or special rate, which goes on.
    events = [event("lawsuit", "2026-03-02"), event("judgment", "2026-05-04")]
    facts = claim(kind=debtor, contract={"rate": rate}, events=events)
    found = ES.judgment_interest(facts, ES.interest_terms(facts), facts.events[1])
    assert [(day, terms_of.plus, terms_of.parameter.key) for day, terms_of in found.later] == (
        [(D("2026-05-05"), Decimal(2), "interest.civil")] if later else []
    )


def test_interest_on_interest_is_named_but_not_reckoned():
    # CC 1109: from the judicial claim; Ley 3/2004 bears none (CCom 317).
    events = [event("lawsuit", "2026-03-02")]
    assert any("CC 1109" in text for text in ES.interest_terms(claim(kind="consumer", events=events)).warnings)
    assert not ES.interest_terms(claim(events=events)).warnings


# ---- costs

COSTS = [
    # debtor, penalty, due, events, costs on 2026-06-30, why
    ("business", None, "2026-01-31", [], [("flat_compensation", "40.00", "2026-02-01")], "art. 8.1"),
    ("public", None, "2026-01-20", [], [("flat_compensation", "40.00", "2026-01-21")], "public debtors owe it too"),
    ("business", "200.00", "2026-01-31", [], [("flat_compensation", "40.00", "2026-02-01")], "CC 1152: not added"),
    ("business", None, "2026-06-30", [], [], "not late yet"),
    ("consumer", None, "2026-01-31", invited("2026-03-02"), [], "no EUR 40 in B2C"),
    ("consumer", "25.00", "2026-01-31", invited("2026-03-02"), [("penalty", "25.00", "2026-03-03")], "agreed"),
    ("consumer", "25.00", "2026-01-31", [], [], "agreed, no default without a demand"),
    ("consumer", "25.00", "2026-01-31", invited("2026-06-30"), [], "default begins tomorrow"),
    ("consumer", "ceiling", "2026-01-31", invited("2026-03-02"), [], "no ceiling in Spanish law"),
]  # fmt: skip


@pytest.mark.parametrize("row", COSTS, ids=lambda row: row[-1])
def test_costs(row):
    debtor, penalty, due, events, wanted, _ = row
    one = claim(kind=debtor, issued=before(due), due=due, contract={"penalty": penalty}, events=events)
    with noting() as notes:
        found = ES.costs(one, D("2026-06-30"))
    assert [(cost.kind, str(cost.amount), cost.due_from.isoformat()) for cost in found] == wanted
    reckoned = any(cost.kind == "penalty" for cost in found)
    assert bool(notes.warnings) == (reckoned or penalty == "200.00")


def test_fixed_sum_starts_with_rdl_4_2013():
    for due, count in (("2013-02-22", 0), ("2013-02-23", 1)):
        assert len(ES.costs(claim(issued="2013-01-23", due=due), D("2013-03-31"))) == count


OLDER = [
    # contract, due, rate on the first day, fixed sums: Ley 11/2013 DT 3ª
    ("2013-02-23", "2013-03-31", "7.75", 0),
    ("2013-02-24", "2013-03-31", "8.75", 1),
    ("2012-11-05", "2013-07-31", "7.50", 0),
    ("2012-11-05", "2014-02-23", "8.25", 0),
    ("2012-11-05", "2014-02-24", "8.25", 1),
]


@pytest.mark.parametrize(("made", "due", "rate", "sums"), OLDER)
def test_older_contracts_are_reached_a_year_later(made, due, rate, sums):
    facts = claim(issued=before(due), due=due, contract={"date": made})
    owed = assess(ES, facts, D("2014-06-30"))
    assert str(owed.segments[0].rate) == rate
    assert len(owed.costs) == sums
    assert any("is uncertain" in text for text in owed.warnings) == (rate != "8.75")


def test_the_day_of_an_old_contract_is_asked_for():
    facts = claim(issued="2013-01-15", due="2013-02-14")
    assert any("give the day of the contract" in text for text in ES.interest_terms(facts).warnings)


# ---- limitation

GENERAL = [
    # born, years, counted from, why
    ("2000-10-06", 15, "2000-10-06", "ended on 2015-10-06: barred before the reform"),
    ("2000-10-07", 15, "2000-10-07", "15 years (Ley 42/2015 DT 5ª)"),
    ("2005-10-06", 15, "2005-10-06", "15 years end one day before the common end"),
    ("2005-10-07", 5, "2015-10-07", "ends with the common end of 2020-10-07"),
    ("2015-10-06", 5, "2015-10-07", "the last day of the transition"),
    ("2015-10-07", 5, "2015-10-07", "the new law"),
    ("2026-02-01", 5, "2026-02-01", "the new law"),
]


@pytest.mark.parametrize("row", GENERAL, ids=lambda row: row[-1])
def test_general_term_and_its_transition(row):
    born, years, starts, _ = row
    term = limitation.general_term(ES.law, D(born))
    assert (term.years, term.starts_on) == (years, D(starts))


KINDS = [
    # region, kind, debtor, key, warned, article
    (None, "services", "business", "general", False, "CC 1964"),
    (None, "other", "consumer", "general", False, "CC 1964"),
    (None, "rent", "business", "periodic", False, "CC 1966"),
    (None, "utilities", "consumer", "periodic", False, "CC 1966"),
    (None, "professional_fee", "business", "short", True, "CC 1967: from the end of the services"),
    (None, "goods", "consumer", "short", False, "CC 1967.4"),
    (None, "goods", "public", "short", False, "CC 1967.4"),
    (None, "goods", "business", "short", True, "CC 1967.4: merchants of another trade"),
    (None, "carriage", "business", "carriage", False, "Ley 15/2009 art. 79"),
    ("ES-CT", "services", "business", "catalonia_short", False, "CCCat 121-21"),
    ("ES-CT", "professional_fee", "business", "catalonia_short", False, "CCCat 121-21"),
    ("ES-CT", "rent", "business", "catalonia_short", False, "CCCat 121-21"),
    ("ES-CT", "goods", "consumer", "catalonia_short", False, "CCCat 121-21"),
    ("ES-CT", "goods", "business", "catalonia", False, "CCCat 121-20"),
    ("ES-CT", "other", "business", "catalonia", False, "CCCat 121-20"),
    ("ES-CT", "carriage", "business", "carriage", False, "Ley 15/2009 art. 79"),
    ("ES-NC", "services", "business", "navarre", False, "Fuero Nuevo ley 35"),
    ("ES-NC", "professional_fee", "business", "navarre", True, "ley 25: 10 years if documented"),
    ("ES-NC", "goods", "consumer", "navarre", True, "ley 25: 10 years if documented"),
    ("ES-NC", "goods", "business", "navarre", False, "Fuero Nuevo ley 35"),
]
YEARS = {
    "general": 5, "periodic": 5, "short": 3, "carriage": 1, "catalonia": 10, "catalonia_short": 3, "navarre": 5
}  # fmt: skip


@pytest.mark.parametrize("row", KINDS)
def test_term_by_kind_and_region(row):
    region, kind, debtor, key, warned, _ = row
    one = claim(kind=debtor, due="2026-02-09", contract={"kind": kind}, creditor_more={"region": region})
    assert limitation.term_key(one) == f"limitation.{key}"
    term = ES.limitation_term(one, one.invoices[0])
    assert (term.years, term.starts_on, bool(term.warnings)) == (YEARS[key], D("2026-02-09"), warned)


def test_state_of_alarm_held_limitation_for_82_days():
    (stop,) = ES.suspensions(claim())
    assert (stop.first_day, stop.last_day) == (D("2020-03-14"), D("2020-06-03"))
    assert (stop.last_day - stop.first_day).days + 1 == 82
    assert D("2020-10-07") + timedelta(days=82) == D("2020-12-28")


INTERRUPTIONS = [
    # kind of claim, event, on, effect, counted from, years, why
    ("services", "formal_notice", "2026-03-02", "restart", "2026-03-04", 5, "from receipt (CC 1973)"),
    ("services", "acknowledgement", "2016-05-01", "restart", "2016-05-01", 5, "CC 1973"),
    ("services", "acknowledgement", "2010-05-01", "restart", "2015-10-07", 5, "DT 5ª: no later than the common end"),
    ("services", "acknowledgement", "2003-05-01", "restart", "2003-05-01", 15, "DT 5ª: 15 years anew"),
    ("goods", "acknowledgement", "2026-03-02", "restart", "2026-03-02", None, "the short term anew"),
    ("services", "lawsuit", "2026-03-02", "pending", "2026-03-02", None, "CC 1973"),
    ("services", "served", "2026-03-02", "pending", "2026-03-02", None, "CC 1973"),
    ("services", "judgment", "2026-03-02", "restart", "2026-03-02", 5, "LEC 518"),
    ("services", "dispute", "2026-03-02", "none", "2026-03-02", None, "no effect"),
]


@pytest.mark.parametrize("row", INTERRUPTIONS, ids=lambda row: f"{row[1]} {row[2]} {row[-1]}")
def test_interruption(row):
    kind, name, on, effect, starts, years, _ = row
    received = D("2026-03-04") if name == "formal_notice" else None
    found = ES.interruption(claim(contract={"kind": kind}), Event(kind=name, on=D(on), received=received))
    assert (found.effect, found.on, found.years) == (effect, D(starts), years)


def test_nothing_interrupts_the_forfeiture_of_a_judgment():
    # LEC 518
    one = claim(events=[event("judgment", "2022-03-02")])
    assert ES.interruption(one, Event(kind="acknowledgement", on=D("2024-01-10"))).effect == "none"
    assert ES.interruption(one, Event(kind="acknowledgement", on=D("2022-01-10"))).effect == "restart"


# ---- calendar

STABLE = {
    # region: its own days that recur (month-day), and whether Maundy Thursday and Easter Monday are kept
    "AN": (["02-28"], True, False),
    "AR": (["04-23"], True, False),
    "CL": (["04-23"], True, False),
    "AS": (["09-08"], True, False),
    "EX": (["09-08"], True, False),
    "IB": (["03-01"], True, True),
    "CN": (["05-30"], True, False),
    "CB": (["07-28", "09-15"], True, False),
    "CM": (["05-31"], True, False),
    "CT": (["06-24", "09-11", "12-26"], False, True),
    "GA": (["05-17", "07-25"], True, False),
    "MD": (["05-02"], True, False),
    "MC": (["06-09"], True, False),
    "RI": (["06-09"], True, False),
    "NC": (["12-03"], True, True),
    "PV": (["07-25"], True, True),
    "VC": (["03-19", "10-09"], False, True),
}
NATIONAL = ("01-01", "01-06", "05-01", "08-15", "10-12", "11-01", "12-06", "12-08", "12-25")


@pytest.mark.parametrize("year", range(2013, 2031))
def test_national_holidays(year):
    wanted = {D(f"{year}-{day}") for day in NATIONAL} | {easter(year) - timedelta(days=2)}
    assert ES.public_holidays(year) == wanted


@pytest.mark.parametrize("region", STABLE)
def test_regional_holidays_of_2026(region):
    # The yearly resolution decides (ET art. 37.2): the stable days of the sheet, for the year that it confirms.
    own, thursday, monday = STABLE[region]
    days = ES.public_holidays(2026, f"ES-{region}")
    sunday = easter(2026)
    assert {D(f"2026-{day}") for day in own} <= days
    assert (sunday - timedelta(days=3) in days) == thursday
    if monday:
        assert sunday + timedelta(days=1) in days or region == "IB"


COURT_TERMS = [
    # start, period, region, last day, why
    ("2026-03-02", "20wd", None, "2026-03-30", "no holiday in March (LEC 133.2)"),
    ("2026-03-02", "20d", None, "2026-03-30", "days are working days (LEC 133.2)"),
    ("2026-03-02", "20wd", "ES-VC", "2026-03-31", "19 March is a holiday in Valencia"),
    ("2026-07-31", "1wd", None, "2026-09-01", "all August rests (LEC 130.2)"),
    ("2026-08-10", "5d", None, "2026-09-07", "served in August: from 1 September"),
    ("2026-12-23", "1wd", None, "2027-01-07", "24 December to 6 January rest (LOPJ 182)"),
    ("2026-01-06", "1wd", None, "2026-01-07", "7 January works"),
    ("2026-01-31", "1m", None, "2026-03-02", "28 February is a Saturday (LEC 133.3-4)"),
    ("2026-03-09", "2w", None, "2026-03-23", "weeks from date to date"),
    ("2025-03-10", "1y", None, "2026-03-10", "a year from date to date"),
    ("2026-07-15", "1m", None, "2026-09-01", "ends in August: the next working day, the earlier reading"),
    ("2026-07-01", "2m", None, "2026-09-01", "August within: the earlier reading"),
]


@pytest.mark.parametrize("row", COURT_TERMS, ids=lambda row: f"{row[0]} {row[1]} {row[-1]}")
def test_court_term(row):
    start, period, region, last, _ = row
    limit = ES.time_limit("procedural", D(start), Period.parse(period), "answer", region)
    assert limit.last_day == D(last)
    assert limit.steps[-1] == terms.GRACE


AUGUST = [
    # start, months, end in which no August counts
    ("2026-03-15", 1, "2026-04-15"),
    ("2026-07-15", 1, "2026-09-15"),
    ("2026-07-15", 2, "2026-10-15"),
    ("2026-08-10", 1, "2026-09-30"),
    ("2026-07-15", 12, "2027-09-15"),
]


@pytest.mark.parametrize(("start", "months", "end"), AUGUST)
def test_months_without_august(start, months, end):
    assert terms.without_august(D(start), months) == D(end)


@pytest.mark.parametrize(("start", "both"), [("2026-07-15", True), ("2026-03-16", False)])
def test_both_readings_over_august_are_said(start, both):
    with noting() as notes:
        limit = ES.time_limit("procedural", D(start), Period(1, "m"), "appeal")
    assert any("uncertain" in step for step in limit.steps) == both
    assert bool(notes.warnings) == both


def test_civil_term_neither_skips_nor_rolls():
    # CC 5: 1 November 2026 is a Sunday and a holiday.
    limit = ES.time_limit("civil", D("2026-10-01"), Period(1, "m"))
    assert limit.last_day == D("2026-11-01")
    assert terms.GRACE in limit.steps  # LEC 135.5


@pytest.mark.parametrize("rule", ["eu", "procedural"])
def test_terms_end_on_a_working_day_and_never_earlier_for_a_later_start(rule):
    rest = ES.is_court_rest_day if rule == "procedural" else ES.is_eu_rest_day
    for text in ("10wd", "20d", "30d", "2w", "1m"):
        last = date.min
        for start in (D("2026-01-01") + timedelta(days=n) for n in range(400)):
            end = ES.time_limit(rule, start, Period.parse(text), "opposition").last_day
            assert not rest(end)
            assert end >= last
            last = end


# ---- negotiation before court (LO 1/2025)

MASC = [
    # creditor, debtor, events, day, open, warnings, why
    ("business", "business", [], "2025-04-02", True, 0, "not needed before 2025-04-03"),
    ("business", "business", [], "2025-04-03", False, 0, "needed: no attempt"),
    ("business", "public", [], "2026-06-30", True, 0, "public bodies are out of scope (art. 3.2)"),
    ("public", "business", [], "2026-06-30", True, 0, "public bodies are out of scope (art. 3.2)"),
    ("business", "business", [event("reminder", "2026-01-02")], "2026-06-30", False, 0, "a reminder does not invite"),
    ("business", "business", invited("2026-03-02", "2026-03-04"), "2026-04-03", False, 0, "day 30"),
    ("business", "business", invited("2026-03-02", "2026-03-04"), "2026-04-04", True, 2, "day 31"),
    ("business", "consumer", invited("2026-03-02", "2026-03-04"), "2027-03-04", True, 2, "last day"),
    ("business", "business", invited("2026-03-02", "2026-03-04"), "2027-03-05", False, 0, "lapsed"),
    ("business", "business", invited("2026-03-02", channel="registered"), "2026-06-30", True, 3, "unproved"),
    ("business", "business", invited("2026-03-02", channel="email"), "2026-04-02", True, 3, "e-mail, day 31"),
    ("business", "business", invited("2026-03-02", channel="hand"), "2026-04-01", False, 0, "by hand, day 30"),
    ("business", "business", invited("2026-07-01", "2026-07-02"), "2026-06-30", False, 0, "to come"),
    ("consumer", "business", [], "2026-06-30", False, 0, "a consumer must complain first (DA 7ª)"),
    ("consumer", "business", [event("written_demand", "2026-06-29")], "2026-06-30", True, 0, "complained (DA 7ª)"),
    ("consumer", "business", [event("written_demand", "2026-07-01")], "2026-06-30", False, 0, "complains tomorrow"),
]  # fmt: skip


@pytest.mark.parametrize("row", MASC, ids=lambda row: f"{row[3]} {row[-1]}")
def test_attempt_at_negotiation(row):
    creditor, debtor, events, day, opened, warnings, _ = row
    one = claim(kind=debtor, creditor_more={"kind": creditor}, issued="2024-12-01", due="2024-12-31", events=events)
    for code in ("national_payment_order", "national_court"):
        facts = ES.route_facts(code, one, value("5000.00"), D(day))
        assert facts.open == opened, facts.why
        assert len(facts.warnings) == warnings + (code == "national_payment_order")
    for code in ("european_payment_order", "european_small_claims"):  # art. 5.3
        assert ES.route_facts(code, one, value("5000.00"), D(day)).open


def test_the_next_invitation_opens_the_court_again():
    sent = [event("formal_notice", f"{year}-03-02", received=f"{year}-03-04") for year in (2025, 2026)]
    one = claim(events=sent)
    assert masc.closed(ES.law, one, D("2026-03-10"), lambda e: e.on) is not None
    assert masc.closed(ES.law, one, D("2026-04-04"), lambda e: e.on) is None


# ---- courts, fees and costs

NAMES = [
    ("2025-06-30", "Juzgado de Primera Instancia of"),
    ("2025-07-01", "Juzgado de Primera Instancia (where already converted: Tribunal de Instancia"),
    ("2025-12-30", "Juzgado de Primera Instancia (where already converted: Tribunal de Instancia"),
    ("2025-12-31", "Tribunal de Instancia, Sección Civil"),
    (None, "Tribunal de Instancia, Sección Civil"),
    ("2012-12-31", "Juzgado de Primera Instancia of"),
]


@pytest.mark.parametrize(("day", "wanted"), NAMES)
def test_court_name_by_day(day, wanted):
    assert ES.court_name("national_court", claim(as_of=day), value("1.00")).startswith(wanted)


def test_no_court_for_the_notary():
    assert ES.court_name("uncontested_bailiff", claim(), value("1.00")) == ""
    assert not ES.route_facts("uncontested_bailiff", claim(), value("1.00"), D("2026-06-30")).open


FORMS = [
    # value (principal, interest), day, label, reaction, filed by
    (("15000.00", "0.00"), "2026-06-30", "Juicio verbal", "10wd", "lawyer"),
    (("14990.00", "10.01"), "2026-06-30", "Juicio ordinario", "20wd", "lawyer"),
    (("6000.00", "0.00"), "2024-03-19", "Juicio verbal", "10wd", "lawyer"),
    (("6000.01", "0.00"), "2024-03-19", "Juicio ordinario", "20wd", "lawyer"),
    (("6000.01", "0.00"), "2024-03-20", "Juicio verbal", "10wd", "lawyer"),
    (("2000.00", "0.00"), "2026-06-30", "Juicio verbal", "10wd", "creditor"),
    (("1990.00", "10.01"), "2026-06-30", "Juicio verbal", "10wd", "lawyer"),
]


@pytest.mark.parametrize("row", FORMS)
def test_form_of_procedure(row):
    # LEC 249.2, 250.2 by principal and accrued interest (LEC 251-252.2); lawyer above 2000 (LEC 23, 31).
    (principal, interest), day, label, reaction, filed_by = row
    facts = ES.route_facts("national_court", claim(), value(principal, interest), D(day))
    assert (facts.label, facts.debtor_reacts_within, facts.filed_by) == (label, reaction, filed_by)


def test_form_is_open_while_the_value_in_euro_is_not_known():
    facts = ES.route_facts("national_court", claim(), value("100.00", currency="SEK"), D("2026-06-30"))
    assert (facts.label, facts.fee.amount) == ("Juicio verbal u ordinario", None)
    assert facts.fee.warnings
    assert facts.costs.recoverable == eur("0.00")


FEES = [
    # route, legal form, (principal, interest), fee, uncertain, why
    ("national_payment_order", "legal_person", ("2000.00", "0.00"), "0.00", False, "exempt (art. 4.1.c)"),
    ("national_payment_order", "legal_person", ("2000.01", "0.00"), "100.00", False, "art. 7"),
    ("national_payment_order", "legal_person", ("2000.00", "0.01"), "100.00", False, "interest counts (LEC 251)"),
    ("national_payment_order", "natural_person", ("2000.01", "0.00"), "0.00", False, "art. 4.2.a"),
    ("national_court", "legal_person", ("2000.00", "0.00"), "0.00", False, "exempt"),
    ("national_court", "legal_person", ("2000.01", "0.00"), "150.00", False, "verbal"),
    ("national_court", "legal_person", ("15000.00", "0.00"), "150.00", False, "verbal"),
    ("national_court", "legal_person", ("15000.01", "0.00"), "300.00", False, "ordinary"),
    ("european_payment_order", "legal_person", ("2000.00", "0.00"), "100.00", True, "the text exempts the monitorio"),
    ("european_payment_order", "legal_person", ("2000.01", "0.00"), "100.00", False, "art. 7"),
    ("european_small_claims", "legal_person", ("2000.00", "0.00"), "0.00", True, "as verbal"),
    ("european_small_claims", "legal_person", ("5000.00", "0.00"), "150.00", True, "as verbal"),
]


@pytest.mark.parametrize("row", FEES, ids=lambda row: f"{row[0]} {row[2][0]} {row[1]}")
def test_tasa_judicial(row):
    code, form, parts, amount, uncertain, _ = row
    fee = ES.court_fee(code, claim(creditor_more={"legal_form": form}), value(*parts), D("2026-06-30"))
    assert (fee.amount, bool(fee.warnings)) == (eur(amount), uncertain)


def test_fee_by_wire_is_a_tenth_lower_and_said():
    fee = ES.court_fee("national_payment_order", claim(), value("2000.01"), D("2026-06-30"))
    assert "90.00 EUR if filed electronically" in fee.basis


def test_fee_in_other_circumstances():
    catalan = claim(debtor_more={"region": "ES-CT"})
    assert ES.court_fee("national_court", catalan, value("5000.00"), D("2026-06-30")).warnings
    # Before STC 140/2016 and before natural persons were exempt the fee is not known here.
    assert ES.court_fee("national_court", claim(), value("5000.00"), D("2016-08-14")).amount is None
    natural = claim(creditor_more={"legal_form": "natural_person"})
    assert ES.court_fee("national_court", natural, value("5000.00"), D("2015-02-28")).amount is None
    assert ES.court_fee("national_court", natural, value("5000.00"), D("2015-03-01")).amount == eur("0.00")
    order = ES.court_fee("european_payment_order", claim(), value("100.00", currency="SEK"), D("2026-06-30"))
    assert order.amount == eur("100.00")


@pytest.mark.parametrize(
    ("amount", "said"), [("2000.00", "LEC 32.5"), ("2000.01", "up to 666.67 EUR"), ("9000.00", "up to 3000.00 EUR")]
)
def test_costs_of_the_loser(amount, said):
    fee = ES.court_fee("national_court", claim(), value(amount), D("2026-06-30"))
    costs = ES.route_costs("national_court", claim(), value(amount), D("2026-06-30"), fee)
    assert said in costs.basis
    assert (costs.own, costs.recoverable) == (eur("0.00"), fee.amount)


@pytest.mark.parametrize(
    ("region", "letters", "court"),
    [
        (None, ("es",), ("es",)),
        ("ES-MD", ("es",), ("es",)),
        ("ES-CT", ("es", "ca"), ("es", "ca")),
        ("ES-IB", ("es", "ca"), ("es", "ca")),
        ("ES-VC", ("es",), ("es", "ca")),
        ("ES-GA", ("es",), ("es", "gl")),
        ("ES-PV", ("es",), ("es", "eu")),
        ("ES-NC", ("es",), ("es", "eu")),
    ],
)
def test_languages(region, letters, court):
    # LOPJ 231; Llei 22/2010 art. 128-1; a European form is in Spanish (eu.md 2.7).
    assert ES.letter_languages(region) == letters
    assert ES.languages_of_court(region) == court
    one = claim(debtor_more={"region": region})
    assert ES.route_facts("national_court", one, value("1.00"), D("2026-06-30")).languages == court
    assert ES.route_facts("european_payment_order", one, value("1.00"), D("2026-06-30")).languages == ("es",)
    assert set(court) <= {"es", *courts.CO_OFFICIAL.values()}


# ---- the debtor

NOTICES = [
    # sent, channel, delivered, last day
    ("2026-03-02", "email", "2026-03-02", "2026-04-01"),
    ("2026-03-02", "post", "2026-03-05", "2026-04-04"),
    ("2026-03-04", "registered", "2026-03-09", "2026-04-08"),
    ("2012-12-31", "email", "2012-12-31", "2013-01-30"),
]


@pytest.mark.parametrize(("sent", "channel", "delivered", "last"), NOTICES)
def test_notice(sent, channel, delivered, last):
    found = ES.notice("business", D(sent), channel)
    assert (found.delivered, found.last_day) == (D(delivered), D(last))
    assert found.first_day == found.delivered + timedelta(days=1)
    assert found.costs_due_from is None


@pytest.mark.parametrize(
    ("debtor", "forty", "negotiate"), [("business", True, True), ("consumer", False, True), ("public", True, False)]
)
def test_notice_contents(debtor, forty, negotiate):
    text = "; ".join(ES.notice(debtor, D("2026-03-02"), "registered").must_contain)
    assert ("EUR 40" in text) == forty
    assert ("MASC" in text) == negotiate
    assert "credit file" in text  # LO 3/2018 art. 20


CONTACTS = [
    # at, channel, allowed, next
    ("2026-11-23T09:00", "phone", True, "2026-11-23T09:00"),
    ("2026-11-23T08:59", "phone", False, "2026-11-23T09:00"),
    ("2026-11-23T21:00", "phone", False, "2026-11-24T09:00"),
    ("2026-11-21T12:00", "email", False, "2026-11-23T09:00"),
    ("2026-12-08T12:00", "phone", False, "2026-12-09T09:00"),
    ("2026-11-22T12:00", "post", True, "2026-11-22T12:00"),
]


@pytest.mark.parametrize(("at", "channel", "allowed", "next_at"), CONTACTS)
def test_contact_hours(at, channel, allowed, next_at):
    answer = contact(ES.contact_rule(True), datetime.fromisoformat(at), channel, ES.is_holiday)
    assert (answer.allowed, answer.next_at) == (allowed, datetime.fromisoformat(next_at))


def test_contact_caps():
    rule = ES.contact_rule(True)
    assert (rule.per_day, rule.per_week) == (1, 3)


# ---- payments and stops


def test_allocation():
    with noting() as notes:
        assert ES.allocation_order(claim()) == (("interest", "principal", "costs"), ES.allocation_basis)
    assert any("uncertain" in text for text in notes.warnings)  # no civil rule places the costs
    assert ES.allocation_order(claim(), enforced=True) == (("principal", "interest", "costs"), "LEC 654.3")


def test_stop_events():
    kinds = {stop.kind: stop for stop in reversed(ES.stop_events)}
    assert set(kinds) == {"dispute", "insolvency", "restructuring", "debt_relief", "mediation", "death"}
    assert [kind for kind, stop in kinds.items() if stop.stops == "enforcement"] == ["restructuring"]
    # TRLC 255: one month from the publication.
    assert lodging(ES, D("2026-03-31")).deadline == D("2026-04-30")


def test_conventions_are_said_with_their_confidence():
    assert {"payment_day", "year_days", "segments", "capitalisation", "allocation"} <= set(ES.conventions)
    assert {confidence for _, confidence in ES.conventions.values()} <= {"confirmed", "known", "uncertain"}
