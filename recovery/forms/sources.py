"""The closed list of names from which a sheet's fields take their values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from recovery.forms.court_file import CourtFile, Value
from recovery.forms.labels import country_name
from recovery.forms.order import InterestRow, Party
from recovery.forms.reasons import defence, notices, reasons
from recovery.forms.rows import interest_rows, open_costs, open_debts
from recovery.forms.sheet_text import said, sheet_words
from recovery.letters.words import words
from recovery.money import Money

BLANK = "\N{NO-BREAK SPACE}"  # what the layout prints as a line to write on
Source = Callable[[CourtFile], Value]


def lines_of(party: Party | None) -> str:
    """Return a party's postal address in one line; empty where the street or the place is not known."""
    if party is None or not (party.address and party.city):
        return ""
    return ", ".join((party.address, f"{party.postal_code} {party.city}".strip(), party.country))


def _party(role: str, name: str) -> Source:
    def read(file: CourtFile) -> Value:
        found = file.party(role)
        return Value(getattr(found, name) if found else "")

    return read


def _address(role: str) -> Source:
    return lambda file: Value(lines_of(file.party(role)))


def _contact(role: str) -> Source:
    def read(file: CourtFile) -> Value:
        found = file.party(role)
        return Value(", ".join(part for part in (found.email, found.phone) if part) if found else "")

    return read


def _mandate(file: CourtFile) -> Value:
    found, on = file.party("03"), file.parties.mandated_on
    if found is None or on is None:
        return Value()
    return Value(said(file.language, "sheet.mandate", name=found.name, date=file.day(on)))


def _principal(file: CourtFile) -> Value:
    said_in = words(file.language)
    rows = [
        [invoice.number, file.day(invoice.issued), file.day(due), file.cash(Money(left, invoice.currency))]
        for invoice, left, due, _ in open_debts(file.claim, file.owed)
        if left
    ]
    head = [said_in[name] for name in ("invoice", "issued", "due", "amount")]
    return Value(file.cash(file.owed.principal), table=_table(head, rows, (1, 0, 0, 0)))


def _interest(file: CourtFile) -> Value:
    """Return the interest to the day of filing, stretch by stretch, and what is open of it."""
    said_in = words(file.language)
    rows = [
        [
            f"{segment.first_day:%d/%m/%Y}",
            f"{segment.last_day:%d/%m/%Y}",
            str(segment.days),
            file.cash(segment.base),
            file.percent(segment.rate),
            file.basis(segment.basis),
            file.cash(segment.amount),
        ]
        for segment in file.owed.segments
        if segment.amount
    ]
    head = [said_in[name] for name in ("from", "to", "days", "on", "rate", "basis", "amount")]
    return Value(file.cash(file.owed.interest), table=_table(head, rows, (0, 0, 0, 0, 0, 1, 0)))


def _interest_from(file: CourtFile) -> Value:
    """Return the interest that goes on running until payment, one line for each debt."""
    running = [
        (row, date.fromordinal(debt.run.cursor))
        for number, (_, _, _, debt) in enumerate(open_debts(file.claim, file.owed), 1)
        if debt and debt.run
        for row in interest_rows(number, debt, file.owed, file.laws)
        if row.to_day is None
    ]
    return Value(lines=tuple(_running(file, row, first) for row, first in running))


def _running(file: CourtFile, row: InterestRow, first: date) -> str:
    """Return the interest from the first day that is not reckoned yet."""
    values = {"amount": file.cash(row.on), "day": file.day(first)}
    if row.points is not None:
        return said(file.language, "sheet.points_until", points=str(row.points.normalize()), **values)
    return said(file.language, "sheet.rate_until", rate=file.percent(row.rate), **values)


def _costs(file: CourtFile) -> Value:
    said_in = words(file.language)
    found = open_costs(file.owed)
    rows = [[said_in.get(cost.kind, said_in["costs"]), file.basis(cost.basis), file.cash(left)] for cost, left in found]
    head = [said_in[name] for name in ("costs", "basis", "amount")]
    return Value(file.cash(file.owed.costs_open), table=_table(head, rows, (1, 1, 0)))


def _claimable(file: CourtFile) -> Value:
    """Return what the route allows to be asked: the whole, or less where the law caps it."""
    most = file.route.facts.claimable
    return Value(file.cash(file.owed.total if most is None else most))


def _law(file: CourtFile) -> Value:
    if file.laws.substance is None:
        return Value(sheet_words(file.language)["fact.law_open"])
    name = country_name(file.laws.substance, file.language)
    return Value(said(file.language, "fact.law", law=name, basis=file.basis(file.laws.basis)))


def _fee(file: CourtFile) -> Value:
    fee = file.route.facts.fee
    if fee.amount is None:
        return Value(sheet_words(file.language)["send.fee_unknown"])
    return Value(f"{file.cash(fee.amount)} ({file.basis(fee.basis, file.country)})")


def _account(file: CourtFile) -> Value:
    account = file.parties.account
    return Value(", ".join(part for part in (account.holder, account.iban, account.bic) if part) if account else "")


def _place_date(file: CourtFile) -> Value:
    return Value(f"{file.parties.place}, {file.day(file.owed.as_of)}" if file.parties.place else "")


def _table(head: list[str], rows: list[list[str]], widths: tuple[int, ...]) -> Mapping[str, Any]:
    return {"head": head, "rows": rows, "widths": list(widths)}


# A sheet names one of these, or "court.name", "court.competence_basis", "request" and "statement", which the sheet's
# own words fill (recovery.forms.sheet).
SOURCES: Mapping[str, Source] = {
    **{
        f"{who}.{name}": _party(role, part)
        for who, role in (("creditor", "01"), ("debtor", "02"))
        for name, part in (("name", "name"), ("number", "identification"))
    },
    "representative.name": _party("03", "name"),
    **{
        f"{who}.address": _address(role)
        for who, role in (("creditor", "01"), ("debtor", "02"), ("representative", "03"))
    },
    **{
        f"{who}.contact": _contact(role)
        for who, role in (("creditor", "01"), ("debtor", "02"), ("representative", "03"))
    },
    "representative.mandate": _mandate,
    "claim.principal": _principal,
    "claim.interest_to_date": _interest,
    "claim.interest_rate_from": _interest_from,
    "claim.costs": _costs,
    "claim.total": lambda file: Value(file.cash(file.owed.total)),
    "claim.claimable": _claimable,
    "claim.facts": lambda file: Value(lines=reasons(file)),
    "claim.law": _law,
    "value.in_dispute": lambda file: Value(file.cash(file.route.value.principal)),
    "value.with_interest": lambda file: Value(file.cash(file.route.value.with_interest)),
    "defence.known": lambda file: Value(defence(file)),
    "notices.sent": lambda file: Value("; ".join(notices(file))),
    "evidence.list": lambda file: Value(lines=file.documents),
    "court.fee": _fee,
    "payment.account": _account,
    "reference": lambda file: Value(file.parties.case_reference),
    "signature.place_date": _place_date,
    "by_hand": lambda file: Value(BLANK),
}
