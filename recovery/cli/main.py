"""The command line `recovery`: see docs/commands.md. What a command needs is loaded when it runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import click

from recovery import __version__, logs
from recovery.cli.groups import top_group
from recovery.cli.output import fail
from recovery.cli.rules import rule_group
from recovery.errors import known
from recovery.private import PRIVATE


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


@click.group(cls=Json, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="recovery")
def main() -> None:
    """Recover unpaid invoices across borders: one workflow, each country's law."""


for _command in rule_group.commands.values():
    main.add_command(_command)


# ---- commands that need the database are loaded when they are asked for


class Late(click.Group):
    """A group whose commands are loaded when one of them is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        return sorted(self._commands())

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return a command."""
        return self._commands().get(name)

    def _commands(self) -> Mapping[str, click.Command]:
        from recovery.cli import bank, cases, groups, operations, privacy, safety, team, work  # noqa: F401

        homes = {"case": groups, "bank": groups, "team": team, "mail": team, "audit": safety, "privacy": privacy}
        group: click.Group = getattr(homes.get(self.name or "", operations), f"{self.name}_group")
        return group.commands


def _late(name: str, help_text: str) -> None:
    main.add_command(Late(name=name, help=help_text))


for _name, _help in (
    ("case", "List, show and work cases."),
    ("bank", "Import bank statements."),
    ("aside", "See what could not be worked, and have it worked again."),
    ("audit", "Check the record against its seals."),
    ("privacy", "Export, correct, restrict or erase a person over all cases."),
    ("db", "Look after the database."),
    ("user", "Add members."),
    ("team", "Add people of a team, and say who stands in."),
    ("mail", "Read what mail servers report."),
):
    _late(_name, _help)


def _delegate(name: str, help_text: str) -> None:
    """Register a top-level command whose options are parsed by its own module."""

    @main.command(name, help=help_text, context_settings={"ignore_unknown_options": True, "help_option_names": []})
    @click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
    @click.pass_context
    def call(ctx: click.Context, arguments: tuple[str, ...]) -> None:
        for home in ("cases", "filing", "operations", "remit", "safety", "work"):  # each adds to the same group
            import_module(f"recovery.cli.{home}")
        command = top_group.commands[name]
        with command.make_context(name, list(arguments), parent=ctx.parent) as inner:
            command.invoke(inner)


for _name, _help in (
    ("file", "File a claim from its invoices."),
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
