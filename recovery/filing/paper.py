"""What was read of a paper, kept with a draft: each value with its place, until a person has looked at it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from recovery.errors import IntakeError
from recovery.intake.paper.apart import Apart, read_apart
from recovery.intake.paper.parties import Member as Known
from recovery.store.portal_tables import ClaimDraft
from recovery.store.tables import Member

# Which field of a reading fills which field of the form.
FILLS = {
    "number": "number",
    "issued": "issued",
    "due": "due",
    "amount": "total",
    "currency": "currency",
    "open": "payable",
    "seller_vat": "seller.vat",
    "debtor_name": "buyer.name",
    "debtor_country": "buyer.country",
    "debtor_vat": "buyer.vat",
    "debtor_street": "buyer.street",
    "debtor_postal_code": "buyer.postal_code",
    "debtor_city": "buyer.city",
}
# The first field of the steps that have to be looked at.
_LOOKED_AT = {"invoice": "number", "debtor": "debtor_name"}
_MOST_RIVALS = 4


def typed_from_paper(content: bytes, name: str, member: Member, vat: str | None) -> dict[str, Any]:
    """Return what the pages of a PDF or a picture say, as if typed, with `read` telling where each value stands.

    A paper that cannot be read fills in nothing; `read` then holds the reason.
    """
    known = Known((member.name,), (vat,) if vat else (), (member.iban,) if member.iban else ())
    try:
        found = read_apart(content, name, known)
    except IntakeError as error:
        return {"read": {"fields": {}, "notes": [error.code], "failed": True}, "looked_at": []}
    return _typed(found)


def _typed(found: Apart) -> dict[str, Any]:
    fields = found.answer["fields"]
    read = {
        form: {
            "page": fields[name]["page"],
            "sure": fields[name]["confidence"] == "sure",
            "rivals": [one["value"] for one in fields[name]["rivals"]][:_MOST_RIVALS],
            "cut": base64.b64encode(found.cuttings[name]).decode() if name in found.cuttings else "",
        }
        for form, name in FILLS.items()
        if name in fields
    }
    typed = {form: str(fields[name]["value"]) if name in fields else "" for form, name in FILLS.items()}
    if typed["open"] == typed["amount"]:
        typed["open"] = ""
        read.pop("open", None)
    typed["debtor_kind"] = "business" if typed["debtor_vat"] else ""
    notes = list(found.answer["notes"])
    if found.answer["kind"] == "credit_note":
        notes.append("credit_note")
    return {**typed, "read": {"fields": read, "notes": notes, "failed": False}, "looked_at": []}


# Which field of a form for a further paper is filled in by which of the first's.
_FURTHER = {"more_number": "number", "more_issued": "issued", "more_due": "due", "more_amount": "amount"}


def waiting_row(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a paper keeps that waits to be looked at: what fills in its form, where it stands, and all of it.

    Of the pictures those of its form alone are kept.
    """
    if not found:
        return {}
    read = found["read"]
    fields = read.get("fields") or {}
    places = {form: {**fields[name], "rivals": []} for form, name in _FURTHER.items() if name in fields}
    plain = {name: {**at, "cut": ""} for name, at in fields.items()}
    kind = "credit_note" if "credit_note" in read["notes"] else "invoice"
    return {
        "filled": {**{form: str(found.get(name) or "") for form, name in _FURTHER.items()}, "more_kind": kind},
        "read": {**read, "fields": places},
        "found": {**found, "read": {**read, "fields": plain}},
        "debtor": str(found.get("debtor_name") or ""),
    }


def nothing_read() -> dict[str, Any]:
    """Return what a draft keeps that holds no paper that was read."""
    return {"read": None, "looked_at": []}


def looked_at(draft: ClaimDraft, step: str) -> dict[str, Any]:
    """Return that a person has seen a step of a draft that was filled in from a paper."""
    seen = draft.typed.get("looked_at") or []
    return {"looked_at": sorted({*seen, step})} if draft.typed.get("read") else {}


def unseen(typed: Mapping[str, Any]) -> list[IntakeError]:
    """Return a fault for each step that was filled in from a paper and that nobody has looked at."""
    read = typed.get("read") or {}
    if not read.get("fields"):
        return []
    return [
        IntakeError(f"{field}: read from the page, and not looked at yet", code="unseen", field=field)
        for step, field in _LOOKED_AT.items()
        if step not in (typed.get("looked_at") or [])
    ]


def rival_of(draft: ClaimDraft, action: str) -> dict[str, str]:
    """Return the other value that an action such as `use-number-0` chooses, the one before in its place."""
    _, field, place = action.split("-", 2)
    found = ((draft.typed.get("read") or {}).get("fields") or {}).get(field)
    if not found or not place.isdecimal() or int(place) >= len(found["rivals"]):
        return {}
    return {field: found["rivals"][int(place)]}


def cutting_of(draft: ClaimDraft, field: str) -> bytes | None:
    """Return the picture of a field's place, None where there is none."""
    waiting = (draft.typed.get("waiting") or [{}])[0]
    shown = (waiting if field in _FURTHER else draft.typed).get("read") or {}
    found = (shown.get("fields") or {}).get(field)
    return base64.b64decode(found["cut"]) if found and found["cut"] else None
