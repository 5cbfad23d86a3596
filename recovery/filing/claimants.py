"""Who files: the member that an invoice's seller is, and two sellers never the same one by mistake."""

from __future__ import annotations

import hashlib
import uuid

from sqlmodel import Session, col, select

from recovery.intake.invoice import Party
from recovery.registry import adapter_of, countries
from recovery.store.tables import Case, Member
from recovery.store.tables import Party as CaseParty


def identity_of(party: Party) -> str:
    """Return what a party of an invoice is known by: a number, else name and country."""
    number = party.vat or party.tax_id or party.registration_number
    return "".join((number or f"{party.name}{party.country or ''}").casefold().split())


def _known(session: Session, email: str, seller: Party) -> Member | None:
    """Return the member of an address, or of a seller who gives none."""
    wanted = [email] if email else [_placeholder(seller), f"{identity_of(seller)}@member.invalid"]
    found = {one.email: one for one in session.exec(select(Member).where(col(Member.email).in_(wanted)))}
    if wanted[0] in found:
        return found[wanted[0]]
    # Members of before were named by a number alone, whosever it was: only one of the same name is meant.
    older = found.get(wanted[-1])
    return older if older and (older.name, older.partner) == (seller.name, seller.country or "BE") else None


def _placeholder(seller: Party) -> str:
    """Return what stands for the address of a seller who gives none, made of what makes this seller one.

    A number names somebody only together with its register's country; a name only together with an account or a place.
    """
    if seller.vat:
        named = ["vat", seller.vat]
    elif seller.tax_id or seller.registration_number:
        kind = "tax" if seller.tax_id else "register"
        named = [kind, seller.country or "", seller.tax_id or seller.registration_number or ""]
    else:
        place = seller.iban or f"{seller.street}|{seller.postal_code}|{seller.city}"
        named = ["name", seller.country or "", seller.name, place]
    plain = "|".join("".join(part.casefold().split()) for part in named)
    return f"{hashlib.sha256(plain.encode()).hexdigest()[:32]}@member.invalid"


def member_of(session: Session, email: str, seller: Party) -> Member:
    """Return the member who files an invoice, made now if nobody has this address yet; `email` may be empty."""
    email = email.strip().lower()
    found = _known(session, email, seller)
    if found:
        return found
    country = seller.country or "BE"
    member = Member(
        id=uuid.uuid4().hex,
        email=email or _placeholder(seller),
        name=seller.name,
        partner=country,
        language=adapter_of(country).languages[0] if country in countries() else "en",
        iban=seller.iban,
    )
    session.add(member)
    session.flush()
    return member


def last_creditor(session: Session, member_id: str) -> CaseParty | None:
    """Return the creditor of a member's last claim, None without any."""
    query = select(CaseParty).join(Case, col(Case.claim_id) == col(CaseParty.claim_id))
    query = query.where(Case.member_id == member_id, CaseParty.role == "creditor")
    return session.exec(query.order_by(col(Case.filed_on).desc()).limit(1)).first()


def filer(session: Session, member_id: str) -> tuple[Member, str | None]:
    """Return a member with the VAT number of its last claim, by which papers of its own are known."""
    member = session.exec(select(Member).where(Member.id == member_id)).one()
    last = last_creditor(session, member_id)
    return member, last.vat if last else None
