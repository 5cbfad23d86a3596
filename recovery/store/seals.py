"""Seals: what a row held when the product wrote it, signed column by column with a key outside the database.

Everything here is a function of a row and the key, so that rows written by the ORM, by one statement for many, or
read back by an audit are all sealed alike. A seal is a JSON object: under each column's name twelve hexadecimal
digits that sign its value, followed by the value itself where it names nobody and an audit shall show it; under the
empty name the signature of all of them together with what tells the row from others.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from hashlib import blake2b
from typing import Any

from sqlalchemy import JSON, Boolean, Date, Table
from sqlalchemy.sql.type_api import TypeEngine

from recovery.store.columns import UtcInstant

FIRST = "0" * 64
# Sums of contributions are taken modulo this: one more row or one fewer never leaves the sum as it was.
MODULUS = 1 << 256
TAG = 12  # hexadecimal digits
NOTHING = "–"
canonical = json.JSONEncoder(sort_keys=True, ensure_ascii=False).encode
_short = json.JSONEncoder(separators=(",", ":")).encode


@dataclass(frozen=True)
class Sealed:
    """What of a table is sealed: `identity` tells a row from others, `shown` may be repeated in a finding.

    `scope` is the name under which rows are counted together: a case's rows under its claim, all others by subject;
    those that belong to no case yet under `unclaimed`.
    """

    table: str
    identity: tuple[str, ...]
    shown: tuple[str, ...]
    hidden: tuple[str, ...] = ()
    scope: str | None = None
    unclaimed: str = "papers"

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is signed."""
        return (*self.shown, *self.hidden)

    def scope_of(self, row: Mapping[Any, Any]) -> str:
        """Return the name under which a row is counted."""
        return self.scope or row["claim_id"] or self.unclaimed

    def identity_of(self, row: Mapping[Any, Any]) -> str:
        """Return what tells a row from others."""
        return "\x1e".join((self.table, *(str(row[name]) for name in self.identity)))


_CASE_SHOWN = (
    *("reference", "state", "reason", "return_state", "version", "creditor_country", "debtor_country", "substance"),
    *("currency", "filed_on", "closed_on", "route", "payment_reference", "principal_minor", "principal_open_minor"),
    *("settled_interest_minor", "settled_on", "advanced_minor", "disputed", "law_override", "law_digest"),
)
_CASE_HIDDEN = (
    *("member_id", "handler_id", "creditor", "debtor", "contract", "law_events", "credits", "awards", "waivers"),
    *(
        "description",
        "warnings",
        "law_reason",
        "consents",
        "steps",
        "offer",
        "plan",
        "settlement",
        "suspension",
        "court",
    ),
    "flow_runs",
)
SEALED: dict[str, Sealed] = {
    one.table: one
    for one in (
        Sealed("case_file", ("claim_id",), _CASE_SHOWN, _CASE_HIDDEN),
        Sealed(
            "party",
            ("claim_id", "role"),
            ("language", "country"),
            (
                *("name", "street", "more", "postal_code", "town", "phone", "former_addresses"),
                *("email", "vat", "iban"),
            ),
        ),
        Sealed(
            "claim_invoice",
            ("claim_id",),
            ("amount_minor", "currency", "issued_on", "due_on", "received_on", "delivered_on", "rate"),
            ("number", "fingerprint", "live"),
        ),
        Sealed(
            "payment",
            ("claim_id", "sequence"),
            (
                *("value_on", "booked_on", "amount_minor", "currency", "case_minor", "rate", "rate_on", "rate_source"),
                *("enforced", "held_by", "bank_entry_id", "reversed_on"),
            ),
            ("invoice", "reversed_why", "source", "note"),
        ),
        Sealed(
            "deadline",
            ("claim_id",),
            ("kind", "about", "due_on", "actor", "country", "status", "escalated"),
            ("basis", "data"),
        ),
        Sealed("former_reference", ("reference",), ("claim_id", "payment_reference", "sequence", "country", "until")),
        Sealed("message", ("claim_id", "sequence"), ("at", "written_on", "sender_role"), ("sender", "text")),
        Sealed("entry", ("claim_id",), ("booked_on", "kind", "amount_minor", "currency"), ("basis", "label", "data")),
        Sealed("outbox", ("key",), ("claim_id", "kind", "status"), ("payload",)),
        Sealed(
            "shipment",
            ("key",),
            ("claim_id", "channel", "recipient", "status", "batch", "sent_at"),
            ("provider_id", "tracking_number", "error", "history"),
        ),
        Sealed("document", ("key",), ("claim_id", "kind", "media_type", "sha256", "size", "stored_at"), ("name",)),
        Sealed(
            "remittance",
            ("claim_id",),
            ("period", "beneficiary", "amount_minor", "currency", "message_id", "remitted_on"),
        ),
        Sealed(
            "posting",
            ("claim_id",),
            ("country", "booked_on", "amount_minor", "currency", "kind"),
            ("debit_account", "credit_account", "source"),
            unclaimed="bank",
        ),
        Sealed(
            "statement_balance",
            ("account", "told_on", "kind", "currency"),
            ("amount_minor",),
            scope="bank",
        ),
        Sealed(
            "bank_entry",
            ("account", "bank_id"),
            ("booked_on", "value_on", "amount_minor", "currency", "credit", "claim_id", "status"),
            ("debtor_name", "debtor_iban", "bank_reference", "text", "why"),
            scope="bank",
        ),
        Sealed(
            "bank_order",
            ("ident",),
            (
                *("bank_entry_id", "kind", "country", "amount_minor", "currency", "status", "message_id"),
                *("ordered_on", "sent_on", "ended_on"),
            ),
            ("account", "name", "iban", "text", "why"),
            scope="bank",
        ),
        Sealed("member", ("id",), ("partner", "language"), ("email", "name", "iban"), scope="people"),
        Sealed(
            "team_member",
            ("id",),
            ("country", "role", "language", "active", "away_until", "stand_in_id"),
            ("email", "name"),
            scope="people",
        ),
        Sealed("installation_setting", ("scope", "name"), ("changed_at",), ("value", "changed_by"), scope="settings"),
        Sealed("audit_entry", (), ("at", "kind", "actor", "subject"), ("reason", "data"), scope="audit"),
    )
}
# Counted together for the whole installation; "cases:" and the first digit of its claim tell that a case exists.
SUBJECTS = ("audit", "bank", "papers", "people", "settings", *(f"cases:{digit:x}" for digit in range(16)))


def register_of(claim_id: str) -> str:
    """Return the name under which it is kept that a case exists."""
    digit = claim_id[:1].lower()
    return f"cases:{digit}" if digit and digit in "0123456789abcdef" else "cases:0"


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat()


def _plain(value: Any) -> str:
    return str.__str__(value) if isinstance(value, str) else str(value)


def _how(kind: TypeEngine[Any]) -> Callable[[Any], str]:
    """Return how a column's values are written before they are signed: alike on every database."""
    if isinstance(kind, JSON):
        return json.dumps  # the text that the column itself holds
    if isinstance(kind, UtcInstant):
        return _instant
    if isinstance(kind, Date):
        return date.isoformat
    return (lambda value: "yes" if value else "no") if isinstance(kind, Boolean) else _plain


@cache
def writers(table: Table) -> dict[str, Callable[[Any], str]]:
    """Return how each sealed column of a table is written."""
    return {name: _how(table.c[name].type) for name in SEALED[table.name].columns if name in table.c}


def written(table: Table, column: str, value: Any) -> str:
    """Return a value as it is signed and shown; nothing at all is a dash."""
    return NOTHING if value is None else writers(table)[column](value)


def tag(key: bytes, identity: str, column: str, text: str) -> str:
    """Return the signature of one column's value in one row."""
    return blake2b(f"{identity}\x1f{column}\x1f{text}".encode(), key=key, digest_size=TAG // 2).hexdigest()


def part(key: bytes, spec: Sealed, identity: str, column: str, text: str) -> str:
    """Return what a seal holds for one column."""
    signed = tag(key, identity, column, text)
    return signed + text if column in spec.shown else signed


def closed(key: bytes, identity: str, parts: Mapping[str, str]) -> str:
    """Return a seal of parts: their own text and the signature of them all."""
    return _closed(key, identity, parts)[0]


def _closed(key: bytes, identity: str, parts: Mapping[str, str]) -> tuple[str, str]:
    inner = {name: parts[name] for name in sorted(parts) if name}
    signature = _whole(key, identity, inner)
    return _short({**inner, "": signature}), signature


def whole(key: bytes, identity: str, parts: Mapping[str, str]) -> str:
    """Return the signature of all parts of a seal."""
    return _whole(key, identity, {name: parts[name] for name in sorted(parts) if name})


def _whole(key: bytes, identity: str, parts: Mapping[str, str]) -> str:
    content = identity + "".join([f"\x1f{name}\x1f{text}" for name, text in parts.items()])
    return blake2b(content.encode(), key=key, digest_size=16).hexdigest()


def seal(key: bytes, table: Table, row: Mapping[Any, Any]) -> str:
    """Return the seal of a new row, its columns by their names."""
    return sealed(key, table, row)[0]


def sealed(key: bytes, table: Table, row: Mapping[Any, Any]) -> tuple[str, str]:
    """Return the seal of a new row and the signature in it."""
    spec = SEALED[table.name]
    identity, shown, parts = spec.identity_of(row), spec.shown, dict[str, str]()
    for name, write in writers(table).items():
        if name in row:
            value = row[name]
            text = NOTHING if value is None else write(value)
            signed = tag(key, identity, name, text)
            parts[name] = signed + text if name in shown else signed
    return _closed(key, identity, parts)


def opened(key: bytes, identity: str, text: str | None) -> tuple[dict[str, str] | None, str]:
    """Return the parts of a seal, None where it was not made with this key for this row; and its signature."""
    try:
        parts: dict[str, str] = json.loads(text or "{}")
        signature = parts.pop("")
        right = signature == whole(key, identity, parts)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None, ""
    return parts if right else None, signature


def resealed(
    key: bytes, table: Table, row: Mapping[Any, Any], before: Mapping[str, Any], text: str | None
) -> str | None:
    """Return the seal of a row some of whose columns were changed; `before` holds what they held, where known.

    A column that was not as it was sealed keeps its part: a change behind the product's back is never covered up by
    a later, rightful one. None where there is no right seal to go on from.
    """
    spec = SEALED[table.name]
    identity = spec.identity_of(row)
    parts, _ = opened(key, identity, text)
    if parts is None:
        return None
    for name, held in before.items():
        found = parts.get(name)
        if found is None or held is UNKNOWN or found == part(key, spec, identity, name, written(table, name, held)):
            parts[name] = part(key, spec, identity, name, written(table, name, row[name]))
    return closed(key, identity, parts)


UNKNOWN = object()


def contribution(key: bytes, scope: str, signature: str) -> int:
    """Return what a row adds to the sum of its scope; never stored by itself."""
    return int.from_bytes(blake2b(f"{scope}\x1f{signature}".encode(), key=key, digest_size=32).digest())


def signature_of(text: str | None) -> str:
    """Return the signature in a seal, as it stands there."""
    try:
        return str(json.loads(text or "{}").get("", ""))
    except (ValueError, AttributeError):
        return ""


def event_bytes(fields: list[Any]) -> bytes:
    """Return the bytes of an event's content that its hash covers."""
    return canonical(fields).encode()


def event_hash(key: bytes, content: bytes) -> str:
    """Return the keyed hash of an event's content, which holds the hash of the event before it."""
    return hmac.digest(key, content, "sha256").hex()
