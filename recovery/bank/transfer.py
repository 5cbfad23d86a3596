"""Outgoing transfers as a pain.001.001.09 file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lxml import etree
from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from recovery.errors import IntakeError
from recovery.money import Money, total

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"


@dataclass(frozen=True, slots=True)
class Transfer:
    """One payment going out."""

    end_to_end_id: str
    creditor_name: str
    creditor_iban: str
    amount: Money
    text: str


def sepa_text(text: str, length: int) -> str:
    """Return a text in the characters every SEPA bank takes, cut to a length."""
    folded = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ø", "o").replace("æ", "ae"))
    plain = "".join(char for char in folded if not unicodedata.combining(char))
    return re.sub(r"[^A-Za-z0-9/\-?:().,'+ ]", " ", plain).strip()[:length] or "-"


def checked_iban(iban: str) -> str:
    """Return an IBAN without spaces.

    Raises:
        IntakeError: its check digits or length are wrong.
    """
    try:
        return str(IBAN(iban))
    except (SchwiftyException, ValueError) as error:
        raise IntakeError(f"IBAN {iban!r}: {error}; correct the account", code="bad_iban", field="iban") from None


def payment_file(message_id: str, created: datetime, holder: str, iban: str, bic: str | None,
                 transfers: Sequence[Transfer], execution_on: date) -> bytes:
    """Return the transfers as one file, grouped by currency."""
    root = etree.Element(f"{{{NAMESPACE}}}Document", nsmap={None: NAMESPACE})
    initiation = _add(root, "CstmrCdtTrfInitn")
    header = _add(initiation, "GrpHdr")
    _add(header, "MsgId", sepa_text(message_id, 35))
    _add(header, "CreDtTm", created.strftime("%Y-%m-%dT%H:%M:%S"))
    _add(header, "NbOfTxs", str(len(transfers)))
    _add(header, "CtrlSum", str(sum((transfer.amount.major for transfer in transfers))))
    _add(_add(header, "InitgPty"), "Nm", sepa_text(holder, 70))
    for number, currency in enumerate(sorted({transfer.amount.currency for transfer in transfers}), 1):
        group = [transfer for transfer in transfers if transfer.amount.currency == currency]
        _block(initiation, f"{message_id[:30]}-{number}", holder, iban, bic, group, currency, execution_on)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _block(parent: etree._Element, block_id: str, holder: str, iban: str, bic: str | None,
           group: list[Transfer], currency: str, execution_on: date) -> None:
    block = _add(parent, "PmtInf")
    _add(block, "PmtInfId", sepa_text(block_id, 35))
    _add(block, "PmtMtd", "TRF")
    _add(block, "NbOfTxs", str(len(group)))
    _add(block, "CtrlSum", str(total([transfer.amount for transfer in group], currency)))
    if currency == "EUR":
        _add(_add(_add(block, "PmtTpInf"), "SvcLvl"), "Cd", "SEPA")
    _add(_add(block, "ReqdExctnDt"), "Dt", execution_on.isoformat())
    _add(_add(block, "Dbtr"), "Nm", sepa_text(holder, 70))
    _add(_add(_add(block, "DbtrAcct"), "Id"), "IBAN", checked_iban(iban))
    institution = _add(_add(block, "DbtrAgt"), "FinInstnId")
    if bic:
        _add(institution, "BICFI", bic)
    else:
        _add(_add(institution, "Othr"), "Id", "NOTPROVIDED")
    _add(block, "ChrgBr", "SLEV")
    for transfer in group:
        _transfer(block, transfer)


def _transfer(block: etree._Element, transfer: Transfer) -> None:
    row = _add(block, "CdtTrfTxInf")
    _add(_add(row, "PmtId"), "EndToEndId", sepa_text(transfer.end_to_end_id, 35))
    amount = _add(_add(row, "Amt"), "InstdAmt", str(transfer.amount))
    amount.set("Ccy", transfer.amount.currency)
    _add(_add(row, "Cdtr"), "Nm", sepa_text(transfer.creditor_name, 70))
    _add(_add(_add(row, "CdtrAcct"), "Id"), "IBAN", checked_iban(transfer.creditor_iban))
    _add(_add(row, "RmtInf"), "Ustrd", sepa_text(transfer.text, 140))


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    node = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    if text is not None:
        node.text = text
    return node
