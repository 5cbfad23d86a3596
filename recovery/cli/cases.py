"""Commands that list and show cases, and work what is due."""

from __future__ import annotations

import time
from typing import Any

import click

from recovery.cli.days import YES, day_of, near
from recovery.cli.groups import case_group, top_group
from recovery.cli.output import JSON, answer


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
