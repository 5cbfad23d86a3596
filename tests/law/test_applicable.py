"""Which law governs: the order D1 to D6 of the engine, by Rome I (Reg. 593/2008)."""

from __future__ import annotations

import pytest

from recovery.law.applicable import applicable_law
from recovery.registry import countries
from tests.law.claims import claim

SERVED = countries()

CASES = [
    # creditor, debtor, kind, contract, law_override, law, basis
    ("BE", "NL", "business", {}, None, "BE", "Rome I art. 4(1)(b), 12"),  # services: the provider
    ("BE", "NL", "business", {"kind": "goods"}, None, "BE", "Rome I art. 4(1)(a), 12"),  # sale: the seller
    ("BE", "NL", "public", {"kind": "other"}, None, "BE", "Rome I art. 4(1)(b), 12"),
    ("BE", "BE", "business", {}, None, "BE", "Rome I art. 4(1)(b), 12"),  # no border
    ("BE", "NL", "business", {"choice_of_law": "IT"}, None, "IT", "Rome I art. 3, 12"),  # D2 before D5
    ("BE", "NL", "business", {"choice_of_law": "IT"}, "NL", "NL", "Rome I art. 4(3)"),  # D1 before D2
    ("BE", "NL", "consumer", {}, "BE", "BE", "Rome I art. 4(3)"),  # D1 before D3
    ("BE", "NL", "consumer", {}, None, "NL", "Rome I art. 6(1), 12"),  # D3
    ("BE", "BE", "consumer", {}, None, "BE", "Rome I art. 4(1)(b), 12"),  # a consumer at home needs no D3
    ("BE", "NL", "consumer", {"kind": "rent"}, None, "NL", "Rome I art. 6(1), 12"),  # D3 before D4
    ("BE", "NL", "business", {"kind": "rent"}, None, None, "Rome I art. 4(1)(c), 5"),  # D4
    ("BE", "NL", "business", {"kind": "carriage"}, None, None, "Rome I art. 4(1)(c), 5"),
    ("BE", "BE", "business", {"kind": "rent"}, None, "BE", "Rome I art. 4(1)(b), 12"),  # at home there is but one law
    ("BE", "NL", "business", {"kind": "rent", "choice_of_law": "NL"}, None, "NL", "Rome I art. 3, 12"),  # D2 before D4
    ("CH", "NL", "business", {}, None, None, "Rome I art. 4(1)(b), 12"),  # D6
    ("BE", "NL", "business", {"choice_of_law": "GB"}, None, None, "Rome I art. 3, 12"),
    ("BE", "NL", "business", {}, "FR", None, "Rome I art. 4(3)"),
    ("CH", "NL", "consumer", {}, None, "NL", "Rome I art. 6(1), 12"),
]


@pytest.mark.parametrize(("creditor", "debtor", "kind", "contract", "override", "law", "basis"), CASES)
def test_the_law_of_the_contract(creditor, debtor, kind, contract, override, law, basis):
    laws = applicable_law(claim(creditor, debtor, kind, contract=contract, law_override=override), SERVED)
    assert (laws.substance, laws.basis) == (law, basis)
    assert laws.procedure == debtor  # the debtor's, whatever the contract says
    assert laws.as_dict() == {"substance": law, "procedure": debtor, "why": laws.why, "basis": basis}
    asks = any("record a decision with law_override" in text for text in laws.warnings)
    assert asks is (law is None)  # what nobody decided is said


PROTECTED = [
    # creditor, debtor, kind, chosen, override, law, protects
    ("BE", "NL", "consumer", "BE", None, "BE", "NL"),  # art. 6(2): the home law's protection stays
    ("BE", "NL", "consumer", "NL", None, "NL", None),  # the home law itself
    ("BE", "NL", "business", "BE", None, "BE", None),  # no consumer
    ("BE", "NL", "consumer", "FR", None, None, None),  # a law that nobody can reckon
    ("BE", "FR", "consumer", "BE", None, "BE", None),  # a home law that nobody can compare
    ("BE", "NL", "consumer", "BE", "BE", "BE", None),  # a person has decided
    ("BE", "NL", "consumer", None, None, "NL", None),
]


@pytest.mark.parametrize(("creditor", "debtor", "kind", "chosen", "override", "law", "protects"), PROTECTED)
def test_a_choice_of_law_leaves_a_consumer_the_home_law(creditor, debtor, kind, chosen, override, law, protects):
    told = claim(creditor, debtor, kind, contract={"choice_of_law": chosen}, law_override=override)
    laws = applicable_law(told, SERVED)
    assert (laws.substance, laws.protects) == (law, protects)


WORDS = [
    (claim("BE", "NL", contract={"kind": "goods"}), "no choice of law: the seller's country", ""),
    (claim("BE", "NL"), "no choice of law: the service provider's country", ""),
    (claim("BE", "NL", contract={"choice_of_law": "IT"}), "chosen in the contract", ""),
    (claim("BE", "NL", law_override="NL"), "recorded decision of a person", ""),
    (
        claim("BE", "NL", "consumer"),
        "consumer: the law of the consumer's habitual residence",
        "assumed that the trader directs its activity to the consumer's country",
    ),
    (
        claim("BE", "NL", contract={"kind": "carriage"}),
        "carriage: a person must decide",
        "carriage has its own rule of law: record a decision with law_override; "
        "until then the principal alone is claimed",
    ),
    (
        claim("CH", "NL"),
        "no choice of law: the service provider's country (CH), whose law is not known here",
        f"the law of CH is not among {', '.join(SERVED)}: record a decision with law_override; "
        "until then the principal alone is claimed",
    ),
]


@pytest.mark.parametrize(("told", "why", "warning"), WORDS)
def test_the_answer_says_why(told, why, warning):
    laws = applicable_law(told, SERVED)
    assert laws.why == why
    assert laws.warnings == ((warning,) if warning else ())


def test_a_consumer_who_moves_keeps_the_law_of_the_home_at_the_time_of_the_contract():
    moved = claim("NL", "ES", "consumer", debtor_more={"home": "BE"})
    laws = applicable_law(moved, SERVED)
    assert (laws.substance, laws.procedure) == ("BE", "ES")
    chosen = claim("NL", "ES", "consumer", contract={"choice_of_law": "NL"}, debtor_more={"home": "BE"})
    assert applicable_law(chosen, SERVED).protects == "BE"
