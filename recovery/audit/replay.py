"""What a case's events say that must stand in its tables: state, money, documents; and where the tables differ."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from recovery.case.lifecycle import MOVES, State
from recovery.money import Money
from recovery.store.seals import NOTHING
from recovery.store.verifying import Event, Finding
from recovery.store.written import Written

# Bank entries that payments are of: booked whole, or in part.
SHARED = ("booked", "partly")
REASONS = {move.event: move.reason for move in MOVES if move.target == State.CLOSED}


class Line(NamedTuple):
    """A line of a case's ledger."""

    kind: str
    day: str
    minor: int
    currency: str
    data: str


@dataclass
class Told:
    """A case as it stands in the tables, every row as it is written, and the events that led there."""

    name: str
    events: list[Event]
    rows: dict[str, list[Written]] = field(default_factory=dict)
    booked: list[Written] = field(default_factory=list)
    # The bank's entries that its payments are of, by number, with what all payments of each come to.
    entries_of_bank: dict[str, Written] = field(default_factory=dict)

    @property
    def case(self) -> dict[str, str]:
        """The case itself, nothing as an empty text."""
        return {name: value or "" for name, value in self.rows["case_file"][0].items()}

    @cached_property
    def lines(self) -> list[Line]:
        """The case's ledger."""
        names = ("kind", "booked_on", "amount_minor", "currency", "data")
        rows = ([row[name] or "" for name in names] for row in self.rows.get("entry", []))
        return [Line(kind, day, int(minor), currency, data) for kind, day, minor, currency, data in rows]

    def of(self, *kinds: str) -> list[tuple[Event, dict[str, Any]]]:
        """Return the events of some kinds with what they tell."""
        return [(event, json.loads(event.data)) for event in self.events if event.kind in kinds]

    def entries(self, kind: str) -> list[Line]:
        """Return the ledger's lines of a kind."""
        return [line for line in self.lines if line.kind == kind]

    def finding(self, what: str, where: str, expected: Any, found: Any) -> Finding:
        """Return a finding of this case."""
        return Finding(self.name, what, where, _shown(expected), _shown(found))


def _shown(value: Any) -> str:
    return NOTHING if value is None or value == "" else str(value)


def differences(told: Told) -> Iterator[Finding]:
    """Yield where a case's tables are not what its events lead to."""
    for check in CHECKS:
        yield from check(told)


def _state(told: Told) -> Iterator[Finding]:
    case = told.case
    moved = next((event for event in reversed(told.events) if '"to"' in event.data and _target(event)), None)
    state = _target(moved) if moved else "draft"
    closed = moved if moved and state == State.CLOSED else None
    expected = {
        "state": state,
        "reason": REASONS.get(closed.kind) if closed else None,
        "closed_on": closed.day if closed else None,
    }
    for what, value in expected.items():
        if case[what] != (value or ""):
            yield told.finding(what, "case_file", value, case[what])


def _target(event: Event) -> str | None:
    data = json.loads(event.data)
    return str(data["to"]) if "to" in data and "from" in data and data["to"] in set(State) else None


def _advance(told: Told) -> Iterator[Finding]:
    """Compare what the guarantee fund advanced."""
    last = next((data["advanced"] for _, data in reversed(told.of("advance", "advance_repaid"))), None)
    found = str(Money(int(told.case["advanced_minor"]), told.case["currency"]))
    if last is not None and last != found:
        yield told.finding("advanced_minor", "case_file", last, found)


def _payments(told: Told) -> Iterator[Finding]:
    """Compare what the events say came in with the ledger, in the currencies in which it came in."""
    came: Counter[str] = Counter()
    for _, data in told.of("payment"):
        came[data["currency"]] += Money.parse(data["amount"], data["currency"]).minor
    currency = told.case["currency"]
    for _, data in told.of("payment_returned"):
        came[currency] -= Money.parse(data["amount"], currency).minor
    booked: Counter[str] = Counter()
    for line in told.entries("payment"):
        paid = json.loads(line.data).get("paid")
        name, minor = line.currency, -line.minor
        if paid:
            name, minor = paid["currency"], Money.parse(paid["amount"], paid["currency"]).minor
        booked[name] += minor
    for name in sorted({*came, *booked}):
        if came[name] != booked[name]:
            expected, found = Money(came[name], name), Money(booked[name], name)
            yield told.finding("payments", "entry", f"{expected} {name}", f"{found} {name}")


def _paid(told: Told) -> Iterator[Finding]:
    """Compare the ledger's payments with those that interest is reckoned by."""
    lines, currency = told.entries("payment"), told.case["currency"]
    if not lines:
        return
    held: Counter[tuple[str, int]] = Counter()
    for row in told.rows.get("payment", []):
        if row["case_minor"] is not None and row["reversed_on"] is None:
            held[(row["value_on"] or "", int(row["case_minor"]))] += 1
    for line in lines:
        if '"source"' in line.data:
            held[(line.day, -line.minor)] -= 1
        elif line.minor > 0 and line.currency == currency:  # one of so much was taken back
            alike = (one for one in held if one[1] == line.minor)
            held[min(alike, key=lambda one: held[one], default=("", line.minor))] += 1
    for (day, minor), left in sorted(held.items()):
        if left < 0:
            yield told.finding("payments", "payment", f"{day} {Money(minor, currency)} {currency}", NOTHING)


def _waivers(told: Told) -> Iterator[Finding]:
    """Compare what was given up in the ledger with what interest is reckoned by."""
    lines = told.entries("waiver")
    if not lines and not told.case["waivers"]:
        return
    rows = json.loads(told.case["waivers"] or "[]")
    given = sum(Money.parse(row["amount"], row["currency"]).minor for row in rows)
    booked = -sum(line.minor for line in lines)
    if given != booked:
        currency = told.case["currency"]
        yield told.finding("waivers", "case_file", Money(booked, currency), Money(given, currency))


def _closed_ledger(told: Told) -> Iterator[Finding]:
    """Yield where a closed case's ledger does not come to nothing."""
    if told.case["state"] != State.CLOSED or not told.case["reference"]:
        return
    sums: Counter[str] = Counter()
    for line in told.lines:
        sums[line.currency] += line.minor
    for currency, minor in sorted(sums.items()):
        if minor:
            yield told.finding("balance", "entry", Money.zero(currency), Money(minor, currency))


def _bank(told: Told) -> Iterator[Finding]:
    """Compare payments from the bank with the bank's entries, of which each may be shared over several cases."""
    rows = told.rows.get("payment", [])
    sources = {row["source"] for row in rows if row["bank_entry_id"] or row["reversed_on"]}
    for event, data in told.of("payment"):
        source = str(data.get("source", ""))
        if source.startswith("bank:") and source not in sources:
            expected = f"{data['amount']} {data['currency']}"
            yield told.finding("bank_entry", f"event {event.sequence}", expected, "no such entry booked on this case")
    for row in rows:
        entry = told.entries_of_bank.get(row["bank_entry_id"] or "")
        if row["bank_entry_id"] and (entry is None or not _names(row, entry) or entry["status"] not in SHARED):
            where = f"payment {row['sequence']}"
            yield told.finding("bank_entry", where, row["source"], "no such entry booked on this case")
    for entry in told.booked:
        yield from _shares(told, entry)


def _names(row: Written, entry: Written) -> bool:
    name = f"bank:{entry['account']}:{entry['bank_id']}"
    return f"{row['source']}:".startswith(f"{name}:")


def _shares(told: Told, entry: Written) -> Iterator[Finding]:
    """Yield where a bank entry is booked, and the payments of it are not its amount."""
    if entry["status"] not in SHARED:
        return
    where, currency, minor = f"bank_entry {entry['id']}", entry["currency"] or "", int(entry["amount_minor"] or 0)
    shared = told.entries_of_bank.get(entry["id"] or "", {}).get("shared")
    if shared is None:
        yield told.finding("payment", where, "an event that books it", NOTHING)
        return
    # Before 0011 a payment that covered costs in their own currency did not name its line: its event tells all of it.
    events = (data for _, data in told.of("payment") if _names({"source": str(data.get("source", ""))}, entry))
    total = int(shared)
    if any(Money.parse(data["amount"], data["currency"]).minor == minor for data in events):
        return
    if (total != minor) if entry["status"] == "booked" else (total >= minor):
        expected, found = Money(total, currency), Money(minor, currency)
        yield told.finding("amount_minor", where, f"{expected} {currency}", f"{found} {currency}")


def _papers(told: Told) -> Iterator[Finding]:
    """Every paper that an event names is kept, until the law asks to erase them."""
    if any(data.get("what") == "all" for _, data in told.of("erased")):
        return
    kept = {row["sha256"] for row in told.rows.get("document", [])}
    for event, data in told.of("paper"):
        if data.get("sha256") not in kept:
            yield told.finding("document", f"event {event.sequence}", data.get("sha256"), NOTHING)


CHECKS: tuple[Callable[[Told], Iterator[Finding]], ...] = (
    *(_state, _advance, _payments, _paid, _waivers, _closed_ledger, _bank, _papers),
)
