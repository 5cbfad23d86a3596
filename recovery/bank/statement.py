"""Bank statements in ISO 20022 (camt.052, 053, 054, every version), one entry per booked payment."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

from recovery.errors import IntakeError
from recovery.money import Money, decimal_of, minor_digits
from recovery.safe_xml import parse_xml, read_limited

LIMIT = 50 * 1024 * 1024
_CONTAINERS = ("Stmt", "Rpt", "Ntfctn")


@dataclass(frozen=True, slots=True)
class BankLine:
    """One booked line: `amount` is positive, `credit` tells whether it came in."""

    account: str
    booked: date | None
    value: date | None
    amount: Money
    credit: bool
    debtor_name: str | None
    debtor_iban: str | None
    reference: str | None
    text: str
    bank_id: str

    def as_dict(self) -> dict[str, Any]:
        """Return the entry in the shape of the command line's JSON."""
        return {
            "account": self.account, "booked": self.booked.isoformat() if self.booked else None,
            "value": self.value.isoformat() if self.value else None, **self.amount.as_dict(), "credit": self.credit,
            "debtor_name": self.debtor_name, "debtor_iban": self.debtor_iban, "reference": self.reference,
            "text": self.text, "bank_id": self.bank_id,
        }


@dataclass(frozen=True, slots=True)
class Statement:
    """A bank file as read."""

    format: str
    entries: tuple[BankLine, ...]
    warnings: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the statement in the shape of the command line's JSON."""
        return {"format": self.format, "entries": [entry.as_dict() for entry in self.entries],
                "warnings": list(self.warnings)}


def read_statement_file(path: Path) -> Statement:
    """Read a bank file from disk."""
    return read_statement(read_limited(path, LIMIT), path.name)


def read_statement(data: bytes, name: str) -> Statement:
    """Read a bank file.

    Raises:
        IntakeError: it is no readable XML, unsafe, or not a camt.052, 053 or 054.
    """
    root = parse_xml(data, name)
    namespace = etree.QName(root).namespace or ""
    found = re.search(r"camt\.05[234]\.\d{3}\.\d{2}", namespace)
    containers = [node for node in root.iter() if _local(node) in _CONTAINERS]
    if not found or not containers:
        raise IntakeError(f"{name}: not a bank statement (camt.052, 053 or 054) but {_local(root)}; "
                          "ask the bank for camt.053", code="not_a_statement", field="file")
    warnings: list[str] = []
    entries = [line for container in containers for line in _lines(container, warnings)]
    return Statement(found[0], tuple(_unique(entries, warnings)), tuple(warnings))


def _local(node: Any) -> str:
    return etree.QName(node).localname if isinstance(node.tag, str) else ""


def _at(node: Any, path: str) -> Any:
    """Return the first descendant along local names, None where a step is missing."""
    for name in path.split("/"):
        if node is None:
            return None
        node = next((child for child in node if _local(child) == name), None)
    return node


def _text(node: Any, *paths: str) -> str | None:
    for path in paths:
        found = _at(node, path)
        if found is not None and (found.text or "").strip():
            return str(found.text).strip()
    return None


def _all(node: Any, path: str) -> list[Any]:
    *first, last = path.split("/")
    parents = [node]
    for name in first:
        parents = [child for parent in parents for child in parent if _local(child) == name]
    return [child for parent in parents for child in parent if _local(child) == last]


def _lines(container: Any, warnings: list[str]) -> Iterator[BankLine]:
    account = _text(container, "Acct/Id/IBAN", "Acct/Id/Othr/Id", "Acct/Id/PrtryAcct/Id") or ""
    statement = _text(container, "Id") or ""
    for number, entry in enumerate(_all(container, "Ntry"), 1):
        status = _text(entry, "Sts/Cd", "Sts") or "BOOK"
        if status not in ("BOOK", "BOOKED"):
            warnings.append(f"entry {number} of {account}: not booked yet ({status}), left out")
            continue
        yield from _entry(entry, account, f"{statement}:{number}", warnings)


def _entry(entry: Any, account: str, position: str, warnings: list[str]) -> Iterator[BankLine]:
    amount = _amount(_at(entry, "Amt"), position, warnings)
    if amount is None:
        warnings.append(f"entry {position}: no amount, left out")
        return
    # A reversal undoes an earlier entry: CdtDbtInd already names its own direction (ISO 20022 usage).
    whole = BankLine(
        account, _day(_at(entry, "BookgDt")), _day(_at(entry, "ValDt")) or _day(_at(entry, "BookgDt")), amount,
        _text(entry, "CdtDbtInd") == "CRDT", None, None, None, _text(entry, "AddtlNtryInf") or "",
        _text(entry, "AcctSvcrRef") or _text(entry, "NtryRef") or "")
    details = [detail for group in _all(entry, "NtryDtls") for detail in _all(group, "TxDtls")]
    parts = [_detail(whole, detail, position, warnings) for detail in details]
    if len(parts) > 1 and not _adds_up(whole, parts):
        warnings.append(f"entry {position}: its {len(parts)} parts do not add up to {amount}; kept as one")
        parts = [replace(whole, text=" ".join(dict.fromkeys(part.text for part in parts)))]
    for index, part in enumerate(parts or [whole], 1):
        single = replace(part, amount=amount) if len(parts) == 1 and part.amount.currency == amount.currency else part
        single = replace(single, amount=amount) if len(parts) == 1 else single
        yield _identified(single, position, index, len(parts))


def _adds_up(whole: BankLine, parts: list[BankLine]) -> bool:
    same = all(part.amount.currency == whole.amount.currency for part in parts)
    signed = sum(part.amount.minor if part.credit == whole.credit else -part.amount.minor for part in parts)
    return same and signed == whole.amount.minor


def _detail(whole: BankLine, detail: Any, position: str, warnings: list[str]) -> BankLine:
    node = _at(detail, "Amt")
    if node is None:
        node = _at(detail, "AmtDtls/TxAmt/Amt")
    amount = _amount(node, position, warnings) if node is not None else None
    indicator = _text(detail, "CdtDbtInd")
    other = "Dbtr" if whole.credit else "Cdtr"
    reference = _text(detail, "RmtInf/Strd/CdtrRefInf/Ref") or _text(detail, "Refs/EndToEndId")
    text = " ".join(part.text.strip() for part in _all(detail, "RmtInf/Ustrd") if part.text)
    structured = " ".join(part.text.strip() for part in _all(detail, "RmtInf/Strd/AddtlRmtInf") if part.text)
    return replace(
        whole, amount=amount or whole.amount, credit=indicator == "CRDT" if indicator else whole.credit,
        debtor_name=_text(detail, f"RltdPties/{other}/Nm", f"RltdPties/{other}/Pty/Nm", f"RltdPties/Ultmt{other}/Nm",
                          f"RltdPties/Ultmt{other}/Pty/Nm"),
        debtor_iban=_text(detail, f"RltdPties/{other}Acct/Id/IBAN", f"RltdPties/{other}Acct/Id/Othr/Id"),
        reference=None if reference in ("NOTPROVIDED", "NOT PROVIDED") else reference,
        text=" ".join(x for x in (text, structured) if x) or _text(detail, "AddtlTxInf") or whole.text,
        bank_id=_text(detail, "Refs/AcctSvcrRef") or whole.bank_id)


def _identified(line: BankLine, position: str, index: int, parts: int) -> BankLine:
    """Give a line an id that stays the same when the file is read again."""
    if line.bank_id and parts <= 1:
        return line
    if line.bank_id:
        return replace(line, bank_id=f"{line.bank_id}/{index}")
    content = f"{position}|{index}|{line.booked}|{line.amount}|{line.reference}|{line.text}|{line.debtor_iban}"
    return replace(line, bank_id="h-" + hashlib.sha256(content.encode()).hexdigest()[:24])


def _unique(entries: list[BankLine], warnings: list[str]) -> Iterator[BankLine]:
    seen: dict[tuple[str, str], BankLine] = {}
    for entry in entries:
        key = (entry.account, entry.bank_id)
        if key not in seen:
            seen[key] = entry
            yield entry
        elif seen[key] == entry:
            warnings.append(f"entry {entry.bank_id}: stands twice in the file, taken once")
        else:
            content = f"{entry.amount}|{entry.credit}|{entry.booked}|{entry.reference}|{entry.text}|{entry.debtor_name}"
            other = replace(entry, bank_id=f"{entry.bank_id}+{hashlib.sha256(content.encode()).hexdigest()[:8]}")
            if (other.account, other.bank_id) not in seen:
                seen[(other.account, other.bank_id)] = other
                yield other


def _day(node: Any) -> date | None:
    text = _text(node, "Dt", "DtTm") if node is not None else None
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise IntakeError(f"date {text!r}: not a date of the calendar; ask the bank for the file again",
                          code="bad_date", field="BookgDt") from None


def _amount(node: Any, position: str, warnings: list[str]) -> Money | None:
    if node is None or not (node.text or "").strip():
        return None
    currency = str(node.get("Ccy", "EUR")).strip()
    exact = decimal_of(node.text.strip().replace(",", "."))
    digits = minor_digits(currency)
    if exact != exact.quantize(Decimal(1).scaleb(-digits)):
        warnings.append(f"entry {position}: {exact} {currency} has more than {digits} decimals; rounded half up")
    return Money.rounded(abs(exact), currency)
