"""Limitation event by event, under a law made for the purpose: three years, each effect once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date as D

import pytest

from recovery.law.limitation import limitation
from recovery.law.periods import TimeLimit, is_weekend, next_working, raw_end
from recovery.law.values import Interruption, LimitationTerm, Suspension
from tests.law.claims import claim

DUE = D(2026, 2, 9)
LAST = D(2029, 2, 9)  # a Friday, three years on


@dataclass
class Law:
    """Three years from the due day; `effects` are what an event does, `rolls` that a weekend moves the end."""

    years: int = 3
    months: int = 0
    rolls: bool = False
    effects: dict[str, tuple] = field(default_factory=dict)
    stops: tuple[Suspension, ...] = ()

    def due_day(self, claim, invoice):
        return invoice.due

    def limitation_term(self, claim, invoice):
        return LimitationTerm(self.years, invoice.due, "code 10", self.months, ("check the kind of claim",))

    def interruption(self, claim, event):
        effect, years, months = self.effects.get(event.kind, ("none", None, None))
        return Interruption(effect, event.on, "code 11", years, months)

    def suspensions(self, claim):
        return self.stops

    def is_eu_rest_day(self, day, region=None):
        return is_weekend(day)

    def time_limit(self, rule, start, period, act="other", region=None):
        assert rule == "civil"
        raw = raw_end(start, period, is_weekend)
        return TimeLimit(next_working(raw, is_weekend) if self.rolls else raw, (), "code 12")


def events(*pairs):
    return [{"kind": kind, "on": on} for kind, on in pairs]


def last_day(law, as_of=D(2026, 6, 1), **more):
    return limitation(law, claim("NL", "NL", **more), as_of).last_day


TERMS = [
    # years months due           last day         why
    (3, 0, "2026-02-09", D(2029, 2, 9), "the same date"),
    (1, 0, "2024-02-29", D(2025, 2, 28), "no such day: the last of the month"),
    (0, 6, "2026-08-31", D(2027, 2, 28), "half a year"),
    (1, 6, "2026-02-09", D(2027, 8, 9), "years and months"),
]


@pytest.mark.parametrize(("years", "months", "due", "last", "why"), TERMS)
def test_the_term_runs_from_the_due_day(years, months, due, last, why):
    assert last_day(Law(years, months), issued="2024-01-02", due=due) == last, why


@pytest.mark.parametrize(("as_of", "barred"), [(LAST, False), (D(2029, 2, 10), True)])
def test_a_claim_is_barred_the_day_after_the_last(as_of, barred):
    found = limitation(Law(), claim("NL", "NL"), as_of)
    assert (found.last_day, found.barred, found.basis) == (LAST, barred, "code 10")
    stop = ("limitation ran out on 2029-02-09: demand nothing without a recorded decision",)
    assert found.warnings == ("check the kind of claim",) + (stop if barred else ())


def test_the_last_safe_day_is_a_working_day_before_any_roll():
    """One year from Sat 1 March 2025 ends on Sun 1 March 2026: the law rolls to Mon 2, safe is Fri 27 February."""
    found = limitation(Law(1, rolls=True), claim("NL", "NL", issued="2025-01-02", due="2025-03-01"), D(2026, 1, 5))
    assert (found.last_day, found.last_safe_day) == (D(2026, 3, 2), D(2026, 2, 27))


def test_alerts_come_180_90_and_30_days_before_the_last_safe_day():
    """From Fri 9 Feb 2029 back: 30 days to 10 January, 90 to 11 November, 180 to 13 August 2028."""
    found = limitation(Law(), claim("NL", "NL"), D(2026, 6, 1))
    assert found.alerts == ((180, D(2028, 8, 13)), (90, D(2028, 11, 11)), (30, D(2029, 1, 10)))
    assert found.as_dict() == {
        "date": "2029-02-09",
        "barred": False,
        "basis": "code 10",
        "history": [],
        "last_safe_day": "2029-02-09",
        "alerts": [
            {"days": 180, "on": "2028-08-13"},
            {"days": 90, "on": "2028-11-11"},
            {"days": 30, "on": "2029-01-10"},
        ],
    }


SUSPENSIONS = [
    # stops (first, last)                                    last day          why
    ([(D(2027, 3, 1), D(2027, 3, 10))], D(2029, 2, 19), "10 days inside"),
    ([(D(2026, 2, 1), D(2026, 2, 19))], D(2029, 2, 19), "only the days after the start count: 10 to 19 February"),
    ([(D(2025, 1, 1), D(2026, 2, 9))], D(2029, 2, 9), "over before the first day of the term"),
    ([(D(2026, 2, 10), D(2026, 2, 10))], D(2029, 2, 10), "the first day of the term"),
    ([(D(2029, 2, 9), D(2029, 2, 13))], D(2029, 2, 14), "begins on the last day: 5 days more"),
    ([(D(2029, 2, 10), D(2029, 2, 20))], D(2029, 2, 9), "begins after the last day"),
    (
        [(D(2029, 2, 1), D(2029, 2, 10)), (D(2029, 2, 15), D(2029, 2, 16))],
        D(2029, 2, 21),
        "10 days move the end to 19 February, so that 2 more lie inside",
    ),
]


@pytest.mark.parametrize(("stops", "last", "why"), SUSPENSIONS)
def test_suspended_days_are_added(stops, last, why):
    assert last_day(Law(stops=tuple(Suspension(*stop, "code 13") for stop in stops))) == last, why


def test_a_suspension_before_the_term_leaves_the_roll():
    """One year from Sat 1 March 2025 ends on a Sunday and rolls to Mon 2 March 2026, whatever lay before."""
    law = Law(1, rolls=True, stops=(Suspension(D(2025, 2, 1), D(2025, 3, 1), "code 13"),))
    assert last_day(law, issued="2025-01-02", due="2025-03-01") == D(2026, 3, 2)


EFFECTS = [
    # effect, years, months            last day         why
    (("none", None, None), LAST, "a letter without effect"),
    (("restart", None, None), D(2029, 6, 1), "the first term anew"),
    (("restart", 10, None), D(2036, 6, 1), "a term of its own"),
    (("extend_to", None, 6), LAST, "never an earlier end"),
    (("extend_to", None, 36), D(2029, 6, 1), "months"),
    (("extend_to", 4, None), D(2030, 6, 1), "years"),
    (("extend_to", None, None), LAST, "a year by default: 2027-06-01 is earlier"),
    (("pending", None, None), None, "no end while the procedure runs"),
]


@pytest.mark.parametrize(("effect", "last", "why"), EFFECTS)
def test_what_an_event_does(effect, last, why):
    law = Law(effects={"formal_notice": effect})
    found = limitation(law, claim("NL", "NL", events=events(("formal_notice", "2026-06-01"))), D(2026, 6, 2))
    assert found.last_day == last, why
    moved = {
        "event": "formal_notice",
        "on": "2026-06-01",
        "new_date": last.isoformat() if last else "",
        "basis": "code 11",
    }
    assert found.history == (() if last == LAST else (moved,))


def test_a_year_by_default_reaches_beyond_a_nearer_end():
    """Due 2026-02-09, one year: 2027-02-09; a notice on 2026-06-01 holds the claim until 2027-06-01."""
    law = Law(1, effects={"formal_notice": ("extend_to", None, None)})
    assert last_day(law, events=events(("formal_notice", "2026-06-01"))) == D(2027, 6, 1)


def test_an_event_that_changes_nothing_does_not_reach_the_history():
    law = Law(effects={"reminder": ("restart", None, None)})
    found = limitation(law, claim("NL", "NL", events=events(("reminder", "2026-02-09"))), D(2026, 6, 1))
    assert (found.last_day, found.history) == (LAST, ())


PROCEDURE = {
    "lawsuit": ("pending", None, None),
    "insolvency": ("pending", None, None),
    "judgment": ("restart", 10, None),
    "reminder": ("restart", None, None),
}
PENDING = [
    # events                                                                            last day
    ([("lawsuit", "2026-03-02")], None),
    ([("lawsuit", "2026-03-02"), ("reminder", "2026-04-01")], None),  # no term runs that a letter could renew
    ([("lawsuit", "2026-03-02"), ("judgment", "2026-05-04")], D(2036, 5, 4)),
    ([("lawsuit", "2026-03-02"), ("insolvency", "2026-04-01"), ("judgment", "2026-05-04")], D(2036, 5, 4)),
    ([("judgment", "2026-05-04"), ("lawsuit", "2026-03-02")], D(2036, 5, 4)),  # told out of order
]


@pytest.mark.parametrize(("told", "last"), PENDING)
def test_while_a_procedure_runs_only_its_end_counts(told, last):
    found = limitation(Law(effects=PROCEDURE), claim("NL", "NL", events=events(*told)), D(2026, 6, 1))
    assert found.last_day == last
    assert not found.barred
    if last is None:  # safe is what counts if the procedure comes to nothing: the end that it set aside
        assert (found.last_safe_day, found.as_dict()["date"]) == (LAST, None)
        assert found.alerts[0] == (180, D(2028, 8, 13))


def test_nothing_revives_a_barred_claim():
    """One year from 2020-02-09 ended on 2021-02-09; the reminder of the day after comes too late."""
    law = Law(1, effects={"reminder": ("restart", None, None)})
    old = {"issued": "2020-01-10", "due": "2020-02-09"}
    assert last_day(law, events=events(("reminder", "2021-02-10")), **old) == D(2021, 2, 9)
    assert last_day(law, events=events(("reminder", "2021-02-09")), **old) == D(2022, 2, 9)


def test_a_payment_acknowledges_the_debt():
    law = Law(effects={"acknowledgement": ("restart", None, None)})
    paid = [{"on": "2026-05-04", "amount": "10.00", "currency": "EUR"}]
    found = limitation(law, claim("NL", "NL", payments=paid), D(2026, 6, 1))
    assert found.last_day == D(2029, 5, 4)
    assert [row["event"] for row in found.history] == ["acknowledgement"]


def test_what_lies_after_the_day_asked_for_has_not_happened():
    law = Law(effects={"acknowledgement": ("restart", None, None), "reminder": ("restart", None, None)})
    later = {
        "payments": [{"on": "2026-06-02", "amount": "10.00", "currency": "EUR"}],
        "events": events(("reminder", "2026-07-01")),
    }
    assert last_day(law, as_of=D(2026, 6, 1), **later) == LAST
    assert last_day(law, as_of=D(2026, 6, 2), **later) == D(2029, 6, 2)


def invoices(*dues):
    return [
        {"number": str(number), "amount": "100.00", "currency": "EUR", "issued": "2020-01-02", "due": due}
        for number, due in enumerate(dues)
    ]


SEVERAL = [
    # as of             last day         said
    (D(2023, 6, 1), D(2024, 2, 9), None),
    (D(2025, 1, 1), D(2025, 2, 9), "limitation ran out on 2024-02-09 for 1 of 2 invoices: demand nothing"),
    (D(2026, 1, 1), D(2024, 2, 9), "limitation ran out on 2024-02-09: demand nothing"),
]


@pytest.mark.parametrize(("as_of", "last", "said"), SEVERAL)
def test_a_claim_of_several_invoices_has_the_limitation_of_the_first_that_is_not_barred(as_of, last, said):
    found = limitation(Law(), claim("NL", "NL", invoices=invoices("2022-02-09", "2021-02-09")), as_of)
    assert (found.last_day, found.barred) == (last, last < as_of)
    assert found.warnings[-1].startswith(said) if said else len(found.warnings) == 1, found.warnings
