"""The entries of one statement, report or notification of a camt file."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from lxml import etree

from recovery.bank.amounts import exchange_of, money_of
from recovery.bank.entry import Entry
from recovery.errors import IntakeError

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?![\d-])")
# What banks write where they have no reference.
_NOTHING = frozenset(("NOTPROVIDED", "NOT PROVIDED", "NONREF", "NOTAVAILABLE", "NONE", "N/A", "-"))


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What the entries of a statement share."""

    file: str
    account: str
    currency: str | None
    ident: str
    created: str | None
    warnings: list[str]

    def where(self, number: int) -> str:
        return f"{self.file}: statement {self.ident or '?'}, entry {number}"


def account_of(container: etree._Element) -> str:
    """Return the account's IBAN, or the number that it has instead."""
    return text_at(container, "Acct/Id/IBAN", "Acct/Id/Othr/Id", "Acct/Id/PrtryAcct/Id", "Acct/Id/BBAN") or ""


def container_entries(
    container: etree._Element, name: str, warnings: list[str], unread: list[IntakeError]
) -> Iterator[Entry]:
    """Yield the booked entries of a statement; what is pending is named in `warnings`, what is broken in `unread`."""
    parent = container.getparent()
    created = text_at(container, "CreDtTm") or (text_at(parent, "GrpHdr/CreDtTm") if parent is not None else None)
    sheet = _Sheet(
        name,
        account_of(container),
        text_at(container, "Acct/Ccy"),
        text_at(container, "Id") or "",
        created,
        warnings,
    )
    for number, node in enumerate(container.findall("Ntry"), 1):
        status = text_at(node, "Sts/Cd", "Sts/Prtry", "Sts") or "BOOK"
        if status == "BOOK":
            yield from _readable(node, sheet, number, unread)
        else:
            warnings.append(f"{sheet.where(number)}: not booked ({status}), left out")


def _readable(node: etree._Element, sheet: _Sheet, number: int, unread: list[IntakeError]) -> Iterator[Entry]:
    """Yield the payments of an entry, none where it cannot be read: one broken entry holds up no other."""
    try:
        yield from list(_payments(node, sheet, number))
    except IntakeError as error:
        unread.append(error)
        sheet.warnings.append(f"{error.message}; left out")


def text_at(node: etree._Element, *paths: str) -> str | None:
    """Return the first text that is not empty along the paths."""
    for path in paths:
        found = (node.findtext(path) or "").strip()
        if found:
            return found
    return None


def _texts(node: etree._Element, path: str) -> list[str]:
    return [text for found in node.findall(path) if (text := " ".join((found.text or "").split()))]


def _stated(node: etree._Element, *paths: str) -> str | None:
    """Return the first reference along the paths that is one."""
    found = (text_at(node, path) for path in paths)
    return next((text for text in found if text and text.upper() not in _NOTHING), None)


def _payments(node: etree._Element, sheet: _Sheet, number: int) -> Iterator[Entry]:
    """Yield one entry per payment: several where the line is a batch whose amounts add up to it."""
    whole = _line(node, sheet, number)
    details = [*node.findall("NtryDtls/TxDtls"), *node.findall("TxDtls")]
    if len(details) == 1:
        single = _detailed(whole, details[0])
        yield replace(single, exchange=exchange_of(details[0], whole.currency) or whole.exchange)
    elif not details:
        yield whole
    elif parts := _split(whole, details, sheet, number):
        yield from parts
    else:
        yield _kept_whole(whole, [_detailed(whole, detail) for detail in details])


def _line(node: etree._Element, sheet: _Sheet, number: int) -> Entry:
    """Return the entry as the account saw it, before its details are looked at."""
    amount = money_of(node.find("Amt"), sheet.currency, sheet.where(number), sheet.warnings)
    if amount is None:
        raise IntakeError(
            f"{sheet.where(number)}: no amount; ask the bank for the file again",
            code="bad_amount",
            field="Amt",
        )
    booked, value = _days(node, sheet, number)
    batch = text_at(node, "NtryDtls/Btch/NbOfTxs") or "1"
    entry = Entry(
        account=sheet.account,
        booked=booked,
        value=value,
        amount=amount,
        credit=_direction(node, sheet, number),
        debtor_name=None,
        debtor_iban=None,
        reference=None,
        text=" ".join(_texts(node, "AddtlNtryInf")),
        bank_id="",
        reversal=text_at(node, "RvslInd") in ("true", "1"),
        parts=max(1, int(batch)) if re.fullmatch(r"[0-9]{1,9}", batch) else 1,
        exchange=exchange_of(node, amount.currency),
    )
    return replace(entry, bank_id=_bank_id(node, sheet, number))


def _direction(node: etree._Element, sheet: _Sheet, number: int) -> bool:
    stated = text_at(node, "CdtDbtInd")
    if stated not in ("CRDT", "DBIT"):
        raise IntakeError(
            f"{sheet.where(number)}: neither credit nor debit ({stated}); ask the bank for the file again",
            code="bad_direction",
            field="CdtDbtInd",
        )
    return stated == "CRDT"


def _days(node: etree._Element, sheet: _Sheet, number: int) -> tuple[date, date]:
    """Return booking and value day; one stands for the other, the statement's own day for both."""
    booked = text_at(node, "BookgDt/Dt", "BookgDt/DtTm")
    value = text_at(node, "ValDt/Dt", "ValDt/DtTm")
    if not (booked or value):
        sheet.warnings.append(f"{sheet.where(number)}: no date; the statement's own day is taken")
    first, second = booked or value or sheet.created, value or booked or sheet.created
    return _day(first, sheet, number), _day(second, sheet, number)


def _day(text: str | None, sheet: _Sheet, number: int) -> date:
    found = _DATE.match(text or "")
    try:
        return date.fromisoformat(found[0] if found else "")
    except ValueError:
        raise IntakeError(
            f"{sheet.where(number)}: {text!r} is no date; ask the bank for the file again",
            code="bad_date",
            field="BookgDt",
        ) from None


def _bank_id(node: etree._Element, sheet: _Sheet, number: int) -> str:
    """Return the bank's own id of an entry; its number in the statement, or its content, where there is none.

    Many banks count NtryRef anew in each statement: it is an id only beside the statement's.
    """
    own = _stated(node, "AcctSvcrRef") or _stated(node, "NtryDtls/TxDtls/Refs/AcctSvcrRef")
    if own:
        return own
    if counted := _stated(node, "NtryRef"):
        return f"{sheet.ident}:{counted}"
    content = [text for part in node.itertext() if (text := str(part).strip())]
    key = "|".join([sheet.ident, str(number), sheet.account, *content])
    return "h-" + hashlib.sha256(key.encode()).hexdigest()[:24]


def _detailed(whole: Entry, detail: etree._Element) -> Entry:
    """Return the entry with what one transaction's details say of the payer and the purpose."""
    references = _texts(detail, "RmtInf/Strd/CdtrRefInf/Ref") + _texts(detail, "RmtInf/Strd/CdtrRefInf/CdtrRef")
    extra = _texts(detail, "RmtInf/Strd/AddtlRmtInf")
    numbers = _texts(detail, "RmtInf/Strd/RfrdDocInf/Nb") + _texts(detail, "RmtInf/Strd/RfrdDocInf/RfrdDocNb")
    text = _texts(detail, "RmtInf/Ustrd") or extra or _texts(detail, "AddtlTxInf") or [whole.text]
    end_to_end = _stated(detail, "Refs/EndToEndId")
    stated = [*references, *([end_to_end] if end_to_end else [])]
    return replace(
        whole,
        debtor_name=_name(detail, "Dbtr") or _name(detail, "UltmtDbtr"),
        ultimate_debtor_name=_name(detail, "UltmtDbtr"),
        debtor_iban=text_at(
            detail, *(f"RltdPties/DbtrAcct/Id/{kind}" for kind in ("IBAN", "Othr/Id", "PrtryAcct/Id", "BBAN"))
        ),
        reference=stated[0] if stated else None,
        text=" ".join(text),
        mentions=tuple(dict.fromkeys([*stated[1:], *numbers, *extra])),
        parts=1,
    )


def _name(detail: etree._Element, role: str) -> str | None:
    at = f"RltdPties/{role}"
    return text_at(detail, f"{at}/Nm", f"{at}/Pty/Nm", f"{at}/Agt/FinInstnId/Nm")


def _split(whole: Entry, details: list[etree._Element], sheet: _Sheet, number: int) -> list[Entry] | None:
    """Return one entry per transaction of a batch, None (and a warning) where they do not add up."""
    found = [_part(whole, detail, sheet, number) for detail in details]
    parts = [part for part in found if part is not None]
    signed = sum(part.amount.minor if part.credit == whole.credit else -part.amount.minor for part in parts)
    if len(parts) < len(details) or signed != whole.amount.minor:
        sheet.warnings.append(
            f"{sheet.where(number)}: its {len(details)} transactions do not add up to "
            f"{whole.amount} {whole.currency}; kept as one"
        )
        return None
    ids = [_stated(detail, "Refs/AcctSvcrRef") for detail in details]
    own = len({ident for ident in ids if ident}) == len(details)
    return [
        replace(part, bank_id=str(ident) if own else f"{whole.bank_id}/{place}")
        for place, (part, ident) in enumerate(zip(parts, ids, strict=True), 1)
    ]


def _part(whole: Entry, detail: etree._Element, sheet: _Sheet, number: int) -> Entry | None:
    """Return one transaction of a batch, None where it has no amount in the account's currency."""
    for path in ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/CntrValAmt/Amt", "AmtDtls/InstdAmt/Amt"):
        node = detail.find(path)
        if node is not None and node.get("Ccy", whole.currency) == whole.currency:
            amount = money_of(node, whole.currency, sheet.where(number), sheet.warnings)
            if amount is not None:
                indicator = text_at(detail, "CdtDbtInd")
                return replace(
                    _detailed(whole, detail),
                    amount=amount,
                    credit=indicator == "CRDT" if indicator else whole.credit,
                    exchange=exchange_of(detail, whole.currency),
                )
    return None


def _kept_whole(whole: Entry, parts: list[Entry]) -> Entry:
    """Return a batch as one entry, with what all its transactions share."""
    text = " ".join(dict.fromkeys(part.text for part in parts if part.text)) or whole.text
    said = [word for part in parts for word in (part.reference, *part.mentions) if word]
    return replace(
        whole,
        debtor_name=_shared(part.debtor_name for part in parts),
        debtor_iban=_shared(part.debtor_iban for part in parts),
        reference=_shared(part.reference for part in parts),
        text=text,
        mentions=tuple(dict.fromkeys(said)),
        parts=len(parts),
    )


def _shared(values: Iterable[str | None]) -> str | None:
    different = set(values)
    return different.pop() if len(different) == 1 else None


def unique(entries: Iterable[Entry], warnings: list[str]) -> Iterator[Entry]:
    """Yield each payment once: the same one again is left out, another one under its id gets its own."""
    seen: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        key = (entry.account, entry.bank_id)
        if key in seen and seen[key] != entry:
            content = hashlib.sha256(repr(entry).encode()).hexdigest()[:8]
            entry = replace(entry, bank_id=f"{entry.bank_id}+{content}")
            key = (entry.account, entry.bank_id)
        if key in seen:
            warnings.append(f"account {entry.account}: entry {entry.bank_id} stands twice, taken once")
            continue
        seen[key] = entry
        yield entry
