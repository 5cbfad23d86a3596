"""Commands that look after an installation: members, serving, measuring."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from recovery.cli.groups import top_group
from recovery.cli.output import JSON, answer

# Who acts where nobody is named: whoever may run commands on this machine.
COMMAND = "command line"
aside_group, db_group, user_group = click.Group("aside"), click.Group("db"), click.Group("user")


@aside_group.command("list")
@JSON
def aside_list(as_json: bool) -> None:
    """List what could not be worked or sent: why, and whether it can be worked again from here."""
    from recovery.rounds import undelivered
    from recovery.store.database import reading

    with reading() as session:
        rows = [
            {"kind": "deadline", "id": one.id, "about": one.name, "case": name, "error": one.error, "again": True}
            for one, name in undelivered.aside(session)
        ] + [
            {
                "kind": "effect",
                "id": one.id,
                "about": one.kind,
                "case": name,
                "error": one.error,
                "again": undelivered.can_retry(one),
            }
            for one, name in undelivered.failed(session)
        ]
    answer({"aside": rows}, as_json, lambda d: _show_aside(d["aside"]))


def _show_aside(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        click.echo(f"{row['kind']} {row['id']}  {row['case'] or '-'}  {row['about']}: {row['error']}")
    if not rows:
        click.echo("nothing is set aside")


@aside_group.command("again")
@click.argument("kind", type=click.Choice(["deadline", "effect"]))
@click.argument("number", type=int)
@click.option("--by", "actor", default="administrator")
@JSON
def aside_again(kind: str, number: int, actor: str, as_json: bool) -> None:
    """Let something that was set aside be worked again by the next sweep or delivery."""
    from recovery.rounds import undelivered
    from recovery.store.database import transact

    work = undelivered.work_again if kind == "deadline" else undelivered.retry
    transact(lambda session: work(session, number, actor, datetime.now(UTC)))
    answer({"kind": kind, "id": number, "again": True}, as_json, lambda d: click.echo(f"{kind} {number} waits again"))


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
    from recovery.people.audit import note
    from recovery.people.members import add_member
    from recovery.registry import adapter_of
    from recovery.store.database import unit_of_work

    adapter_of(partner)
    with unit_of_work() as session:
        member = add_member(session, email, name, partner.upper(), language, iban)
        note(session, COMMAND, "member_added", member.id, data={"partner": member.partner}, now=datetime.now(UTC))
        row = {"member": member.id, "email": member.email, "partner": member.partner}
    answer(row, as_json, lambda d: click.echo(f"{d['email']} added"))


@user_group.command("change")
@click.argument("email")
@click.option("--iban", help="The account that what is recovered is sent to from now on.")
@click.option("--new-email", help="The member's new address.")
@click.option("--by", "actor", default=COMMAND, help="Who asks for it.")
@JSON
def user_change(email: str, iban: str | None, new_email: str | None, actor: str, as_json: bool) -> None:
    """Change a member's account number or address; a mail to the address of before tells of it."""
    from recovery.people.members import member_named
    from recovery.store.database import unit_of_work
    from recovery.telling.member_details import change_email, change_iban

    if not (iban or new_email):
        raise click.UsageError("give --iban or --new-email")
    now = datetime.now(UTC)
    with unit_of_work() as session:
        member = member_named(session, email)
        changed = []
        if iban and change_iban(session, member.id, iban, actor, now):
            changed.append("iban")
        if new_email and change_email(session, member.id, new_email, actor, now):
            changed.append("email")
        row = {"member": member.id, "changed": changed}
    answer(row, as_json, lambda d: click.echo(f"changed: {', '.join(d['changed']) or 'nothing'}"))


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
    """Print all that is stored of one case (GDPR art. 15); who did so is noted."""
    from recovery.desk.views import show_case
    from recovery.people.reads import by_command, keep
    from recovery.store.database import reading, unit_of_work

    with reading() as session:
        document = show_case(session, reference)
    with unit_of_work() as session:
        keep(session, by_command(), [document["claim"]], "export", datetime.now(UTC))
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
