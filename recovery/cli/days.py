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
# Money that moved has moved: a day further ahead is a slip of the pen.
AHEAD = timedelta(days=31)
YES = click.option("--yes", is_flag=True, help="Work a day that lies far ahead: more than a year, a payment's a month.")


def near(day: date | None, yes: bool, name: str, most: timedelta = FAR) -> date | None:
    """Return a day on which something is changed.

    Raises:
        CaseError: it lies more than `most` ahead, and nobody said that this is meant.
    """
    today = today_here()
    if day is not None and day > today + most and not yes:
        far = "a year" if most == FAR else f"{most.days} days"
        raise CaseError(
            f"{name} {day}: more than {far} after today, {today}; what is done then is not undone. "
            "Check the date, or give --yes",
            code="far_day",
            field=name,
        )
    return day


def today_here() -> date:
    """Return today, in UTC."""
    return datetime.now(UTC).date()
