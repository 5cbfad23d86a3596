"""An invoice from a document and its map: what is odd is warned of, what is missing a fault."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from recovery.errors import Faults, IntakeError
from recovery.intake.dates import read_date
from recovery.intake.fields import Fields
from recovery.intake.identifiers import identify
from recovery.intake.invoice import Instalment, Invoice, Party
from recovery.intake.parties import party_of
from recovery.intake.terms import Term, term_of
from recovery.intake.totals import instalments, totals
from recovery.money import Money

_PARTY_TEXTS = (
    "name",
    "country",
    "vat",
    "vat_prefix",
    "tax_id",
    "registration_number",
    "street",
    "street_more",
    "postal_code",
    "city",
    "email",
    "phone",
    "contact",
)
_LONGEST_DESCRIPTION = 500
_LONGEST_QUOTE = 200


def invoice_from(fields: Fields) -> Invoice:
    """Return the invoice that the fields of a document make.

    Raises:
        Faults: number, date, currency or amount is missing or unreadable; every fault at once.
    """
    notes = fields.notes
    _notices(fields)
    number, issued = _number(fields), _issued(fields)
    currency = notes.currency(fields.field("currency"))
    amounts = totals(fields, currency) if currency else None
    if number is None or issued is None or currency is None or amounts is None:
        raise Faults(notes.faults or [IntakeError(f"{notes.name}: not a complete invoice", code="missing")])
    invoice = _invoice(fields, number, issued, *amounts)
    if notes.faults:
        raise Faults(notes.faults)
    return _described(fields, invoice)


def _invoice(fields: Fields, number: str, issued: date, total: Money, payable: Money) -> Invoice:
    currency = total.currency
    parts = instalments(fields, currency, payable)
    due, term = _due(fields, parts, issued)
    return Invoice(
        format=fields.data["id"],
        version=_version(fields),
        kind=_kind(fields, total),
        number=number,
        issued=issued,
        due=due,
        term_days=term,
        currency=currency,
        total=total,
        payable=payable,
        prepaid=fields.amount(fields.paths("prepaid"), currency, "prepaid"),
        instalments=parts,
        seller=_party(fields, "seller"),
        buyer=_party(fields, "buyer"),
    )


def _described(fields: Fields, invoice: Invoice) -> Invoice:
    return replace(
        invoice,
        references=tuple(dict.fromkeys(hit.text for hit in fields.every(fields.paths("references")))),
        description=(fields.field("description") or "")[:_LONGEST_DESCRIPTION],
        payment_reference=fields.field("payment_reference"),
        profile=fields.field("profile") or "",
        warnings=tuple(fields.notes.warnings),
    )


def _notices(fields: Fields) -> None:
    """Warn of several invoices in the file, and of what else the map says a person should know."""
    if len(fields.bodies) > 1:
        count = len(fields.bodies)
        fields.notes.warn(f"the file holds {count} invoices: the first is read; file the others one by one")
    for notice in fields.data.get("notices", []):
        if fields.body.xpath(f"boolean({notice['when']})"):
            fields.notes.warn(notice["say"])


def _number(fields: Fields) -> str | None:
    number, series = fields.field("number"), fields.field("number_prefix")
    if not number:
        fields.notes.fault("number", "the invoice has no number; add it", "missing")
        return None
    return f"{series}-{number}" if series and not number.startswith(series) else number


def _issued(fields: Fields) -> date | None:
    hits = fields.hits(fields.paths("issued"))
    if not hits:
        fields.notes.fault("issued", "the invoice has no date of issue; add it", "missing")
        return None
    day = fields.day(hits[0], "issued")
    if day is None and not fields.notes.faults:
        fields.notes.fault("issued", "the invoice has no date of issue; add it", "missing")
    return day


def _version(fields: Fields) -> str:
    pattern = fields.data.get("version_in_namespace")
    match = re.search(pattern, fields.namespace) if pattern else None
    if match:
        return ".".join(match.groups())
    return fields.text(fields.data.get("version", []), fields.root) or str(fields.data["default_version"])


def _kind(fields: Fields, total: Money) -> str:
    if fields.root.tag in fields.data.get("credit_roots", []):
        return "credit_note"
    coded = fields.text(fields.data.get("credit_code", [])) in fields.data.get("credit_values", [])
    if fields.data.get("credit_needs_negative"):
        coded = coded and total.minor < 0
    return "credit_note" if coded else "invoice"


def _due(fields: Fields, parts: tuple[Instalment, ...], issued: date) -> tuple[date | None, int | None]:
    """Return the due date, or only a term in days; without either the law's own term counts."""
    stated = sorted({day for hit in fields.hits(fields.paths("due")) if (day := fields.day(hit, "due"))})
    dates = stated or sorted({part.due for part in parts if part.due})
    due = dates[0] if dates else _due_by_term(fields)
    if len(dates) > 1:
        fields.notes.warn(f"{len(dates)} due dates: each instalment has its own, the earliest is {due}")
    if due is None:
        due, days = _by_words(fields)
        if due is None:
            return None, days
    if due < issued:
        fields.notes.warn(f"due date {due} lies before the date of issue {issued}: kept; check it")
    return due, None


def _due_by_term(fields: Fields) -> date | None:
    start, days = read_date(fields.field("term_from")), fields.field("term_days") or ""
    if start is None or not re.fullmatch("[0-9]{1,3}", days):
        return None
    due = start + timedelta(days=int(days))
    fields.notes.warn(f"no due date in the file: {due} is {days} days from {start}")
    return due


def _by_words(fields: Fields) -> tuple[date | None, int | None]:
    """Return the due date or the days that the file's terms state; words that are not understood are quoted."""
    written = fields.field("term_days") or ""
    words = fields.texts(fields.paths("terms"))
    if re.fullmatch("[0-9]{1,3}", written):
        term = Term(int(written))
    else:
        found = [one for text in words if (one := term_of(text)) != Term()]
        term = found[0] if found else Term()
    if term.due is not None:
        fields.notes.warn(f"no due date in the file: {term.due} is what its terms say")
    elif term.days is not None:
        fields.notes.warn(f"no due date in the file, only a term: {term.days} days from the date of issue")
    elif words:
        said = "; ".join(words)[:_LONGEST_QUOTE]
        fields.notes.warn(
            f"no due date in the file; its terms are no plain number of days: “{said}”; the statutory term counts, "
            "add the due date if they state one"
        )
    else:
        fields.notes.warn("no due date in the file: the statutory term counts")
    return term.due, term.days


def _party(fields: Fields, role: str) -> Party:
    spec: dict[str, Any] = fields.data[role]
    node = next(iter(fields.root.xpath(spec["at"])), None)
    if node is None:
        fields.notes.warn(f"{role}: not in the file")
        return Party("")
    texts = {name: fields.text(spec[name], node) if name in spec else None for name in _PARTY_TEXTS}
    if role == "seller":
        texts |= {"iban": _iban(fields), "bic": fields.field("bic")}
    names = " ".join(hit.text for path in spec.get("person", []) for hit in fields.hits([path], node)[:1])
    return party_of(texts, role, fields.notes, _is_person(spec, node, names), names)


def _is_person(spec: dict[str, Any], node: Any, names: str) -> bool | None:
    if names or ("is_person" in spec and node.xpath(f"boolean({spec['is_person']})")):
        return True
    return False if "is_no_person" in spec and node.xpath(f"boolean({spec['is_no_person']})") else None


def _iban(fields: Fields) -> str | None:
    """Return the account to pay to: the first that is a valid IBAN, else the first of all; several leave a warning."""
    found = list(dict.fromkeys(hit.text for hit in fields.every(fields.paths("iban"))))
    valid = [text for text in found if (known := identify(text))["valid"] and known["kind"] == "iban"]
    chosen = next(iter(valid or found), None)
    if len({re.sub(r"\s", "", text).upper() for text in valid}) > 1:
        fields.notes.warn(f"seller: the file names {len(valid)} accounts; {chosen} is taken, check the IBAN")
    return chosen
