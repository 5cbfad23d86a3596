"""What is shown of cases: lists, one case whole, as plain data for pages and JSON."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlmodel import Session, col, select

from recovery.case.record import AnyCase, CaseRecord, assess_case, limitation_of, recovered_of
from recovery.case.store import load, of_debtor
from recovery.case.transition import open_deadlines
from recovery.case.values import Frozen
from recovery.court.titles import enforcement_of
from recovery.desk.actions import moves, possible
from recovery.ledger.fund import fund_of
from recovery.money import Money
from recovery.registry import adapter_of, countries
from recovery.store import documents
from recovery.store.tables import Case, CaseEvent, Document, TeamMember
from recovery.telling.messages import Written, messages_of

# What a debtor says on its page, as events of the case.
_NOT_SAID: dict[str, Any] = {"papers": 0, "days": [], "ground": None, "disputed": None}
# Events that the team alone reads.
INTERNAL = ("note", "joined")
DEBTOR_ANSWERS = ("debtor_paid", "dispute", "plan_proposed", "contact_wanted", "debtor_statement")


# How many other cases of a debtor are named.
MOST_OTHERS = 20


def row_of(case: AnyCase) -> dict[str, Any]:
    """Return a case as one row of a list."""
    return {
        "case": case.reference,
        "claim": case.claim_id,
        "state": case.state,
        "reason": case.reason,
        "creditor_country": case.creditor_country,
        "debtor_country": case.debtor_country,
        "currency": case.currency,
        "principal": str(Money(case.principal_minor, case.currency)),
        "principal_open": str(Money(case.principal_open_minor, case.currency)),
        "filed_on": _iso(case.filed_on),
        "closed_on": _iso(case.closed_on),
    }


def invoices_of(case: CaseRecord) -> list[dict[str, Any]]:
    """Return the debts of a case, one an invoice or instalment, with what was credited on each."""
    rows = []
    for one in case.invoices:
        noted = [credit for credit in case.credits if credit.invoice == one.number and credit.kind != "set_off"]
        rows.append(
            {
                "number": one.number,
                "amount": str(Money(one.amount_minor, one.currency)),
                "currency": one.currency,
                "issued": _iso(one.issued_on),
                "due": _iso(one.due_on),
                "credits": [
                    {"on": credit.on.isoformat(), "amount": credit.amount, "reason": credit.reason} for credit in noted
                ],
            }
        )
    return rows


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def list_cases(
    session: Session, state: str | None = None, country: str | None = None, limit: int = 100
) -> list[dict[str, Any]]:
    """Return cases, the newest first."""
    query = select(Case).order_by(col(Case.filed_on).desc(), col(Case.reference).desc()).limit(limit)
    if state:
        query = query.where(Case.state == state)
    if country:
        query = query.where(Case.debtor_country == country.upper())
    return [row_of(case) for case in session.exec(query)]


def today_of(case: AnyCase) -> date:
    """Return today where the debtor is."""
    if case.debtor_country in countries():
        return adapter_of(case.debtor_country).today(datetime.now(UTC))
    return datetime.now(UTC).date()


def others_of(session: Session, case: CaseRecord) -> list[dict[str, Any]]:
    """Return the other cases of the same debtor in the same country, the newest first, and which are worked with it."""
    rows = session.exec(of_debtor(case, select(Case)).order_by(col(Case.filed_on).desc()).limit(MOST_OTHERS)).all()
    query = select(CaseEvent).where(CaseEvent.kind == "joined", col(CaseEvent.claim_id).in_([r.claim_id for r in rows]))
    theirs = {one.claim_id for one in session.exec(query) if one.data["with"] == case.reference} if rows else set()
    ours = {one.data["with"] for one in case.events if one.kind == "joined"}
    return [
        {
            "name": row.reference or "",
            "state": row.state,
            "joined": row.reference in ours or row.claim_id in theirs,
        }
        for row in rows
    ]


def unanswered(case: CaseRecord) -> list[dict[str, Any]]:
    """Return what the debtor said that the team has not answered yet."""
    waits = [one.data.get("answer") for one in open_deadlines(case) if one.kind == "debtor_answer"]
    last = {one.kind: one for one in said_by_debtor(case)}
    return [_answer(last[kind]) for kind in dict.fromkeys(waits) if kind in last]


def said_by_debtor(case: CaseRecord) -> list[CaseEvent]:
    """Return what the debtor has answered on its page, in order."""
    return [one for one in case.events if one.actor == "debtor" and one.kind in DEBTOR_ANSWERS]


def _answer(event: CaseEvent) -> dict[str, Any]:
    on = event.happened_on.isoformat()
    return {**_NOT_SAID, "on": on, "kind": event.kind, "text": event.note, **event.data}


def show_case(session: Session, name: str, as_of: date | None = None) -> dict[str, Any]:
    """Return one case whole: facts, balance, ledger, deadlines, timeline, documents, actions."""
    case = load(session, name, lock=False)
    day = as_of or case.closed_on or today_of(case)
    creditor, debtor = case.party("creditor"), case.party("debtor")
    entries = case.entries
    return {
        **row_of(case),
        "version": case.version,
        "as_of": day.isoformat(),
        "creditor": {"name": creditor.name, "country": case.creditor_country},
        "debtor": {"name": debtor.name, "country": case.debtor_country},
        "laws": laws.as_dict() if (laws := case.laws) else None,
        "law_digest": case.law_digest,
        "invoices": invoices_of(case),
        "warnings": list(case.warnings),
        "payment_reference": case.payment_reference,
        "route": case.route,
        "consents": {one.about: one.given_on.isoformat() for one in case.consents},
        "handler": _handler(session, case),
        "former_references": [row.reference for row in case.former],
        "plan": _shown(case, case.plan),
        "settlement": _shown(case, case.settlement),
        "suspension": _shown(case, case.suspension),
        "court": _shown(case, case.court),
        "fund": fund_of(case).as_dict(),
        "recovered": str(Money(recovered_of(entries, case.currency), case.currency)),
        "balance": _balance(case, day),
        "limitation": _limitation(case, day),
        "enforcement": enforcement_of(case, day) if case.reference else None,
        "ledger": [_entry(entry) for entry in entries],
        "deadlines": [
            {
                "id": d.id,
                "kind": d.name,
                "due": d.due_on.isoformat(),
                "actor": d.actor,
                "basis": d.basis,
                "status": d.status,
                "question": d.data.get("question"),
                "otherwise": d.data.get("otherwise"),
            }
            for d in open_deadlines(case)
        ],
        "timeline": [
            {
                "sequence": e.sequence,
                "on": e.happened_on.isoformat(),
                "event": e.kind,
                "actor": e.actor,
                "note": e.note,
                "data": e.data,
            }
            for e in case.events
        ],
        "debtor_said": [_answer(one) for one in said_by_debtor(case)],
        "documents": [
            _document(document)
            for document in session.exec(
                select(Document).where(Document.claim_id == case.claim_id).order_by(col(Document.id))
            )
            if document.kind != "news"
        ],
        "letters": [
            {
                "letter": one.key,
                "channel": one.channel,
                "status": one.status,
                "tracking_number": one.tracking_number,
                "history": one.history,
            }
            for one in case.shipments
        ],
        "messages": [_message(one) for one in messages_of(case)],
        "actions": moves(case, day),
        "possible": possible(case, day, "lead"),
    }


def _shown(case: CaseRecord, value: Frozen | None) -> dict[str, Any] | None:
    return value.shown(case.currency) if value else None


def _handler(session: Session, case: CaseRecord) -> dict[str, str] | None:
    person = session.get(TeamMember, case.handler_id) if case.handler_id else None
    return {"name": person.name, "email": person.email} if person else None


def _message(one: Written) -> dict[str, Any]:
    return {
        "sequence": one.message.sequence,
        "on": one.message.written_on.isoformat(),
        "side": one.message.sender_role,
        "from": one.message.sender,
        "text": one.message.text,
        "read": one.message.read_at is not None,
        "attachments": [paper.name for paper in one.attachments],
    }


def _document(document: Document) -> dict[str, Any]:
    return {
        "kind": document.kind,
        "name": document.name,
        "media_type": document.media_type,
        "size": document.size,
        "sha256": document.sha256,
        "path": str(documents.path_of(document.sha256)),
        "key": document.key,
    }


def _entry(entry: Any) -> dict[str, Any]:
    return {
        "on": entry.booked_on.isoformat(),
        "kind": entry.kind,
        "label": entry.label,
        "amount": str(Money(entry.amount_minor, entry.currency)),
        "currency": entry.currency,
        "basis": entry.basis,
    }


def _balance(case: CaseRecord, day: date) -> dict[str, Any] | None:
    if case.reference is None or case.state == "closed":
        return {"total": Money.zero(case.currency).as_dict(), "provisional": False} if case.state == "closed" else None
    owed = assess_case(case, day)
    return {
        "principal": owed.principal.as_dict(),
        "interest": owed.interest.as_dict(),
        "costs": owed.costs_open.as_dict(),
        "total": owed.total.as_dict(),
        "beside": [cost.as_dict() for cost in owed.foreign_costs],
        "provisional": owed.provisional,
        "warnings": owed.warnings,
    }


def _limitation(case: CaseRecord, day: date) -> dict[str, object] | None:
    if case.reference is None:
        return None
    limit = limitation_of(case, day)
    return limit.as_dict() if limit else None
