"""What a case's events say that must stand in its tables: state, money, documents; and where the tables differ."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from recovery.cases.lifecycle import MOVES, State
from recovery.money import Money
from recovery.store.verifying import Event, Finding

Row = Mapping[str, Any]
REASONS = {move.event: move.reason for move in MOVES if move.target == State.CLOSED}
NONE = "–"


@dataclass
class Told:
    """A case as it stands in the tables, and the events that led there."""

    name: str
    events: list[Event]
    rows: dict[str, list[Row]] = field(default_factory=dict)
    booked: list[Row] = field(default_factory=list)

    @property
    def case(self) -> Row:
        """The case itself."""
        return self.rows["case_file"][0]

    def of(self, *kinds: str) -> list[tuple[Event, dict[str, Any]]]:
        """Return the events of some kinds with what they tell."""
        return [(event, json.loads(event[7])) for event in self.events if event[4] in kinds]

    def entries(self, kind: str) -> list[Row]:
        """Return the ledger's lines of a kind."""
        return [row for row in self.rows.get("entry", []) if row["kind"] == kind]

    def finding(self, what: str, where: str, expected: Any, found: Any) -> Finding:
        """Return a finding of this case."""
        return Finding(self.name, what, where, _shown(expected), _shown(found))


def _shown(value: Any) -> str:
    return NONE if value is None else str(value)


def differences(told: Told) -> Iterator[Finding]:
    """Yield where a case's tables are not what its events lead to."""
    for check in CHECKS:
        yield from check(told)


def _state(told: Told) -> Iterator[Finding]:
    moved = next((event for event in reversed(told.events) if '"to"' in event[7] and _target(event)), None)
    state = _target(moved) if moved else "draft"
    if told.case["state"] != state:
        yield told.finding("state", "case_file", state, told.case["state"])
    closed = moved if moved and state == State.CLOSED else None
    reason = REASONS.get(closed[4]) if closed else None
    if told.case["reason"] != reason:
        yield told.finding("reason", "case_file", reason, told.case["reason"])
    day = closed[3] if closed else None
    if _shown(told.case["closed_on"]) != _shown(day):
        yield told.finding("closed_on", "case_file", day, told.case["closed_on"])


def _target(event: Event) -> str | None:
    data = json.loads(event[7])
    return str(data["to"]) if "to" in data and "from" in data and data["to"] in set(State) else None


def _advance(told: Told) -> Iterator[Finding]:
    """Compare what the guarantee fund advanced."""
    last = next((data["advanced"] for _, data in reversed(told.of("advance", "advance_repaid"))), None)
    found = str(Money(told.case["advanced_minor"], told.case["currency"]))
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
    for row in told.entries("payment"):
        paid = row["data"].get("paid")
        name, minor = row["currency"], -row["amount_minor"]
        if paid:
            name, minor = paid["currency"], Money.parse(paid["amount"], paid["currency"]).minor
        booked[name] += minor
    for name in sorted({*came, *booked}):
        if came[name] != booked[name]:
            expected, found = Money(came[name], name), Money(booked[name], name)
            yield told.finding("payments", "entry", f"{expected} {name}", f"{found} {name}")


def _paid(told: Told) -> Iterator[Finding]:
    """Compare the ledger's payments with those that interest is reckoned by."""
    currency = told.case["currency"]
    claim = told.case["facts"].get("claim", {})
    held = Counter((row["on"], str(row["amount"])) for row in claim.get("payments", []))
    for row in told.entries("payment"):
        amount = str(Money(abs(row["amount_minor"]), row["currency"]))
        if "source" in row["data"]:
            held[(row["booked_on"].isoformat(), amount)] -= 1
        elif row["amount_minor"] > 0 and row["currency"] == currency:  # one of so much was taken back
            least = min((one for one in held if one[1] == amount), key=lambda one: held[one], default=("", amount))
            held[least] += 1
    for (day, amount), left in sorted(held.items()):
        if left < 0:
            yield told.finding("facts.claim.payments", "case_file", f"{day} {amount} {currency}", NONE)


def _waivers(told: Told) -> Iterator[Finding]:
    """Compare what was given up in the ledger with what interest is reckoned by."""
    rows = told.case["facts"].get("waivers", [])
    given = sum(Money.parse(row["amount"], row["currency"]).minor for row in rows)
    booked = -sum(row["amount_minor"] for row in told.entries("waiver"))
    if given != booked:
        currency = told.case["currency"]
        yield told.finding("facts.waivers", "case_file", Money(booked, currency), Money(given, currency))


def _closed_ledger(told: Told) -> Iterator[Finding]:
    """A closed case's ledger comes to nothing."""
    if told.case["state"] != State.CLOSED or told.case["reference"] is None:
        return
    sums: Counter[str] = Counter()
    for row in told.rows.get("entry", []):
        sums[row["currency"]] += row["amount_minor"]
    for currency, minor in sorted(sums.items()):
        if minor:
            yield told.finding("balance", "entry", Money.zero(currency), Money(minor, currency))


def _bank(told: Told) -> Iterator[Finding]:
    """Compare payments from the bank with the bank's entries."""
    rest = {f"bank:{row['account']}:{row['bank_id']}": row for row in told.booked if row["status"] == "booked"}
    for event, data in told.of("payment"):
        source = str(data.get("source", ""))
        if not source.startswith("bank:"):
            continue
        name = next((one for one in rest if source == one or source.startswith(f"{one}:")), None)
        where = f"event {event[1]}"
        expected = f"{data['amount']} {data['currency']}"
        if name is None:
            yield told.finding("bank_entry", where, expected, "no such entry booked on this case")
            continue
        row = rest.pop(name)
        found = f"{Money(row['amount_minor'], row['currency'])} {row['currency']}"
        if found != expected:
            yield told.finding("amount_minor", f"bank_entry {row['id']}", expected, found)
    for row in rest.values():
        yield told.finding("payment", f"bank_entry {row['id']}", "an event that books it", NONE)


def _papers(told: Told) -> Iterator[Finding]:
    """Every paper that an event names is kept."""
    kept = {row["sha256"] for row in told.rows.get("document", [])}
    for event, data in told.of("paper"):
        if data.get("sha256") not in kept:
            yield told.finding("document", f"event {event[1]}", data.get("sha256"), NONE)


CHECKS: tuple[Callable[[Told], Iterator[Finding]], ...] = (
    *(_state, _advance, _payments, _paid, _waivers, _closed_ledger, _bank, _papers),
)
