"""An action asked for on a case, and what every action checks of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from recovery.case.entries import settle
from recovery.case.record import CaseRecord
from recovery.case.transition import move
from recovery.errors import CaseError
from recovery.money import Money

# A paper that comes with an action: its kind, name and content.
Paper = tuple[str, str, bytes]


@dataclass(frozen=True)
class Order:
    """An action asked for: who, when, and what it needs.

    `who` is the side on which the actor acts, where a page knows it: team, lead, member, debtor. Changed since
    `expected_version`, a case is left as it is.
    """

    action: str
    on: date
    actor: str = "team"
    note: str = ""
    amount: str | None = None
    data: dict[str, Any] = field(default_factory=dict)
    expected_version: int | None = None
    who: str = ""
    papers: tuple[Paper, ...] = ()


# No term, plan or promise of a case lies further away.
MOST_YEARS = 10
Handler = Callable[[CaseRecord, Order], None]


def move_by(case: CaseRecord, event: str, order: Order, **data: Any) -> None:
    """Take the case through a move of the table on behalf of who ordered it."""
    move(case, event, actor=order.actor, on=order.on, note=order.note, data=data)


def amount_of(case: CaseRecord, order: Order) -> Money:
    """Return the amount of an order in the case's currency.

    Raises:
        CaseError: none is given, or it is not more than zero.
    """
    if order.amount is None:
        raise CaseError(f"{order.action}: give the amount with --amount", code="missing", field="amount")
    amount = Money.parse(order.amount, case.currency)
    if amount.minor <= 0:
        raise CaseError(f"{order.action}: the amount must be more than zero", code="bad_amount", field="amount")
    return amount


def amount_within_owed(case: CaseRecord, order: Order) -> Money:
    """Return the amount of an order, which is at most what is owed on its day.

    Raises:
        CaseError: none is given, or it is more than what is owed.
    """
    amount, owed = amount_of(case, order), settle(case, order.on).total
    if amount > owed:
        raise CaseError(
            f"{order.action}: {amount} is more than the {owed} {owed.currency} owed", code="bad_amount", field="amount"
        )
    return amount


def day_in(order: Order, name: str) -> date | None:
    """Return a day that an order's data gives, None without it.

    Raises:
        CaseError: it is no date.
    """
    text = order.data.get(name)
    try:
        day = date.fromisoformat(str(text)) if text else None
    except ValueError:
        raise CaseError(
            f"{order.action}: {name} {text!r}: write the date as 2026-01-31", code="bad_date", field=name
        ) from None
    if day and abs(day.year - order.on.year) > MOST_YEARS:
        raise CaseError(
            f"{order.action}: {name} {day}: more than {MOST_YEARS} years away; check it", code="bad_date", field=name
        )
    return day


def choice_in(order: Order, name: str, default: str = "") -> str:
    """Return the choice that an order gives, or what stands for it; the table of actions knows which there are."""
    return str(order.data.get(name) or default)
