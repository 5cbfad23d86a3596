"""The groups that commands are put into by the modules that hold them."""

from __future__ import annotations

import click

top_group, case_group, bank_group = click.Group("top"), click.Group("case"), click.Group("bank")
