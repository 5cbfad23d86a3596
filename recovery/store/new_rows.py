"""New rows made without asking pydantic: what the product itself writes needs no form, and sets write many.

SQLModel sets every column of a new row twice and looks each up; a row is nothing but its columns until it is written.
"""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

from sqlalchemy import inspect
from sqlmodel import SQLModel

Row = TypeVar("Row", bound=SQLModel)


def new_row(kind: type[Row], /, **columns: Any) -> Row:
    """Return a new row, what is not given as by default.

    Raises:
        TypeError: it has no such column, or one that it needs is missing.
    """
    fixed, made, needed = _defaults(kind)
    if not needed <= columns.keys() <= (needed | fixed.keys() | made.keys()):
        raise TypeError(f"{kind.__name__}: {sorted(needed.symmetric_difference(columns))}")
    row: Row = inspect(kind).class_manager.new_instance()
    row.__dict__.update(fixed)
    row.__dict__.update({name: make() for name, make in made.items() if name not in columns})
    row.__dict__.update(columns)
    return row


@cache
def _defaults(kind: type[SQLModel]) -> tuple[dict[str, Any], dict[str, Any], frozenset[str]]:
    """Return the columns that have a default, those whose default is made anew, and those that must be given."""
    fields = kind.model_fields
    made = {name: field.default_factory for name, field in fields.items() if field.default_factory}
    needed = frozenset(name for name, field in fields.items() if field.is_required())
    fixed = {name: field.default for name, field in fields.items() if name not in needed and name not in made}
    return fixed, made, needed
