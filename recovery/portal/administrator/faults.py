"""What an administrator's pages add to the words for what is wrong."""

from __future__ import annotations

from collections.abc import Callable

from recovery.errors import RecoveryError
from recovery.portal.faults import Fault, fault_of
from recovery.portal.texts import N_

FAULTS = {
    "last_administrator": N_("This is the last administrator who can sign in. Make another first."),
    "own_factor": N_("Change your own second factor on the page of your account."),
}


def faults_of(error: RecoveryError, gettext: Callable[[str], str]) -> list[Fault]:
    """Return what is wrong, in the reader's language."""
    if error.code in FAULTS:
        return [Fault("", gettext(FAULTS[error.code]))]
    return fault_of(error, gettext)
