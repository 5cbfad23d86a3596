"""A partner's month: what came in and was sent on, case by case, and its bank account held to what the bank tells."""

from __future__ import annotations

import csv
import io
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import and_, func, select
from sqlmodel import Session, col

from recovery.case import journal
from recovery.errors import CaseError
from recovery.ledger.places import country_of
from recovery.money import Money
from recovery.registry import adapter_of
from recovery.store import trust_accounts
from recovery.store.tables import Case, Posting, StatementBalance

# What a case's line tells: which account gets or gives it, and in which kinds of postings.
COLUMNS = ("to_team", "to_others", "returned", "to_creditor", "to_fund", "fee")
OTHERS = journal.HOLDERS[1:]
POSTED: Any = Posting
TOLD: Any = StatementBalance


def days_of(month: str) -> tuple[date, date]:
    """Return the first and the last day of a month.

    Raises:
        CaseError: it is none.
    """
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise CaseError(f"month {month!r}: write it as 2026-03", code="bad_date", field="month") from None
    return first, first.replace(day=monthrange(first.year, first.month)[1])


def reconcile(session: Session, country: str, month: str) -> dict[str, Any]:
    """Return a partner's month by currency: its cases, its bank account, what waits, and what does not agree."""
    code, (first, last) = adapter_of(country).country, days_of(month)
    account = journal.account_of(code)
    checked = trust_accounts.check(session.connection())
    mine = [one for one in checked.findings if f"account {account} " in one.where]
    return {
        "country": code,
        "month": month,
        "account": account,
        "cases": list(_cases(session, code, first, last)),
        "bank": [_bank(session, account, currency, first, last) for currency in _currencies(session, account)],
        "suspense": _balances(session, code, (journal.SUSPENSE,), last, -1),
        "in_transit": _balances(session, None, (f"transit:{account}",), last, -1),
        "findings": [one.as_dict() for one in mine if one.where.rsplit(" ", 1)[1] <= last.isoformat()],
    }


def _moved(session: Session, *which: Any) -> Iterator[Any]:
    by: list[Any] = [POSTED.claim_id, POSTED.debit_account, POSTED.credit_account, POSTED.kind, POSTED.currency]
    query: Any = select(*by, func.sum(POSTED.amount_minor).label("minor"))
    yield from session.connection().execute(query.where(*which).group_by(*by).order_by(*by))


def _cases(session: Session, country: str, first: date, last: date) -> Iterator[dict[str, Any]]:
    """Yield the cases of which money moved in a month, one line a currency."""
    found: dict[tuple[str, str], dict[str, int]] = {}
    which = and_(POSTED.country == country, POSTED.booked_on.between(first, last), POSTED.claim_id.is_not(None))
    for row in _moved(session, which):
        for name, sign in _told(row):
            sums = found.setdefault((row.claim_id, row.currency), dict.fromkeys(COLUMNS, 0))
            sums[name] += sign * int(row.minor)
    names = dict(
        session.connection()
        .execute(
            select(col(Case.claim_id), col(Case.reference)).where(col(Case.claim_id).in_({one for one, _ in found}))
        )
        .all()
    )
    for (claim, currency), sums in sorted(found.items(), key=lambda one: (names.get(one[0][0]) or "", one[0][1])):
        amounts = {name: str(Money(minor, currency)) for name, minor in sums.items()}
        yield {"case": names.get(claim), "claim": claim, "currency": currency, **amounts}


def _told(row: Any) -> Iterator[tuple[str, int]]:
    """Yield which columns a movement counts in, and with which sign."""
    gets, gives = row.debit_account, row.credit_account
    if row.kind == "payment":
        yield ("to_others" if gets in OTHERS else "to_team"), 1
    elif row.kind == "payment_returned":
        yield "returned", 1
    elif row.kind == "remittance":
        yield ("to_fund" if gets == journal.FUND else "to_creditor"), 1
    if journal.FEE in (gets, gives):
        yield "fee", 1 if gives == journal.FEE else -1


def _currencies(session: Session, account: str) -> list[str]:
    name = f"bank:{account}"
    query = select(POSTED.currency).where((POSTED.debit_account == name) | (POSTED.credit_account == name))
    return sorted(set(session.connection().execute(query.distinct()).scalars()))


def _bank(session: Session, account: str, currency: str, first: date, last: date) -> dict[str, Any]:
    """Return what moved on a bank account in a month, and the last balance that the bank told of it by then."""
    name = f"bank:{account}"
    sums = {"before": 0, "came_in": 0, "went_out": 0}
    by: list[Any] = [POSTED.debit_account, POSTED.booked_on < first]
    query: Any = select(*by, func.sum(POSTED.amount_minor)).where(
        (POSTED.debit_account == name) | (POSTED.credit_account == name),
        POSTED.currency == currency,
        POSTED.booked_on <= last,
    )
    for gets, earlier, minor in session.connection().execute(query.group_by(*by)):
        sign = 1 if gets == name else -1
        sums["before" if earlier else "came_in" if sign > 0 else "went_out"] += sign * int(minor)
    told: Any = select(TOLD.told_on, TOLD.amount_minor).where(
        TOLD.account == account, TOLD.currency == currency, TOLD.kind == "closing", TOLD.told_on.between(first, last)
    )
    balance = session.connection().execute(told.order_by(TOLD.told_on.desc(), TOLD.id.desc())).first()
    return {
        "currency": currency,
        **{name: str(Money(minor, currency)) for name, minor in sums.items()},
        "closing": str(Money(sum(sums.values()), currency)),
        "told": str(Money(balance.amount_minor, currency)) if balance else None,
        "told_on": balance.told_on.isoformat() if balance else None,
    }


def _balances(
    session: Session, country: str | None, accounts: tuple[str, ...], last: date, sign: int
) -> list[dict[str, str]]:
    """Return what some accounts come to at the end of a day, by currency; `sign` -1 for what is owed."""
    which = [POSTED.booked_on <= last, *([POSTED.country == country] if country else [])]
    touched = POSTED.debit_account.in_(accounts) | POSTED.credit_account.in_(accounts)
    sums: dict[str, int] = {}
    for row in _moved(session, and_(touched, *which)):
        got = (row.debit_account in accounts) - (row.credit_account in accounts)
        sums[row.currency] = sums.get(row.currency, 0) + sign * got * int(row.minor)
    return [Money(minor, currency).as_dict() for currency, minor in sorted(sums.items()) if minor]


def balance_of(session: Session, name: str, on: date) -> dict[str, Any]:
    """Return what lies on a bank account at the end of a day by the ledger, and what its bank told of it last.

    `amount` is what lay there before the first line that is known, as the first statement told it, and all lines since.
    `name` is an IBAN, or the country whose service collects on it.

    Raises:
        CaseError: no service collects on it, and no statement was taken in.
    """
    plain = "".join(name.split()).upper()
    account = journal.account_of(plain) or plain
    owner, currencies = country_of(account), _currencies(session, account)
    if not owner and not currencies:
        text = f"account {name}: no service collects on it and no statement of it was taken in"
        raise CaseError(text, code="not_found", field="account")
    currencies = currencies or [adapter_of(str(owner)).currency]
    rows = [_balance(session, account, currency, on) for currency in currencies]
    return {
        "account": account,
        "country": owner,
        "on": on.isoformat(),
        **{key: rows[0][key] for key in ("amount", "currency")},
        "balances": rows,
        "suspense": _balances(session, owner, (journal.SUSPENSE,), on, -1) if owner else [],
        "in_transit": _balances(session, None, (f"transit:{account}",), on, -1),
    }


def _balance(session: Session, account: str, currency: str, on: date) -> dict[str, Any]:
    ours = (TOLD.account == account, TOLD.currency == currency)
    first: Any = select(TOLD.amount_minor).where(*ours, TOLD.kind == "opening").order_by(TOLD.told_on, TOLD.id)
    last: Any = select(TOLD.told_on, TOLD.amount_minor).where(*ours, TOLD.kind == "closing", TOLD.told_on <= on)
    opening = session.connection().execute(first).scalar()
    told = session.connection().execute(last.order_by(TOLD.told_on.desc(), TOLD.id.desc())).first()
    moved = sum(
        int(row.minor) * (1 if row.debit_account == f"bank:{account}" else -1)
        for row in _moved(
            session,
            (POSTED.debit_account == f"bank:{account}") | (POSTED.credit_account == f"bank:{account}"),
            POSTED.currency == currency,
            POSTED.booked_on <= on,
        )
    )
    return {
        **Money(moved + int(opening or 0), currency).as_dict(),
        "ledger": str(Money(moved, currency)),
        "opening": None if opening is None else str(Money(opening, currency)),
        "told": str(Money(told.amount_minor, currency)) if told else None,
        "told_on": told.told_on.isoformat() if told else None,
    }


def csv_of(told: dict[str, Any]) -> str:
    """Return the cases of a partner's month as CSV."""
    out = io.StringIO()
    writer = csv.DictWriter(out, ["case", "claim", "currency", *COLUMNS], lineterminator="\n")
    writer.writeheader()
    writer.writerows(told["cases"])
    return out.getvalue()
