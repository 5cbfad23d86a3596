"""A person's decision on the law of a case: recorded with its reason, and the ledger follows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from recovery.case.entries import balances
from recovery.case.record import assess_case
from recovery.case.store import load
from recovery.errors import CaseError
from recovery.registry import adapter_of
from recovery.store.database import reading
from tests.casework import FILED, accepted, do, seen

ON = FILED + timedelta(days=30)


def decide(name, **data):
    return do(name, "override_law", ON, note=data.pop("note", "the order confirmation chooses Dutch law"), **data)


def test_a_decision_changes_the_law_and_keeps_who_why_and_what_was_before(installation):
    name = accepted(creditor="BE", debtor="NL", amount="20000.00")
    before = assess_case(seen(name), ON)
    decide(name, law="NL", basis="contract_clause")
    case = seen(name)
    assert case.substance == "NL"
    assert case.law_digest == adapter_of("NL").law.digest
    with reading() as session:
        event = next(one for one in case.events if one.kind == "override_law")
        assert (event.data["law"], event.data["before"], event.data["basis"]) == ("NL", "BE", "contract_clause")
        assert event.note == "the order confirmation chooses Dutch law"
        assert event.actor == "team"
        after = assess_case(case, ON)
        assert after.interest != before.interest
        assert balances(load(session, case.claim_id, lock=False))["EUR"] == after.total.minor


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"law": "FR", "basis": "contract_clause"}, "one of AT, BE"),
        ({"law": "", "basis": "contract_clause"}, "--law"),
        ({"law": "NL", "basis": "I like it"}, "one of contract_clause"),
        ({"law": "NL", "basis": "closer_connection", "note": " "}, "--note"),
    ],
)
def test_a_decision_without_law_basis_or_reason_is_refused(local, data, why):
    name = accepted()
    with pytest.raises(CaseError, match=why):
        decide(name, **data)
    assert seen(name).substance == "BE"


def test_a_closed_case_keeps_its_law(local):
    name = accepted()
    do(name, "withdraw", ON, note="asked")
    with pytest.raises(CaseError, match="not possible while the case is closed"):
        decide(name, law="NL", basis="contract_clause")
