"""A person's rights over all cases: export, correct, restrict, erase."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from recovery.cli.output import JSON, answer

if TYPE_CHECKING:
    from sqlmodel import Session

    from recovery.desk.privacy import Person, Rows

privacy_group = click.Group("privacy")
PERSON = click.argument("person")
DRY = click.option("--dry-run", is_flag=True, help="Tell what would be done, case by case; nothing is stored.")
BY = click.option("--by", "actor", default="team", help="Who does it.")


class _TriedError(Exception):
    """Ends a transaction in which something was only tried."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows


def _done(what: str, person: str, dry_run: bool, as_json: bool, work: Callable[[Session, Person], Rows]) -> None:
    """Do something for a person in one transaction, or only try it, and answer with a row a case."""
    from recovery.case.store import unit_of
    from recovery.desk.privacy import person_of
    from recovery.store.database import transact

    def once(session: Session) -> Rows:
        unit_of(session).only_tries = dry_run
        rows = work(session, person_of(session, person))
        session.flush()
        if dry_run:
            raise _TriedError(rows)
        return rows

    try:
        rows = transact(once)
    except _TriedError as end:
        rows = end.rows
    answer({"person": person, what: rows, "dry_run": dry_run}, as_json, lambda d: _show(d[what]))


def _show(rows: Rows) -> None:
    for row in rows:
        who = row.get("case") or row.get("claim") or f"member {row['member']}"
        click.echo(f"{who} {row.get('role', '')}: {row['done']}" + (f" ({row['why']})" if row.get("why") else ""))


@privacy_group.command("export")
@PERSON
@click.option("--dry-run", is_flag=True, help="Tell the cases alone.")
@JSON
def privacy_export(person: str, dry_run: bool, as_json: bool) -> None:
    """Print all that is held of a person (GDPR art. 15); who did so is noted."""
    from recovery.desk.privacy import held_of, person_of, tell_cases
    from recovery.people.reads import by_command, keep
    from recovery.store.database import reading, unit_of_work

    with reading() as session:
        found = person_of(session, person)
        claims = tell_cases(session, found)
        sides = [{"claim": claim, "role": role} for claim, role in found.sides]
        document = {"person": person, "cases": sides} if dry_run else held_of(session, found)
    if claims and not dry_run:
        with unit_of_work() as session:
            keep(session, by_command(), claims, "export", datetime.now(UTC))
    answer(document, as_json)


@privacy_group.command("correct")
@PERSON
@click.option("--name")
@click.option("--address", help="Lines parted by ;")
@click.option("--email")
@click.option("--phone")
@click.option("--iban", help="Of a creditor and member.")
@BY
@DRY
@JSON
def privacy_correct(person: str, actor: str, dry_run: bool, as_json: bool, **right: Any) -> None:
    """Put a person's details right in all cases (GDPR art. 16)."""
    from recovery.desk.privacy import correct

    now = datetime.now(UTC)
    given = {name: value for name, value in right.items() if value}
    _done("corrected", person, dry_run, as_json, lambda session, who: correct(session, who, given, actor, now))


@privacy_group.command("restrict")
@PERSON
@click.option("--note", default="", help="Why.")
@BY
@DRY
@JSON
def privacy_restrict(person: str, note: str, actor: str, dry_run: bool, as_json: bool) -> None:
    """Let cases against a person rest, and a member sign in no more (GDPR art. 18)."""
    from recovery.desk.privacy import restrict

    now = datetime.now(UTC)
    _done("restricted", person, dry_run, as_json, lambda session, who: restrict(session, who, note, actor, now))


@privacy_group.command("erase")
@PERSON
@BY
@DRY
@JSON
def privacy_erase(person: str, actor: str, dry_run: bool, as_json: bool) -> None:
    """Erase a person where neither an open claim nor the books stand against it (GDPR art. 17)."""
    from recovery.desk.privacy import erase

    now = datetime.now(UTC)
    _done("erased", person, dry_run, as_json, lambda session, who: erase(session, who, actor, now))
