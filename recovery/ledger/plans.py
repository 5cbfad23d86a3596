"""Instalment plans: what is due when, a reminder before each date, and what happens when one is missed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from recovery.case.entries import settle
from recovery.case.lifecycle import State, refusal
from recovery.case.order import Order, choice_in, day_in, move_by
from recovery.case.record import CaseRecord, add_law_event, facts_for, recovered_of
from recovery.case.transition import add_deadline, add_task, cancel_deadlines, move, record
from recovery.case.values import Part, Plan
from recovery.errors import CaseError
from recovery.law.claim import Payment
from recovery.law.periods import add_months
from recovery.ledger.tolerance import tolerance
from recovery.money import Money
from recovery.post import correspondence
from recovery.procedure.steps import schedule_next
from recovery.quote import assess_under

# Days that a transfer may take after an instalment's day.
GRACE_DAYS = 5
# Days before an instalment on which the debtor is reminded of it.
REMIND_DAYS = 5
# Days to pay the whole rest after a plan was broken, before the next step.
REST_DAYS = 14
MOST_INSTALMENTS = 36
# What becomes of interest while a plan is kept.
INTEREST = ("run", "waived")


@dataclass(frozen=True, slots=True)
class Instalment:
    """One instalment: its number from 1, its day and its amount."""

    number: int
    due: date
    amount: Money


def plan(case: CaseRecord, order: Order) -> None:
    """Agree a monthly instalment plan: how many, the first on which day, with interest run on or waived.

    Interest that runs on until the last instalment is spread over them all; a plan acknowledges the debt.
    """
    count, first = _count(order), day_in(order, "first") or add_months(order.on, 1)
    interest = choice_in(order, "interest", "run")
    if first < order.on:
        raise CaseError(f"plan: the first instalment {first} lies in the past", code="bad_plan", field="first")
    total = settle(case, order.on).total
    if total.minor < count:
        raise CaseError(
            f"plan: {total} {total.currency} cannot be spread over {count} instalments", code="bad_plan", field="count"
        )
    move_by(case, "plan", order)
    case.disputed = False
    add_law_event(case, "acknowledgement", order.on, by="debtor")
    days = [add_months(first, n) for n in range(count)]
    amounts = spread(case, total, days) if interest == "run" else _even(total, count)
    parts = tuple(Part(due=day, amount_minor=amount.minor) for day, amount in zip(days, amounts, strict=True))
    paid = recovered_of(case.entries, case.currency)
    case.plan = Plan(agreed=order.on, instalments=parts, paid_before=paid, interest=interest)
    schedule_instalment(case, order.on)
    key = f"{case.claim_id}:plan:{case.version}"
    correspondence.send(case, "instalment_plan", order.on, days[-1], "email", key)


def _count(order: Order) -> int:
    text = str(order.data.get("count") or 3)
    count = int(text) if text.isdecimal() else 0
    if not 2 <= count <= MOST_INSTALMENTS:
        raise CaseError(f"plan of {text} instalments: from 2 to {MOST_INSTALMENTS}", code="bad_plan", field="count")
    return count


def _even(total: Money, count: int) -> list[Money]:
    """Return a total in equal parts; the first takes the odd cents."""
    part, odd = divmod(total.minor, count)
    return [Money(part + (odd if n == 0 else 0), total.currency) for n in range(count)]


def spread(case: CaseRecord, total: Money, days: list[date]) -> list[Money]:
    """Return instalments that leave nothing owed on the last day: equal ones, the last takes what is over.

    Interest is reckoned by the law of the contract on what each instalment leaves; rates after the last known day are
    taken as they stand there (the assessment is provisional then).
    """
    even = _even(total, len(days))
    interest = _last(case, even, days) - even[-1]
    more = Money(max(interest.minor, 0) // len(days), total.currency)
    earlier = [amount + more for amount in even[:-1]]
    last = _last(case, [*earlier, even[-1]], days)
    return [*earlier, last] if last.minor > 0 else even


def _last(case: CaseRecord, amounts: list[Money], days: list[date]) -> Money:
    """Return what is owed on the last day when every earlier instalment is paid on its own."""
    claim = case.claim
    earlier = [
        Payment(on=day, amount=str(amount), currency=amount.currency)
        for day, amount in zip(days[:-1], amounts[:-1], strict=True)
    ]
    paid = claim.model_copy(update={"payments": (*claim.payments, *case.waivers, *earlier)})
    return assess_under(case.substance, paid, days[-1]).total


def plan_of(case: CaseRecord) -> Plan:
    """Return the plan that a case has.

    Raises:
        CaseError: it has none.
    """
    if case.plan is None:
        raise CaseError(f"case {case.reference}: has no instalment plan", code="not_allowed")
    return case.plan


def instalments_of(case: CaseRecord) -> list[Instalment]:
    """Return the instalments of a case's plan."""
    parts = enumerate(plan_of(case).instalments, 1)
    return [Instalment(number, part.due, Money(part.amount_minor, case.currency)) for number, part in parts]


def _paid(case: CaseRecord) -> int:
    return recovered_of(case.entries, case.currency) - (plan_of(case).paid_before or 0)


def next_instalment(case: CaseRecord) -> Instalment | None:
    """Return the first instalment that is not covered yet, None when all are."""
    paid, covered = _paid(case), 0
    for one in instalments_of(case):
        covered += one.amount.minor
        if covered > paid + tolerance(case, one.amount):
            return one
    return None


def lower_plan(case: CaseRecord, by: Money, on: date) -> None:
    """Ask less by a plan, the last instalments first: a part of what it was made for was given up."""
    agreed, lower, left = plan_of(case), list[Part](), by.minor
    for part in reversed(agreed.instalments):
        taken = min(part.amount_minor, left)
        lower.insert(0, part.model_copy(update={"amount_minor": part.amount_minor - taken}))
        left -= taken
    kept = tuple(part for part in lower if part.amount_minor) or tuple(lower[:1])
    case.plan = agreed.model_copy(update={"instalments": kept})
    schedule_instalment(case, on)


def spread_anew(case: CaseRecord, total: Money, on: date) -> None:
    """Spread what is owed now over the days of a plan that the debtor was not told of yet."""
    agreed = plan_of(case)
    days = [part.due for part in agreed.instalments]
    amounts = _even(total, len(days)) if agreed.interest == "waived" else spread(case, total, days)
    parts = tuple(Part(due=day, amount_minor=amount.minor) for day, amount in zip(days, amounts, strict=True))
    paid = recovered_of(case.entries, case.currency)
    case.plan = agreed.model_copy(update={"instalments": parts, "paid_before": paid})
    schedule_instalment(case, on)


def schedule_instalment(case: CaseRecord, on: date) -> None:
    """Set the deadline of the next instalment, and the reminder before it."""
    cancel_deadlines(case, "instalment", "instalment_reminder")
    basis, one = "the instalment plan as agreed", next_instalment(case)
    if one is None:
        last = instalments_of(case)[-1].due + timedelta(days=GRACE_DAYS)
        why = "all instalments are paid: settle the rest"
        add_deadline(case, "instalment", last, "team", why, about="rest")
        return
    data = {"amount": str(one.amount), "due": one.due.isoformat()}
    due_on = one.due + timedelta(days=GRACE_DAYS)
    add_deadline(case, "instalment", due_on, "debtor", basis, data, about=str(one.number))
    remind_on = one.due - timedelta(days=REMIND_DAYS)
    if remind_on > on:
        add_deadline(case, "instalment_reminder", remind_on, "system", basis, data, about=str(one.number))


def remind_instalment(case: CaseRecord, on: date) -> None:
    """Remind the debtor of the next instalment, once, while the plan is kept."""
    one = next_instalment(case) if case.state == State.INSTALMENT_PLAN else None
    if one is None or one.due < on:
        return
    record(
        case,
        "instalment_reminder",
        actor="system",
        on=on,
        data={"instalment": one.number, "due": one.due.isoformat(), "basis": "the instalment plan as agreed"},
    )
    key = f"{case.claim_id}:instalment:{plan_of(case).agreed}:{one.number}"
    values = {"instalment": {"amount": str(one.amount), "currency": case.currency}}
    correspondence.send(case, "instalment_reminder", on, one.due, "email", key, values=values)


def is_kept(case: CaseRecord, on: date) -> bool:
    """Tell whether the debtor has paid what the plan asks by `on`."""
    expected = sum(one.amount.minor for one in instalments_of(case) if one.due <= on)
    return _paid(case) + tolerance(case, Money(expected, case.currency)) >= expected


def break_plan(case: CaseRecord, order: Order) -> None:
    """End a plan that the debtor did not keep: the whole rest is due again."""
    move_by(case, "break_plan", order)
    _ended(case, order.on)


def instalment_passed(case: CaseRecord, as_of: date) -> None:
    """Look whether an instalment came in; without it the plan ends and the whole rest is due."""
    if is_kept(case, as_of - timedelta(days=1)):
        schedule_instalment(case, as_of)
    elif refusal(State(case.state), "break_plan", facts_for(case, as_of)) is None:
        move(case, "break_plan", actor="system", on=as_of, note="an instalment was not paid in time")
        _ended(case, as_of)


def _ended(case: CaseRecord, on: date) -> None:
    """Tell the debtor that the rest is due, and go on after the time to pay it."""
    case.plan = None
    rest_by = on + timedelta(days=REST_DAYS)
    if case.state in (State.AMICABLE, State.FORMAL_NOTICE):
        key = f"{case.claim_id}:plan_ended:{case.version}"
        correspondence.send(case, "plan_ended", on, rest_by, "email", key)
        schedule_next(case, rest_by + timedelta(days=1))
    else:
        add_task(case, "work", on, data={"why": "the plan was not kept"})
