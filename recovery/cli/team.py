"""Commands of people: who works cases, what they and members write to each other, what mail servers report."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from recovery.cli.days import day_of, today_here
from recovery.cli.groups import case_group
from recovery.cli.output import JSON, answer

team_group, mail_group = click.Group("team"), click.Group("mail")


@team_group.command("add")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--country", help="Whose team; without it the person works for all countries.")
@click.option("--role", default="worker", help="worker, lead or manager.")
@click.option("--language", default="en", help="In which mails are written to the person.")
@JSON
def team_add(email: str, name: str, country: str | None, role: str, language: str, as_json: bool) -> None:
    """Add a person to a country's team."""
    from recovery.people.teams import add_team_member
    from recovery.store.database import unit_of_work

    with unit_of_work() as session:
        made = add_team_member(session, email, name, country, role, language)
        row = {"email": made.email, "name": made.name, "country": made.country, "role": made.role}
    answer(row, as_json, lambda d: click.echo(f"{d['email']}: {d['role']} of {d['country'] or 'all countries'}"))


@team_group.command("wait-for-statements")
@click.argument("country")
@click.argument("days", type=click.IntRange(0))
@click.option("--by", "actor", default="team", help="Who sets it.")
@JSON
def team_wait(country: str, days: int, actor: str, as_json: bool) -> None:
    """Send no demand while the account was not looked at for more than so many working days (0: send it)."""
    from recovery.people.partners import wait_for_statements
    from recovery.registry import adapter_of
    from recovery.store.database import unit_of_work

    code = adapter_of(country).country
    with unit_of_work() as session:
        wait_for_statements(session, code, days, actor, datetime.now(UTC))
    answer({"country": code, "days": days}, as_json, lambda d: click.echo(f"{d['country']}: {d['days']} working days"))


@team_group.command("tolerance")
@click.argument("country")
@click.option("--amount", help="The most that may be missing, as 1.00.")
@click.option("--percent", help="The most that may be missing, percent of what was asked; the lesser counts.")
@click.option("--by", "actor", default="team", help="Who sets it.")
@JSON
def team_tolerance(country: str, amount: str | None, percent: str | None, actor: str, as_json: bool) -> None:
    """Tell, or set, how small a difference is let go where money comes in short (0: none)."""
    from recovery.people.partners import set_tolerance, tolerance_of
    from recovery.registry import adapter_of
    from recovery.store.database import unit_of_work

    code = adapter_of(country).country
    with unit_of_work() as session:
        now = [str(one) for one in tolerance_of(session, code)]
        if amount is not None or percent is not None:
            set_tolerance(session, code, amount or now[0], percent or now[1], actor, datetime.now(UTC))
        most, share = tolerance_of(session, code)
    told = {"country": code, "amount": str(most), "percent": str(share)}
    answer(told, as_json, lambda d: click.echo(f"{d['country']}: {d['amount']}, {d['percent']} %"))


@team_group.command("list")
@JSON
def team_list(as_json: bool) -> None:
    """List who works cases."""
    from sqlmodel import col, select

    from recovery.store.database import reading
    from recovery.store.tables import TeamMember

    with reading() as session:
        found = list(session.exec(select(TeamMember).where(TeamMember.active).order_by(col(TeamMember.email))))
        names = {one.id: one.email for one in found}
        rows = [
            {
                "email": one.email,
                "name": one.name,
                "country": one.country,
                "role": one.role,
                "away_until": one.away_until.isoformat() if one.away_until else None,
                "stand_in": names.get(one.stand_in_id or ""),
            }
            for one in found
        ]
    answer({"people": rows}, as_json, lambda d: _people(d["people"]))


def _people(rows: list[dict[str, str | None]]) -> None:
    for row in rows:
        stand_in = row["stand_in"] or "nobody"
        away = f", away until {row['away_until']}, stand-in: {stand_in}" if row["away_until"] else ""
        click.echo(f"{row['email']:<32} {row['role']:<8} {row['country'] or 'all'}{away}")


@team_group.command("away")
@click.argument("email")
@click.option("--until", help="Last day away; without it the person is back.")
@click.option("--stand-in", help="E-mail address of who acts meanwhile.")
@JSON
def team_away(email: str, until: str | None, stand_in: str | None, as_json: bool) -> None:
    """Say until when a person is away and who stands in, or that the person is back."""
    from recovery.people.teams import set_away, set_back
    from recovery.store.database import unit_of_work

    last = day_of(until, "until")
    with unit_of_work() as session:
        made = set_away(session, email, last, stand_in) if last else set_back(session, email)
        row = {"email": made.email, "away_until": last.isoformat() if last else None, "stand_in": stand_in}
    answer(
        row, as_json, lambda d: click.echo(f"{d['email']}: " + (f"away until {d['away_until']}" if last else "back"))
    )


@case_group.command("message")
@click.argument("reference")
@click.argument("text")
@click.option("--attach", multiple=True, type=click.Path(path_type=Path), help="A file; may be repeated.")
@click.option("--as", "role", type=click.Choice(["team", "member"]), default="team", help="Which side writes.")
@click.option("--by", "sender", default="team", help="Who writes.")
@click.option("--on", help="Day of writing; by default today where the debtor is.")
@JSON
def case_message(
    reference: str, text: str, attach: tuple[Path, ...], role: str, sender: str, on: str | None, as_json: bool
) -> None:
    """Write to the other side of a case, who is told by mail that there is something to read."""
    from recovery.case.store import load
    from recovery.desk.views import today_of
    from recovery.safe_xml import read_limited
    from recovery.store.database import unit_of_work
    from recovery.telling.messages import send_message

    files = [(path.name, read_limited(path)) for path in attach]
    with unit_of_work() as session:
        case = load(session, reference)
        day = day_of(on, "on") or today_of(case)
        made = send_message(case, role, sender, text, day, files)
        row = {"case": case.reference, "message": made.sequence, "attachments": len(files)}
    answer(row, as_json, lambda d: click.echo(f"{d['case']}: message {d['message']} written"))


@mail_group.command("bounces")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--on", help="Day on which they are recorded; by default today.")
@JSON
def mail_bounces(path: Path, on: str | None, as_json: bool) -> None:
    """Record which letters mail servers could not deliver, from a mail, an mbox, a Maildir or a folder."""
    from dataclasses import asdict

    from recovery.channels.bounces import mails_in
    from recovery.post.returns import take_mails

    day = day_of(on, "on") or datetime.now(UTC).date()
    total = take_mails(mails_in(path), day)
    answer(asdict(total), as_json, lambda d: click.echo(", ".join(f"{n} {k.replace('_', ' ')}" for k, n in d.items())))


@case_group.command("statement")
@click.argument("reference")
@click.option("--as-of", help="Day of the account; by default today where the debtor is.")
@click.option("--pdf", type=click.Path(dir_okay=False, path_type=Path), help="Write it as a PDF to this file.")
@click.option("--language", help="Language of the PDF; by default the member's.")
@JSON
def case_statement(reference: str, as_of: str | None, pdf: Path | None, language: str | None, as_json: bool) -> None:
    """Tell a member the account of a claim: asked, paid and to whom, sent on, kept, open."""
    from recovery.case.store import load
    from recovery.desk.views import today_of
    from recovery.ledger.account_statement import pdf_of, statement_of
    from recovery.store.database import reading
    from recovery.store.tables import Member

    with reading() as session:
        case = load(session, reference, lock=False)
        day = day_of(as_of, "as_of") or today_of(case)
        told = statement_of(session, case, day)
        if pdf:
            member = session.get(Member, case.member_id) if case.member_id else None
            pdf.write_bytes(pdf_of(session, case, day, language or (member.language if member else "en")))
    answer({**told, **({"file": str(pdf)} if pdf else {})}, as_json, _account)


def _account(told: dict[str, Any]) -> None:
    for one in (*told["asked"], *told["given_up"]):
        click.echo(f"{one['what']:<14} {one['amount']:>14} {one['currency']}")
    for one in told["payments"]:
        back = f", taken back on {one['taken_back_on']}" if one["taken_back_on"] else ""
        click.echo(f"paid {one['paid_on']} {one['amount']:>14} {one['currency']} by {one['by']} to {one['to']}{back}")
    for one in told["sent_on"]:
        click.echo(f"sent {one['on']} {one['amount']:>14} {one['currency']} to {one['to']}")
    for name in ("fee", "waiting"):
        click.echo(f"{name:<14} {told[name]['amount']:>14} {told[name]['currency']}")
    for one in told["open"]:
        click.echo(f"{'open':<14} {one['amount']:>14} {one['currency']}")


@team_group.command("statement")
@click.argument("country")
@click.argument("month")
@click.option(
    "--csv", "csv_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the cases to this file."
)
@JSON
def team_statement(country: str, month: str, csv_file: Path | None, as_json: bool) -> None:
    """Tell a partner its month (2026-03): money by case, its bank account reconciled, what waits."""
    from recovery.ledger.reconciliation import csv_of, reconcile
    from recovery.store.database import reading

    with reading() as session:
        told = reconcile(session, country, month)
    if csv_file:
        csv_file.write_text(csv_of(told), "utf-8")
    answer(told, as_json, _month)


@team_group.command("invoice")
@click.argument("country")
@click.option("--month", required=True, help="Which month, as 2026-03; it is over.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Also write the files to this folder.")
@JSON
def team_invoice(country: str, month: str, out: Path | None, as_json: bool) -> None:
    """Make out the invoices of a month's fees to the partners whose members the claims are of (Peppol BIS 3.0)."""
    from recovery.ledger.partner_invoices import make_out
    from recovery.registry import adapter_of
    from recovery.store.database import transact

    rows = transact(lambda session: [one.as_dict() for one in make_out(session, country, month, today_here())])
    for one in rows if out else ():
        assert out is not None
        out.mkdir(parents=True, exist_ok=True)
        kept, one["file"] = Path(one["file"]).read_bytes(), str(out / one["name"])
        Path(one["file"]).write_bytes(kept)
    answer({"country": adapter_of(country).country, "month": month, "invoices": rows}, as_json, _invoices)


def _invoices(told: dict[str, Any]) -> None:
    for one in told["invoices"]:
        click.echo(f"{one['number']} to {one['to']}: {one['amount']} {one['currency']}, {one['file']}")


@team_group.command("fees")
@click.argument("country")
@click.option("--creditor", default="*", help="The creditor's country.")
@click.option("--currency", help="Of the claim; by default the country's own.")
@click.option("--on", help="Day of filing; by default today.")
@JSON
def team_fees(country: str, creditor: str, currency: str | None, on: str | None, as_json: bool) -> None:
    """Tell what a country's service keeps of what it recovers, by phase; nothing without a table of its own."""
    from recovery.ledger.fees import shown
    from recovery.registry import adapter_of

    adapter = adapter_of(country)
    day = day_of(on, "on") or today_here()
    terms = shown(adapter.country, creditor.upper(), (currency or adapter.currency).upper(), day)
    answer({"country": adapter.country, "on": day.isoformat(), "fees": terms}, as_json)


def _month(told: dict[str, Any]) -> None:
    for one in told["cases"]:
        click.echo(
            f"{one['case'] or one['claim']}: came in {one['to_team']}, to others {one['to_others']}, taken back "
            f"{one['returned']}, to the creditor {one['to_creditor']}, to the fund {one['to_fund']} {one['currency']}"
        )
    for one in told["bank"]:
        said = f"the bank tells {one['told']} on {one['told_on']}" if one["told"] else "no balance was told"
        click.echo(
            f"account {told['account']}: {one['before']} {one['came_in']} {one['went_out']} = {one['closing']} "
            f"{one['currency']}; {said}"
        )
    for name in ("suspense", "in_transit"):
        for one in told[name]:
            click.echo(f"{name.replace('_', ' ')}: {one['amount']} {one['currency']}")
    for one in told["findings"]:
        click.echo(f"{one['where']}: {one['expected']} expected, {one['found']} found")
