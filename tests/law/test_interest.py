"""Interest to the cent under a law made for the purpose: 10 % from 2024, 12 % from July, 11 % from 2025.

Every figure is base x rate / 100 x days / 365, reckoned by hand; 1000.00 at 10 % earns 27.397 cents a day.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date as D
from datetime import timedelta
from decimal import Decimal

import pytest

from recovery.errors import IntakeError, LawError
from recovery.law.assessment import principal_only
from recovery.law.index import index_of
from recovery.law.interest import InterestRun, owed_on
from recovery.law.parameters import Dated, Parameter
from recovery.law.replay import assess
from recovery.law.values import Cost, InterestStart, InterestTerms
from recovery.money import Money
from recovery.registry import adapter_of
from tests.law.claims import claim

HALVES = ((1, 1), (7, 1))


def parameter(key, *rows, through=D(2025, 6, 30), uncertain=()):
    dated = tuple(
        Dated(Decimal(rate), day, "uncertain" if day in uncertain else "confirmed", "act 5") for day, rate in rows
    )
    starts = tuple(day for day, _ in rows)
    return Parameter("XX", key, "Rate", "percent per year", "act 5", "gazette", "confirmed", through, dated, starts)


ROWS = ((D(2024, 1, 1), "10.00"), (D(2024, 7, 1), "12.00"), (D(2025, 1, 1), "11.00"))
RATES = parameter("interest.commercial", *ROWS)
STATUTORY = InterestTerms("commercial", "act 5", RATES)


def fixed(rate, **more):
    return InterestTerms("contractual", "agreed", fixed=Decimal(rate), **more)


# ---- the rates of a set of terms


WAIVED = InterestTerms("contractual", "act 9", waived=True)
CIVIL = parameter("interest.civil", (D(2024, 3, 1), "4.00"), (D(2024, 10, 1), "6.00"), through=D(2024, 12, 31))
TERMS = [
    # terms, (first day, rate) of each row, the last day known, why
    (STATUTORY, ROWS, D(2025, 6, 30), "the parameter's own"),
    (replace(STATUTORY, plus=Decimal("1.5")), [(day, Decimal(rate) + Decimal("1.5")) for day, rate in ROWS],
     D(2025, 6, 30), "points on top"),
    (fixed("8.125"), [(D(1970, 1, 1), "8.125")], D(2199, 12, 31), "an agreed rate holds always"),
    (fixed("8", plus=Decimal(2)), [(D(1970, 1, 1), "10")], D(2199, 12, 31), "and may have points on top"),
    (fixed("11", floor=RATES), [(D(2024, 1, 1), "11"), (D(2024, 7, 1), "12"), (D(2025, 1, 1), "11")],
     D(2025, 6, 30), "never below the floor"),
    (WAIVED, [(D(1970, 1, 1), "0")], D(2199, 12, 31), "a void clause"),
    (replace(WAIVED, parameter=RATES), [(D(1970, 1, 1), "0")], D(2199, 12, 31), "void beside a rate"),
    (InterestTerms("contractual", "agreed"), [(D(1970, 1, 1), "0")], D(2199, 12, 31), "no rate at all"),
    (fixed("8", later=((D(2024, 9, 1), STATUTORY),)),
     [(D(1970, 1, 1), "8"), (D(2024, 9, 1), "12"), (D(2025, 1, 1), "11")], D(2025, 6, 30),
     "from a judicial demand on the statutory rate of that day"),
    (fixed("8", later=((D(2024, 7, 1), STATUTORY),)),
     [(D(1970, 1, 1), "8"), (D(2024, 7, 1), "12"), (D(2025, 1, 1), "11")], D(2025, 6, 30),
     "on the very day of a change"),
    (replace(STATUTORY, later=((D(2024, 9, 1), WAIVED),)),
     [(D(2024, 1, 1), "10"), (D(2024, 7, 1), "12"), (D(2024, 9, 1), "0")], D(2199, 12, 31),
     "none once insolvency proceedings are open"),
    (replace(STATUTORY, later=((D(2024, 7, 1), WAIVED),)),
     [(D(2024, 1, 1), "10"), (D(2024, 7, 1), "0")], D(2199, 12, 31),
     "on the day of a change of its own rate: that rate never counts"),
    (fixed("8", later=((D(2024, 9, 1), STATUTORY), (D(2025, 2, 1), fixed("9")))),
     [(D(1970, 1, 1), "8"), (D(2024, 9, 1), "12"), (D(2025, 1, 1), "11"), (D(2025, 2, 1), "9")], D(2199, 12, 31),
     "demand, then judgment"),
    (replace(STATUTORY, parameter=CIVIL, later=((D(2025, 2, 1), fixed("9")),)),
     [(D(2024, 3, 1), "4"), (D(2024, 10, 1), "6")], D(2024, 12, 31),
     "what comes after the known days does not bridge the days that are not"),
]  # fmt: skip


@pytest.mark.parametrize(("terms", "rows", "through", "why"), TERMS)
def test_the_rates_of_a_set_of_terms(terms, rows, through, why):
    index = index_of(terms, HALVES, 365)
    assert [(row.starts_on, row.rate) for row in index.rows] == [(day, Decimal(rate)) for day, rate in rows], why
    assert index.known_through == through.toordinal()


def test_a_row_names_its_article_and_its_first_day():
    index = index_of(STATUTORY, HALVES, 365)
    assert [row.basis for row in index.rows] == [
        "act 5; 10.00 % from 2024-01-01",
        "act 5; 12.00 % from 2024-07-01",
        "act 5; 11.00 % from 2025-01-01",
    ]


# ---- the index


INDEX = [
    # day, the index of 10.00, 12.00 and 11.00 % in hundredths: 1000, 1200 and 1100 a day
    (D(2024, 1, 1), 0),
    (D(2024, 1, 2), 1_000),
    (D(2024, 7, 1), 182_000),  # 182 days of January to June 2024
    (D(2025, 1, 1), 402_800),  # and 184 x 1200
    (D(2025, 7, 1), 601_900),  # and 181 x 1100
]


@pytest.mark.parametrize(("day", "sum_before"), INDEX)
def test_the_index_is_the_sum_of_the_days_before(day, sum_before):
    index = index_of(STATUTORY, HALVES, 365)
    assert index.at(day.toordinal()) == sum_before
    assert index.denominator == 100 * 100 * 365


def test_the_index_is_cut_at_splits_and_changes():
    index = index_of(STATUTORY, HALVES, 365)
    first, end = D(2024, 6, 1).toordinal(), D(2025, 1, 1).toordinal()
    assert list(index.lines(first, end)) == [
        (0, first, D(2024, 7, 1).toordinal()),
        (1, D(2024, 7, 1).toordinal(), end),
    ]
    assert list(index.lines(end, end)) == []
    assert index.line_of(D(2024, 12, 31).toordinal()) == 1
    assert index.row(index.line_of(end)).rate == Decimal("11.00")
    assert index.covers(D(2024, 1, 1))
    assert not index.covers(D(2023, 12, 31))


YEARS = [
    # year, basis, cents that 1000.00 at 7.30 % earns from 1 January to 31 December
    (2023, 365, 7_300),
    (2024, 365, 7_320),  # 366 days of 20 cents
    (2023, "actual", 7_300),
    (2024, "actual", 7_300),  # each day a 366th
    (2023, 360, 7_401),  # 365 / 360 x 73.00 = 74.0139
    (2100, "actual", 7_300),  # no leap year
    (2000, "actual", 7_300),  # a leap year
]


@pytest.mark.parametrize(("year", "basis", "cents"), YEARS)
def test_the_year_of_the_day_count(year, basis, cents):
    run = InterestRun("EUR", 100_000, D(year, 1, 1), index_of(fixed("7.30"), ((1, 1),), basis))
    run.accrue(D(year + 1, 1, 1).toordinal())
    assert run.accrued == cents


@pytest.mark.parametrize(("rate", "scale"), [("8", 100), ("8.00", 100), ("8.125", 1_000), ("8.1250", 1_000)])
def test_the_scale_holds_all_decimals_of_a_rate(rate, scale):
    assert index_of(fixed(rate), HALVES, 365).denominator == 100 * scale * 365


# ---- the run of one debt


def run_of(terms=STATUTORY, principal=100_000, first=D(2024, 6, 1), rounds="line", capitalises=False, splits=HALVES):
    return InterestRun("EUR", principal, first, index_of(terms, splits, 365), rounds, capitalises)


def through(day):
    """Return the day after, as the run takes it."""
    return day.toordinal() + 1


def lines(run):
    return [(line.first_day, line.last_day, line.days, str(line.amount)) for line in run.segments()]


LINES = [
    # 30 x 27.3973 = 821.92; 184 x 32.8767 = 6049.32; 40 x 30.1370 = 1205.48: 8.22 + 60.49 + 12.05
    (
        "line",
        [
            (D(2024, 6, 1), D(2024, 6, 30), 30, "8.22"),
            (D(2024, 7, 1), D(2024, 12, 31), 184, "60.49"),
            (D(2025, 1, 1), D(2025, 2, 9), 40, "12.05"),
        ],
        8_076,
    ),
    # the exact sums so far 821.92, 6871.23, 8076.71 are rounded: the last line takes the cent that is missing
    (
        "total",
        [
            (D(2024, 6, 1), D(2024, 6, 30), 30, "8.22"),
            (D(2024, 7, 1), D(2024, 12, 31), 184, "60.49"),
            (D(2025, 1, 1), D(2025, 2, 9), 40, "12.06"),
        ],
        8_077,
    ),
]


@pytest.mark.parametrize(("rounds", "expected", "accrued"), LINES)
def test_lines_add_up_to_what_has_accrued(rounds, expected, accrued):
    run = run_of(rounds=rounds)
    run.accrue(through(D(2025, 2, 9)))
    assert lines(run) == expected
    assert (run.accrued, run.owed) == (accrued, accrued)
    assert [line.rate for line in run.segments()] == [Decimal("10.00"), Decimal("12.00"), Decimal("11.00")]


HALF_CENTS = [
    # 18.25 at 10 % earns half a cent a day; one day on either side of 1 July
    ("line", ["0.01", "0.01"], 2),
    ("total", ["0.01", "0.00"], 1),
]


@pytest.mark.parametrize(("rounds", "amounts", "accrued"), HALF_CENTS)
def test_halves_are_rounded_up_once_a_line_or_once_in_all(rounds, amounts, accrued):
    run = run_of(fixed("10"), 1_825, D(2023, 6, 30), rounds)
    run.accrue(through(D(2023, 7, 1)))
    assert [str(line.amount) for line in run.segments()] == amounts
    assert run.accrued == accrued


def test_nothing_accrues_backwards_or_past_the_known_days():
    run = run_of()
    run.accrue(through(D(2024, 6, 30)))
    run.accrue(through(D(2024, 6, 15)))
    assert run.accrued == 822
    run.accrue(through(D(2026, 1, 31)))
    assert run.segments()[-1].last_day == D(2025, 6, 30)
    assert run.accrued == 822 + 6_049 + 5_455  # 181 x 30.1370 = 5454.79


def test_a_line_in_json():
    run = run_of(fixed("8.125"), first=D(2024, 6, 30))
    run.accrue(through(D(2024, 6, 30)))
    assert [line.as_dict() for line in run.segments()] == [
        {
            "from": "2024-06-30",
            "to": "2024-06-30",
            "days": 1,
            "principal": "1000.00",
            "rate": "8.125",
            "amount": "0.22",  # 22.26 cents
            "basis": "agreed",
        }
    ]


CAPITALISED = [
    # first day, last day, base, cents: 10 % on 1000.00 from 1 March 2023, cut at 1 January, 1 July, 1 March
    (D(2023, 3, 1), D(2023, 6, 30), 100_000, 3_342),  # 122 x 27.3973 = 3342.47
    (D(2023, 7, 1), D(2023, 12, 31), 100_000, 5_041),  # 184 days: 5041.10
    (D(2024, 1, 1), D(2024, 2, 29), 100_000, 1_644),  # 60 days: 1643.84; together 100.27
    (D(2024, 3, 1), D(2024, 6, 30), 110_027, 3_678),  # 122 x 30.1444 = 3677.61
]


def test_interest_of_a_year_bears_interest_from_the_anniversary():
    run = run_of(fixed("10"), first=D(2023, 3, 1), capitalises=True)
    run.accrue(through(D(2024, 6, 30)))
    found = [(line.first_day, line.last_day, line.base.minor, line.amount.minor) for line in run.segments()]
    assert found == CAPITALISED


ANNIVERSARIES = [
    # start, accrued through, the next anniversary
    (D(2023, 3, 1), D(2023, 3, 1), D(2024, 3, 1)),
    (D(2023, 3, 1), D(2024, 2, 28), D(2024, 3, 1)),
    (D(2023, 3, 1), D(2024, 2, 29), D(2025, 3, 1)),  # the day itself has capitalised
    (D(2023, 11, 15), D(2025, 2, 1), D(2025, 11, 15)),
    (D(2024, 2, 29), D(2024, 6, 1), D(2025, 2, 28)),  # 29 February: the 28th
    (D(2024, 2, 29), D(2027, 6, 1), D(2028, 2, 29)),  # and the 29th again in a leap year
]


@pytest.mark.parametrize(("first", "until", "following"), ANNIVERSARIES)
def test_anniversaries(first, until, following):
    run = run_of(fixed("10"), first=first, capitalises=True)
    run.accrue(through(until))
    assert run.position().capitalises_on == following.toordinal()


def test_a_payment_of_capitalised_interest_lowers_the_base():
    """After a year 10 % of 1000.00 = 100.00 bears interest too; 30.00 paid leaves 70.00 of it."""
    run = run_of(fixed("10"), first=D(2023, 1, 1), capitalises=True)
    run.accrue(D(2024, 1, 1).toordinal())
    assert (run.owed, run.base) == (10_000, 110_000)
    run.pay(3_000)
    assert run.base == 107_000


# ---- a stored position answers for every later day before the next capitalisation


RUNS = [
    ("line", False, D(2024, 6, 1)),
    ("total", False, D(2024, 6, 1)),
    ("line", True, D(2024, 6, 1)),
    ("total", True, D(2024, 6, 1)),
    ("total", True, D(2024, 2, 29)),
]
STORED = [D(2024, 6, 1), D(2024, 6, 30), D(2024, 8, 17), D(2025, 1, 1)]


@pytest.mark.parametrize("stored_on", STORED)
@pytest.mark.parametrize(("rounds", "capitalises", "first"), RUNS)
def test_a_position_needs_no_replay(rounds, capitalises, first, stored_on):
    stored = run_of(rounds=rounds, capitalises=capitalises, first=first)
    stored.accrue(through(stored_on))
    position = stored.position()
    before = position.capitalises_on or through(D(2025, 8, 1))
    for day in (stored_on + timedelta(days=count) for count in range(0, 400, 7)):
        if through(day) <= before:
            whole = run_of(rounds=rounds, capitalises=capitalises, first=first)
            whole.accrue(through(day))
            assert owed_on(position, stored.index, rounds, through(day)) == whole.owed, day


@pytest.mark.parametrize(("rounds", "capitalises", "first"), RUNS)
def test_a_position_after_a_payment_begins_a_line(rounds, capitalises, first):
    """5.00 of interest and 200.00 of principal paid on 17 August 2024."""
    run = run_of(rounds=rounds, capitalises=capitalises, first=first)
    run.accrue(through(D(2024, 8, 17)))
    run.paid, run.principal, run.cut = 500, 80_000, True
    position = run.position()
    assert (position.first_day, position.base) == (through(D(2024, 8, 17)), 80_000)
    for day in (D(2024, 8, 17), D(2024, 9, 1), D(2025, 2, 20)):
        run.accrue(through(day))
        assert owed_on(position, run.index, rounds, through(day)) == run.owed, day


@pytest.mark.parametrize("rounds", ["line", "total"])
def test_a_position_at_the_start(rounds):
    position = run_of(rounds=rounds).position()
    assert (position.first_day, position.base, position.settled) == (D(2024, 6, 1).toordinal(), 100_000, 0)
    index = index_of(STATUTORY, HALVES, 365)
    assert owed_on(position, index, rounds, D(2024, 5, 20).toordinal()) == 0
    assert owed_on(position, index, rounds, through(D(2024, 6, 30))) == 822
    past = owed_on(position, index, rounds, through(D(2026, 1, 31)))
    assert past == owed_on(position, index, rounds, through(D(2025, 6, 30)))


# ---- the whole debt replayed


@dataclass
class Law:
    """What the assessment asks of a law, as fields."""

    terms: InterestTerms = STATUTORY
    counts_payment_day: bool = True
    rounds: str = "line"
    capitalises_yearly: bool = False
    order: tuple[str, ...] = ("costs", "interest", "principal")
    owed_costs: tuple[Cost, ...] = ()
    start: InterestStart | None = None
    splits: dict = field(default_factory=lambda: {"commercial": HALVES})
    country: str = "XX"
    year_days: int = 365

    def due_day(self, claim, invoice):
        return invoice.due

    def interest_terms(self, claim):
        return self.terms

    def interest_start(self, claim, invoice):
        return self.start or InterestStart(invoice.due + timedelta(days=1), "act 3")

    def costs(self, claim, as_of):
        return self.owed_costs

    def allocation_order(self, claim, enforced=False):
        return (self.order, "act 7, enforced") if enforced else (self.order, "act 7")


def paid(on, amount, **more):
    return {"on": on, "amount": amount, "currency": "EUR", **more}


def invoice(number, amount, due, issued="2024-01-10"):
    return {"number": number, "amount": amount, "currency": "EUR", "issued": issued, "due": due}


def owed(law=None, as_of=D(2025, 2, 9), **more):
    more = {"issued": "2024-01-10", "due": "2024-05-31", **more}
    return assess(law or Law(), claim("NL", "NL", **more), as_of)


PAYMENT_DAYS = [
    (True, "80.76"),  # 40 days of 2025: see LINES
    (False, "80.46"),  # 39: 1175.34, so 8.22 + 60.49 + 11.75
]


@pytest.mark.parametrize(("counts", "interest"), PAYMENT_DAYS)
def test_whether_the_day_of_payment_bears_interest(counts, interest):
    answer = owed(Law(counts_payment_day=counts))
    assert (str(answer.interest), str(answer.total)) == (interest, str(Decimal("1000.00") + Decimal(interest)))
    assert (answer.regime, answer.interest_starts, answer.starts_basis) == ("commercial", D(2024, 6, 1), "act 3")


def spread(answer):
    return [(str(one.to_costs), str(one.to_interest), str(one.to_principal), str(one.left_over)) for one in answer.paid]


FORTY = Cost("flat_compensation", Money(4_000, "EUR"), D(2024, 6, 1), "act 6")
PENALTY = Cost("penalty", Money(10_000, "EUR"), D(2024, 6, 1), "clause")
LATER = Cost("reminder_fee", Money(1_000, "EUR"), D(2024, 9, 1), "act 8")
KRONOR = Cost("demand_fee", Money(18_000, "SEK"), D(2024, 6, 1), "act 9")

# Paid on 31 July 2024; the interest until then: 8.22 and 31 x 32.8767 = 10.19, together 18.41.
ALLOCATIONS = [
    # order, costs, paid, (costs, interest, principal, left over)
    (("costs", "interest", "principal"), (), "300.00", ("0.00", "18.41", "281.59", "0.00")),
    (("costs", "interest", "principal"), (FORTY,), "300.00", ("40.00", "18.41", "241.59", "0.00")),
    (("costs", "interest", "principal"), (FORTY,), "30.00", ("30.00", "0.00", "0.00", "0.00")),
    (("interest", "principal", "costs"), (FORTY,), "1030.00", ("11.59", "18.41", "1000.00", "0.00")),
    (("principal", "interest", "costs"), (FORTY,), "1030.00", ("11.59", "18.41", "1000.00", "0.00")),
    (("costs", "interest", "principal"), (PENALTY,), "100.00", ("100.00", "0.00", "0.00", "0.00")),
    (("costs", "interest", "principal", "penalty"), (FORTY, PENALTY), "100.00", ("40.00", "18.41", "41.59", "0.00")),
    (("costs", "interest", "principal", "penalty"), (PENALTY,), "1050.00", ("31.59", "18.41", "1000.00", "0.00")),
    (("costs", "interest", "principal"), (FORTY, LATER), "45.00", ("40.00", "5.00", "0.00", "0.00")),  # not yet due
    (("costs", "interest", "principal"), (KRONOR,), "30.00", ("0.00", "18.41", "11.59", "0.00")),  # other currency
    (("costs", "interest", "principal"), (FORTY,), "2000.00", ("40.00", "18.41", "1000.00", "941.59")),
]


@pytest.mark.parametrize(("order", "costs", "amount", "parts"), ALLOCATIONS)
def test_a_payment_meets_the_debt_in_the_laws_order(order, costs, amount, parts):
    answer = owed(Law(order=order, owed_costs=costs), payments=[paid("2024-07-31", amount)])
    assert spread(answer) == [parts]
    assert answer.paid[0].basis == "act 7"
    assert str(answer.left_over) == parts[3]


def test_interest_runs_on_what_is_left():
    """300.00 on 31 July leave 718.41: 153 x 23.6190 = 3613.70, then 40 x 21.6507 = 866.03."""
    answer = owed(payments=[paid("2024-07-31", "300.00")])
    amounts = [(str(line.base), line.days, str(line.amount)) for line in answer.segments]
    assert amounts == [
        ("1000.00", 30, "8.22"),
        ("1000.00", 31, "10.19"),
        ("718.41", 153, "36.14"),
        ("718.41", 40, "8.66"),
    ]
    assert (str(answer.principal), str(answer.interest)) == ("718.41", "44.80")
    assert str(answer.accrued) == "63.21"  # 18.41 of it paid


def test_money_that_came_by_enforcement_has_an_article_of_its_own():
    answer = owed(payments=[paid("2024-07-31", "300.00", enforced=True)])
    assert answer.paid[0].basis == "act 7, enforced"


def test_payments_after_the_day_have_not_come():
    answer = owed(payments=[paid("2025-02-10", "300.00")])
    assert (answer.paid, str(answer.total)) == ([], "1080.76")


TWO = [invoice("old", "100.00", "2024-05-31"), invoice("new", "200.00", "2024-12-31")]
NAMED = [
    # the debtor named, principal of the old and of the new invoice after 50.00 on 30 June 2024
    (None, 5_082, 20_000),  # the oldest: 30 x 2.7397 = 82 cents of interest first
    ("old", 5_082, 20_000),
    ("new", 10_000, 15_000),  # not yet due, but named
    ("other", 5_082, 20_000),
]


@pytest.mark.parametrize(("named", "old", "new"), NAMED)
def test_a_payment_goes_to_the_debt_that_the_debtor_named(named, old, new):
    answer = owed(as_of=D(2024, 6, 30), invoices=TWO, payments=[paid("2024-06-30", "50.00", invoice=named)])
    assert [debt.principal for debt in answer.debts] == [old, new]


def test_each_debt_has_its_own_start():
    """From 1 June 2024 on 100.00: 0.82 + 6.05 + 1.21; from 1 January 2025 on 200.00: 40 x 6.0274 = 2.41."""
    answer = owed(invoices=TWO)
    assert [(str(line.base), str(line.amount)) for line in answer.segments] == [
        ("100.00", "0.82"),
        ("100.00", "6.05"),
        ("100.00", "1.21"),
        ("200.00", "2.41"),
    ]
    assert answer.interest_starts == D(2024, 6, 1)


STARTS = [
    # start, interest on 2025-02-09, why
    (InterestStart(None, "act 3"), "0.00", "the act that starts it is missing"),
    (InterestStart(D(2025, 2, 10), "act 3"), "0.00", "from tomorrow"),
    (InterestStart(D(2025, 2, 9), "act 3"), "0.30", "from today: 30.14 cents"),
    (InterestStart(D(2025, 2, 1), "act 3", claimable_from=D(2025, 2, 10)), "0.00", "not to be asked for yet"),
    (InterestStart(D(2025, 2, 1), "act 3", claimable_from=D(2025, 2, 9)), "2.71", "9 days: 271.23 cents"),
]


@pytest.mark.parametrize(("start", "interest", "why"), STARTS)
def test_the_start_of_interest(start, interest, why):
    answer = owed(Law(start=start))
    assert str(answer.interest) == interest, why
    assert answer.interest_starts == start.first_day


# ---- what is known, and until when


def test_interest_runs_to_the_last_known_day_and_says_so():
    answer = owed(as_of=D(2025, 7, 1))
    assert answer.provisional
    assert answer.warnings == [
        "XX: interest.commercial is confirmed only through 2025-06-30; interest runs to that day"
    ]
    assert answer.segments[-1].last_day == D(2025, 6, 30)
    assert not owed(as_of=D(2025, 6, 30)).provisional


def test_the_day_of_payment_needs_no_rate_where_it_bears_none():
    assert not owed(Law(counts_payment_day=False), as_of=D(2025, 7, 1)).provisional


UNKNOWN = [
    # terms, the parameter that is named
    (fixed("11", floor=RATES), "interest.commercial"),
    (fixed("8", later=((D(2024, 9, 1), replace(STATUTORY, parameter=CIVIL)),)), "interest.civil"),
]


@pytest.mark.parametrize(("terms", "key"), UNKNOWN)
def test_the_rate_that_is_not_known_is_named(terms, key):
    answer = owed(Law(terms=terms), as_of=D(2025, 7, 1))
    assert [text.split(" is ")[0] for text in answer.warnings] == [f"XX: {key}"]


def test_a_debt_that_falls_late_after_the_known_days_bears_nothing_yet():
    """One invoice is late since 2024, the other since 2025-07-02: its payment accrues on the first alone."""
    invoices = [invoice("old", "100.00", "2024-05-31"), invoice("new", "200.00", "2025-07-01")]
    answer = owed(as_of=D(2025, 8, 1), invoices=invoices, payments=[paid("2025-07-15", "1.00")])
    assert [debt.run is None for debt in answer.debts] == [False, True]
    assert answer.provisional
    assert len(answer.warnings) == 1


def test_before_the_first_rate_nothing_is_reckoned():
    with pytest.raises(LawError, match=r"interest\.commercial is known only from 2024-01-01; asked for 2023-06-01"):
        owed(issued="2023-01-10", due="2023-05-31")


GUESSED = parameter("interest.commercial", *ROWS, uncertain=(D(2024, 7, 1),))
UNCERTAIN = [
    # due, as of, said
    ("2024-05-31", D(2024, 6, 30), False),  # the day before it counts
    ("2024-05-31", D(2024, 7, 1), True),
    ("2024-12-30", D(2025, 2, 9), True),  # its last day, 31 December
    ("2024-12-31", D(2025, 2, 9), False),  # interest starts after it
]


@pytest.mark.parametrize(("due", "as_of", "said"), UNCERTAIN)
def test_an_uncertain_rate_is_said_where_it_counts(due, as_of, said):
    answer = owed(Law(terms=replace(STATUTORY, parameter=GUESSED)), as_of, due=due)
    assert answer.warnings == (["XX: the rate 12.00 from 2024-07-01 is uncertain"] if said else [])


def test_a_warning_of_several_invoices_is_said_once():
    terms = replace(STATUTORY, parameter=GUESSED, warnings=("check the clause",))
    invoices = [invoice("1", "100.00", "2024-05-31"), invoice("2", "100.00", "2024-05-31")]
    answer = owed(Law(terms=terms), invoices=invoices)
    assert answer.warnings == ["check the clause", "XX: the rate 12.00 from 2024-07-01 is uncertain"]


# ---- costs beside the debt


def test_costs_in_another_currency_stand_beside_the_total():
    answer = owed(Law(owed_costs=(FORTY, KRONOR)))
    assert (str(answer.costs_open), str(answer.total)) == ("40.00", "1120.76")
    assert answer.foreign_costs == [KRONOR]
    assert answer.warnings == ["demand_fee of 180.00 SEK is owed beside the total in EUR: act 9"]


def test_other_costs_may_stand_in_for_the_laws_own():
    answer = assess(Law(owed_costs=(FORTY,)), claim("NL", "NL"), D(2026, 2, 9), lambda facts, day: ())
    assert answer.costs == []


# ---- where a debt stands, for the store


def test_a_debt_keeps_the_position_of_its_interest():
    (debt,) = owed(as_of=D(2024, 6, 30)).debts
    position = debt.position()
    assert (position.first_day, position.base, position.settled) == (D(2024, 6, 1).toordinal(), 100_000, 0)


POSITIONS = [
    # start, capitalises, (first day, next capitalisation)
    (InterestStart(None, "act 3"), False, None),
    (InterestStart(D(2025, 3, 1), "act 3"), False, (D(2025, 3, 1), None)),
    (InterestStart(D(2025, 3, 1), "act 3"), True, (D(2025, 3, 1), D(2026, 3, 1))),
]


@pytest.mark.parametrize(("start", "capitalises", "stands"), POSITIONS)
def test_interest_that_has_not_begun_has_a_position_once_its_first_day_is_known(start, capitalises, stands):
    (debt,) = owed(Law(start=start, capitalises_yearly=capitalises)).debts
    position = debt.position()
    if stands is None:
        assert position is None
    else:
        first, following = stands
        assert (position.first_day, position.base, position.settled) == (first.toordinal(), 100_000, 0)
        assert position.capitalises_on == (following.toordinal() if following else None)


# ---- where nobody has decided which law governs


def test_the_bare_principal_bears_nothing():
    """1000.00: 300.00 and 800.00 came in, 100.00 too much; what comes after the day has not come."""
    told = claim("CH", "NL", payments=[paid("2026-04-01", "800.00"), paid("2026-03-01", "300.00"),
                                       paid("2026-05-01", "5.00")])  # fmt: skip
    answer = principal_only(told, D(2026, 4, 1), "a person must decide")
    assert (str(answer.principal), str(answer.total), str(answer.left_over)) == ("0.00", "0.00", "100.00")
    assert spread(answer) == [("0.00", "0.00", "300.00", "0.00"), ("0.00", "0.00", "700.00", "100.00")]
    assert (answer.segments, answer.costs, answer.interest_starts) == ([], [], None)
    assert (answer.provisional, answer.warnings) == (True, ["a person must decide"])
    assert answer.paid[1].as_dict() == {
        "on": "2026-04-01",
        "amount": "800.00",
        "to_costs": "0.00",
        "to_interest": "0.00",
        "to_principal": "700.00",
        "left_over": "100.00",
        "basis": "principal only",
    }


def test_a_part_payment_of_capitalised_interest_gives_one_base_however_often_it_is_looked_at():
    """Found by the walk over cases: the base grew back by the interest of the days since the payment."""
    facts = claim(
        "NL",
        "NL",
        "consumer",
        amount="5000.00",
        issued="2023-03-04",
        due="2023-04-03",
        payments=[{"on": "2026-04-06", "amount": "40.00", "currency": "EUR"}],
    )
    law = adapter_of("NL")
    stored = assess(law, facts, D(2026, 4, 28)).debts[0]
    position, index = stored.position(), stored.index
    later = D(2026, 6, 12)
    assert not law.counts_payment_day
    assert owed_on(position, index, law.rounds, later.toordinal()) == assess(law, facts, later).interest.minor


def test_costs_put_on_the_debtor_are_owed_from_their_day():
    award = {
        "kind": "court_costs",
        "on": "2026-04-01",
        "amount": "98.00",
        "currency": "EUR",
        "basis": "judgment of 1 April",
    }
    facts, plain = claim("BE", "NL", awards=[award]), claim("BE", "NL")
    law, day = adapter_of("BE"), D(2026, 4, 1)
    assert assess(law, facts, day).total - assess(law, plain, day).total == Money(9800, "EUR")
    assert assess(law, facts, D(2026, 3, 31)).total == assess(law, plain, D(2026, 3, 31)).total
    with pytest.raises(IntakeError, match="more than zero"):
        claim("BE", "NL", awards=[{**award, "amount": "0.00"}])
