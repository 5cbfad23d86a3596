"""The aggregate over all cases gives what each case's own assessment gives, to the cent, on both databases."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from recovery.case.record import assess_case
from recovery.case.store import load
from recovery.country import CountryAdapter
from recovery.errors import CaseError
from recovery.law.index import index_of
from recovery.law.replay import assess
from recovery.money import Money
from recovery.procedure.watch import capitalise, limitation_near
from recovery.registry import adapter_of, countries
from recovery.rounds import sweep
from recovery.store.balances import MOST_MINOR, Settled, describe, outstanding, store_positions, terms_of
from recovery.store.database import reading, unit_of_work
from tests.casework import FILED, accepted, booked, deadlines, do, routed, seen, watches


def sums(on):
    with reading() as session:
        return {(row.country, row.currency): row for row in outstanding(session, on)}


def pairs():
    return [(creditor, debtor) for creditor in countries() for debtor in countries() if creditor != debtor]


def test_many_cases_sum_to_their_assessments_on_any_later_day(installation):
    numbers = random.Random(7)
    names = []
    for count, (creditor, debtor) in enumerate(pairs()):
        names.append(
            accepted(
                creditor=creditor,
                debtor=debtor,
                number=f"N{count}",
                amount=f"{numbers.randint(1, 90_000)}.{numbers.randint(0, 99):02}",
                due=date(2026, 2, 14) - timedelta(days=numbers.randint(0, 20)),
            )
        )
    for name in names[::2]:
        with unit_of_work() as session:
            booked(session, name, Money(numbers.randint(100, 5_000), "EUR"), FILED + timedelta(days=9), "test")
    for days in (10, 30, 121, 122, 200, 340):
        on = FILED + timedelta(days=days)
        found = sums(on)
        wanted: dict[tuple[str, str], list[int]] = {}
        for name in names:
            case = seen(name)
            owed = assess_case(case, on)
            total = wanted.setdefault((case.debtor_country, case.currency), [0, 0])
            total[0] += owed.principal.minor
            total[1] += owed.interest.minor
        assert {key: [row.principal_minor, row.interest_minor] for key, row in found.items()} == wanted


def test_yearly_capitalisation_is_a_deadline_that_settles(installation):
    name = accepted(creditor="NL", debtor="BE", issued=date(2025, 6, 1), due=date(2025, 6, 30))
    anniversary = date(2026, 7, 1)  # BW 6:119a(3): a year after the first day of default
    assert watches(name)["capitalise"] == anniversary
    assert sums(anniversary + timedelta(days=1))["BE", "EUR"].stale == 1
    result = sweep.work(sweep.due_deadlines(anniversary), anniversary)
    assert result.failed == 0
    assert watches(name)["capitalise"] == date(2027, 7, 1)
    row, owed = sums(date(2026, 12, 1))["BE", "EUR"], assess_case(seen(name), date(2026, 12, 1))
    assert (row.stale, row.interest_minor) == (0, owed.interest.minor)


def test_a_year_without_rates_is_looked_at_again(local):
    name = accepted(creditor="NL", debtor="BE", issued=date(2025, 6, 1), due=date(2025, 6, 30))
    late = date(2027, 7, 1)
    with unit_of_work() as session:
        capitalise(load(session, name), late)
    assert watches(name)["capitalise"] == late + timedelta(days=7)


def test_limitation_that_comes_near_is_a_task(local):
    name = accepted(creditor="AT", debtor="NL", due=date(2026, 1, 15))
    safe = date(2029, 1, 15)  # three years, ABGB § 1486; a Monday
    for days in (180, 90, 30):
        on = safe - timedelta(days=days)
        assert watches(name)["limitation"] == on
        with unit_of_work() as session:
            limitation_near(load(session, name), on)
        tasks = [one for one in deadlines(name) if one.kind == "act_before_limitation"]
        assert tasks[-1].data["last_safe_day"] == safe.isoformat()
    assert "limitation" not in watches(name)


def test_a_closed_case_accrues_nothing(installation):
    name = accepted()
    assert sums(FILED)["NL", "EUR"].debts == 1
    do(name, "withdraw", FILED + timedelta(days=2), note="the member asked for it")
    assert sums(FILED + timedelta(days=30)) == {}


def test_a_routed_case_counts_before_anybody_accepts_it(local):
    name = routed()
    on = FILED + timedelta(days=20)
    owed = assess_case(seen(name), on)
    row = sums(on)["NL", "EUR"]
    assert (row.principal_minor, row.interest_minor) == (owed.principal.minor, owed.interest.minor)


def test_terms_are_made_again_from_their_description(local):
    from tests.law.claims import claim

    for country in countries():
        law: CountryAdapter = adapter_of(country)
        for kind in ("business", "consumer", "public"):
            for rate in (None, "7.125"):
                terms = law.interest_terms(claim(country, country, kind, contract={"rate": rate}))
                again, read = terms_of(describe(country, terms))
                splits = law.splits[terms.regime]
                one, two = index_of(terms, splits, law.year_days), index_of(read, splits, again.year_days)
                assert (one.starts, one.steps, one.sums, one.denominator) == (
                    two.starts,
                    two.steps,
                    two.sums,
                    two.denominator,
                )


def test_a_debt_beyond_64_bits_is_refused(local):
    from tests.law.claims import claim

    name = accepted()
    amount = Money(MOST_MINOR + 1, "EUR")
    owed = assess(adapter_of("BE"), claim("BE", "NL", amount=str(amount)), FILED)
    with unit_of_work() as session, pytest.raises(CaseError, match="split the claim"):
        store_positions(session, [Settled(load(session, name).claim_id, "NL", "BE", owed)])
