"""Form A as a draft XML instance of the structure EOPFormA of the e-CODEX pilot; its schema was not at hand."""

from __future__ import annotations

from datetime import date
from typing import Any

from lxml import etree

from recovery.forms.labels import labels
from recovery.forms.order import Account, FeePayment, InterestRow, OrderForm, Party, PrincipalRow
from recovery.money import Money

NAMESPACES = {
    "bd": "http://data.justid.nl/epo/document/EOPFormA-1",
    "ec": "http://data.justid.nl/ec/dictionary-0",
    "epo": "http://data.justid.nl/epo/dictionary-0",
    "jus": "http://data.justid.nl/jus/dictionary-0",
    "sbdh": "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader",
}
DRAFT = " Draft: follows the sample instance EOPFormA of the e-CODEX pilot. Not validated against a schema. "
_LANGUAGES = {"nl": "nld", "fr": "fra", "de": "deu", "it": "ita", "es": "spa", "sv": "swe"}


def order_xml(form: OrderForm) -> bytes:
    """Return form A as a draft EOPFormA instance (eu.md 2.8), the same bytes each time."""
    root: Any = etree.Element(_name("bd:EOPFormA"), nsmap=NAMESPACES)
    root.append(etree.Comment(DRAFT))
    _header(root, form)
    _case(root, form)
    for text in form.statements:
        _statement(root, form, "11", text)
    _statement(root, form, "closing", labels(form.language)["text.closing"], signed=True)
    after = form.choice.after if form.choice else "none"
    _statement(root, form, "appendix2", labels(form.language)[f"code.after_{after}"], signed=True)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _name(tag: str) -> str:
    prefix, local = tag.split(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def _add(parent: Any, path: str, text: str | None = None, **attributes: str) -> Any:
    """Add an element, or a chain of them, and return the last."""
    for tag in path.split("/"):
        parent = etree.SubElement(parent, _name(tag))
    if text is not None:
        parent.text = text
    for key, value in attributes.items():
        parent.set(key, value)
    return parent


def _given(parent: Any, path: str, text: str) -> None:
    if text:
        _add(parent, path, text)


def _header(root: Any, form: OrderForm) -> None:
    header = _add(root, "sbdh:StandardBusinessDocumentHeader")
    _add(header, "sbdh:HeaderVersion", "1.0")
    about = _add(header, "sbdh:DocumentIdentification")
    _add(about, "sbdh:Standard", "EOPFormA")
    _add(about, "sbdh:TypeVersion", "1")
    _add(about, "sbdh:InstanceIdentifier", form.reference)
    _add(about, "sbdh:Type", "EOPFormA")
    _add(about, "sbdh:MultipleType", "false")
    _add(about, "sbdh:CreationDateAndTime", f"{form.dated.isoformat()}T00:00:00")


def _case(root: Any, form: OrderForm) -> None:
    case = _add(root, "bd:Case")
    filing = _add(case, "jus:Filing")
    if form.fee:
        _fee(filing, form.fee)
    _code(filing, "jus:LanguageCode", _LANGUAGES[form.language], "EU")
    court = _add(case, "jus:CourtAuthority")
    _add(court, "jus:Name", form.court.name)
    _address(court, form.court.address, form.court.postal_code, form.court.city, form.court.country)
    grounds = _add(case, "jus:Jurisdiction")
    for code in form.jurisdiction:
        _code(grounds, "jus:GroundCode", code)
    for row in form.claims:
        _claim(case, form, row)
    if form.account:
        _account(_add(case, "jus:Decision/jus:Payment"), form.account)
    for party in form.parties:
        _party(case, party)
    _given(case, "jus:IdentificationCaseIdentification/jus:NumberID", form.reference)


def _code(parent: Any, path: str, value: str, agency: str = "eCODEX") -> None:
    _add(parent, path, value, listAgencyID=agency)


def _fee(filing: Any, fee: FeePayment) -> None:
    payment = _add(filing, "jus:Payment")
    if fee.holder:
        _account(payment, Account(fee.holder, fee.iban, fee.bic))
    _code(payment, "jus:WayOfPaymentCode", fee.code)
    _given(payment, "jus:OtherWayOfPayment", fee.specification)


def _account(payment: Any, account: Account) -> None:
    found = _add(payment, "jus:Account")
    for kind, number in (("IBAN", account.iban.replace(" ", "")), ("BIC", account.bic)):
        if number:
            one = _add(found, "jus:IdentificationFinancialIdentification")
            _add(one, "jus:NumberID", number)
            _code(one, "jus:KindCode", kind)
    _add(found, "jus:AccountHolder", account.holder)


def _address(parent: Any, street: str, postal_code: str, city: str, country: str) -> None:
    address = _add(parent, "jus:Address")
    _given(address, "jus:PostalCode", postal_code)
    if street:
        line = _add(address, "jus:AddressLine")
        _add(line, "jus:Description", street)
        _add(line, "jus:LineNumberNumeric", "1")
    _given(address, "jus:City/jus:NameName", city)
    _code(address, "jus:Country/jus:CountryCode", country, "ISO")


def _claim(case: Any, form: OrderForm, row: PrincipalRow) -> None:
    """Write a row of field 6 with the interest, evidence and consumer answers that belong to it."""
    claim = _add(case, "jus:Claim")
    _add(claim, "jus:NumberNumeric", str(row.claim_id))
    _code(claim, "jus:TypeCode", "principal")
    claimed = _add(claim, "jus:SumClaimedSum")
    _money(claimed, row.amount)
    for interest in form.interest:
        if interest.claim_id == row.claim_id:
            _interest(claimed, interest)
    for evidence in form.evidence:
        if evidence.claim_id == row.claim_id:
            shown = _add(claim, "jus:Evidence")
            _add(shown, "jus:Description", evidence.description)
            _code(shown, "jus:TypeOfEvidenceCode", evidence.code)
            _given(shown, "jus:Date", _iso(evidence.on))
    agreement = _add(claim, "jus:WithRespectToAgreement")
    _code(agreement, "jus:KindCode", row.cause)
    _add(agreement, "jus:ValidityPeriod/jus:StartDate", _iso(row.on))
    _add(claim, "jus:DescriptionOfClaim", row.explanation)
    reason = _add(claim, "jus:Reason")
    _code(reason, "jus:DescriptionCode", row.circumstance)
    if row.detail:
        _code(reason, "jus:SpecificsCode", row.detail)
    _consumer(claim, form)
    if row.claim_id == len(form.claims):
        _extras(case, form)


def _consumer(claim: Any, form: OrderForm) -> None:
    answers = _add(claim, "jus:AdditionalSpecifications")
    block = form.consumer
    for tag, answer in (
        ("epo:ConsumerContractIndicator", block.contract),
        ("epo:DefendantIsConsumerIndicator", block.defendant_is_consumer),
        ("epo:DefendantDomiciledArt59Indicator", block.lives_where_court_is),
    ):
        if answer is not None:
            _add(answers, tag, str(answer).lower())


def _extras(case: Any, form: OrderForm) -> None:
    """Write the penalty and the costs (fields 8 and 9) as claims of their own kind."""
    rows = [("penalty", form.penalty.amount, "", form.penalty.specification)] if form.penalty else []
    rows += [("cost", row.amount, row.code, row.specification) for row in form.costs]  # type: ignore[misc]
    for kind, amount, code, text in rows:
        claim = _add(case, "jus:Claim")
        _code(claim, "jus:TypeCode", kind)
        claimed = _add(claim, "jus:SumClaimedSum")
        if amount is not None:
            _money(claimed, amount)
        if code:
            _code(claimed, "jus:SpecificationCode", code)
        _add(claimed, "jus:Description", text)


def _money(parent: Any, amount: Money) -> None:
    _add(parent, "jus:Amount", str(amount))
    _code(parent, "jus:CurrencyCode", amount.currency, "ISO")


def _interest(claimed: Any, row: InterestRow) -> None:
    interest = _add(claimed, "jus:Interest")
    if row.rate is not None:
        _add(interest, "jus:RatePercent", str(row.rate))
    if row.points is not None:
        _add(interest, "jus:OverBaseECBRatePercent", str(row.points))
    _code(interest, "jus:TypeOfInterestCode", row.code[:2])
    period = _add(interest, "jus:PeriodOfInterestPeriod")
    _add(period, "jus:StartDate", _iso(row.from_day))
    _given(period, "jus:Description", f"to {_iso(row.to_day)}" if row.to_day else "")
    _code(interest, "jus:PerPeriodCode", row.code[2:])
    _money(_add(interest, "jus:OnPartSum"), row.on)


def _party(case: Any, party: Party) -> None:
    involved = _add(case, "jus:InvolvedParty")
    if party.first_name:
        person = _add(involved, "jus:Person")
        _add(person, "ec:FamilyNameName", party.name)
        _add(person, "ec:GivenNameName", party.first_name)
        _given(person, "ec:Occupation", party.occupation)
    else:
        _add(involved, "jus:LegalPerson/jus:Name", party.name)
    for channel, number in (("TE", party.phone), ("EM", party.email)):
        if number:
            way = _add(involved, "jus:Communication")
            _code(way, "jus:ChannelCode", channel)
            _add(way, "jus:CompleteNumber" if channel == "TE" else "jus:URIID", number)
    _code(involved, "jus:Involvement/jus:RoleCode", party.role)
    _given(involved, "jus:Identification/jus:NumberID", party.identification)
    _address(involved, party.address, party.postal_code, party.city, party.country)
    _given(involved, "jus:OtherDetails", party.other)


def _statement(root: Any, form: OrderForm, kind: str, text: str, signed: bool = False) -> None:
    statement = _add(root, "bd:Statement")
    _code(statement, "jus:TypeCode", kind, "EU")
    _add(statement, "jus:Specification", text)
    if signed:
        signature = _add(statement, "jus:Signature")
        _add(signature, "jus:DateOfSigningDate", _iso(form.dated))
        _add(signature, "jus:PlaceOfSigning", form.place)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
