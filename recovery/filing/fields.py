"""The fields of a claim that is being written, read from what was typed; every fault at once, each with its field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from recovery.errors import IntakeError
from recovery.intake.csvtext import plain_amount
from recovery.intake.dates import read_date
from recovery.intake.identifiers import identify
from recovery.intake.invoice import Invoice, Party
from recovery.money import Money, minor_digits
from recovery.store.tables import Member


class Typed:
    """What was typed, read field by field; what cannot be read is noted as a fault of its field."""

    def __init__(self, typed: Mapping[str, Any], faults: list[IntakeError]) -> None:
        self.typed, self.faults = typed, faults
        self.language = str(typed.get("language") or "")

    def text(self, name: str, needed: bool = False) -> str:
        """Return a field's text."""
        found = str(self.typed.get(name) or "").strip()
        if needed and not found:
            self._fault(name, "missing", "missing")
        return found

    def day(self, name: str, needed: bool = False) -> date | None:
        """Return a field's date, None without one."""
        text = self.text(name, needed)
        found = read_date(text) if text else None
        if text and found is None:
            self._fault(name, "bad_date", f"{text!r} is no date; write it as 2026-01-31")
        return found

    def amount(self, name: str, currency: str) -> Money:
        """Return a field's amount in a currency."""
        text = self.text(name, needed=True)
        try:
            return Money.parse(plain_sum(text, self.language), currency) if text else Money.zero("EUR")
        except IntakeError as error:
            self._fault("currency" if error.code == "unknown_currency" else name, error.code, error.message)
            return Money.zero("EUR")

    def identifier(self, name: str, asked: bool = True) -> str | None:
        """Return a number whose check digits hold, None without one; one that was not asked for is taken as it is."""
        text = self.text(name)
        if not text:
            return None
        found = identify(text)
        if not found["valid"] and asked:
            self._fault(name, "bad_identifier", f"{text}: {found['reason']}")
        return str(found["normalised"])

    def email(self, name: str) -> str | None:
        """Return an e-mail address, None without one."""
        text = self.text(name)
        if text and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text):
            self._fault(name, "bad_email", f"{text!r}: write it as name@example.org")
        return text or None

    def phone(self, name: str) -> str | None:
        """Return a telephone number, None without one."""
        text = self.text(name)
        if text and not re.fullmatch(r"[+(]?[\d\s()./-]{5,40}", text):
            self._fault(name, "bad_phone", f"{text!r}: write it with digits, such as +31 20 123 45 67")
        return text or None

    def rate(self, name: str) -> str | None:
        """Return a yearly rate in percent, None where none was typed."""
        plain = self.text(name).rstrip("% ").replace(",", ".")
        if plain and not re.fullmatch(r"\d{1,2}(\.\d{1,4})?|100", plain):
            self._fault(name, "bad_rate", f"{plain!r}: write the yearly rate in percent as 8.5")
        return plain or None

    def _fault(self, name: str, code: str, text: str) -> None:
        if (name, code) not in [(fault.field, fault.code) for fault in self.faults]:
            self.faults.append(IntakeError(f"{name}: {text}", code=code, field=name))


# The mark that parts thousands where a language's people use a point or a comma for it (CLDR, number symbols).
THOUSANDS = {"nl": ".", "de": ".", "it": ".", "es": ".", "en": ","}
_SIGNS = re.compile(r"[\s\u00a0\u2009\u202f'’€£$]|kr\.?$|^kr\.?|[A-Za-z]{3}$|^[A-Za-z]{3}")
_SPACED = re.compile(r"(?<![\d.,])\d{1,3}([\s\u00a0\u2009\u202f'’]\d{3})+(?!\d|[\s\u00a0\u2009\u202f'’]+\d)")
_ONE_GROUP = re.compile(r"-?[1-9]\d{0,2}([.,])\d{3}")


def plain_sum(text: str, language: str) -> str:
    """Return a typed amount with a decimal point, read as people who write this language write amounts.

    One mark with three digits behind it (1.250) is a thousand where the language parts thousands so; elsewhere it may
    be a decimal part as well, and the writer is asked.

    Raises:
        IntakeError: it is no amount, or may be two.
    """
    if re.search(r"\d[\s\u00a0\u2009\u202f'’]+\d", text) and not _SPACED.search(text):
        raise IntakeError(f"{text!r} is no amount; write it as 1234.50", code="bad_amount")
    plain = _SIGNS.sub("", text.strip())
    if group := _ONE_GROUP.fullmatch(plain):
        if THOUSANDS.get(language) != group[1]:
            raise IntakeError(
                f"{text!r} may be a thousand or a decimal part; write it without separators, such as 1250 or 1.25",
                code="ambiguous_amount",
            )
        return plain.replace(group[1], "")
    last = max(plain.rfind("."), plain.rfind(","))
    mark = plain[last] if last >= 0 and plain.count(plain[last]) == 1 else "." if "," in plain else ","
    found = plain_amount(plain, mark)
    if found is None:
        raise IntakeError(f"{text!r} is no amount; write it as 1234.50", code="bad_amount")
    return found


def described(typed: Typed, member: Member) -> Invoice:
    """Return the invoice that the typed fields describe; what cannot be read is noted with `typed`."""
    currency = typed.text("currency", needed=True).upper() or "EUR"
    total = typed.amount("amount", currency)
    number, issued, due = typed.text("number", needed=True), typed.day("issued", needed=True), typed.day("due")
    buyer = Party(
        name=typed.text("debtor_name", needed=True),
        country=typed.text("debtor_country", needed=True).upper() or None,
        vat=typed.identifier("debtor_vat"),
        street=typed.text("debtor_street", needed=True),
        postal_code=typed.text("debtor_postal_code"),
        city=typed.text("debtor_city", needed=True),
        email=typed.email("debtor_email"),
        phone=typed.phone("debtor_phone"),
        contact=typed.text("debtor_contact") or None,
        is_person=typed.text("debtor_kind", needed=True) == "consumer",
    )
    seller = Party(
        name=member.name,
        country=member.partner,
        vat=typed.identifier("seller_vat", asked=typed.text("source") != "e_invoice"),
        street=typed.text("seller_street") or None,
        city=typed.text("seller_place") or None,
        iban=member.iban,
        email=member.email,
    )
    return Invoice(
        format="typed",
        version="1",
        kind="invoice",
        number=number,
        issued=issued or date.min,
        due=due,
        currency=currency,
        total=total,
        payable=typed.amount("open", currency) if typed.text("open") else total,
        seller=seller,
        buyer=buyer,
        description=typed.text("description"),
    )


def _amount(amount: Money) -> str:
    """Return an amount as nobody can misread it: with three decimals it would look like thousands."""
    return f"{amount}0" if minor_digits(amount.currency) == 3 else str(amount)


def typed_of(invoice: Invoice) -> dict[str, str]:
    """Return what an e-invoice says as if it had been typed; what it does not tell of the debtor's kind is asked."""
    buyer = invoice.buyer
    numbered = bool(buyer.vat or buyer.registration_number)
    kind = "business" if numbered or buyer.is_person is False else "consumer" if buyer.is_person else ""
    return {
        "number": invoice.number,
        "issued": invoice.issued.isoformat(),
        "due": invoice.due.isoformat() if invoice.due else "",
        "currency": invoice.currency,
        "amount": _amount(invoice.total),
        "open": _amount(invoice.payable),
        "description": invoice.description,
        "seller_vat": invoice.seller.vat or "",
        "debtor_name": buyer.name,
        "debtor_kind": kind,
        "debtor_country": buyer.country or "",
        "debtor_street": buyer.street or "",
        "debtor_postal_code": buyer.postal_code or "",
        "debtor_city": buyer.city or "",
        "debtor_email": buyer.email or "",
        "debtor_phone": buyer.phone or "",
        "debtor_contact": buyer.contact or "",
        "debtor_vat": buyer.vat or "",
    }
