"""Outgoing transfers as a pain.001.001.09 file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from anyascii import anyascii
from lxml import etree
from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException

from recovery.errors import IntakeError
from recovery.money import Money, total
from recovery.postal import PostalAddress

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
_PREFIX = f"{{{NAMESPACE}}}"
# The highest amount of a SEPA credit transfer, in cents (EPC rulebook, AT-T002).
MOST_MINOR = 99_999_999_999

_NOT_SEPA = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
_SIGNS = str.maketrans({"&": "+", "€": "E", "_": "-", "Æ": "AE", "Œ": "OE"})


@dataclass(frozen=True, slots=True)
class Transfer:
    """One payment going out."""

    end_to_end_id: str
    creditor_name: str
    creditor_iban: str
    amount: Money
    text: str
    address: PostalAddress | None = None


@dataclass(frozen=True, slots=True)
class _Payer:
    name: str
    iban: str
    bic: str | None
    address: PostalAddress | None


@lru_cache(maxsize=65536)
def sepa_text(text: str, length: int) -> str:
    """Return a text in the characters that every SEPA bank takes, cut to a length; any script in Latin letters."""
    kept = anyascii(text.translate(_SIGNS))
    return " ".join(_NOT_SEPA.sub(" ", kept).split())[:length].strip() or "-"


def sepa_identifier(text: str) -> str:
    """Return an identifier as SEPA takes it: 35 characters, no slash at an end and no two together."""
    return re.sub(r"/{2,}", "/", sepa_text(text, 35)).strip("/ ") or "-"


@lru_cache(maxsize=65536)
def checked_iban(iban: str) -> str:
    """Return an IBAN without spaces.

    Raises:
        IntakeError: its check digits or length are wrong.
    """
    try:
        return str(IBAN(iban))
    except (SchwiftyException, ValueError) as error:
        raise IntakeError(f"IBAN: {error}; correct the account", code="bad_iban", field="iban") from None


def checked_bic(bic: str) -> str:
    """Return a BIC without spaces.

    Raises:
        IntakeError: it is not built like a BIC.
    """
    try:
        return str(BIC(bic))
    except (SchwiftyException, ValueError) as error:
        raise IntakeError(f"BIC {bic!r}: {error}; correct it or leave it out", code="bad_bic", field="bic") from None


def payment_file(
    message_id: str,
    created: datetime,
    debtor_name: str,
    debtor_iban: str,
    debtor_bic: str | None,
    transfers: Sequence[Transfer],
    execution_on: date,
    debtor_address: PostalAddress | None = None,
) -> bytes:
    """Return the transfers as one file, a block per currency.

    Raises:
        IntakeError: an account is wrong, an amount cannot be transferred, or there is nothing to pay.
    """
    if not transfers:
        raise IntakeError("payment file: no transfers; nothing is due", code="nothing_to_pay", field="transfers")
    bic = checked_bic(debtor_bic) if debtor_bic else None
    payer = _Payer(debtor_name, checked_iban(debtor_iban), bic, debtor_address)
    namespaces: dict[str | None, str] = {None: NAMESPACE}
    root = etree.Element(f"{{{NAMESPACE}}}Document", nsmap=namespaces)  # type: ignore[arg-type]
    initiation = _add(root, "CstmrCdtTrfInitn")
    header = _add(initiation, "GrpHdr")
    _add(header, "MsgId", sepa_identifier(message_id))
    _add(header, "CreDtTm", created.isoformat(timespec="seconds"))
    _add(header, "NbOfTxs", str(len(transfers)))
    _add(header, "CtrlSum", str(sum(transfer.amount.major for transfer in transfers)))
    _add(_add(header, "InitgPty"), "Nm", sepa_text(debtor_name, 70))
    for number, currency in enumerate(sorted({transfer.amount.currency for transfer in transfers}), 1):
        group = [transfer for transfer in transfers if transfer.amount.currency == currency]
        _block(initiation, f"{message_id[:30]}-{number}", payer, group, execution_on)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _block(parent: etree._Element, block_id: str, payer: _Payer, group: list[Transfer], execution_on: date) -> None:
    """Add the transfers of one currency; only those in euro are SEPA credit transfers."""
    currency = group[0].amount.currency
    block = _add(parent, "PmtInf")
    _add(block, "PmtInfId", sepa_identifier(block_id))
    _add(block, "PmtMtd", "TRF")
    _add(block, "NbOfTxs", str(len(group)))
    _add(block, "CtrlSum", str(total([transfer.amount for transfer in group], currency)))
    if currency == "EUR":
        _add(_add(_add(block, "PmtTpInf"), "SvcLvl"), "Cd", "SEPA")
    _add(_add(block, "ReqdExctnDt"), "Dt", execution_on.isoformat())
    _party(block, "Dbtr", payer.name, payer.address)
    _add(_add(_add(block, "DbtrAcct"), "Id"), "IBAN", payer.iban)
    institution = _add(_add(block, "DbtrAgt"), "FinInstnId")
    if payer.bic:
        _add(institution, "BICFI", payer.bic)
    else:
        _add(_add(institution, "Othr"), "Id", "NOTPROVIDED")
    _add(block, "ChrgBr", "SLEV")
    for transfer in group:
        _transfer(block, transfer)


def _transfer(block: etree._Element, transfer: Transfer) -> None:
    amount = transfer.amount
    if not 0 < amount.minor <= MOST_MINOR:
        raise IntakeError(
            f"transfer {transfer.end_to_end_id}: {amount} {amount.currency} cannot be transferred; "
            "it must be more than zero and less than a milliard",
            code="bad_amount",
            field="amount",
        )
    row = _add(block, "CdtTrfTxInf")
    _add(_add(row, "PmtId"), "EndToEndId", sepa_identifier(transfer.end_to_end_id))
    _add(_add(row, "Amt"), "InstdAmt", str(amount)).set("Ccy", amount.currency)
    _party(row, "Cdtr", transfer.creditor_name, transfer.address)
    _add(_add(_add(row, "CdtrAcct"), "Id"), "IBAN", checked_iban(transfer.creditor_iban))
    _add(_add(row, "RmtInf"), "Ustrd", sepa_text(transfer.text, 140))


def _party(parent: etree._Element, role: str, name: str, address: PostalAddress | None) -> None:
    node = _add(parent, role)
    _add(node, "Nm", sepa_text(name, 70))
    if address is None or not (address.town and address.country):
        return  # a bank takes a name alone, and no address without its town and country
    postal = _add(node, "PstlAdr")
    if address.street:
        _add(postal, "StrtNm", sepa_text(address.street, 70))
    if address.postal_code:
        _add(postal, "PstCd", sepa_text(address.postal_code, 16))
    _add(postal, "TwnNm", sepa_text(address.town, 35))
    _add(postal, "Ctry", address.country)


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    node = etree.SubElement(parent, _PREFIX + name)
    if text is not None:
        node.text = text
    return node
