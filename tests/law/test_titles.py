"""A court that allows a part: its title, the rest without one, their limitation, routes and steps."""

from __future__ import annotations

from datetime import date as D
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery.errors import Faults
from recovery.law.debts import debts_of
from recovery.law.happened import Waived
from recovery.law.limitation import limitations, of_claim
from recovery.law.parameters import noting
from recovery.law.replay import assess
from recovery.law.titles import titles
from recovery.money import Money
from recovery.quote import quote
from recovery.registry import adapter_of, countries
from tests.law.claims import claim

AS_OF = D(2026, 11, 27)
APPLIED = {"kind": "payment_order_applied", "on": "2025-03-03"}


def euro(minor):
    return str(Money(minor, "EUR"))


def judgment(on, allowed=None, invoices=None):
    more = {"allowed": {"amount": allowed, "currency": "EUR"}} if allowed else {}
    return {"kind": "judgment", "on": on, "by": "court", **more, **({"invoices": invoices} if invoices else {})}


def invoice(number, amount, due):
    issued = (D.fromisoformat(due) - timedelta(days=30)).isoformat()
    return {"number": number, "amount": amount, "currency": "EUR", "issued": issued, "due": due}


def paid(on, amount, number=None):
    return {"on": on, "amount": amount, "currency": "EUR", "invoice": number}


A, B = invoice("A", "1000.00", "2025-01-31"), invoice("B", "500.00", "2026-01-31")


def facts(*events, country="IT", invoices=(A,), **more):
    return claim(more.pop("creditor", country), country, invoices=list(invoices), events=list(events), **more)


def told(*events, as_of=AS_OF, **more):
    return quote(facts(*events, **more), as_of).as_dict()


def split(answer, place=0):
    title = answer["debts"][place]["title"]
    return title and (title["on"], title["principal"]["amount"], title["rest_without_title"]["amount"])


# ---- what is refused

STRANGE = {**judgment("2025-06-02", "600.00"), "invoices": ["X"]}
BAD = [
    # event, code, field, words
    (
        {**APPLIED, "allowed": {"amount": "1.00", "currency": "EUR"}},
        "invalid_claim",
        "events.allowed",
        "only a judgment",
    ),
    (
        {**judgment("2025-06-02"), "allowed": {"amount": "600.00", "currency": "SEK"}},
        "currency_mismatch",
        "events.allowed.currency",
        "allows SEK, the debt is in EUR",
    ),
    (STRANGE, "unknown_invoice", "events.invoices", "names invoice X, which the claim does not hold"),
    (judgment("2025-06-02", "1500.01"), "bad_amount", "events.allowed.amount", "more than the 1500.00"),
    (judgment("2025-06-02", "500.01", ["B"]), "bad_amount", "events.allowed.amount", "more than the 500.00"),
    (judgment("2025-06-02", "0.00"), "bad_amount", "events.allowed.amount", "more than zero"),
    (judgment("2025-06-02", "1.005"), "too_many_decimals", "events.allowed.amount", "EUR has 2 decimals"),
]


@pytest.mark.parametrize(("event", "code", "field", "words"), BAD)
def test_what_a_court_cannot_have_allowed_is_refused(event, code, field, words):
    with pytest.raises(Faults) as raised:
        facts(event, invoices=(A, B))
    found = {(fault.code, fault.field): fault.message for fault in raised.value.faults}
    assert words in found[code, field]


# ---- how much has a title

SPLITS = [
    # events, payments, (day of the title, principal with title, principal without)
    ([], [], None),
    ([APPLIED], [], None),
    ([judgment("2025-06-02")], [], ("2025-06-02", "1000.00", "0.00")),
    ([judgment("2025-06-02", "1000.00")], [], ("2025-06-02", "1000.00", "0.00")),
    ([APPLIED, judgment("2025-06-02", "600.00")], [], ("2025-06-02", "600.00", "400.00")),
    # an appeal takes the place of the judgment before it
    ([judgment("2025-06-02", "600.00"), judgment("2026-02-02", "800.00")], [], ("2026-02-02", "800.00", "200.00")),
    # the rest was sued for anew: the second judgment adds to the first
    (
        [judgment("2025-06-02", "600.00"), {"kind": "lawsuit", "on": "2025-09-01"}, judgment("2026-02-02", "300.00")],
        [],
        ("2026-02-02", "900.00", "100.00"),
    ),
    (
        [judgment("2025-06-02", "600.00"), {"kind": "lawsuit", "on": "2025-09-01"}, judgment("2026-02-02")],
        [],
        ("2026-02-02", "1000.00", "0.00"),
    ),
]


@pytest.mark.parametrize(("events", "payments", "wanted"), SPLITS)
def test_how_much_of_a_debt_has_a_title(events, payments, wanted):
    assert split(told(*events, payments=payments)) == wanted


@pytest.mark.parametrize(
    ("before", "since", "titled", "rest"),
    [
        # what came in before the judgment, what since; 1000.00, 600.00 allowed
        (0, 20_000, 40_000, 40_000),  # money since covers the titled part first
        (0, 70_000, 0, 30_000),
        (50_000, 0, 50_000, 0),  # no more than what was still open
        (20_000, 10_000, 50_000, 20_000),
    ],
)
def test_money_covers_the_titled_part_first(before, since, titled, rest):
    law = adapter_of("IT")
    row = facts(
        judgment("2025-06-02", "600.00"),
        payments=[paid(on, euro(minor)) for on, minor in (("2025-02-01", before), ("2025-07-01", since)) if minor],
    )
    for owed in (None, assess(law, row, AS_OF, lambda claim, on: ())):
        [found] = titles(debts_of(law, row), owed).values()
        interest = row.invoices[0].money.minor - before - since - found.principal.minor - found.rest.minor
        assert (interest == 0) is (owed is None)  # by the rules a part of the money covers interest first
        if owed is None:
            assert (found.principal.minor, found.rest.minor) == (titled, rest)


@pytest.mark.parametrize(
    ("waived", "titled", "rest"),
    [
        (25_000, 60_000, 15_000),  # what was waived of the rest covers it before anything else
        (45_000, 55_000, 0),  # and the titled part after it
    ],
)
def test_what_was_waived_covers_the_rest_first(waived, titled, rest):
    law, row = adapter_of("IT"), facts(judgment("2025-06-02", "600.00"))
    given = Waived(on=D(2025, 7, 1), amount=euro(waived), currency="EUR", rest=True)
    owed = assess(law, row.with_facts(payments=(given,)), AS_OF)
    [found] = titles(debts_of(law, row), owed).values()
    assert (found.principal.minor, found.rest.minor) == (titled, rest)
    assert not owed.paid[0].to_interest
    assert owed.paid[0].basis.startswith("waived")
    plain = Waived(on=D(2025, 7, 1), amount=euro(waived), currency="EUR")
    assert assess(law, row.with_facts(payments=(plain,)), AS_OF).paid[0].to_interest.minor > 0


def test_instalments_of_one_invoice_share_what_was_allowed_the_oldest_first():
    parts = [invoice("A", "600.00", "2025-01-31"), invoice("A", "600.00", "2025-02-28")]
    answer = told(judgment("2025-06-02", "800.00", ["A"]), invoices=parts)
    assert [split(answer, place) for place in (0, 1)] == [
        ("2025-06-02", "600.00", "0.00"),
        ("2025-06-02", "200.00", "400.00"),
    ]
    assert not any("of several invoices" in text for text in answer["warnings"])


def test_of_several_invoices_the_oldest_is_taken_and_said():
    answer = told(judgment("2026-06-02", "1200.00"), invoices=(A, B))
    assert [split(answer, place)[1:] for place in (0, 1)] == [("1000.00", "0.00"), ("200.00", "300.00")]
    assert any("of several invoices: taken for the oldest first" in text for text in answer["warnings"])
    assert any("invoice B: 300.00 EUR have no title" in text for text in answer["warnings"])


def test_where_no_law_is_decided_a_title_is_told_all_the_same():
    answer = told(APPLIED, judgment("2025-06-02", "600.00"), creditor="FR", payments=[paid("2025-07-01", "100.00")])
    assert split(answer) == ("2025-06-02", "500.00", "400.00")
    assert answer["debts"][0]["title"]["limitation_of_rest"] is None
    best = next(route for route in answer["routes"] if route["recommended"])
    assert best["available"]
    assert told(judgment("2025-06-02"), creditor="FR")["routes"][0]["available"] is False
    assert told(creditor="FR", payments=[paid("2025-07-01", "1000.00")])["routes"][0]["why"].startswith(
        "nothing is owed"
    )


# ---- limitation

LIMITS = [
    # country, title's last day, rest's last day: the suit ended without effect for the rest
    ("AT", "2055-06-02", "2028-01-31"),  # ABGB § 1478; §§ 1486, 1497
    ("BE", "2035-06-02", "2035-01-31"),  # oCC 2262bis, 2247
    ("ES", "2030-06-02", "2030-01-31"),  # LEC 518; CC 1964
    ("IT", "2035-06-04", "2035-01-31"),  # C.c. 2953, 2946: 2 June 2035 is a Saturday
    ("NL", "2045-06-02", "2030-01-31"),  # BW 3:324, 3:307, 3:316(2)
    ("SE", "2035-06-02", "2035-01-01"),  # preskriptionslag 2, 7 §§: ten years from the invoice
]


@pytest.mark.parametrize(("country", "titled", "rest"), LIMITS)
def test_title_and_rest_have_each_their_own_term(country, titled, rest):
    answer = told(APPLIED, judgment("2025-06-02", "600.00"), country=country)
    [debt] = answer["debts"]
    assert debt["limitation"]["date"] == titled
    assert debt["title"]["limitation_of_rest"]["date"] == rest
    assert answer["limitation"]["date"] == min(titled, rest)


def test_a_suit_for_the_rest_leaves_the_title_its_term_and_enforcing_the_title_leaves_the_rest():
    later = [
        {"kind": "lawsuit", "on": "2026-02-02"},
        {"kind": "enforcement_act", "on": "2026-03-02"},
        {"kind": "acknowledgement", "on": "2026-04-02", "by": "debtor"},
    ]
    [debt] = told(judgment("2025-06-02", "600.00"), *later, country="NL")["debts"]
    assert debt["limitation"]["date"] == "2045-06-02"
    rest = debt["title"]["limitation_of_rest"]
    assert [(row["event"], row["new_date"]) for row in rest["history"]] == [("lawsuit", "")]


def test_money_for_the_title_acknowledges_nothing_of_the_rest():
    money = [paid("2025-03-01", "10.00"), paid("2025-09-01", "10.00")]
    [debt] = told(judgment("2025-06-02", "600.00"), country="NL", payments=money)["debts"]
    assert debt["title"]["limitation_of_rest"]["date"] == "2030-03-01"


def test_a_rest_that_is_barred_is_told_and_closes_its_way():
    answer = told(APPLIED, judgment("2025-06-02", "600.00"), country="AT", as_of=D(2028, 3, 1))
    assert not answer["limitation"]["barred"]
    assert all(route["why"].startswith("limitation has run out") for route in answer["routes"])
    assert any("for 1 of 2 invoices and parts of them without title" in text for text in answer["warnings"])
    law = adapter_of("AT")
    assert of_claim(limitations(law, facts(judgment("2025-06-02"), country="AT"), AS_OF)).warnings == ()


# ---- routes


def ways(answer):
    return {route["code"]: route for route in answer["routes"]}


def test_for_the_rest_an_order_may_still_be_sought():
    whole, part = (
        told(country="BE", creditor="NL"),
        told(APPLIED, judgment("2025-06-02", "600.00"), country="BE", creditor="NL"),
    )
    for answer in (whole, part):
        assert ways(answer)["european_payment_order"]["recommended"]
    asked = [float(ways(answer)["european_payment_order"]["net"]["amount"]) for answer in (whole, part)]
    assert 400 < asked[1] < asked[0] / 2  # 400.00 and its share of the interest, against 1000.00


def test_thresholds_go_by_the_rest():
    big = invoice("A", "9000.00", "2025-01-31")
    closed = ways(told(invoices=(big,), creditor="NL"))["european_small_claims"]
    assert "9000.00 EUR is above 5000.00" in closed["why"]
    assert ways(told(judgment("2025-06-02", "5000.00"), invoices=(big,), creditor="NL"))["european_small_claims"][
        "available"
    ]


def test_a_suit_for_the_rest_closes_its_way_and_a_full_title_all():
    anew = {"kind": "lawsuit", "on": "2026-02-02"}
    pending = told(judgment("2025-06-02", "600.00"), anew)
    assert not any(route["available"] for route in pending["routes"])
    assert "a proceeding of 2026-02-02 is pending" in pending["routes"][0]["why"]
    done = told(judgment("2025-06-02", "600.00"), anew, judgment("2026-06-02"))
    assert "a title of 2026-06-02 exists" in done["routes"][0]["why"]


def test_a_title_for_one_invoice_leaves_the_other_its_way_and_its_letters():
    answer = told(APPLIED, judgment("2025-06-02", invoices=["A"]), invoices=(A, B))
    best = next(route for route in answer["routes"] if route["recommended"])
    assert float(best["net"]["amount"]) < 600  # B alone
    assert [step["step"] for step in answer["procedure"]][-3:] == ["reminder", "formal_notice", "court"]
    both = told(judgment("2026-06-02", invoices=["A", "B"]), invoices=(A, B))
    assert not any(route["available"] for route in both["routes"])
    assert {step["step"].split("_")[0] for step in both["procedure"]} == {"enforcement"}


def test_a_suit_for_one_invoice_leaves_the_other_its_way():
    answer = told({**APPLIED, "invoices": ["A"]}, invoices=(A, B))
    assert any(route["recommended"] for route in answer["routes"])
    assert answer["procedure"][0]["step"] == "reminder"
    assert told({**APPLIED, "on": "2026-03-03"}, invoices=(A, B))["procedure"] == []


def test_nothing_owed_closes_every_way():
    answer = told(payments=[paid("2025-01-15", "1000.00")], creditor="NL")
    assert [route["available"] for route in answer["routes"]] == [False] * 5
    assert "nothing is owed in EUR" in answer["routes"][0]["why"]


def test_what_becomes_of_the_rest_is_planned():
    answer = told(APPLIED, judgment("2025-06-02", "600.00"), country="NL")
    rest = next(step for step in answer["procedure"] if step["step"] == "rest_without_title")
    assert rest["deadline"] == answer["debts"][0]["title"]["limitation_of_rest"]["last_safe_day"]
    assert not any(step["step"] == "reminder" for step in answer["procedure"])
    unknown = told(judgment("2025-06-02", "600.00"), creditor="FR")["procedure"]
    assert next(step for step in unknown if step["step"] == "rest_without_title")["deadline"] == AS_OF.isoformat()


# ---- interest after the judgment


def test_the_points_of_a_spanish_judgment_are_not_asked_of_what_it_refused():
    # LEC 576.1: on what was awarded alone; of a debt allowed in part the lower rate is asked, and said
    notice = {"kind": "formal_notice", "on": "2025-03-03", "received": "2025-03-03", "channel": "registered"}
    whole = told(notice, judgment("2025-06-02"), country="ES", kind="consumer")
    part = told(notice, judgment("2025-06-02", "600.00"), country="ES", kind="consumer")
    rates = [{row["rate"] for row in answer["interest"]["segments"]} for answer in (whole, part)]
    assert rates == [{"3.25", "5.25"}, {"3.25"}]
    assert any("LEC 576.1 are not reckoned" in text for text in part["warnings"])


# ---- whatever the claim


@st.composite
def judged(draw):
    """Draw a claim of one to three invoices, with judgments for all or a part of them, suits and money."""
    country, due, rows = draw(st.sampled_from(countries())), D(2022, 3, 1), []
    for number in "ABC"[: draw(st.integers(1, 3))]:
        due += timedelta(days=draw(st.integers(10, 200)))
        rows.append(invoice(number, euro(draw(st.integers(2, 500_000))), due.isoformat()))
    day = st.dates(D(2022, 6, 1), AS_OF).map(D.isoformat)
    events = [{"kind": draw(st.sampled_from(["lawsuit", "payment_order_applied"])), "on": draw(day)}]
    for _ in range(draw(st.integers(1, 3))):
        row = draw(st.sampled_from(rows))
        most = Money.parse(row["amount"], "EUR").minor
        allowed = draw(st.none() | st.integers(1, most).map(euro))
        events.append(judgment(draw(day), allowed, draw(st.just([row["number"]]) | st.none())))
    money = draw(st.lists(st.builds(paid, day, st.integers(1, 300_000).map(euro)), max_size=3))
    return country, claim(country, country, invoices=rows, events=events, payments=money)


@given(judged())
def test_title_and_rest_are_the_debt(drawn):
    country, row = drawn
    law = adapter_of(country)
    with noting(pass_on=False):
        owed = assess(law, row.at(AS_OF), AS_OF)
        held = titles(debts_of(law, row.at(AS_OF)), owed)
        each = {one.place: one for one in limitations(law, row, AS_OF, owed)}
    for debt in owed.debts:
        title = held.get(debt.place)
        assert (title is None) is not any(
            event.kind == "judgment" for event in debts_of(law, row.at(AS_OF)).each[debt.place].view.events
        )
        if title:
            assert title.principal.minor + title.rest.minor == debt.principal
            assert min(title.principal.minor, title.rest.minor) >= 0
        partly = bool(title and title.rest) and any(event.allowed for event in row.events)
        assert (each[debt.place].rest is not None) is partly


@given(judged(), st.integers(1, 400_000))
def test_money_never_raises_what_has_no_title(drawn, minor):
    country, row = drawn
    law = adapter_of(country)

    def rests(facts):
        with noting(pass_on=False):
            owed = assess(law, facts.at(AS_OF), AS_OF)
            return {place: one.rest for place, one in titles(debts_of(law, facts.at(AS_OF)), owed).items()}

    before = rests(row)
    after = rests(
        row.model_copy(
            update={"payments": (*row.payments, *claim(payments=[paid("2026-11-27", euro(minor))]).payments)}
        )
    )
    assert all(after[place] <= rest for place, rest in before.items() if place in after)


@pytest.mark.parametrize("head", ["costs", "interest", "principal"])
def test_what_was_waived_of_one_head_covers_no_other(head):
    law, row = adapter_of("IT"), facts(judgment("2025-06-02", "600.00"))
    given = Waived(on=D(2025, 7, 1), amount=euro(1_000), currency="EUR", head=head)
    [spread] = assess(law, row.with_facts(payments=(given,)), AS_OF).paid
    covered = {"costs": spread.to_costs, "interest": spread.to_interest, "principal": spread.to_principal}
    assert {name for name, amount in covered.items() if amount} == {head}
    assert spread.basis == f"waived: {head}"
