"""What an invoice comes to and what may be claimed of it; every difference is told."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from recovery.intake.fields import Fields
from recovery.intake.invoice import Instalment
from recovery.intake.notes import Notes
from recovery.money import Money
from recovery.money import total as money_total

# Rounding of single lines makes so much at most, in minor units.
_CENTS = 5


def totals(fields: Fields, currency: str) -> tuple[Money, Money] | None:
    """Return the total with VAT and what the creditor may claim of it; None leaves a fault."""
    stated = fields.amount(fields.paths("total"), currency, "total")
    payable = fields.amount(fields.paths("payable"), currency, "payable")
    total = stated if stated is not None else _reckoned(fields, currency, payable)
    if total is None:
        if not any(fault.field in ("total", "payable", "currency") for fault in fields.notes.faults):
            fields.notes.fault("total", "the invoice states no amount; add it", "missing")
        return None
    if payable is None:
        payable = total - _deducted(fields, currency, total)
    elif payable != total:
        _explain(fields, currency, total, payable)
    odd_amounts(total, payable, fields.notes)
    _compare(fields, currency, total)
    return total, payable


def _compare(fields: Fields, currency: str, total: Money) -> None:
    """Warn of a total that is not the sum of what the file says it is made of."""
    parts = [fields.amount(paths, currency, "total") for paths in fields.data.get("made_of", [])]
    known = [part for part in parts if part is not None]
    if known and len(known) == len(parts) and abs((made := money_total(known, currency)).minor - total.minor) > _CENTS:
        fields.notes.warn(f"the total {total} is not the sum of its parts, {made}: check it")


def _reckoned(fields: Fields, currency: str, payable: Money | None) -> Money | None:
    """Return the total of a file that states none: the sum of its parts, else what is payable and prepaid."""
    total = fields.sum(fields.paths("total_sum"), currency, "total")
    if total is not None:
        fields.notes.warn(f"the file states no total: {total} is the sum of its parts")
    elif payable is not None:
        total = payable + (fields.amount(fields.paths("prepaid"), currency, "prepaid") or Money.zero(currency))
        fields.notes.warn(f"the file states no total: {total} is what is payable and prepaid")
    return total


def _deducted(fields: Fields, currency: str, total: Money) -> Money:
    """Return what the buyer does not owe the seller: tax withheld, VAT paid to the State."""
    parts = {
        why: amount
        for why, paths in fields.data.get("deductions", {}).items()
        if (amount := fields.sum(paths, currency, "deduction"))
    }
    nothing = Money.zero(currency)
    deducted = money_total(list(parts.values()), currency)
    listed = ", ".join(f"{why} {amount}" for why, amount in parts.items())
    gross = fields.sum(fields.paths("total_sum"), currency, "total")
    explained = nothing if gross is None else gross - deducted
    if gross is not None and abs(total.minor - gross.minor) > _CENTS and total != explained:
        fields.notes.warn(f"the total {total} is not the sum of its parts, {gross}: check it")
    if not parts:
        return nothing
    if gross is not None and total != gross and total == gross - deducted:
        fields.notes.warn(f"the stated total {total} leaves out already: {listed}; it is claimed as it stands")
        return nothing
    if nothing < total <= deducted:
        fields.notes.warn(f"the deductions are not less than the total {total}: {listed}; not deducted, check them")
        return nothing
    fields.notes.warn(f"payable {total - deducted} is less than the total {total}: {listed}")
    return deducted


def _explain(fields: Fields, currency: str, total: Money, payable: Money) -> None:
    reasons = {
        why: amount
        for why, paths in fields.data.get("differences", {}).items()
        if (amount := fields.sum(paths, currency, why))
    }
    listed = ", ".join(f"{why} {amount}" for why, amount in reasons.items())
    if not listed:
        listed = "the file does not say why; check it"
    elif not _add_up(list(reasons.values()), total - payable):
        listed += "; this does not make up the whole difference, check it"
    fields.notes.warn(f"payable {payable} differs from the total {total}: {listed}")


def _add_up(parts: list[Money], difference: Money) -> bool:
    """Tell whether amounts, each added or taken off, make up a difference."""
    sums = {0}
    for part in parts:
        sums = {known + sign * part.minor for known in sums for sign in (1, -1)}
    return difference.minor in sums


def odd_amounts(total: Money, payable: Money, notes: Notes) -> None:
    """Warn of amounts that nobody can be asked for."""
    if total.minor < 0 or payable.minor < 0:
        notes.warn(f"the amount is negative ({payable if payable.minor < 0 else total}): nothing to claim")
    elif not payable:
        notes.warn("nothing is payable any more")


def _by_days(fields: Fields, spec: dict[str, Any], node: Any) -> date | None:
    """Return the day that is so many days from the one stated."""
    days = fields.text(spec.get("days", []), node) or ""
    start = fields.day(next(iter(fields.hits(spec.get("from", []), node)), None), "instalments.due")
    if start is None or not re.fullmatch("[0-9]{1,3}", days):
        return None
    due = start + timedelta(days=int(days))
    fields.notes.warn(f"no due date in the file: {due} is {days} days from {start}")
    return due


def instalments(fields: Fields, currency: str, payable: Money) -> tuple[Instalment, ...]:
    """Return the instalments that a document lists; a sum other than what is payable leaves a warning."""
    spec = fields.data.get("instalments")
    if spec is None:
        return ()
    parts = []
    for node in fields.body.xpath(spec["each"]):
        due = fields.day(next(iter(fields.hits(spec["due"], node)), None), "instalments.due")
        if due is None:
            due = _by_days(fields, spec, node)
        amount = fields.amount(spec["amount"], currency, "instalments.amount", node)
        if amount is not None:
            parts.append(Instalment(due, amount))
    listed = money_total([part.amount for part in parts], currency)
    if parts and listed != payable:
        fields.notes.warn(f"the instalments listed add up to {listed}, payable is {payable}; check them")
    return tuple(parts)
