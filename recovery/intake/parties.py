"""Sellers and buyers from the texts of a document; what does not check is kept and warned of."""

from __future__ import annotations

import re
from collections.abc import Mapping

from recovery.intake.countries import country_code, country_of
from recovery.intake.identifiers import identify, known_vat_country
from recovery.intake.invoice import Party
from recovery.intake.notes import Notes
from recovery.reading.nothing import said

Texts = Mapping[str, str | None]
# From so many digits on that are all noughts or all nines a number is filled in.
_FILLED = 6


def party_of(texts: Texts, role: str, notes: Notes, is_person: bool | None = None, names: str = "") -> Party:
    """Return a party; `names` is a person's name in pieces, used where there is no name in one."""
    texts = {field: said(text) for field, text in texts.items()}
    vat = _vat(_number(texts.get("vat")), texts.get("vat_prefix"), texts.get("country"), role, notes)
    name, contact = texts.get("name") or said(names), texts.get("contact")
    if not name:
        notes.warn(f"{role}: no name")
    return Party(
        name=name or "",
        country=country_of(texts.get("country"), vat, texts.get("postal_code"), role, notes),
        vat=vat,
        tax_id=_number(texts.get("tax_id")),
        registration_number=_number(texts.get("registration_number")),
        iban=_iban(texts.get("iban"), role, notes),
        bic=texts.get("bic"),
        street=" ".join(part for part in (texts.get("street"), texts.get("street_more")) if part) or None,
        postal_code=texts.get("postal_code"),
        city=texts.get("city"),
        email=texts.get("email"),
        phone=texts.get("phone"),
        contact=contact if contact != name else None,
        is_person=is_person,
    )


def _number(text: str | None) -> str | None:
    """Return a number; words are none, nor is what programs fill in for none (ATU00000000, OO99999999999)."""
    digits = re.sub(r"\D", "", text or "")
    filled = len(digits) >= _FILLED and len(set(digits)) == 1 and digits[0] in "09"
    return None if not digits or filled or set(digits) == {"0"} else text


def _vat(text: str | None, prefix: str | None, country: str | None, role: str, notes: Notes) -> str | None:
    plain = re.sub(r"[\s.\-/]", "", text or "").upper()
    if not plain:
        return None
    if prefix and not plain.startswith(prefix.upper()):
        plain = prefix.upper() + plain
    own = known_vat_country(plain[:2])
    checked = own or known_vat_country(country_code(country) or "")
    if checked and not identify(plain, checked)["valid"]:
        notes.warn(f"{role}: the VAT number does not pass its check; verify it")
    return plain


def _iban(text: str | None, role: str, notes: Notes) -> str | None:
    plain = re.sub(r"[\s.\-]", "", text or "").upper()
    if not plain:
        return None
    found = identify(plain)
    if not (found["valid"] and found["kind"] == "iban"):
        notes.warn(f"{role}: the bank account is no valid IBAN; verify it before money is sent there")
    return plain
