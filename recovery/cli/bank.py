"""Commands on bank statements: taken in, and their entries decided on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from recovery.cli.days import day_of, today_here
from recovery.cli.groups import bank_group
from recovery.cli.output import JSON, answer

# What may have become of an entry.
ENTRY_STATUSES = (
    *("booked", "proposed", "unmatched", "partly", "outgoing", "taken_back", "returned", "sent_back", "to_partner"),
    *("ignored", "told_apart"),
)
ENTRY = click.argument("entry", type=int)
BY = click.option("--by", "actor", default="team")
ON = click.option("--on", help="Day on which it is decided; by default today where the account or the debtor is.")


@bank_group.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@JSON
def bank_import(file: Path, as_json: bool) -> None:
    """Import a bank statement; importing it again changes nothing."""
    from flows.bank import import_statement
    from flows.run import run_flow
    from recovery.bank.statement import look_through
    from recovery.store.database import engine
    from recovery.store.documents import keep_file

    look_through(file)
    engine()
    result = run_flow(import_statement, keep_file(file))
    answer(
        result,
        as_json,
        lambda d: click.echo(
            f"{d['new']} new, {d['known']} known: {d['matched']} booked, {d['proposed']} proposed, "
            f"{d['unmatched']} unmatched"
        ),
    )


@bank_group.command("list")
@click.option("--status", type=click.Choice(ENTRY_STATUSES))
@JSON
def bank_list(status: str | None, as_json: bool) -> None:
    """List bank entries, what became of them, and where the money of each account lies."""
    from recovery.ledger.bank_list import all_entries, totals
    from recovery.ledger.bank_orders import orders_of
    from recovery.money import Money
    from recovery.store.database import reading

    with reading() as session:
        found, sums, orders = all_entries(session, status), totals(session), orders_of(session)
    rows = [
        {
            "entry": row.id,
            "account": row.account,
            "value": row.value_on.isoformat(),
            **Money(row.amount_minor, row.currency).as_dict(),
            "credit": row.credit,
            "status": row.status,
            "why": row.why,
            "claim": row.claim_id,
            "signs": row.signs or [],
            "transfer": orders[row.id].as_dict() if row.id in orders else None,
        }
        for row in found
    ]
    answer({"entries": rows, "totals": sums}, as_json)


@bank_group.command("confirm")
@ENTRY
@click.argument("reference")
@BY
@JSON
def bank_confirm(entry: int, reference: str, actor: str, as_json: bool) -> None:
    """Book a bank entry on the case that a person names."""
    from recovery.desk.bank_entries import confirm
    from recovery.desk.views import row_of
    from recovery.store.database import transact

    row = transact(lambda session: row_of(confirm(session, entry, reference, actor)))
    answer(row, as_json, lambda d: click.echo(f"{d['case']}: {d['state']}"))


@bank_group.command("assign")
@ENTRY
@click.argument("shares", nargs=-1, metavar="REF[:AMOUNT]...")
@click.option("--to-partner", metavar="CC", help="It was meant for another country's service: send it on to that one.")
@click.option("--note", default="", help="Why (with --to-partner).")
@ON
@BY
@JSON
def bank_assign(
    entry: int, shares: tuple[str, ...], to_partner: str | None, note: str, on: str | None, actor: str, as_json: bool
) -> None:
    """Say for which cases a bank entry is: money in is shared over them, money taken back undoes a payment.

    With --to-partner it is of none of them: it goes on to another country's service with the next remittance.
    """
    from recovery.desk.bank_entries import assign, send_over, share_of
    from recovery.desk.views import row_of
    from recovery.store.database import transact

    if bool(shares) == bool(to_partner):
        raise click.UsageError("name the cases, or give --to-partner")
    if to_partner:
        day = day_of(on, "on")
        _ordered(lambda session: send_over(session, entry, to_partner, note, actor, day), as_json)
        return
    given = [share_of(text) for text in shares]
    rows = transact(lambda session: [row_of(case) for case in assign(session, entry, given, actor)])
    answer({"entry": entry, "cases": rows}, as_json, lambda d: _show_cases(d["cases"]))


def _show_cases(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        click.echo(f"{row['case']}: {row['state']}")


@bank_group.command("ignore")
@ENTRY
@click.option("--note", required=True, help="Why.")
@BY
@JSON
def bank_ignore(entry: int, note: str, actor: str, as_json: bool) -> None:
    """Leave a bank entry out of account, for a reason."""
    from recovery.desk.bank_entries import ignore

    _decided(lambda session: ignore(session, entry, note, actor), as_json)


@bank_group.command("return")
@ENTRY
@click.option("--note", default="", help="Why.")
@click.option("--iban", help="Account to pay to; by default the one that it came from.")
@click.option("--name", help="Whose account it is; by default who paid.")
@ON
@BY
@JSON
def bank_return(
    entry: int, note: str, iban: str | None, name: str | None, on: str | None, actor: str, as_json: bool
) -> None:
    """Send money in back to who sent it, with the next remittance."""
    from recovery.desk.bank_entries import Payee, send_back

    day = day_of(on, "on")
    _ordered(lambda session: send_back(session, entry, note, actor, day, Payee(iban, name)), as_json)


def _ordered(order: Any, as_json: bool) -> None:
    from recovery.ledger.bank_orders import STATUS
    from recovery.store.database import transact

    def done(session: Any) -> dict[str, Any]:
        made = order(session)
        return {"entry": made.bank_entry_id, "status": STATUS[made.kind], "why": made.why, "transfer": made.as_dict()}

    answer(transact(done), as_json, lambda d: click.echo(f"entry {d['entry']}: {d['transfer']['id']} {d['status']}"))


@bank_group.command("undo")
@ENTRY
@ON
@BY
@JSON
def bank_undo(entry: int, on: str | None, actor: str, as_json: bool) -> None:
    """Undo what was decided on a bank entry: it waits for a person again."""
    from recovery.desk.bank_entries import undo

    day = day_of(on, "on")
    _decided(lambda session: undo(session, entry, day, actor), as_json)


def _decided(decide: Any, as_json: bool) -> None:
    from recovery.store.database import transact

    def done(session: Any) -> dict[str, Any]:
        row = decide(session)
        return {"entry": row.id, "status": row.status, "why": row.why}

    answer(transact(done), as_json, lambda d: click.echo(f"entry {d['entry']}: {d['status']}"))


@bank_group.command("balance")
@click.argument("account")
@click.option("--on", help="End of which day; by default today.")
@JSON
def bank_balance(account: str, on: str | None, as_json: bool) -> None:
    """Tell what lies on a bank account (an IBAN, or its service's country) by the ledger, and what its bank told."""
    from recovery.ledger.reconciliation import balance_of
    from recovery.store.database import reading

    day = day_of(on, "on") or today_here()
    with reading() as session:
        told = balance_of(session, account, day)
    answer(told, as_json, _balance)


def _balance(told: dict[str, Any]) -> None:
    for one in told["balances"]:
        said = f"the bank told {one['told']} on {one['told_on']}" if one["told"] else "the bank told no balance"
        click.echo(f"{told['account']} on {told['on']}: {one['amount']} {one['currency']}; {said}")
    for name in ("suspense", "in_transit"):
        for one in told[name]:
            click.echo(f"{name.replace('_', ' ')}: {one['amount']} {one['currency']}")


@bank_group.command("refused")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--on", help="Day of the report; by default today.")
@JSON
def bank_refused(file: Path, on: str | None, as_json: bool) -> None:
    """Take in what the bank says of transfers (pain.002): the same as `remit status`."""
    take_status(file, on, as_json)


def take_status(file: Path, on: str | None, as_json: bool) -> None:
    """Take in a status report: what it refuses waits for a person, and can go again."""
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
