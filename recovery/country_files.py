"""How the files of a country's folder, and an installation's own parameters, become values."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable
from datetime import date
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from recovery.errors import LawError
from recovery.law.parameters import LawBook
from recovery.law.values import ContactRule, Step, StopEvent


def own_parameters(country: str) -> str:
    """Return the installation's own parameters: the file <cc>.toml in the folder RECOVERY_LAW_DIR, if any."""
    folder = os.environ.get("RECOVERY_LAW_DIR")
    path = Path(folder, f"{country.lower()}.toml") if folder else None
    return path.read_text("utf-8") if path and path.is_file() else ""


def own_service(country: str) -> dict[str, Any]:
    """Return what an installation sets of a country's service: the file <cc>.toml in the folder RECOVERY_SERVICE_DIR.

    Names are those of service.toml. What is set by an installation is no sample any more.
    """
    folder = os.environ.get("RECOVERY_SERVICE_DIR")
    path = Path(folder, f"{country.lower()}.toml") if folder else None
    return {"sample": False, **tomllib.loads(path.read_text("utf-8"))} if path and path.is_file() else {}


def own_words(
    country: str, folder: Traversable, english: dict[str, dict[str, str]]
) -> dict[str, dict[str, dict[str, str]]]:
    """Return the words that a country brings for codes of its own: language -> group -> code -> words.

    English words the codes, in its file and in `english`, which other files of the country say; every other language
    words the same ones. A country without codes of its own has none.

    Raises:
        LawError: a language words other codes than English does, or words nothing.
    """
    if not folder.is_dir():
        return {}
    files = {file.name.removesuffix(".toml"): file for file in folder.iterdir() if file.name.endswith(".toml")}
    found = {language: tomllib.loads(file.read_text("utf-8")) for language, file in sorted(files.items())}
    found["en"] = {**found.get("en", {}), **{group: words for group, words in english.items() if words}}
    codes = {language: _codes(groups) for language, groups in found.items()}
    wanted = codes.get("en", frozenset())
    for language, own in codes.items():
        if own != wanted or not own:
            differ = ", ".join(sorted(own ^ wanted)) or "no words at all"
            text = f"{country.lower()}: words/{language}.toml and words/en.toml differ: {differ}; word the same codes"
            raise LawError(text, code="rule_not_known", field=language)
    return found


def _codes(groups: dict[str, dict[str, str]]) -> frozenset[str]:
    return frozenset(f"{group}.{code}" for group, words in groups.items() for code, text in words.items() if text)


def stop_effects(stops: Iterable[StopEvent]) -> dict[str, str]:
    """Return what stops bring about, by their kind; the second of a kind is called `kind_2`."""
    found: dict[str, str] = {}
    for stop in stops:
        same = sum(code == stop.kind or code.rpartition("_")[0] == stop.kind for code in found)
        found[f"{stop.kind}_{same + 1}" if same else stop.kind] = stop.effect
    return found


def step_of(row: dict[str, Any]) -> Step:
    """Return one step from its table."""
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
    return Step(**values)


def contact_rule_of(law: LawBook, natural_person: bool, on: date | None) -> ContactRule:
    """Return when a debtor may be contacted: contact.hours has seven entries from Monday, "08:00-20:00" or "closed"."""
    key = "contact.hours" if natural_person or "contact.hours_business" not in law else "contact.hours_business"
    parameter = law[key]
    day = max(on or parameter.confirmed_through, parameter.starts[0])
    hours = tuple(None if text == "closed" else tuple(text.split("-")) for text in parameter.taken(day))
    caps = law.value("contact.caps", day)
    return ContactRule(hours, True, int(caps[0]), int(caps[1]), parameter.basis)


class NotImplementedLawError(LawError):
    """A country's folder lacks a hook that every country must answer."""

    default_code = "rule_not_known"

    def __init__(self, country: str, hook: str) -> None:
        super().__init__(f"{country}: the adapter does not answer {hook}; add the method to its folder")
