"""One claim, all answers: what is refused, which law and court answer, what is closed, and what comes next.

Days of interest from 10 February 2026, the day after the due day, through 10 June: 19 + 31 + 30 + 31 + 10 = 121;
where the law leaves the day of payment out (NL): 120.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from datetime import date as D
from pathlib import Path

import pytest

import adapters
from recovery.errors import Faults, IntakeError, LawError
from recovery.law.claim import parse_claim
from recovery.law.debts import debts_of
from recovery.law.procedure import plan
from recovery.law.values import ROUTE_CODES, Step
from recovery.money import Money
from recovery.planned import lodging, planned_steps, term_end
from recovery.quote import assess_under, compare, day_of, quote
from recovery.registry import adapter_of, countries
from tests.law.claims import claim

TODAY = D(2026, 6, 10)
FOLDERS = Path(adapters.__file__).parent
LETTERS = [
    {"kind": "reminder", "on": "2026-03-02", "channel": "email"},
    {"kind": "formal_notice", "on": "2026-04-01", "channel": "registered", "wording": "receipt_based"},
]


def planned(facts, on):
    return planned_steps(debts_of(adapter_of(facts.debtor.country), facts), on, {})


# ---- bad input


PLAIN = {
    "creditor": {"country": "BE"},
    "debtor": {"country": "NL", "kind": "business"},
    "contract": {},
    "invoices": [{"number": "1", "amount": "1000.00", "currency": "EUR", "issued": "2026-01-10", "due": "2026-02-09"}],
    "payments": [{"on": "2026-03-02", "amount": "100.00", "currency": "EUR"}],
}
SECOND = {"amount": "10.00", "currency": "SEK", "issued": "2026-01-10"}
GONE = object()
BAD = [
    # where, what, code, field, words of the message
    (("invoices", 0, "amount"), "1000.005", "too_many_decimals", "invoices.amount", "EUR has 2 decimals"),
    (("invoices", 0, "amount"), "1,000.00", "bad_amount", "invoices.amount", "not a number"),
    (("invoices", 0, "amount"), "0.00", "bad_amount", "invoices.amount", "more than zero"),
    (("invoices", 0, "amount"), "-1.00", "bad_amount", "invoices.amount", "more than zero"),
    (("payments", 0, "amount"), "1.005", "too_many_decimals", "payments.amount", "EUR has 2 decimals"),
    (("payments", 0, "currency"), "SEK", "currency_mismatch", "payments.currency", "convert it at its value date"),
    (("invoices", 1), SECOND, "invalid_claim", "claim", "invoices of one claim have one currency"),
    (("invoices",), [], "invalid_claim", "invoices", "at least 1 item"),
    (("invoices", 0, "issued"), "2026-02-30", "invalid_claim", "invoices.0.issued", "write it as 2026-01-31"),
    (("invoices", 0, "issued"), "10/01/2026", "invalid_claim", "invoices.0.issued", "'10/01/2026' is not a date"),
    (("invoices", 0, "due"), "2026-01-09", "invalid_claim", "invoices.0", "due 2026-01-09 lies before issued"),
    (("contract", "rate"), "8.12345", "invalid_claim", "contract.rate", "at most 4 decimals"),
    (("contract", "rate"), "1000.01", "invalid_claim", "contract.rate", "from 0 to 1000"),
    (("contract", "rate"), "-1", "invalid_claim", "contract.rate", "from 0 to 1000"),
    (("contract", "rate"), "8 %", "invalid_claim", "contract.rate", "not a number"),
    (("contract", "penalty"), "a lot", "invalid_claim", "contract.penalty", "penalty is none, ceiling or an amount"),
    (("contract", "agreed_term_days"), -1, "invalid_claim", "contract.agreed_term_days", "greater than or equal to 0"),
    (("creditor", "country"), "Belgium", "invalid_claim", "creditor.country", "two letters such as BE"),
    (("creditor", "country"), None, "invalid_claim", "creditor.country", "two letters such as BE"),
    (("debtor", "kind"), "person", "invalid_claim", "debtor.kind", "'business', 'consumer' or 'public'"),
    (("debtor", "kind"), GONE, "invalid_claim", "debtor.kind", "Field required"),
    (("debtor", "colour"), "red", "invalid_claim", "debtor.colour", "not permitted"),
]


def changed(where, what):
    data = deepcopy(PLAIN)
    *path, last = where
    place = data
    for part in path:
        place = place[part]
    if what is GONE:
        del place[last]
    elif last == 1:
        place.append(what)
    else:
        place[last] = what
    return data


@pytest.mark.parametrize(("where", "what", "code", "field", "words"), BAD)
def test_bad_input_is_named(where, what, code, field, words):
    with pytest.raises(Faults) as caught:
        parse_claim(changed(where, what))
    fault = caught.value
    assert (fault.code, words in fault.message) == (code, True), fault.message
    if where != ("contract", "penalty"):  # checked with the whole contract
        assert fault.field == field


def test_an_unknown_currency_is_named():
    data = changed(("invoices", 0, "currency"), "EURO")
    data["payments"] = []
    with pytest.raises(Faults, match="currency 'EURO': not an ISO 4217 code") as caught:
        parse_claim(data)
    assert caught.value.code == "unknown_currency"


def test_an_invoice_needs_a_date():
    data = deepcopy(PLAIN)
    del data["invoices"][0]["issued"], data["invoices"][0]["due"]
    with pytest.raises(Faults, match="an invoice needs a date: issued or due"):
        parse_claim(data)


def test_all_faults_come_at_once():
    data = changed(("invoices", 0, "amount"), "1000.005")
    data["payments"] = [{"on": "2026-03-02", "amount": "0.00", "currency": "SEK"}]
    with pytest.raises(Faults) as caught:
        parse_claim(data)
    assert [fault.code for fault in caught.value.faults] == ["too_many_decimals", "bad_amount", "currency_mismatch"]
    assert caught.value.code == "invalid_claim"


def test_what_is_no_claim_at_all():
    with pytest.raises(Faults, match=r"^claim: "):
        parse_claim("1000 EUR")


GOOD = [
    # where, what, read as
    (("contract", "rate"), "8.1234", "8.1234"),
    (("contract", "rate"), 8.5, "8.5"),  # JSON writes numbers too
    (("contract", "rate"), None, "None"),
    (("contract", "penalty"), "125.00", "125.00"),
    (("contract", "penalty"), "ceiling", "ceiling"),
    (("creditor", "country"), " be ", "BE"),
    (("creditor", "country"), "UK", "GB"),
    (("creditor", "country"), "EL", "GR"),
]


@pytest.mark.parametrize(("where", "what", "read"), GOOD)
def test_what_is_read_as_it_was_meant(where, what, read):
    told = parse_claim(changed(where, what))
    assert str(getattr(getattr(told, where[0]), where[1])) == read


DATES = [
    # issued, received, due, contract, the contract's day, the day of receipt
    ("2026-01-10", None, None, None, D(2026, 1, 10), D(2026, 1, 10)),
    ("2026-01-10", "2026-01-12", None, None, D(2026, 1, 10), D(2026, 1, 12)),
    (None, None, "2026-02-09", None, D(2026, 2, 9), D(2026, 2, 9)),
    ("2026-01-10", None, None, "2025-12-01", D(2025, 12, 1), D(2026, 1, 10)),
]


@pytest.mark.parametrize(("issued", "received", "due", "signed", "contract", "receipt"), DATES)
def test_days_that_were_not_told(issued, received, due, signed, contract, receipt):
    invoice = {"amount": "10.00", "currency": "EUR", "issued": issued, "received": received, "due": due}
    told = claim(invoices=[invoice], contract={"date": signed})
    assert (told.contract_date, told.invoices[0].received_on) == (contract, receipt)
    assert told.has_agreed_day(told.invoices[0]) is (due is not None)


@pytest.mark.parametrize(
    ("kind", "natural", "protected"), [("consumer", None, True), ("business", None, False), ("business", True, True)]
)
def test_who_is_protected_as_a_natural_person(kind, natural, protected):
    told = claim(kind=kind, debtor_more={"natural_person": natural})
    assert told.debtor.is_natural_person is protected


# ---- days that no rule answers for


def test_before_the_first_invoice_nothing_is_owed():
    with pytest.raises(LawError, match="as_of 2026-01-09 lies before the first invoice of 2026-01-10") as caught:
        quote(claim(), D(2026, 1, 9))
    assert (caught.value.code, caught.value.field) == ("as_of_before_invoice", "as_of")


@pytest.mark.parametrize("as_of", [D(2026, 1, 10), D(2026, 2, 9)])
def test_before_it_is_late_a_debt_bears_nothing_and_goes_to_no_court(as_of):
    answer = quote(claim(), as_of)
    assert (str(answer.assessment.total), answer.assessment.costs) == ("1000.00", [])
    assert [(way.available, way.why) for way in answer.routes] == [(False, "not due before 2026-02-09")] * 5


TWO = [
    {"number": "1", "amount": "600.00", "currency": "EUR", "issued": "2026-01-10", "due": "2026-02-09"},
    {"number": "2", "amount": "400.00", "currency": "EUR", "issued": "2026-05-10", "due": "2026-08-09"},
]


def test_of_several_invoices_the_first_opens_the_claim():
    """The first is issued on 10 January and late on 10 February; the second has not even fallen due in June."""
    with pytest.raises(LawError, match="lies before the first invoice of 2026-01-10"):
        quote(claim(invoices=TWO), D(2026, 1, 9))
    assert not any(way.available for way in quote(claim(invoices=TWO), D(2026, 2, 9)).routes)
    assert any(way.available for way in quote(claim(invoices=TWO), TODAY).routes)


def test_an_invoice_counts_from_its_issue_even_before_it_is_received():
    late = {**TWO[0], "received": "2026-01-14"}
    assert str(quote(claim(invoices=[late]), D(2026, 1, 12)).assessment.total) == "600.00"
    with pytest.raises(LawError, match="before the first invoice of 2026-01-10"):
        quote(claim(invoices=[late]), D(2026, 1, 9))


@pytest.mark.parametrize("country", countries())
def test_before_2013_no_rate_is_known(country):
    told = claim(country, country, issued="2001-01-10", due="2001-02-09")
    with pytest.raises(LawError, match=f"{country}: .* known only from 20") as caught:
        quote(told, D(2011, 6, 1))
    assert caught.value.code == "rule_not_known"


@pytest.mark.parametrize("country", countries())
def test_after_the_confirmed_period_a_quote_is_provisional_and_says_why(country):
    """The interest of the last confirmed day stays what it was: no rate is guessed for the days after it."""
    rate = adapter_of(country).law["interest.commercial"]
    known = quote(claim(country, country), rate.confirmed_through + timedelta(days=1))
    later = quote(claim(country, country), rate.confirmed_through + timedelta(days=60))
    assert later.provisional
    why = f"confirmed only through {rate.confirmed_through}; interest runs to that day"
    assert any(text.startswith(f"{country}: interest.") and text.endswith(why) for text in later.warnings)
    assert later.assessment.interest == known.assessment.interest
    assert later.assessment.interest.minor > 0


def test_a_quote_within_the_confirmed_period_is_final():
    assert not quote(claim(), TODAY).provisional


# ---- who answers


def test_the_debtors_country_must_be_served():
    with pytest.raises(IntakeError, match=f"country DK: not served; served are {', '.join(countries())}") as caught:
        quote(claim(debtor="DK"), TODAY)
    assert (caught.value.code, caught.value.field) == ("country_not_served", "debtor.country")


def test_countries_are_found_in_order_and_in_either_case():
    assert list(countries()) == sorted(countries())
    assert {path.parent.name.upper() for path in FOLDERS.glob("*/law.toml")} <= set(countries())
    assert adapter_of("be").country == "BE"


LATE_NIGHT = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)  # 0:30 of 1 July in Amsterdam


def test_today_is_the_debtors_unless_the_claim_names_a_day():
    assert day_of(claim(), LATE_NIGHT) == D(2026, 7, 1)
    assert day_of(claim(as_of="2026-06-10"), LATE_NIGHT) == TODAY


def test_the_contract_law_is_the_creditors_and_the_courts_are_the_debtors():
    """1000.00 x 10.50 % x 121 / 365 = 34.81, and EUR 40 (Law of 2 Aug 2002 art. 5, 6)."""
    answer = quote(claim(), TODAY).as_dict()
    assert answer["applicable_law"]["substance"] == "BE"
    assert answer["applicable_law"]["procedure"] == "NL"
    assert answer["interest"]["amount"] == "34.81"
    assert [cost["amount"] for cost in answer["costs"]] == ["40.00"]
    assert answer["total"] == {"amount": "1074.81", "currency": "EUR"}
    assert {way["code"] for way in answer["routes"]} == set(ROUTE_CODES)
    assert answer["limitation"]["date"] == "2036-02-09"  # oCC 2262bis: ten years
    assert answer["warnings"] == quote(claim(), TODAY).warnings


def test_without_a_law_the_principal_alone_is_asked():
    """A Danish creditor: its law is not known here (eu.md D6)."""
    answer = quote(claim("DK", "SE"), TODAY)
    told = answer.as_dict()
    assert told["total"] == {"amount": "1000.00", "currency": "EUR"}
    assert told["limitation"] == {"date": None, "barred": False, "basis": "no supported law", "history": []}
    assert told["interest"]["starts"] is None
    assert answer.provisional
    assert "a person must decide which law applies: principal only" in answer.warnings


def test_of_a_danish_creditor_the_european_routes_stay_closed():
    answer = quote(claim("DK", "SE"), TODAY)
    why = {way.code: way.why for way in answer.routes if not way.available}
    assert why["european_payment_order"].startswith("not cross-border")
    assert why["european_small_claims"].startswith("whether a home in Denmark")
    assert [way.code for way in answer.routes if way.recommended] == ["national_payment_order"]


# ---- consumers


CHOICES = [
    # creditor, chosen, events, law, total, costs, words of the reason
    (
        # BE: no interest without the free first reminder (CEL XIX.2); NL: 1000.00 x 4 % x 120 / 365 = 13.15
        "BE", "BE", [], "BE", "1000.00", [],
        "no less favourable to the consumer than the home law (BE 1000.00, NL 1013.15 EUR on 2026-06-10)",
    ),
    (
        # SE: 1000.00 x 10 % x 121 / 365 = 33.15, so the home law is applied whole
        "SE", "SE", [], "NL", "1013.15", [],
        "the home law is more favourable than the chosen one (SE 1033.15, NL 1013.15 EUR on 2026-06-10)",
    ),
    (
        # NL after the 14-day letter: 15 % of 1000.00; SE: 20.00 more interest and SEK 180 beside the total: whole
        "SE", "SE", LETTERS, "SE", "1033.15", ["180.00"],
        "no less favourable to the consumer than the home law (SE 1033.15, NL 1163.15 EUR on 2026-06-10)",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("creditor", "chosen", "events", "law", "total", "costs", "words"), CHOICES)
def test_of_two_laws_the_more_favourable_one_is_applied_whole(creditor, chosen, events, law, total, costs, words):
    told = claim(creditor, "NL", "consumer", contract={"choice_of_law": chosen}, events=events)
    answer = quote(told, TODAY)
    assert answer.laws.substance == law
    assert answer.laws.why.endswith(words)
    assert str(answer.assessment.total) == total
    assert [str(cost.amount) for cost in answer.assessment.costs] == costs
    assert answer.limitation.last_day == quote(told.model_copy(update={"law_override": law}), TODAY).limitation.last_day


def test_the_home_law_that_prevails_names_its_article():
    home = quote(claim("SE", "NL", "consumer", contract={"choice_of_law": "SE"}), TODAY)
    assert (home.laws.basis, home.laws.protects) == ("Rome I art. 6(1), (2), 12", "NL")
    chosen = quote(claim("BE", "NL", "consumer", contract={"choice_of_law": "BE"}), TODAY)
    assert chosen.laws.basis == "Rome I art. 3, 12"


CAPS = [
    # debtor kind, clause, collection costs under Dutch law of 1000.00 owed in Belgium
    ("consumer", None, []),  # Belgium gives a creditor nothing without a clause (CEL XIX.4)
    ("consumer", "ceiling", ["90.00"]),  # CEL XIX.4: 65 + 5 % of what lies above 500
    ("business", None, ["150.00"]),  # BIK art. 2: 15 % of 1000.00; no ceiling between businesses
]


@pytest.mark.parametrize(("kind", "clause", "costs"), CAPS)
def test_a_consumer_owes_no_more_costs_than_at_home(kind, clause, costs):
    told = claim("NL", "BE", kind, contract={"penalty": clause}, law_override="NL", events=LETTERS)
    assert [str(cost.amount) for cost in assess_under("NL", told, TODAY).costs] == costs


def test_at_home_no_other_law_caps_the_costs():
    told = claim("NL", "NL", "consumer", events=LETTERS)
    assert [str(cost.amount) for cost in assess_under("NL", told, TODAY).costs] == ["150.00"]


# ---- courts


COURTS = [
    # debtor kind, chosen court, languages of the court of the order for payment, why it is closed
    ("business", None, ("nl",), None),
    ("business", "BE", ("nl", "fr", "de"), None),  # the clause (Reg. 1215/2012 art. 25)
    ("business", "FR", ("nl",), "the contract chooses the courts of FR, which are not served here"),
    ("consumer", "BE", ("nl",), None),  # a consumer is sued at home (art. 18(2))
    ("consumer", "FR", ("nl",), None),
]


@pytest.mark.parametrize(("kind", "chosen", "languages", "closed"), COURTS)
def test_the_courts_are_the_debtors_unless_the_contract_names_others(kind, chosen, languages, closed):
    answer = quote(claim("BE", "NL", kind, contract={"choice_of_court": chosen}), TODAY)
    order = next(way for way in answer.routes if way.code == "european_payment_order")
    assert order.facts.languages == languages
    assert order.available is (closed is None)
    if closed:
        assert all(way.why.startswith(closed) for way in answer.routes)


def ten_to_one(amount, currency, on):
    """Convert at 10 kronor a euro."""
    assert on == TODAY
    exact = amount.major / 10 if currency == "EUR" else amount.major * 10
    return Money.rounded(exact, currency)


SMALL_CLAIMS = [
    # creditor, amount, currency, convert, open, words
    ("BE", "5000.00", "EUR", None, True, ""),  # the ceiling is inside, interest and costs do not count
    ("BE", "5000.01", "EUR", None, False, "value 5000.01 EUR is above 5000.00"),
    ("SE", "50000.00", "SEK", ten_to_one, True, ""),
    ("SE", "50000.04", "SEK", ten_to_one, True, ""),  # 5000.004 is 5000.00 euro
    ("SE", "50000.05", "SEK", ten_to_one, False, "value 5000.01 EUR is above 5000.00"),  # 5000.005, half up
    ("SE", "100.00", "SEK", None, False, "the value in euro at filing is not known"),
]


@pytest.mark.parametrize(("creditor", "amount", "currency", "convert", "is_open", "words"), SMALL_CLAIMS)
def test_the_ceiling_of_small_claims(creditor, amount, currency, convert, is_open, words):
    answer = quote(claim(creditor, "NL", amount=amount, currency=currency, disputed=True), TODAY, convert)
    way = next(way for way in answer.routes if way.code == "european_small_claims")
    assert way.available is is_open
    assert words in way.why


def test_the_value_is_told_in_the_courts_currency():
    """1000.00 SEK, its interest 1000.00 x 10 % x 121 / 365 = 33.15 and SEK 450 before a Dutch court, at 10 to 1."""
    told = claim("SE", "NL", currency="SEK")
    value = quote(told, TODAY, ten_to_one).routes[0].value
    assert [str(part) for part in (value.principal, value.interest, value.costs)] == ["100.00", "3.32", "45.00"]
    assert value.currency == "EUR"
    unknown = quote(told, TODAY).routes[0]
    assert (unknown.value.currency, unknown.value.principal) == ("SEK", Money(100_000, "SEK"))
    assert unknown.net is None


def test_a_fixed_sum_in_another_currency_stands_beside_the_total():
    """Swedish law gives SEK 450 (SFS 1981:739 4 a §) for a debt in euro: 1000.00 + 33.15 and the kronor."""
    answer = quote(claim("SE", "NL"), TODAY)
    assert str(answer.assessment.total) == "1033.15"
    assert [str(cost.amount) for cost in answer.assessment.foreign_costs] == ["450.00"]
    assert any("450.00 SEK is owed beside the total in EUR" in text for text in answer.warnings)


# ---- what stops a case


def test_a_dispute_stops_the_letters_and_leaves_the_courts_that_decide_it():
    answer = quote(claim(disputed=True), TODAY)
    assert answer.steps == []
    assert [way.code for way in answer.routes if way.available] == ["european_small_claims", "national_court"]
    assert [way.code for way in answer.routes if way.recommended] == ["european_small_claims"]


LODGING = [
    # debtor, last day to lodge after the opening on Wed 1 April 2026, words of the basis
    ("BE", D(2026, 5, 1), "CEL XX.99"),  # at most 30 days, by the calendar
    ("AT", D(2026, 5, 4), "Reg. 2015/848 art. 53, 55(6)"),  # 30 days end on 1 May, a holiday; then Mon 4 May
]


@pytest.mark.parametrize(("debtor", "deadline", "basis"), LODGING)
def test_in_insolvency_the_claim_is_lodged_and_nothing_else(debtor, deadline, basis):
    opened = [{"kind": "insolvency", "on": "2026-04-01"}]
    answer = quote(claim("NL", debtor, events=opened, disputed=True), TODAY)
    (step,) = answer.steps
    assert (step.step.name, step.step.actor, step.on, step.deadline) == (
        "lodge_claim",
        "team",
        D(2026, 4, 1),
        deadline,
    )
    assert basis in step.step.basis
    assert step.step.label
    closed = "insolvency proceedings: lodge the claim there (Reg. 2015/848 art. 53)"
    assert [(way.available, way.why) for way in answer.routes] == [(False, closed)] * 5


def test_the_first_insolvency_counts():
    opened = [{"kind": "insolvency", "on": on} for on in ("2026-05-01", "2026-04-01")]
    (step,) = planned(claim("NL", "BE", events=opened), TODAY)
    assert step.on == D(2026, 4, 1)
    assert step == lodging(adapter_of("BE"), D(2026, 4, 1))


BARRED = [
    # as of, barred: ten years from 2015-02-09 under Belgian law (oCC 2262bis)
    (D(2025, 2, 9), False),
    (D(2025, 2, 10), True),
]


@pytest.mark.parametrize(("as_of", "barred"), BARRED)
def test_a_barred_claim_goes_to_no_court(as_of, barred):
    answer = quote(claim(issued="2015-01-10", due="2015-02-09"), as_of)
    assert answer.limitation.barred is barred
    assert any(way.available for way in answer.routes) is not barred
    said = "limitation ran out on 2025-02-09: demand nothing without a recorded decision"
    assert (said in answer.warnings) is barred
    if barred:
        assert {way.why for way in answer.routes} == {"limitation has run out: a person must decide first"}


# ---- what comes next


@pytest.mark.parametrize(
    ("more", "left"),
    [
        ({}, True),
        ({"payments": [{"on": "2026-03-02", "amount": "2000.00", "currency": "EUR"}]}, False),
        ({"credits": [{"on": "2026-01-20", "amount": "1000.00", "currency": "EUR"}]}, False),
    ],
)
def test_of_what_is_paid_nothing_comes_next(more, left):
    answer = quote(claim(**more), TODAY)
    assert bool(answer.assessment.total) is bool(answer.steps) is left


STEPS = [
    Step("reminder", "Reminder", "amicable", "system", "act 1", event="reminder", term="10d"),
    Step("letter", "Letter", "formal_notice", "system", "act 2", event="formal_notice", after_days=2, term="14d"),
    Step("court", "Court", "judicial", "team", "act 3", term="30d"),
]
PLANS = [
    # done, (step, on, deadline): the next step falls on the day after the term of the one before
    (
        (),
        [
            ("reminder", D(2026, 6, 1), D(2026, 6, 11)),
            ("letter", D(2026, 6, 14), D(2026, 6, 28)),
            ("court", D(2026, 6, 29), D(2026, 7, 29)),
        ],
    ),
    (("reminder",), [("letter", D(2026, 6, 3), D(2026, 6, 17)), ("court", D(2026, 6, 18), D(2026, 7, 18))]),
    (("reminder", "formal_notice"), [("court", D(2026, 6, 1), D(2026, 7, 1))]),  # by its event
    (("reminder", "letter"), [("court", D(2026, 6, 1), D(2026, 7, 1))]),  # by its name
    (("reminder", "letter", "court"), []),
]


@pytest.mark.parametrize(("done", "planned"), PLANS)
def test_the_plan_of_a_procedure(done, planned):
    steps = plan(STEPS, D(2026, 6, 1), frozenset(done), lambda step, on: on + timedelta(days=int(step.term[:-1])))
    assert [(step.step.name, step.on, step.deadline) for step in steps] == planned


def test_letters_that_were_sent_are_not_planned_again():
    before = [step.step.name for step in planned(claim(events=LETTERS), D(2026, 3, 1))]
    between = [step.step.name for step in planned(claim(events=LETTERS), D(2026, 3, 2))]
    after = [step.step.name for step in planned(claim(events=LETTERS), TODAY)]
    assert (before, between, after) == (["reminder", "formal_notice", "court"], ["formal_notice", "court"], ["court"])


TERM_ENDS = [
    # term, rule, from Fri 15 May 2026, last day, why
    ("14d", "calendar", D(2026, 5, 29), "14 days, a Friday"),
    ("9d", "calendar", D(2026, 5, 26), "Sun 24 May rolls over Whit Monday (25 May) to Tuesday"),
    ("1m", "calendar", D(2026, 6, 15), "a month, a Monday"),
    ("30d", "eu", D(2026, 6, 15), "Sun 14 June rolls (Reg. 1182/71 art. 3(4))"),
    ("2w", "procedural", D(2026, 5, 29), "two weeks"),
    ("9d", "civil", D(2026, 5, 24), "by the calendar: a civil term does not move (BW; ATW art. 4)"),
]


@pytest.mark.parametrize(("term", "rule", "last", "why"), TERM_ENDS)
def test_the_end_of_a_steps_term(term, rule, last, why):
    step = Step("letter", "Letter", "amicable", "system", "act 1", term=term, term_rule=rule)
    assert term_end(adapter_of("NL"), "business", step, D(2026, 5, 15)) == last, why


def test_a_notice_has_the_term_of_its_own():
    step = Step("letter", "Letter", "formal_notice", "system", "act 1", channel="email", term_rule="notice")
    notice = adapter_of("NL").notice("consumer", D(2026, 5, 15), "email")
    assert term_end(adapter_of("NL"), "consumer", step, D(2026, 5, 15)) == notice.last_day


def test_a_letter_whose_notice_has_no_last_day_keeps_the_steps_own_term(monkeypatch):
    """A notice may leave its days open (a country whose law fixes none): 14 days from 15 May, a Friday."""
    law = type(adapter_of("NL"))()
    endless = replace(law.notice("business", D(2026, 5, 15), "email"), last_day=None)
    monkeypatch.setattr(law, "notice", lambda debtor_kind, sent, channel: endless)
    step = Step("letter", "Letter", "formal_notice", "system", "act 1", term="14d", term_rule="notice")
    assert term_end(law, "business", step, D(2026, 5, 15)) == D(2026, 5, 29)


def test_what_is_uncertain_in_the_plan_is_said_every_time():
    """The plan of equal claims is kept; what must be said beside it is said to each."""
    told = [quote(claim("BE", "SE"), TODAY).warnings for _ in range(2)]
    assert told[0] == told[1]
    assert any("notice.term_days" in text for text in told[0])


# ---- two laws beside each other


def test_the_same_claim_under_both_laws():
    """BE: 34.81 and EUR 40; NL: 10.15 % for 120 days = 33.37 and EUR 40."""
    both = compare(claim(), TODAY)
    assert {country: answer["total"]["amount"] for country, answer in both.items()} == {
        "BE": "1074.81",
        "NL": "1073.37",
    }
    assert [answer["applicable_law"]["basis"] for answer in both.values()] == ["Rome I art. 4(3)"] * 2


def test_a_law_that_is_not_served_is_not_compared():
    assert list(compare(claim("CH", "NL"), TODAY)) == ["NL"]
    assert list(compare(claim("NL", "NL"), TODAY)) == ["NL"]


def test_a_law_without_an_answer_says_why():
    """Late since 2012: Sweden knows its rate only from 2013, Italy from 2012."""
    told = claim("SE", "IT", issued="2012-07-02", due="2012-08-01", contract={"kind": "other"})
    both = compare(told, D(2014, 1, 1))
    assert both["SE"]["error"]["code"] == "rule_not_known"
    assert "known only from 2013-01-01" in both["SE"]["error"]["message"]
    assert both["IT"]["total"]["currency"] == "EUR"
