"""Belgian law: tables of cases, reckoned by hand from the articles they name."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from adapters.be import Adapter, consumer, forum, limitation
from recovery.law.claim import Event
from recovery.law.contact import contact
from recovery.law.parameters import noting
from recovery.law.periods import Period, easter
from recovery.law.values import Addressee, ClaimValue
from recovery.money import Money
from recovery.planned import lodging
from tests.law.claims import claim as any_claim

BE = Adapter()
D = date.fromisoformat
DAY = D("2026-06-30")


def claim(creditor="BE", debtor="BE", **more):
    return any_claim(creditor, debtor, **more)


def eur(text):
    return Money.parse(text, "EUR")


def value(principal, interest="0.00", costs="0.00", currency="EUR"):
    return ClaimValue(*(Money.parse(part, currency) for part in (principal, interest, costs)))


def event(kind, on, **more):
    return {"kind": kind, "on": on, **more}


def reminder(on, channel="email"):
    return event("reminder", on, channel=channel)


def demanded(on, **more):
    return event("written_demand", on, **more)


def invoice(due, amount="1000.00", issued=None, **more):
    return {"amount": amount, "currency": "EUR", "issued": issued or before(due), "due": due, **more}


def before(due):
    """Return the day of an invoice that is due within 30 days."""
    return (D(due) - timedelta(days=30)).isoformat()


# ---- rates (Law of 2 Aug 2002 art. 5; Law of 5 May 1865 art. 2)

COMMERCIAL = [
    # first day, last day, new contracts, contracts from before 2013-03-16, confidence
    ("2013-01-01", "2013-03-15", "8.00", "8.00", "confirmed"),
    ("2013-03-16", "2013-06-30", "9.00", "8.00", "confirmed"),
    ("2013-07-01", "2013-12-31", "8.50", "7.50", "confirmed"),
    ("2014-01-01", "2015-03-15", "8.50", "7.50", "confirmed"),
    ("2015-03-16", "2016-06-30", "8.50", "8.50", "confirmed"),
    ("2016-07-01", "2022-12-31", "8.00", "8.00", "confirmed"),
    ("2023-01-01", "2023-06-30", "10.50", "10.50", "confirmed"),
    ("2023-07-01", "2023-12-31", "12.00", "12.00", "known"),
    ("2024-01-01", "2024-12-31", "12.50", "12.50", "confirmed"),
    ("2025-01-01", "2025-06-30", "11.50", "11.50", "confirmed"),
    ("2025-07-01", "2026-06-30", "10.50", "10.50", "confirmed"),
    ("2026-07-01", "2026-12-31", "10.50", "10.50", "uncertain"),
]
CIVIL = {
    2013: "2.75", 2014: "2.75", 2015: "2.50", 2016: "2.25", 2017: "2.00", 2018: "2.00", 2019: "2.00",
    2020: "1.75", 2021: "1.75", 2022: "1.50", 2023: "5.25", 2024: "5.75", 2025: "4.50", 2026: "4.50",
}  # fmt: skip


@pytest.mark.parametrize("row", COMMERCIAL)
def test_commercial_rate_holds_from_its_first_to_its_last_day(row):
    first, last, new, old, confidence = row
    for key, percent in (("interest.commercial", new), ("interest.commercial_old", old)):
        for day in (D(first), D(last)):
            dated = BE.law[key].on(day)
            assert (dated.value, dated.confidence) == (Decimal(percent), confidence)


@pytest.mark.parametrize(("year", "percent"), CIVIL.items())
def test_civil_rate_of_a_calendar_year(year, percent):
    for day in (date(year, 1, 1), date(year, 12, 31)):
        assert (BE.law["interest.civil"].on(day).value, BE.law["interest.civil"].on(day).confidence) == (
            Decimal(percent),
            "confirmed",
        )


@pytest.mark.parametrize(
    ("signed", "key"), [("2013-03-15", "interest.commercial_old"), ("2013-03-16", "interest.commercial")]
)
def test_contract_decides_the_column(signed, key):
    assert BE.interest_terms(claim(contract={"date": signed})).parameter.key == key


# ---- due day

DUE = [
    # creditor, debtor, issued, due, agreed days, contract, last day for payment, noted, why
    ("business", "business", "2026-03-01", None, None, None, "2026-03-31", 0, "30 days (art. 4)"),
    ("business", "business", "2026-03-01", "2026-04-30", None, None, "2026-04-30", 0, "60 days hold"),
    ("business", "business", "2026-03-01", "2026-05-01", None, None, "2026-03-31", 0, "61 days count as none: 30"),
    ("business", "business", "2022-02-01", "2022-05-01", None, "2022-01-31", "2022-03-03", 1, "an older contract"),
    ("business", "business", "2022-01-31", "2022-05-01", None, None, "2022-05-01", 0, "before 2022-02-01"),
    ("business", "public", "2026-03-01", "2026-03-31", None, None, "2026-03-31", 0, "30 days hold"),
    ("business", "public", "2026-03-01", "2026-04-01", None, None, "2026-03-31", 1, "31 days; health care may have 60"),
    ("business", "public", "2013-03-15", "2013-06-01", None, None, "2013-06-01", 0, "before 2013-03-16"),
    ("business", "consumer", "2026-03-01", None, 90, None, "2026-05-30", 0, "as agreed"),
    ("business", "consumer", "2026-03-01", None, None, None, "2026-03-01", 0, "at once"),
    ("public", "business", "2026-03-01", None, None, None, "2026-03-01", 0, "outside the Law of 2 Aug 2002"),
]


@pytest.mark.parametrize("row", DUE, ids=lambda row: row[-1])
def test_due_day(row):
    creditor, debtor, issued, due, agreed, signed, wanted, noted, _ = row
    one = claim(
        kind=debtor,
        issued=issued,
        due=due,
        creditor_more={"kind": creditor},
        contract={"agreed_term_days": agreed, "date": signed},
    )
    with noting() as notes:
        assert BE.due_day(one, one.invoices[0]) == D(wanted)
    assert len(notes.warnings) == noted


# ---- interest

STARTS = [
    # creditor size, debtor, rate, events, first day, claimable from, why
    ("sme", "business", None, [], "2026-02-10", None, "the day after (art. 5)"),
    ("sme", "consumer", None, [], None, None, "no notice, no interest (CC 5.240)"),
    ("sme", "consumer", None, [reminder("2026-06-01")], "2026-06-02", None, "by e-mail: from the day after"),
    ("sme", "consumer", None, [reminder("2026-03-03", "post")], "2026-03-07", None, "by post: third working day"),
    ("sme", "consumer", None, [demanded("2026-06-01", received="2026-06-03")], "2026-06-04", None, "from receipt"),
    ("sme", "consumer", None, [event("served", "2026-06-01")], "2026-06-02", None, "the summons is a notice"),
    ("sme", "consumer", None, [event("lawsuit", "2026-06-01")], "2026-06-02", None, "the citation is a notice"),
    ("sme", "consumer", None, [reminder("2026-02-09")], None, None, "sent on the due day: before default"),
    ("sme", "consumer", "10.50", [reminder("2026-09-01")], "2026-09-02", "2026-09-16", "SME: from dispatch"),
    ("large", "consumer", "10.50", [reminder("2026-09-01")], "2026-09-16", None, "large: after the 14 days"),
    ("sme", "consumer", "10.50", [demanded("2026-09-01")], None, None, "a clause needs the free reminder"),
]  # fmt: skip


@pytest.mark.parametrize("row", STARTS, ids=lambda row: row[-1])
def test_interest_start(row):
    size, debtor, rate, events, first, claimable, _ = row
    one = claim(kind=debtor, creditor_more={"size": size}, contract={"rate": rate}, events=events)
    start = BE.interest_start(one, one.invoices[0])
    assert start.first_day == (D(first) if first else None)
    assert start.claimable_from == (D(claimable) if claimable else None)


def test_each_debt_needs_its_own_reminder():
    # CEL XIX.2: what fell due after the reminder has had none.
    one = claim(
        kind="consumer", invoices=[invoice("2026-02-09"), invoice("2026-04-09")], events=[reminder("2026-03-02")]
    )
    assert [BE.interest_start(one, part).first_day for part in one.invoices] == [D("2026-03-03"), None]


def test_public_creditor_needs_a_formal_notice():
    # CC 5.240: a plain reminder is a notice under CEL XIX.2 alone.
    for kind, first in (("reminder", None), ("formal_notice", D("2026-06-02"))):
        one = claim(creditor_more={"kind": "public"}, events=[event(kind, "2026-06-01", channel="email")])
        assert BE.interest_start(one, one.invoices[0]).first_day == first


CEILINGS = [
    # debtor, rate, as of, waived, why
    ("consumer", "10.50", "2026-10-15", False, "at the ceiling of 2026"),
    ("consumer", "10.51", "2026-10-15", True, "above: void (CEL XIX.4)"),
    ("consumer", "11.50", "2025-06-30", False, "11.50 in the first half of 2025"),
    ("consumer", "11.50", "2025-07-01", True, "10.50 from July 2025"),
    ("consumer", "10.50", "2027-03-01", False, "after the last known rate: by that one"),
    ("consumer", "10.50", None, False, "no day of assessment: by the due day"),
    ("business", "20.00", "2026-10-15", False, "free between enterprises (art. 7)"),
]


@pytest.mark.parametrize("row", CEILINGS, ids=lambda row: row[-1])
def test_ceiling_of_a_consumers_rate(row):
    debtor, rate, as_of, waived, _ = row
    one = claim(
        kind=debtor, due="2025-01-10", issued="2025-01-01", contract={"rate": rate}, as_of=as_of,
        events=[reminder("2025-01-20")],
    )  # fmt: skip
    terms = BE.interest_terms(one)
    assert (terms.regime, terms.waived, bool(terms.warnings)) == ("contractual", waived, waived)


# ---- costs

BRACKETS = [
    # balance, most of the clause (CEL XIX.4)
    ("0.01", "20"),
    ("150.00", "20"),
    ("150.01", "30.001"),
    ("215.00", "36.5"),
    ("320.00", "47"),
    ("500.00", "65"),
    ("500.01", "65.0005"),
    ("1000.00", "90"),
    ("39200.00", "2000"),
    ("39200.01", "2000"),
    ("60000.00", "2000"),
]


@pytest.mark.parametrize(("balance", "most"), BRACKETS)
def test_ceiling_of_a_consumers_penalty(balance, most):
    assert consumer.penalty_ceiling(BE.law, Decimal(balance), DAY) == Decimal(most)


PENALTIES = [
    # clause, currency, events, payments, costs on 2026-06-30, why
    ("ceiling", [reminder("2026-06-15")], [], [("90.00", "2026-06-30")], "the term ends on 29 June"),
    ("ceiling", [reminder("2026-06-16")], [], [], "the term ends on 30 June"),
    ("ceiling", [], [], [], "no reminder, no clause (CEL XIX.2)"),
    ("none", [reminder("2026-03-02")], [], [], "no clause, no lump sum"),
    ("90.00", [reminder("2026-03-02")], [], [("90.00", "2026-03-17")], "at the ceiling"),
    ("90.01", [reminder("2026-03-02")], [], [], "above the ceiling: void"),
    ("ceiling", [reminder("2026-03-02")], [("2026-03-16", "700.00")], [("45.00", "2026-03-17")], "paid in time"),
    ("ceiling", [reminder("2026-03-02")], [("2026-03-17", "700.00")], [("90.00", "2026-03-17")], "paid too late"),
    ("ceiling", [reminder("2026-03-02")], [("2026-03-16", "1000.00")], [], "all paid in time"),
    ("ceiling", [reminder("2026-02-09")], [], [], "sent before default"),
    ("50.00", [reminder("2026-03-02"), reminder("2026-04-02")], [], [("50.00", "2026-03-17")], "once"),
]


@pytest.mark.parametrize("row", PENALTIES, ids=lambda row: row[-1])
def test_consumers_penalty(row):
    clause, events, payments, wanted, _ = row
    paid = [{"on": on, "amount": amount, "currency": "EUR"} for on, amount in payments]
    one = claim(kind="consumer", contract={"penalty": clause}, events=events, payments=paid)
    assert [(str(cost.amount), cost.due_from.isoformat()) for cost in BE.costs(one, DAY)] == wanted


@pytest.mark.parametrize(("clause", "wanted"), [("ceiling", ["90.00", "65.00"]), ("50.00", ["50.00"])])
def test_each_reminder_brings_its_own_debts(clause, wanted):
    # Brackets by the balance of each reminder's debts; an agreed sum is owed once.
    both = [invoice("2026-02-09"), invoice("2026-04-09", "500.00")]
    sent = [reminder("2026-03-02"), reminder("2026-05-04")]
    one = claim(kind="consumer", invoices=both, contract={"penalty": clause}, events=sent)
    assert [str(cost.amount) for cost in BE.costs(one, DAY)] == wanted


def supply(*months, agreed=True, kind="utilities", on=None, currency="EUR"):
    days = [f"{month}-15" for month in months]
    sent = on or [f"{month}-20" for month in months]
    return claim(
        kind="consumer",
        contract={"kind": kind, "reminder_fee_agreed": agreed},
        invoices=[{**invoice(day, "50.00"), "currency": currency} for day in days],
        events=[reminder(day) for day in sent],
    )


FOUR = ("2026-01", "2026-02", "2026-03", "2026-04")
SUPPLY = [
    # claim, days of the fees, why (CEL XIX.2)
    (supply(*FOUR), ["2026-04-20"], "the fourth due date of the year"),
    (supply(*FOUR, "2026-05"), ["2026-04-20", "2026-05-20"], "each one after it"),
    (supply(*FOUR[:3]), [], "three are free"),
    (supply("2025-11", "2025-12", "2026-01", "2026-02"), [], "two in each year"),
    (supply(*FOUR, on=["2026-04-20"]), [], "one reminder for all: the first of each is free"),
    (supply(*FOUR, agreed=False), [], "not agreed"),
    (supply(*FOUR, kind="services"), [], "no regular supply"),
    (supply(*FOUR, currency="SEK"), [], "the fee is in euro"),
    (supply("2023-01", "2023-02", "2023-03", "2023-04"), [], "before Book XIX"),
]


@pytest.mark.parametrize(("one", "days", "why"), SUPPLY, ids=[row[-1] for row in SUPPLY])
def test_reminders_of_a_regular_supply(one, days, why):
    fees = [cost for cost in BE.costs(one, DAY) if cost.kind == "reminder_fee"]
    assert [cost.due_from for cost in fees] == [D(day) for day in days], why
    assert all(str(cost.amount) == "7.50" for cost in fees)


BUSINESS = [
    # debtor, contract, costs (kind, amount), noted, why
    ("business", {}, [("flat_compensation", "40.00")], 0, "art. 6"),
    ("public", {}, [("flat_compensation", "40.00")], 0, "art. 6"),
    ("business", {"date": "2013-03-15"}, [], 0, "a contract from before 2013-03-16"),
    ("business", {"penalty": "100.00"}, [("flat_compensation", "40.00"), ("penalty", "100.00")], 0, "10 %"),
    ("business", {"penalty": "100.01"}, [("flat_compensation", "40.00"), ("penalty", "100.01")], 1, "above: moderated"),
    ("business", {"penalty": "ceiling"}, [("flat_compensation", "40.00")], 0, "no ceiling between enterprises"),
]


@pytest.mark.parametrize("row", BUSINESS, ids=lambda row: row[-1])
def test_costs_between_enterprises(row):
    debtor, contract, wanted, noted, _ = row
    with noting() as notes:
        found = BE.costs(claim(kind=debtor, contract=contract), DAY)
    assert [(cost.kind, str(cost.amount)) for cost in found] == wanted
    assert len(notes.warnings) == noted


@pytest.mark.parametrize(("signed", "article"), [("2022-12-31", "oCC 1226-1231"), ("2023-01-01", "CC 5.88")])
def test_penalty_by_the_code_of_the_contract(signed, article):
    one = claim(contract={"penalty": "50.00", "date": signed})
    assert BE.costs(one, DAY)[-1].basis.startswith(article)
    assert not [cost for cost in BE.costs(one, D("2026-02-09")) if cost.kind == "penalty"]  # due that day, not late


def test_fixed_sum_for_each_late_invoice():
    # CJEU C-585/20
    one = claim(invoices=[invoice("2026-02-09"), invoice("2026-06-29"), invoice("2026-06-30")])
    assert [cost.due_from for cost in BE.costs(one, DAY)] == [D("2026-02-10"), D("2026-06-30")]


ANNOUNCED = [
    ("business", "ceiling", "EUR", None),
    ("consumer", "ceiling", "EUR", "90.00"),
    ("consumer", "90.01", "EUR", None),
    ("consumer", None, "EUR", None),
    ("consumer", "ceiling", "SEK", None),
]


@pytest.mark.parametrize(("debtor", "clause", "currency", "wanted"), ANNOUNCED)
def test_clause_that_the_first_reminder_announces(debtor, clause, currency, wanted):
    found = BE.consequence_costs(claim(kind=debtor, currency=currency, contract={"penalty": clause}))
    assert found == (eur(wanted) if wanted else None)


WARNED = [
    # contract, due, currency, part of the warning
    ({"penalty": "500.00"}, "2026-02-09", "EUR", "void"),
    ({"penalty": "ceiling"}, "2026-02-09", "SEK", "in EUR"),
    ({"penalty": "ceiling", "kind": "utilities"}, "2026-02-09", "EUR", "stricter"),
    ({"date": "2023-08-31"}, "2023-11-30", "EUR", "older contract"),
    ({"date": "2023-08-31"}, "2023-12-01", "EUR", None),
    ({"date": "2023-09-01"}, "2023-11-30", "EUR", None),
]


@pytest.mark.parametrize(("contract", "due", "currency", "part"), WARNED)
def test_warnings_of_a_consumers_clauses(contract, due, currency, part):
    one = claim(kind="consumer", issued=before(due), due=due, currency=currency, contract=contract)
    with noting() as notes:
        BE.costs(one, D(due))
    found = [*BE.interest_terms(one).warnings, *notes.warnings]
    assert [part in text for text in found] == ([True] if part else [])
    assert not BE.interest_terms(claim(contract=contract)).warnings


# ---- limitation

TERMS = [
    # contract, debtor, debtor's country, years, warned, article
    ({"kind": "services"}, "business", "BE", 10, False, "oCC 2262bis"),
    ({"kind": "other"}, "consumer", "BE", 10, False, "oCC 2262bis"),
    ({"kind": "goods"}, "business", "BE", 10, False, "oCC 2262bis"),
    ({"kind": "goods"}, "consumer", "BE", 1, True, "oCC 2272"),
    ({"kind": "utilities"}, "business", "BE", 5, False, "oCC 2277"),
    ({"kind": "rent"}, "business", "BE", 5, False, "oCC 2277"),
    ({"kind": "professional_fee"}, "business", "BE", 5, True, "oCC 2276bis"),
    ({"kind": "carriage"}, "business", "BE", 1, False, "CMR art. 32"),
    ({"kind": "goods"}, "business", "NL", 4, True, "UN Limitation Convention"),
    ({"kind": "goods", "date": "2009-02-28"}, "business", "NL", 10, False, "oCC 2262bis"),
    ({"kind": "goods"}, "consumer", "NL", 1, True, "oCC 2272"),
]


@pytest.mark.parametrize("row", TERMS)
def test_limitation_term(row):
    contract, debtor, country, years, warned, article = row
    one = claim(debtor=country, kind=debtor, contract=contract)
    term = BE.limitation_term(one, one.invoices[0])
    assert (term.years, term.starts_on, bool(term.warnings)) == (years, D("2026-02-09"), warned)
    assert article in term.basis


OWN_MOTION = [
    ("business", "2026-06-30", False),
    ("consumer", "2024-09-30", False),
    ("consumer", "2024-10-01", True),
    ("consumer", None, True),
]


@pytest.mark.parametrize(("debtor", "as_of", "own"), OWN_MOTION)
def test_limitation_raised_by_the_court_itself(debtor, as_of, own):
    # oCC 2223(2), from 2024-10-01
    one = claim(kind=debtor, issued="2024-01-10", due="2024-02-09", as_of=as_of)
    assert ("by the court itself" in BE.limitation_term(one, one.invoices[0]).basis) == own


LETTER = {"by": "lawyer", "channel": "registered"}
INTERRUPTIONS = [
    # event, sender and channel, effect, years, why
    ("lawyer_notice", LETTER, "extend_to", 1, "a lawyer's registered letter (oCC 2244(2))"),
    ("lawyer_notice", {"channel": "registered"}, "extend_to", 1, "a lawyer's notice by its name"),
    ("formal_notice", {"by": "bailiff", "channel": "registered"}, "extend_to", 1, "a bailiff's"),
    ("lawyer_notice", {"by": "lawyer"}, "none", None, "not registered"),
    ("formal_notice", {"channel": "registered"}, "none", None, "the creditor's own"),
    ("formal_notice", {"by": "collector", "channel": "registered"}, "none", None, "a collector's"),
    ("acknowledgement", {"by": "debtor"}, "restart", None, "oCC 2248"),
    ("lawsuit", {}, "pending", None, "oCC 2244(1)"),
    ("payment_order_applied", {}, "pending", None, "oCC 2244(1)"),
    ("served", {}, "pending", None, "oCC 2244(1)"),
    ("insolvency", {}, "pending", None, "oCC 2244(1)"),
    ("judgment", {}, "restart", 10, "oCC 2262bis"),
    ("opposition", {}, "none", None, "no effect"),
    ("served", LETTER, "pending", None, "a writ is no letter"),
]


@pytest.mark.parametrize("row", INTERRUPTIONS, ids=lambda row: f"{row[0]} {row[-1]}")
def test_interruption(row):
    kind, more, effect, years, _ = row
    found = BE.interruption(claim(), Event(kind=kind, on=D("2026-03-02"), **more))
    assert (found.effect, found.on, found.years) == (effect, D("2026-03-02"), years)


def test_letter_extends_once_and_in_belgium_only():
    first, second = (event("lawyer_notice", day, **LETTER) for day in ("2026-02-02", "2026-04-02"))
    both = claim(events=[first, second])
    assert [BE.interruption(both, one).effect for one in both.events] == ["extend_to", "none"]
    assert BE.interruption(claim(debtor="NL", events=[first]), both.events[0]).effect == "none"


def test_letter_before_the_law_of_2013_neither_extends_nor_uses_it_up():
    # oCC 2244(2) from 2013-07-11
    one = claim(
        issued="2013-01-10", due="2013-02-09",
        events=[event("lawyer_notice", day, **LETTER) for day in ("2013-07-10", "2013-07-11")],
    )  # fmt: skip
    assert [BE.interruption(one, sent).effect for sent in one.events] == ["none", "extend_to"]


def test_written_acknowledgement_of_goods_gives_the_ordinary_term():
    # oCC 2274; a payment is an acknowledgement, but none in writing.
    goods = {"kind": "goods"}
    one = claim(kind="consumer", contract=goods, events=[event("acknowledgement", "2026-03-02", by="debtor")])
    assert BE.interruption(one, one.events[0]).years == 10
    assert BE.interruption(claim(kind="consumer", contract=goods), one.events[0]).years is None
    assert limitation.term_key(BE.law, one) == "consumer_goods"


# ---- calendar

FIXED = ("01-01", "05-01", "07-21", "08-15", "11-01", "11-11", "12-25")


@pytest.mark.parametrize("year", range(2013, 2031))
def test_public_holidays(year):
    # RD of 18 April 1974; Easter and Pentecost are Sundays.
    sunday = easter(year)
    wanted = {D(f"{year}-{day}") for day in FIXED} | {sunday + timedelta(days=n) for n in (1, 39, 50)}
    assert {day for day in BE.public_holidays(year) if day not in (sunday, sunday + timedelta(days=49))} == wanted


@pytest.mark.parametrize(
    ("year", "days"),
    [(2026, ["2026-04-06", "2026-05-14", "2026-05-25"]), (2027, ["2027-03-29", "2027-05-06", "2027-05-17"])],
)
def test_moving_holidays_of_the_sheet(year, days):
    assert {D(day) for day in days} <= BE.public_holidays(year)
    assert easter(year) - timedelta(days=2) not in BE.public_holidays(year)  # Good Friday works
    assert date(year, 12, 26) not in BE.public_holidays(year)


COURT_TERMS = [
    # start, period, act, last day, why
    ("2025-09-23", "1m", "appeal", "2025-10-23", "JC 54"),
    ("2025-01-30", "1m", "appeal", "2025-02-28", "JC 54: month too short"),
    ("2026-01-31", "1m", "answer", "2026-03-02", "28 February is a Saturday (JC 53)"),
    ("2026-06-29", "1m", "appeal", "2026-07-29", "begins before the vacation"),
    ("2026-06-30", "1m", "appeal", "2026-09-15", "begins on 1 July, ends within (JC 50(2))"),
    ("2026-06-30", "1m", "opposition", "2026-09-15", "opposition alike"),
    ("2026-06-30", "1m", "answer", "2026-07-31", "an answer knows no vacation"),
    ("2026-07-31", "1m", "appeal", "2026-09-15", "ends on 31 August"),
    ("2026-08-01", "1m", "appeal", "2026-09-01", "ends after the vacation"),
    ("2026-11-30", "1m", "opposition", "2026-12-31", "JC 52, 54: from 1 December to the eve of 1 January"),
    ("2025-02-28", "1m", "appeal", "2025-03-31", "JC 54: the eve of 1 April"),
    ("2026-04-30", "3m", "answer", "2026-07-31", "JC 54: the eve of 1 August"),
    ("2025-12-31", "1y", "other", "2026-12-31", "JC 54: the eve of 1 January"),
    ("2025-01-29", "1m", "other", "2025-02-28", "JC 54: day 1 is the 30th; February has none"),
    ("2025-01-31", "1m", "other", "2025-02-28", "JC 54: the eve of 1 March"),
    ("2029-07-02", "1m", "appeal", "2029-09-17", "15 September 2029 is a Saturday (JC 53)"),
    ("2026-12-24", "1d", "other", "2026-12-28", "Christmas, Saturday, Sunday"),
]


@pytest.mark.parametrize("row", COURT_TERMS, ids=lambda row: f"{row[0]} {row[2]} {row[-1]}")
def test_court_term(row):
    start, period, act, last, _ = row
    limit = BE.time_limit("procedural", D(start), Period.parse(period), act)
    assert limit.last_day == D(last)
    assert any("JC 55" in step for step in limit.steps) == (act != "other")


ABROAD = [
    # start, period, act, country, region, last day, why (JC 55)
    ("2026-03-02", "1m", "opposition", "FR", None, "2026-04-17", "15 days: a neighbouring state"),
    ("2026-03-02", "1m", "appeal", "GB", None, "2026-04-17", "15 days: the United Kingdom"),
    ("2026-03-02", "1m", "appeal", "ES", None, "2026-05-04", "30 days end on Saturday 2 May"),
    ("2026-03-02", "1m", "appeal", "US", None, "2026-06-22", "80 days end on Sunday 21 June"),
    ("2026-03-02", "1m", "appeal", "FR", "FR-974", "2026-06-22", "Réunion lies in another part of the world"),
    ("2026-03-02", "8d", "answer", "SE", None, "2026-04-09", "a summons: 8 and 30 days (JC 707, 709)"),
    ("2026-03-02", "1m", "opposition", "BE", None, "2026-04-02", "lives in Belgium"),
    ("2026-03-02", "1m", "payment", "ES", None, "2026-04-02", "no act for which the law gives more"),
    ("2026-06-30", "1m", "appeal", "FR", None, "2026-09-15", "31 July and 15 days still end in the vacation"),
    (
        "2026-06-30",
        "1m",
        "appeal",
        "ES",
        None,
        "2026-09-15",
        "31 July and 30 days end on Sunday 30 August: Monday, still in it",
    ),
]


@pytest.mark.parametrize("row", ABROAD, ids=lambda row: f"{row[2]} {row[3]} {row[-1]}")
def test_a_party_abroad_has_more_time(row):
    start, period, act, country, region, last, _ = row
    where = Addressee(country, region)
    limit = BE.time_limit_of("procedural", D(start), Period.parse(period), act, None, where)
    assert limit.last_day == D(last)
    assert any("JC 55" in step for step in limit.steps) == (country != "BE" or act == "opposition")


def test_court_terms_end_on_working_days_and_later_starts_end_later_save_by_the_vacation():
    last = date.min
    for start in (D("2026-01-01") + timedelta(days=n) for n in range(400)):
        for act in ("appeal", "answer"):
            end = BE.time_limit("procedural", start, Period(1, "m"), act).last_day
            assert not BE.is_court_rest_day(end)
            # JC 50(2) lengthens what ends within the vacation, so a start in August ends earlier than one in July.
            assert act == "appeal" or end >= last
            last = end if act == "answer" else last


def test_eu_terms_end_on_working_days_and_never_earlier_for_a_later_start():
    for text in ("2d", "30d", "20wd", "2w", "1m"):
        last = date.min
        for start in (D("2026-01-01") + timedelta(days=n) for n in range(400)):
            end = BE.time_limit("eu", start, Period.parse(text)).last_day
            assert not BE.is_eu_rest_day(end)
            assert end >= last
            last = end


def test_civil_term_does_not_roll():
    # oCC 2260-2261: 1 February 2026 is a Sunday.
    assert BE.time_limit("civil", D("2025-02-01"), Period(1, "y")).last_day == D("2026-02-01")


# ---- the debtor

NOTICES = [
    # debtor, sent, channel, first day, last day, charges from
    ("consumer", "2026-09-01", "email", "2026-09-02", "2026-09-15", "2026-09-16"),
    ("consumer", "2026-03-03", "post", "2026-03-06", "2026-03-19", "2026-03-20"),
    ("consumer", "2026-03-03", "registered", "2026-03-06", "2026-03-19", "2026-03-20"),
    ("consumer", "2026-04-02", "post", "2026-04-08", "2026-04-21", "2026-04-22"),
    ("consumer", "2026-09-05", "email", "2026-09-06", "2026-09-21", "2026-09-22"),
    ("business", "2026-09-01", "email", "2026-09-02", "2026-09-15", None),
    ("consumer", "2023-08-31", "email", "2023-09-01", "2023-09-14", "2023-09-15"),
]


@pytest.mark.parametrize("row", NOTICES)
def test_notice(row):
    # CEL XIX.2: by post from the third working day, which is day 1; Saturdays, Sundays and holidays do not work.
    debtor, sent, channel, first, last, charges = row
    found = BE.notice(debtor, D(sent), channel)
    assert (found.first_day, found.last_day) == (D(first), D(last))
    assert found.costs_due_from == (D(charges) if charges else None)
    assert any("supervisor" in text for text in found.must_contain) == (debtor == "consumer")


CONTACTS = [
    # at, channel, allowed, next
    ("2026-11-23T08:00", "visit", True, "2026-11-23T08:00"),
    ("2026-11-23T07:59", "visit", False, "2026-11-23T08:00"),
    ("2026-11-23T21:59", "phone", True, "2026-11-23T21:59"),
    ("2026-11-23T22:00", "phone", False, "2026-11-24T08:00"),
    ("2026-11-11T10:00", "phone", False, "2026-11-12T08:00"),
    ("2026-11-22T10:00", "post", True, "2026-11-22T10:00"),
]


@pytest.mark.parametrize(("at", "channel", "allowed", "next_at"), CONTACTS)
def test_contact_hours(at, channel, allowed, next_at):
    # CEL XIX.10: never 22:00-08:00
    answer = contact(BE.contact_rule(True), datetime.fromisoformat(at), channel, BE.is_holiday)
    assert (answer.allowed, answer.next_at) == (allowed, datetime.fromisoformat(next_at))


LANGUAGES = [
    ("BE-VLG", ("nl",), ("nl",)),
    ("BE-VAN", ("nl",), ("nl",)),
    ("BE-WAL", ("fr",), ("fr",)),
    ("BE-WLG", ("fr",), ("fr",)),
    ("BE-DE", ("de",), ("de",)),
    ("BE-BRU", ("nl", "fr"), ("nl", "fr")),
    (None, ("nl",), ("nl", "fr", "de")),
    ("NL-ZH", ("nl",), ("nl", "fr", "de")),
]


@pytest.mark.parametrize(("region", "letters", "court"), LANGUAGES)
def test_languages(region, letters, court):
    assert BE.letter_languages(region) == letters
    assert BE.languages_of_court(region) == court


# ---- courts

COURTS = [
    # creditor, debtor, kind, value, day, court
    ("business", "business", "services", value("100.00"), "2026-06-30", "enterprise court"),
    ("business", "business", "services", value("100.00"), "2018-11-01", "enterprise court"),
    ("business", "business", "services", value("100.00"), "2018-10-31", "commercial court"),
    ("business", "consumer", "services", value("5000.00"), "2026-06-30", forum.PEACE),
    ("business", "consumer", "services", value("5000.01"), "2026-06-30", forum.FIRST_INSTANCE),
    ("business", "consumer", "services", value("4990.00", "10.00", "0.01"), "2026-06-30", forum.FIRST_INSTANCE),
    ("business", "consumer", "utilities", value("9000.00"), "2026-06-30", forum.PEACE),
    ("business", "consumer", "utilities", value("9000.00"), "2014-06-30", forum.FIRST_INSTANCE),
    ("business", "public", "services", value("9000.00"), "2026-06-30", forum.FIRST_INSTANCE),
    ("public", "business", "services", value("900.00"), "2026-06-30", forum.PEACE),
    ("business", "consumer", "services", value("900.00", currency="SEK"), "2026-06-30", forum.BY_VALUE),
]


@pytest.mark.parametrize("row", COURTS)
def test_court(row):
    creditor, debtor, kind, asked, day, court = row
    one = claim(kind=debtor, creditor_more={"kind": creditor}, contract={"kind": kind}, as_of=day)
    assert BE.court_name("national_court", one, asked) == f"{court} of the debtor's place"


def test_court_without_a_day_is_that_of_the_law_as_last_checked():
    assert BE.court_name("national_court", claim(), value("1.00")).startswith("enterprise court")
    assert BE.court_name("uncontested_bailiff", claim(), value("1.00")) == "bailiff, mandated by a lawyer"


FEES = [
    # route, debtor, value, day, fee
    ("national_court", "consumer", value("1000.00"), "2026-06-30", "74.00"),
    ("national_court", "consumer", value("6000.00"), "2026-06-30", "189.00"),
    ("european_payment_order", "business", value("1000.00"), "2026-06-30", "189.00"),
    ("uncontested_bailiff", "business", value("1000.00"), "2026-06-30", "0.00"),
    ("national_court", "consumer", value("1000.00", currency="SEK"), "2026-06-30", None),
    ("national_court", "consumer", value("1000.00"), "2022-09-30", None),
    ("national_court", "consumer", value("1000.00"), "2019-01-31", None),
]


@pytest.mark.parametrize(("code", "debtor", "asked", "day", "wanted"), FEES)
def test_court_fee(code, debtor, asked, day, wanted):
    # Code of registration duties 269/1 and the legal-aid fund, whose indexation is uncertain.
    fee = BE.court_fee(code, claim(kind=debtor), asked, D(day))
    assert fee.amount == (eur(wanted) if wanted else None)
    assert bool(fee.warnings) == (code != "uncontested_bailiff")


MINIMUM = [
    # claim value, minimum and base of the indemnity from 2025-03-01 (RD of 26 Oct 2007 art. 2, 6)
    ("250.00", "117.73", "235.47"),
    ("250.01", "196.22", "313.95"),
    ("750.00", "196.22", "313.95"),
    ("750.01", "313.95", "627.91"),
    ("2500.00", "313.95", "627.91"),
    ("2500.01", "588.66", "1020.35"),
    ("5000.01", "784.88", "1412.79"),
    ("10000.01", "981.10", "1726.74"),
    ("20000.01", "1569.77", "3139.53"),
    ("40000.01", "1569.77", "3924.42"),
    ("60000.01", "1569.77", "4709.30"),
    ("100000.01", "1569.77", "7848.84"),
    ("250000.01", "1569.77", "10988.37"),
    ("500000.01", "1569.77", "15697.67"),
    ("1000000.01", "1569.77", "23546.51"),
]
INDEMNITY_2022 = {
    "250.00": "225", "750.00": "300", "2500.00": "600", "5000.00": "975", "10000.00": "1350", "20000.00": "1650",
    "40000.00": "3000", "60000.00": "3750", "100000.00": "4500", "250000.00": "7500", "500000.00": "10500",
    "1000000.00": "15000", "1000000.01": "22500",
}  # fmt: skip


@pytest.mark.parametrize(("asked", "minimum", "base"), MINIMUM)
def test_indemnity_comes_back_from_the_loser(asked, minimum, base):
    fee = BE.court_fee("national_court", claim(), value(asked), DAY)
    for disputed, indemnity in ((False, minimum), (True, base)):
        costs = BE.route_costs("national_court", claim(disputed=disputed), value(asked), DAY, fee)
        assert costs.own == eur("300.00")
        assert costs.recoverable == eur("189.00") + eur("300.00") + eur(indemnity)
        assert len(costs.warnings) == 2  # citation and indemnity are uncertain


@pytest.mark.parametrize(("asked", "base"), INDEMNITY_2022.items())
def test_indemnity_of_2022(asked, base):
    fee = BE.court_fee("national_payment_order", claim(), value(asked), D("2025-02-28"))
    costs = BE.route_costs("national_payment_order", claim(disputed=True), value(asked), D("2025-02-28"), fee)
    assert costs.recoverable == eur("189.00") + Money.parse(base, "EUR")
    assert not costs.warnings


OTHER_COSTS = [
    # route, value, day, own, recoverable
    ("uncontested_bailiff", value("1000.00"), "2026-06-30", "0.00", "0.00"),
    ("european_payment_order", value("1000.00"), "2026-06-30", "0.00", "189.00"),
    ("national_payment_order", value("1000.00"), "2026-06-30", "0.00", "502.95"),
    ("national_court", value("1000.00", currency="SEK"), "2026-06-30", "300.00", "489.00"),
    ("national_court", value("1000.00"), "2027-01-01", "0.00", "0.00"),
]


@pytest.mark.parametrize(("code", "asked", "day", "own", "recoverable"), OTHER_COSTS)
def test_other_costs_of_a_route(code, asked, day, own, recoverable):
    fee = BE.court_fee(code, claim(), asked, D(day))
    costs = BE.route_costs(code, claim(), asked, D(day), fee)
    assert (costs.own, costs.recoverable) == (eur(own), eur(recoverable))


A, B = {"enterprise_number": "0203.201.340"}, {"enterprise_number": "0566.988.259"}
BAILIFF = [
    # creditor, debtor, kind of debtor, disputed, part of the reason
    (A, B, "business", False, None),
    (A, B, "business", True, "disputed"),
    (A, B, "public", False, "between enterprises"),
    (A, B, "consumer", False, "between enterprises"),
    (A, {}, "business", False, "registered"),
    ({}, B, "business", False, "registered"),
    (A, {"enterprise_number": "0203.201.341"}, "business", False, "registered"),
]


@pytest.mark.parametrize(("creditor", "debtor", "kind", "disputed", "part"), BAILIFF)
def test_gates_of_the_administrative_procedure(creditor, debtor, kind, disputed, part):
    # JC 1394/20
    one = claim(kind=kind, disputed=disputed, creditor_more=creditor, debtor_more=debtor)
    why = BE.route_closed("uncontested_bailiff", one, value("1000.00"), DAY)
    assert (part in why) if part else why is None


CAP = [
    # contract penalty, interest, costs, warned: interest and penalty above 10 % of 1000
    (None, "100.00", "40.00", None),
    (None, "100.01", "40.00", "100.01"),
    ("60.00", "40.00", "100.00", None),
    ("60.01", "40.00", "100.01", "100.01"),
    ("60.01", "40.00", "40.00", None),
    ("ceiling", "100.00", "40.00", None),
]


@pytest.mark.parametrize(("penalty", "interest", "costs", "asked"), CAP)
def test_cap_of_the_administrative_procedure(penalty, interest, costs, asked):
    one = claim(contract={"penalty": penalty}, creditor_more=A, debtor_more=B)
    found = BE.route_facts("uncontested_bailiff", one, value("1000.00", interest, costs), DAY).warnings
    assert [f"({asked} EUR)" in text and "100.00 EUR" in text for text in found] == ([True] if asked else [])


SUMMARY = [
    # debtor's country, disputed, value, part of the reason
    ("BE", False, value("1860.00"), None),
    ("BE", False, value("1860.01"), "above 1860"),
    ("BE", True, value("1860.00"), "disputed"),
    ("NL", False, value("1860.00"), "live in Belgium"),
    ("BE", False, value("1860.00", currency="SEK"), "in SEK"),
]


@pytest.mark.parametrize(("country", "disputed", "asked", "part"), SUMMARY)
def test_gates_of_the_summary_order(country, disputed, asked, part):
    # JC 1338, 1344
    why = BE.route_closed("national_payment_order", claim(debtor=country, disputed=disputed), asked, DAY)
    assert (part in why) if part else why is None
    assert BE.route_closed("national_court", claim(debtor=country, disputed=disputed), asked, DAY) is None


NOTICE_FIRST = [
    # events, day, part of the warning
    ([], "2026-06-30", "payment notice first"),
    ([event("formal_notice", "2026-06-01")], "2026-06-30", "payment notice first"),
    ([event("formal_notice", "2026-06-01", channel="registered")], "2026-06-16", "file from 2026-06-17"),
    ([event("formal_notice", "2026-06-01", channel="registered")], "2026-06-17", None),
    ([event("formal_notice", "2026-06-01", by="bailiff")], "2026-06-17", None),
    ([event("lawyer_notice", "2026-06-01", channel="registered", received="2026-06-04")], "2026-06-19", "2026-06-20"),
    ([event("formal_notice", "2026-06-01", channel="registered")], "2026-05-31", "payment notice first"),
]


@pytest.mark.parametrize(("events", "day", "part"), NOTICE_FIRST)
def test_payment_notice_of_the_summary_order(events, day, part):
    # JC 1339
    one = claim(kind="consumer", events=events)
    found = BE.route_facts("national_payment_order", one, value("1000.00"), D(day)).warnings
    assert [part in text for text in found] == ([True] if part else [])


def test_other_warnings_of_the_summary_order():
    sent = [event("formal_notice", "2026-03-02", channel="registered")]
    asked = value("1860.00", "10.00", "40.00")
    found = BE.route_facts("national_payment_order", claim(events=sent), asked, DAY).warnings
    assert ["ask less" in found[0], "enterprise court" in found[1], len(found)] == [True, True, 2]
    foreign = BE.route_facts("national_payment_order", claim(events=sent), value("9.00", currency="SEK"), DAY)
    assert not foreign.open


# ---- payments and stops


def test_allocation():
    with noting() as notes:
        order, basis = BE.allocation_order(claim())
    assert (order, basis) == (("costs", "interest", "principal", "penalty"), BE.allocation_basis)
    assert any("uncertain" in text for text in notes.warnings)


def test_stop_events():
    kinds = {stop.kind: stop for stop in BE.stop_events}
    assert set(kinds) == {
        "dispute", "insolvency", "restructuring", "debt_relief", "mediation", "death", "incapacity"
    }  # fmt: skip
    assert [kind for kind, stop in kinds.items() if stop.stops == "enforcement"] == ["restructuring"]
    # CEL XX.155: the date in the judgment, at most 30 days; JC 1675/9: one month.
    assert lodging(BE, D("2026-03-02")).deadline == D("2026-04-01")
    assert kinds["debt_relief"].lodge_within == "1m"


def test_conventions_are_said_with_their_confidence():
    assert {"payment_day", "year_days", "segments", "capitalisation", "allocation"} <= set(BE.conventions)
    assert {confidence for _, confidence in BE.conventions.values()} <= {"confirmed", "known", "uncertain"}
