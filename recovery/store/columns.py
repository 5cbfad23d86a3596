"""What the tables' columns have in common: names of constraints, instants in UTC, JSON, minor units."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, DateTime, MetaData, Text, TypeDecorator
from sqlalchemy.engine import Dialect
from sqlmodel import Field, SQLModel

SQLModel.metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcInstant(TypeDecorator[datetime]):
    """An aware instant, kept in UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the instant in UTC, refusing a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the instant as an aware UTC one."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def json_column() -> Any:
    """Return a column of JSON, empty by default."""
    return Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


def value_column(nullable: bool = True) -> Any:
    """Return a column of a frozen value as its JSON, which `recovery.case.columns` reads and writes."""
    return Field(default=None if nullable else "{}", sa_column=Column(Text, nullable=nullable))


def minor_column() -> Any:
    """Return a column of an amount in minor units."""
    return Field(sa_column=Column(BigInteger, nullable=False))


def instant_column(nullable: bool = False) -> Any:
    """Return a column of an instant."""
    return Field(default=None, sa_column=Column(UtcInstant, nullable=nullable))


def seal_column() -> Any:
    """Return the column of a row's seal (`recovery.store.seals`), which is written with the row."""
    return Field(default=None, sa_column=Column(Text, nullable=True))
