"""Who writes: the facts of a recovery service that a letter prints, per country and language, from service.toml.

A business letter says who the sender is and where that can be checked (Directive (EU) 2017/1132 art. 26; NL Hrw 27; BE
CSA 2:20; AT UGB § 14; IT c.c. 2250; ES CCom 24; SE ABL 28:5). What an installation leaves out stops its letters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from recovery.errors import LawError
from recovery.letters.texts import FALLBACK
from recovery.registry import adapter_of

WINDOWS = ("left", "right")
# What a table [facts.<language>] says, and what of it is a list.
_FACTS, _LISTS = ("form", "registers", "look_up", "function", "hours"), ("registers",)
# What stands at the top of service.toml; a language's facts may say the first four otherwise.
_EVERYWHERE = ("name", "address", "account_holder", "email", "phone", "iban", "signatory")


@dataclass(frozen=True)
class Letterhead:
    """A service as a letter in one language presents it.

    `registers` are company and register numbers and the licence with who gave it; `look_up` completes "Look us up in".
    `window` is the side of the envelope's window in the service's country.
    """

    name: str
    address: tuple[str, ...]
    email: str
    phone: str
    hours: str
    form: str
    registers: tuple[str, ...]
    look_up: str
    signatory: str
    function: str
    account_holder: str
    window: str

    @property
    def particulars(self) -> tuple[str, ...]:
        """What every sheet carries below: name and legal form, then the registers."""
        return (f"{self.name}, {self.form}", *self.registers)


def letterhead(country: str, language: str) -> Letterhead:
    """Return a country's letterhead in a language, else in English.

    Raises:
        LawError: the service lacks a fact that its letters must carry; it names the file's key.
    """
    service = adapter_of(country).service
    tables = service.get("facts") or {}
    spoken = next((one for one in (language, FALLBACK) if one in tables), language)
    own = tables.get(spoken) or {}
    everywhere = {name: own.get(name) or service.get(name) for name in _EVERYWHERE}
    lacking = [
        *(name for name, value in everywhere.items() if not _said(value, name == "address")),
        *(f"facts.{spoken}.{name}" for name in _FACTS if not _said(own.get(name), name in _LISTS)),
        *(["window"] if service.get("window") not in WINDOWS else []),
    ]
    if lacking:
        raise LawError(
            f"{country}: letters in {language!r} are not released: service.toml lacks {', '.join(lacking)}; "
            f"write them into {country.lower()}.toml in RECOVERY_SERVICE_DIR",
            code="letterhead_incomplete",
            field=lacking[0],
        )
    said: dict[str, Any] = {**everywhere, **{name: own[name] for name in _FACTS}, "window": service["window"]}
    del said["iban"]
    values: dict[str, Any] = {name: tuple(one) if isinstance(one, list) else one for name, one in said.items()}
    return Letterhead(**values)


def _said(value: Any, several: bool) -> bool:
    """Tell whether a fact is given: a text, or a list of texts."""
    if several:
        return isinstance(value, list) and bool(value) and all(isinstance(one, str) and one.strip() for one in value)
    return isinstance(value, str) and bool(value.strip())
