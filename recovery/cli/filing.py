"""Filing on the command line: one claim from its papers, or many from a CSV file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from recovery.cli.days import day_of, today_here
from recovery.cli.groups import top_group
from recovery.cli.output import JSON, KINDS, answer
from recovery.errors import Faults, IntakeError

if TYPE_CHECKING:
    from recovery.filing.bundle import Paid, Reminded

# Bytes of a table of many claims: some hundred thousand rows.
TABLE_LIMIT = 200 * 1024 * 1024


@top_group.command("file")
@click.argument("papers", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
@click.option(
    "--csv",
    "table",
    type=click.Path(path_type=Path),
    help="File every row of a CSV file: rows of one debtor are one claim; again files nothing twice.",
)
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
    "--paid", multiple=True, metavar="DATE:AMOUNT[:INVOICE]", help="What the debtor paid already; may be repeated."
)
@click.option(
    "--reminded",
    multiple=True,
    metavar="DATE[:CHANNEL]",
    help="A reminder sent already, by post, registered, email or hand; may be repeated.",
)
@click.option(
    "--consent",
    multiple=True,
    type=click.Choice(["formal_notice", "court"]),
    help="What the member agrees to now.",
)
@click.option("--on", help="Day of filing; by default today.")
@JSON
def file_command(
    papers: tuple[Path, ...],
    table: Path | None,
    evidence: tuple[Path, ...],
    on: str | None,
    as_json: bool,
    **options: Any,
) -> None:
    """File a claim from an e-invoice, or from several of one debtor with their credit notes, through the flow.

    With --csv many claims: one JSON line a claim, and one a row that could not be filed.
    """
    if bool(papers) == bool(table):
        raise click.UsageError("give invoices, or --csv FILE")
    day = day_of(on, "on") or today_here()
    if table:
        _file_table(table, day, evidence, options)
        return
    answer(
        _file(papers, evidence, day, options),
        as_json,
        lambda d: click.echo(
            f"{d['case']} filed: {d['state']}\nflow run {d['flow_run']}"
            + "".join(f"\nnote: {w}" for w in d["warnings"])
        ),
    )


def _file(papers: Sequence[Path], evidence: Sequence[Path], day: date, options: dict[str, Any]) -> dict[str, Any]:
    """Keep the papers of a claim and file them; what cannot be claimed is told before a flow is begun."""
    from flows.uploads import keep_upload, read
    from recovery.filing.bundle import Bundle, Sheet, faults_of_bundle
    from recovery.safe_xml import read_limited

    contents = [(path.name, read_limited(path)) for path in papers]
    sheets = [Sheet(read(content, name), content, name) for name, content in contents]
    sheets.sort(key=lambda one: one.is_credit)
    paid = [_paid(text, sheets[0].invoice.currency) for text in options["paid"]]
    reminded = [_reminded(text) for text in options["reminded"]]
    bundle = Bundle(tuple(sheets), tuple(paid), tuple(reminded))
    if faults := faults_of_bundle(bundle, day):
        raise Faults(faults)
    contract = {
        key: value
        for key, value in (("rate", options["contract_rate"]), ("choice_of_law", options["choice_of_law"]))
        if value
    }
    upload = keep_upload(
        sheets[0].content,
        sheets[0].name,
        day,
        [(path.name, read_limited(path)) for path in evidence],
        [(one.name, one.content) for one in sheets[1:]],
        member_email=options["member"],
        debtor_kind=options["debtor_kind"],
        claim_kind=options["claim_kind"],
        consents=list(options["consent"]),
        contract=contract,
        paid=[one.as_dict() for one in paid],
        reminded=[one.as_dict() for one in reminded],
    )
    return file_upload(upload, day)


def _file_table(table: Path, day: date, evidence: Sequence[Path], options: dict[str, Any]) -> None:
    """File every claim of a CSV file, a line of JSON each, and tell on standard error how far it came."""
    from recovery.filing.bulk import Terms, file_many
    from recovery.safe_xml import read_limited

    alone = [name for name in ("paid", "reminded", "contract_rate", "choice_of_law") if options[name]]
    if evidence or alone:
        name = "evidence" if evidence else alone[0].replace("_", "-")
        raise click.UsageError(f"--{name} is of one claim; leave it out with --csv")
    kind = options["claim_kind"] or "services"
    terms = Terms(day, options["member"], options["debtor_kind"], kind, tuple(options["consent"]))
    tell = lambda done, all_: click.echo(f"{done} of {all_} claims", err=True)  # noqa: E731
    for line in file_many(read_limited(table, TABLE_LIMIT), table.name, terms, tell):
        click.echo(json.dumps(line, ensure_ascii=False))


def _paid(text: str, currency: str) -> Paid:
    """Return what --paid says.

    Raises:
        IntakeError: it is not of its form.
    """
    from recovery.filing.bundle import Paid
    from recovery.money import Money

    day, _, rest = text.partition(":")
    amount, _, invoice = rest.partition(":")
    on = day_of(day, "paid")
    if on is None or not amount:
        told = f"paid {text!r}: write it as 2026-05-02:300.00, or 2026-05-02:300.00:INVOICE"
        raise IntakeError(told, code="bad_payment", field="paid")
    return Paid(on, Money.parse(amount, currency, "paid"), invoice or None)


def _reminded(text: str) -> Reminded:
    """Return what --reminded says."""
    from recovery.filing.bundle import Reminded

    day, _, channel = text.partition(":")
    on = day_of(day, "reminded")
    assert on is not None
    return Reminded(on, channel or "post")


def file_upload(upload: str, day: date) -> dict[str, Any]:
    """File a kept upload through the flow and return what came of it."""
    from flows.claims import file_claim
    from flows.run import run_flow
    from recovery.case.store import load
    from recovery.desk.views import invoices_of
    from recovery.ledger.fees import shown
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
            "invoices": invoices_of(case),
            "fee": shown(case.debtor_country, case.creditor_country, case.currency, case.filed_on or day),
            "warnings": list(case.warnings),
        }
