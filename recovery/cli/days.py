"""Days given to commands: read, and asked twice about where they lie far ahead."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import click

from recovery.errors import CaseError, IntakeError


def day_of(text: str | None, name: str) -> date | None:
    """Return a date given as text.

    Raises:
        IntakeError: it is no date.
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise IntakeError(f"{name} {text!r}: write the date as 2026-01-31", code="bad_date", field=name) from None


# How far ahead a command works without being asked twice: a sweep of 2126 would do everything at once.
FAR = timedelta(days=366)
YES = click.option("--yes", is_flag=True, help="Work a day that lies more than a year ahead.")


def near(day: date | None, yes: bool, name: str) -> date | None:
    """Return a day on which something is changed.

    Raises:
        CaseError: it lies more than a year ahead, and nobody said that this is meant.
    """
    today = today_here()
    if day is not None and day > today + FAR and not yes:
        raise CaseError(
            f"{name} {day}: more than a year after today, {today}; what is done then is not undone. "
            "Check the date, or give --yes",
            code="far_day",
            field=name,
        )
    return day


def today_here() -> date:
    """Return today, in UTC."""
    return datetime.now(UTC).date()
