"""What an administrator switches for the whole installation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session

from recovery.store.portal_tables import InstallationSetting

# name: what holds until somebody sets it
SWITCHES: dict[str, dict[str, Any]] = {
    "second_factor": {"on": True},
    "debtor_page": {"on": True},
    "sign_in_by_link": {"on": True},
}


def is_on(session: Session, name: str) -> bool:
    """Tell whether a switch is on."""
    found = session.get(InstallationSetting, ("", name))
    return bool((found.value if found else SWITCHES[name])["on"])


def switch(session: Session, name: str, on: bool, by: str, now: datetime) -> None:
    """Set a switch."""
    row = session.get(InstallationSetting, ("", name)) or InstallationSetting(
        scope="", name=name, changed_at=now, changed_by=by
    )
    row.value, row.changed_at, row.changed_by = {"on": on}, now, by
    session.add(row)
    session.flush()
