"""Commands that look after an installation: members, serving, measuring."""

from __future__ import annotations

import time
from pathlib import Path

import click

from recovery.case_commands import top_group
from recovery.cli import JSON, answer

db_group, user_group = click.Group("db"), click.Group("user")


@db_group.command("upgrade")
@JSON
def db_upgrade(as_json: bool) -> None:
    """Bring the database's schema up to date."""
    from recovery.store.database import engine

    engine()
    answer({"upgraded": True}, as_json, lambda d: click.echo("the database is up to date"))


@user_group.command("add")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--partner", required=True, help="Country of the member's cooperative.")
@click.option("--language", default="en")
@click.option("--iban")
@JSON
def user_add(email: str, name: str, partner: str, language: str, iban: str | None, as_json: bool) -> None:
    """Add a member of a partner."""
    from recovery.people.members import add_member
    from recovery.registry import adapter_of
    from recovery.store.database import unit_of_work

    adapter_of(partner)
    with unit_of_work() as session:
        member = add_member(session, email, name, partner.upper(), language, iban)
        row = {"member": member.id, "email": member.email, "partner": member.partner}
    answer(row, as_json, lambda d: click.echo(f"{d['email']} added"))


@top_group.command("serve")
@click.option("--port", type=click.IntRange(1, 65535), default=None)
def serve_command(port: int | None) -> None:
    """Run portal, Prefect's server with its UI, and the worker, as one process tree."""
    import os

    from recovery.serve import main as serve
    from recovery.settings import settings

    if port:  # the worker's letters and the links that are printed name the same address
        os.environ["RECOVERY_PORT"] = str(port)
        settings.cache_clear()
    serve(settings().portal_port)


@top_group.command("demo")
@click.option("--no-serve", is_flag=True, help="End when the cases are closed (the default).")
@click.option("--keep", type=click.Path(path_type=Path), help="Folder for the demo's data; by default a new one.")
@JSON
def demo_command(no_serve: bool, keep: Path | None, as_json: bool) -> None:
    """File six sample invoices and take every case to its closure."""
    from recovery.demo.play import play

    document = play(keep, quiet=as_json)
    if as_json:
        answer(document, True)


@top_group.command("export")
@click.argument("reference")
@JSON
def export_command(reference: str, as_json: bool) -> None:
    """Print all that is stored of one case (GDPR art. 15)."""
    from recovery.cases.views import show_case
    from recovery.store.database import reading

    with reading() as session:
        document = show_case(session, reference)
    answer(document, True if as_json else as_json)


@top_group.command("bench")
@JSON
def bench_command(as_json: bool) -> None:
    """Measure how many quotes a second this machine makes."""
    from recovery.commands import run

    claim = {
        "creditor": {"country": "BE"},
        "debtor": {"country": "NL", "kind": "business"},
        "invoices": [{"amount": "1000.00", "currency": "EUR", "issued": "2023-01-10", "due": "2023-02-09"}],
        "as_of": "2026-02-09",
    }
    run("quote", claim)
    began, count = time.perf_counter(), 200
    for _ in range(count):
        run("quote", claim)
    rate = count / (time.perf_counter() - began)
    answer(
        {"quotes_per_second": round(rate)},
        as_json,
        lambda d: click.echo(f"{d['quotes_per_second']} quotes a second"),
    )
