"""Limitation: the last day on which a claim may be sued for, event by event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Protocol

from recovery.law.assessment import Assessment
from recovery.law.claim import ClaimFacts, Event, InvoiceDue
from recovery.law.debts import Debts, OneDebt, Owed, debts_of, unpaid
from recovery.law.happened import SetOff
from recovery.law.parameters import noting
from recovery.law.periods import ONE_DAY, Period, Rule, TimeLimit, add_months
from recovery.law.titles import Title, rest_part, titled_part, titles
from recovery.law.values import Interruption, LimitationTerm, Suspension

ALERT_DAYS = (180, 90, 30)  # before the last safe day
NO_LIMITATION: dict[str, object] = {"date": None, "barred": False, "basis": "no supported law", "history": []}


class LimitationLaw(Protocol):
    """What limitation asks of the law of the contract."""

    def due_day(self, claim: ClaimFacts, invoice: InvoiceDue) -> date: ...  # noqa: D102
    def assessed(self, claim: ClaimFacts, as_of: date, bare: bool = False) -> Owed: ...  # noqa: D102
    def limitation_term(self, claim: ClaimFacts, invoice: InvoiceDue) -> LimitationTerm: ...  # noqa: D102
    def interruption(self, claim: ClaimFacts, event: Event) -> Interruption: ...  # noqa: D102
    def suspensions(self, claim: ClaimFacts) -> Sequence[Suspension]: ...  # noqa: D102
    def is_eu_rest_day(self, day: date, region: str | None = None) -> bool: ...  # noqa: D102
    def time_limit(  # noqa: D102
        self, rule: Rule, start: date, period: Period, act: str = "other", region: str | None = None
    ) -> TimeLimit: ...


@dataclass(frozen=True, slots=True)
class Limitation:
    """The last day, how it came about, and whether it has passed; no day while a procedure keeps it from ending.

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


@dataclass(frozen=True, slots=True)
class DebtLimitation:
    """The limitation of one debt, by its place in the claim, and whether anything of it is still owed.

    Where a court allowed a part only, `limitation` is that of the title and `rest` that of what has none.
    """

    place: int
    invoice: str
    limitation: Limitation
    is_open: bool
    rest: Limitation | None = None

    @property
    def parts(self) -> tuple[Limitation, ...]:
        """The limitations of the debt: one, or the title's and the rest's."""
        return (self.limitation, self.rest) if self.rest else (self.limitation,)


def limitation(law: LimitationLaw, claim: ClaimFacts, as_of: date, owed: Assessment | None = None) -> Limitation:
    """Return the limitation of a claim: the earliest of the debts that are open and not barred."""
    return of_claim(limitations(law, claim, as_of, owed))


def limitations(
    law: LimitationLaw, claim: ClaimFacts, as_of: date, owed: Assessment | None = None
) -> tuple[DebtLimitation, ...]:
    """Return the limitation of each debt of a claim; `owed` is what is owed on that day, where it is known already."""
    told = debts_of(law, claim.at(as_of))
    partial = any(event.allowed for event in told.claim.events)
    if owed is None and (partial or any(not unpaid(one.view, as_of) for one in told.each)):
        owed = _assessed(law, told.claim, as_of)
    acknowledged, still = _acknowledged(law, told, owed, as_of), _open_places(told, owed)
    held = titles(told, owed) if partial else {}
    result = []
    for one in told.each:
        is_open, title = one.place in still, held.get(one.place)
        with noting(pass_on=is_open):  # what is paid gives no cause to warn
            found = _of_parts(law, one, acknowledged[one.place], as_of, title)
        result.append(DebtLimitation(one.place, one.invoice.number, found[0], is_open, found[1]))
    return tuple(result)


def _of_parts(
    law: LimitationLaw, one: OneDebt, paid_on: Sequence[date], as_of: date, title: Title | None
) -> tuple[Limitation, Limitation | None]:
    """Return the limitation of a debt, or that of its title and of the rest that has none."""
    if title is None or not title.rest:
        return _of_debt(law, one, paid_on, as_of), None
    first = one.view.events_of("judgment")[0].on
    titled, rest = replace(one, view=titled_part(one.view)), replace(one, view=rest_part(one.view))
    before = [day for day in paid_on if day <= first]
    return _of_debt(law, titled, paid_on, as_of), _of_debt(law, rest, before, as_of)


def _open_places(told: Debts, owed: Assessment | None) -> set[int]:
    """Return the places of the debts of which anything is owed."""
    if owed is None:
        return {one.place for one in told.each}
    return {debt.place for debt in owed.debts if debt.total}


def _assessed(law: LimitationLaw, claim: ClaimFacts, as_of: date) -> Assessment:
    from recovery.law.replay import assess  # not asked of a law that knows limitation alone

    return assess(law, claim, as_of)  # type: ignore[arg-type]


def of_claim(each: Sequence[DebtLimitation]) -> Limitation:
    """Return the limitation of a claim from its debts': paid ones take no part, barred ones are told apart."""
    still = [one for one in each if one.is_open] or list(each)
    parts = [limit for one in still for limit in one.parts]
    barred = [limit for limit in parts if limit.barred]
    running = [limit for limit in parts if not limit.barred]
    first = min(running or barred, key=lambda limit: limit.last_day or date.max)
    if not barred:
        return first
    of = "invoices" if len(parts) == len(still) else "invoices and parts of them without title"
    return replace(first, warnings=(*first.warnings, _stop(len(parts), barred, of)))


def _stop(parts: int, barred: Sequence[Limitation], of: str) -> str:
    first = min(limit.last_day or date.max for limit in barred)
    which = f" for {len(barred)} of {parts} {of}" if len(barred) < parts else ""
    return f"limitation ran out on {first}{which}: demand nothing without a recorded decision"


def _acknowledged(law: LimitationLaw, told: Debts, owed: Assessment | None, as_of: date) -> list[list[date]]:
    """Return the days on which the debtor acknowledged each debt by paying: the debts that the payment covered."""
    days: list[list[date]] = [[] for _ in told.each]
    payments = sorted(told.claim.payments, key=lambda payment: payment.on)
    unnamed = any(len(told.named(payment.invoice)) > 1 for payment in payments)
    if unnamed and (owed is None or len(owed.paid) != len(payments)):  # what was waived stands among what was paid
        owed = _assessed(law, told.claim, as_of)
    for number, payment in enumerate(payments):
        covers = () if isinstance(payment, SetOff) else told.named(payment.invoice)
        for one in covers:
            if len(covers) == 1 or (owed and owed.paid[number].parts.get(one.place)):
                days[one.place].append(payment.on)
    return days


# What is heard while a procedure keeps the term from ending: its end, and what works beside it.
_ENDS = ("judgment", "insolvency", "withdrawn", "struck_out", "unserved", "enforcement_act")


class _Clock:
    """The running term of one debt; `raw` is its end before any roll over rest days.

    `before` is the end that a pending procedure has set aside: it comes back if the procedure ends without effect,
    and until then it is the last safe one. `held_since` is the day from which the term stands still.
    """

    def __init__(self, law: LimitationLaw, view: ClaimFacts, months: int) -> None:
        self.law, self.suspensions, self.months = law, law.suspensions(view), months
        self.last: date | None = None
        self.raw: date | None = None
        self.before: tuple[date | None, date | None] = (None, None)
        self.held_since: date | None = None

    @property
    def safe(self) -> date | None:
        """The end that one may rely on: while a procedure is pending, the one that it set aside."""
        return self.raw or self.before[1]

    def has_run_out(self, day: date) -> bool:
        """Tell whether the term had ended before a day; one that stands still does not end."""
        return self.last is not None and self.held_since is None and day > self.last

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
        if effect.effect == "pending" and self.last is not None:
            self.resume(effect.on)
            self.before, self.last, self.raw = (self.last, self.raw), None, None
        elif effect.effect == "lapse" and self.last is None:
            self.last, self.raw = self.before
            self._extend(effect, effect.months or 12 * (effect.years or 0))
        elif effect.effect == "restart":
            self._restart(effect)
        elif effect.effect == "extend_to":
            self._extend(effect, effect.months or 12 * (effect.years or 1))
        elif effect.effect == "suspend" and self.last is not None:
            self.held_since = self.held_since or effect.on
        elif effect.effect == "resume" and self.held_since is not None:
            self.resume(effect.on)
            self._extend(effect, effect.months or 0)

    def _restart(self, effect: Interruption) -> None:
        before = self.last, self.raw
        self.start(effect.on, 12 * effect.years if effect.years else None)
        if self.held_since is not None:
            self.held_since = max(self.held_since, effect.on)
        if before[0] is not None and self.last is not None and self.last < before[0]:
            self.last, self.raw = before  # an act before the term began shortens nothing

    def _extend(self, effect: Interruption, months: int) -> None:
        """Let the term end no earlier than so many months after an event."""
        extended = add_months(effect.on, months)
        if months and self.last is not None and extended > self.last:
            self.last = self.raw = extended

    def resume(self, day: date) -> None:
        """Let a term that stood still run on: the days of the standstill are added."""
        if self.held_since is not None and self.raw is not None:
            self.last = self.raw = self.raw + max(day - self.held_since, timedelta(0))
        self.held_since = None


def _of_debt(law: LimitationLaw, one: OneDebt, paid_on: Sequence[date], as_of: date) -> Limitation:
    term = law.limitation_term(one.view, one.invoice)
    clock = _Clock(law, one.view, 12 * term.years + term.months)
    clock.start(term.starts_on)
    history: list[dict[str, str]] = []
    for event in _acts(one.view, paid_on):
        before = clock.last
        if clock.has_run_out(event.on):
            break
        effect = law.interruption(one.view, event)
        if before is None and event.kind not in _ENDS:
            continue
        clock.apply(effect)
        if clock.last != before:
            new_date = clock.last.isoformat() if clock.last else ""
            row = {"event": event.kind, "on": event.on.isoformat(), "new_date": new_date, "basis": effect.basis}
            history.append(row)
    clock.resume(as_of)  # as if the standstill ended on the day asked for: a later end only adds days
    barred = clock.has_run_out(as_of)
    return Limitation(clock.last, barred, term.basis, tuple(history), term.warnings, _safe(law, clock.safe))


def _safe(law: LimitationLaw, day: date | None) -> date | None:
    """Return the last working day on or before a day."""
    while day is not None and law.is_eu_rest_day(day):
        day -= ONE_DAY
    return day


def _acts(view: ClaimFacts, paid_on: Sequence[date]) -> Sequence[Event]:
    """Return the events and the payments (an acknowledgement each) in order of date."""
    paid = [Event(kind="acknowledgement", on=day, by="debtor") for day in paid_on]
    return sorted([*view.events, *paid], key=lambda event: event.on)
