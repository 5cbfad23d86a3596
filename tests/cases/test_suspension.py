"""Cases that must rest: insolvency with its term, and the others."""

from __future__ import annotations

from datetime import date

import pytest

from recovery.case.record import assess_case, limitation_of
from recovery.errors import CaseError
from recovery.rounds import sweep
from tests.casework import accepted, deadlines, do, seen

pytestmark = pytest.mark.usefixtures("installation")
DAY = date(2026, 4, 20)
LODGING = [
    # debtor, published, last day to lodge
    ("BE", "2026-04-13", date(2026, 5, 13)),  # BE: 30 days
    ("ES", "2026-04-13", date(2026, 5, 13)),  # TRLC 28.1.5: one month
    ("NL", "2026-04-13", date(2026, 5, 13)),  # Reg. 2015/848 art. 55(6): 30 days
]


@pytest.mark.parametrize(("debtor", "published", "last"), LODGING)
def test_insolvency_gives_a_term_to_lodge_and_keeps_it(debtor, published, last):
    name = accepted(creditor="SE" if debtor == "BE" else "BE", debtor=debtor, currency="EUR")
    do(name, "suspend", DAY, kind="insolvency", opened="2026-04-10", published=published, court="Court", number="F 12")
    case = seen(name)
    [lodge] = [one for one in deadlines(name) if one.kind == "lodge_claim"]
    assert lodge.due_on == last
    assert "2015/848" in lodge.basis
    assert case.suspension.number == "F 12"
    for day in (date(2026, 4, 21), date(2026, 5, 1)):
        assert sweep.work(sweep.due_deadlines(day), day).failed == 0
    assert seen(name).steps_done == []
    do(name, "record_lodged", date(2026, 5, 2))
    assert not [one for one in deadlines(name) if one.kind == "lodge_claim"]


def test_interest_ends_with_the_opening_where_the_law_says_so():
    name = accepted(creditor="AT", debtor="AT")
    do(name, "suspend", DAY, kind="insolvency", opened="2026-04-10")
    case = seen(name)
    assert assess_case(case, date(2026, 4, 20)).interest == assess_case(case, date(2026, 9, 20)).interest
    do(name, "resume", date(2026, 9, 20), mistaken=True)
    case = seen(name)
    assert assess_case(case, date(2026, 4, 20)).interest < assess_case(case, date(2026, 9, 20)).interest


def test_the_courts_own_day_goes_before_the_countrys_term():
    name = accepted(debtor="BE", creditor="NL")
    do(name, "suspend", DAY, kind="insolvency", opened="2026-04-10", lodge_by="2026-05-04")
    assert [one.due_on for one in deadlines(name) if one.kind == "lodge_claim"] == [date(2026, 5, 4)]


def test_a_mediation_is_looked_at_on_its_day_and_limitation_goes_on():
    name = accepted(creditor="BE", debtor="IT")
    do(name, "suspend", DAY, kind="mediation", until="2026-07-20")
    [review] = [one for one in deadlines(name) if one.kind == "suspension_review"]
    assert review.due_on == date(2026, 7, 20)
    assert seen(name).suspension.basis.startswith("D.Lgs. 28/2010")
    assert limitation_of(seen(name), DAY) is not None
    do(name, "resume", date(2026, 7, 21))
    assert seen(name).state == "amicable"


@pytest.mark.parametrize(
    "data",
    [
        {"kind": "holiday"},
        {"kind": "insolvency", "opened": "2026-04-10", "published": "2026-04-01"},
        {"kind": "insolvency", "opened": "2026-05-10"},
        {"kind": "insolvency", "opened": "soon"},
    ],
)
def test_what_cannot_be_is_refused(data):
    name = accepted()
    before = seen(name)
    with pytest.raises(CaseError):
        do(name, "suspend", DAY, **data)
    assert (seen(name).state, seen(name).version) == (before.state, before.version)
    with pytest.raises(CaseError, match="not suspended for insolvency"):
        do(name, "record_lodged", DAY)
