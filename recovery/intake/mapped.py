"""An invoice from a document and its map: what is odd is warned of, what is missing a fault."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from recovery.errors import Faults, IntakeError
from recovery.intake.fields import Fields, country_code, term_days_of
from recovery.intake.identifiers import identify
from recovery.intake.invoice import Instalment, Invoice, Party
from recovery.money import Money, minor_digits
from recovery.money import total as money_total


def invoice_from(data: dict[str, Any], fields: Fields) -> Invoice:
    """Return the invoice that the fields of a document make.

    Raises:
        Faults: number, date, currency or amount is missing or unreadable; every fault at once.
    """
    _several(data, fields)
    number, issued = _number(fields), fields.day(fields.field("issued"), "issued")
    currency = _currency(fields)
    for name, value in (("number", number), ("issued", fields.field("issued"))):
        if not value:
            fields.fault(name, f"the invoice has no {'date of issue' if name == 'issued' else name}", "missing")
    total = payable = None
    if currency:
        total, payable = _totals(fields, currency)
    if fields.faults or not (number and issued and currency and total is not None and payable is not None):
        raise Faults(fields.faults or [IntakeError(f"{fields.name}: not a complete invoice", code="missing")])
    seller, buyer = (_party(data[role], fields, role) for role in ("seller", "buyer"))
    parts = _instalments(data, fields, currency)
    if payable.minor <= 0 < total.minor and parts:
        payable = money_total([part.amount for part in parts], currency)
        fields.warnings.append(f"the deductions exceed the total: the instalments' sum {payable} is claimed")
    due, term = _due(fields, parts, issued)
    prepaid = fields.amount("prepaid", currency)
    if fields.faults:
        raise Faults(fields.faults)
    return Invoice(
        format=data["id"],
        version=_version(data, fields),
        kind=_kind(data, fields, total),
        number=number,
        issued=issued,
        due=due,
        currency=currency,
        total=total,
        payable=payable,
        seller=seller,
        buyer=buyer,
        term_days=term,
        prepaid=prepaid,
        instalments=parts,
        references=tuple(fields.texts(fields.data["fields"].get("references", []))),
        description=(fields.field("description") or "")[:500],
        payment_reference=fields.field("payment_reference"),
        warnings=tuple(dict.fromkeys(fields.warnings)),
    )


def _several(data: dict[str, Any], fields: Fields) -> None:
    count = len(fields.root.xpath(data["bodies"])) if "bodies" in data else 1
    if count > 1:
        fields.warnings.append(f"the file holds {count} invoices: the first is read; file the others one by one")


def _number(fields: Fields) -> str | None:
    number, prefix = fields.field("number"), fields.field("number_prefix")
    return f"{prefix}-{number}" if number and prefix else number


def _version(data: dict[str, Any], fields: Fields) -> str:
    for path in data["version"]:
        if path.startswith("namespace:"):
            match = re.search(path.removeprefix("namespace:"), fields.namespace)
            if match:
                return match[1]
        elif text := fields.text([path]):
            return text
    return str(data["default_version"])


def _kind(data: dict[str, Any], fields: Fields, total: Money) -> str:
    if fields.root.tag in data.get("credit_roots", []):
        return "credit_note"
    coded = fields.text(data.get("credit_code", [])) in data.get("credit_values", [])
    if data.get("credit_needs_negative"):
        coded = coded and total.minor < 0
    return "credit_note" if coded else "invoice"


def _currency(fields: Fields) -> str | None:
    currency = fields.field("currency")
    if not currency:
        fields.fault("currency", "the invoice names no currency; add it", "missing")
        return None
    try:
        minor_digits(currency.upper())
    except IntakeError as error:
        fields.fault("currency", error.message, "unknown_currency")
        return None
    return currency.upper()


def _totals(fields: Fields, currency: str) -> tuple[Money | None, Money | None]:
    """Return the gross total and what the creditor may claim of it, telling why they differ."""
    total = fields.amount("total", currency)
    if total is None:
        total = fields.sum("total_sum", currency)
    payable = fields.amount("payable", currency)
    total = total if total is not None else payable
    if total is None:
        if not fields.faults:
            fields.fault("total", "the invoice states no amount", "missing")
        return None, None
    if payable is None:
        payable = total
        for name, why in (
            ("withheld", "tax withheld by the buyer"),
            ("split_payment", "VAT the buyer pays to the State"),
        ):
            less = fields.sum(name, currency)
            if less:
                payable = payable - less
                fields.warnings.append(f"{why}: {less} {currency} is not claimed")
    if payable != total:
        _explain(fields, total, payable)
    return total, payable


def _explain(fields: Fields, total: Money, payable: Money) -> None:
    reasons = [f"{name} {text}" for name in ("prepaid", "rounding", "withheld_shown") if (text := fields.field(name))]
    why = ", ".join(reasons) if reasons else "withholding or lines below the total"
    fields.warnings.append(f"payable {payable} differs from the total {total} ({why}): {payable} is claimed")


def _instalments(data: dict[str, Any], fields: Fields, currency: str) -> tuple[Instalment, ...]:
    spec = data.get("instalments")
    if not spec:
        return ()
    parts = []
    for node in fields.root.xpath(spec["each"]):
        due = fields.day(fields.text(spec["due"], node), "instalments.due")
        text = fields.text(spec["amount"], node)
        value = fields.number(text, "instalments.amount") if text else None
        if value is not None:
            parts.append(Instalment(due, fields.money(value, currency, "instalments.amount")))
    return tuple(parts)


def _due(fields: Fields, parts: tuple[Instalment, ...], issued: date) -> tuple[date | None, int | None]:
    due = fields.day(fields.field("due"), "due")
    dates = sorted(part.due for part in parts if part.due)
    if due is None and dates:
        due = dates[0]
        if len(dates) > 1:
            fields.warnings.append(f"{len(dates)} instalments: each is due on its own day, the first on {due}")
    term = _term(fields) if due is None else None
    if due is None:
        fields.warnings.append(
            "no due date"
            + (f": the term of {term} days counts from the date of issue" if term else ": the statutory term counts")
        )
    elif due < issued:
        fields.warnings.append(f"due date {due} lies before the date of issue {issued}: check it")
    return due, term


def _term(fields: Fields) -> int | None:
    days = fields.field("term_days")
    if days and days.isdigit() and int(days) <= 365:
        return int(days)
    return term_days_of(fields.field("terms") or "")


def _party(spec: dict[str, Any], fields: Fields, role: str) -> Party:
    node = next(iter(fields.root.xpath(spec["at"])), None)
    if node is None:
        fields.warnings.append(f"no {role} in the file")
        return Party("")
    get = lambda name: fields.text(spec.get(name, []), node)  # noqa: E731
    person = [text for path in spec.get("person", []) if (text := fields.text([path], node))]
    name = get("name") or " ".join(person)
    is_person = (bool(person) and not get("name")) or get("person_code") == "F" or None
    vat, street = _vat(get("vat"), get("vat_prefix"), spec, fields, role), get("street")
    if get("street_more") and street:
        street = f"{street} {get('street_more')}"
    country = _country(get("country"), vat, fields, role)
    iban = _iban(fields) if role == "seller" else None
    return Party(
        name=name,
        country=country,
        vat=vat,
        tax_id=get("tax_id"),
        registration_number=get("registration_number"),
        iban=iban,
        bic=fields.field("bic") if role == "seller" else None,
        street=street,
        postal_code=get("postal_code"),
        city=get("city"),
        email=get("email"),
        is_person=is_person,
    )


def _vat(vat: str | None, prefix: str | None, spec: dict[str, Any], fields: Fields, role: str) -> str | None:
    if not vat or set(vat.removeprefix("ATU")) == {"0"}:
        return None
    if prefix and not vat.upper().startswith(prefix.upper()):
        vat = prefix + vat
    vat = re.sub(r"[\s.]", "", vat).upper()
    if vat[:2].isalpha() and not identify(vat, vat[:2])["valid"]:
        fields.warnings.append(f"{role}: VAT number {vat} fails its check: verify it")
    return vat


def _country(text: str | None, vat: str | None, fields: Fields, role: str) -> str | None:
    country = country_code(text)
    if text and country is None:
        fields.warnings.append(f"{role}: country {text!r} is not known")
    if country is None and vat and vat[:2].isalpha():
        country = country_code({"EL": "GR", "XI": "GB"}.get(vat[:2], vat[:2]))
        if country:
            fields.warnings.append(f"{role}: no country: taken from the VAT number as {country}")
    return country


def _iban(fields: Fields) -> str | None:
    """Return the account to pay to; the first that is a valid IBAN, else the first of all."""
    found = [
        re.sub(r"\s", "", text).upper()
        for path in fields.data["fields"].get("iban", [])
        for text in fields.texts([path])
    ]
    valid = [iban for iban in found if identify(iban)["valid"] and identify(iban)["kind"] == "iban"]
    if found and not valid:
        fields.warnings.append(f"seller: account {found[0]} is no valid IBAN: verify it")
    return next(iter(valid or found), None)
