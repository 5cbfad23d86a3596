"""An invoice between two services as Peppol BIS Billing 3.0 (UBL 2.1): reverse charge, cleared between the two.

Elements stand in the order of the UBL 2.1 schemas (OASIS); what is there and what it holds follows EN 16931 and the
rules of Peppol BIS Billing 3.0: R001 to R003 (customisation, process, buyer's reference), R010 and R020 (endpoints),
BR-AE-01 to BR-AE-10 (reverse charge: both VAT numbers, rate nought, the reason of the exemption).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lxml import etree

from recovery.money import Money, total
from recovery.postal import PostalAddress

CUSTOMISATION = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
PROCESS = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
_CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
_CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
# UNTDID 1001: commercial invoice, credit note. UNTDID 5305: VAT reverse charge.
TYPES = {"Invoice": "380", "CreditNote": "381"}
# UNTDID 4461: clearing between partners; the money was kept from what was recovered.
CLEARED = "97"
REVERSE_CHARGE = "AE"
# Directive 2006/112/EC: the customer owes the VAT on a service from another member state.
REASON = "Reverse charge: VAT is owed by the customer (Directive 2006/112/EC, Articles 44 and 196)"
# EAS codes under which a VAT number is an electronic address.
VAT_SCHEMES = {"AT": "9914", "BE": "9925", "DE": "9930", "ES": "9920", "FR": "9957", "IT": "0211", "NL": "9944"}
VAT_SCHEMES |= {"SE": "9955", "LU": "9938", "PT": "9946", "PL": "9945", "IE": "9935", "DK": "0198", "FI": "0213"}


@dataclass(frozen=True, slots=True)
class Side:
    """Who makes an invoice out, or gets it; `endpoint` is its electronic address: scheme and value."""

    name: str
    address: PostalAddress
    vat: str
    endpoint: tuple[str, str]
    email: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One line: what for, and how much without VAT; less than nothing is given back."""

    name: str
    case: str
    amount: Money


def invoice(
    number: str, issued: date, period: tuple[date, date], seller: Side, buyer: Side, items: Sequence[Item], note: str
) -> bytes:
    """Return an invoice, or a credit note where the lines come to less than nothing.

    It is due on the day on which it is made out: what it asks was kept already.

    Equal values give the same bytes.
    """
    currency = items[0].amount.currency
    whole = total([one.amount for one in items], currency)
    kind, sign = ("CreditNote", -1) if whole.minor < 0 else ("Invoice", 1)
    space = f"urn:oasis:names:specification:ubl:schema:xsd:{kind}-2"
    names: dict[str | None, str] = {None: space, "cac": _CAC, "cbc": _CBC}
    root = etree.Element(f"{{{space}}}{kind}", nsmap=names)  # type: ignore[arg-type]
    for name, text in (
        ("CustomizationID", CUSTOMISATION),
        ("ProfileID", PROCESS),
        ("ID", number),
        ("IssueDate", issued.isoformat()),
        *([("DueDate", issued.isoformat())] if kind == "Invoice" else []),
        (f"{kind}TypeCode", TYPES[kind]),
        ("Note", note),
        ("DocumentCurrencyCode", currency),
        ("BuyerReference", number),
    ):
        _say(root, name, text)
    _period(root, period)
    for role, side in (("Supplier", seller), ("Customer", buyer)):
        _side(_part(root, f"Accounting{role}Party"), side)
    means = _part(root, "PaymentMeans")
    _say(means, "PaymentMeansCode", CLEARED)
    if kind == "CreditNote":
        _say(means, "PaymentDueDate", issued.isoformat())
    _sums(root, Money(sign * whole.minor, currency))
    for count, one in enumerate(items, 1):
        _line(root, kind, count, one, sign)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _period(parent: etree._Element, period: tuple[date, date]) -> None:
    part = _part(parent, "InvoicePeriod")
    for name, day in zip(("StartDate", "EndDate"), period, strict=True):
        _say(part, name, day.isoformat())


def _side(parent: etree._Element, side: Side) -> None:
    party, (scheme, value) = _part(parent, "Party"), side.endpoint
    _say(party, "EndpointID", value).set("schemeID", scheme)
    _say(_part(party, "PartyName"), "Name", side.name)
    postal, address = _part(party, "PostalAddress"), side.address
    for name, text in (
        ("StreetName", address.street or address.more),
        ("CityName", address.town),
        ("PostalZone", address.postal_code),
    ):
        if text:
            _say(postal, name, text)
    _say(_part(postal, "Country"), "IdentificationCode", address.country)
    tax = _part(party, "PartyTaxScheme")
    _say(tax, "CompanyID", side.vat)
    _say(_part(tax, "TaxScheme"), "ID", "VAT")
    _say(_part(party, "PartyLegalEntity"), "RegistrationName", side.name)
    if side.email:
        _say(_part(party, "Contact"), "ElectronicMail", side.email)


def _sums(root: etree._Element, whole: Money) -> None:
    tax, zero = _part(root, "TaxTotal"), Money.zero(whole.currency)
    _amount(tax, "TaxAmount", zero)
    each = _part(tax, "TaxSubtotal")
    _amount(each, "TaxableAmount", whole)
    _amount(each, "TaxAmount", zero)
    _category(each, "TaxCategory", REASON)
    sums = _part(root, "LegalMonetaryTotal")
    for name, amount in (
        ("LineExtensionAmount", whole),
        ("TaxExclusiveAmount", whole),
        ("TaxInclusiveAmount", whole),
        ("PayableAmount", whole),
    ):
        _amount(sums, name, amount)


def _line(root: etree._Element, kind: str, number: int, one: Item, sign: int) -> None:
    amount = Money(sign * one.amount.minor, one.amount.currency)
    line = _part(root, f"{kind}Line")
    _say(line, "ID", str(number))
    quantity = "InvoicedQuantity" if kind == "Invoice" else "CreditedQuantity"
    _say(line, quantity, "1" if amount.minor >= 0 else "-1").set("unitCode", "C62")
    _amount(line, "LineExtensionAmount", amount)
    item = _part(line, "Item")
    _say(item, "Name", one.name)
    _say(_part(item, "SellersItemIdentification"), "ID", one.case)
    _category(item, "ClassifiedTaxCategory")
    _amount(_part(line, "Price"), "PriceAmount", Money(abs(amount.minor), amount.currency))


def _category(parent: etree._Element, name: str, reason: str = "") -> None:
    category = _part(parent, name)
    _say(category, "ID", REVERSE_CHARGE)
    _say(category, "Percent", "0")
    if reason:
        _say(category, "TaxExemptionReasonCode", "VATEX-EU-AE")
        _say(category, "TaxExemptionReason", reason)
    _say(_part(category, "TaxScheme"), "ID", "VAT")


def _part(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{_CAC}}}{name}")


def _say(parent: etree._Element, name: str, text: str) -> etree._Element:
    node = etree.SubElement(parent, f"{{{_CBC}}}{name}")
    node.text = text
    return node


def _amount(parent: etree._Element, name: str, amount: Money) -> None:
    _say(parent, name, str(amount)).set("currencyID", amount.currency)


def billed(content: bytes) -> dict[str, Money]:
    """Return what an invoice of ours bills by case, less than nothing on a credit note."""
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    kind = etree.QName(root).localname
    found: dict[str, Money] = {}
    for line in root.iterfind(f"{{{_CAC}}}{kind}Line"):
        amount = line.find(f"{{{_CBC}}}LineExtensionAmount")
        case = line.findtext(f".//{{{_CAC}}}SellersItemIdentification/{{{_CBC}}}ID")
        if amount is not None and case:
            read = Money.parse(amount.text or "", amount.get("currencyID") or "")
            found[case] = -read if kind == "CreditNote" else read
    return found
