"""What happened before decides what may come: titles, pending suits, oppositions, disputes."""

from __future__ import annotations

from datetime import date as D

import pytest

from recovery.law.history import with_dispute
from recovery.quote import quote
from tests.law.claims import claim

AS_OF = D(2026, 11, 27)


def facts(*events, debtor="IT", **more):
    told = [{"kind": kind, "on": on, "by": by} for kind, on, by in events]
    return claim("NL", debtor, amount="4000.00", issued="2025-05-31", due="2025-06-30", events=told, **more)


APPLIED = ("payment_order_applied", "2026-02-02", "creditor")
SUED = ("lawsuit", "2026-02-02", "creditor")
SERVED = ("served", "2026-03-02", "court")
OPPOSED = ("opposition", "2026-03-16", "debtor")
JUDGED = ("judgment", "2026-05-04", "court")

CLOSED = [
    # events, words of the reason
    ([("judgment", "2026-02-02", "court")], "a title of 2026-02-02 exists: enforce it"),  # Reg. 1215/2012 art. 39, 53
    ([SUED, JUDGED], "a title of 2026-05-04"),
    ([SUED], "a proceeding of 2026-02-02 is pending"),  # art. 29
    ([APPLIED], "a proceeding of 2026-02-02 is pending"),
    ([APPLIED, SERVED], "a proceeding of 2026-03-02 is pending"),
    ([APPLIED, SERVED, OPPOSED], "as was chosen with the application (Reg. 1896/2006 art. 17)"),
    ([SUED, OPPOSED], "a proceeding of 2026-02-02 is pending"),
    ([JUDGED, ("lawsuit", "2026-08-03", "creditor")], "a title of 2026-05-04"),
]


@pytest.mark.parametrize(("events", "why"), CLOSED)
def test_nothing_new_is_brought_before_a_court(events, why):
    routes = quote(facts(*events), AS_OF).routes
    assert not any(route.available or route.recommended for route in routes)
    assert all(why in route.why for route in routes if route.facts.open or route.why.startswith("a "))


def test_a_free_way_stays_free():
    [best, *_] = quote(facts(), AS_OF).routes
    assert (best.code, best.recommended) == ("european_payment_order", True)


DISPUTES = [
    # events, disputed
    ([("dispute", "2026-05-04", "debtor")], True),
    ([("dispute", "2026-05-04", "debtor"), ("acknowledgement", "2026-06-01", "debtor")], False),
    ([("acknowledgement", "2026-04-01", "debtor"), ("dispute", "2026-05-04", "debtor")], True),
    ([APPLIED, OPPOSED], True),
    ([APPLIED, OPPOSED, JUDGED], False),
    ([], False),
]


@pytest.mark.parametrize(("events", "disputed"), DISPUTES)
def test_a_dispute_lasts_until_it_is_settled(events, disputed):
    told = facts(*events)
    assert with_dispute(told).disputed is disputed
    assert with_dispute(facts(*events, disputed=True)).disputed


def test_a_recorded_dispute_leads_to_the_court_that_decides_it():
    answer = quote(facts(("dispute", "2026-05-04", "debtor")), AS_OF)
    order = next(route for route in answer.routes if route.code == "european_payment_order")
    assert not order.available
    assert "disputed" in order.why
    assert answer.routes[0].code == "european_small_claims"
    assert answer.steps == []


def test_a_dispute_that_lies_ahead_is_none_yet():
    assert quote(facts(("dispute", "2026-05-04", "debtor")), D(2026, 5, 3)).routes[0].recommended


def test_after_a_title_what_is_planned_is_enforcement():
    answer = quote(facts(("judgment", "2026-02-02", "court")), AS_OF)
    act, certificate, service, precetto = answer.steps
    assert [one.step.name for one in answer.steps] == [
        *("enforcement", "enforcement_certificate", "enforcement_service", "enforcement_precetto")
    ]
    assert {(one.step.actor, one.step.state, one.on) for one in answer.steps} == {("team", "enforcement", AS_OF)}
    assert act.deadline == certificate.deadline == service.deadline == D(2036, 2, 2)  # C.c. 2953, before BW 3:324
    assert answer.limitation.last_safe_day == D(2046, 2, 2)
    assert (
        "IT: a title of 2026-02-02 may be barred after 2036-02-02 where it is enforced (C.c. 2953)" in answer.warnings
    )
    assert precetto.deadline == D(2026, 12, 7)  # C.p.c. 480: ten days
    assert "Reg. 1215/2012 art. 39" in act.step.basis
    assert "form G" in certificate.step.label
    assert "ufficiale giudiziario" in act.step.label
    at_home = quote(claim("IT", "IT", events=[{"kind": "judgment", "on": "2026-05-04", "by": "court"}]), AS_OF)
    assert at_home.steps[0].deadline == at_home.limitation.last_safe_day
    manual = claim("FR", "IT", events=[{"kind": "judgment", "on": "2026-05-04", "by": "court"}])
    assert quote(manual, AS_OF).steps[0].deadline == AS_OF  # the law of limitation is not known here


@pytest.mark.parametrize("events", [[SUED], [APPLIED, SERVED]])
def test_while_a_suit_is_pending_no_letter_is_planned(events):
    assert quote(facts(*events), AS_OF).steps == []


def test_insolvency_comes_before_a_title():
    answer = quote(facts(JUDGED, ("insolvency", "2026-06-10", "court")), AS_OF)
    assert [step.step.name for step in answer.steps] == ["lodge_claim"]
    assert answer.enforcement is None
    assert all(route.why.startswith("insolvency proceedings") for route in answer.routes)
