"""The registers of VAT numbers of the Union (VIES), asked by the Commission's own interface, where one is set.

Reg. (EU) 904/2010 art. 31: whoever trades may have confirmed that a number is valid, with its name and address. The
states answer themselves: a register that is closed for the night is asked again later.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from recovery.errors import GatewayError
from recovery.http import NoAnswer, ask
from recovery.settings import settings

# Whose numbers the registers hold: the member states, Greece as EL, and Northern Ireland for goods as XI.
REGISTERS = frozenset(
    (
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "HR", "HU", "IE", "IT", "LT", "LU"),
        *("LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "XI"),
    )
)
MOST_BYTES = 100_000
_CODE = re.compile(r"[A-Z_]{3,40}")
# What a register writes where it tells nothing.
_UNTOLD = ("", "---")


@dataclass(frozen=True, slots=True)
class Registered:
    """What a register says of a number; name and address are empty where the state does not tell them."""

    number: str
    valid: bool
    name: str = ""
    address: str = ""
    asked_at: str = ""
    request: str = ""


def checkable(number: str | None) -> str | None:
    """Return a VAT number as the registers take it, None for one that they do not hold or while none is asked."""
    plain = re.sub(r"[^A-Z0-9]", "", (number or "").upper())
    plain = f"EL{plain[2:]}" if plain.startswith("GR") else plain
    return plain if settings().vies_url and plain[:2] in REGISTERS and len(plain) > 3 else None


def check(number: str) -> Registered:
    """Return what the register says of a number that is `checkable`.

    Raises:
        GatewayError: no answer in time, none now, or one that says nothing of the number.
    """
    url = f"{(settings().vies_url or '').rstrip('/')}/check-vat-number"
    asked = {"countryCode": number[:2], "vatNumber": number[2:]}
    try:
        answer = ask("POST", url, settings().vies_seconds, MOST_BYTES, json=asked)
    except NoAnswer as error:
        raise _later(str(error)) from None
    try:
        said = json.loads(answer.body)
    except ValueError:
        said = None
    return _registered(number, answer.status, said if isinstance(said, dict) else {})


def _registered(number: str, status: int, said: dict[str, Any]) -> Registered:
    faults = [str(one.get("error")) for one in said.get("errorWrappers") or () if isinstance(one, dict)]
    if "INVALID_INPUT" in faults:  # the register itself takes it for no number
        return Registered(number, valid=False)
    valid = said.get("valid")
    if faults or status != 200 or not isinstance(valid, bool):
        raise _later(next((one for one in faults if _CODE.fullmatch(one)), f"it answered {status}"))
    name, address, at, request = (
        _told(said.get(what)) for what in ("name", "address", "requestDate", "requestIdentifier")
    )
    return Registered(number, valid, name, address, at, request)


def _told(text: Any) -> str:
    plain = str(text or "").strip()[:500]
    return "" if plain in _UNTOLD else plain


def _later(why: str) -> GatewayError:
    return GatewayError(
        f"VAT register: not asked, {why}; it is tried again, check RECOVERY_VIES_URL", code="register_unavailable"
    )
