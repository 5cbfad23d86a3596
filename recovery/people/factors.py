"""Second factors: codes of an authenticator app (RFC 6238), recovery codes, and who must show one."""

from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Literal

import pyotp
import zxingcpp
from sqlalchemy import update
from sqlmodel import Session, col, select

from recovery.people import links
from recovery.people.audit import note
from recovery.people.switches import is_on
from recovery.secrecy import opened, sealed
from recovery.store.portal_tables import Account, OneTimeLink, Passkey
from recovery.store.tables import TeamMember

ISSUER = "Recovery"
# The key by which secrets are sealed: a thief of the database reads none.
KEY = "factors"
# A clock may be one step off either way (RFC 6238, 5.2).
DRIFT = 1
RECOVERY = "recovery_code"
RECOVERY_CODES = 10
_FOR_EVER = timedelta(days=36525)

Wanted = Literal["", "show", "set_up"]


def second_factor_required(session: Session) -> bool:
    """Tell whether people of teams must have a second factor."""
    return is_on(session, "second_factor")


def has_factor(session: Session, account: Account) -> bool:
    """Tell whether an account has a second factor."""
    return account.totp_secret is not None or has_passkey(session, account)


def has_passkey(session: Session, account: Account) -> bool:
    """Tell whether an account has a passkey."""
    return session.exec(select(Passkey.id).where(Passkey.account_id == account.id)).first() is not None


def wanted(session: Session, account: Account) -> Wanted:
    """Return what is still wanted after the first factor: nothing, to show the second or to set one up."""
    if has_factor(session, account):
        return "show"
    person = session.get(TeamMember, account.team_member_id) if account.team_member_id else None
    works = person is not None and person.active
    return "set_up" if works and second_factor_required(session) else ""


def new_secret() -> str:
    """Return a secret to be shared with an authenticator app."""
    return pyotp.random_base32()


def picture_of(secret: str, email: str) -> str:
    """Return the QR code of a secret as SVG to stand in a page."""
    address = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)
    drawn: str = zxingcpp.create_barcode(address.encode(), zxingcpp.BarcodeFormat.QRCode, ec_level="M").to_svg(scale=5)
    return drawn[drawn.index("<svg") :].replace(' xmlns="http://www.w3.org/2000/svg"', "")


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """Return the time step of a code, None where it fits none near to now."""
    try:
        return int(pyotp.TOTP(secret).verify_and_get_timecode("".join(code.split()), for_time=now, valid_window=DRIFT))
    except pyotp.OTPVerificationError:
        return None


def set_totp(session: Session, account: Account, secret: str, code: str, now: datetime) -> bool:
    """Keep an authenticator app that shows the right code; tell whether it does."""
    step = step_of(secret, code, now)
    if step is None:
        return False
    account.totp_secret, account.totp_last = sealed(KEY, secret, account.id), step
    session.add(account)
    note(session, account.id, "totp_set", account.id, now=now)
    return True


def take_totp(session: Session, account: Account, code: str, now: datetime) -> bool:
    """Tell whether a code is right and was not taken before; it is taken now.

    Raises:
        CaseError: the installation's key is not the one that the secret was kept with.
    """
    secret = opened(KEY, account.totp_secret, account.id) if account.totp_secret else None
    step = step_of(secret, code, now) if secret else None
    if step is None:
        return False
    newer = (col(Account.id) == account.id) & (col(Account.totp_last) < step)
    query = update(Account).where(newer).values(totp_last=step).returning(col(Account.id))
    return session.execute(query).scalar_one_or_none() is not None


def drop_totp(session: Session, account: Account, now: datetime) -> None:
    """Forget an authenticator app; the recovery codes go with the last factor."""
    account.totp_secret = None
    session.add(account)
    note(session, account.id, "totp_dropped", account.id, now=now)
    drop_codes_of_none(session, account)


def drop_codes_of_none(session: Session, account: Account) -> None:
    """Delete the recovery codes of an account that has no factor left."""
    if not has_factor(session, account):
        links.withdraw(session, account.id, RECOVERY)


def new_recovery_codes(session: Session, account: Account, now: datetime) -> list[str]:
    """Return new recovery codes, kept as hashes; the former ones end."""
    links.withdraw(session, account.id, RECOVERY)
    codes = [_code() for _ in range(RECOVERY_CODES)]
    for code in codes:
        kept = OneTimeLink(
            id=_code_id(account.id, code), account_id=account.id, purpose=RECOVERY, expires_at=now + _FOR_EVER
        )
        session.add(kept)
    note(session, account.id, "recovery_codes_made", account.id, now=now)
    return codes


def take_recovery_code(session: Session, account: Account, code: str, now: datetime) -> bool:
    """Tell whether a recovery code is right and was not used before; it is used now."""
    mine = (col(OneTimeLink.id) == _code_id(account.id, code)) & (col(OneTimeLink.purpose) == RECOVERY)
    query = update(OneTimeLink).where(mine, col(OneTimeLink.used_at).is_(None)).values(used_at=now)
    used = session.execute(query.returning(col(OneTimeLink.id))).scalar_one_or_none() is not None
    if used:
        note(session, account.id, "recovery_code_used", account.id, now=now)
    return used


def recovery_codes_left(session: Session, account: Account, now: datetime) -> int:
    """Return how many recovery codes were not used yet."""
    return links.waiting(session, account.id, RECOVERY, now)


def _code() -> str:
    """Return sixteen letters and digits, eighty bits, in groups of four."""
    text = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def _code_id(account_id: str, code: str) -> str:
    plain = "".join(mark for mark in code.lower() if mark.isalnum())
    return hashlib.sha256(f"{account_id} {plain}".encode()).hexdigest()
