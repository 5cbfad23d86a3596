"""Numbers given once: references of cases, batches of letters, payment files."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import Session, col

from recovery.store.tables import Sequence


def next_number(session: Session, name: str) -> int:
    """Return the next number of a series, from 1; two that ask at once wait for each other, even for the first.

    The series stays locked until the transaction ends: it is the last lock that is taken.
    """
    insert = insert_postgresql if session.connection().dialect.name == "postgresql" else insert_sqlite
    statement = insert(Sequence).values(name=name, last=1)
    following = statement.on_conflict_do_update(index_elements=["name"], set_={"last": col(Sequence.last) + 1})
    return int(session.connection().execute(following.returning(col(Sequence.last))).scalar_one())


def taken_through(session: Session, name: str, last: int) -> None:
    """Note that the numbers of a series were given up to one, by who holds the series locked."""
    session.connection().execute(update(Sequence).where(col(Sequence.name) == name).values(last=last))
