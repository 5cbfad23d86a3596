"""What somebody who may write to the database, but has no key, can do to it by hand."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

from sqlalchemy import Connection, text
from sqlmodel import select

from recovery.store import heads, resealing
from recovery.store.tables import CaseEvent


def run(statement: str) -> Callable[[Connection, dict[str, str]], None]:
    """Return a change by one statement; `:name` stands for the claim of a case."""

    def change(connection, claims):
        done = connection.execute(text(statement), {k: v for k, v in claims.items() if f":{k}" in statement})
        assert done.rowcount >= 1, statement

    return change


def reckoned_anew(connection, claims, **more):
    """Change an event and reckon the chain anew as whoever has no key can."""
    events = connection.execute(
        select(CaseEvent.__table__).where(CaseEvent.claim_id == claims["paid"]).order_by(CaseEvent.sequence)
    ).all()
    link = "0" * 64
    for event in events:
        note = "another note" if event.sequence == 2 else event.note
        fields = resealing.event_fields(event)
        fields[6], fields[8] = note, link
        made = hashlib.sha256(json.dumps(fields, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
        connection.execute(
            text("UPDATE case_event SET note = :note, previous_hash = :link, hash = :made WHERE id = :id"),
            {"note": note, "link": link, "made": made, "id": event.id},
        )
        link = made
    return link


def reckoned_anew_with_its_head(connection, claims):
    last = reckoned_anew(connection, claims)
    head = heads.Head(claims["paid"], last=last)
    row = heads.written(b"a key of somebody else's, 32 byte", head)
    connection.execute(text("UPDATE record_head SET last = :last, mac = :mac WHERE scope = :scope"), row)


def whole_case(connection, claims):
    """Take a case away with all that is its own, its head too."""
    tables = (
        *(
            "posting",
            "entry",
            "case_event",
            "deadline",
            "payment",
            "outbox",
            "shipment",
            "document",
            "remittance",
            "party",
        ),
    )
    for table in (*tables, "claim_invoice", "accrual", "former_reference", "message", "case_file"):
        connection.execute(text(f"DELETE FROM {table} WHERE claim_id = :new"), {"new": claims["new"]})
    connection.execute(text("DELETE FROM record_head WHERE scope = :new"), {"new": claims["new"]})


LAST = "sequence = (SELECT max(sequence) FROM case_event WHERE claim_id = :paid)"
# What is done, whose case an audit must name (None: no case's), and what it must name of it.
HANDS = {
    "tail cut": (run(f"DELETE FROM case_event WHERE claim_id = :paid AND {LAST}"), "paid", "rows of case_event"),
    "whole chain cut": (run("DELETE FROM case_event WHERE claim_id = :paid"), "paid", "rows of case_event"),
    "whole case cut": (whole_case, None, "rows of case_file"),
    "chain reckoned anew": (reckoned_anew, "paid", "chain"),
    "chain and head reckoned anew": (reckoned_anew_with_its_head, "paid", "head"),
    "head taken away": (run("DELETE FROM record_head WHERE scope = :paid"), "paid", "head"),
    "note changed": (run("UPDATE case_event SET note = 'no' WHERE claim_id = :paid AND sequence = 2"), "paid", "chain"),
    "event put in": (
        run(
            "INSERT INTO case_event (claim_id, sequence, at, happened_on, kind, actor, note, data, previous_hash, "
            "hash) SELECT claim_id, sequence + 1, at, happened_on, 'waive', actor, note, data, hash, hash "
            f"FROM case_event WHERE claim_id = :paid AND {LAST}"
        ),
        "paid",
        "chain",
    ),
    "state": (run("UPDATE case_file SET state = 'amicable' WHERE claim_id = :paid"), "paid", "state"),
    "reason": (run("UPDATE case_file SET reason = 'settled' WHERE claim_id = :paid"), "paid", "reason"),
    "day of closure": (
        run("UPDATE case_file SET closed_on = '2026-01-01' WHERE claim_id = :paid"),
        "paid",
        "closed_on",
    ),
    "state to return to": (
        run("UPDATE case_file SET return_state = 'enforcement' WHERE claim_id = :planned"),
        "planned",
        "return_state",
    ),
    "consents": (run("UPDATE case_file SET consents = NULL WHERE claim_id = :paid"), "paid", "consents"),
    "payment changed": (
        run("UPDATE payment SET case_minor = 100 WHERE claim_id = :reminded"),
        "reminded",
        "case_minor",
    ),
    "payment removed": (run("DELETE FROM payment WHERE claim_id = :reminded"), "reminded", "rows of payment"),
    "payment held by another": (
        run("UPDATE payment SET held_by = 'member' WHERE claim_id = :reminded"),
        "reminded",
        "held_by",
    ),
    "what a deadline is about": (run("UPDATE deadline SET about = 'x' WHERE claim_id = :paid"), "paid", "about"),
    "who the debtor is": (
        run("UPDATE case_file SET debtor = replace(debtor, 'business', 'public') WHERE claim_id = :paid"),
        "paid",
        "debtor",
    ),
    "ledger line changed": (
        run("UPDATE entry SET amount_minor = amount_minor - 5 WHERE claim_id = :paid AND kind = 'payment'"),
        "paid",
        "amount_minor",
    ),
    "ledger line deleted": (
        run("DELETE FROM entry WHERE claim_id = :paid AND kind = 'refund_due'"),
        "paid",
        "rows of entry",
    ),
    "ledger line put in": (
        run(
            "INSERT INTO entry (claim_id, booked_on, kind, amount_minor, currency, basis, label, data, seal) SELECT "
            "claim_id, booked_on, kind, amount_minor, currency, basis, label, data, seal FROM entry "
            "WHERE claim_id = :planned AND kind = 'principal'"
        ),
        "planned",
        "rows of entry",
    ),
    "bank amount": (run("UPDATE bank_entry SET amount_minor = 1 WHERE claim_id = :paid"), "paid", "amount_minor"),
    "bank entry of another case": (
        run("UPDATE bank_entry SET claim_id = :planned WHERE bank_id = 'b2'"),
        None,
        "claim_id",
    ),
    "creditor's account": (
        run("UPDATE party SET iban = 'BE71096123456769' WHERE claim_id = :paid AND role = 'creditor'"),
        "paid",
        "iban",
    ),
    "member's account": (run("UPDATE member SET iban = 'BE71096123456769'"), None, "iban"),
    "somebody's role": (
        run(
            "INSERT INTO team_member (id, email, name, role, language, active) "
            "VALUES ('x', 'x', 'x', 'lead', 'en', true)"
        ),
        None,
        "row",
    ),
    "letter's content": (
        run("UPDATE outbox SET payload = '{}' WHERE claim_id = :paid AND kind = 'letter'"),
        "paid",
        "payload",
    ),
    "letter's sending": (run("UPDATE shipment SET status = 'bounced' WHERE claim_id = :paid"), "paid", "status"),
    "letter's paper": (
        run("UPDATE document SET sha256 = 'ab' WHERE claim_id = :paid AND kind = 'letter:reminder'"),
        "paid",
        "sha256",
    ),
    "paper deleted": (
        run("DELETE FROM document WHERE claim_id = :moved AND kind = 'evidence'"),
        "moved",
        "document",
    ),
    "deadline": (run("UPDATE deadline SET due_on = '2030-01-01' WHERE claim_id = :planned"), "planned", "due_on"),
    "audit emptied": (run("DELETE FROM audit_entry"), None, "rows of audit_entry"),
    "audit changed": (run("UPDATE audit_entry SET actor = 'nobody'"), None, "actor"),
    "remittance deleted": (run("DELETE FROM remittance WHERE claim_id = :paid"), "paid", "rows of remittance"),
    "remittance changed": (
        run("UPDATE remittance SET beneficiary = 'fund' WHERE claim_id = :paid"),
        "paid",
        "beneficiary",
    ),
    "advance": (
        run("UPDATE case_file SET advanced_minor = 0 WHERE claim_id = :reminded"),
        "reminded",
        "advanced_minor",
    ),
    "guards left away": (lambda connection, claims: None, None, "guard"),
}
