"""A debtor who moved to another country: the mandate stays, the procedure changes, the history is kept."""

from __future__ import annotations

from recovery.case.entries import settle
from recovery.case.order import Order, move_by
from recovery.case.record import CaseRecord
from recovery.case.references import next_reference, payment_reference
from recovery.case.transition import add_task, move_deadlines
from recovery.errors import CaseError
from recovery.postal import read_lines
from recovery.procedure.watch import watch
from recovery.registry import countries
from recovery.store.tables import FormerReference


def reroute(case: CaseRecord, order: Order) -> None:
    """Send the case to the team of the country where the debtor lives now.

    `data` holds country, address (lines parted by ";") and may hold region. The law of the contract stays as it was
    (Reg. 593/2008 art. 4 and 6 look at the time of the contract); steps, notices and courts are those of the new
    country, from their beginning. A court that is seised already keeps the case (Reg. 1215/2012 art. 4, 24-26 ask for
    the domicile when the court is seised): withdraw or finish there first.
    """
    country = str(order.data.get("country") or "").upper()
    lines = [line.strip() for line in str(order.data.get("address") or "").split(";") if line.strip()]
    if country not in countries():
        served = ", ".join(countries())
        raise CaseError(
            f"reroute: country {country!r} is not served; served are {served}. Close the case as transferred instead",
            code="country_not_served",
            field="country",
        )
    if country == case.debtor_country:
        raise CaseError(f"reroute: the debtor is in {country} already", code="bad_choice", field="country")
    if not lines:
        raise CaseError(
            'reroute: give the new address with --address "street; postal code and place"',
            code="missing",
            field="address",
        )
    before = {"country": case.debtor_country, "reference": case.reference, "steps": case.steps_done}
    move_by(case, "reroute", order, before=before, country=country)
    _new_address(case, lines, country)
    _new_country(case, order, country)
    add_task(case, "accept", order.on)


def _new_address(case: CaseRecord, lines: list[str], country: str) -> None:
    debtor = case.party("debtor")
    debtor.lives_at(read_lines(lines, country))
    debtor.language = None


def _new_country(case: CaseRecord, order: Order, country: str) -> None:
    """Give the case its new procedure and references; the old ones still find it."""
    case.add(
        FormerReference(
            reference=case.reference or "",
            claim_id=case.claim_id,
            payment_reference=case.payment_reference,
            sequence=len(case.former) + 1,
            country=case.debtor_country,
            until=order.on,
        )
    )
    case.debtor = case.debtor.model_copy(
        update={"region": order.data.get("region"), "home": case.debtor.home or case.debtor_country}
    )
    # The law of the contract was decided for the time of the contract: it moves with nobody.
    case.law_override = case.substance or case.law_override
    case.steps = tuple(one.model_copy(update={"former": True}) for one in case.steps)
    case.offer = None
    case.debtor_country = country
    case.handler_id = None
    case.reference = next_reference(case, order.on)
    case.payment_reference = payment_reference(case.reference)
    move_deadlines(case)
    settle(case, order.on)
    watch(case, order.on)
