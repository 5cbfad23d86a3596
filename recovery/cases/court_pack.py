"""The court pack of a case: form A of the European order for payment as PDF and as draft XML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlmodel import Session

from recovery.cases.record import assess_case, claim_of, party, procedure_of
from recovery.cases.transition import add_task, record
from recovery.country import CountryAdapter
from recovery.currency.rates import converted
from recovery.errors import RecoveryError
from recovery.forms.build import order_form
from recovery.forms.instance import order_xml
from recovery.forms.order import Account, After, Choice, OrderForm, Parties, Party, Role
from recovery.forms.printed import print_order
from recovery.law.applicable import ApplicableLaw
from recovery.law.routes import SMALL_CLAIMS_CEILING, Route
from recovery.money import Money
from recovery.store import documents
from recovery.store import tables as t

_PLACE = re.compile(r"(?P<code>[0-9][0-9A-Z ]*[0-9A-Z]) (?P<city>[^0-9]+)")


def choice_after_opposition(principal_in_eur: Money | None, told: str | None) -> After:
    """Return what happens after an opposition: as the member told, else small claims up to EUR 5,000, else the end.

    The default of eu.md 2.6 (Reg. 1896/2006 art. 17): the ordinary courts cost more than a member may want to risk.
    """
    if told in ("small_claims", "national", "discontinue"):
        return told  # type: ignore[return-value]
    small = principal_in_eur is not None and principal_in_eur <= SMALL_CLAIMS_CEILING
    return "small_claims" if small else "discontinue"


def attach_order_pack(session: Session, case: t.Case, route: Route, on: date, told: str | None) -> None:
    """Make form A and keep it with the case; what the form lacks becomes a task for the team and stops nothing."""
    try:
        form = _form(session, case, route, on, told)
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


def _form(session: Session, case: t.Case, route: Route, on: date, told: str | None) -> OrderForm:
    adapter, owed = procedure_of(case), assess_case(case, on)
    in_euro = converted(owed.principal, "EUR", on)
    laws = case.facts["laws"]
    return order_form(
        _parties(session, case, adapter, route),
        claim_of(case).at(on),
        owed,
        ApplicableLaw(laws["substance"], laws["procedure"], laws["why"], laws["basis"]),
        route,
        Choice(choice_after_opposition(in_euro, told), on),
        converted,
    )


def _parties(session: Session, case: t.Case, adapter: CountryAdapter, route: Route) -> Parties:
    """Return who files: the creditor of record, represented by the debtor's country's team under its mandate."""
    service = adapter.service
    team = _person("03", service["name"], service["address"], adapter.country)
    people = (
        _party("01", party(session, case, "creditor"), case.creditor_country),
        replace(team, email=service["email"], phone=service["phone"]),
        _party("02", party(session, case, "debtor"), case.debtor_country),
    )
    return Parties(
        people=people,
        language=route.facts.languages[0],
        place=team.city,
        account=Account(service["account_holder"], service["iban"], service.get("bic") or ""),
        mandated_on=case.filed_on,
        case_reference=case.reference or "",
    )


def _party(role: Role, found: t.Party, country: str) -> Party:
    person = _person(role, found.name, found.lines.get("address", []), country)
    return replace(person, identification=found.vat or "", email=found.email or "")


def _person(role: Role, name: str, lines: Sequence[str], country: str) -> Party:
    """Return a party whose street and place are read from the lines of its address."""
    place = next((match for line in lines if (match := _PLACE.fullmatch(line))), None)
    street = next((line for line in lines if line != country and not _PLACE.fullmatch(line)), "")
    return Party(role, name, street, place["code"] if place else "", place["city"] if place else "", country)
