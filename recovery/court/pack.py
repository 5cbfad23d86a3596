"""The court pack of a case: what is handed to a court, a lawyer, a bailiff or an insolvency administrator."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from recovery.case.record import CaseRecord, assess_case, procedure_of
from recovery.case.transition import add_task, record
from recovery.country import CountryAdapter
from recovery.currency.rates import converted
from recovery.errors import RecoveryError
from recovery.forms.build import order_form
from recovery.forms.court_file import CourtFile, Defence
from recovery.forms.instance import order_xml
from recovery.forms.lodging import Insolvency, lodging_form
from recovery.forms.order import Account, After, Choice, EvidenceRow, Parties, Party, Role
from recovery.forms.printed import print_order
from recovery.forms.reasons import reasons
from recovery.forms.rules import in_latin
from recovery.forms.sheet import print_sheet, sheet
from recovery.forms.sheet_spec import sheets_of
from recovery.forms.small_claim import Wishes, print_small_claim, small_claim_form
from recovery.forms.where import Instructions, court_in, send_section, where_to_send
from recovery.law.routes import SMALL_CLAIMS_CEILING, Route, forum
from recovery.money import Money
from recovery.postal import PostalAddress, read_lines
from recovery.registry import countries
from recovery.store import tables as t

_PDF, _XML = "application/pdf", "application/xml"


@dataclass(frozen=True, slots=True)
class Pack:
    """What a route's pack holds: a name, its files (ending, media type, content), and what the event tells."""

    name: str
    files: tuple[tuple[str, str, bytes], ...]
    told: dict[str, Any]


def choice_after_opposition(principal_in_eur: Money | None, told: str | None) -> After:
    """Return what happens after an opposition: as the member told, else small claims up to EUR 5,000, else the end.

    The default of eu.md 2.6 (Reg. 1896/2006 art. 17): the ordinary courts cost more than a member may want to risk.
    """
    if told in ("small_claims", "national", "discontinue"):
        return told  # type: ignore[return-value]
    small = principal_in_eur is not None and principal_in_eur <= SMALL_CLAIMS_CEILING
    return "small_claims" if small else "discontinue"


def attach_pack(case: CaseRecord, route: Route, on: date, told: str | None, language: str | None = None) -> None:
    """Make the pack of a route and keep it with the case; what it lacks becomes a task and stops nothing.

    `told` is the member's choice for the case of an opposition (European order), `language` one of the court's.
    """
    try:
        made = _MAKERS.get(route.code, _national)(_file(case, route, on, language), told)
    except RecoveryError as error:
        _incomplete(case, on, error.message)
        return
    key = f"{case.claim_id}:court_pack:{case.version}"
    for ending, media, content in made.files:
        name = f"{case.reference}-{made.name}.{ending}"
        case.outside.attach(case, f"{key}:{ending}", "court_pack", name, media, content)
    record(case, "court_pack", actor="system", on=on, data=made.told)


def instructions(case: CaseRecord, route: Route, on: date, language: str | None = None) -> Instructions:
    """Return where and how the pack of a route is sent, as the pack's last page says it.

    Raises:
        LawError: the court's country does not describe it.
    """
    file = _file(case, route, on, language)
    return where_to_send(sheets_of(file.country), file)


def attach_lodging(case: CaseRecord, insolvency: Insolvency, on: date) -> None:
    """Make the statement of the claim in the debtor's insolvency and keep it (Reg. 2015/848 art. 55).

    What it lacks becomes a task and stops nothing; interest is reckoned to the day of the opening.
    """
    try:
        adapter, claim = procedure_of(case), case.claim
        language = adapter.languages_of_court(claim.debtor.region)[0]
        parties = _parties(case, adapter, language, case.party("creditor").iban)
        copies = replace(parties, evidence=_evidence(_documents(case)))
        until = min(on, insolvency.opened_on)
        content = lodging_form(copies, claim.at(until), assess_case(case, until), insolvency, law=case.substance or "")
    except RecoveryError as error:
        _incomplete(case, on, error.message)
        return
    key, name = f"{case.claim_id}:insolvency_claim:{case.version}", f"{case.reference}-lodgement.pdf"
    case.outside.attach(case, key, "insolvency_claim", name, _PDF, content)
    record(case, "insolvency_claim", actor="system", on=on, data={"until": until.isoformat()})


def _incomplete(case: CaseRecord, on: date, why: str) -> None:
    record(case, "court_pack_incomplete", actor="system", on=on, note=why)
    add_task(case, "work", on, data={"why": why})


def _order(file: CourtFile, told: str | None) -> Pack:
    """Return form A of the European order for payment, as print and as draft XML."""
    in_euro = converted(file.owed.principal, "EUR", file.owed.as_of)
    choice = Choice(choice_after_opposition(in_euro, told), file.owed.as_of)
    form = order_form(_sued(file), file.claim, file.owed, file.laws, file.route, choice, converted)
    files = (("pdf", _PDF, print_order(form, _end(file))), ("draft.xml", _XML, order_xml(form)))
    return Pack("form-A", files, {"after_opposition": choice.after, "form": "A"})


def _small_claim(file: CourtFile, told: str | None) -> Pack:
    """Return form A of the European small claims procedure, with the case's documents as evidence."""
    who = replace(_sued(file), evidence=_evidence(file.documents))
    form = small_claim_form(
        who, file.claim, file.owed, file.laws, file.route, reasons(file), Wishes(hearing=False), converted
    )
    return Pack("small-claim-A", (("pdf", _PDF, print_small_claim(form, _end(file))),), {"form": "small claims A"})


def _national(file: CourtFile, told: str | None) -> Pack:
    """Return the data sheet of a national route."""
    filled = sheet(file)
    return Pack(file.route.code, (("pdf", _PDF, print_sheet(filled)),), {"form": filled.act})


_MAKERS: dict[str, Callable[[CourtFile, str | None], Pack]] = {
    "european_payment_order": _order,
    "european_small_claims": _small_claim,
}


def _end(file: CourtFile) -> dict[str, Any]:
    sheets = sheets_of(file.country)
    attach = sheets.routes[file.route.code].send.attach
    return send_section(where_to_send(sheets, file), file.language, attach)


def _sued(file: CourtFile) -> Parties:
    """Return the parties with the court under its name in its own language."""
    return replace(file.parties, court=court_in(sheets_of(file.country), file))


def _evidence(names: Sequence[str]) -> tuple[EvidenceRow, ...]:
    return tuple(EvidenceRow(1, "01", name, None) for name in names)


def _file(case: CaseRecord, route: Route, on: date, language: str | None) -> CourtFile:
    adapter, claim, laws = procedure_of(case), case.claim.at(on), case.laws
    assert laws is not None, "a case that goes to court was routed"
    spoken = language or route.facts.languages[0]
    return CourtFile(
        country=forum(claim, countries()).country,
        language=spoken,
        parties=_parties(case, adapter, spoken),
        claim=claim,
        owed=assess_case(case, on),
        laws=laws,
        route=route,
        documents=_documents(case),
        defence=_defence(case),
    )


def _documents(case: CaseRecord) -> tuple[str, ...]:
    """Return the names of the invoices and the evidence kept with the case, as a form can show them."""
    kept = (paper for paper in case.papers if paper.kind in ("invoice", "evidence"))
    return tuple(dict.fromkeys(in_latin(paper.name) for paper in kept))


def _defence(case: CaseRecord) -> Defence | None:
    """Return the debtor's last objection that the case knows."""
    found = [event for event in case.events if event.kind == "dispute"]
    return Defence(str(found[-1].data.get("ground") or "other"), found[-1].happened_on) if found else None


def _parties(case: CaseRecord, adapter: CountryAdapter, language: str, iban: str | None = None) -> Parties:
    """Return who files: the creditor of record, represented by the debtor's country's team under its mandate.

    The debtor pays to the team's account; with `iban`, to the creditor's own.
    """
    service = adapter.service
    team = _person("03", service["name"], read_lines(service["address"], adapter.country))
    creditor = case.party("creditor")
    account = Account(service["account_holder"], service["iban"], service.get("bic") or "")
    people = (
        _party("01", creditor, case.creditor_country),
        replace(team, email=service["email"], phone=service["phone"]),
        _party("02", case.party("debtor"), case.debtor_country),
    )
    return Parties(
        people=people,
        language=language,
        place=team.city,
        account=Account(creditor.name, iban) if iban else account,
        mandated_on=case.filed_on,
        case_reference=case.reference or "",
    )


def _party(role: Role, found: t.Party, country: str) -> Party:
    person = _person(role, found.name, replace(found.address, country=country))
    return replace(person, identification=found.vat or "", email=found.email or "")


def _person(role: Role, name: str, at: PostalAddress) -> Party:
    street = ", ".join(line for line in (at.more, at.street) if line)
    return Party(role, name, street, at.postal_code, at.town, at.country)
