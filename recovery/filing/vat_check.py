"""The debtor's VAT number in its register: asked once a case is routed, answered beside it, in nobody's way.

What the register says is kept with the case; the event tells only whether the number is valid and whether name and
seat are those of the claim. Nothing waits for it: a letter goes out whether or not a register is open.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from datetime import date

from recovery.case.record import CaseRecord
from recovery.case.transition import add_effect, record
from recovery.channels.vies import Registered, checkable
from recovery.filing.bundle import plain_name
from recovery.store.tables import Party

KIND = "check_vat"
PAPER = "register_answer"


def put_check(case: CaseRecord) -> None:
    """Put the question to the register down, where the debtor has a number and a register is set."""
    if checkable(case.party("debtor").vat):
        add_effect(case, f"{case.claim_id}:vat:1", KIND, {})


def is_wanted(case: CaseRecord) -> bool:
    """Tell whether a register's answer is still of use."""
    return case.state != "closed" and checkable(case.party("debtor").vat) is not None


def note_answer(case: CaseRecord, key: str, found: Registered, on: date) -> None:
    """Keep what a register said, and tell how it agrees with the claim."""
    debtor = case.party("debtor")
    content = json.dumps(asdict(found), ensure_ascii=False, indent=1, sort_keys=True).encode()
    case.outside.attach(case, key, PAPER, f"vies-{on}.json", "application/json", content)
    told = {"valid": found.valid, "name": _name(found, debtor), "seat": _seat(found, debtor)}
    record(case, "vat_checked", actor="system", on=on, data=told)


def _name(found: Registered, debtor: Party) -> str:
    """Return same, other or unknown: firms are written with and without their form, or with a trade name behind."""
    one, other = plain_name(found.name), plain_name(debtor.name)
    if not one or not other:
        return "unknown"
    return "same" if one in other or other in one else "other"


def _seat(found: Registered, debtor: Party) -> str:
    """Return same, other or unknown: whether the claim's postal code, without one its town, is in the seat's address.

    Claims are billed to branches and departments; papers of a court go to the seat.
    """
    seat, code = _letters(found.address), _letters(debtor.postal_code) or _letters(debtor.town)
    if not seat or not code:
        return "unknown"
    return "same" if code in seat else "other"


def _letters(text: str) -> str:
    return re.sub(r"\W", "", text.casefold())
