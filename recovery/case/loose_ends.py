"""What is still open where a case ends: a court, a bailiff, the fund, costs, letters. Each is handed to a person."""

from __future__ import annotations

from collections.abc import Iterator

from recovery.case.record import CaseRecord, recovered_of
from recovery.law.history import pending, title
from recovery.money import Money
from recovery.store.tables import Remittance

COURT = {
    "paid": "tell the court that the debtor has paid, and ask for the costs",
    "settled": "tell the court of the settlement, and end the proceedings as was agreed",
    "withdrawn": "withdraw the application at the court",
}


def loose_ends(case: CaseRecord, states: tuple[str, ...], reason: str) -> Iterator[str]:
    """Yield what a person must still do for a case that ends, having been in some states before."""
    if "judicial" in states or pending(case.claim):
        yield f"proceedings are open: {COURT.get(reason, 'tell the court that the claim is not pursued')}"
    if title(case.claim) and any(one.kind == "record_enforcement" for one in case.events):
        yield "a measure of enforcement was taken: call it off where it still runs"
    if case.advanced_minor:
        yield from _fund(case)
    if reason == "withdrawn" and case.awards:
        costs = Money(sum(one.money.minor for one in case.awards), case.currency)
        yield (
            f"costs of {costs} {case.currency} were put on the debtor and the claim is withdrawn: "
            "the member bears them, tell it so"
        )
    for one in case.shipments:
        if one.status == "waiting" and one.batch:
            yield f"a letter lies in print batch {one.batch}: take it out"


def _fund(case: CaseRecord) -> Iterator[str]:
    """Yield what the guarantee fund waits for and no recovered money will bring back."""
    rows = case.rows(Remittance)
    back = sum(row.amount_minor for row in rows if row.beneficiary == "fund")
    coming = recovered_of(case.entries, case.currency) - sum(row.amount_minor for row in rows)
    out = case.advanced_minor - back - max(coming, 0)
    if out > 0:
        yield f"the guarantee fund waits for {Money(out, case.currency)} {case.currency}: ask the member for it"
