"""Instalment plans: what is due when, and what happens when an instalment is missed."""

from __future__ import annotations

from datetime import date, timedelta

from sqlmodel import Session

from recovery.cases import correspondence
from recovery.cases.record import change_facts, entries_of, recovered_of
from recovery.cases.transition import add_deadline, cancel_deadlines
from recovery.errors import CaseError
from recovery.law.periods import add_months
from recovery.money import Money
from recovery.store.tables import Case

GRACE_DAYS = 5


def make_plan(session: Session, case: Case, on: date, total: Money, count: int, first: str | None) -> None:
    """Spread `total` over monthly instalments; the first takes the odd cents. A letter confirms it."""
    if not 2 <= count <= 36:
        raise CaseError(f"plan of {count} instalments: from 2 to 36", code="bad_plan", field="count")
    start = date.fromisoformat(first) if first else add_months(on, 1)
    if start < on:
        raise CaseError(f"plan: the first instalment {start} lies in the past", code="bad_plan", field="first")
    part, odd = divmod(total.minor, count)
    rows = [
        {
            "due": add_months(start, n).isoformat(),
            "amount": str(Money(part + (odd if n == 0 else 0), case.currency)),
        }
        for n in range(count)
    ]
    paid = recovered_of(entries_of(session, case.claim_id), case.currency)
    change_facts(case, plan={"agreed": on.isoformat(), "instalments": rows, "paid_before": paid})
    schedule_instalment(session, case)
    correspondence.send(
        session,
        case,
        "instalment_plan",
        on,
        add_months(start, count - 1),
        "email",
        f"{case.claim_id}:plan:{case.version}",
    )


def _expected(case: Case, on: date) -> int:
    rows = case.facts["plan"]["instalments"]
    return sum(Money.parse(row["amount"], case.currency).minor for row in rows if date.fromisoformat(row["due"]) <= on)


def schedule_instalment(session: Session, case: Case) -> None:
    """Set the deadline of the next instalment that is not covered yet."""
    cancel_deadlines(session, case, "instalment:")
    paid = recovered_of(entries_of(session, case.claim_id), case.currency) - case.facts["plan"]["paid_before"]
    covered = 0
    for number, row in enumerate(case.facts["plan"]["instalments"], 1):
        covered += Money.parse(row["amount"], case.currency).minor
        if covered > paid:
            due = date.fromisoformat(row["due"]) + timedelta(days=GRACE_DAYS)
            add_deadline(
                session,
                case,
                f"instalment:{number}",
                due,
                "debtor",
                "the instalment plan as agreed",
                {"amount": row["amount"], "due": row["due"]},
            )
            return
    last = date.fromisoformat(case.facts["plan"]["instalments"][-1]["due"])
    add_deadline(
        session,
        case,
        "instalment:rest",
        last + timedelta(days=GRACE_DAYS),
        "team",
        "all instalments are paid: settle the rest",
    )


def is_kept(session: Session, case: Case, on: date) -> bool:
    """Tell whether the debtor has paid what the plan asks by `on`."""
    paid = recovered_of(entries_of(session, case.claim_id), case.currency) - case.facts["plan"]["paid_before"]
    return bool(paid >= _expected(case, on))
