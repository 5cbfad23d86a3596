"""What happened to a claim: money, credits, letters and acts, costs that a court has fixed."""

from __future__ import annotations

from functools import cached_property
from typing import Literal

from recovery.law.parties import Day, Model
from recovery.law.values import Cost
from recovery.money import Money

EventKind = Literal[
    "reminder",
    "formal_notice",
    "written_demand",
    "lawyer_notice",
    "acknowledgement",
    "lawsuit",
    "payment_order_applied",
    "served",
    "opposition",
    "judgment",
    "insolvency",
    "dispute",
    "withdrawn",
    "struck_out",
    "unserved",
    "negotiation_began",
    "negotiation_ended",
    "mediation_began",
    "mediation_ended",
    "enforcement_act",
]


class Payment(Model):
    """Money that came in, dated by its value day.

    `invoice` is the debt that the debtor named when paying; `enforced` money came in by enforcement,
    which some laws spread in another order.
    """

    on: Day
    amount: str
    currency: str
    invoice: str | None = None
    enforced: bool = False

    @cached_property
    def money(self) -> Money:
        """The amount, exact."""
        return Money.parse(self.amount, self.currency, "payments.amount")


class SetOff(Payment):
    """What the parties set off: it covers a debt like money of its day, and acknowledges nothing."""


class Waived(Payment):
    """What the creditor gave up: it covers a debt like money of its day, what has no title before what has one.

    `rest` says that it is of the principal that a court did not allow, and covers that before costs and interest;
    `head` that it is of costs, interest or principal alone.
    """

    rest: bool = False
    head: Literal["costs", "interest", "principal"] | None = None


class Credit(Model):
    """What takes a debt away without money.

    A credit note or correction says that a part was never owed; a set-off works from its own day.
    """

    on: Day
    amount: str
    currency: str
    invoice: str | None = None
    kind: Literal["credit_note", "correction", "set_off"] = "credit_note"
    reason: str | None = None

    @cached_property
    def money(self) -> Money:
        """The amount, exact."""
        return Money.parse(self.amount, self.currency, "credits.amount")


class Allowed(Model):
    """The principal that a judgment or order allowed, where it allowed less than was asked (Reg. 1896/2006 art. 10)."""

    amount: str
    currency: str

    @cached_property
    def money(self) -> Money:
        """The amount, exact."""
        return Money.parse(self.amount, self.currency, "events.allowed.amount")


class Event(Model):
    """Something that happened and that the law gives an effect.

    `invoices` are the numbers of the debts that it concerns; without them it concerns those that had been issued
    and were due and open on its day. `allowed` is the principal that a judgment allowed of them; without it all of it.
    """

    kind: EventKind
    on: Day
    by: Literal["creditor", "lawyer", "bailiff", "collector", "debtor", "court"] = "creditor"
    channel: Literal["post", "registered", "email", "hand"] = "post"
    received: Day | None = None
    wording: Literal["receipt_based", "date_based"] | None = None
    invoices: tuple[str, ...] | None = None
    allowed: Allowed | None = None


class Award(Model):
    """Costs that a court or an enforcement officer has fixed against the debtor."""

    kind: Literal["court_costs", "enforcement_costs"]
    on: Day
    amount: str
    currency: str
    basis: str

    @cached_property
    def money(self) -> Money:
        """The amount, exact."""
        return Money.parse(self.amount, self.currency, "awards.amount")

    @property
    def cost(self) -> Cost:
        """The award as a cost, due from its day."""
        return Cost(self.kind, self.money, self.on, self.basis)
