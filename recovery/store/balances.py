"""Balances of all cases on a day as one aggregate, the same to the cent as each case's own assessment.

A debt's row holds where its interest stands (`recovery.law.interest.Position`); the statement reckons the rest
from the cumulative index in whole numbers, so that SQLite and PostgreSQL give what Python gives.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Integer, case, delete, func, insert, literal, literal_column, select
from sqlmodel import Session, col

from recovery.country import CountryAdapter
from recovery.errors import CaseError
from recovery.law.assessment import Assessment, Debt
from recovery.law.index import InterestIndex
from recovery.law.interest import Position
from recovery.law.replay import index_under
from recovery.law.values import InterestTerms
from recovery.registry import adapter_of
from recovery.store.tables import Accrual, InterestTermsRow

# The aggregate is reckoned in 64-bit integers: no debt may leave them, whatever its rate, for so many days.
MOST_MINOR = 10**11
HORIZON_DAYS = 20 * 366
_ROOM = 2**62


def describe(country: str, terms: InterestTerms) -> str:
    """Return terms as text from which `terms_of` makes them again: names of parameters, not their values."""
    return json.dumps(_described(country, terms), sort_keys=True, separators=(",", ":"))


def _described(country: str, terms: InterestTerms) -> dict[str, Any]:
    return {
        "country": country,
        "regime": terms.regime,
        "basis": terms.basis,
        "parameter": terms.parameter.key if terms.parameter else None,
        "floor": terms.floor.key if terms.floor else None,
        "fixed": str(terms.fixed) if terms.fixed is not None else None,
        "plus": str(terms.plus),
        "waived": terms.waived,
        "later": [[day.isoformat(), _described(country, later)] for day, later in terms.later],
    }


def terms_of(description: str) -> tuple[CountryAdapter, InterestTerms]:
    """Return the law and the terms that a description names."""
    row = json.loads(description)
    return adapter_of(row["country"]), _terms(row)


def _terms(row: dict[str, Any]) -> InterestTerms:
    law = adapter_of(row["country"]).law
    return InterestTerms(
        regime=row["regime"],
        basis=row["basis"],
        parameter=law[row["parameter"]] if row["parameter"] else None,
        floor=law[row["floor"]] if row["floor"] else None,
        fixed=Decimal(row["fixed"]) if row["fixed"] is not None else None,
        plus=Decimal(row["plus"]),
        waived=row["waived"],
        later=tuple((date.fromisoformat(day), _terms(later)) for day, later in row["later"]),
    )


@dataclass(frozen=True, slots=True)
class Settled:
    """A case as it was settled: its debtor's country, the law of its contract, what is owed; None once it is closed."""

    claim_id: str
    country: str
    law: str | None
    owed: Assessment | None


def store_positions(session: Session, settled: Sequence[Settled]) -> None:
    """Write where the interest of cases' debts stands in place of what stood there; nothing accrues on closed ones.

    Raises:
        CaseError: a debt is larger than the aggregate can reckon.
    """
    connection = session.connection()
    connection.execute(delete(Accrual).where(col(Accrual.claim_id).in_([one.claim_id for one in settled])))
    described = {
        (one.claim_id, debt.place): describe(one.law, debt.terms)
        for one in settled
        if one.law and one.owed
        for debt in one.owed.debts
    }
    known = terms_ids(session, set(described.values()))
    rows = [
        {
            "claim_id": one.claim_id,
            "sequence": sequence,
            "country": one.country,
            "currency": one.owed.currency,
            "principal_minor": debt.principal,
            **position_columns(debt, known.get(described.get((one.claim_id, debt.place), ""))),
        }
        for one in settled
        if one.owed
        for sequence, debt in enumerate(one.owed.debts)
    ]
    if rows:
        connection.execute(insert(Accrual), rows)


def terms_ids(session: Session, descriptions: set[str]) -> dict[str, int]:
    """Return the numbers of sets of terms, given when they are first met."""
    connection, row = session.connection(), InterestTermsRow
    if not descriptions:
        return {}
    query = select(col(row.description), col(row.id)).where(col(row.description).in_(sorted(descriptions)))
    known = {description: number for description, number in connection.execute(query) if number is not None}
    for description in sorted(descriptions - known.keys()):
        made = insert(row).values(description=description).returning(col(row.id))
        known[description] = int(connection.execute(made).scalar_one() or 0)
    return known


def position_columns(debt: Debt, known: int | None) -> dict[str, int | None]:
    """Return where a debt's interest stands as columns of its row; `known` is the number of its terms.

    Raises:
        CaseError: the debt is larger than the aggregate can reckon.
    """
    position, owed_from = debt.position(), debt.start.claimable_from
    if position is None:
        nothing = dict.fromkeys(("base_minor", "settled_minor", "exact", "first_day", "owed_from"), 0)
        return {**nothing, "terms_id": None, "capitalises_on": None}
    if position.base > MOST_MINOR or not _has_room(debt, position):
        raise CaseError(
            f"a debt of {position.base} minor units: more than can be reckoned with at its rate; split the claim",
            code="bad_amount",
            field="amount",
        )
    return {
        "terms_id": known,
        "base_minor": position.base,
        "settled_minor": position.settled,
        "exact": position.exact,
        "first_day": position.first_day,
        "owed_from": owed_from.toordinal() if owed_from else 0,
        "capitalises_on": position.capitalises_on,
    }


def _has_room(debt: Debt, position: Position) -> bool:
    """Tell whether interest at the highest rate of a debt's terms stays within the aggregate's integers."""
    step = max(debt.index.steps) if debt.index else 0
    return 2 * (abs(position.exact) + position.base * step * HORIZON_DAYS) < _ROOM


@dataclass(frozen=True, slots=True)
class Outstanding:
    """What is owed on the open cases of a country in one currency, in minor units.

    `stale` counts debts whose yearly capitalisation is due and not yet settled: their interest is too low.
    """

    country: str
    currency: str
    debts: int
    principal_minor: int
    interest_minor: int
    stale: int


def outstanding(session: Session, on: date) -> list[Outstanding]:
    """Return principal and interest of all open cases on a day, by debtor's country and currency."""
    day = on.toordinal()
    interest = interest_on(session, on)
    stale = case((col(Accrual.capitalises_on) < day, 1), else_=0)
    statement = (
        select(
            col(Accrual.country),
            col(Accrual.currency),
            func.count(),
            func.sum(col(Accrual.principal_minor)),
            func.sum(interest),
            func.sum(stale),
        )
        .group_by(col(Accrual.country), col(Accrual.currency))
        .order_by(col(Accrual.country), col(Accrual.currency))
    )
    rows = session.connection().execute(statement)
    return [Outstanding(row[0], row[1], *(int(value) for value in row[2:])) for row in rows]


def interest_on(session: Session, on: date) -> ColumnElement[int]:
    """Return the expression for the interest that a row's debt owes on a day, in minor units."""
    branches = {}
    every = select(col(InterestTermsRow.id), col(InterestTermsRow.description))
    for number, description in session.connection().execute(every):
        first = (
            session.connection()
            .execute(select(func.min(col(Accrual.first_day))).where(col(Accrual.terms_id) == number))
            .scalar()
        )
        if first is None:
            continue
        law, terms = terms_of(description)
        index = index_under(law, terms)
        end = min(on.toordinal() + (1 if law.counts_payment_day else 0), index.known_through + 1)
        branches[number] = _by_line(index, first, end) if law.rounds == "line" else _in_all(index, first, end)
    if not branches:
        return literal(0)
    reckoned = case(branches, value=col(Accrual.terms_id), else_=0)
    return case((col(Accrual.owed_from) <= on.toordinal(), reckoned), else_=0)


def _number(value: int) -> ColumnElement[int]:
    """Return a whole number as part of the statement: databases fold constants, not parameters."""
    return literal_column(str(value), Integer)


def _half_up(over: ColumnElement[int], under: int) -> ColumnElement[int]:
    """Return over / under rounded half up; both databases divide whole numbers towards zero."""
    return (over + _number(under)) // _number(2 * under)


def _by_line(index: InterestIndex, first: int, end: int) -> ColumnElement[int]:
    """Return settled interest and each later line, rounded by itself."""
    base, since = col(Accrual.base_minor), col(Accrual.first_day)
    result: ColumnElement[int] = col(Accrual.settled_minor) + _number(0)
    for line, start, stop in index.lines(first, end):
        step = 2 * index.steps[line]
        whole = _half_up(base * _number(step * (stop - start)), index.denominator)
        part = _half_up(base * (_number(stop) - since) * _number(step), index.denominator)
        result = result + case((since <= start, whole), (since < stop, part), else_=_number(0))
    return result


def _in_all(index: InterestIndex, first: int, end: int) -> ColumnElement[int]:
    """Return the exact sum to the day, rounded once, less what was paid of it."""
    since, exact = col(Accrual.first_day), col(Accrual.exact)
    lines = list(index.lines(first, end))
    starts = [
        (
            since >= start,
            _number(index.sums[line] - index.starts[line] * index.steps[line]) + since * _number(index.steps[line]),
        )
        for line, start, _ in reversed(lines)
    ]
    if not starts:
        return col(Accrual.settled_minor) + _half_up(exact * _number(2), index.denominator)
    grown = col(Accrual.base_minor) * (_number(index.at(end)) - case(*starts, else_=_number(index.at(end))))
    running = case((since < end, exact + grown), else_=exact)
    return col(Accrual.settled_minor) + _half_up(running * _number(2), index.denominator)
