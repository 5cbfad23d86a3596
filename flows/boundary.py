"""Where a flow ends and Prefect begins: what fails is told by its kind and place, never in its own words.

Prefect stores an exception's text with the run and logs it. A text of ours may quote an invoice, one of a library a
name or an account (SQLAlchemy's parameters, a parser's excerpt): none of that leaves the flow.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Coroutine
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from recovery.errors import RecoveryError

if TYPE_CHECKING:
    from collections.abc import Iterator

P = ParamSpec("P")
T = TypeVar("T")
ROOT = Path(__file__).parents[1]
MOST_PLACES = 6


class FlowFault(Exception):
    """A failure that nobody foresaw: of what kind and where, without a word of what it was about."""


def private(call: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Keep the words of whatever fails in a flow or task out of Prefect's database and logs."""

    @wraps(call)
    async def kept(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await call(*args, **kwargs)
        except Exception as error:
            raise wordless(error) from None

    return kept


def wordless(error: Exception) -> Exception:
    """Return an error to raise in place of another: our own keeps its message, but does not say it of itself."""
    if isinstance(error, FlowFault):
        return error
    if isinstance(error, RecoveryError):
        error.args = (error.code,)
        error.__cause__ = error.__context__ = None
        return error
    return FlowFault(f"{type(error).__name__} at {places(error)}")


def places(error: BaseException) -> str:
    """Return where an error came from: files of ours and lines, the innermost first."""
    steps = [(Path(one.filename), one.lineno) for one in traceback.extract_tb(error.__traceback__)]
    ours = [f"{file.relative_to(ROOT)}:{line}" for file, line in steps if _own(file)]
    return ", ".join(reversed(ours[-MOST_PLACES:])) or "a place outside the product"


def _own(file: Path) -> bool:
    return file.is_relative_to(ROOT) and "site-packages" not in file.parts[len(ROOT.parts) :]


@contextmanager
def spoken() -> Iterator[None]:
    """Give an error of ours its own words back, for the caller of a flow who may read them."""
    try:
        yield
    except RecoveryError as error:
        error.args = (error.message,)
        raise
