"""How the files of a country's folder, and an installation's own parameters, become values."""

from __future__ import annotations

import os
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from recovery.errors import LawError
from recovery.law.parameters import LawBook
from recovery.law.values import ContactRule, Step


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
