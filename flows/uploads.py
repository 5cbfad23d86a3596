"""What a claim brings, kept before the flow starts: flow parameters hold its hash alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from importlib.resources.abc import Traversable
from typing import Any

from recovery.filing.bundle import Paid, Reminded, Sheet
from recovery.filing.claims import Filing
from recovery.intake.invoice import Invoice
from recovery.intake.reader import read_invoice
from recovery.registry import adapter_of, countries
from recovery.store import documents


def national_maps() -> Sequence[Traversable]:
    """Return the invoice maps of the countries that have a format of their own."""
    files = (adapter_of(code).folder.joinpath("einvoice.toml") for code in countries())
    return [file for file in files if file.is_file()]


def read(content: bytes, name: str) -> Invoice:
    """Read an invoice in any format that a served country uses."""
    return read_invoice(content, name, national_maps())


def keep_upload(
    content: bytes,
    name: str,
    on: date,
    evidence: Sequence[tuple[str, bytes]] = (),
    more: Sequence[tuple[str, bytes]] = (),
    **options: Any,
) -> str:
    """Keep the papers of a claim and what goes with them; return the reference for the flow."""
    sheet = {
        "invoice": documents.keep(content),
        "name": name,
        "on": on.isoformat(),
        "evidence": [[title, documents.keep(data)] for title, data in evidence],
        "more": [[title, documents.keep(data)] for title, data in more],
        **options,
    }
    return documents.keep(json.dumps(sheet, sort_keys=True).encode())


def filing_of(upload: str) -> Filing:
    """Return the filing that an upload stands for."""
    sheet = json.loads(documents.read(upload))
    content = documents.read(sheet["invoice"])
    more = tuple(_sheet(title, documents.read(sha)) for title, sha in sheet.get("more", ()))
    return Filing(
        invoice=read(content, sheet["name"]),
        content=content,
        name=sheet["name"],
        on=date.fromisoformat(sheet["on"]),
        member_email=sheet.get("member_email"),
        debtor_kind=sheet.get("debtor_kind"),
        claim_kind=sheet.get("claim_kind") or "services",
        consents=tuple(sheet.get("consents", ())),
        evidence=tuple((title, documents.read(sha)) for title, sha in sheet["evidence"]),
        contract=sheet.get("contract") or {},
        more=more,
        paid=tuple(Paid.from_dict(row) for row in sheet.get("paid", ())),
        reminded=tuple(Reminded.from_dict(row) for row in sheet.get("reminded", ())),
    )


def _sheet(name: str, content: bytes) -> Sheet:
    return Sheet(read(content, name), content, name)
