"""Commands that need the database: filing, working, money, operation."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from typing import Any

import click

from recovery.cli.days import YES, day_of, near, today_here
from recovery.cli.groups import bank_group, case_group, top_group
from recovery.cli.output import JSON, KINDS, answer
from recovery.errors import Faults


@top_group.command("file")
@click.argument("invoice", type=click.Path(path_type=Path))
@click.option(
    "--evidence",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Contract, order, reminders; may be repeated.",
)
@click.option("--member", help="E-mail of the member; by default the seller's.")
@click.option("--debtor-kind", type=KINDS)
@click.option(
    "--claim-kind",
    type=click.Choice(["services", "goods", "professional_fee", "utilities", "rent", "carriage", "other"]),
)
@click.option("--contract-rate", help="Agreed default interest, percent per year.")
@click.option("--choice-of-law")
@click.option(
    "--consent",
    multiple=True,
    type=click.Choice(["formal_notice", "court"]),
    help="What the member agrees to now.",
)
@click.option("--on", help="Day of filing; by default today.")
@JSON
def file_command(
    invoice: Path,
    evidence: tuple[Path, ...],
    member: str | None,
    debtor_kind: str | None,
    claim_kind: str | None,
    contract_rate: str | None,
    choice_of_law: str | None,
    consent: tuple[str, ...],
    on: str | None,
    as_json: bool,
) -> None:
    """File a claim from an e-invoice through the flow."""
    from flows.uploads import keep_upload, read
    from recovery.intake.checks import faults_of_claim
    from recovery.safe_xml import read_limited

    day = day_of(on, "on") or today_here()
    content = read_limited(invoice)
    found = read(content, invoice.name)
    if faults := faults_of_claim(found, day):
        raise Faults(faults)
    papers = [(path.name, read_limited(path)) for path in evidence]
    contract = {key: value for key, value in (("rate", contract_rate), ("choice_of_law", choice_of_law)) if value}
    upload = keep_upload(
        content,
        invoice.name,
        day,
        papers,
        member_email=member,
        debtor_kind=debtor_kind,
        claim_kind=claim_kind,
        consents=list(consent),
        contract=contract,
    )
    answer(
        file_upload(upload, day),
        as_json,
        lambda d: click.echo(
            f"{d['case']} filed: {d['state']}\nflow run {d['flow_run']}"
            + "".join(f"\nnote: {w}" for w in d["warnings"])
        ),
    )


def file_upload(upload: str, day: date) -> dict[str, Any]:
    """File a kept upload through the flow and return what came of it."""
    from flows.claims import file_claim
    from flows.run import run_flow
    from recovery.case.store import load
    from recovery.store.database import engine, reading

    engine()
    claim_id = run_flow(file_claim, upload, day.isoformat())
    with reading() as session:
        case = load(session, claim_id, lock=False)
        runs = case.flow_runs
        return {
            "claim": case.claim_id,
            "case": case.reference,
            "state": case.state,
            "flow_run": next((run.id for run in runs if run.flow == "file-claim"), None),
            "payment_reference": case.payment_reference,
            "warnings": list(case.warnings),
        }


@case_group.command("list")
@click.option("--state")
@click.option("--country")
@click.option("--limit", type=click.IntRange(1, 100000), default=100)
@JSON
def case_list(state: str | None, country: str | None, limit: int, as_json: bool) -> None:
    """List cases, the newest first."""
    from recovery.cli import show
    from recovery.desk.views import list_cases
    from recovery.store.database import reading

    with reading() as session:
        rows = list_cases(session, state, country, limit)
    answer({"cases": rows}, as_json, lambda document: show.cases(document["cases"]))


@case_group.command("show")
@click.argument("reference")
@click.option("--as-of")
@JSON
def case_show(reference: str, as_of: str | None, as_json: bool) -> None:
    """Show one case whole."""
    from recovery.cli import show
    from recovery.desk.views import show_case
    from recovery.store.database import reading

    with reading() as session:
        found = show_case(session, reference, day_of(as_of, "as_of"))
    answer(found, as_json, show.case)


@top_group.command("sweep")
@click.option("--as-of")
@click.option("--country")
@YES
@JSON
def sweep_command(as_of: str | None, country: str | None, yes: bool, as_json: bool) -> None:
    """Work all due deadlines, and do the effects that wait."""
    from flows.daily import deliver_outbox
    from flows.run import run_flow
    from recovery.registry import adapter_of
    from recovery.store.database import engine

    day, began = near(day_of(as_of, "as_of"), yes, "as_of"), time.monotonic()
    chosen = adapter_of(country).country if country else None
    engine()
    total = run_flow(_sweep_all, chosen, day.isoformat() if day else None, deliver_outbox)
    total["seconds"] = round(time.monotonic() - began, 3)
    answer(
        total,
        as_json,
        lambda d: click.echo(
            f"{d['due']} due, {d['worked']} worked, {d['skipped']} skipped, {d['failed']} failed in {d['seconds']} s"
            + "".join(f"\n{error}" for error in d["errors"])
        ),
    )


async def _sweep_all(country: str | None, day: str | None, deliver: Any) -> dict[str, Any]:
    from flows.daily import work_deadlines
    from recovery.registry import countries

    total: dict[str, Any] = {"due": 0, "worked": 0, "skipped": 0, "failed": 0, "errors": []}
    for code in [country] if country else countries():
        result = await work_deadlines(code, day)
        total = {key: total[key] + result[key] for key in total}
    await deliver()
    return total


@bank_group.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@JSON
def bank_import(file: Path, as_json: bool) -> None:
    """Import a bank statement; importing it again changes nothing."""
    from flows.bank import import_statement
    from flows.run import run_flow
    from recovery.bank.statement import read_statement
    from recovery.safe_xml import read_limited
    from recovery.store.database import engine
    from recovery.store.documents import keep

    content = read_limited(file, 50 * 1024 * 1024)
    read_statement(content, file.name)
    engine()
    result = run_flow(import_statement, keep(content))
    answer(
        result,
        as_json,
        lambda d: click.echo(
            f"{d['new']} new, {d['known']} known: {d['matched']} booked, {d['proposed']} proposed, "
            f"{d['unmatched']} unmatched"
        ),
    )


@bank_group.command("list")
@click.option("--status", type=click.Choice(["booked", "proposed", "unmatched", "outgoing", "taken_back", "returned"]))
@JSON
def bank_list(status: str | None, as_json: bool) -> None:
    """List bank entries and what became of them."""
    from recovery.ledger.bank_list import all_entries
    from recovery.money import Money
    from recovery.store.database import reading

    with reading() as session:
        found = all_entries(session, status)
    rows = [
        {
            "entry": row.id,
            "value": row.value_on.isoformat(),
            **Money(row.amount_minor, row.currency).as_dict(),
            "credit": row.credit,
            "status": row.status,
            "why": row.why,
            "claim": row.claim_id,
        }
        for row in found
    ]
    answer({"entries": rows}, as_json)


@bank_group.command("confirm")
@click.argument("entry", type=int)
@click.argument("reference")
@click.option("--by", "actor", default="team")
@JSON
def bank_confirm(entry: int, reference: str, actor: str, as_json: bool) -> None:
    """Book a bank entry on the case that a person names."""
    from recovery.desk.views import row_of
    from recovery.ledger.payments import confirm
    from recovery.store.database import transact

    row = transact(lambda session: row_of(confirm(session, entry, reference, actor)))
    answer(row, as_json, lambda d: click.echo(f"{d['case']}: {d['state']}"))


@bank_group.command("refused")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--on", help="Day of the report; by default today.")
@JSON
def bank_refused(file: Path, on: str | None, as_json: bool) -> None:
    """Take in what the bank says of transfers (pain.002): refused ones wait for a person, and can go again."""
    from recovery.bank.status_report import read_status_report
    from recovery.ledger.held_money import take_refused
    from recovery.safe_xml import read_limited
    from recovery.store.database import transact

    day, found = day_of(on, "on") or today_here(), read_status_report(read_limited(file), file.name)
    answer(
        transact(lambda session: take_refused(session, found, day)),
        as_json,
        lambda d: click.echo(", ".join(f"{count} {name}" for name, count in d.items())),
    )


@top_group.command("remit")
@click.option("--as-of")
@YES
@JSON
def remit_command(as_of: str | None, yes: bool, as_json: bool) -> None:
    """Make the pain.001 files of what is owed to members and to the guarantee fund."""
    from flows.run import run_flow
    from recovery.store.database import engine

    day = near(day_of(as_of, "as_of"), yes, "as_of") or today_here()
    engine()
    result = run_flow(_remit_all, day.isoformat())
    answer({"remittances": result}, as_json)


async def _remit_all(day: str) -> list[dict[str, Any]]:
    from flows.bank import remit
    from recovery.registry import countries

    return [await remit(code, day) for code in countries()]
