"""The plan of a procedure: which step falls on which day, when nothing stops it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from recovery.law.values import Step

TermEnd = Callable[[Step, date], date]


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step on a day, with the last day the debtor has to react."""

    step: Step
    on: date
    deadline: date

    def as_dict(self) -> dict[str, str | None]:
        """Return the step in the shape of the command line's JSON."""
        return {
            "step": self.step.name,
            "label": self.step.label,
            "on": self.on.isoformat(),
            "deadline": self.deadline.isoformat(),
            "actor": self.step.actor,
            "basis": self.step.basis,
        }


def plan(steps: Sequence[Step], start: date, done: frozenset[str], term_end: TermEnd) -> list[PlannedStep]:
    """Return the steps that are still to come, the first on or after `start`."""
    result, day = [], start
    for step in steps:
        if step.event in done or step.name in done:
            continue
        on = day + timedelta(days=step.after_days)
        deadline = term_end(step, on)
        result.append(PlannedStep(step, on, deadline))
        day = deadline + timedelta(days=1)
    return result
