"""What a service keeps of a case: of recovered money alone, by the phase in which it came, and given back with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from recovery.case.journal import EXCHANGED, FEE, TEAM
from recovery.case.lifecycle import State
from recovery.case.record import CaseRecord
from recovery.ledger.fee_table import PHASES, Phase, has_table, terms_for
from recovery.money import Money
from recovery.store.tables import CaseEvent, Remittance

# The phase that a state begins; what is not here (a plan, a dispute, a suspension) goes on in the one before.
_BEGINS: dict[str, Phase] = {
    State.AMICABLE: "amicable",
    State.FORMAL_NOTICE: "amicable",
    State.JUDICIAL: "judicial",
    State.ENFORCEMENT: "enforcement",
}


def kept_of(case: CaseRecord) -> Money:
    """Return what the service has kept of a case, less what it gave back."""
    rows = (row.amount_minor for row in case.rows(Remittance) if row.beneficiary == FEE)
    return Money(sum(rows), case.currency)


def due_of(case: CaseRecord, as_of: date) -> Money:
    """Return what the service may keep of what it has recovered of a case by a day, VAT with it; at most all of it.

    Each phase's money is taken by the tiers of that phase, above what came in before. Money that others hold, that is
    owed back to the debtor or came for costs in another currency is nobody's fee.
    """
    zero = Money.zero(case.currency)
    if not has_table(case.debtor_country) or case.filed_on is None:
        return zero
    terms = terms_for(case.debtor_country, case.creditor_country, case.currency, case.filed_on)
    came = _came(case, as_of)
    net = least = zero
    below, last = 0, None
    for phase in PHASES:
        if phase in terms and came[phase]:
            last = terms[phase]
            net, least = net + last.of(below, below + came[phase]), max(least, last.minimum)
        below += came[phase]
    if last is None:
        return zero
    kept = max(net, least)
    return min(kept + last.vat_of(kept), Money(below, case.currency))


def _came(case: CaseRecord, as_of: date) -> Counter[Phase]:
    """Return what the team has of a case by the phase in which it came, what is owed back taken off from the last."""
    came: Counter[Phase] = Counter()
    phases = _phases(case.events)
    for row in case.payments:
        stands = not row.reversed_on and row.held_by == TEAM and row.value_on <= as_of
        if stands and row.case_minor is not None and not row.source.startswith(EXCHANGED):
            came[phases.get((row.source, row.value_on), "amicable")] += row.case_minor
    owed_back = sum(
        one.amount_minor
        for one in case.entries
        if one.kind == "refund_due" and one.currency == case.currency and one.booked_on <= as_of
    )
    for phase in reversed(PHASES):
        part = min(max(owed_back, 0), came[phase])
        came[phase], owed_back = came[phase] - part, owed_back - part
    return came


def _phases(events: Iterable[CaseEvent]) -> dict[tuple[str, date], Phase]:
    """Return in which phase each payment came in, by its source and day."""
    found: dict[tuple[str, date], Phase] = {}
    phase: Phase = "amicable"
    for one in events:
        if one.kind == "payment":
            found[str(one.data.get("source", "")), one.happened_on] = phase
        phase = _BEGINS.get(str(one.data.get("to", "")), phase)
    return found


def keep(case: CaseRecord, country: str, left: Money, as_of: date) -> Money:
    """Return what is kept of money that is about to be sent on from a country's account: what may be and is not yet.

    The service that works the case keeps it, where the debtor lives now.
    """
    if country != case.debtor_country or left.currency != case.currency or not has_table(country):
        return Money.zero(left.currency)
    more = due_of(case, as_of) - kept_of(case)
    return Money(max(0, min(more.minor, left.minor)), case.currency)


def give_back(case: CaseRecord, on: date) -> None:
    """Give back what was kept of money that is not there any more: taken back by the bank, returned to the debtor."""
    kept = [row for row in case.rows(Remittance) if row.beneficiary == FEE]
    if not kept:
        return
    over = kept_of(case) - due_of(case, on)
    if over.minor > 0:
        case.add(
            Remittance(
                claim_id=case.claim_id,
                period=f"{on.year}-{on.month:02d}",
                beneficiary=FEE,
                amount_minor=-over.minor,
                currency=over.currency,
                message_id=kept[-1].message_id,
                remitted_on=on,
            )
        )


def shown(country: str, creditor_country: str, currency: str, on: date) -> list[dict[str, Any]]:
    """Return what a service keeps of a claim filed on a day, as plain data: before it is filed; empty for no fee."""
    return [one.as_dict() for one in terms_for(country, creditor_country, currency, on).values()]
