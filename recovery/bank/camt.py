"""Bank files in ISO 20022 (camt.052, 053 and 054, every version), read entry by entry, however large they are."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import BinaryIO

from lxml import etree

from recovery.bank.amounts import exchange_of, money_of, plain_money
from recovery.bank.entry import Entry
from recovery.bank.found import CLOSING, OPENING, Balance, Found
from recovery.errors import IntakeError
from recovery.money import Money
from recovery.reading.nothing import NO_DAYS, said
from recovery.safe_xml import entries_of_xml

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?![\d-])")
_FORMAT = re.compile(r"camt\.05[234]\.\d{3}\.\d{2}")
_MESSAGE = re.compile(r"BkToCstmr(Stmt|AcctRpt|DbtCdtNtfctn)(V\d+)?")
_FORMATS = {"Stmt": "camt.053", "AcctRpt": "camt.052", "DbtCdtNtfctn": "camt.054"}
_CONTAINERS = ("Stmt", "Rpt", "Ntfctn")
# The first versions write theirs into the message's name.
_VERSIONS = ("", *(f"V{number:02}" for number in range(1, 20)))
_MESSAGES = [f"BkToCstmr{kind}{version}" for kind in _FORMATS for version in _VERSIONS]
_TAGS = [f"{{*}}{name}" for name in (*_MESSAGES, *_CONTAINERS, "Ntry")]
# Booked balances of a statement (ISO 20022, ExternalBalanceType1Code).
_BALANCES = {"OPBD": OPENING, "PRCD": OPENING, "CLBD": CLOSING}
# Days of a bank's books: what lies outside is written where there is none.
_YEARS = range(1990, 2100)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What the entries of a statement share."""

    found: Found
    account: str
    currency: str | None
    ident: str
    created: str | None

    def where(self, number: int) -> str:
        return f"{self.found.name}: statement {self.ident or '?'}, entry {number}"


def entries(file: BinaryIO, found: Found) -> Iterator[Entry]:
    """Yield the booked entries of a file; what is pending or broken is noted in `found`.

    Raises:
        IntakeError: it is no readable XML, unsafe, or none of these messages.
    """
    sheet, number, kind = None, 0, ""
    for event, node in entries_of_xml(file, found.name, "your bank", _TAGS):
        name = etree.QName(node).localname
        if event == "start":
            if message := _MESSAGE.fullmatch(name):
                kind = message[1]
                found.format = found.format or _format(node, kind)
            elif kind and name in _CONTAINERS:
                sheet, number = None, 0
        elif kind and name == "Ntry" and etree.QName(node.getparent()).localname in _CONTAINERS:
            sheet, number = sheet or _sheet(node.getparent(), found), number + 1
            yield from _booked(node, sheet, number)
            _let_go(node)
        elif kind and name in _CONTAINERS:
            found.accounts[account_of(node)] = None
            found.balances += _balances(node) if name == "Stmt" else ()
            _let_go(node)
    if not kind:
        raise found.fault("no bank statement (camt.052, 053, 054); ask the bank for camt.053", "not_a_statement")


def _format(message: etree._Element, kind: str) -> str:
    """Return the message type with its version, without it where the file does not say."""
    places = [etree.QName(message).namespace or ""]
    places += [str(value) for node in (message, *message.iterancestors()) for value in node.attrib.values()]
    return next((match[0] for place in places if (match := _FORMAT.search(place))), _FORMATS[kind])


def _let_go(node: etree._Element) -> None:
    """Free what was read: entries before it leave the tree."""
    node.clear()
    parent = node.getparent()
    if parent is not None:
        parent.remove(node)


def _sheet(container: etree._Element, found: Found) -> _Sheet:
    parent = container.getparent()
    created = _first(container, "CreDtTm") or (_first(parent, "GrpHdr/CreDtTm") if parent is not None else None)
    account = account_of(container)
    found.accounts[account] = None
    return _Sheet(found, account, _first(container, "Acct/Ccy"), _first(container, "Id") or "", created)


def account_of(container: etree._Element) -> str:
    """Return the account's IBAN, or the number that it has instead."""
    return _first(container, "Acct/Id/IBAN", "Acct/Id/Othr/Id", "Acct/Id/PrtryAcct/Id", "Acct/Id/BBAN") or ""


def _balances(statement: etree._Element) -> Iterator[Balance]:
    """Yield what a statement says lay on its account before and after it; one that cannot be read is left out.

    Those of a page (INTM) or of a part of the day are none of a day.
    """
    account = account_of(statement)
    for node in statement.findall("{*}Bal"):
        kind = _BALANCES.get(_first(node, "Tp/CdOrPrtry/Cd", "Tp/Cd") or "")
        day = _DATE.match(_first(node, "Dt/Dt", "Dt/DtTm") or "")
        amount = node.find("{*}Amt")
        if kind is None or day is None or amount is None or _first(node, "Tp/SubTp/Cd") == "INTM":
            continue
        with suppress(ValueError, IntakeError):
            money = Money.parse((amount.text or "").strip(), amount.get("Ccy") or "")
            signed = money if _first(node, "CdtDbtInd") == "CRDT" else -money
            yield Balance(account, date.fromisoformat(day[0]), kind, signed)


def _first(node: etree._Element, *paths: str) -> str | None:
    """Return the first text along the paths, whatever the namespace: the tree around is still being read."""
    anywhere = ("/".join(f"{{*}}{step}" for step in path.split("/")) for path in paths)
    return text_at(node, *anywhere)


def _booked(node: etree._Element, sheet: _Sheet, number: int) -> Iterator[Entry]:
    """Yield the payments of an entry; one that is not booked or cannot be read is noted and holds up no other."""
    for part in node.iter("*"):
        part.tag = etree.QName(part).localname
    status = text_at(node, "Sts/Cd", "Sts/Prtry", "Sts") or "BOOK"
    if status != "BOOK":
        sheet.found.warn(f"{sheet.where(number)}: not booked ({status}), left out")
        return
    try:
        yield from list(_payments(node, sheet, number))
    except IntakeError as error:
        sheet.found.broken(error)


def text_at(node: etree._Element, *paths: str) -> str | None:
    """Return the first text that is not empty along the paths."""
    for path in paths:
        found = (node.findtext(path) or "").strip()
        if found:
            return found
    return None


def _said(node: etree._Element, *paths: str) -> str | None:
    """Return the first text along the paths that says something."""
    return next((text for path in paths if (text := said(text_at(node, path)))), None)


def _texts(node: etree._Element, path: str) -> list[str]:
    return [text for found in node.findall(path) if (text := " ".join((found.text or "").split()))]


def _payments(node: etree._Element, sheet: _Sheet, number: int) -> Iterator[Entry]:
    """Yield one entry per payment: several where the line is a batch whose amounts add up to it."""
    whole = _line(node, sheet, number)
    details = [*node.findall("NtryDtls/TxDtls"), *node.findall("TxDtls")]
    if len(details) == 1:
        yield _single(whole, details[0], sheet, number)
    elif not details:
        yield whole
    elif parts := _split(whole, details, sheet, number):
        yield from parts
    else:
        yield _kept_whole(whole, [_detailed(whole, detail) for detail in details])


def _single(whole: Entry, detail: etree._Element, sheet: _Sheet, number: int) -> Entry:
    """Return an entry with its only detail, which may stand for a batch; the line's own amount rules."""
    one = replace(
        _detailed(whole, detail),
        exchange=exchange_of(detail, whole.currency) or whole.exchange,
        charges=_charges(detail, whole.currency) or whole.charges,
        parts=whole.parts,
    )
    sent = _amount(detail, whole, sheet, number)
    if one.charges and sent and sent != one.amount:
        sheet.found.warn(f"{sheet.where(number)}: {sent} was sent, {one.charges} of it kept as charges")
    return one


def _line(node: etree._Element, sheet: _Sheet, number: int) -> Entry:
    """Return the entry as the account saw it, before its details are looked at."""
    amount = money_of(node.find("Amt"), sheet.currency, sheet.where(number), sheet.found.warnings)
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
        charges=_charges(node, amount.currency),
    )
    own = _said(node, "AcctSvcrRef") or _said(node, "NtryDtls/TxDtls/Refs/AcctSvcrRef")
    return replace(entry, bank_id=own or _made_id(node, sheet, number), own_id=bool(own))


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
    booked = _day(text_at(node, "BookgDt/Dt", "BookgDt/DtTm"), sheet, number)
    value = _day(text_at(node, "ValDt/Dt", "ValDt/DtTm"), sheet, number)
    stated = booked or value
    if stated is None:
        sheet.found.warn(f"{sheet.where(number)}: no date; the statement's own day is taken")
        stated = _day(sheet.created, sheet, number)
    if stated is None:
        raise _no_day(sheet.created, sheet, number)
    return booked or stated, value or stated


def _day(text: str | None, sheet: _Sheet, number: int) -> date | None:
    """Return a day, None where there is none or one that stands for none."""
    if text is None:
        return None
    found = _DATE.match(text)
    try:
        day = date.fromisoformat(found[0] if found else "")
    except ValueError:
        raise _no_day(text, sheet, number) from None
    if day in NO_DAYS or day.year not in _YEARS:
        sheet.found.warn(f"{sheet.where(number)}: {day} stands for no day; the other day of the entry is taken")
        return None
    return day


def _no_day(text: str | None, sheet: _Sheet, number: int) -> IntakeError:
    return IntakeError(
        f"{sheet.where(number)}: {text!r} is no date; ask the bank for the file again", code="bad_date", field="BookgDt"
    )


def _charges(node: etree._Element, currency: str) -> Money | None:
    """Return what the bank kept as charges, where it tells so in the account's currency."""
    total = node.find("Chrgs/TtlChrgsAndTaxAmt")
    amounts = [total] if total is not None else node.findall("Chrgs/Rcrd/Amt") + node.findall("Chrgs/Amt")
    told = [plain_money(one) for one in amounts if one.get("Ccy", currency) == currency]
    minor = sum(one.minor for one in told if one)
    return Money(minor, currency) if minor else None


def _made_id(node: etree._Element, sheet: _Sheet, number: int) -> str:
    """Return an id for an entry without one of the bank's: its number in the statement, or its content.

    Many banks count NtryRef anew in each statement: it is an id only beside the statement's.
    """
    if counted := _said(node, "NtryRef"):
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
    end_to_end = _said(detail, "Refs/EndToEndId")
    name, account, behind = _other_side(whole, detail)
    stated = [*references, *([end_to_end] if end_to_end else [])]
    return replace(
        whole,
        debtor_name=name or behind,
        ultimate_debtor_name=behind,
        debtor_iban=account,
        reference=stated[0] if stated else None,
        text=" ".join(text),
        mentions=tuple(dict.fromkeys([*stated[1:], *numbers, *extra])),
        parts=1,
        returned=detail.find("RtrInf") is not None,
        return_reason=text_at(detail, "RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry", "RtrInf/RtrRsn/Cd", "RtrInf/RtrRsn/Prtry"),
    )


def _other_side(whole: Entry, detail: etree._Element) -> tuple[str | None, str | None, str | None]:
    """Return name and account of who paid, and the name behind.

    Where an earlier entry is undone its parties may stay as they were: who is debtor of a direct debit that is taken
    back stands as creditor then. Whoever does not hold this account is the other side.
    """
    payer, payee = _account(detail, "Dbtr"), _account(detail, "Cdtr")
    undone = whole.taken_back or detail.find("RtrInf") is not None
    if undone and not (_name(detail, "Dbtr") and payer != whole.account):
        return _name(detail, "Cdtr"), payee, _name(detail, "UltmtCdtr")
    return _name(detail, "Dbtr"), payer, _name(detail, "UltmtDbtr")


def _account(detail: etree._Element, role: str) -> str | None:
    return text_at(detail, *(f"RltdPties/{role}Acct/Id/{kind}" for kind in ("IBAN", "Othr/Id", "PrtryAcct/Id", "BBAN")))


def _name(detail: etree._Element, role: str) -> str | None:
    at = f"RltdPties/{role}"
    return _said(detail, f"{at}/Nm", f"{at}/Pty/Nm", f"{at}/Agt/FinInstnId/Nm")


def _split(whole: Entry, details: list[etree._Element], sheet: _Sheet, number: int) -> list[Entry] | None:
    """Return one entry per transaction of a batch, None (and a warning) where they do not add up.

    What the bank kept of the whole batch as charges is an entry of its own, so that the sum stays the line's.
    """
    found = [_part(whole, detail, sheet, number) for detail in details]
    parts = [part for part in found if part is not None]
    signed = sum(part.amount.minor if part.credit == whole.credit else -part.amount.minor for part in parts)
    kept = signed - whole.amount.minor if whole.credit else 0
    told = kept and whole.charges is not None and whole.charges.minor == kept
    if len(parts) < len(details) or (signed != whole.amount.minor and not told):
        sheet.found.warn(
            f"{sheet.where(number)}: its {len(details)} transactions do not add up to "
            f"{whole.amount} {whole.currency}; kept as one"
        )
        return None
    ids = [_said(detail, "Refs/AcctSvcrRef") for detail in details]
    own = len({ident for ident in ids if ident}) == len(details)
    batch = whole.bank_id if whole.own_id else None
    made = [
        replace(
            part,
            bank_id=str(ident) if own else f"{whole.bank_id}/{place}",
            own_id=own or whole.own_id,
            batch=batch,
        )
        for place, (part, ident) in enumerate(zip(parts, ids, strict=True), 1)
    ]
    if told:
        text = "charges kept of a batch"
        charges = replace(
            whole, amount=Money(kept, whole.currency), credit=False, text=text, charges=None, parts=1, batch=batch
        )
        made.append(charges.under(f"{whole.bank_id}/charges"))
    return made


def _part(whole: Entry, detail: etree._Element, sheet: _Sheet, number: int) -> Entry | None:
    """Return one transaction of a batch, None where it has no amount in the account's currency."""
    amount = _amount(detail, whole, sheet, number)
    if amount is None:
        return None
    indicator = text_at(detail, "CdtDbtInd")
    return replace(
        _detailed(whole, detail),
        amount=amount,
        credit=indicator == "CRDT" if indicator else whole.credit,
        exchange=exchange_of(detail, whole.currency),
        charges=_charges(detail, whole.currency),
    )


def _amount(detail: etree._Element, whole: Entry, sheet: _Sheet, number: int) -> Money | None:
    """Return a transaction's amount in the account's currency, None where it states none."""
    for path in ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/CntrValAmt/Amt", "AmtDtls/InstdAmt/Amt"):
        node = detail.find(path)
        if node is not None and node.get("Ccy", whole.currency) == whole.currency:
            amount = money_of(node, whole.currency, sheet.where(number), sheet.found.warnings)
            if amount is not None:
                return amount
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
