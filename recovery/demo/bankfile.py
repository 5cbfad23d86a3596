"""The bank's side of the demo: a camt.053 statement with the debtors' payments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lxml import etree

from recovery.money import Money

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"


@dataclass(frozen=True)
class Paid:
    """One payment by a debtor, as the bank books it."""

    number: int
    account: str
    on: date
    amount: Money
    debtor: str
    text: str
    structured: bool = True


def statement(payments: list[Paid], made_on: date) -> bytes:
    """Return one camt.053 file with a statement per account and currency."""
    root = etree.Element(f"{{{NAMESPACE}}}Document", nsmap={None: NAMESPACE})  # type: ignore[dict-item]
    message = _add(root, "BkToCstmrStmt")
    header = _add(message, "GrpHdr")
    _add(header, "MsgId", f"DEMO-{made_on.isoformat()}")
    _add(header, "CreDtTm", f"{made_on.isoformat()}T06:00:00")
    for number, (account, currency) in enumerate(sorted({(p.account, p.amount.currency) for p in payments}), 1):
        block = _add(message, "Stmt")
        _add(block, "Id", f"{made_on.isoformat()}-{number}")
        _add(block, "CreDtTm", f"{made_on.isoformat()}T06:00:00")
        holder = _add(block, "Acct")
        _add(_add(holder, "Id"), "IBAN", account)
        _add(holder, "Ccy", currency)
        for paid in payments:
            if (paid.account, paid.amount.currency) == (account, currency):
                _entry(block, paid)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _entry(block: etree._Element, paid: Paid) -> None:
    entry = _add(block, "Ntry")
    _add(entry, "NtryRef", str(paid.number))
    _add(entry, "Amt", str(paid.amount)).set("Ccy", paid.amount.currency)
    _add(entry, "CdtDbtInd", "CRDT")
    _add(_add(entry, "Sts"), "Cd", "BOOK")
    for name in ("BookgDt", "ValDt"):
        _add(_add(entry, name), "Dt", paid.on.isoformat())
    _add(entry, "AcctSvcrRef", f"DEMO{paid.number:08d}")
    detail = _add(_add(entry, "NtryDtls"), "TxDtls")
    _add(_add(detail, "Refs"), "EndToEndId", "NOTPROVIDED")
    party = _add(_add(_add(detail, "RltdPties"), "Dbtr"), "Pty")
    _add(party, "Nm", paid.debtor)
    info = _add(detail, "RmtInf")
    if paid.structured:
        _add(_add(_add(info, "Strd"), "CdtrRefInf"), "Ref", paid.text)
    else:
        _add(info, "Ustrd", paid.text)


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    node = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    if text is not None:
        node.text = text
    return node
