"""Seals of rows whose columns a migration changes: what was changed behind the product's back stays a finding."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import Connection

from recovery.store import heads, seals
from recovery.store.heads import Change
from recovery.store.sealing import key_for
from recovery.store.seals import Sealed


class ChangedSeals:
    """The seals that a migration makes anew, and what they change in the heads of the record."""

    def __init__(self, connection: Connection, specs: Mapping[str, Sealed]) -> None:
        self.connection, self.specs = connection, specs
        self.changes: dict[str, Change] = {}

    @cached_property
    def key(self) -> bytes:
        """The key of the record; an installation without a row needs none yet."""
        return key_for(self.connection)

    def changed(self, table: str, row: Any, made: Mapping[str, Any], gone: Mapping[str, str]) -> str | None:
        """Return the seal of a changed row: `made` are its new columns, `gone` what was signed and falls away.

        Parts that did not hold stay as they are.
        """
        spec, scope = self.specs[table], row.claim_id
        identity = spec.identity_of(row._mapping)
        parts, signature = seals.opened(self.key, identity, row.seal)
        if parts is None:
            return str(row.seal) if row.seal is not None else None
        held = {
            name: name not in parts or parts[name][: seals.TAG] == seals.tag(self.key, identity, name, text)
            for name, text in gone.items()
        }
        kept = {name: part for name, part in parts.items() if not held.get(name, False)}
        new = {
            name: seals.part(self.key, spec, identity, name, signed_text(value))
            for name, value in made.items()
            if held.get(name, True)
        }
        text = seals.closed(self.key, identity, {**kept, **new})
        change = self.changes.setdefault(scope, Change())
        change.add(table, 0, -seals.contribution(self.key, scope, signature))
        change.add(table, 0, seals.contribution(self.key, scope, seals.signature_of(text)))
        return text

    def new(self, table: str, row: dict[str, Any]) -> dict[str, Any]:
        """Return a row that a migration adds, with its seal."""
        spec, claim = self.specs[table], row["claim_id"]
        identity = spec.identity_of(row)
        parts = {name: seals.part(self.key, spec, identity, name, signed_text(row[name])) for name in spec.columns}
        seal = seals.closed(self.key, identity, parts)
        amount = seals.contribution(self.key, claim, seals.signature_of(seal))
        self.changes.setdefault(claim, Change()).add(table, 1, amount)
        return {**row, "seal": seal}

    def keep(self) -> None:
        """Store what the seals made so far change in the heads."""
        heads.extend(self.connection, self.key, self.changes)
        self.changes = {}


def signed_text(value: Any) -> str:
    """Return a value as it is signed."""
    if value is None:
        return seals.NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value)
