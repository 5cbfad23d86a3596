"""The demo's result: the table of cases, one ledger with its articles, and where the letters lie."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from recovery.currency.rates import convert
from recovery.desk.views import show_case
from recovery.errors import CaseError
from recovery.money import Money, total
from recovery.store.database import reading

LEDGER_OF = "se"


def report(cases: dict[str, str], folder: Path, seconds: float, out: Console) -> dict[str, Any]:
    """Print the result and return it as plain data.

    Raises:
        CaseError: a case is not closed: the demo has failed.
    """
    with reading() as session:
        shown = {code: show_case(session, reference) for code, reference in cases.items()}
    for case in shown.values():
        if case["state"] != "closed":
            raise CaseError(f"demo: case {case['case']} is still {case['state']}", code="demo_failed")
    rows = [_row(case) for case in shown.values()]
    letters = _letters(shown, folder)
    _table(rows, out)
    _ledger(shown[LEDGER_OF], out)
    out.print(f"\n{len(letters)} letters as PDF in {folder / 'letters'}")
    out.print(f"Six cases from filing to closure in {seconds:.0f} s.")
    return {
        "cases": rows,
        "letters": [str(path) for path in letters],
        "folder": str(folder),
        "ledger": shown[LEDGER_OF]["ledger"],
        "seconds": round(seconds, 1),
    }


def _sum(case: dict[str, Any], kinds: tuple[str, ...]) -> list[Money]:
    """Return the sums of a ledger's lines of some kinds, one per currency."""
    amounts = [Money.parse(row["amount"], row["currency"]) for row in case["ledger"] if row["kind"] in kinds]
    return [
        total([a for a in amounts if a.currency == currency], currency)
        for currency in sorted({a.currency for a in amounts}, key=lambda c: c != case["currency"])
    ]


def _row(case: dict[str, Any]) -> dict[str, Any]:
    closed = date.fromisoformat(case["closed_on"])
    asked = _sum(case, ("principal", "interest", "cost"))
    recovered = [-amount for amount in _sum(case, ("payment", "refund_due"))]
    in_euro = total([convert(amount, "EUR", closed).amount for amount in recovered], "EUR")
    return {
        "case": case["case"],
        "creditor": case["creditor_country"],
        "debtor": case["debtor_country"],
        "asked": [amount.as_dict() for amount in asked],
        "recovered": [amount.as_dict() for amount in recovered],
        "recovered_eur": str(in_euro),
        "days": (closed - date.fromisoformat(case["filed_on"])).days,
        "reason": case["reason"],
    }


def _text(amounts: list[dict[str, str]]) -> str:
    return "\n".join(f"{row['amount']} {row['currency']}" for row in amounts) or "0.00"


def _table(rows: list[dict[str, Any]], out: Console) -> None:
    table = Table(title="Six cases, filed on 2 March 2026", title_justify="left", header_style="bold")
    for name, side in (
        ("case", "left"),
        ("creditor > debtor", "left"),
        ("asked", "right"),
        ("recovered", "right"),
        ("in EUR", "right"),
        ("days", "right"),
        ("reason", "left"),
    ):
        table.add_column(name, justify=side, no_wrap=name not in ("what", "legal basis"))  # type: ignore[arg-type]
    for row in rows:
        table.add_row(
            row["case"],
            f"{row['creditor']} > {row['debtor']}",
            _text(row["asked"]),
            _text(row["recovered"]),
            row["recovered_eur"],
            str(row["days"]),
            row["reason"],
        )
    out.print(table)


def _ledger(case: dict[str, Any], out: Console) -> None:
    table = Table(
        title=f"\nLedger of {case['case']}: every line with its article of law",
        title_justify="left",
        header_style="bold",
    )
    for name, side in (("date", "left"), ("what", "left"), ("amount", "right"), ("legal basis", "left")):
        table.add_column(name, justify=side, no_wrap=name not in ("what", "legal basis"))  # type: ignore[arg-type]
    for row in case["ledger"]:
        table.add_row(row["on"], row["label"], f"{row['amount']} {row['currency']}", row["basis"])
    out.print(table)


def _letters(shown: dict[str, Any], folder: Path) -> list[Path]:
    """Copy the letters out of the document store under names that people can read."""
    target = folder / "letters"
    target.mkdir(exist_ok=True)
    paths = []
    for case in shown.values():
        for number, document in enumerate((d for d in case["documents"] if d["kind"].startswith("letter:")), 1):
            path = target / document["name"].replace(f"{case['case']}-", f"{case['case']}-{number}-", 1)
            shutil.copyfile(document["path"], path)
            paths.append(path)
    return paths
