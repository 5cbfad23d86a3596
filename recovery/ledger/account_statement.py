"""The statement of a claim's account for its member: asked, paid and to whom, sent on, kept, and what is open."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from recovery.case.journal import FEE, FUND
from recovery.case.record import CaseRecord, assess_case, beside, elsewhere_of, recovered_of
from recovery.letters.account_statement import render
from recovery.money import Money
from recovery.registry import adapter_of
from recovery.store.tables import BankEntry, Entry, Posting, Remittance

# Lines of the ledger that were given up.
GIVEN_UP = ("waiver", "written_off")


def statement_of(session: Session, case: CaseRecord, as_of: date) -> dict[str, Any]:
    """Return the account of a claim on a day, as plain data: amounts as text, days as ISO."""
    entries = [one for one in case.entries if one.booked_on <= as_of]
    closed = case.state == "closed" or case.reference is None
    owed = None if closed else assess_case(case, max(as_of, case.settled_on or as_of))
    sent = [row for row in case.rows(Remittance) if row.remitted_on <= as_of]
    came = recovered_of(entries, case.currency) - elsewhere_of(case, as_of)
    waiting = came - sum(row.amount_minor for row in sent)
    return {
        "case": case.reference,
        "claim": case.claim_id,
        "as_of": as_of.isoformat(),
        "state": case.state,
        "reason": case.reason,
        "creditor": case.party("creditor").name,
        "debtor": case.party("debtor").name,
        "currency": case.currency,
        "asked": [
            *_sums(entries, "principal"),
            *(_sums(entries, "interest") if owed is None else [{"what": "interest", **owed.accrued.as_dict()}]),
            *_sums(entries, "cost"),
        ],
        "given_up": [one for kind in GIVEN_UP for one in _sums(entries, kind, -1)],
        "payments": _payments(case, as_of),
        "sent_on": [
            {
                "on": row.remitted_on.isoformat(),
                "to": "fund" if row.beneficiary == FUND else "creditor",
                **Money(row.amount_minor, row.currency).as_dict(),
                "message": row.message_id,
            }
            for row in sent
            if row.beneficiary != FEE
        ],
        "fee": _fee(session, case, as_of),
        "waiting": Money(max(waiting, 0), case.currency).as_dict(),
        "open": [
            (owed.total if owed else Money.zero(case.currency)).as_dict(),
            *(one.as_dict() for one in (beside(case, owed) if owed else ())),
        ],
    }


def _sums(entries: Iterable[Entry], kind: str, sign: int = 1) -> list[dict[str, str]]:
    """Return what the lines of a kind come to, one sum a currency, none for nothing."""
    sums: dict[str, int] = {}
    for one in entries:
        if one.kind == kind:
            sums[one.currency] = sums.get(one.currency, 0) + sign * one.amount_minor
    return [{"what": kind, **Money(minor, currency).as_dict()} for currency, minor in sums.items() if minor]


def _payments(case: CaseRecord, as_of: date) -> list[dict[str, Any]]:
    """Return what came in by a day: by whom, to whom, when it was paid and when it reached who has it."""
    lines = {row.id: row for row in case.rows(BankEntry)}
    debtor = case.party("debtor").name
    return [
        {
            "paid_on": row.value_on.isoformat(),
            "reached_on": row.booked_on.isoformat(),
            **Money(row.amount_minor, row.currency).as_dict(),
            "worth": str(Money(row.case_minor, case.currency)) if row.case_minor is not None else None,
            "by": (lines[row.bank_entry_id].debtor_name if row.bank_entry_id in lines else None) or debtor,
            "to": row.held_by,
            "taken_back_on": row.reversed_on.isoformat() if row.reversed_on else None,
        }
        for row in case.payments
        if row.booked_on <= as_of
    ]


def _fee(session: Session, case: CaseRecord, as_of: date) -> dict[str, str]:
    """Return what the service has kept of a claim by a day, as the journal says it."""
    query = select(Posting).where(Posting.claim_id == case.claim_id, col(Posting.booked_on) <= as_of)
    query = query.where((Posting.debit_account == FEE) | (Posting.credit_account == FEE))
    signed = (row.amount_minor * (1 if row.credit_account == FEE else -1) for row in session.exec(query))
    return Money(sum(signed), case.currency).as_dict()


def pdf_of(session: Session, case: CaseRecord, as_of: date, language: str) -> bytes:
    """Return the statement as a PDF with the service's name above it, in the member's language."""
    adapter = adapter_of(case.debtor_country)
    service = adapter.service
    sender = [str(service["name"]), *map(str, service["address"]), str(service["email"]), str(service["phone"])]
    return render(statement_of(session, case, as_of), sender, language)
