"""What does not run by itself, as pages show it."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import Request

from flows import watch
from recovery.notices.watch import fault_text
from recovery.portal.pages import language_of


def fault_texts(request: Request) -> list[str]:
    """Return what does not run as it should and what to do, in the reader's language."""
    language = language_of(request)
    return [fault_text(one.kind, one.subject, language) for one in watch.known(datetime.now(UTC))]


def lasting_faults() -> list[str]:
    """Return the names of what has not run for longer than a restart takes, for machines."""
    return [one.key for one in watch.lasting(datetime.now(UTC))]
