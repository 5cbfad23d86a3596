"""The court pack of a case: form A of the European order for payment as PDF and as draft XML."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from sqlmodel import Session

from recovery.cases.record import assess_case, claim_of, party, procedure_of
from recovery.cases.transition import add_task, record
from recovery.country import CountryAdapter
from recovery.errors import RecoveryError
from recovery.forms.build import order_form
from recovery.forms.instance import order_xml
from recovery.forms.order import Account, After, Choice, OrderForm, Parties, Party
from recovery.forms.printed import print_order
from recovery.law.applicable import ApplicableLaw
from recovery.law.routes import SMALL_CLAIMS_CEILING, Route
from recovery.money import Money
from recovery.store import documents
from recovery.store import tables as t

Convert = Callable[[Money, str, date], Money | None]
_PLACE = re.compile(r"(?P<code>[0-9][0-9A-Z ]*[0-9A-Z]) (?P<city>[^0-9]+)")


def choice_after_opposition(principal_in_eur: Money | None, told: str | None) -> After:
    """Return what happens after an opposition: as the member told, else small claims up to EUR 5,000, else the end.

    The default of eu.md 2.6 (Reg. 1896/2006 art. 17): the ordinary courts cost more than a member may want to risk.
    """
    if told in ("small_claims", "national", "discontinue"):
        return told  # type: ignore[return-value]
    small = principal_in_eur is not None and principal_in_eur <= SMALL_CLAIMS_CEILING
    return "small_claims" if small else "discontinue"


def attach_order_pack(
    session: Session, case: t.Case, route: Route, on: date, told: str | None, convert: Convert
) -> None:
    """Make form A and keep it with the case; what the form lacks becomes a task for the team and stops nothing."""
    try:
        form = _form(session, case, route, on, told, convert)
    except RecoveryError as error:
        record(session, case, "court_pack_incomplete", actor="system", on=on, note=error.message)
        add_task(session, case, "work", on, data={"why": error.message})
        return
    key, name = f"{case.claim_id}:court_pack:{case.version}", f"{case.reference}-form-A"
    for ending, media, content in (
        ("pdf", "application/pdf", print_order(form)),
        ("draft.xml", "application/xml", order_xml(form)),
    ):
        documents.attach(session, case.claim_id, f"{key}:{ending}", "court_pack", f"{name}.{ending}", media, content)
    after = form.choice.after if form.choice else None
    record(session, case, "court_pack", actor="system", on=on, data={"after_opposition": after, "form": "A"})


def _form(session: Session, case: t.Case, route: Route, on: date, told: str | None, convert: Convert) -> OrderForm:
    adapter, owed = procedure_of(case), assess_case(case, on)
    in_euro = owed.principal if owed.currency == "EUR" else convert(owed.principal, "EUR", on)
    laws = case.facts["laws"]
    return order_form(
        _parties(session, case, adapter, route),
        claim_of(case).at(on),
        owed,
        ApplicableLaw(laws["substance"], laws["procedure"], laws["why"], laws["basis"]),
        route,
        Choice(choice_after_opposition(in_euro, told), on),
        convert,
    )


def _parties(session: Session, case: t.Case, adapter: CountryAdapter, route: Route) -> Parties:
    """Return who files: the creditor of record, represented by the debtor's country's team under its mandate."""
    creditor, debtor = party(session, case, "creditor"), party(session, case, "debtor")
    service = adapter.service
    people = (
        _party("01", creditor, case.creditor_country),
        _service(adapter),
        _party("02", debtor, case.debtor_country),
    )
    return Parties(
        people=people,
        language=route.facts.languages[0],
        place=_city(list(service["address"])),
        account=Account(service["account_holder"], service["iban"], service.get("bic") or ""),
        mandated_on=case.filed_on,
        case_reference=case.reference or "",
    )


def _party(role: str, found: t.Party, country: str) -> Party:
    lines = list(found.lines.get("address", []))
    place = next((match for line in lines if (match := _PLACE.fullmatch(line))), None)
    street = next((line for line in lines if line != country and not _PLACE.fullmatch(line)), "")
    return Party(
        role,  # type: ignore[arg-type]
        found.name,
        street,
        place["code"] if place else "",
        place["city"] if place else "",
        country,
        identification=found.vat or "",
        email=found.email or "",
    )


def _service(adapter: CountryAdapter) -> Party:
    service = adapter.service
    place = next((match for line in service["address"] if (match := _PLACE.fullmatch(line))), None)
    return Party(
        "03",
        service["name"],
        service["address"][0],
        place["code"] if place else "",
        place["city"] if place else "",
        adapter.country,
        email=service["email"],
        phone=service["phone"],
    )


def _city(lines: list[str]) -> str:
    return next((match["city"] for line in lines if (match := _PLACE.fullmatch(line))), "")
