"""The audit of the whole record: chains, seals, heads, exports, documents, and what the events lead to.

Read at one moment of the database, case by case in chunks, so that it needs little memory and may run beside all
other work. With a limit of time it says how far it came.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Table, bindparam, select, text

from recovery.audit.journal import unbalanced
from recovery.audit.replay import Told, differences
from recovery.errors import CaseError, RecoveryError
from recovery.store import append_only, documents, exported_heads, heads, seals, trust_accounts, written
from recovery.store.sealing import key_for
from recovery.store.snapshot import snapshot
from recovery.store.verifying import (
    Event,
    Finding,
    Found,
    chain_findings,
    event_of,
    head_findings,
    row_findings,
    table_of,
)
from recovery.store.written import Written

CHUNK = 400
# Tables whose rows are counted under their case, in the order in which they are read.
# Numbers that one statement asks for.
AT_ONCE = 500
OF_CASES = tuple(name for name, spec in seals.SEALED.items() if spec.scope is None)
Tell = Callable[[int, int], None]


@dataclass
class Verified:
    """What an audit found; `through` is the last claim that it came to when its time was up."""

    events: int = 0
    rows: int = 0
    cases: int = 0
    seconds: float = 0.0
    through: str | None = None
    findings: list[Finding] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return the audit as plain data; `breaks` are the findings about chains of events."""
        breaks = [one for one in self.findings if one.what == "chain"]
        return {
            "whole": not self.findings and self.through is None,
            "breaks": [{"claim": one.case, "where": one.where, "why": one.found} for one in breaks],
            "events": self.events,
            "rows": self.rows,
            "cases": self.cases,
            "seconds": round(self.seconds, 2),
            "through": self.through,
            "findings": [one.as_dict() for one in self.findings],
        }


def verify(seconds: float | None = None, after: str | None = None, tell: Tell | None = None) -> Verified:
    """Compare the database with its seals, heads and exports, and the tables with what the events lead to.

    `seconds` limits it, `after` goes on from where an earlier one ended; `tell` is told events and seconds.

    Raises:
        CaseError: the key is gone or another one, so that nothing can be said.
    """
    with snapshot() as connection:
        return verify_on(connection, seconds, after, tell)


def verify_on(
    connection: Connection, seconds: float | None = None, after: str | None = None, tell: Tell | None = None
) -> Verified:
    """Verify what a connection sees."""
    began, result = time.monotonic(), Verified()
    audit = _Audit(connection, key_for(connection))
    result.findings += audit.whole_installation()
    claims = [claim for claim in audit.claims() if after is None or claim > after]
    for start in range(0, len(claims), CHUNK):
        some = claims[start : start + CHUNK]
        result.findings += audit.cases(some, result)
        result.seconds = time.monotonic() - began
        if tell:
            tell(result.events, int(result.seconds))
        if seconds is not None and result.seconds > seconds and start + CHUNK < len(claims):
            result.through = some[-1]
            break
    result.rows += audit.rows
    return result


class _Audit:
    """One audit: its connection, its key and what the last export says."""

    def __init__(self, connection: Connection, key: bytes) -> None:
        self.connection, self.key, self.rows = connection, key, 0
        self.export = exported_heads.latest(key)

    def claims(self) -> list[str]:
        """Return every claim that stands anywhere, in one order."""
        query = " UNION ".join(
            ("SELECT claim_id FROM case_file", "SELECT claim_id FROM case_event", "SELECT scope FROM record_head")
        )
        found = {*self.connection.execute(text(query)).scalars(), *self.export.rows}
        return sorted(found - set(seals.SUBJECTS))

    def whole_installation(self) -> Iterator[Finding]:
        """Yield what is wrong outside the cases."""
        for guard in append_only.missing(self.connection):
            yield Finding(None, "guard", guard, "the database refuses changes", "the trigger is gone or switched off")
        yield from self.export.findings
        yield from self._export_gone()
        found = {scope: Found() for scope in seals.SUBJECTS}
        for name in seals.SEALED:
            yield from self._outside(table_of(name), found)
        for claim in self.connection.execute(text("SELECT claim_id FROM case_file")).scalars():
            scope = seals.register_of(claim)
            found[scope].add("case_file", seals.contribution(self.key, scope, claim))
        yield from trust_accounts.check(self.connection).findings
        stored = self._heads(seals.SUBJECTS)
        if not stored and not any(one.counts for one in found.values()):
            return  # nothing was written yet
        for scope in seals.SUBJECTS:
            yield from head_findings(stored.get(scope), found[scope], None, scope)
            yield from self.export.compare(scope, stored.get(scope), {}, None)

    def _export_gone(self) -> Iterator[Finding]:
        """Yield that the last export that was told outside is no longer there."""
        query = text("SELECT key FROM outbox WHERE kind = 'send_heads' ORDER BY id DESC LIMIT 1")
        told = str(self.connection.execute(query).scalar() or "").removeprefix("heads:")
        exported = self.export.exported
        if told and not self.export.findings and (exported is None or exported.day < told):
            yield Finding(None, "export", f"heads of {told}", "the file that was told outside", "none")

    def _outside(self, table: Table, found: dict[str, Found]) -> Iterator[Finding]:
        """Yield what is wrong with the rows that are not counted under a case."""
        spec = seals.SEALED[table.name]
        if spec.scope is None and table.c.claim_id.nullable is False:
            return
        for row in written.all_rows(self.connection, table, without_claim=spec.scope is None):
            self.rows += 1
            scope = spec.scope_of(row)
            yield from row_findings(self.key, spec, row, None, found[scope], scope)
            if table.name == "document":
                yield from _file(row, None)

    def _heads(self, scopes: Iterable[str]) -> dict[str, heads.Head]:
        query = select(heads.HEADS).where(heads.HEADS.c.scope.in_(list(scopes)))
        rows = self.connection.execute(query).mappings()
        return {row["scope"]: heads.read(self.key, row) for row in rows}

    def cases(self, claims: list[str], result: Verified) -> Iterator[Finding]:
        """Yield what is wrong with some cases."""
        events = _events(self.connection, claims)
        rows = {name: written.rows_of(self.connection, table_of(name), claims) for name in OF_CASES}
        booked = written.rows_of(self.connection, table_of("bank_entry"), claims)
        shared = self._of_bank([*rows["payment"].values(), *booked.values()])
        stored = self._heads(claims)
        for claim in claims:
            mine = {name: found.get(claim, []) for name, found in rows.items()}
            case = mine["case_file"][0]["reference"] if mine["case_file"] else None
            told = Told(case or claim, events.get(claim, []), mine, booked.get(claim, []), shared)
            result.cases += 1
            result.events += len(told.events)
            wrong = list(_once(self._case(told, claim, stored.get(claim))))
            # What a changed row makes of the accounts is not said beside the row itself.
            yield from wrong or _replayed(told, unbalanced)

    def _of_bank(self, rows: list[list[Written]]) -> dict[str, Written]:
        """Return the bank's entries that rows are of, by number, with what all payments of each come to."""
        ids = {int(row.get("bank_entry_id", row["id"]) or 0) for some in rows for row in some}
        query = text(
            "SELECT id, account, bank_id, status, (SELECT sum(amount_minor) FROM payment WHERE bank_entry_id = "
            "bank_entry.id) AS shared FROM bank_entry WHERE id IN :ids"
        ).bindparams(bindparam("ids", expanding=True))
        found: dict[str, Written] = {}
        for at in range(0, len(ids), AT_ONCE):
            for row in self.connection.execute(query, {"ids": sorted(ids)[at : at + AT_ONCE]}).mappings():
                found[str(row["id"])] = {name: None if value is None else str(value) for name, value in row.items()}
        return found

    def _case(self, told: Told, claim: str, head: heads.Head | None) -> Iterator[Finding]:
        found = Found()
        yield from chain_findings(self.key, told.events, told.name, found)
        if told.rows["case_file"]:
            yield from _replayed(told, differences)
        for name, rows in told.rows.items():
            spec = seals.SEALED[name]
            self.rows += len(rows)
            for row in rows:
                yield from row_findings(self.key, spec, row, told.name, found, claim)
        for row in told.rows["document"]:
            yield from _file(row, told.name)
        yield from head_findings(head, found, told.name, claim)
        yield from self.export.compare(claim, head, {event.sequence: event.hash for event in told.events}, told.name)


def _replayed(told: Told, check: Callable[[Told], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from check(told)
    except (KeyError, ValueError, TypeError, AttributeError, RecoveryError) as error:
        yield told.finding("events", "case_event", "events and tables that can be read", type(error).__name__)


def _file(row: Written, case: str | None) -> Iterator[Finding]:
    try:
        documents.read(row["sha256"] or "")
    except CaseError as error:
        held = "gone" if error.code == "document_missing" else "changed"
        yield Finding(case, "file", f"document {row['id']}", row["sha256"] or "", held)


def _once(findings: Iterator[Finding]) -> Iterator[Finding]:
    """Yield findings, what is known of one place already left out."""
    seen = set()
    for one in findings:
        if (one.what, one.where) not in seen:
            seen.add((one.what, one.where))
            yield one


def _events(connection: Connection, claims: list[str]) -> dict[str, list[Event]]:
    """Return events as they are written."""
    rows = written.rows_of(connection, table_of("case_event"), claims)
    return {claim: [event_of(row) for row in some] for claim, some in rows.items()}
