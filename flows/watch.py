"""The watch over what is to run by itself: it looks at Prefect from outside, since Prefect may be what stands still.

What it finds is noted in a file, so that pages show it and a restart tells nobody twice.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flows import watch_prefect
from flows.watch_faults import Fault
from flows.watch_mail import tell
from recovery.settings import settings

LOOK_SECONDS = 180
# Long enough for a restart to pass, short enough that a person knows within half an hour.
LASTING = timedelta(minutes=10)
AGAIN = timedelta(days=1)
# A fault that was not seen for this long is over: one that comes and goes is one.
OVER = timedelta(minutes=15)
STILL = timedelta(minutes=30)


@dataclass(frozen=True)
class Noted:
    """A fault as it was noted: since when, when last seen, when last told by mail."""

    kind: str
    subject: str
    since: str
    seen_at: str
    told_at: str | None = None

    @property
    def key(self) -> str:
        """What this fault is known by."""
        return f"{self.kind}:{self.subject}"

    def lasts(self, now: datetime) -> bool:
        """Tell whether it lasts, rather than passing with a restart."""
        return now - _instant(self.since) >= LASTING


@dataclass(frozen=True)
class Book:
    """What the watch knows: when it looked last, how far it has read Prefect's log, and the faults."""

    looked_at: str | None = None
    read: int | None = None
    errors_at: str | None = None
    noted: tuple[Noted, ...] = ()


def known(now: datetime) -> tuple[Noted, ...]:
    """Return the faults as last seen; a watch that has not looked for long is one itself."""
    book = _read()
    if book.looked_at is None:
        return ()
    if now - _instant(book.looked_at) > STILL:
        return (Noted("watch_still", "", book.looked_at, now.isoformat()),)
    return tuple(one for one in book.noted if one.seen_at == book.looked_at)


def lasting(now: datetime) -> tuple[Noted, ...]:
    """Return the faults that last."""
    return tuple(one for one in known(now) if one.lasts(now))


def look_and_tell(now: datetime, alive: Mapping[str, bool]) -> tuple[Noted, ...]:
    """Look at everything, note what is found and tell administrators of what lasts and of what is over."""
    before = _read()
    read, errors = watch_prefect.log_errors(before.read)
    errors_at = now.isoformat() if errors else before.errors_at
    faults = watch_prefect.faults(now, alive, _instant(errors_at) if errors_at else None)
    noted, over = _noted(before.noted, faults, now)
    due = [one for one in noted if one.seen_at == now.isoformat() and _to_tell(one, now)]
    ended = [one for one in over if one.told_at]
    if (due or ended) and tell([_fault(one) for one in due], [_fault(one) for one in ended], now):
        noted = tuple(replace(one, told_at=now.isoformat()) if one in due else one for one in noted)
    elif ended:
        noted += tuple(ended)  # told of when a mail can leave
    _write(Book(now.isoformat(), read, errors_at, noted))
    return noted


def _noted(before: tuple[Noted, ...], faults: list[Fault], now: datetime) -> tuple[tuple[Noted, ...], list[Noted]]:
    """Return the faults that stand, those seen now among them, and those that are over."""
    at, old = now.isoformat(), {one.key: one for one in before}
    seen = {fault.key: Noted(fault.kind, fault.subject, at, at) for fault in faults}
    kept = {key: replace(old[key], seen_at=at) if key in old else one for key, one in seen.items()}
    gone = [one for key, one in old.items() if key not in seen]
    over = [one for one in gone if now - _instant(one.seen_at) >= OVER]
    return (*kept.values(), *(one for one in gone if one not in over)), over


def _to_tell(one: Noted, now: datetime) -> bool:
    return one.lasts(now) and (one.told_at is None or now - _instant(one.told_at) >= AGAIN)


def _fault(one: Noted) -> Fault:
    return Fault(one.kind, one.subject, _instant(one.since))


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _read() -> Book:
    """Return the book; one that is not there, or was cut off, is begun anew."""
    try:
        found: dict[str, Any] = json.loads(settings().watch_file.read_text("utf-8"))
        return Book(**{**found, "noted": tuple(Noted(**one) for one in found["noted"])})
    except (OSError, ValueError, TypeError, KeyError):
        return Book()


def _write(book: Book) -> None:
    """Replace the book whole: a reader never finds half of one."""
    path: Path = settings().watch_file
    partial = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(asdict(book), file)
    partial.replace(path)
