"""What is known of a debtor from a member's own claims: offered where a draft names it, never taken over unasked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, func, or_, select

from recovery.intake.identifiers import identify
from recovery.store.tables import Case, Party


@dataclass(frozen=True)
class Known:
    """A debtor as an earlier claim has it: `by` is number or name, `fields` what a draft would be filled in with."""

    by: str
    title: str
    case: str
    fields: Mapping[str, str]


def known_debtor(session: Session, member_id: str, typed: Mapping[str, Any]) -> Known | None:
    """Return the debtor that the member's newest claim with this number, else this name and country, was against.

    Only the member's own claims are looked at: whom another member has a claim against is nobody else's business.
    Nothing is returned where the draft says the same already.
    """
    numbers, name = _numbers(str(typed.get("debtor_vat") or "")), str(typed.get("debtor_name") or "").strip().lower()
    country = str(typed.get("debtor_country") or "").upper()
    same: list[Any] = [col(Party.vat).in_(numbers)] if numbers else []
    if name and country and not numbers:
        same.append((func.lower(col(Party.name)) == name) & (col(Party.country) == country))
    if not same:
        return None
    query = select(Party, Case).join(Case, col(Case.claim_id) == col(Party.claim_id))
    query = query.where(Case.member_id == member_id, Party.role == "debtor", Party.street != "", or_(*same))
    found = session.exec(query.order_by(col(Case.filed_on).desc(), col(Case.reference).desc()).limit(1)).first()
    if found is None:
        return None
    party, case = found
    fields = {key: text for key, text in _fields(party).items() if text}
    if all(str(typed.get(key) or "") == text for key, text in fields.items()):
        return None
    title = ", ".join(part for part in (party.name, *party.address.lines) if part)
    return Known("number" if numbers else "name", title, case.reference or "", fields)


def _numbers(text: str) -> list[str]:
    """Return the writings in which a number may be stored."""
    plain = re.sub(r"[^A-Z0-9]", "", text.upper())
    return sorted({plain, str(identify(text)["normalised"])}) if plain else []


def _fields(party: Party) -> dict[str, str]:
    return {
        "debtor_name": party.name,
        "debtor_country": party.country,
        "debtor_street": party.street,
        "debtor_postal_code": party.postal_code,
        "debtor_city": party.town,
        "debtor_email": party.email or "",
        "debtor_phone": party.phone or "",
        "debtor_contact": party.more,
        "debtor_vat": party.vat or "",
    }
