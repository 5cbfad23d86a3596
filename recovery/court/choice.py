"""The way to court: the routes of a case, ranked, and the one that is chosen."""

from __future__ import annotations

from datetime import date

from recovery.case.entries import settle
from recovery.case.order import Order
from recovery.case.record import CaseRecord, add_law_event, assess_case, limitations_of, substance_of
from recovery.case.transition import add_task, move
from recovery.case.values import Court
from recovery.court.pack import attach_pack, choice_after_opposition
from recovery.currency.rates import converted
from recovery.errors import CaseError
from recovery.law.routes import Route
from recovery.quote import routes_of


def routes_for(case: CaseRecord, on: date) -> list[Route]:
    """Return the routes of a case on a day, ranked."""
    claim = case.claim
    return routes_of(claim, assess_case(case, on), limitations_of(case, on), on, converted, substance_of(case))


def choose_route(case: CaseRecord, order: Order) -> None:
    """File by a route: the recommended one, or the one that is named."""
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
    principal = converted(assess_case(case, order.on).principal, "EUR", order.on)
    order_for_payment = route.code == "european_payment_order"
    after = choice_after_opposition(principal, order.data.get("after")) if order_for_payment else "national"
    attach_pack(case, route, order.on, after, order.data.get("language"))
    add_law_event(case, "payment_order_applied" if "order" in route.code else "lawsuit", order.on, by="creditor")
    settle(case, order.on)
    case.court = Court(
        route=route.code,
        court=route.facts.court,
        filed=order.on,
        basis=route.facts.basis,
        reacts_within=route.facts.debtor_reacts_within,
        after=after,
    )
    add_task(case, "court_reply", order.on)
