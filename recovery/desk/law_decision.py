"""A person's recorded decision on the law of a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from recovery.case.entries import settle
from recovery.case.order import Order
from recovery.case.record import CaseRecord
from recovery.case.transition import record
from recovery.case.values import Reason
from recovery.errors import CaseError
from recovery.procedure.watch import watch
from recovery.registry import adapter_of, countries


@dataclass(frozen=True, slots=True)
class Decision:
    """Which law, on what basis, why, by whom and on which day."""

    law: str
    basis: str
    reason: str
    author: str
    on: date


BASES = ("contract_clause", "closer_connection", "agreement_after_dispute")


def override_law(case: CaseRecord, decision: Decision) -> None:
    """Put another law in force for interest, fixed sum, penalty and limitation (Reg. 593/2008 arts 3, 4(3)).

    The event keeps who decided, when, why, on what basis, and the law before; the ledger is corrected by lines.

    Raises:
        CaseError: the law is not served, or the basis is none.
    """
    if decision.law not in countries():
        known = ", ".join(countries())
        raise CaseError(f"law {decision.law!r}: one of {known}; give it with --law", code="bad_choice", field="law")
    if decision.basis not in BASES:
        raise CaseError(f"basis {decision.basis!r}: one of {', '.join(BASES)}", code="bad_choice", field="basis")
    before = case.substance
    why, laws = f"recorded decision: {decision.basis}", case.laws
    case.law_reason = Reason(why=why, basis=laws.basis if laws else "")
    case.law_digest = adapter_of(decision.law).law.digest
    case.substance = case.law_override = decision.law
    data = {"law": decision.law, "before": before, "basis": decision.basis}
    record(case, "override_law", actor=decision.author, on=decision.on, note=decision.reason, data=data)
    settle(case, decision.on)
    watch(case, decision.on)


def decide(case: CaseRecord, order: Order) -> None:
    """Record a person's decision on the law of the contract and its basis; the note says why."""
    law, basis = str(order.data.get("law") or "").upper(), str(order.data.get("basis") or "")
    override_law(case, Decision(law, basis, order.note, order.actor, order.on))
