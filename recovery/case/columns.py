"""What stands in the columns of a case's own row, as attributes of its record: plain values and frozen ones.

A frozen value is kept as its JSON without what is as by default, so that what was sealed stays as it was when a value
gets another field. It is read when it is first asked for, and replaced whole.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Generic, Protocol, TypeVar, overload

from pydantic import BaseModel, ConfigDict, TypeAdapter

T = TypeVar("T")


class Holder(Protocol):
    """A record: its row, and the frozen values as they were read, each with what it was read from."""

    row: Any
    read: dict[str, tuple[Any, Any]]

    def changed(self) -> None: ...  # noqa: D102


class Plain(Generic[T]):
    """A plain column; `claim`: what is reckoned of the claim hangs on it."""

    def __init__(self, claim: bool = False) -> None:
        self.claim = claim

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, case: None, owner: type) -> Plain[T]: ...
    @overload
    def __get__(self, case: Holder, owner: type) -> T: ...
    def __get__(self, case: Holder | None, owner: type) -> Plain[T] | T:
        if case is None:
            return self
        value: T = getattr(case.row, self.name)
        return value

    def __set__(self, case: Holder, value: T) -> None:
        setattr(case.row, self.name, value)
        if self.claim:
            case.changed()


class Value(Generic[T]):
    """A column that holds a frozen value, `empty` where there is none.

    `beside` names the fields that stand in columns of their own. `claim`: what is reckoned hangs on it.
    """

    def __init__(
        self, kind: Any, empty: Any = None, claim: bool = False, beside: Mapping[str, str] | None = None
    ) -> None:
        model = isinstance(kind, type) and issubclass(kind, BaseModel)  # which says so itself
        config = None if model else ConfigDict(hide_input_in_errors=True)
        self.kind: TypeAdapter[T] = TypeAdapter(kind, config=config)
        self.empty: T = empty
        self.claim, self.beside = claim, beside or {}

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, case: None, owner: type) -> Value[T]: ...
    @overload
    def __get__(self, case: Holder, owner: type) -> T: ...
    def __get__(self, case: Holder | None, owner: type) -> Value[T] | T:
        if case is None:
            return self
        text: str | None = getattr(case.row, self.name)
        if text is None:
            return self.empty
        stands = (text, *[getattr(case.row, column) for column in self.beside.values()])
        known = case.read.get(self.name)
        if known is None or known[0] != stands:
            known = case.read[self.name] = (stands, self._read(case, text))
        value: T = known[1]
        return value

    def _read(self, case: Holder, text: str) -> T:
        if not self.beside:
            return self.kind.validate_json(text)
        more = {name: getattr(case.row, column) for name, column in self.beside.items()}
        return self.kind.validate_python({**json.loads(text), **more})

    def __set__(self, case: Holder, value: T) -> None:
        setattr(case.row, self.name, self.text(value))
        if self.claim:
            case.changed()

    def text(self, value: T) -> str | None:
        """Return a value as its column holds it."""
        if value == self.empty:
            return None
        return self.kind.dump_json(value, exclude=set(self.beside) or None, exclude_defaults=True).decode()
