"""A letter decided on again before it leaves: what it asks for may have changed since it was composed.

One that may not go out any more is withdrawn with its step. One whose amount has changed is composed anew: on the day
of the change, its term moved by as many days, and what hangs on that day with it.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from recovery.case.entries import settle
from recovery.case.lifecycle import State
from recovery.case.record import CaseRecord, assess_case, procedure_of, recovered_of
from recovery.case.transition import add_effect, add_task, open_deadlines, record
from recovery.case.withholding import AGREEMENTS, DEMANDS, demand_refused, hold_back, withdraw
from recovery.law.happened import Event
from recovery.letters.letter import Letter
from recovery.money import Money
from recovery.post.correspondence import compose_again
from recovery.store.tables import Outbox

CHANGED = "the amount changed before the letter left the house"
# Reminds of one instalment: whoever pays in between needs none, and the instalment's own day stands.
OF_A_PLAN = "instalment_reminder"


def stands(case: CaseRecord, item: Outbox, letter: dict[str, Any] | None, at: datetime) -> bool:
    """Tell whether a letter's effect is still to be done; else it was withdrawn, or replaced by a letter anew.

    `item` renders the letter or sends it, `letter` is the letter as it was decided.
    """
    if letter is None or letter["document"] not in (*DEMANDS, *AGREEMENTS):
        return True
    key = item.key if item.kind == "letter" else item.payload["letters"][0]
    if any(one.key == key and (one.status != "waiting" or one.batch) for one in case.shipments):
        return True  # it has left, or is on its way
    why = _why_not(case, letter)
    if why:
        _withdrawn(case, item, key, letter, why)
        return False
    day = _changed_on(case, letter, procedure_of(case).today(at))
    if day is None:
        return True
    if letter["document"] == OF_A_PLAN:
        _withdrawn(case, item, key, letter, CHANGED)
    else:
        _anew(case, item, key, Letter.from_dict(letter), day)
    return False


def _why_not(case: CaseRecord, letter: dict[str, Any]) -> str | None:
    """Return why a letter may not go out any more: a demand by its rules, what was agreed once the case has ended."""
    if letter["document"] in DEMANDS:
        return demand_refused(case, date.fromisoformat(letter["dated"]), letter["document"])
    return "the case is closed" if case.state == State.CLOSED else None


def _changed_on(case: CaseRecord, letter: dict[str, Any], today: date) -> date | None:
    """Return the day for which a letter is composed anew, None where it says what is owed and where the debtor is."""
    dated = date.fromisoformat(letter["dated"])
    moved_house = letter["debtor"]["lines"] != list(case.party("debtor").address.lines)
    if moved_house and letter["document"] != OF_A_PLAN:
        return dated
    if letter["document"] not in DEMANDS:
        return None
    moved = [row.on for row in (*case.claim.payments, *case.waivers) if dated < row.on <= today]
    if moved:
        return max(moved)
    return dated if str(assess_case(case, dated).total) != letter["total"] else None


def _withdrawn(case: CaseRecord, item: Outbox, key: str, letter: dict[str, Any], why: str) -> None:
    on = date.fromisoformat(letter["dated"])
    withdraw(case, item, key, why)
    record(case, "letter_withdrawn", actor="system", on=on, note=why, data={"letter": key, "withheld": [key]})
    if letter["document"] in DEMANDS and letter["document"] != OF_A_PLAN and case.state != State.CLOSED:
        add_task(case, "work", on, data={"why": f"a letter was withdrawn: {why}"})


def _anew(case: CaseRecord, item: Outbox, key: str, letter: Letter, day: date) -> None:
    """Compose a demand anew under a key of its own: the one before stays as it was, and never leaves."""
    later = day - letter.dated_on
    case.version += 1
    new = f"{key}:{case.version}"
    was_step = _step_moved(case, key, new, later)
    settle(case, max(day, case.settled_on or day))
    again = compose_again(case, letter, later)
    if was_step:
        _ask_anew(case, again, later)
    hold_back(case, item, key, CHANGED)
    data = {"letter": new, "instead_of": key, "total": again.total}
    record(case, "letter_renewed", actor="system", on=day, note=CHANGED, data=data)
    add_effect(case, new, "letter", again.as_dict())


def _step_moved(case: CaseRecord, key: str, new: str, later: timedelta) -> bool:
    """Let the step of a letter have been done by the letter anew, and what waits for its term wait as much longer."""
    done = next((one for one in case.steps if one.letter == key and one.on), None)
    if done is None or done.on is None:
        return False
    on = done.on + later
    case.law_events = _moved(case.law_events, done.event, done.on, on)
    anew = done.model_copy(update={"letter": new, "on": on})
    case.steps = tuple(anew if one is done else one for one in case.steps)
    for deadline in open_deadlines(case):
        if deadline.kind == "step":
            deadline.due_on += later
    return True


def _moved(events: tuple[Event, ...], kind: str, was: date, on: date) -> tuple[Event, ...]:
    """Return the events of the law with the last of a kind and day on another day."""
    places = [place for place, one in enumerate(events) if (one.kind, one.on) == (kind, was)]
    if not places:
        return events
    at = places[-1]
    return (*events[:at], events[at].model_copy(update={"on": on}), *events[at + 1 :])


def _ask_anew(case: CaseRecord, letter: Letter, later: timedelta) -> None:
    """Keep what the letter asks for now: who pays that in time owes no later interest."""
    if case.offer:
        asked = {"total_minor": Money.parse(letter.total, case.currency).minor, "on": letter.dated_on}
        more = {"pay_by": case.offer.pay_by + later, "paid_before": recovered_of(case.entries, case.currency)}
        case.offer = case.offer.model_copy(update={**asked, **more})
