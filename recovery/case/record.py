"""A case's record: its claim as the rules see it, its adapters, its balance."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from recovery.case.lifecycle import Facts
from recovery.country import CountryAdapter
from recovery.errors import CaseError
from recovery.law.assessment import Assessment
from recovery.law.claim import ClaimFacts, Payment
from recovery.law.limitation import DebtLimitation, Limitation, limitations, of_claim
from recovery.money import Money
from recovery.quote import assess_under
from recovery.registry import adapter_of
from recovery.store.tables import Case, Entry, FormerReference, Party

T = TypeVar("T")


def load(session: Session, name: str, lock: bool = True) -> Case:
    """Return the case of a reference or claim id, locked for this unit of work and as it stands once locked.

    What was read of it before without a lock is read again: another may have changed it in between.

    Raises:
        CaseError: there is none.
    """
    query = select(Case).where((Case.reference == name.upper()) | (Case.claim_id == name))
    if lock:
        query = locked(query)
    case = session.exec(query).first() or _by_former_reference(session, name, lock)
    if case is None:
        raise CaseError(
            f"case {name}: not found; `recovery case list` shows the cases",
            code="case_not_found",
            field="reference",
        )
    return case


def _by_former_reference(session: Session, name: str, lock: bool) -> Case | None:
    """Return the case that had a reference before its debtor moved."""
    former = session.get(FormerReference, name.upper())
    if former is None:
        return None
    query = select(Case).where(Case.claim_id == former.claim_id)
    return session.exec(locked(query) if lock else query).first()


def locked(query: SelectOfScalar[T]) -> SelectOfScalar[T]:
    """Return a query whose rows are locked for this unit of work, and read anew if the session has them already."""
    return query.with_for_update().execution_options(populate_existing=True)


def lock_cases(session: Session, claim_ids: Iterable[str | None]) -> None:
    """Lock several cases, the lowest claim id first: two that lock the same ones wait, and never crosswise."""
    wanted = sorted({claim_id for claim_id in claim_ids if claim_id})
    if wanted:
        query = select(Case).where(col(Case.claim_id).in_(wanted)).order_by(col(Case.claim_id))
        session.exec(locked(query)).all()


def claim_of(case: Case) -> ClaimFacts:
    """Return the claim as the rules see it."""
    return ClaimFacts.model_validate(case.facts["claim"])


def change_facts(case: Case, **changes: Any) -> None:
    """Change the case's facts; JSON columns are replaced whole so that the change is stored."""
    case.facts = {**case.facts, **changes}


def add_law_event(case: Case, kind: str, on: date, **more: Any) -> None:
    """Add an event that the law gives an effect to the claim."""
    claim = dict(case.facts["claim"])
    claim["events"] = [*claim["events"], {"kind": kind, "on": on.isoformat(), **more}]
    change_facts(case, claim=claim)


def procedure_of(case: Case) -> CountryAdapter:
    """Return the adapter of the debtor's country."""
    return adapter_of(case.debtor_country)


def substance_of(case: Case) -> CountryAdapter | None:
    """Return the adapter of the law of the contract, None where a person must decide."""
    return adapter_of(case.substance) if case.substance else None


def assess_case(case: Case, as_of: date) -> Assessment:
    """Return what is owed on a case on a day; what was waived counts as covered."""
    claim = claim_of(case)
    waived = [Payment.model_validate(waiver) for waiver in case.facts.get("waivers", [])]
    claim = claim.model_copy(update={"payments": (*claim.payments, *waived)})
    return assess_under(case.substance, claim, as_of)


def limitation_of(case: Case, as_of: date) -> Limitation | None:
    """Return the limitation of a case, None where no law is known for it."""
    each = limitations_of(case, as_of)
    return of_claim(each) if each else None


def limitations_of(case: Case, as_of: date) -> tuple[DebtLimitation, ...]:
    """Return the limitation of each debt of a case, none where no law is known for it."""
    law = substance_of(case)
    if law is None:
        return ()
    owed = assess_case(case, as_of) if case.facts.get("waivers") else None  # what was waived is owed no more
    return limitations(law, claim_of(case), as_of, owed)


def party(session: Session, case: Case, role: str) -> Party:
    """Return the creditor or the debtor of a case."""
    return session.exec(select(Party).where(Party.claim_id == case.claim_id, Party.role == role)).one()


def entries_of(session: Session, claim_id: str) -> list[Entry]:
    """Return a case's ledger in the order in which it was written."""
    return list(session.exec(select(Entry).where(Entry.claim_id == claim_id).order_by(col(Entry.id))))


def recovered_of(entries: list[Entry], currency: str) -> int:
    """Return what came in, in minor units of the case's currency, refunds taken off."""
    return -sum(
        entry.amount_minor
        for entry in entries
        if entry.kind in ("payment", "refund_due") and entry.currency == currency
    )


def facts_for(session: Session, case: Case, on: date) -> Facts:
    """Return what the guards of the lifecycle look at."""
    routed = case.reference is not None
    limit = limitation_of(case, on) if routed else None
    owed = _owed(case, on) if routed else 1
    return Facts(
        consent_formal_notice="formal_notice" in case.consents,
        consent_court="court" in case.consents,
        barred=bool(limit and limit.barred),
        barred_override="barred" in case.consents,
        owed=owed,
        recovered=recovered_of(entries_of(session, case.claim_id), case.currency),
        routed=routed,
        route=case.route,
        settlement_consent="settlement" in case.consents,
        notice_given=_notice_given(case),
        urgent="urgent" in case.consents,
        in_court="judicial" in (case.state, *(case.return_state or "").split("/")),
        moved=case.return_state is not None,
        on=on,
    )


def _notice_given(case: Case) -> bool:
    """Tell whether the debtor had a formal notice: from us, or from the creditor before the claim was filed."""
    return any(event.kind in ("formal_notice", "lawyer_notice") for event in claim_of(case).events)


def _owed(case: Case, on: date) -> int:
    """Return what is still owed; costs fixed in another currency count while nobody covered them."""
    assessed = assess_case(case, on)
    return assessed.total.minor + sum(amount.minor for amount in beside(case, assessed))


def beside(case: Case, owed: Assessment) -> list[Money]:
    """Return the costs that the law fixes in another currency and nobody has paid, one amount a currency."""
    covered = case.facts.get("foreign_paid", {})
    left: dict[str, int] = {}
    for cost in owed.foreign_costs:
        left[cost.amount.currency] = left.get(cost.amount.currency, 0) + cost.amount.minor
    open_ = {currency: minor - int(covered.get(currency, 0)) for currency, minor in left.items()}
    return [Money(minor, currency) for currency, minor in open_.items() if minor > 0]
