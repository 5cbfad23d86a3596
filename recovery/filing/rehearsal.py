"""Whether a claim can be worked at all: asked before it is stored, so that what stands there stops no other."""

from __future__ import annotations

from datetime import date

from recovery.errors import Faults, IntakeError, UnexpectedError, known
from recovery.law.claim import ClaimFacts
from recovery.law.limitation import limitation
from recovery.money import Money
from recovery.quote import assessment_of
from recovery.registry import adapter_of
from recovery.store.balances import MOST_MINOR, position_columns


def refuse_unworkable(claim: ClaimFacts, on: date) -> None:
    """Reckon once what routing and every later day will reckon.

    Raises:
        Faults: a rate or rule is not known for its dates, or it is more than can be reckoned.
    """
    if any(invoice.money.minor > MOST_MINOR for invoice in claim.invoices):
        most = Money(MOST_MINOR, claim.currency)
        raise Faults([_fault(f"more than the {most} {most.currency} that can be reckoned", "bad_amount", "payable")])
    try:
        laws, assessed = assessment_of(claim, on)
        for debt in assessed.debts:
            position_columns(debt, None)
        if laws.substance:
            limitation(adapter_of(laws.substance), claim, on)
    except Exception as error:
        why = known(error)
        code = "rate_not_known" if isinstance(why, UnexpectedError) else why.code
        field = "payable" if code == "bad_amount" else "due"
        raise Faults([_fault(f"cannot be worked: {why.message}", code, field)]) from None


def _fault(text: str, code: str, field: str) -> IntakeError:
    return IntakeError(f"invoice: {text}", code=code, field=field)
