"""What an action is: what it takes, when and by whom it may be done, and the handler that does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from recovery.case.lifecycle import State, allowed
from recovery.case.order import Handler
from recovery.case.record import CaseRecord

# Who acts for the team: a person of it, or its lead; others are the member and the debtor.
TEAM = ("team", "lead")
Guard = Callable[[CaseRecord, date], str | None]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that an action takes.

    `kind`: note, text, amount, currency, day, time, number, tick, choice (of `choices`), routes, reasons, countries,
    people, letters, tasks, cases (others of the debtor). Nobody does without a `required` one; an `insisted` one a
    page always asks for, while the command line may leave it out. `asks` says in the imperative what is missing. A page
    shows those with `on_page`, named by the text of `label`.
    """

    name: str
    kind: str = "text"
    required: bool = False
    insisted: bool = False
    choices: tuple[str, ...] = ()
    label: str = ""
    asks: str = ""
    on_page: bool = True

    @property
    def needed(self) -> bool:
        """Tell whether a page asks for it without fail."""
        return self.required or self.insisted

    @property
    def option(self) -> str:
        """The option of `case do` that gives it."""
        return f"--{self.name.replace('_', '-')}"


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that people do to a case.

    It makes one of the moves `events` of the lifecycle, whose states are then its own, or none and names its `states`.
    `guards` are what it asks of the case beside. `group` is where a team's page shows it; without one it does not.
    `answers_debtor`: with it a team deals with what the debtor has said. `before_filing`: its day may lie before the
    claim was filed. `of_side` says why one side may not do it to a case, where that hangs on the case.
    """

    name: str
    handler: Handler
    fields: tuple[Field, ...] = ()
    events: tuple[str, ...] = ()
    states: tuple[State, ...] = ()
    who: tuple[str, ...] = TEAM
    group: str | None = None
    guards: tuple[Guard, ...] = ()
    answers_debtor: bool = False
    before_filing: bool = False
    of_side: Callable[[CaseRecord, date, str], str | None] | None = None

    def __post_init__(self) -> None:
        if self.events:
            moved = tuple(state for state in State if not set(allowed(state)).isdisjoint(self.events))
            object.__setattr__(self, "states", moved)

    @property
    def text(self) -> str:
        """What it does, in one line."""
        return (self.handler.__doc__ or "").strip().splitlines()[0]

    def takes(self, name: str) -> bool:
        """Tell whether it takes a field; a note may be given with every action."""
        return name == "note" or any(field.name == name for field in self.fields)


def note(label: str = "note", *, insisted: bool = False) -> Field:
    """Return the field of a note that may be left out."""
    return Field("note", "note", insisted=insisted, label=label)


def said(asks: str, label: str = "note") -> Field:
    """Return the field of a note that nobody does without."""
    return Field("note", "note", True, label=label, asks=asks)


def amount(*, required: bool = False, insisted: bool = False) -> Field:
    """Return the field of an amount."""
    return Field("amount", "amount", required, insisted, asks="give the amount")


def day(name: str = "until", *, insisted: bool = False) -> Field:
    """Return the field of a day."""
    return Field(name, "day", insisted=insisted)


def choice(name: str, *choices: str, required: bool = False) -> Field:
    """Return the field of a choice."""
    return Field(name, "choice", required, choices=choices)
