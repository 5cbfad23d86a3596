"""Figures as rows for other programs: CSV and a workbook; text is never taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from recovery.figures.gather import CURVE_DAYS
from recovery.figures.outlook import Outlook
from recovery.figures.values import Amounts, Dashboard
from recovery.money import Money

HEAD = ("as_of", "figure", "name", "cases", "amount", "currency", "share", "days")
# What a spreadsheet would take for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
Cell = object


def rows_of(figures: Dashboard, found: Outlook) -> list[list[Cell]]:
    """Return all figures, one a row, the head first; names are those of the data, the same in every language."""
    day = figures.as_of.isoformat()
    return [list(HEAD), *([day, *row] for row in (*_rows(figures), *_more(found)))]


def _more(found: Outlook) -> Iterator[list[Cell]]:
    """Yield the rows of what the sums tell beside; the people who work cases are not among them."""
    for place in found.places:
        for quarter in place.quarters:
            yield _row("received_in", f"{place.country} {_quarter(quarter.first)}", None, quarter.received)
        yield _row("share_within_90", place.country, None, share=place.share)
    for name in ("running", "kept", "broken", "other"):
        yield _row("plans", name, getattr(found.promises, name))
    for risk in found.risks:
        for name in ("late", "soon", "later"):
            yield _row(f"due_{name}", risk.kind, getattr(risk, name))
    for ahead in found.expected:
        yield _row("forecast", _quarter(ahead.first), None, ahead.total)
        yield _row("forecast_of_plans", _quarter(ahead.first), None, ahead.plans)
    for tried in found.tried:
        yield _row("forecast_before", _quarter(tried.first), None, tried.forecast)
        yield _row("forecast_error", _quarter(tried.first), None, tried.received, tried.error)


def _quarter(first: date) -> str:
    return f"{first.year}-Q{first.month // 3 + 1}"


def _rows(figures: Dashboard) -> Iterator[list[Cell]]:
    yield _row("cases", "", figures.cases)
    yield _row("cases_without_rate", "", figures.without_rate)
    for amounts in figures.by_currency:
        yield from _amounts(amounts, "")
    if figures.asked.currency is None:
        yield from _amounts(figures.in_unit, "all")
    for name in ("open_states", "closed", "ages", "late", "disputes"):
        for one in getattr(figures, name):
            counted = name in ("late", "disputes")
            yield _row(name, one.name, one.cases, None if counted else one.amount)
    for outcome in figures.routes:
        yield _row("routes", f"{outcome.route}: {outcome.outcome}", outcome.cases, outcome.received)
    for pace in figures.pace:
        yield _row("days_to", pace.name, pace.cases, days=pace.mean)
    for cohort in figures.cohorts:
        quarter = _quarter(cohort.first)
        yield _row("cohort_received", quarter, cohort.cases, cohort.received, cohort.share)
        for days, share in zip(CURVE_DAYS, cohort.points, strict=True):
            if share is not None:
                yield _row("cohort_share_within", quarter, cohort.cases, cohort.asked, share, days)
    yield _row("exchange_effect", "", None, figures.exchange.effect)


def _amounts(amounts: Amounts, name: str) -> Iterator[list[Cell]]:
    for figure in ("asked", "received", "principal", "interest"):
        share = amounts.share if figure == "received" else None
        yield _row(figure, name, None, getattr(amounts, figure), share)


def _row(
    figure: str,
    name: str,
    cases: int | None,
    amount: Money | None = None,
    share: Decimal | None = None,
    days: Decimal | int | None = None,
) -> list[Cell]:
    money = (None, None) if amount is None else (amount.major, amount.currency)
    return [figure, name, cases, *money, share, days]


def csv_of(rows: Sequence[Sequence[Cell]]) -> bytes:
    """Return rows as CSV (RFC 4180) in UTF-8."""
    out = io.StringIO()
    csv.writer(out).writerows([_plain(cell) for cell in row] for row in rows)
    return out.getvalue().encode()


def _plain(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet reckons: text that looks like a formula gets an apostrophe before it."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def xlsx_of(rows: Sequence[Sequence[Cell]]) -> bytes:
    """Return rows as a workbook: text as text, numbers as numbers."""
    import xlsxwriter

    out = io.BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, plain)
    sheet = book.add_worksheet("figures")
    bold = book.add_format({"bold": True})
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            style = bold if number == 0 else None
            if isinstance(cell, str):
                sheet.write_string(number, place, cell, style)
            elif isinstance(cell, (int, Decimal)):
                sheet.write_number(number, place, float(cell), style)
    sheet.freeze_panes(1, 0)
    sheet.autofit()
    book.close()
    return out.getvalue()
