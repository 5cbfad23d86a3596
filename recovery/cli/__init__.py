"""The command line `recovery`: see docs/commands.md."""

from recovery.cli.main import main

__all__ = ["main"]
