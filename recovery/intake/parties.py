"""Sellers and buyers from the texts of a document; what does not check is kept and warned of."""

from __future__ import annotations

import re
from collections.abc import Mapping

from recovery.intake.countries import country_code, country_of
from recovery.intake.identifiers import identify, known_vat_country
from recovery.intake.invoice import Party
from recovery.intake.notes import Notes

Texts = Mapping[str, str | None]


def party_of(texts: Texts, role: str, notes: Notes, is_person: bool | None = None, names: str = "") -> Party:
    """Return a party; `names` is a person's name in pieces, used where there is no name in one."""
    vat_text = texts.get("vat")
    if vat_text and not any(char.isdigit() for char in vat_text):
        vat_text = None  # "none", "n/a": words, no number
    placeholder = bool(vat_text) and set(re.sub(r"\W", "", str(vat_text)).upper().removeprefix("ATU")) <= {"0"}
    vat = None if placeholder else _vat(vat_text, texts.get("vat_prefix"), texts.get("country"), role, notes)
    name = texts.get("name") or names
    if not name:
        notes.warn(f"{role}: no name")
    return Party(
        name=name,
        country=country_of(texts.get("country"), vat, texts.get("postal_code"), role, notes),
        vat=vat,
        tax_id=texts.get("tax_id"),
        registration_number=texts.get("registration_number"),
        iban=_iban(texts.get("iban"), role, notes),
        bic=texts.get("bic"),
        street=" ".join(part for part in (texts.get("street"), texts.get("street_more")) if part) or None,
        postal_code=texts.get("postal_code"),
        city=texts.get("city"),
        email=texts.get("email"),
        is_person=True if placeholder else is_person,
    )


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
