"""Several debts in one claim: each has its own letters, money, credits, costs and limitation."""

from __future__ import annotations

from datetime import date as D
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from recovery.errors import Faults
from recovery.law.allocation import shares_of
from recovery.law.assessment import NO_LAW, principal_only
from recovery.law.claim import parse_claim
from recovery.law.debts import debts_of
from recovery.law.limitation import limitation, limitations
from recovery.law.replay import assess
from recovery.money import Money
from recovery.quote import quote
from recovery.registry import adapter_of, countries
from tests.law.claims import claim

LAST = D(2026, 6, 30)
KINDS = st.sampled_from(["business", "consumer", "public"])


def euro(minor):
    return str(Money(minor, "EUR"))


def invoice(number, amount, due, **more):
    return {"number": number, "amount": amount, "currency": "EUR", "due": due, **more}


def paid(on, amount, number=None):
    return {"on": on, "amount": amount, "currency": "EUR", "invoice": number}


def credit(on, amount, number=None, kind="credit_note"):
    return {"on": on, "amount": amount, "currency": "EUR", "invoice": number, "kind": kind}


def letter(on, kind="formal_notice", invoices=None):
    more = {} if invoices is None else {"invoices": invoices}
    return {"kind": kind, "on": on, "channel": "email", "received": on, "wording": "receipt_based", **more}


A, B, C = (
    invoice("A", "1000.00", "2025-02-10", issued="2025-01-10"),
    invoice("B", "2000.00", "2025-06-10", issued="2025-05-10"),
    invoice("C", "500.00", "2025-10-10", issued="2025-09-10"),
)


def owed(country, as_of, kind="business", **facts):
    answer = quote(claim(country, country, kind, contract={"date": "2025-01-02"}, **facts), D.fromisoformat(as_of))
    return answer.as_dict(), {row["invoice"]: row for row in answer.as_dict()["debts"]}


# ---- whatever the claim


@st.composite
def rows(draw, named):
    """Draw two to four debts that fall due months apart, with letters, payments and credits."""
    country, kind = draw(st.sampled_from(countries())), draw(KINDS)
    due, invoices = D(2023, 3, 1), []
    for number in "ABCD"[: draw(st.integers(2, 4))]:
        due += timedelta(days=draw(st.integers(62, 200)))
        more = {"issued": (due - timedelta(days=20)).isoformat()}
        invoices.append(invoice(number, euro(draw(st.integers(100, 900_000))), due.isoformat(), **more))
    number = st.sampled_from([row["number"] for row in invoices])
    name = number if named else st.none() | number
    day = st.dates(D(2023, 4, 1), LAST).map(D.isoformat)
    amount = st.integers(1, 400_000).map(euro)
    kinds = st.sampled_from(["reminder", "formal_notice", "written_demand"])
    names = number.map(lambda one: [one]) if named else st.none() | st.lists(number, max_size=2)
    return {
        "creditor": {"country": country},
        "debtor": {"country": country, "kind": kind},
        "contract": {"date": "2023-01-02"},
        "invoices": invoices,
        "payments": draw(st.lists(st.builds(paid, day, amount, name), max_size=3)),
        "credits": draw(
            st.lists(
                st.builds(credit, day, amount, name, st.sampled_from(["credit_note", "correction", "set_off"])),
                max_size=2,
            )
        ),
        "events": draw(st.lists(st.builds(letter, day, kinds, names), max_size=3)),
    }


def figures(data, as_of=LAST):
    """Return each debt's principal, interest, costs with what is open of them, and limitation."""
    facts = parse_claim(data)
    law = adapter_of(data["creditor"]["country"])
    each = {one.invoice: one.limitation for one in limitations(law, facts, as_of)}
    found = {debt.invoice.number: debt for debt in assess(law, facts, as_of).debts}
    return {number: (debt.as_dict(), each[number]) for number, debt in found.items()}


def of_one(data, number):
    """Return the claim of one of its debts, with what names it or names none."""
    keep = lambda name: name in (None, number)  # noqa: E731
    return {
        **data,
        "invoices": [row for row in data["invoices"] if row["number"] == number],
        "payments": [row for row in data["payments"] if keep(row["invoice"])],
        "credits": [row for row in data["credits"] if keep(row["invoice"])],
        "events": [row for row in data["events"] if number in row.get("invoices", [number])],
    }


@given(rows(named=False))
def test_the_sum_over_the_debts_is_the_claim(data):
    facts = parse_claim(data)
    whole = assess(adapter_of(data["creditor"]["country"]), facts, LAST)
    for part in ("principal", "interest", "costs_open", "total"):
        each = sum(getattr(debt, part) for debt in whole.debts)
        assert each == getattr(whole, part).minor, part
    lines = [line for debt in whole.debts for line in debt.costs]
    for cost in whole.costs:
        assert sum(line.amount.minor for line in lines if line.cost is cost) == cost.amount.minor
    came_in = sum(row.money.minor for row in (*facts.payments, *facts.credits) if row in facts.payments)
    came_in += sum(row.money.minor for row in facts.credits if row.kind == "set_off")
    assert came_in == sum(one.amount.minor for one in whole.paid)
    for one in whole.paid:
        assert sum(one.parts.values()) + one.left_over.minor == one.amount.minor


@given(rows(named=True))
def test_splitting_a_claim_changes_no_debt(data):
    together = figures(data)
    for number, one in together.items():
        assert figures(of_one(data, number)) == {number: one}


@given(rows(named=False))
def test_letters_that_name_none_start_nothing_new_for_another_debt(data):
    data = {**data, "payments": [], "credits": [], "events": [letter(row["on"], row["kind"]) for row in data["events"]]}
    for number, (one, limit) in figures(data).items():
        alone, limit_alone = figures(of_one(data, number))[number]
        assert (one["principal"], one["interest"], limit) == (alone["principal"], alone["interest"], limit_alone)


@given(rows(named=True))
def test_naming_a_payment_never_changes_another_debt(data):
    together = figures(data)
    for place, payment in enumerate(data["payments"]):
        fewer = figures({**data, "payments": data["payments"][:place] + data["payments"][place + 1 :]})
        others = [number for number in together if number != payment["invoice"]]
        assert [together[number] for number in others] == [fewer[number] for number in others]


@given(rows(named=False))
def test_a_credit_note_for_the_whole_leaves_nothing_owed(data):
    whole = [credit("2026-06-01", row["amount"], row["number"]) for row in data["invoices"]]
    facts = parse_claim({**data, "credits": whole})
    law = adapter_of(data["creditor"]["country"])
    found = assess(law, facts, LAST)
    assert (found.total.minor, found.costs, found.interest_starts) == (0, [], None)
    assert found.left_over.minor == sum(payment.money.minor for payment in facts.payments)
    assert not any(one.is_open for one in limitations(law, facts, LAST))
    assert sum(cost.amount.minor for cost in found.foreign_costs) == 0


# ---- letters


def test_a_letter_concerns_what_was_issued_due_and_open_on_its_day():
    """On 1 July A is paid, B is due and open, C is not issued; by name a letter reaches what was issued by then."""
    facts = claim(
        "NL",
        "NL",
        invoices=[A, B, C],
        payments=[paid("2025-02-10", "1000.00", "A")],
        events=[letter("2025-07-01"), letter("2025-07-02", invoices=["A", "C"]), letter("2025-07-03", "insolvency")],
    )
    told = debts_of(adapter_of("NL"), facts.at(D(2026, 1, 1)))
    names = [[one.invoice.number for one in told.concerned(event)] for event in told.claim.events]
    assert names == [["B"], ["A"], ["A", "B"]]


def test_what_is_owed_of_a_debt_after_a_payment_decides_whether_a_letter_concerns_it():
    """1,000.00 in March covers EUR 40 and interest first: 1,000.00 is not all, so the letter of April concerns A."""
    facts = {"invoices": [A, B], "events": [letter("2025-04-01")]}
    for amount, last in (("1000.00", "2030-04-01"), ("1200.00", "2030-03-03")):
        _, debts = owed("NL", "2026-01-01", payments=[paid("2025-03-03", amount, "A")], **facts)
        assert debts["A"]["limitation"]["date"] == last


def test_an_invoice_without_a_number_has_its_place():
    rows = [{"amount": "10.00", "currency": "EUR", "due": "2026-02-09"} for _ in range(2)]
    answer = quote(claim("BE", "BE", invoices=rows), D(2026, 3, 1)).as_dict()
    assert [row["invoice"] for row in answer["debts"]] == ["1", "2"]
    with pytest.raises(Faults):
        parse_claim(
            {"creditor": {"country": "BE"}, "debtor": {"country": "BE", "kind": "business"}, "invoices": ["x", 1]}
        )


# ---- costs


def test_two_dutch_letters_for_two_debts_have_two_scales():
    """15 % of 1,000 for the letter of March, 15 % of 2,000 for that of July, which names B alone."""
    events = [letter("2025-03-03"), letter("2025-07-01", invoices=["B"])]
    for kind in ("business", "consumer"):
        answer, debts = owed("NL", "2025-09-01", kind, invoices=[A, B], events=events)
        assert sorted(cost["amount"] for cost in answer["costs"]) == ["150.00", "300.00"]
        assert [debts[name]["costs"][0]["amount"] for name in "AB"] == ["150.00", "300.00"]


def test_one_dutch_letter_for_two_debts_has_the_scale_of_the_sum():
    """15 % of 2,500 and 10 % of 500 is 425.00, of which A bears a third."""
    answer, debts = owed("NL", "2025-09-01", "consumer", invoices=[A, B], events=[letter("2025-07-01")])
    assert [cost["amount"] for cost in answer["costs"]] == ["425.00"]
    assert [debts[name]["costs"][0]["amount"] for name in "AB"] == ["141.66", "283.34"]


def test_swedish_fees_for_debts_that_fell_due_months_apart():
    """180 kr for each inkassokrav; C fell due ten days after B and could have stood in the same letter."""
    late = invoice("C", "500.00", "2025-06-20", issued="2025-05-20")
    events = [letter("2025-03-03"), letter("2025-06-16"), letter("2025-07-01", invoices=["C"])]
    answer, _ = owed("SE", "2025-09-01", "consumer", invoices=[A, B, late], events=events)
    assert [(cost["kind"], cost["due_from"]) for cost in answer["costs"]] == [
        ("demand_fee", "2025-03-03"),
        ("demand_fee", "2025-06-16"),
    ]


def test_an_austrian_collector_processes_each_debt_once():
    """The second letter reminds of A again and processes B."""
    by = {"by": "collector"}
    events = [{**letter("2025-03-03"), **by}, {**letter("2025-07-01"), **by}]
    answer, debts = owed("AT", "2025-09-01", "consumer", invoices=[A, B], events=events)
    said = [cost["basis"].split("(")[-1].split(",")[0] for cost in answer["costs"]]
    assert said == ["Bearbeitung", "1. Mahnung", "Bearbeitung", "1. Mahnung", "weitere Mahnung"]
    assert [len(debts[name]["costs"]) for name in "AB"] == [3, 2]


def test_a_belgian_first_reminder_concerns_the_debts_that_it_names():
    """The reminder for B alone starts B's interest; A has none before its own of September."""
    events = [letter("2025-07-01", "reminder", ["B"]), letter("2025-09-01", "reminder", ["A", "B"])]
    _, debts = owed("BE", "2025-12-01", "consumer", invoices=[A, B], events=events)
    assert [debts[name]["interest"]["starts"] for name in "AB"] == ["2025-09-02", "2025-07-02"]


def test_an_agreed_sum_is_owed_once_by_the_debts_that_are_late():
    for country, kind in (("BE", "business"), ("ES", "consumer")):
        facts = parse_claim(
            {
                "creditor": {"country": country},
                "debtor": {"country": country, "kind": kind},
                "contract": {"date": "2025-01-02", "penalty": "90.00"},
                "invoices": [A, B, C],
                "payments": [paid("2025-06-10", "2000.00", "B")],
                "events": [letter("2025-11-03")],
            }
        )
        found = assess(adapter_of(country), facts, D(2026, 1, 1))
        (cost,) = [cost for cost in found.costs if cost.kind == "penalty"]
        assert cost.invoices == ("A", "C")
        shares = {
            debt.invoice.number: [line.amount for line in debt.costs if line.cost is cost] for debt in found.debts
        }
        assert {name: [str(one) for one in lines] for name, lines in shares.items()} == {
            "A": ["60.00"],
            "B": [],
            "C": ["30.00"],
        }
        nothing = assess(adapter_of(country), facts, D(2025, 1, 20))
        assert nothing.costs == []


SHARES = [
    # amount, weights, shares
    (100, [1], [100]),
    (100, [0, 0], [100, 0]),
    (100, [1, 1, 1], [33, 33, 34]),
    (1, [500, 500], [0, 1]),
]


@pytest.mark.parametrize(("amount", "weights", "wanted"), SHARES)
def test_a_cost_is_shared_to_the_cent(amount, weights, wanted):
    assert shares_of(amount, weights) == wanted


# ---- credits


def test_a_partial_credit_note_lowers_the_debt_from_its_beginning():
    """600.00 of A was never owed: interest on 400.00 from the first day, whenever the note was written."""
    one, _ = owed("BE", "2026-01-01", invoices=[A], credits=[credit("2025-12-01", "600.00", kind="correction")])
    two, _ = owed("BE", "2026-01-01", invoices=[{**A, "amount": "400.00"}])
    assert (one["interest"], one["total"]) == (two["interest"], two["total"])
    before, _ = owed("BE", "2025-11-30", invoices=[A], credits=[credit("2025-12-01", "600.00")])
    assert before["principal"]["amount"] == "1000.00"


def test_a_credit_note_that_names_none_takes_the_oldest_debt_first():
    _, debts = owed("IT", "2026-01-01", invoices=[B, A], credits=[credit("2025-12-01", "1200.00")])
    assert [debts[name]["principal"]["amount"] for name in "AB"] == ["0.00", "1800.00"]


def test_a_set_off_works_from_its_day_and_acknowledges_nothing():
    """A year of interest runs before the set-off, which covers it first; limitation is not touched by it."""
    off = [credit("2026-02-10", "1000.00", "A", "set_off")]
    answer, debts = owed("AT", "2026-02-10", invoices=[A, B], credits=off)
    assert answer["paid"][0]["on"] == "2026-02-10"
    assert debts["A"]["interest"]["amount"] == "0.00"
    assert debts["A"]["principal"]["amount"] == answer["paid"][0]["to_interest"]
    assert debts["A"]["limitation"]["date"] == "2028-02-10"


WRONG = [
    ({"invoice": "X"}, "unknown_invoice"),
    ({"currency": "SEK"}, "currency_mismatch"),
    ({"amount": "0.00"}, "bad_amount"),
]


@pytest.mark.parametrize(("change", "code"), WRONG)
def test_a_credit_that_does_not_fit_is_refused(change, code):
    with pytest.raises(Faults) as refused:
        claim("BE", "BE", invoices=[A], credits=[{**credit("2025-12-01", "10.00"), **change}])
    assert code in {fault.code for fault in refused.value.faults}


def test_without_a_law_money_and_credits_go_to_the_debt_that_they_name():
    facts = claim("BE", "BE", invoices=[A, B], payments=[paid("2025-07-01", "2500.00", "B")])
    found = principal_only(facts, D(2026, 1, 1), "undecided")
    assert (str(found.principal), str(found.left_over)) == ("1000.00", "500.00")
    assert [(row.number, minor) for row, minor in found.unassessed] == [("A", 100_000), ("B", 0)]


def test_a_quote_without_a_law_names_each_debt():
    facts = claim("US", "BE", invoices=[A, B])
    answer = quote(facts, D(2026, 1, 1)).as_dict()
    assert [(row["invoice"], row["total"]["amount"]) for row in answer["debts"]] == [("A", "1000.00"), ("B", "2000.00")]
    assert answer["limitation"]["date"] is None


# ---- payments


def test_money_for_one_debt_beyond_it_covers_no_other():
    answer, debts = owed("IT", "2025-08-01", invoices=[A, B], payments=[paid("2025-06-10", "2100.00", "B")])
    assert (answer["paid"][0]["left_over"], debts["A"]["principal"]["amount"]) == ("100.00", "1000.00")


def test_money_that_names_an_unknown_invoice_names_none():
    one, _ = owed("IT", "2025-08-01", invoices=[A, B], payments=[paid("2025-06-10", "2100.00", "X")])
    two, _ = owed("IT", "2025-08-01", invoices=[A, B], payments=[paid("2025-06-10", "2100.00")])
    assert one["debts"] == two["debts"]


def test_a_rate_agreed_for_an_invoice_holds_for_it_alone():
    _, debts = owed("BE", "2026-02-10", invoices=[{**A, "rate": "6.00"}, B])
    assert [debts[name]["interest"]["regime"] for name in "AB"] == ["contractual", "commercial"]
    assert debts["A"]["interest"]["amount"] == "60.00"


# ---- limitation


def test_a_payment_without_a_name_acknowledges_the_debts_that_it_covers():
    """500.00 in March 2026 is spent on A; 5,000.00 reaches B as well (ABGB § 1416, § 1497)."""
    for amount, dates in (("500.00", ["2029-03-02", "2028-06-12"]), ("1500.00", ["2029-03-02", "2029-03-02"])):
        _, debts = owed("AT", "2026-06-01", invoices=[A, B], payments=[paid("2026-03-02", amount)])
        assert [debts[name]["limitation"]["date"] for name in "AB"] == dates
        facts = claim("AT", "AT", invoices=[A, B], payments=[paid("2026-03-02", amount)])
        each = limitations(adapter_of("AT"), facts, D(2026, 6, 1))
        assert [str(one.limitation.last_day) for one in each] == dates


def test_a_debt_that_is_barred_leaves_the_others_to_go_on():
    """A ended on 10 February 2028; B ends in June, and alone is what a court is asked for."""
    answer = quote(claim("AT", "AT", contract={"date": "2025-01-02"}, invoices=[A, B]), D(2028, 3, 1))
    told = answer.as_dict()
    assert (told["limitation"]["date"], told["limitation"]["barred"]) == ("2028-06-12", False)
    assert [row["limitation"]["barred"] for row in told["debts"]] == [True, False]
    assert told["principal"]["amount"] == "3000.00"
    assert {str(route.value.principal) for route in answer.routes} == {"2000.00"}
    assert any("for 1 of 2 invoices" in text for text in told["warnings"])


def test_a_paid_claim_still_tells_its_limitation():
    found = limitation(
        adapter_of("AT"), claim("AT", "AT", invoices=[A], payments=[paid("2025-02-10", "1000.00")]), D(2026, 1, 1)
    )
    assert found.last_day == D(2028, 2, 10)


# Events as kind@day; A fell due on 10 February 2025, and the contract is of the day of its invoice.
ENDS = [
    # country, kind
    #   events
    #   last day, last safe day, why
    (
        "NL", "business",
        "lawsuit@2026-01-05",
        None, "2030-02-08", "pending: safe is the end that it set aside",
    ),
    (
        "NL", "business",
        "lawsuit@2030-01-07 withdrawn@2030-01-21",
        "2030-07-21", "2030-07-19", "3:316(2)",
    ),
    (
        "NL", "business",
        "withdrawn@2026-01-21",
        "2030-02-10", "2030-02-08", "nothing was pending",
    ),
    (
        "NL", "business",
        "judgment@2026-01-05 enforcement_act@2045-01-05",
        "2050-01-05", "2050-01-05", "3:319",
    ),
    (
        "AT", "business",
        "lawsuit@2026-01-05 struck_out@2026-03-02",
        "2028-02-10", "2028-02-10", "not pursued",
    ),
    (
        "AT", "business",
        "mediation_began@2026-01-05 mediation_ended@2026-02-04",
        "2028-03-11", "2028-03-10", "30 days more",
    ),
    (
        "AT", "business",
        "mediation_began@2026-01-05",
        "2028-07-05", "2028-07-05", "146 days to the day asked for",
    ),
    (
        "AT", "business",
        "mediation_began@2026-01-05 acknowledgement@2026-01-15 mediation_ended@2026-01-25",
        "2029-01-25", "2029-01-25", "anew, and ten days more",
    ),
    (
        "AT", "business",
        "mediation_ended@2026-02-04",
        "2028-02-10", "2028-02-10", "nothing stood still",
    ),
    (
        "AT", "business",
        "mediation_began@2026-01-05 lawsuit@2026-01-15 mediation_began@2026-01-20",
        None, "2028-02-18", "ten days more were safe",
    ),
    (
        "BE", "business",
        "served@2026-01-05 withdrawn@2026-03-02",
        "2035-02-10", "2035-02-09", "oCC 2247",
    ),
    (
        "BE", "business",
        "enforcement_act@2026-01-05",
        "2036-01-05", "2036-01-04", "a seizure",
    ),
    (
        "IT", "business",
        "served@2026-01-05 struck_out@2026-03-02",
        "2036-01-05", "2036-01-04", "2945(3): from the act",
    ),
    (
        "IT", "business",
        "struck_out@2026-03-02",
        "2035-02-10", "2035-02-09", "no act, no effect",
    ),
    (
        "ES", "business",
        "lawsuit@2026-01-05 withdrawn@2026-03-02",
        "2030-02-10", "2030-02-08", "CCom 944",
    ),
    (
        "ES", "consumer",
        "lawsuit@2026-01-05 withdrawn@2026-03-02",
        "2031-01-05", "2031-01-03", "CC 1973",
    ),
    (
        "ES", "consumer",
        "withdrawn@2026-03-02",
        "2030-02-10", "2030-02-08", "no suit, no effect",
    ),
    (
        "SE", "consumer",
        "payment_order_applied@2027-12-06 unserved@2028-01-10",
        "2029-01-10", "2029-01-10", "7 § 2 st",
    ),
    (
        "SE", "consumer",
        "payment_order_applied@2027-12-06 unserved@2028-01-03 "
        "payment_order_applied@2028-12-04 struck_out@2029-02-05",
        "2029-01-03", "2029-01-03", "once only",
    ),
    (
        "SE", "consumer",
        "payment_order_applied@2026-01-05 served@2026-02-02 withdrawn@2026-03-02",
        "2029-03-02", "2029-03-02", "7 § 1 st",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("country", "kind", "events", "last", "safe", "why"), ENDS)
def test_how_a_procedure_ends_decides_what_it_did(country, kind, events, last, safe, why):
    pairs = [event.split("@") for event in events.split()]
    told = [{"kind": name, "on": on} for name, on in pairs]
    facts = claim(country, country, kind, contract={"date": "2025-01-10"}, invoices=[A], events=told)
    as_of = max(D(2026, 5, 31), D.fromisoformat(pairs[-1][1]))
    found = limitation(adapter_of(country), facts, as_of).as_dict()
    assert (found["date"], found["last_safe_day"]) == (last, safe), why
    assert found["alerts"]


# ---- what the rules could not say


def test_a_debtor_not_at_fault_owes_four_percent_in_austria():
    contract = {"date": "2025-01-02", "debtor_not_at_fault": True}
    for country, regime, warned in (("AT", "civil", False), ("BE", "commercial", True)):
        answer = quote(claim(country, country, contract=contract, invoices=[A]), D(2026, 2, 10)).as_dict()
        assert answer["interest"]["regime"] == regime
        assert any("responsible for the delay" in text for text in answer["warnings"]) is warned
    assert (
        assess(adapter_of("AT"), claim("AT", "AT", contract=contract, invoices=[A]), D(2026, 2, 10)).interest.major
        == 40
    )


DELIVERED = [
    # country, invoice, due
    ("ES", {"issued": "2025-03-03", "delivered": "2025-02-03"}, "2025-03-05"),  # art. 4.1: from the delivery alone
    ("ES", {"issued": "2025-03-03", "delivered": "2025-02-03", "due": "2025-06-30"}, "2025-04-04"),  # 60 days
    ("BE", {"issued": "2025-03-03", "delivered": "2025-02-03"}, "2025-04-02"),
    ("BE", {"issued": "2025-03-03", "delivered": "2025-03-10"}, "2025-04-09"),  # the goods came after the invoice
]


@pytest.mark.parametrize(("country", "row", "due"), DELIVERED)
def test_the_day_of_delivery_moves_the_due_day(country, row, due):
    facts = claim(country, country, invoices=[{"number": "A", "amount": "10.00", "currency": "EUR", **row}])
    assert adapter_of(country).due_day(facts, facts.invoices[0]) == D.fromisoformat(due)


def test_a_swedish_claim_arises_with_an_early_delivery():
    row = {"number": "A", "amount": "10.00", "currency": "EUR", "issued": "2025-03-03", "delivered": "2025-02-03"}
    facts = claim("SE", "SE", invoices=[row])
    assert limitation(adapter_of("SE"), facts, D(2026, 1, 1)).last_day == D(2035, 2, 3)


def test_a_quick_copy_of_a_claim_equals_the_models_own():
    told = claim(disputed=True)
    told.due_days["x"] = told.debts["x"] = 1
    for update in (None, {"disputed": False, "payments": ()}):
        copied, plain = told.model_copy(update=update), BaseModel.model_copy(told, update=update)
        plain.__dict__.update(due_days={}, debts={})
        assert (copied, copied.model_fields_set, copied.model_dump()) == (
            plain,
            plain.model_fields_set,
            plain.model_dump(),
        )
        assert (copied.due_days, copied.debts) == ({}, {})
    assert told.model_copy(deep=True).debts == {}
    assert told.due_days == {"x": 1}


def test_without_a_law_what_is_owed_is_the_bare_principal():
    told = claim(payments=[paid("2026-03-01", "400.00")])
    owed = NO_LAW.assessed(told, LAST)
    assert (owed.principal, owed.debts, owed.provisional) == (Money(60_000, "EUR"), [], True)
