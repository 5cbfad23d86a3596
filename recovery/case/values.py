"""The frozen values of a case: what was agreed, offered, decided and sent. Days are dates, amounts in minor units."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict

from recovery.money import Money


class Frozen(BaseModel):
    """A value that is replaced whole, and holds nothing that is not named."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    def shown(self, currency: str) -> dict[str, Any]:
        """Return the value as JSON and pages show it: amounts as text, what is not known left out."""
        return plain(dict(self), currency)


def plain(fields: Mapping[str, Any], currency: str) -> dict[str, Any]:
    """Return fields as events and JSON tell them: `x_minor` as the amount x, days as text, without what is None."""
    return {
        name.removesuffix("_minor"): _plain(name, value, currency)
        for name, value in fields.items()
        if value is not None
    }


def _plain(name: str, value: Any, currency: str) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [one.shown(currency) if isinstance(one, Frozen) else one for one in value]
    return str(Money(value, currency)) if name.endswith("_minor") else value


class Consent(Frozen):
    """What the member agreed to, or a person decided against a guard: formal_notice, court, settlement, mandate;
    barred, urgent."""

    about: str
    given_on: date


class Reason(Frozen):
    """Why the law of the contract is what it is, and by which article."""

    why: str
    basis: str


class StepDone(Frozen):
    """A step of the procedure that was done, the letter it sent, and the event that it is for the law.

    `former`: it was done in a country where the debtor lived before, and may be due again.
    """

    step: str
    letter: str | None = None
    event: str = "reminder"
    on: date | None = None
    before: str = ""
    after: str = ""
    former: bool = False


class Offer(Frozen):
    """What the last demand asks for: paid by its day, nothing more is owed. `paid_before` had come in when it was made.

    Without `paid_before` (demands of old) payments count by their day. `earlier` are the demands before it: money that
    crossed the next letter keeps them too.
    """

    total_minor: int
    pay_by: date
    on: date
    paid_before: int | None = None
    earlier: tuple[Offer, ...] = ()

    @property
    def each(self) -> tuple[Offer, ...]:
        """This demand and those before it, the latest first."""
        return (self, *self.earlier)


class Part(Frozen):
    """One instalment as agreed."""

    due: date
    amount_minor: int


class Plan(Frozen):
    """An instalment plan as agreed; interest runs or is waived. `paid_before` had come in when it was made."""

    agreed: date
    instalments: tuple[Part, ...]
    paid_before: int = 0
    interest: str | None = None


class Settlement(Frozen):
    """An amount that settles the case if it comes in until a day; it binds from the day on which it is agreed."""

    amount_minor: int
    until: date
    owed_minor: int
    on: date
    paid_before: int | None = None
    agreed: date | None = None


class Suspension(Frozen):
    """Why a case rests and since when; of insolvency proceedings, what is known of them and when it was lodged."""

    kind: str
    label: str | None = None
    effect: str | None = None
    do: str | None = None
    stops: str | None = None
    basis: str | None = None
    court: str | None = None
    number: str | None = None
    administrator: str | None = None
    administrator_address: str | None = None
    administrator_email: str | None = None
    opened: date | None = None
    published: date | None = None
    lodge_by: date | None = None
    on: date | None = None
    lodged: date | None = None


class Court(Frozen):
    """The proceedings before a court: the route, what follows an opposition, and what the court did on which day.

    `allowed_minor` is the principal that a judgment allowed (of old: of `of_minor`), `title_minor` what the title is
    for, `before` the route that an opposition ended.
    """

    route: str
    court: str | None = None
    filed: date | None = None
    basis: str | None = None
    reacts_within: str | None = None
    after: str | None = None
    rectify: date | None = None
    rectified: date | None = None
    proposal_minor: int | None = None
    proposal_answered: str | None = None
    rejected: date | None = None
    issued: date | None = None
    served: date | None = None
    opposition_until: date | None = None
    unserved: date | None = None
    answered: date | None = None
    hearing: date | None = None
    opposed: date | None = None
    before: str | None = None
    transferred: date | None = None
    judgment: str | None = None
    allowed_minor: int | None = None
    of_minor: int | None = None
    enforceable: date | None = None
    title_minor: int | None = None


class FlowRun(Frozen):
    """A run that worked the case, by which its page opens it in Prefect's UI."""

    flow: str
    id: str
