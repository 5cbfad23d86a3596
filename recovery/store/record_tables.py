"""The heads of the record: for every case and subject, how much there is of it and what it amounts to, signed."""

from __future__ import annotations

from sqlalchemy import Column, Text
from sqlmodel import Field, SQLModel


class RecordHead(SQLModel, table=True):
    """How many sealed rows a case or a subject has, their sum, and its last event, signed with the audit's key.

    `counts` is JSON by table, `total` the sum of what the rows contribute, hidden by `nonce`; `changes` only grows.
    """

    __tablename__ = "record_head"
    scope: str = Field(primary_key=True)
    changes: int = 0
    counts: str = Field(default="{}", sa_column=Column(Text, nullable=False))
    total: str
    nonce: str
    last: str
    mac: str
