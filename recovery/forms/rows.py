"""The rows of form A that hold money: claims, interest, costs and what proves them (fields 6 to 10)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import groupby

from recovery.forms.labels import codes, day_text, filled, labels
from recovery.forms.order import CostRow, EvidenceRow, InterestRow, Penalty, PrincipalRow
from recovery.law.applicable import ApplicableLaw
from recovery.law.assessment import Assessment, Debt
from recovery.law.claim import ClaimFacts, InvoiceDue
from recovery.law.interest import InterestRun
from recovery.law.periods import ONE_DAY
from recovery.law.values import Cost, CourtFee
from recovery.letters.words import locale_of, money_text
from recovery.money import Money
from recovery.quote import Convert


def cash(amount: Money, language: str, country: str) -> str:
    """Return an amount as the court's language writes it."""
    return money_text(str(amount), amount.currency, locale_of(language, country))


def open_debts(claim: ClaimFacts, owed: Assessment) -> list[tuple[InvoiceDue, int, date, Debt | None]]:
    """Return what is open, one claim each: the invoice, its principal, its due day, its debt if a law was applied."""
    if owed.debts:
        return [
            (debt.invoice, debt.principal, debt.due, debt)
            for debt in owed.debts
            if debt.principal or (debt.run and debt.run.owed)
        ]
    left = sorted(owed.unassessed, key=lambda one: one[0].due or one[0].received_on)
    return [(invoice, minor, invoice.due or invoice.received_on, None) for invoice, minor in left if minor]


def principal_row(
    number: int, claim: ClaimFacts, invoice: InvoiceDue, left: int, due: date, language: str
) -> PrincipalRow:
    """Return one claim of field 6, without interest; its date is the day it fell due."""
    paid = left < invoice.money.minor
    agreed = claim.contract.date
    explanation = filled(
        language,
        "text.invoice",
        number=invoice.number,
        issued=day_text(invoice.issued or invoice.received_on),
        due=day_text(due),
    )
    if agreed:
        explanation = f"{explanation}; {filled(language, 'text.contract', date=day_text(agreed))}"
    circumstance = "30" if not paid else "31" if left else "32"
    cause = codes()["cause"][claim.contract.kind]
    amount = Money(left, invoice.currency)
    return PrincipalRow(number, cause, circumstance, "42" if agreed else "", explanation, due, amount)


def interest_rows(number: int, debt: Debt, owed: Assessment, laws: ApplicableLaw) -> list[InterestRow]:
    """Return the interest on one claim: by stretches of one base and rate, the last one until payment.

    Where a part has been paid or capitalised, what is left to the day of filing is one amount (05E).
    """
    run = debt.run
    if run is None or run.cursor <= run.first_day.toordinal():
        return []
    points = _points(owed, laws)
    rows = _reckoned(number, run) if run.paid or run.capitalised else _stretches(number, run, owed, points)
    if not run.base:
        return rows
    from_day = date.fromordinal(run.cursor)
    last = rows[-1] if rows and rows[-1].code != "05E" else None
    rate = None if points is not None else _rate_on(run)
    if rate == 0:
        return rows
    base = Money(run.base, run.currency)
    if last and (last.on, last.rate) == (base, rate):
        from_day, rows = last.from_day, rows[:-1]
    return [*rows, InterestRow(number, _code(run, owed), rate, points, base, from_day, None)]


def _points(owed: Assessment, laws: ApplicableLaw) -> Decimal | None:
    """Return the points over the ECB's rate; None where the law or the contract fixes a rate of another kind."""
    terms = owed.terms
    if terms is None or terms.parameter is None or terms.parameter.key != "interest.commercial" or terms.later:
        return None
    points = codes()["points_over_ecb"].get(laws.substance)
    return None if points is None else Decimal(points) + terms.plus


def _code(run: InterestRun, owed: Assessment) -> str:
    if run.base > run.principal:
        return "03A"
    return "02A" if owed.terms and owed.terms.regime == "contractual" else "01A"


def _rate_on(run: InterestRun) -> Decimal:
    """Return the rate of the first day that is not reckoned yet."""
    return run.index.row(run.index.line_of(run.cursor)).rate


def _reckoned(number: int, run: InterestRun) -> list[InterestRow]:
    if not run.owed:
        return []
    last_day = date.fromordinal(run.cursor) - ONE_DAY
    return [InterestRow(number, "05E", None, None, Money(run.owed, run.currency), run.first_day, last_day)]


def _stretches(number: int, run: InterestRun, owed: Assessment, points: Decimal | None) -> list[InterestRow]:
    rows = []
    code = "02A" if owed.terms and owed.terms.regime == "contractual" else "01A"
    segments = (segment for segment in run.segments() if segment.base and segment.rate)
    for (base, rate), group in groupby(segments, key=lambda one: (one.base, None if points is not None else one.rate)):
        days = list(group)
        rows.append(InterestRow(number, code, rate, points, base, days[0].first_day, days[-1].last_day))
    return rows


def open_costs(owed: Assessment) -> list[tuple[Cost, Money]]:
    """Return the costs with what is open of each over the debts that bear it, a penalty last."""
    own = [cost for cost in owed.costs if cost.amount.currency == owed.currency]
    lines = [line for debt in owed.debts for line in debt.costs]
    result = []
    for cost in sorted(own, key=lambda cost: cost.kind == "penalty"):
        left = sum(line.open for line in lines if line.cost is cost)
        if left:
            result.append((cost, Money(left, owed.currency)))
    return result


def penalty(owed: Assessment, basis: Callable[[str], str]) -> Penalty | None:
    """Return the contractual penalty still open, None where there is none; `basis` tells a legal basis to the court."""
    found = [(cost, left) for cost, left in open_costs(owed) if cost.kind == "penalty"]
    if not found:
        return None
    amount = Money(sum(left.minor for _, left in found), owed.currency)
    return Penalty(amount, "; ".join(dict.fromkeys(basis(cost.basis) for cost, _ in found)))


def cost_rows(
    owed: Assessment,
    fee: CourtFee,
    language: str,
    country: str,
    convert: Convert | None,
    basis: Callable[[str], str],
) -> tuple[list[CostRow], list[str]]:
    """Return the costs in the claim's currency, and a statement on each that stays in another one.

    `basis` tells a legal basis to the court.
    """
    amount = fee.amount if fee.amount is not None and fee.amount.currency == owed.currency else None
    rows = [CostRow("01", labels(language)["code.cost_01"], amount)]
    for cost, left in open_costs(owed):
        if cost.kind != "penalty":
            rows.append(CostRow("02", _specified(cost, language, basis), left))
    statements = []
    for cost in owed.foreign_costs:
        turned = convert(cost.amount, owed.currency, owed.as_of) if convert else None
        values = {
            "label": labels(language)[f"code.cost_{cost.kind}" if cost.kind != "penalty" else "code.penalty"],
            "amount": cash(cost.amount, language, country),
            "basis": basis(cost.basis),
        }
        if turned is None:
            statements.append(filled(language, "text.foreign_cost", **values))
        else:
            text = filled(language, "text.converted", date=day_text(owed.as_of), **values)
            rows.append(CostRow("02", text, turned))
    return rows, statements


def _specified(cost: Cost, language: str, basis: Callable[[str], str]) -> str:
    invoice = f", {filled(language, 'text.evidence_invoice', number=cost.invoice)}" if cost.invoice else ""
    return f"{labels(language)[f'code.cost_{cost.kind}']}{invoice} ({basis(cost.basis)})"


def evidence_rows(number: int, claim: ClaimFacts, invoice: InvoiceDue, language: str) -> list[EvidenceRow]:
    """Return what the claim itself shows in writing: invoice, contract and formal notices."""
    text = filled(language, "text.evidence_invoice", number=invoice.number)
    rows = [EvidenceRow(number, "01", text, invoice.issued or invoice.received_on)]
    if claim.contract.date:
        day = claim.contract.date
        rows.append(EvidenceRow(number, "01", filled(language, "text.contract", date=day_text(day)), day))
    for event in claim.events_of("formal_notice"):
        rows.append(EvidenceRow(number, "01", labels(language)["text.formal_notice"], event.on))
    return rows
