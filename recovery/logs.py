"""What logs hold: where something failed and of what kind; never a name, an address, an account or an invoice number.

An exception's own words may hold any of them (a database's parameters, a mail server's reply, what was typed), and so
may a library's message. Records are therefore made clean where they are made, before any handler sees them.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import PurePath
from types import TracebackType
from typing import Any

from recovery.errors import RecoveryError

# Whose messages are written in this house and hold no personal data; what they interpolate may be an exception.
OWN = ("recovery", "flows")
LONGEST = 80
# A library's message up to its first quoted, bracketed or listed value.
_WORDS = re.compile(r"[^'\"\[({<:=\n]*")
_TELLING = re.compile(r"\S*(?:@|\d{4,})\S*")
_made: Callable[..., logging.LogRecord] = logging.LogRecord


def install() -> None:
    """Let every log of this process, and what ends it, be written without personal data."""
    logging.setLogRecordFactory(clean_record)
    logging.captureWarnings(True)
    sys.excepthook = _ended
    threading.excepthook = lambda given: _ended(given.exc_type, given.exc_value, given.exc_traceback)


def clean_record(*args: Any, **kwargs: Any) -> logging.LogRecord:
    """Return a log record whose exceptions are told by kind and place, and whose words are ours or none."""
    record = _made(*args, **kwargs)
    error = record.exc_info[1] if record.exc_info else None
    record.exc_info = None
    if record.name.partition(".")[0] in OWN:
        record.args = _plain(record.args)
    else:
        record.msg, record.args = f"{_words(str(record.msg))} ({record.filename}:{record.lineno})", ()
    if error is not None:
        record.msg = f"{record.msg}: {described(error).replace('%', '%%') if record.args else described(error)}"
    return record


def described(error: BaseException) -> str:
    """Return what kind of error it is, where it was raised and what it came from, without its words."""
    seen: list[str] = []
    one: BaseException | None = error
    while one is not None and len(seen) < 5:
        seen.append(_kind(one) + _place(one.__traceback__))
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return ", from ".join(seen)


def _kind(error: BaseException) -> str:
    """Return an error's type, its code where it has one of ours, and what a database's or a group's error holds."""
    inner = [getattr(error, "orig", None), *getattr(error, "exceptions", ())]
    more = [type(one).__name__ for one in inner if isinstance(one, BaseException)]
    told = [error.code] if isinstance(error, RecoveryError) else []
    parts = ", ".join(told + more)
    return type(error).__name__ + (f" ({parts})" if parts else "")


def _place(trace: TracebackType | None) -> str:
    """Return the last places in our own code and the last of all, as file and line."""
    frames = traceback.extract_tb(trace)
    own = [one for one in frames if any(part in OWN for part in PurePath(one.filename).parts[-4:-1])][-4:]
    shown = own if not frames or frames[-1] in own else [*own, frames[-1]]
    return " at " + " > ".join(f"{_short(one.filename)}:{one.lineno}" for one in shown) if shown else ""


def _short(path: str) -> str:
    return "/".join(PurePath(path).parts[-3:])


def _words(message: str) -> str:
    """Return the first words of a library's message, without anything that looks like an address or a number."""
    found = _WORDS.match(message)
    return _TELLING.sub("…", found[0].strip() if found else "")[:LONGEST] or "something"


def _plain(args: Any) -> Any:
    """Return what a message interpolates, exceptions by their kind."""
    if isinstance(args, tuple):
        return tuple(described(one) if isinstance(one, BaseException) else one for one in args)
    return args


def _ended(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt) or error is None:
        return
    sys.stderr.write(f"recovery: ended by {described(error)}\n")
