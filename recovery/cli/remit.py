"""Commands that send money on: what is owed made into payment files, and what the bank says of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from recovery.cli.bank import take_status
from recovery.cli.days import YES, day_of, near, today_here
from recovery.cli.groups import top_group
from recovery.cli.output import JSON, answer


@top_group.group("remit", invoke_without_command=True)
@click.option("--as-of")
@YES
@JSON
@click.pass_context
def remit_group(ctx: click.Context, as_of: str | None, yes: bool, as_json: bool) -> None:
    """Make the pain.001 files of what is owed to members, to the guarantee fund and back to payers.

    `rejected` in its answer are transfers that came back and wait for a person.
    """
    if ctx.invoked_subcommand:
        return
    from flows.run import run_flow
    from recovery.store.database import engine

    day = near(day_of(as_of, "as_of"), yes, "as_of") or today_here()
    engine()
    result = run_flow(_remit_all, day.isoformat())
    answer({"remittances": result, "rejected": [one for row in result for one in row["rejected"]]}, as_json)


async def _remit_all(day: str) -> list[dict[str, Any]]:
    from flows.bank import remit
    from recovery.registry import countries

    return [await remit(code, day) for code in countries()]


@remit_group.command("rejected")
@click.option("--country", help="Of one country's account; by default of all.")
@JSON
def remit_rejected(country: str | None, as_json: bool) -> None:
    """List transfers that came back or were refused and wait for a person."""
    from recovery.ledger.held_money import rejected
    from recovery.registry import adapter_of, countries
    from recovery.store.database import reading

    codes = [adapter_of(country).country] if country else countries()
    with reading() as session:
        found = [one for code in codes for one in rejected(session, code)]
    answer({"rejected": found}, as_json, lambda d: _show(d["rejected"]))


def _show(rows: list[dict[str, Any]]) -> None:
    for one in rows:
        about = one["case"] or f"entry {one['entry']}"
        click.echo(f"{one['transfer']:<24} {one['amount']:>14} {one['currency']} {one['on']} {about}: {one['why']}")


@remit_group.command("status")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--on", help="Day of the report; by default today.")
@JSON
def remit_status(file: Path, on: str | None, as_json: bool) -> None:
    """Take in what the bank says of transfers (pain.002): refused ones wait for a person, and can go again."""
    take_status(file, on, as_json)
