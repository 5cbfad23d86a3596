"""Structured payment references: what a country's scheme states, and the creditor reference RF that all take."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from stdnum import iso11649


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference that was checked: as people write it, why it does not hold, and as a computer writes it."""

    scheme: str
    shown: str
    reason: str | None = None
    normalised: str = ""

    def as_dict(self) -> dict[str, object]:
        """Return the reference in the shape of the command line's JSON."""
        return {
            "valid": self.reason is None,
            "scheme": self.scheme,
            "reference": self.shown,
            "reason": self.reason,
            "normalised": self.normalised or re.sub(r"[^A-Z0-9]", "", self.shown.upper()),
        }


@dataclass(frozen=True, slots=True)
class PaymentScheme:
    """A country's payment reference.

    `longest` is how many digits (letters too, where it is `lettered`) a reference can carry. `check` takes what was
    written and the same in capitals without separators, of digits alone unless the scheme is lettered; it is not
    asked of references that begin with RF. `make` gives the reference that digits or letters make, ready for
    the check. `printed_as_shown`: letters print it as people write it (+++090/9337/55493+++), else as it is typed in.
    """

    name: str
    longest: int
    check: Callable[[str, str], Reference]
    make: Callable[[str], str]
    lettered: bool = False
    printed_as_shown: bool = False


def check_rf(plain: str) -> Reference:
    """Return a creditor reference that begins with RF, checked (ISO 11649)."""
    if not (re.fullmatch("RF[0-9]{2}[A-Z0-9]{1,21}", plain) and iso11649.is_valid(plain)):
        return Reference("rf", plain, "RF, two check digits and up to 21 letters and digits; these do not match")
    return Reference("rf", " ".join(plain[n : n + 4] for n in range(0, len(plain), 4)), None, plain)


def make_rf(plain: str) -> str:
    """Return the creditor reference that letters and digits make (ISO 11649, ISO 7064 modulo 97-10)."""
    number = int("".join(str(int(char, 36)) for char in plain + "RF00"))
    return f"RF{98 - number % 97:02d}{plain}"


def no_rf(value: str, plain: str) -> Reference:
    """Return the refusal of what does not begin with RF, where nothing else is structured."""
    return Reference("rf", value, "no structured reference: it begins with RF and two digits")


RF = PaymentScheme("rf", 21, no_rf, make_rf, lettered=True)
