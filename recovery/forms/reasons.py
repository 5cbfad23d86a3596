"""Why the money is owed, told in the language of the court from the claim's own facts."""

from __future__ import annotations

from recovery.forms.court_file import CourtFile
from recovery.forms.rows import open_debts
from recovery.forms.sheet_text import said, sheet_words


def reasons(file: CourtFile) -> tuple[str, ...]:
    """Return the facts of the claim: contract, invoices, payments, notices, the debtor's answer and the evidence."""
    lines = [_contract(file), *_invoices(file), *_payments(file)]
    if told := notices(file):
        lines.append(said(file.language, "fact.notice", dates="; ".join(told)))
    lines.append(defence(file))
    if file.documents:
        lines.append(said(file.language, "fact.evidence", names="; ".join(file.documents)))
    return tuple(lines)


def notices(file: CourtFile) -> tuple[str, ...]:
    """Return the days of the formal notices sent, with the day of receipt where it is known."""
    result = []
    for event in file.claim.events_of("formal_notice", "lawyer_notice"):
        sent = file.day(event.on)
        if event.received:
            sent = said(file.language, "fact.received", date=sent, received=file.day(event.received))
        result.append(sent)
    return tuple(result)


def defence(file: CourtFile) -> str:
    """Return what the debtor is known to object to."""
    words = sheet_words(file.language)
    if file.defence:
        ground = words.get(f"ground.{file.defence.ground}", words["ground.other"])
        return said(file.language, "fact.disputed", date=file.day(file.defence.on), ground=ground)
    return words["fact.contested" if file.claim.disputed else "fact.undisputed"]


def _contract(file: CourtFile) -> str:
    contract = file.claim.contract
    kind = sheet_words(file.language)[f"kind.{contract.kind}"]
    if contract.date is None:
        return said(file.language, "fact.contract", kind=kind)
    return said(file.language, "fact.contract_dated", kind=kind, date=file.day(contract.date))


def _invoices(file: CourtFile) -> list[str]:
    return [
        said(
            file.language,
            "fact.invoice",
            number=invoice.number,
            issued=file.day(invoice.issued or invoice.received_on),
            amount=file.cash(invoice.money),
            due=file.day(due),
        )
        for invoice, _, due, _ in open_debts(file.claim, file.owed)
    ]


def _payments(file: CourtFile) -> list[str]:
    if not file.claim.payments:
        return []
    lines = [
        said(file.language, "fact.paid", date=file.day(payment.on), amount=file.cash(payment.money))
        for payment in file.claim.payments
    ]
    left = said(file.language, "fact.open", date=file.day(file.owed.as_of), amount=file.cash(file.owed.principal))
    return [*lines, left]
