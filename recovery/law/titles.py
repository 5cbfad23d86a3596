"""What of a debt has a title: a judgment for less leaves the rest open without one (Reg. 1896/2006 art. 10)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from recovery.law.assessment import Assessment, Debt
from recovery.law.claim import ClaimFacts
from recovery.law.debts import Debts, unpaid
from recovery.law.parameters import note
from recovery.money import Money

BEGIN = ("lawsuit", "payment_order_applied", "served")
END = ("withdrawn", "struck_out")
OpenOn = Callable[[date], int]


@dataclass(frozen=True, slots=True)
class Title:
    """The title of one debt: `principal` is what it covers of the principal still open, `rest` what it does not.

    `on` is the day of the newest judgment. Money that came in since covers the titled part first, which burdens the
    debtor most (oCC 1256, C.c. 1193, CC 1174, ABGB § 1416, BW 6:43; a convention elsewhere); what the creditor waived
    covers the rest first.
    """

    on: date
    principal: Money
    rest: Money

    def as_dict(self) -> dict[str, object]:
        """Return the title in the shape of the command line's JSON, the limitation of the rest apart."""
        return {
            "on": self.on.isoformat(),
            "principal": self.principal.as_dict(),
            "rest_without_title": self.rest.as_dict(),
            "basis": "Reg. 1215/2012 art. 39; Reg. 1896/2006 art. 10, 18",
        }


def titles(told: Debts, owed: Assessment | None) -> dict[int, Title]:
    """Return the titles of the debts that have one, by their place in the claim."""
    for event in told.claim.events:
        if event.allowed and len(set(event.invoices or ())) > 1:
            note(
                f"the judgment of {event.on} allows {event.allowed.amount} of several invoices: taken for the oldest "
                "first; record a judgment for each invoice where the court said otherwise"
            )
    debts = {debt.place: debt for debt in owed.debts} if owed else {}
    found = {one.place: _title(one.view, debts.get(one.place)) for one in told.each if one.view.events}
    held = {place: title for place, title in found.items() if title}
    for place, title in held.items():
        if title.rest:
            note(
                f"invoice {told.each[place].invoice.number}: {title.rest} {title.rest.currency} have no title; what an "
                "order left out may be claimed elsewhere (Reg. 1896/2006 art. 10, 11(3)), what a judgment dismissed "
                "on its merits may not"
            )
    return held


def _title(view: ClaimFacts, debt: Debt | None) -> Title | None:
    """Return the title of one debt, None without a judgment.

    A judgment takes the place of the one before it, unless a suit was begun anew in between: then it adds to it.
    """
    open_on: OpenOn = debt.principal_on if debt else lambda day: unpaid(view, day)
    titled, before, last = 0, 0, None
    for judgment in view.events_of("judgment"):
        there = open_on(judgment.on)
        kept = max(titled - (before - there), 0) if last and _begun(view, last, judgment.on) else 0
        allowed = there if judgment.allowed is None else judgment.allowed.money.minor
        titled, before, last = min(kept + allowed, there), there, judgment.on
    if last is None:
        return None
    now, currency = open_on(date.max), view.invoices[0].currency
    waived = debt.waived_since(last) if debt else 0
    paid, of_title = before - now - waived, max(waived - (before - titled), 0)
    titled = min(max(titled - paid - of_title, 0), now)
    return Title(last, Money(titled, currency), Money(now - titled, currency))


def _begun(view: ClaimFacts, after: date, until: date) -> bool:
    return any(after < event.on <= until for event in view.events_of(*BEGIN))


def titled_part(view: ClaimFacts) -> ClaimFacts:
    """Return a debt as its titled part sees it: a suit begun for the rest since does not touch it."""
    first = view.events_of("judgment")[0].on
    anew = min((event.on for event in view.events_of(*BEGIN) if event.on > first), default=date.max)
    of_courts = (*BEGIN, *END, "opposition", "judgment")
    kept = tuple(event for event in view.events if event.on < anew or event.kind not in of_courts)
    return view.with_facts(events=kept)


def rest_part(view: ClaimFacts) -> ClaimFacts:
    """Return a debt as the part without title sees it: its suit ended without effect, and no title is enforced.

    Money that came in since the judgment covers the titled part and acknowledges nothing of the rest.
    """
    kept = [event for event in view.events if event.kind != "enforcement_act"]
    refused = {"kind": "struck_out", "allowed": None}
    events = tuple(event.model_copy(update=refused) if event.allowed else event for event in kept)
    return view.with_facts(events=events)
