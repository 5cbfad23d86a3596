"""What every command shares: its usual options, its answer, and the one line of an error."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import click

from recovery.errors import RecoveryError

KINDS = click.Choice(["business", "consumer", "public"])
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


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
