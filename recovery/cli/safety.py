"""Commands that keep an installation safe: the audit of its record, backups and their restoring."""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from recovery.cli.groups import top_group
from recovery.cli.output import JSON, answer
from recovery.errors import CaseError

audit_group = click.Group("audit")
SHOWN = 20


@audit_group.command("verify")
@click.option("--seconds", type=click.FloatRange(min=0), help="Stop after so many, and say how far it came.")
@click.option("--after", help="Go on after this claim, where an earlier one stopped.")
@JSON
def audit_verify(seconds: float | None, after: str | None, as_json: bool) -> None:
    """Compare the record with its seals, and the tables with what the events lead to."""
    from recovery.audit.verify import verify

    document = verify(seconds, after, _progress()).as_dict()
    if not document["findings"]:
        answer(document, as_json, lambda d: click.echo(_whole(d)))
        return
    first = document["findings"][0]
    case = f"case {first['case']}: " if first["case"] else ""
    told = f"{case}{first['what']} ({first['where']}): expected {first['expected']}, found {first['found']}"
    error = CaseError(f"audit: {len(document['findings'])} findings, the first: {told}", code="chain_broken")
    if as_json:
        click.echo(json.dumps({**document, "error": error.as_dict()}, ensure_ascii=False))
    else:
        _show(document["findings"])
    click.echo(error.message, err=True)
    sys.exit(1)


def _progress() -> Any:
    """Return what tells on standard error every few seconds how far an audit came."""
    last = [time.monotonic()]

    def tell(events: int, seconds: int) -> None:
        if time.monotonic() - last[0] > 5:
            last[0] = time.monotonic()
            click.echo(f"{events} events in {seconds} s", err=True)

    return tell


def _whole(document: dict[str, Any]) -> str:
    told = f"{document['events']} events and {document['rows']} rows in {document['seconds']} s"
    if document["through"]:
        return f"whole as far as it came: {told}; go on with --after {document['through']}"
    return f"every chain is whole: {told}"


def _show(findings: list[dict[str, str | None]]) -> None:
    for one in findings[:SHOWN]:
        click.echo(f"{one['case'] or '-':<16} {one['what']}, {one['where']}: {one['expected']} → {one['found']}")
    if len(findings) > SHOWN:
        click.echo(f"and {len(findings) - SHOWN} more: --json shows all")


@audit_group.command("heads")
@JSON
def audit_heads(as_json: bool) -> None:
    """Write today's heads of the record to a file, and put their digest into the outbox."""
    from recovery.audit.heads import export_heads

    document = export_heads(datetime.now(UTC).date())
    answer(document, as_json, lambda d: click.echo(f"{d['scopes']} heads in {d['file']}"))


@audit_group.command("reseal")
@click.option("--reason", required=True, help="Why what stands in the database is taken as right; the audit keeps it.")
@click.option("--by", "actor", required=True, help="Who decides it.")
@click.option("--yes", is_flag=True, help="It has been compared with a backup: seal it.")
@JSON
def audit_reseal(reason: str, actor: str, yes: bool, as_json: bool) -> None:
    """Seal what stands in the database with the present key, whatever was found."""
    from recovery.audit.owners_seal import seal_anew

    if not yes:
        raise CaseError(
            "reseal: takes everything in the database as right, also what was changed by hand; "
            "compare it with a backup first, then say --yes",
            code="not_confirmed",
            field="yes",
        )
    document = seal_anew(reason, actor, datetime.now(UTC))
    answer(document, as_json, lambda d: click.echo(f"{d['rows']} rows sealed"))


PASSPHRASE = click.option(
    "--passphrase-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File whose first line is the passphrase; by default RECOVERY_BACKUP_PASSPHRASE.",
)


def _passphrase(file: Path | None) -> str | None:
    """Return the passphrase: never from the command line, which every user of the machine can read."""
    if file is None:
        given = os.environ.get("RECOVERY_BACKUP_PASSPHRASE")
        if given is not None and not given.strip():
            raise CaseError(
                "RECOVERY_BACKUP_PASSPHRASE: set but empty; give a passphrase, or unset it for a backup in the clear",
                code="passphrase_missing",
                field="passphrase",
            )
        return given
    lines = file.read_text("utf-8").splitlines()
    if not lines or not lines[0].strip():
        raise CaseError(f"{file.name}: no passphrase in its first line", code="passphrase_missing", field="passphrase")
    return lines[0].strip()


@top_group.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@PASSPHRASE
@JSON
def backup_command(file: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Back the database and the documents up to one signed file, encrypted where there is a passphrase."""
    from recovery.store.backup import backup

    document = backup(file, _passphrase(passphrase_file))
    _tell_damaged(document, "not in the backup")
    answer(
        document,
        as_json,
        lambda d: click.echo(f"{d['rows']} rows and {d['documents']} documents in {d['file']}"),
    )


@top_group.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@PASSPHRASE
@click.option("--unsigned", is_flag=True, help="Also a file that is not signed with this installation's key.")
@JSON
def restore_command(file: Path, passphrase_file: Path | None, unsigned: bool, as_json: bool) -> None:
    """Restore a backup into an empty installation."""
    from recovery.store.restore import restore

    document = restore(file, _passphrase(passphrase_file), unsigned)
    _tell_damaged(document, "not restored")
    if document["key"]:
        click.echo(document["key"], err=True)
    answer(
        document,
        as_json,
        lambda d: click.echo(f"{d['rows']} rows and {d['documents']} documents restored"),
    )


def _tell_damaged(document: dict[str, Any], what: str) -> None:
    for one in document["damaged"]:
        click.echo(f"{what}: document {one['sha256'][:12]}: {one['why']}", err=True)
