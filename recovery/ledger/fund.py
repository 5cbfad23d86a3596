"""The guarantee fund: what it advanced to the member, and what has come back to it."""

from __future__ import annotations

from dataclasses import dataclass

from recovery.case.order import Order, amount_of
from recovery.case.record import CaseRecord
from recovery.case.transition import record
from recovery.errors import CaseError
from recovery.money import Money
from recovery.store.tables import Remittance


@dataclass(frozen=True, slots=True)
class Fund:
    """What the fund advanced on a case, what recovered money brought back, and what is still out."""

    advanced: Money
    brought_back: Money

    @property
    def outstanding(self) -> Money:
        """What the fund still waits for."""
        return self.advanced - self.brought_back

    def as_dict(self) -> dict[str, str]:
        """Return the fund's part as plain data."""
        return {
            "advanced": str(self.advanced),
            "brought_back": str(self.brought_back),
            "outstanding": str(self.outstanding),
            "currency": self.advanced.currency,
        }


def fund_of(case: CaseRecord) -> Fund:
    """Return the guarantee fund's part in a case."""
    back = sum(row.amount_minor for row in case.rows(Remittance) if row.beneficiary == "fund")
    return Fund(Money(case.advanced_minor, case.currency), Money(back, case.currency))


def record_advance(case: CaseRecord, order: Order) -> None:
    """Record what the partner's guarantee fund has paid the member: recovered money goes to the fund first.

    At most the open principal is advanced: interest and costs are earned by the member's patience alone.
    """
    amount = amount_of(case, order)
    room = Money(case.principal_open_minor, case.currency) - fund_of(case).outstanding
    if amount > room:
        raise CaseError(
            f"record_advance: {amount} is more than the {room} {case.currency} of open principal not advanced yet",
            code="bad_amount",
            field="amount",
        )
    case.advanced_minor += amount.minor
    _told(case, order, amount)


def record_advance_repaid(case: CaseRecord, order: Order) -> None:
    """Record what the member has paid back to the fund, for a claim withdrawn or wrongly advanced."""
    amount, out = amount_of(case, order), fund_of(case).outstanding
    if amount > out:
        raise CaseError(
            f"record_advance_repaid: {amount} is more than the {out} {out.currency} the fund waits for",
            code="bad_amount",
            field="amount",
        )
    case.advanced_minor -= amount.minor
    _told(case, order, amount)


def _told(case: CaseRecord, order: Order, amount: Money) -> None:
    data = {
        "amount": str(amount),
        "currency": amount.currency,
        "advanced": str(Money(case.advanced_minor, case.currency)),
    }
    kind = order.action.removeprefix("record_")
    record(case, kind, actor=order.actor, on=order.on, note=order.note, data=data)
