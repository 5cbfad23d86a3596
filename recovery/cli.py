"""The command line `recovery`: see docs/commands.md. What a command needs is loaded when it runs."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from recovery import __version__, logs
from recovery.errors import RecoveryError, known
from recovery.settings import PRIVATE

KINDS = click.Choice(["business", "consumer", "public"])
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


class Json(click.Group):
    """A group whose domain errors become one line and, with --json, one document."""

    asked: Sequence[str] = ()

    def main(self, args: Sequence[str] | None = None, *more: Any, **options: Any) -> Any:
        """Remember what was asked, and run it."""
        self.asked = sys.argv[1:] if args is None else list(args)
        if args is None:  # a process of its own: what it and its children write is its owner's alone
            os.umask(PRIVATE)
            logs.install()
        return super().main(args, *more, **options)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; an error, foreseen or not, ends with exit code 1 and one line, never with a traceback."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except (BrokenPipeError, KeyboardInterrupt):
            sys.exit(1)
        except Exception as error:
            fail(known(error), "--json" in self.asked)


def fail(error: RecoveryError, as_json: bool) -> None:
    """Tell an error and leave with exit code 1."""
    if as_json:
        click.echo(json.dumps({"error": error.as_dict()}, ensure_ascii=False))
    click.echo(error.message, err=True)
    sys.exit(1)


def answer(document: Any, as_json: bool, show: Callable[[Any], None] | None = None) -> None:
    """Print an answer: as one JSON document, or for people."""
    if as_json or show is None:
        click.echo(json.dumps(document, ensure_ascii=False, indent=None if as_json else 2))
    else:
        show(document)


@click.group(cls=Json, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="recovery")
def main() -> None:
    """Recover unpaid invoices across borders: one workflow, each country's law."""


def _rules(command: str, args: dict[str, Any], as_json: bool, shown: bool = False) -> None:
    """Run a rule command; `shown` ones have a table of their own in recovery.show for people."""
    from recovery.commands import run

    show = getattr(import_module("recovery.show"), command) if shown and not as_json else None
    answer(run(command, {key: value for key, value in args.items() if value is not None}), as_json, show)


# ---- rules as code


@main.command()
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
    from recovery.claim_options import claim_from_file, claim_from_options

    claim = claim_from_file(source) if source else claim_from_options(options)
    if options["as_of"] and source:
        claim["as_of"] = options["as_of"]
    _rules("quote", {**claim, **({"compare": True} if compare else {})}, as_json, shown=True)


@main.command()
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


@main.command()
@click.option("--country", required=True)
@click.option("--debtor-kind", type=KINDS, required=True)
@click.option("--sent", required=True)
@click.option("--channel", type=click.Choice(["post", "registered", "email"]), default="post")
@JSON
def notice(as_json: bool, **args: Any) -> None:
    """Tell the days and contents of a country's formal notice or first reminder."""
    _rules("notice", args, as_json)


@main.command()
@click.option("--country", required=True)
@click.option("--debtor-kind", type=KINDS, required=True)
@click.option("--at", required=True, help="Local time of the debtor, 2026-11-22T10:00.")
@click.option("--channel", type=click.Choice(["phone", "email", "post", "visit"]), default="phone")
@JSON
def contact(as_json: bool, **args: Any) -> None:
    """Tell whether a debtor may be contacted now, and when next."""
    _rules("contact", args, as_json)


@main.command()
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


@main.command()
@click.argument("value")
@click.option("--country")
@JSON
def identify(as_json: bool, **args: Any) -> None:
    """Tell what an identifier is and whether its check digits hold."""
    _rules("identify", args, as_json)


@main.command()
@click.option("--country", required=True)
@click.argument("what", type=click.Choice(["check", "make"]))
@click.argument("value")
@JSON
def reference(country: str, what: str, value: str, as_json: bool) -> None:
    """Check or make a structured payment reference."""
    _rules("reference", {"country": country, what: value}, as_json)


@main.command()
@click.argument("amount")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.option("--on")
@JSON
def convert(amount: str, source: str, target: str, on: str | None, as_json: bool) -> None:
    """Convert an amount at the last official fixing on or before a day."""
    _rules("convert", {"amount": amount, "from": source, "to": target, "on": on}, as_json)


@main.command()
@click.argument("country")
@click.option("--on")
@JSON
def law(as_json: bool, **args: Any) -> None:
    """List every parameter of a country's law, with source and confidence."""
    _rules("law", args, as_json, shown=True)


@main.command()
@JSON
def charter(as_json: bool) -> None:
    """Show the European charter: each principle, held by each country."""
    _rules("charter", {}, as_json, shown=True)


@main.command()
@JSON
def countries(as_json: bool) -> None:
    """List the countries served; one marked experimental is on trial."""
    _rules("countries", {}, as_json, shown=True)


@main.command()
@click.argument("file", type=click.Path(allow_dash=True))
def batch(file: str) -> None:
    """Run many rule commands, one JSON object per line, answers in order."""
    from recovery.claim_options import run_batch

    with click.open_file(file, "rb") as lines:
        for line in run_batch(lines):
            click.echo(line)


# ---- documents


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@JSON
def invoice(file: Path, as_json: bool) -> None:
    """Read an invoice of any format known here."""
    from flows.uploads import national_maps
    from recovery.intake.reader import read_invoice_file

    answer(read_invoice_file(file, national_maps()).as_dict(), as_json)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@JSON
def statement(file: Path, as_json: bool) -> None:
    """Read a bank statement (camt.052, 053, 054)."""
    from recovery.bank.statement import read_statement_file

    answer(read_statement_file(file).as_dict(), as_json)


# ---- cases: their commands live in recovery.case_commands and are loaded when they are asked for


class Late(click.Group):
    """A group whose commands are loaded when one of them is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        return sorted(self._commands())

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return a command."""
        return self._commands().get(name)

    def _commands(self) -> Mapping[str, click.Command]:
        from recovery import case_commands, operation_commands, safety_commands, team_commands, work_commands  # noqa: F401

        homes = {"case": case_commands, "bank": case_commands, "team": team_commands, "mail": team_commands}
        homes["audit"] = safety_commands
        group: click.Group = getattr(homes.get(self.name or "", operation_commands), f"{self.name}_group")
        return group.commands


def _late(name: str, help_text: str) -> None:
    main.add_command(Late(name=name, help=help_text))


for _name, _help in (
    ("case", "List, show and work cases."),
    ("bank", "Import bank statements."),
    ("aside", "See what could not be worked, and have it worked again."),
    ("audit", "Check the record against its seals."),
    ("db", "Look after the database."),
    ("user", "Add members."),
    ("team", "Add people of a team, and say who stands in."),
    ("mail", "Read what mail servers report."),
):
    _late(_name, _help)


def _delegate(name: str, help_text: str) -> None:
    """Register a top-level command whose options are parsed by recovery.case_commands."""

    @main.command(name, help=help_text, context_settings={"ignore_unknown_options": True, "help_option_names": []})
    @click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
    @click.pass_context
    def call(ctx: click.Context, arguments: tuple[str, ...]) -> None:
        from recovery import case_commands

        for home in ("operation_commands", "safety_commands", "work_commands"):  # add their commands to the same group
            import_module(f"recovery.{home}")
        command = case_commands.top_group.commands[name]
        with command.make_context(name, list(arguments), parent=ctx.parent) as inner:
            command.invoke(inner)


for _name, _help in (
    ("file", "File a claim from an invoice."),
    ("sweep", "Work all due deadlines."),
    ("calendar", "Write open deadlines as a calendar file."),
    ("remit", "Send on what was recovered."),
    ("serve", "Run the whole installation."),
    ("demo", "Show the main job on sample invoices."),
    ("backup", "Back everything up to a file."),
    ("restore", "Restore a backup."),
    ("export", "Export all of one case."),
    ("bench", "Measure the rules on this machine."),
):
    _delegate(_name, _help)


if __name__ == "__main__":
    main()
