"""Costs that the law fixes in another currency, covered by money in the case's own; the difference is an entry."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from recovery.case.entries import post, settle
from recovery.case.journal import EXCHANGED
from recovery.case.record import CaseRecord, beside
from recovery.currency.rates import Conversion, EmbeddedEcb, convert
from recovery.errors import RecoveryError
from recovery.ledger.tolerance import tolerance
from recovery.money import Money
from recovery.store.tables import BankEntry, PaymentRow


def cover_beside(case: CaseRecord, amount: Money, on: date, source: str, entry: BankEntry | None) -> Money:
    """Cover costs in other currencies with what a payment holds beyond the debt itself; return what that took.

    A fixing moves between letter and payment: a difference too small to go on for covers the costs whole.
    """
    owed, taken = settle(case, on), Money.zero(case.currency)
    for cost in beside(case, owed):
        spare = amount - owed.total - taken
        if spare.minor <= 0:
            break
        try:
            worth = convert(cost, case.currency, on, (EmbeddedEcb(), case.outside.rates()))
            spent, covered = _share(spare, cost, worth, tolerance(case, owed.total + worth.amount), on, case)
        except RecoveryError:
            continue  # no rate is known: it stays owed in its own currency
        if covered:
            _note(case, spent, covered, worth, on, source, entry)
            taken += spent
    return taken


def _share(
    spare: Money, cost: Money, worth: Conversion, little: int, on: date, case: CaseRecord
) -> tuple[Money, Money]:
    """Return what is spent of the spare money, and what of the costs that covers."""
    if spare >= worth.amount:
        return worth.amount, cost
    if spare.minor + little >= worth.amount.minor:
        return spare, cost
    return spare, convert(spare, cost.currency, on, (EmbeddedEcb(), case.outside.rates())).amount


def _note(
    case: CaseRecord,
    spent: Money,
    covered: Money,
    worth: Conversion,
    on: date,
    source: str,
    entry: BankEntry | None,
) -> None:
    rows = ((spent, source), (covered, f"{EXCHANGED}{source}"))
    for money, said in rows:
        case.add(
            PaymentRow(
                claim_id=case.claim_id,
                sequence=len(case.payments) + 1,
                value_on=on,
                booked_on=entry.booked_on if entry else on,
                amount_minor=money.minor,
                currency=money.currency,
                rate=str(worth.rate),
                rate_on=worth.rate_date,
                rate_source=worth.source,
                bank_entry_id=entry.id if entry else None,
                source=said,
            )
        )
    told = f"{covered} {covered.currency} paid in {spent.currency} at {worth.rate} of {worth.rate_date}"
    post(case, "payment", -spent, on, "costs in another currency", "payment received")
    _exchange(case, spent, covered, on, told)


def _exchange(case: CaseRecord, spent: Money, covered: Money, on: date, told: str) -> None:
    post(case, "exchange", spent, on, "costs in another currency", told)
    post(case, "exchange", -covered, on, "costs in another currency", told)


def rows_of(case: CaseRecord, amount: Money) -> list[PaymentRow]:
    """Return the rows of the last payment of an amount that stands: its own, and those of costs that it covered too."""
    standing = [one for one in case.payments if one.reversed_on is None]
    for at in range(len(standing) - 1, -1, -1):
        group = [one for one in standing[: at + 1] if _of_one_payment(one, standing[at])]
        sum_ = sum(worth_of(case, one) for one in group)
        if standing[at].case_minor == amount.minor:
            return [standing[at]]
        if standing[at].case_minor is not None and sum_ == amount.minor:
            return group
    return []


def _of_one_payment(one: PaymentRow, last: PaymentRow) -> bool:
    """Tell whether a row is of the same payment as the one after it: costs are covered before the debt."""
    if one is last:
        return True
    same = one.source.removeprefix(EXCHANGED) == last.source and one.value_on == last.value_on
    return same and one.case_minor is None and last.sequence - one.sequence <= 6


def worth_of(case: CaseRecord, row: PaymentRow) -> int:
    """Return what a row brought in the case's currency, in minor units; nothing where it only tells an exchange."""
    if row.case_minor is not None:
        return row.case_minor
    return row.amount_minor if row.currency == case.currency else 0


def uncover(case: CaseRecord, rows: list[PaymentRow], on: date) -> None:
    """Undo what taken back rows had covered in other currencies."""
    for spent, covered in pairwise(rows):
        if covered.source.startswith(EXCHANGED):
            money = Money(-spent.amount_minor, spent.currency), Money(-covered.amount_minor, covered.currency)
            _exchange(case, *money, on, "payment returned")
