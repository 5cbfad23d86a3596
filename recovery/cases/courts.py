"""The judicial phase: a route is chosen, and the court's events drive the deadlines."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlmodel import Session

from recovery.cases.court_pack import attach_order_pack
from recovery.cases.ledger import settle
from recovery.cases.record import (
    add_law_event,
    assess_case,
    change_facts,
    claim_of,
    limitation_of,
    procedure_of,
)
from recovery.cases.transition import add_deadline, add_task, cancel_deadlines, move, record
from recovery.currency.rates import converted
from recovery.errors import CaseError
from recovery.law.periods import Period
from recovery.law.routes import Route
from recovery.quote import routes_of
from recovery.store.tables import Case

if TYPE_CHECKING:
    from recovery.cases.actions import Order

# Days that an opposition sent on the last day may travel before the court declares the order
# enforceable (Reg. 1896/2006 art. 18: "an appropriate period").
TRANSIT_DAYS = 10


def routes_for(case: Case, on: date) -> list[Route]:
    """Return the routes of a case on a day, ranked."""
    claim = claim_of(case)
    limit = limitation_of(case, on)
    owed = assess_case(case, on)
    first_due = min(invoice.due or invoice.received_on for invoice in claim.invoices)
    return routes_of(claim, owed, on, first_due, bool(limit and limit.barred), converted)


def choose_route(session: Session, case: Case, order: Order) -> None:
    """File by a route: the recommended one, or the one named in `data["route"]`."""
    ranked = routes_for(case, order.on)
    code = order.data.get("route") or next((route.code for route in ranked if route.recommended), None)
    route = next((route for route in ranked if route.code == code), None)
    if route is None:
        raise CaseError(
            f"route {code!r}: one of {', '.join(route.code for route in ranked)}",
            code="bad_choice",
            field="route",
        )
    if not route.available:
        raise CaseError(f"route {code}: {route.why}", code="not_allowed", field="route")
    case.route = route.code
    fee = route.facts.fee.amount
    move(
        session,
        case,
        "go_to_court",
        actor=order.actor,
        on=order.on,
        note=order.note,
        data={
            "route": route.code,
            "court": route.facts.court,
            "fee": str(fee) if fee else None,
            "basis": route.facts.basis,
        },
    )
    if route.code == "european_payment_order":
        attach_order_pack(session, case, route, order.on, order.data.get("after"))
    add_law_event(case, "payment_order_applied" if "order" in route.code else "lawsuit", order.on, by="creditor")
    settle(session, case, order.on)
    change_facts(
        case,
        court={
            "route": route.code,
            "court": route.facts.court,
            "filed": order.on.isoformat(),
            "reacts_within": route.facts.debtor_reacts_within,
        },
    )
    add_task(session, case, "court_reply", order.on)


def _judicial(case: Case, order: Order) -> dict[str, Any]:
    if "court" not in case.facts:
        raise CaseError(
            f"{order.action}: no route was chosen; use choose_route first", code="not_allowed", field="action"
        )
    return dict(case.facts["court"])


def record_order(session: Session, case: Case, order: Order) -> None:
    """Record that the court issued the order (European order: form E)."""
    court = _judicial(case, order)
    move(session, case, "record_order", actor=order.actor, on=order.on, note=order.note)
    change_facts(case, court={**court, "issued": order.on.isoformat()})
    cancel_deadlines(session, case, "court_reply")
    add_task(session, case, "court_reply", order.on, data={"waits_for": "service"})


def record_service(session: Session, case: Case, order: Order) -> None:
    """Record the service on the debtor: the time to react runs from here."""
    court = _judicial(case, order)
    move(session, case, "record_service", actor=order.actor, on=order.on, note=order.note)
    add_law_event(case, "served", order.on, by="court")
    limit = procedure_of(case).time_limit(
        "eu" if court["route"].startswith("european") else "procedural",
        order.on,
        Period.parse(court["reacts_within"] or "30d"),
        "opposition",
    )
    change_facts(case, court={**court, "served": order.on.isoformat(), "opposition_until": limit.last_day.isoformat()})
    cancel_deadlines(session, case, "court_reply")
    add_deadline(
        session,
        case,
        "opposition_end",
        limit.last_day + timedelta(days=TRANSIT_DAYS),
        "team",
        f"{limit.basis}; Reg. 1896/2006 art. 18",
        {"opposition_until": limit.last_day.isoformat()},
    )


def record_opposition(session: Session, case: Case, order: Order) -> None:
    """Record the debtor's opposition: the case is disputed (European order: form F)."""
    _judicial(case, order)
    move(session, case, "record_opposition", actor=order.actor, on=order.on, note=order.note)
    add_law_event(case, "opposition", order.on, by="debtor")
    change_facts(case, claim={**case.facts["claim"], "disputed": True})
    add_task(session, case, "dispute_answer", order.on)


def record_title(session: Session, case: Case, order: Order) -> None:
    """Record the enforceable title (European order: form G, not before the time to oppose has run out)."""
    court = _judicial(case, order)
    until = court.get("opposition_until")
    if until and order.on <= date.fromisoformat(until) and case.state == "judicial":
        raise CaseError(f"record_title: the debtor may oppose until {until}", code="not_allowed", field="on")
    move(session, case, "record_title", actor=order.actor, on=order.on, note=order.note)
    add_law_event(case, "judgment", order.on, by="court")
    change_facts(
        case,
        court={**court, "enforceable": order.on.isoformat()},
        claim={**case.facts["claim"], "disputed": False},
    )
    record(session, case, "enforceable", actor=order.actor, on=order.on)
    add_task(session, case, "enforcement_review", order.on)
