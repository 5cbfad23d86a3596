"""Members of the partners."""

from __future__ import annotations

import uuid

from sqlmodel import Session, select

from recovery.errors import IntakeError
from recovery.store.tables import Member


def plain_address(email: str) -> str:
    """Return an e-mail address as it is stored.

    Raises:
        IntakeError: it is none.
    """
    plain = email.strip().lower()
    if plain.count("@") != 1 or not all(plain.split("@")) or any(mark.isspace() for mark in plain):
        raise IntakeError(f"email {email!r}: write it as name@example.org", code="bad_email", field="email")
    return plain


def plain_iban(text: str) -> str:
    """Return an IBAN as it is stored.

    Raises:
        IntakeError: it is none.
    """
    from schwifty import IBAN
    from schwifty.exceptions import SchwiftyException

    try:
        return str(IBAN(text))
    except (SchwiftyException, ValueError) as error:
        raise IntakeError(f"IBAN {text!r}: {error}", code="bad_iban", field="iban") from None


def add_member(session: Session, email: str, name: str, partner: str, language: str, iban: str | None) -> Member:
    """Add a member.

    Raises:
        IntakeError: the address is no e-mail address or taken, or the account is no IBAN.
    """
    plain = plain_address(email)
    if session.exec(select(Member).where(Member.email == plain)).first():
        raise IntakeError(f"email {plain}: a member has it already", code="duplicate_member", field="email")
    account = plain_iban(iban) if iban else None
    member = Member(id=uuid.uuid4().hex, email=plain, name=name, partner=partner, language=language, iban=account)
    session.add(member)
    session.flush()
    return member
