"""Members of the partners."""

from __future__ import annotations

import re
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
        raise IntakeError("email: not an address; write it as name@example.org", code="bad_email", field="email")
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
        # The library's own words hold the number.
        why = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(error).__name__).lower()
        raise IntakeError(f"IBAN: {why}; check it digit by digit", code="bad_iban", field="iban") from None


def member_named(session: Session, email: str) -> Member:
    """Return the member of an address.

    Raises:
        IntakeError: there is none.
    """
    found = session.exec(select(Member).where(Member.email == email.strip().lower())).first()
    if found is None:
        raise IntakeError("member: nobody has this address", code="not_found", field="email")
    return found


def add_member(session: Session, email: str, name: str, partner: str, language: str, iban: str | None) -> Member:
    """Add a member.

    Raises:
        IntakeError: the address is no e-mail address or taken, or the account is no IBAN.
    """
    plain = plain_address(email)
    if session.exec(select(Member).where(Member.email == plain)).first():
        raise IntakeError("email: a member has it already", code="duplicate_member", field="email")
    account = plain_iban(iban) if iban else None
    member = Member(id=uuid.uuid4().hex, email=plain, name=name, partner=partner, language=language, iban=account)
    session.add(member)
    session.flush()
    return member
