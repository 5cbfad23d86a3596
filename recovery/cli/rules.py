"""The law as commands: quotes, terms, notices, numbers, and documents read. None needs the database."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import click

from recovery.cli.output import JSON, KINDS, answer

rule_group = click.Group("rules")


def _rules(command: str, args: dict[str, Any], as_json: bool, shown: bool = False) -> None:
    """Run a rule command; `shown` ones have a table of their own in recovery.cli.show for people."""
    from recovery.commands import run

    show = getattr(import_module("recovery.cli.show"), command) if shown and not as_json else None
    answer(run(command, {key: value for key, value in args.items() if value is not None}), as_json, show)


@rule_group.command()
@click.option("--input", "source", type=click.Path(allow_dash=True), help="A claim as JSON, - for standard input.")
@click.option("--creditor-country")
@click.option("--debtor-country")
@click.option("--debtor-kind", type=KINDS)
@click.option("--amount")
@click.option("--currency", default="EUR")
@click.option("--issued")
@click.option("--due")
@click.option("--as-of")
@click.option("--contract-rate")
@click.option("--contract-date")
@click.option("--claim-kind")
@click.option("--choice-of-law")
@click.option("--law", help="A person's recorded decision on the law.")
@click.option("--paid", multiple=True, metavar="DATE:AMOUNT")
@click.option("--disputed", is_flag=True)
@click.option("--compare", is_flag=True, help="The creditor's and the debtor's law side by side.")
@JSON
def quote(source: str | None, compare: bool, as_json: bool, **options: Any) -> None:
    """Tell what may be asked, until when, and what happens next."""
    from recovery.cli.claims import claim_from_file, claim_from_options

    claim = claim_from_file(source) if source else claim_from_options(options)
    if options["as_of"] and source:
        claim["as_of"] = options["as_of"]
    _rules("quote", {**claim, **({"compare": True} if compare else {})}, as_json, shown=True)


@rule_group.command()
@click.option("--country", required=True)
@click.option("--rule", type=click.Choice(["eu", "procedural", "civil"]), default="eu")
@click.option("--start", required=True)
@click.option("--period", required=True, help="30d, 20wd, 2w, 1m or 1y.")
@click.option("--act", type=click.Choice(["opposition", "appeal", "answer", "payment", "other"]))
@click.option("--region")
@click.option(
    "--addressee-country", help="Where the party lives whom the period binds: some laws give more time abroad."
)
@click.option("--addressee-region", help="The region of that country, such as FR-974 (ISO 3166-2).")
@JSON
def deadline(as_json: bool, **args: Any) -> None:
    """Tell the last day of a period that an event sets going."""
    _rules("deadline", args, as_json)


@rule_group.command()
@click.option("--country", required=True)
@click.option("--debtor-kind", type=KINDS, required=True)
@click.option("--sent", required=True)
@click.option("--channel", type=click.Choice(["post", "registered", "email"]), default="post")
@JSON
def notice(as_json: bool, **args: Any) -> None:
    """Tell the days and contents of a country's formal notice or first reminder."""
    _rules("notice", args, as_json)


@rule_group.command()
@click.option("--country", required=True)
@click.option("--debtor-kind", type=KINDS, required=True)
@click.option("--at", required=True, help="Local time of the debtor, 2026-11-22T10:00.")
@click.option("--channel", type=click.Choice(["phone", "email", "post", "visit"]), default="phone")
@JSON
def contact(as_json: bool, **args: Any) -> None:
    """Tell whether a debtor may be contacted now, and when next."""
    _rules("contact", args, as_json)


@rule_group.command()
@click.option("--country", required=True)
@click.option("--debtor-kind", type=KINDS, default="business")
@click.option("--payment", required=True)
@click.option("--costs", default="0")
@click.option("--interest", default="0")
@click.option("--principal", default="0")
@click.option("--currency", default="EUR")
@click.option("--enforced", is_flag=True, help="The money came in by enforcement.")
@JSON
def allocate(as_json: bool, **args: Any) -> None:
    """Spread a payment over costs, interest and principal in the country's order."""
    _rules("allocate", args, as_json)


@rule_group.command()
@click.argument("value")
@click.option("--country")
@JSON
def identify(as_json: bool, **args: Any) -> None:
    """Tell what an identifier is and whether its check digits hold."""
    _rules("identify", args, as_json)


@rule_group.command()
@click.option("--country", required=True)
@click.argument("what", type=click.Choice(["check", "make"]))
@click.argument("value")
@JSON
def reference(country: str, what: str, value: str, as_json: bool) -> None:
    """Check or make a structured payment reference."""
    _rules("reference", {"country": country, what: value}, as_json)


@rule_group.command()
@click.argument("amount")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.option("--on")
@JSON
def convert(amount: str, source: str, target: str, on: str | None, as_json: bool) -> None:
    """Convert an amount at the last official fixing on or before a day."""
    _rules("convert", {"amount": amount, "from": source, "to": target, "on": on}, as_json)


@rule_group.command()
@click.argument("country")
@click.option("--on")
@JSON
def law(as_json: bool, **args: Any) -> None:
    """List every parameter of a country's law, with source and confidence."""
    _rules("law", args, as_json, shown=True)


@rule_group.command()
@JSON
def charter(as_json: bool) -> None:
    """Show the European charter: each principle, held by each country."""
    _rules("charter", {}, as_json, shown=True)


@rule_group.command()
@JSON
def countries(as_json: bool) -> None:
    """List the countries served; one marked experimental is on trial."""
    _rules("countries", {}, as_json, shown=True)


@rule_group.command()
@click.argument("file", type=click.Path(allow_dash=True))
def batch(file: str) -> None:
    """Run many rule commands, one JSON object per line, answers in order."""
    from recovery.cli.claims import run_batch

    with click.open_file(file, "rb") as lines:
        for line in run_batch(lines):
            click.echo(line)


# ---- documents


@rule_group.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--member", multiple=True, help="Who sells: the VAT number, account or name that the member is known by.")
@JSON
def invoice(file: Path, member: tuple[str, ...], as_json: bool) -> None:
    """Read an invoice: any e-invoice known here, or the pages of a PDF, each value with its place."""
    from flows.uploads import national_maps
    from recovery.intake.documents import read_document_file
    from recovery.intake.paper.read import member_known_by

    answer(read_document_file(file, national_maps(), member_known_by(member)).as_dict(), as_json)


@rule_group.command()
@click.argument("file", type=click.Path(path_type=Path))
@JSON
def statement(file: Path, as_json: bool) -> None:
    """Read a bank statement (camt.052, 053, 054)."""
    from recovery.bank.statement import read_statement_file

    answer(read_statement_file(file).as_dict(), as_json)
