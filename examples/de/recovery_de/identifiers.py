"""German numbers: USt-IdNr., Handelsregister, steuerliche Identifikationsnummer and Steuernummer (python-stdnum)."""

from __future__ import annotations

import re
import unicodedata

from stdnum.de import handelsregisternummer, idnr, stnr, vat
from stdnum.exceptions import InvalidComponent

from recovery.country_numbers import NumberRule, prefixed, unchecked


def _plain(text: str) -> str:
    return re.sub("[^A-Z0-9]", "", text.upper())


# The register courts as a number in capitals names them: with ü kept apart (MUENCHEN), left bare or dropped.
_COURTS = {
    _plain(way(court)): court
    for court in handelsregisternummer.GERMAN_COURTS
    for way in (
        str,
        lambda name: unicodedata.normalize("NFD", name),
        lambda name: name.translate({ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue", ord("ß"): "ss"}),
    )
}


def _register(plain: str) -> str:
    """Check a register number that names its court, before or behind it."""
    court, register, number, behind = re.findall(r"^(.*?)(HR[AB])(\d{1,6})([A-Z]*)$", plain)[0]
    name = _COURTS.get(court or behind)
    if name is None or (court and behind):
        raise InvalidComponent()
    normal: str = handelsregisternummer.validate(f"{name} {register} {number}")
    return normal


RULES = (
    NumberRule("vat", r"(DE)?\d{9}", prefixed("DE", vat.validate)),
    NumberRule("enterprise", r"HR[AB]\d{1,6}", unchecked),
    NumberRule("enterprise", r"[A-Z]+HR[AB]\d{1,6}|HR[AB]\d{1,6}[A-Z]+", _register),
    NumberRule("personal", r"\d{11}", idnr.validate),
    NumberRule("tax", r"\d{10,11}|\d{13}", stnr.validate),
)
