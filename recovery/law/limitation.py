"""Limitation: the last day on which a claim may be sued for, event by event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Protocol

from recovery.law.claim import ClaimFacts, Event, InvoiceDue
from recovery.law.periods import ONE_DAY, Period, Rule, TimeLimit, add_months
from recovery.law.values import Interruption, LimitationTerm, Suspension

ALERT_DAYS = (180, 90, 30)  # before the last safe day


class LimitationLaw(Protocol):
    """What limitation asks of the law of the contract."""

    def limitation_term(self, claim: ClaimFacts, invoice: InvoiceDue) -> LimitationTerm: ...  # noqa: D102
    def interruption(self, claim: ClaimFacts, event: Event) -> Interruption: ...  # noqa: D102
    def suspensions(self, claim: ClaimFacts) -> Sequence[Suspension]: ...  # noqa: D102
    def is_eu_rest_day(self, day: date, region: str | None = None) -> bool: ...  # noqa: D102
    def time_limit(  # noqa: D102
        self, rule: Rule, start: date, period: Period, act: str = "other", region: str | None = None
    ) -> TimeLimit: ...


@dataclass(frozen=True, slots=True)
class Limitation:
    """The last day, how it came about, and whether it has passed.

    `last_safe_day` is a working day on or before it, before any roll over rest days: what one may rely on.
    """

    last_day: date | None
    barred: bool
    basis: str
    history: tuple[dict[str, str], ...]
    warnings: tuple[str, ...] = ()
    last_safe_day: date | None = None

    @property
    def alerts(self) -> tuple[tuple[int, date], ...]:
        """The days on which to look again: 180, 90 and 30 days before the last safe day."""
        safe = self.last_safe_day
        return tuple((days, safe - timedelta(days=days)) for days in ALERT_DAYS) if safe else ()

    def as_dict(self) -> dict[str, object]:
        """Return the limitation in the shape of the command line's JSON."""
        return {
            "date": self.last_day.isoformat() if self.last_day else None,
            "barred": self.barred,
            "basis": self.basis,
            "history": list(self.history),
            "last_safe_day": self.last_safe_day.isoformat() if self.last_safe_day else None,
            "alerts": [{"days": days, "on": day.isoformat()} for days, day in self.alerts],
        }


def limitation(law: LimitationLaw, claim: ClaimFacts, as_of: date) -> Limitation:
    """Return the limitation of a claim: that of the invoice which is barred first."""
    claim = claim.at(as_of)
    each = [_of_invoice(law, claim, invoice, as_of) for invoice in claim.invoices]
    first = min(each, key=lambda one: one.last_day or date.max)
    return first if not first.barred else replace(first, warnings=(*first.warnings, _stop(each, first)))


def _stop(each: Sequence[Limitation], first: Limitation) -> str:
    barred = sum(one.barred for one in each)
    which = f" for {barred} of {len(each)} invoices" if barred < len(each) else ""
    return f"limitation ran out on {first.last_day}{which}: demand nothing without a recorded decision"


class _Clock:
    """The running term of one invoice; `raw` is its end before any roll over rest days."""

    def __init__(self, law: LimitationLaw, claim: ClaimFacts, months: int) -> None:
        self.law, self.suspensions, self.months = law, law.suspensions(claim), months
        self.last: date | None = None
        self.raw: date | None = None

    def start(self, day: date, months: int | None = None) -> None:
        """Let a full term run from the day after `day`; suspended days inside it are added.

        A length given once (a judgment's, say) is the length of every term that begins anew after it.
        """
        months = self.months = months or self.months
        self.raw = add_months(day, months)
        self.last = self.law.time_limit("civil", day, Period(months, "m")).last_day
        for stop in self.suspensions:
            held = (stop.last_day - max(stop.first_day, day + ONE_DAY)).days + 1
            if stop.first_day <= self.raw and held > 0:
                self.raw += timedelta(days=held)
                self.last = self.raw

    def apply(self, effect: Interruption) -> None:
        """Let an event work on the term."""
        if effect.effect == "pending":
            self.last = self.raw = None
        elif effect.effect == "restart":
            before = self.last, self.raw
            self.start(effect.on, 12 * effect.years if effect.years else None)
            if before[0] is not None and self.last is not None and self.last < before[0]:
                self.last, self.raw = before  # an act before the term began shortens nothing
        elif effect.effect == "extend_to" and self.last is not None:
            extended = add_months(effect.on, effect.months or 12 * (effect.years or 1))
            if extended > self.last:
                self.last = self.raw = extended


def _of_invoice(law: LimitationLaw, claim: ClaimFacts, invoice: InvoiceDue, as_of: date) -> Limitation:
    term = law.limitation_term(claim, invoice)
    clock = _Clock(law, claim, 12 * term.years + term.months)
    clock.start(term.starts_on)
    history: list[dict[str, str]] = []
    for event in _acts(claim):
        before = clock.last
        if before is not None and event.on > before:
            break
        effect = law.interruption(claim, event)
        if before is None and event.kind not in ("judgment", "insolvency"):
            continue
        clock.apply(effect)
        if clock.last != before:
            new_date = clock.last.isoformat() if clock.last else ""
            row = {"event": event.kind, "on": event.on.isoformat(), "new_date": new_date, "basis": effect.basis}
            history.append(row)
    barred = clock.last is not None and as_of > clock.last
    return Limitation(clock.last, barred, term.basis, tuple(history), term.warnings, _safe(law, clock.raw))


def _safe(law: LimitationLaw, day: date | None) -> date | None:
    """Return the last working day on or before a day."""
    while day is not None and law.is_eu_rest_day(day):
        day -= ONE_DAY
    return day


def _acts(claim: ClaimFacts) -> Sequence[Event]:
    """Return the events and the payments (an acknowledgement each) in order of date."""
    paid = [Event(kind="acknowledgement", on=payment.on, by="debtor") for payment in claim.payments]
    return sorted([*claim.events, *paid], key=lambda event: event.on)
