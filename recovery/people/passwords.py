"""Passwords: what is taken as one, and how it is kept (argon2id)."""

from __future__ import annotations

import secrets
from functools import cache

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from recovery.errors import IntakeError

SHORTEST, LONGEST = 12, 128
FEWEST_DIFFERENT = 5
# Of the most common passwords, those that are long enough to be taken otherwise.
_COMMON = """
123456789012 1234567890123 12345678901234 123456789abc 1234567890abc 123qweasdzxc 1q2w3e4r5t6y 1qaz2wsx3edc
abcdefghijkl abcdefghijklm administrator administrator1 azertyuiop12 azertyuiop123 basketball12 changeme1234
contrasena123 dragon123456 football1234 iloveyou1234 iloveyouforever letmein12345 letmeinplease lösenord1234
losenord1234 motdepasse12 motdepasse123 p@ssw0rd1234 pass12345678 password1234 password12345 password123456
passwordpassword passwort1234 passwort12345 q1w2e3r4t5y6 qazwsxedcrfv qwerty123456 qwerty1234567
qwertyuiop12 qwertyuiop123 qwertyuiopas qwertzuiop12 qwertzuiop123 starwars1234 sunshine1234 superman1234
trustno1trustno1 wachtwoord12 wachtwoord123 wachtwoord1234 welcome12345 welkom123456 zaq12wsxcde3
"""
COMMON = frozenset(_COMMON.split())


@cache
def hasher() -> PasswordHash:
    """Return what makes and checks hashes: argon2id with the library's present parameters."""
    return PasswordHash((Argon2Hasher(),))


@cache
def _nobody() -> str:
    return hasher().hash(secrets.token_hex(16))


def accepted(password: str, email: str) -> str:
    """Return the hash of a new password.

    Raises:
        IntakeError: it is too short, too long, the address itself or among the common ones.
    """
    plain, address = password.casefold(), email.casefold()
    if not SHORTEST <= len(password) <= LONGEST:
        raise IntakeError(
            f"password: {len(password)} characters; choose one of {SHORTEST} to {LONGEST}",
            code="password_length",
            field="password",
        )
    if plain in (address, address.partition("@")[0]):
        raise IntakeError("password: it is the address; choose another", code="password_address", field="password")
    if plain in COMMON or len(set(plain)) < FEWEST_DIFFERENT:
        raise IntakeError("password: too easily guessed; choose another", code="password_common", field="password")
    return hasher().hash(password)


def fits(password: str, kept: str | None) -> tuple[bool, str | None]:
    """Tell whether a password is the one kept, and the hash to keep instead where its parameters are old.

    Where nothing is kept, as much is reckoned as otherwise.
    """
    try:
        good, fresh = hasher().verify_and_update(password[: LONGEST + 1], kept or _nobody())
    except UnknownHashError:
        return False, None
    return (good, fresh) if kept else (False, None)
