"""Form A against the law sheet's table, field by field, for seven court packs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recovery.errors import CaseError, IntakeError, RecoveryError
from recovery.forms.build import court_of, order_form
from recovery.forms.labels import codes
from recovery.forms.order import Choice, ConsumerBlock, CostRow, CourtOffice, EvidenceRow, FeePayment, InterestRow
from recovery.forms.rules import checked
from recovery.law.assessment import principal_only
from recovery.money import Money, total
from recovery.quote import quote
from recovery.registry import adapter_of
from tests.forms import court_packs as packs
from tests.forms.court_packs import DAY, form_of, parties, quoted
from tests.law.claims import claim

ALL = ("be_nl", "nl_it", "it_be", "at_se", "consumer", "several_paid", "agreed_rate")


def eur(text):
    return Money.parse(text, "EUR")


def interest(form):
    return [(r.claim_id, r.code, r.rate, r.points, str(r.on), r.from_day, r.to_day) for r in form.interest]


# pack, court, language, countries of claimant, defendant and court, grounds, currency, principal, consumer's answers
HEADS = [
    ("be_nl", "Rechtbank Den Haag", "nl", "BE NL NL", "01", "EUR", "12000.00", (False, None, None)),
    ("nl_it", "giudice di pace", "it", "NL IT IT", "01", "EUR", "1000.00", (False, None, None)),
    ("it_be", "enterprise court", "fr", "IT BE BE", "01", "EUR", "1000.00", (False, None, None)),
    ("at_se", "Kronofogdemyndigheten", "sv", "AT SE SE", "01", "SEK", "25000.00", (False, None, None)),
    ("consumer", "Tribunal de Instancia", "es", "NL ES ES", "08", "EUR", "1000.00", (True, True, True)),
    (
        "several_paid",
        "Bezirksgericht für Handelssachen Wien",
        "de",
        "BE AT AT",
        "01",
        "EUR",
        "1816.50",
        (False, None, None),
    ),
    (
        "agreed_rate",
        "Tribunal de Instancia de Madrid",
        "es",
        "IT ES ES",
        "01 02",
        "EUR",
        "1000.00",
        (False, None, None),
    ),
]


@pytest.mark.parametrize(("name", "court", "language", "lands", "grounds", "currency", "principal", "answers"), HEADS)
def test_fields_1_to_6(name, court, language, lands, grounds, currency, principal, answers):
    form = getattr(packs, name)()
    assert form.court.name.startswith(court)
    assert form.language == language
    assert [form.claimant_country, form.defendant_country, form.court_country] == lands.split()
    assert list(form.jurisdiction) == grounds.split()
    assert (form.currency, str(form.principal)) == (currency, principal)
    assert form.consumer == ConsumerBlock(*answers)
    assert [party.role for party in form.parties] == ["01", "03", "02"]
    assert form.people("02")[0].identification
    assert form.people("01")[0].city
    assert form.account
    assert form.account.iban == "NL91ABNA0417164300"
    assert form.dated == DAY
    assert form.place == "Brussel"


# pack, rows of field 7: ID, code, rate, points over the ECB, on, from, to
INTEREST = [
    ("be_nl", [(1, "01A", Decimal("10.50"), None, "12000.00", date(2026, 2, 10), None)]),
    ("nl_it", [(1, "01A", None, Decimal(8), "1000.00", date(2026, 2, 10), None)]),
    ("it_be", [(1, "01A", None, Decimal(8), "1000.00", date(2026, 2, 10), None)]),
    ("at_se", [(1, "01A", Decimal("10.73"), None, "25000.00", date(2026, 2, 10), None)]),
    ("consumer", []),
    (
        "several_paid",
        [
            (1, "05E", None, None, "0.73", date(2026, 3, 1), date(2026, 10, 5)),
            (1, "01A", Decimal("10.50"), None, "16.50", date(2026, 10, 6), None),
            (2, "01A", Decimal("10.50"), None, "300.00", date(2026, 3, 29), None),
            (3, "01A", Decimal("10.50"), None, "400.00", date(2026, 4, 29), None),
            (4, "01A", Decimal("10.50"), None, "500.00", date(2026, 5, 29), None),
            (5, "01A", Decimal("10.50"), None, "600.00", date(2026, 6, 29), None),
        ],
    ),
    ("agreed_rate", [(1, "02A", Decimal(12), None, "1000.00", date(2026, 2, 10), None)]),
]


@pytest.mark.parametrize(("name", "rows"), INTEREST)
def test_field_7(name, rows):
    assert interest(getattr(packs, name)()) == rows


# pack, field 6 codes 1 to 3 per claim, field 9 codes and amounts, field 10 descriptions of claim 1
ROWS = [
    ("be_nl", ["12 30 "], ["01 1504.00 EUR", "02 40.00 EUR"], ["Factuur 1"]),
    ("nl_it", ["12 30 "], ["01 21.50 EUR", "02 40.00 EUR"], ["Fattura 1"]),
    ("at_se", ["01 30 42"], ["01 300.00 SEK"], ["Faktura 1", "Avtal av den 20/12/2025"]),
    ("agreed_rate", ["12 30 42"], ["01 100.00 EUR", "02 40.00 EUR"], ["Factura 1", "Contrato de 05/01/2026"]),
    (
        "several_paid",
        ["12 31 ", "12 30 ", "12 30 ", "12 30 ", "12 30 "],
        ["01 140.00 EUR", "02 40.00 EUR", "02 40.00 EUR"],
        ["Rechnung 2026-2", "Förmliche Mahnung"],
    ),
]


@pytest.mark.parametrize(("name", "claims", "costs", "evidence"), ROWS)
def test_fields_6_9_and_10(name, claims, costs, evidence):
    form = getattr(packs, name)()
    assert [f"{row.cause} {row.circumstance} {row.detail}" for row in form.claims] == claims
    assert [f"{row.code} {row.amount} {row.amount.currency}" for row in form.costs if row.amount] == costs
    assert [row.description for row in form.evidence if row.claim_id == 1] == evidence
    assert {row.code for row in form.evidence} == {"01"}


@pytest.mark.parametrize("name", ALL)
def test_the_form_says_what_the_assessment_says(name):
    """Fields 6 and 9 are the assessment's principal and costs; interest is in neither."""
    form = getattr(packs, name)()
    assert total([row.amount for row in form.claims], form.currency) == form.principal
    assert {row.claim_id for row in form.interest} <= {row.claim_id for row in form.claims}
    assert {row.claim_id for row in form.evidence} == {row.claim_id for row in form.claims}
    assert all(row.amount is None or row.amount.currency == form.currency for row in form.costs)
    assert form.notes[0].startswith("†")
    assert form.statements[1].count(".") == 2, "the conflict statement of eu.md 1.3"


def test_open_costs_after_payments_are_those_of_the_assessment():
    form = packs.several_paid()
    assert total([row.amount for row in form.costs if row.code == "02"], "EUR") == eur("80.00")
    assert any("Zahlung vom 04/05/2026" in text and "450,00" in text for text in form.statements)


def test_the_ecb_points_are_those_of_laws_that_do_not_round():
    """The rate of IT, ES and NL is the ECB's 2.15 and 2.40 of 2026 and eight points (eu.md 11, examples 5 and 8)."""
    assert codes()["points_over_ecb"] == {"IT": 8, "ES": 8, "NL": 8}
    for country, points in codes()["points_over_ecb"].items():
        law = adapter_of(country).law
        for day, ecb in ((date(2026, 3, 10), "2.15"), (date(2026, 8, 10), "2.40")):
            assert law.value("interest.commercial", day) == Decimal(ecb) + points
    assert adapter_of("BE").law.value("interest.commercial", date(2026, 8, 10)) != Decimal("10.40")


def test_a_rate_that_changed_gives_a_row_for_each_stretch():
    """Belgian law: 10.50 % in 2026, 11.50 % in the first half of 2025."""
    form = form_of(claim("BE", "NL", issued="2025-01-10", due="2025-02-09"), parties("BE", "NL", "nl"))
    first, *_, last = form.interest
    assert (first.from_day, first.to_day) == (date(2025, 2, 10), date(2025, 6, 30))
    assert first.rate != form.interest[1].rate
    assert last.to_day is None
    for earlier, later in zip(form.interest, form.interest[1:], strict=False):
        assert earlier.to_day
        assert (later.from_day - earlier.to_day).days == 1


def test_capitalised_interest_is_marked_and_never_principal():
    """BW 6:119a, 6:120: after a year the interest bears interest; the claim in field 6 stays the invoice."""
    facts = claim("NL", "AT", issued="2025-01-10", due="2025-02-09")
    form = form_of(facts, parties("NL", "AT", "de"))
    assert form.principal == eur("1000.00")
    reckoned, running = form.interest
    assert (reckoned.code, reckoned.on, reckoned.to_day) == ("05E", packs.owed_on(facts).interest, date(2026, 10, 4))
    assert (running.code, running.points, running.from_day) == ("03A", Decimal(8), date(2026, 10, 5))
    assert running.on > form.principal
    assert "Die Zinsen werden jährlich kapitalisiert." in form.statements


def test_what_the_rules_are_not_sure_of_is_said_before_signing():
    form = packs.consumer()
    assert any(text.startswith("ES: whether the European order up to 2000 EUR is exempt") for text in form.notes)


def test_a_foreign_fixed_sum_is_named_but_not_claimed():
    form = packs.at_se()
    assert any(
        "40,00" in text and "österrikiska företagslagen (UGB), §\N{NO-BREAK SPACE}458" in text
        for text in form.statements
    )
    assert [row.code for row in form.costs] == ["01"]


def test_a_foreign_fixed_sum_is_claimed_once_it_is_converted():
    facts = claim("AT", "SE", amount="25000.00", currency="SEK")
    asked = []

    def convert(amount, currency, on):
        asked.append((amount, currency, on))
        return Money(amount.minor * 11, currency)

    form = form_of(facts, parties("AT", "SE", "sv"), None, convert)
    assert asked == [(eur("40.00"), "SEK", DAY)]
    assert form.costs[-1].amount == Money(44000, "SEK")
    assert "omräknat den 05/10/2026" in form.costs[-1].specification
    assert not any("begärs inte" in text for text in form.statements)


def test_a_fee_in_another_currency_is_left_to_the_court():
    form = form_of(claim("AT", "SE"), parties("AT", "SE", "sv"))
    assert form.costs[0] == CostRow("01", "ansökningsavgift", None)


def test_an_invoice_paid_late_keeps_its_interest():
    """Money that was enforced in Spain covers the principal first (LEC 654.3): the interest stays open."""
    facts = claim(
        "ES",
        "NL",
        invoices=[
            {"number": "1", "amount": "1000.00", "currency": "EUR", "issued": "2026-01-10", "due": "2026-02-09"},
            {"number": "2", "amount": "500.00", "currency": "EUR", "issued": "2026-05-10", "due": "2026-06-09"},
        ],
        payments=[{"on": "2026-04-10", "amount": "1000.00", "currency": "EUR", "invoice": "1", "enforced": True}],
    )
    form = form_of(facts, parties("ES", "NL", "nl"))
    assert [(row.circumstance, str(row.amount)) for row in form.claims] == [("32", "0.00"), ("30", "500.00")]
    assert interest(form) == [
        (1, "01A", None, Decimal(8), "1000.00", date(2026, 2, 10), date(2026, 4, 10)),
        (2, "01A", None, Decimal(8), "500.00", date(2026, 6, 10), None),
    ]


def test_a_law_that_is_not_decided_claims_the_principal_alone():
    facts = claim("NL", "BE", payments=[{"on": "2026-04-10", "amount": "400.00", "currency": "EUR"}])
    answer, route = quoted(facts)
    laws = replace(answer.laws, substance=None)
    owed = principal_only(facts, DAY, "to be decided")
    form = order_form(parties("NL", "BE", "nl"), facts, owed, laws, route, None)
    assert (str(form.principal), form.interest, form.claims[0].circumstance) == ("600.00", (), "31")
    assert "alleen de hoofdsom" in form.statements[0]


@pytest.mark.parametrize(
    ("text", "court"),
    [
        (
            "Rechtbank Den Haag, Postbus 20302, 2500 EH Den Haag",
            CourtOffice("Rechtbank Den Haag", "Postbus 20302", "2500 EH", "Den Haag", "NL"),
        ),
        ("Kronofogdemyndigheten", CourtOffice("Kronofogdemyndigheten", "", "", "", "NL")),
        ("giudice di pace of the debtor's residence", CourtOffice("giudice di pace", "", "", "", "NL")),
        ("Tribunal, Sección Civil of the debtor's home", CourtOffice("Tribunal, Sección Civil", "", "", "", "NL")),
    ],
)
def test_a_court_is_read_from_its_line(text, court):
    assert court_of(text, "NL") == court


def test_a_chosen_court_is_a_ground():
    facts = claim("BE", "NL", contract={"choice_of_court": "NL"})
    assert form_of(facts, parties("BE", "NL", "nl")).jurisdiction == ("01", "12")


def test_a_court_chosen_abroad_is_the_only_ground():
    facts = claim("BE", "NL", contract={"choice_of_court": "BE"})
    form = form_of(facts, parties("BE", "NL", "nl"))
    assert (form.court_country, form.jurisdiction) == ("BE", ("12",))


def test_the_ceiling_of_small_claims_is_said_beside_the_choice():
    facts, who = claim("BE", "NL", amount="5000.01"), parties("BE", "NL", "nl")
    assert any("861/2007" in text for text in form_of(facts, who, Choice("small_claims", DAY)).notes)
    assert not any("861/2007" in text for text in form_of(facts, who, Choice("national", DAY)).notes)
    facts = claim("BE", "NL", amount="5000.00")
    assert not any("861/2007" in text for text in form_of(facts, who, Choice("small_claims", DAY)).notes)


def broken(form, **changes):
    return replace(form, **changes)


SEK = Money(100, "SEK")
DAYS = {"from_day": date(2026, 3, 1), "to_day": None}
REFUSED = [
    (lambda f: broken(f, parties=f.parties[1:]), "2", "no claimant"),
    (lambda f: broken(f, parties=f.parties[:2]), "2", "no defendant"),
    (lambda f: broken(f, parties=(replace(f.parties[0], city=""), *f.parties[1:])), "2", "lacks city"),
    (lambda f: broken(f, parties=(replace(f.parties[0], name="Ελλάς"), *f.parties[1:])), "2", "U\\+0395"),
    (lambda f: broken(f, parties=(replace(f.parties[0], name="a\x00b"), *f.parties[1:])), "2", "U\\+0000"),
    (lambda f: broken(f, place="☎"), "closing", "U\\+260E"),
    (lambda f: broken(f, claims=(replace(f.claims[0], amount=SEK),)), "6", "one currency"),
    (lambda f: broken(f, interest=(replace(f.interest[0], on=SEK),)), "7", "one currency"),
    (lambda f: broken(f, costs=(CostRow("02", "x", SEK),)), "9", "one currency"),
    (lambda f: broken(f, claims=(replace(f.claims[0], claim_id=2),)), "6", "from 1 on"),
    (lambda f: broken(f, interest=(replace(f.interest[0], claim_id=7),)), "7", "ID 7"),
    (lambda f: broken(f, evidence=(*f.evidence, EvidenceRow(3, "01", "x", None))), "10", "ID 3"),
    (lambda f: broken(f, evidence=()), "10", "no evidence"),
    (lambda f: broken(f, principal=eur("12100.00")), "6", "add up to 12000.00"),
    (lambda f: broken(f, principal=eur("0.00")), "6", "no principal"),
    (lambda f: broken(f, dated=date(2026, 2, 9)), "6", "file after"),
    (lambda f: broken(f, interest=(replace(f.interest[0], to_day=date(2026, 1, 1)),)), "7", "before"),
    (lambda f: broken(f, interest=(InterestRow(1, "01A", None, None, eur("1"), **DAYS),)), "7", "needs a rate"),
    (lambda f: broken(f, consumer=ConsumerBlock(True, True, False)), "6", "yes, yes and yes"),
    (lambda f: broken(f, fee=FeePayment("03")), "5.1", "holder and IBAN"),
    (lambda f: broken(f, fee=FeePayment("05")), "5.1", "specified"),
    (lambda f: broken(f, fee=FeePayment("02")), "5.1", "card numbers"),
    (lambda f: broken(f, choice=Choice("national", date(2026, 12, 1))), "appendix 2", "later than"),
    (lambda f: broken(f, court_country="DK"), "1", "no court"),
]


@pytest.mark.parametrize(("change", "field", "why"), REFUSED, ids=range(len(REFUSED)))
def test_what_contradicts_the_forms_rules_is_refused(change, field, why):
    form = packs.be_nl()
    assert checked(form) is form
    with pytest.raises((IntakeError, CaseError), match=why) as refused:
        checked(change(form))
    assert (refused.value.code, refused.value.field) == ("form_a", field)


CLOSED = [
    (claim("BE", "NL", disputed=True), "disputed"),
    (claim("NL", "NL"), "not cross-border"),
    (claim("BE", "NL", issued="2026-10-01", due="2026-11-01"), "not due before"),
]


@pytest.mark.parametrize(("facts", "why"), CLOSED, ids=["disputed", "at home", "not due"])
def test_a_closed_route_gives_no_form(facts, why):
    with pytest.raises(CaseError, match=why):
        form_of(facts, parties(facts.creditor.country, "NL", "nl"))


def test_another_route_gives_no_form():
    facts = claim("BE", "NL")
    answer = quote(facts, DAY)
    small = next(route for route in answer.routes if route.code == "european_small_claims")
    with pytest.raises(CaseError, match="european_small_claims is not"):
        order_form(parties("BE", "NL", "nl"), facts, answer.assessment, answer.laws, small, None)


def test_a_language_that_the_court_does_not_take_is_refused():
    with pytest.raises(CaseError, match="does not take en; it takes nl"):
        form_of(claim("BE", "NL"), parties("BE", "NL", "en"))


def test_a_party_that_lives_elsewhere_than_the_claim_says_is_refused():
    with pytest.raises(RecoveryError, match="party 02 lives in AT, the claim says NL"):
        form_of(claim("BE", "NL"), parties("BE", "AT", "nl"))


PAID = st.lists(st.tuples(st.dates(date(2025, 3, 1), DAY), st.integers(1, 90_000)), max_size=4)


@settings(max_examples=40, deadline=None)
@given(paid=PAID, creditor=st.sampled_from(["BE", "NL", "IT", "AT"]))
def test_field_7_asks_the_interest_of_the_assessment(paid, creditor):
    """Reckoned row by row to the day of filing, field 7 comes to what the law's own replay says is owed."""
    facts = claim(
        creditor,
        "ES",
        invoices=[
            {
                "number": str(n),
                "amount": "2000.00",
                "currency": "EUR",
                "issued": f"2025-0{n}-01",
                "due": f"2025-0{n}-20",
            }
            for n in (1, 5)
        ],
        payments=[{"on": day.isoformat(), "amount": f"{cents / 100:.2f}", "currency": "EUR"} for day, cents in paid],
    )
    owed = packs.owed_on(facts)
    form = form_of(facts, parties(creditor, "ES", "es"))
    assert form.principal == owed.principal
    assert total([row.amount for row in form.costs if row.code == "02"], "EUR") == owed.costs_open
    last = date.fromordinal(max(debt.run.cursor for debt in owed.debts) - 1)
    law = adapter_of(creditor).law
    asked = sum(reckon(row, last, law) for row in form.interest)
    assert abs(asked - owed.interest.minor) <= 4 * len(owed.segments)


def reckon(row, last, law):
    """Return a row's interest to the last day, in cents and unrounded."""
    if row.code == "05E":
        return row.on.minor
    days = [date.fromordinal(n) for n in range(row.from_day.toordinal(), (row.to_day or last).toordinal() + 1)]
    rates = (law.value("interest.commercial", day) if row.points is not None else row.rate for day in days)
    return sum(row.on.minor * rate / 36500 for rate in rates)
