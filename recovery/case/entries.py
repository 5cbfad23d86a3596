"""The ledger of a case: what is owed as it is settled, what came in, what was given up."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Literal

from recovery.case.record import CaseRecord, assess_case, rests_of
from recovery.law.assessment import Assessment
from recovery.law.happened import Credit, Waived
from recovery.money import Money
from recovery.store.new_rows import new_row
from recovery.store.tables import Entry

Head = Literal["costs", "interest", "principal"]


def post(
    case: CaseRecord,
    kind: str,
    amount: Money,
    on: date,
    basis: str,
    label: str,
    data: dict[str, Any] | None = None,
) -> None:
    """Add one line; nothing is written for nothing."""
    if amount:
        case.add(
            new_row(
                Entry,
                claim_id=case.claim_id,
                booked_on=on,
                kind=kind,
                amount_minor=amount.minor,
                currency=amount.currency,
                basis=basis,
                label=label,
                data=data or {},
            )
        )


def settle(case: CaseRecord, on: date) -> Assessment:
    """Write down interest and costs as they stand on `on` and return the assessment.

    Lines are differences to what stands already, so a payment dated earlier corrects them.
    """
    on = max(on, case.settled_on or on)
    assessed = assess_case(case, on)
    posted = list(case.entries)
    _post_interest(case, assessed, posted, on)
    _post_costs(case, assessed, posted, on)
    case.principal_open_minor = assessed.principal.minor
    case.settled_interest_minor = assessed.interest.minor
    case.settled_on = on
    case.outside.settled(case, assessed)
    return assessed


def _post_interest(case: CaseRecord, assessed: Assessment, posted: list[Entry], on: date) -> None:
    accrued = assessed.accrued.minor
    before = sum(entry.amount_minor for entry in posted if entry.kind == "interest")
    basis = assessed.segments[-1].basis if assessed.segments else assessed.starts_basis
    first = assessed.interest_starts
    if first and case.settled_on and case.settled_on >= first:
        first = case.settled_on + timedelta(days=1)
    post(
        case,
        "interest",
        Money(accrued - before, case.currency),
        on,
        basis,
        f"{assessed.regime} interest from {first} to {on}" if accrued >= before else f"interest corrected to {on}",
        {"segments": [segment.as_dict() for segment in assessed.segments]},
    )


def _post_costs(case: CaseRecord, assessed: Assessment, posted: list[Entry], on: date) -> None:
    before: dict[str, int] = {}
    for entry in posted:
        if entry.kind == "cost":
            before[entry.data["key"]] = before.get(entry.data["key"], 0) + entry.amount_minor
    now: dict[str, int] = {}
    meaning = {}
    for cost in assessed.costs:
        key = f"{cost.kind}:{cost.invoice or ''}:{cost.amount.currency}"
        now[key] = now.get(key, 0) + cost.amount.minor
        meaning[key] = cost
    for key in {**before, **now}:
        difference = now.get(key, 0) - before.get(key, 0)
        currency = key.rsplit(":", 1)[1]
        basis = meaning[key].basis if key in meaning else "no longer due"
        post(
            case,
            "cost",
            Money(difference, currency),
            on,
            basis,
            key.split(":")[0].replace("_", " "),
            {"key": key},
        )


def balances(case: CaseRecord) -> dict[str, int]:
    """Return the sum of a case's ledger by currency, in minor units."""
    result: dict[str, int] = {}
    for entry in case.entries:
        result[entry.currency] = result.get(entry.currency, 0) + entry.amount_minor
    return {currency: minor for currency, minor in result.items() if minor}


def waive(
    case: CaseRecord, amount: Money, on: date, why: str, rest_first: bool = False, head: Head | None = None
) -> None:
    """Give up an amount: from that day it counts as covered.

    `rest_first`: of a debt that a court allowed in part it is the principal without title, before anything else.
    `head`: it is of costs, interest or principal alone.
    """
    rows, left = list(case.waivers), amount
    for invoice, rest in rests_of(case, on) if rest_first and not head else ():
        part = min(left, rest)
        left -= part
        rows.append(_waiver(part, on, invoice=invoice, rest=True))
    if left:
        rows.append(_waiver(left, on, head=head))
    case.waivers = tuple(rows)
    post(case, "waiver", -amount, on, "waiver by the creditor", why)
    settle(case, on)


def _waiver(amount: Money, on: date, **more: Any) -> Waived:
    return Waived(on=on, amount=str(amount), currency=amount.currency, **more)


def never_owed(
    case: CaseRecord,
    amount: Money,
    on: date,
    kind: Literal["credit_note", "correction"],
    why: str,
    invoice: str | None = None,
) -> None:
    """Note that a part of an invoice was never owed, and book it; interest and costs follow."""
    reason = why.strip() or None
    made = Credit(on=on, amount=str(amount), currency=amount.currency, invoice=invoice, kind=kind, reason=reason)
    case.credits = (*case.credits, made)
    about = f"invoice {invoice}" if invoice else "the claim"
    post(case, kind, -amount, on, about, reason or kind.replace("_", " "))
    settle(case, on)


def write_off(case: CaseRecord, on: date, reason: str) -> None:
    """Bring the ledger of a closing or closed case to zero.

    What stays open is written off by its reason, money that was taken back is first owed back to nobody any more;
    money beyond what is owed first undoes what was written off before, and is owed back to the debtor for the rest.
    """
    settle(case, on)
    case.outside.settled(case, None)
    basis = f"closure: {reason}"
    for currency, minor in balances(case).items():
        if minor > 0:
            gone = min(minor, refund_open(case)) if currency == case.currency else 0
            post(case, "refund_due", Money(-gone, currency), on, "payment taken back", "nothing is left to be returned")
            left = Money(gone - minor, currency)
            post(case, "written_off", left, on, basis, f"not recovered: {reason}")
            continue
        undone = min(-minor, _written_off(case, currency))
        post(case, "written_off", Money(undone, currency), on, basis, "written off before, now paid")
        over = Money(-minor - undone, currency)
        post(case, "refund_due", over, on, "undue payment", "paid too much: to be returned to the debtor")


def undo_write_off(case: CaseRecord, on: date, why: str) -> None:
    """Let a case that stands again owe what was written off when it closed, and owe no refund that was not made."""
    settle(case, on)
    for currency in {entry.currency for entry in case.entries if entry.kind == "written_off"}:
        post(case, "written_off", Money(_written_off(case, currency), currency), on, why, "written off no more")
    gone = Money(-refund_open(case), case.currency)
    post(case, "refund_due", gone, on, why, "nothing is left to be returned")


def undo_waiver(case: CaseRecord, one: Waived, on: date, why: str) -> None:
    """Take a waiver back: what it rested on is gone."""
    rows = list(case.waivers)
    rows.remove(one)
    case.waivers = tuple(rows)
    post(case, "waiver", one.money, on, "waiver by the creditor", why)
    settle(case, on)


def refund_open(case: CaseRecord) -> int:
    """Return what is still to be returned to the debtor, in minor units of the case's currency."""
    due = sum(one.amount_minor for one in case.entries if one.kind == "refund_due" and one.currency == case.currency)
    back = (Money.parse(one.data["amount"], case.currency).minor for one in case.events if one.kind == "refund")
    return due - sum(back)


def _written_off(case: CaseRecord, currency: str) -> int:
    return -sum(e.amount_minor for e in case.entries if e.kind == "written_off" and e.currency == currency)
