"""Money by quarter, promises, load, risks and the forecast, beside sums reckoned by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from recovery.figures.dashboard import sums_of
from recovery.figures.outlook import History, Promises, outlook
from recovery.figures.rebuild import rebuild
from recovery.figures.values import Asked, Cohort
from recovery.money import Money
from recovery.people.teams import add_team_member, names_of
from recovery.portal.manager.drawing import curve
from recovery.store.database import reading, unit_of_work
from tests.casework import accepted, booked, do, routed

AS_OF = date(2026, 11, 20)


def told(as_of=AS_OF, **asked):
    with unit_of_work() as session:
        rebuild(session, as_of, datetime(2026, 11, 20, 3, 0, tzinfo=UTC))
    with reading() as session:
        which = Asked(**asked)
        return outlook(session, which, sums_of(session, which), as_of)


def pay(name, amount, on, currency="EUR"):
    with unit_of_work() as session:
        booked(session, name, Money.parse(amount, currency), on, "test")


def history():
    """Five quarters of 1,000 each: 30 % comes in one quarter later, 20 % two quarters later, the last one half that."""
    made = History(asked=dict.fromkeys(range(10, 15), 1000))
    made.paid = {(filed, filed + later): paid for filed in range(10, 15) for later, paid in ((1, 300), (2, 200))}
    made.paid[13, 14] = 150
    return made


def test_a_share_is_that_of_four_quarters_known_by_then():
    made = history()
    assert made.share(1, 13) == Decimal("0.3")
    assert made.share(1, 14) == Decimal("0.2625")  # 300 + 300 + 300 + 150 of 4,000
    assert made.share(2, 14) == Decimal("0.2")
    assert made.share(9, 14) == 0


def test_a_forecast_knows_only_what_was_known_and_filed():
    made = history()
    # Before quarter 13: 30 % of what was filed in 12, 20 % of 11; nothing of 13 itself, which nobody knew.
    assert made.expected(made.asked, 13, 12) == 500
    assert made.received(13) == 500
    # Quarter 14 brings 150 of 13, and 200 of 12; it was expected to bring 300 and 200.
    assert (made.expected(made.asked, 14, 13), made.received(14)) == (500, 350)


def test_money_by_quarter_and_country(installation):
    part = accepted(number="A")
    pay(part, "400.00", date(2026, 3, 20))
    pay(part, "100.00", date(2026, 5, 1))
    pay(accepted(number="B", debtor="IT"), "40.00", date(2026, 10, 2))
    found = told()
    sums = {one.first: str(one.received) for one in found.quarters if one.received.minor}
    assert sums == {date(2026, 1, 1): "400.00", date(2026, 4, 1): "100.00", date(2026, 10, 1): "40.00"}
    assert len(found.quarters) == 8
    assert [(one.country, str(one.received), one.share) for one in found.places] == [
        ("NL", "500.00", Decimal("0.5")),
        ("IT", "40.00", Decimal(0)),
    ]
    assert [str(one.received) for one in told(country="IT").places] == ["40.00"]
    # Nothing is known before the first quarter of filing: 100 came in the next one, and none was expected.
    assert [(one.first, str(one.forecast), one.error) for one in found.tried] == [
        (date(2026, 4, 1), "0.00", Decimal(-1))
    ]
    assert found.mean_error == 1


def test_a_plan_s_instalments_are_expected_as_far_as_plans_were_kept(installation):
    names = [accepted(number=f"P{number}") for number in range(3)]
    for name in names:
        do(name, "plan", date(2026, 3, 10), count="3", first="2026-04-10")
    do(names[2], "break_plan", date(2026, 3, 12), note="the debtor said that nothing comes")
    found = told(date(2026, 3, 20))
    assert found.promises == Promises(running=2, kept=0, broken=1, other=0)
    assert found.promises.share == 0
    assert found.expected[0].first == date(2026, 4, 1)
    assert found.expected[0].plans.minor == 0  # of one plan that ended, none was kept
    kept = told(date(2026, 3, 20), country="IT")
    assert (kept.promises.share, kept.expected[0].total.minor) == (None, 0)


def test_load_and_risks(installation):
    name = accepted(number="A")
    with unit_of_work() as session:
        nora = add_team_member(session, "nora@dienst.example", "Nora Voorbeeld", "NL", "worker", "nl").id
    do(name, "take_over", date(2026, 3, 4), actor="nora@dienst.example")
    routed(number="B")  # to be taken up within seven days of 2 March
    found = told(date(2026, 3, 8))
    load = {one.handler: (one.cases, one.late, one.week, one.later) for one in found.load}
    assert load == {nora: (1, 0, 0, 1), "": (1, 0, 1, 0)}
    assert [(one.kind, one.late, one.soon) for one in found.risks if one.kind == "accept"] == [("accept", 0, 1)]
    late = told(date(2026, 3, 12))
    assert [(one.late, one.soon) for one in late.risks if one.kind == "accept"] == [(1, 0)]
    with reading() as session:
        assert names_of(session, ["", nora]) == {nora: "Nora Voorbeeld"}


def cohort(number, *points):
    money = Money(1000, "EUR")
    values = tuple(None if one is None else Decimal(one) for one in points)
    return Cohort(date(2025 + number // 4, number % 4 * 3 + 1, 1), 1, money, money, values)


def test_the_band_lies_between_the_best_and_the_worst_before_the_last():
    old = cohort(0, "0.1", "0.4", "0.6")
    better = cohort(1, "0.2", "0.3", None)
    drawn = curve([old, better, cohort(2, "0.5", None, None), cohort(3, None, None, None)])
    assert drawn.top == Decimal("0.6")
    assert drawn.lines[0].points == "0.0,100.0 33.3,83.3 66.7,33.3 100.0,0.0"
    assert (drawn.lines[-1].style, drawn.lines[-1].share) == ("", Decimal("0.5"))
    # to the best of 0.1 and 0.2, of 0.4 and 0.3, and back by the worst; the last quarter is not in it
    assert drawn.band == "0.0,100.0 33.3,66.7 66.7,33.3 66.7,50.0 33.3,83.3 0.0,100.0"
    assert curve([cohort(0, None, None, None)]) is None
    assert curve([old]).band == ""
