"""Letters of a case: composed when they are decided, frozen in the outbox, rendered when they go out."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlmodel import Session

from recovery.cases.record import assess_case, claim_of, party, procedure_of
from recovery.country import CountryAdapter
from recovery.law.assessment import Assessment
from recovery.letters.letter import Address, Amount, Letter, PaymentDetails
from recovery.letters.render import date_text, locale_of, money_text
from recovery.letters.texts import compose, load_texts
from recovery.money import Money
from recovery.settings import settings
from recovery.store import outbox
from recovery.store.tables import Case, Party


def send(session: Session, case: Case, document: str, on: date, pay_by: date | None, channel: str, key: str) -> Money:
    """Put a letter into the outbox and return the total it asks for."""
    letter = compose_letter(session, case, document, on, pay_by, channel)
    outbox.put(session, key, "letter", case.claim_id, letter.as_dict())
    return Money.parse(letter.total, case.currency)


def compose_letter(session: Session, case: Case, document: str, on: date, pay_by: date | None, channel: str) -> Letter:
    """Return the letter as it would go out on a day."""
    adapter, claim = procedure_of(case), claim_of(case)
    debtor, creditor = party(session, case, "debtor"), party(session, case, "creditor")
    language = debtor.language or adapter.letter_languages(claim.debtor.region)[0]
    owed = assess_case(case, on)
    texts = load_texts(adapter.folder.joinpath("letters"), language)
    special = f"{document}_{claim.debtor.kind}"
    values = _values(case, adapter, owed, language, pay_by, on, creditor.name, debtor.name, channel)
    text = compose(texts, special if special in texts else document, values)
    settled = document == "payment_receipt"
    runs_from_receipt = document == "formal_notice" and claim.debtor.kind in adapter.notice_from_receipt
    shown = None if runs_from_receipt else pay_by
    return Letter(
        country=case.debtor_country,
        language=language,
        document=document,
        reference=case.reference or "",
        dated=on.isoformat(),
        sender=_sender(adapter),
        creditor=_address(creditor),
        debtor=_address(debtor),
        subject=text.subject,
        paragraphs=text.paragraphs,
        what_to_do=text.what_to_do,
        footer=text.footer,
        invoices=_invoices(case),
        amounts=() if settled else _amounts(owed),
        total=str(owed.total),
        currency=case.currency,
        segments=() if settled else _segments(owed),
        instalments=tuple(case.facts["plan"]["instalments"]) if document == "instalment_plan" else (),
        pay_by=shown.isoformat() if shown else None,
        payment=None if settled else _payment(case, adapter, owed.total),
        channel=channel,
    )


def _address(found: Party) -> Address:
    return Address(found.name, tuple(found.lines.get("address", [])), found.email)


def _sender(adapter: CountryAdapter) -> Address:
    service = adapter.service
    return Address(service["name"], tuple(service["address"]), service["email"], service["phone"])


def _invoices(case: Case) -> tuple[dict[str, str], ...]:
    return tuple(
        {
            "number": row["number"],
            "issued": row["issued"] or "",
            "due": row["due"] or "",
            "amount": row["amount"],
            "currency": row["currency"],
        }
        for row in case.facts["claim"]["invoices"]
    )


def _amounts(owed: Assessment) -> tuple[Amount, ...]:
    """Return what is asked for, line by line: every line with its article."""
    invoices = sum((Money(spread.to_principal.minor, owed.currency).minor for spread in owed.paid), 0)
    principal = Money(owed.principal.minor + invoices, owed.currency)
    lines = [Amount("principal", str(principal), owed.currency, "contract and invoices")]
    accrued = owed.accrued
    if accrued:
        lines.append(Amount("interest", str(accrued), owed.currency, owed.segments[-1].basis))
    lines += [Amount(cost.kind, str(cost.amount), cost.amount.currency, cost.basis) for cost in owed.costs]
    paid = Money(sum(spread.amount.minor for spread in owed.paid), owed.currency)
    if paid:
        lines.append(Amount("payments", str(-paid), owed.currency, owed.paid[-1].basis))
    return tuple(lines)


def _segments(owed: Assessment) -> tuple[dict[str, Any], ...]:
    return tuple(segment.as_dict() for segment in owed.segments)


def _payment(case: Case, adapter: CountryAdapter, total: Money) -> PaymentDetails:
    service = adapter.service
    return PaymentDetails(
        service["account_holder"],
        service["iban"],
        service.get("bic"),
        case.payment_reference or case.reference or "",
        str(total),
        total.currency,
    )


def _values(
    case: Case,
    adapter: CountryAdapter,
    owed: Assessment,
    language: str,
    pay_by: date | None,
    on: date,
    creditor: str,
    debtor: str,
    channel: str,
) -> dict[str, str]:
    """Return what the placeholders of the texts stand for, as the language writes it."""
    locale = locale_of(language, case.debtor_country)
    cash = lambda amount: money_text(str(amount), amount.currency, locale)  # noqa: E731
    day = lambda value: date_text(value.isoformat(), locale) if value else "–"  # noqa: E731
    numbers = ", ".join(dict.fromkeys(row["number"] for row in case.facts["claim"]["invoices"]))
    consequence = _consequence(case, adapter)
    notice = adapter.notice(claim_of(case).debtor.kind, on, channel)
    accrued = owed.accrued
    return {
        "reference": case.reference or "",
        "creditor": creditor,
        "debtor": debtor,
        "sender": adapter.service["name"],
        "mandate": creditor,
        "invoices": numbers,
        "principal": cash(owed.principal),
        "interest": cash(accrued),
        "costs": cash(owed.costs_open),
        "total": cash(owed.total),
        "pay_by": day(pay_by),
        "term_days": str((pay_by - on).days) if pay_by else "14",
        "first_day": day(notice.first_day),
        "last_day": day(pay_by or notice.last_day),
        "rate": str(owed.segments[-1].rate) if owed.segments else "0",
        "consequence_costs": cash(consequence),
        "consequence_costs_vat": "",
        "portal_url": settings().portal_url,
        "dispute_contact": adapter.service["email"],
        "member_state": adapter.name,
    }


def _consequence(case: Case, adapter: CountryAdapter) -> Money:
    """Return the costs that fall due when the term of the letter passes unpaid."""
    from recovery.cases.record import substance_of

    law = substance_of(case)
    found = law.consequence_costs(claim_of(case)) if law else None
    return found or Money.zero(case.currency)
