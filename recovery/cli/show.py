"""Answers for people: tables in the terminal."""

from __future__ import annotations

import sys
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text


def console() -> Console:
    """Return the terminal; square brackets in names and notes are text, not rich's markup."""
    return Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else 130)


def _table(title: str, *columns: str, right: tuple[int, ...] = ()) -> Table:
    table = Table(title=title, title_justify="left", header_style="bold")
    for index, column in enumerate(columns):
        fixed = index in right or column in ("case", "date", "due", "on", "first")
        table.add_column(column, justify="right" if index in right else "left", no_wrap=fixed)
    return table


def quote(answer: dict[str, Any]) -> None:
    """Print a quote."""
    out, laws = console(), answer["applicable_law"]
    owed = _table(f"Owed on {answer['as_of']}", "what", "amount", "legal basis", right=(1,))
    currency = answer["principal"]["currency"]
    # As invoiced: payments stand below it whole, so that the lines add up to the total.
    covered = [Decimal(row["to_principal"]) for row in answer["paid"]]
    asked = sum(covered, Decimal(answer["principal"]["amount"]))
    owed.add_row("principal", f"{asked} {currency}", "contract and invoices")
    for row in answer["interest"]["segments"]:
        if not Decimal(row["amount"]):
            continue
        owed.add_row(
            f"interest {row['from']} to {row['to']}, {row['days']} days at {row['rate']} % on {row['principal']}",
            f"{row['amount']} {currency}",
            row["basis"],
        )
    for row in answer["costs"]:
        owed.add_row(row["kind"].replace("_", " "), f"{row['amount']} {row['currency']}", row["basis"])
    for row in answer["paid"]:
        owed.add_row(f"payment of {row['on']}", f"-{row['amount']} {currency}", row["basis"])
        if Decimal(row["left_over"]):
            owed.add_row(f"more than was owed on {row['on']}", f"{row['left_over']} {currency}", "to be paid back")
    owed.add_section()
    owed.add_row("total", f"{answer['total']['amount']} {currency}", "")
    out.print(
        f"Law of the contract: {laws['substance'] or 'a person must decide'}; procedure: {laws['procedure']} "
        f"({laws['why']}; {laws['basis']})"
    )
    out.print(owed)
    limit = answer["limitation"]
    safe = f", safe until {limit['last_safe_day']}" if limit.get("last_safe_day") else ""
    out.print(f"Limitation: last day {limit['date'] or 'none while the procedure runs'}{safe} ({limit['basis']})")
    if answer["lodge"]:
        _lodge(out, answer["lodge"])
    for row in answer["debts"]:
        if row["title"]:
            _title(out, row["invoice"], row["title"])
    _steps(out, answer)
    if answer["enforcement"]:
        _enforcement(out, answer["enforcement"])
    for row in answer["protective"]:
        out.print(f"{row['label']}: {'open' if row['available'] else 'closed'}: {row['why']} ({row['basis']})")
        if row["available"]:
            out.print(f"  before {row['court']}; security: {row['security']}; {row['hearing']}; {row['liability']}")
    for warning in answer["warnings"]:
        out.print(f"Note: {warning}")


def _lodge(out: Console, lodge: dict[str, str]) -> None:
    out.print(
        f"To lodge in the insolvency of {lodge['opened']}: {lodge['total']} {lodge['currency']} (principal "
        f"{lodge['principal']}, interest {lodge['interest']}, costs {lodge['costs']}; {lodge['basis']}); "
        f"interest that runs on outside: {lodge['runs_on']} {lodge['currency']}"
    )


def _title(out: Console, invoice: str, title: dict[str, Any]) -> None:
    held, rest, limit = title["principal"], title["rest_without_title"], title["limitation_of_rest"]
    until = f", last day to sue for it {limit['date'] or 'none while the procedure runs'}" if limit else ""
    out.print(
        f"Title of {title['on']} for invoice {invoice}: {held['amount']} {held['currency']} of the open principal; "
        f"without title: {rest['amount']} {rest['currency']}{until} ({title['basis']})"
    )


def _enforcement(out: Console, answer: dict[str, Any]) -> None:
    fee = f"{answer['fee']['amount']} {answer['fee']['currency']}" if answer["fee"] else answer["why_no_fee"]
    out.print(f"Enforcement in {answer['country']} by {answer['organ']}; fee: {fee} ({answer['fee_basis']})")
    table = _table("After the title", "what", "term", "legal basis", "confidence")
    for row in answer["certificates"]:
        table.add_row(f"{row['form']}, {row['instrument']}: {row['when']}", "", row["basis"], row["confidence"])
    language = answer["language"]
    for row, term in ((answer["service"], ""), (language, language["refusal_within"]), (answer["interest"], "")):
        table.add_row(row["what"], term, row["basis"], row["confidence"])
    for row in answer["terms"]:
        table.add_row(row["what"], f"{row['period']} from {row['counts_from']}", row["basis"], row["confidence"])
    out.print(table)


def _steps(out: Console, answer: dict[str, Any]) -> None:
    steps = _table("What happens next", "on", "step", "until", "by", "legal basis")
    for row in answer["procedure"]:
        steps.add_row(row["on"], row["label"], row["deadline"], row["actor"], row["basis"])
    out.print(steps)
    routes = _table("Routes to court", "route", "court", "fee", "laid out", "left if paid", "why", right=(2, 3, 4))
    cash = lambda money: f"{money['amount']} {money['currency']}" if money else "not known"  # noqa: E731
    for row in answer["routes"]:
        mark = "recommended" if row["recommended"] else "open" if row["available"] else "closed"
        sums = [cash(row[name]) if row["available"] else "" for name in ("fee", "cost", "net")]
        routes.add_row(row["label"] or row["code"], row["court"], *sums, f"{mark}: {row['why']}")
    out.print(routes)


def law(answer: dict[str, Any]) -> None:
    """Print a country's parameters."""
    table = _table(
        f"{answer['country']} on {answer['on']}",
        "parameter",
        "value",
        "unit",
        "legal basis",
        "confidence",
        "checked until",
    )
    for key, row in answer["parameters"].items():
        value = row["value"] if not isinstance(row["value"], list) else f"{len(row['value'])} rows"
        table.add_row(key, str(value), row["unit"], row["basis"], row["confidence"], row["confirmed_through"])
    console().print(table)


def countries(answer: dict[str, Any]) -> None:
    """Print the countries served."""
    table = _table("Countries served", "country", "name", "currency", "languages of letters", "")
    for row in answer["countries"]:
        mark = "experimental" if row["experimental"] else ""
        table.add_row(row["country"], row["name"], row["currency"], ", ".join(row["languages"]), mark)
    console().print(table)


def charter(answer: dict[str, Any]) -> None:
    """Print the charter."""
    codes = list(answer["principles"][0]["countries"])
    table = _table("European charter of recovery", "principle", *codes, "source")
    for row in answer["principles"]:
        table.add_row(
            row["text"],
            *("yes" if row["countries"][code]["holds"] else "NO" for code in codes),
            row["source"],
        )
    console().print(table)


def cases(rows: list[dict[str, Any]]) -> None:
    """Print a list of cases."""
    table = _table("Cases", "case", "creditor > debtor", "state", "principal", "open", "filed", right=(3, 4))
    for row in rows:
        state = f"{row['state']} ({row['reason']})" if row["reason"] else row["state"]
        table.add_row(
            row["case"] or row["claim"][:12],
            f"{row['creditor_country']} > {row['debtor_country']}",
            state,
            f"{row['principal']} {row['currency']}",
            f"{row['principal_open']} {row['currency']}",
            row["filed_on"] or "",
        )
    console().print(table if rows else "No cases. File one: recovery file INVOICE")


def ledger(case: dict[str, Any]) -> None:
    """Print the ledger of a case with the article beside every line."""
    table = _table(f"Ledger of {case['case']}", "date", "what", "amount", "legal basis", right=(2,))
    for row in case["ledger"]:
        table.add_row(row["on"], row["label"], f"{row['amount']} {row['currency']}", row["basis"])
    console().print(table)


def case(found: dict[str, Any]) -> None:
    """Print one case."""
    out = console()
    reason = f" ({found['reason']})" if found["reason"] else ""
    out.print(Text.assemble((found["case"] or found["claim"], "bold"), f"  {found['state']}{reason}"))
    out.print(
        f"{found['creditor']['name']} ({found['creditor_country']}) against "
        f"{found['debtor']['name']} ({found['debtor_country']})"
    )
    if found["balance"]:
        out.print(
            f"Owed on {found['as_of']}: {found['balance']['total']['amount']} {found['currency']}; "
            f"recovered {found['recovered']}"
        )
    ledger(found)
    table = _table("Deadlines", "due", "what", "who", "status")
    for row in found["deadlines"]:
        table.add_row(row["due"], row["kind"], row["actor"], row["status"])
    out.print(table)
    line = _table("Timeline", "date", "event", "by", "note")
    for row in found["timeline"]:
        line.add_row(row["on"], row["event"], row["actor"], row["note"])
    out.print(line)
    out.print("Possible now: " + ", ".join(name for name, why in found["possible"].items() if why is None))
    for letter in found["letters"]:
        number = f" {letter['tracking_number']}" if letter["tracking_number"] else ""
        out.print(f"letter {letter['letter']}: {letter['channel']} {letter['status']}{number}")
    for document in found["documents"]:
        out.print(f"{document['kind']}: {document['name']}  {document['path']}")


def would_do(document: dict[str, Any]) -> None:
    """Print what an action would do."""
    out, state, owed = console(), document["state"], document["owed"]
    out.print(f"{document['case'] or document['claim']} on {document['on']}, tried only:", highlight=False)
    lines = [
        f"state: {state['before']} → {state['after']}" + (f" ({document['reason']})" if document["reason"] else ""),
        f"owed: {owed['before']} → {owed['after']} {owed['currency']}",
        *(
            f"letter: {one['document']} by {one['channel']}, {one['total']} {one['currency']}"
            for one in document["letters"]
        ),
        *(f"deadline set: {one['kind']} by {one['due']} ({one['actor']})" for one in document["deadlines"]["set"]),
        *(f"deadline {one['status']}: {one['kind']} of {one['due']}" for one in document["deadlines"]["ended"]),
        *(f"ledger: {one['label']} {one['amount']} {one['currency']}" for one in document["ledger"]),
        f"events: {', '.join(document['events'])}",
    ]
    for line in lines:
        out.print(line, highlight=False, markup=False)
