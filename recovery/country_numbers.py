"""Numbers of enterprises and persons as a country's rules state them: the form, the kind and the check of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NumberRule:
    """One kind of number: the form it has, and a check that returns it in its usual writing.

    kind: vat, enterprise, personal or tax. `form` is a pattern of the whole number in capitals and digits. `check`
    raises a ValidationError of python-stdnum where the number cannot be.
    """

    kind: str
    form: str
    check: Callable[[str], str]


def prefixed(prefix: str, check: Callable[[str], str]) -> Callable[[str], str]:
    """Return a check whose answer begins with a country's letters."""

    def checked(plain: str) -> str:
        normal = check(plain)
        return normal if normal.startswith(prefix) else prefix + normal

    return checked


def unchecked(plain: str) -> str:
    """Return a number that has no check digit as it is."""
    return plain
