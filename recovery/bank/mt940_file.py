"""SWIFT MT940 statements: the tags read by mt-940, what banks write into tag 86 by their own codes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from stdnum import iban

from recovery.bank.entry import Entry
from recovery.bank.found import CLOSING, OPENING, Balance, Found
from recovery.errors import IntakeError
from recovery.money import Money, decimal_of
from recovery.reading.nothing import said

FORMAT = "MT940"
# Codes between slashes in tag 86, as banks of the Netherlands, Belgium, Sweden and others write them.
_CODES = (
    *("EREF", "KREF", "MREF", "IREF", "MARF", "PREF", "CNTP", "REMI", "NAME", "IBAN", "BIC", "ORDP", "BENM", "TRTP"),
    *("ADDR", "ISDT", "CSID", "PURP", "ULTD", "ULTC", "RTRN", "SVCL", "TRCD", "OCMT", "CHGS", "EXCH", "TR", "ACCT"),
)
_CODE = re.compile(rf"/({'|'.join(_CODES)})/")
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{10,30}")
_CURRENCY = re.compile(r"(?<=[0-9])[A-Z]{3}$")
_LINE = 65  # characters of a full line: a word may go on in the next
# The balances of a whole statement; those of one of its pages (60M, 62M) are none of a day.
_BALANCE = re.compile(r"(?m)^:(60F|62F):([CD])(\d{6})([A-Z]{3})(\d+,\d*)")
_LINES = re.compile(r"(?m)^(?=:61:)")


@dataclass(frozen=True, slots=True)
class _Said:
    """What tag 86 tells of a payment."""

    name: str | None = None
    account: str | None = None
    reference: str | None = None
    text: str = ""
    reason: str | None = None


def looks_like(text: str) -> bool:
    """Tell whether a text is an MT940 statement."""
    head = text[:4096]
    return bool(re.search(r"(?m)^:20:", head) and re.search(r"(?m)^:(25|28C?|60[FM]):", head)) or head.startswith("{1:")


def entries(text: str, found: Found) -> Iterator[Entry]:
    """Yield the entries of each statement of a file; a statement that cannot be read holds up no other.

    Raises:
        IntakeError: there is no statement in it.
    """
    found.format = FORMAT
    blocks = [block for block in re.split(r"(?m)^(?=:20:)", text.replace("\r\n", "\n")) if block.startswith(":20:")]
    for number, block in enumerate(blocks, 1):
        where = f"{found.name}: statement {number}"
        try:
            yield from list(_statement(block, where, found))
        except IntakeError as error:
            found.broken(error)


def _statement(block: str, where: str, found: Found) -> Iterator[Entry]:
    head, *lines = _LINES.split(block)
    account = _account(str(_parsed(head, where).data.get("account_identification") or ""))
    found.accounts[account] = None
    found.balances += _balances(block, account)
    for number, line in enumerate(lines, 1):
        at = f"{where}, entry {number}"
        try:
            yield _entry(_line(head, line, at), account, at, found)
        except IntakeError as error:
            found.broken(error)


def _balances(block: str, account: str) -> Iterator[Balance]:
    """Yield what a statement says lay on its account before and after it; one that cannot be is left out."""
    for tag, sign, day, currency, number in _BALANCE.findall(block):
        with suppress(ValueError, IntakeError):
            amount = Money.rounded(decimal_of(number.replace(",", ".").rstrip("."), tag), currency)
            on = datetime.strptime(day, "%y%m%d").date()  # noqa: DTZ007 - a day without an hour
            yield Balance(account, on, OPENING if tag == "60F" else CLOSING, amount if sign == "C" else -amount)


def _line(head: str, line: str, where: str) -> dict[str, Any]:
    """Return what one line says; each is read by itself, so that one that is broken is the only one lost."""
    found = [one.data for one in _parsed(head + line, where).transactions if one.data.get("amount") is not None]
    if len(found) != 1:
        raise IntakeError(
            f"{where}: no amount and direction in it; ask the bank for camt.053", code="bad_amount", field="61"
        )
    return dict(found[0])


def _parsed(block: str, where: str) -> Any:
    import mt940

    try:
        [statement] = mt940.parser.parse_statements(block)
    except Exception as error:  # the library raises many kinds for a broken file
        raise IntakeError(
            f"{where}: cannot be read ({type(error).__name__}); ask the bank for camt.053",
            code="unreadable_file",
            field="file",
        ) from None
    return statement


def _account(text: str) -> str:
    """Return the account without bank code and currency, which some banks write beside it."""
    plain = re.sub(r"\s", "", text).upper()
    found = _IBAN.search(plain)
    bare = found[0] if found else plain.rsplit("/", 1)[-1]
    return _CURRENCY.sub("", bare)


def _entry(line: dict[str, Any], account: str, where: str, found: Found) -> Entry:
    amount, status = line["amount"], str(line.get("status") or "")
    money = Money.rounded(decimal_of(str(abs(amount.amount)), where), str(amount.currency or ""))
    value, booked = _day(line.get("date")), _day(line.get("entry_date") or line.get("guessed_entry_date"))
    if value is None and booked is None:
        raise IntakeError(f"{where}: no date; ask the bank for the file again", code="bad_date", field="61")
    told = _told(line)
    reference = said(str(line.get("customer_reference") or ""))
    own = said(str(line.get("bank_reference") or ""))
    entry = Entry(
        account=account,
        booked=booked or value or date.min,
        value=value or booked or date.min,
        amount=money,
        credit=status.endswith("C") != status.startswith("R"),
        debtor_name=told.name,
        debtor_iban=told.account,
        reference=told.reference or (reference if reference not in ("EREF", "PREF", "MREF") else None),
        text=told.text,
        bank_id="",
        mentions=tuple(one for one in (own,) if one and one != told.reference),
        reversal=status.startswith("R"),
        returned=told.reason is not None,
        return_reason=told.reason,
    )
    return found.numbered(entry, "m")


def _day(found: Any) -> date | None:
    return date(found.year, found.month, found.day) if found else None


def _told(line: dict[str, Any]) -> _Said:
    """Return what tag 86 says: by codes between slashes, by numbered fields that the library has read, or in words."""
    if line.get("purpose") or line.get("applicant_name") or line.get("applicant_iban"):
        texts = [line.get(name) for name in ("purpose", "additional_purpose")]
        account, name = _account_before(line.get("applicant_name") or "")
        return _Said(
            said(name),
            said(line.get("applicant_iban")) or account,
            said(line.get("end_to_end_reference")),
            " ".join(text for text in texts if text),
        )
    raw = "\n".join(str(line.get(name) or "") for name in ("transaction_details", "extra_details")).strip()
    pieces = _CODE.split(_joined("/" + raw.lstrip("/") if _CODE.search("/" + raw.lstrip("/")) else raw))
    if len(pieces) < 3:
        found = _IBAN.search(re.sub(r"\s", "", raw))
        return _Said(account=found[0] if found else None, text=" ".join(raw.split()))
    codes = {code: value.strip("/ ") for code, value in zip(pieces[1::2], pieces[2::2], strict=False)}
    return _by_codes(codes, pieces[0])


def _account_before(name: str) -> tuple[str | None, str]:
    """Return the account that the library leaves before a name, and the name."""
    lengths = (size for size in range(15, 35) if iban.is_valid(name[:size]))
    size = next(lengths, 0)
    return name[:size] or None, name[size:]


def _by_codes(codes: dict[str, str], before: str) -> _Said:
    account, name = codes.get("IBAN") or codes.get("ACCT"), codes.get("NAME")
    if other := codes.get("CNTP"):
        parts = [part.strip() for part in other.split("/")]
        account, name = account or parts[0], name or (parts[2] if len(parts) > 2 else None)
    remittance = codes.get("REMI", "")
    structured = re.fullmatch(r"STRD/(?:[A-Z]+/)?(.+?)/?", remittance)
    free = "" if structured else re.sub(r"^(USTD|UNST)/+", "", remittance).strip("/ ")
    reference = structured[1] if structured else said(codes.get("EREF"))
    return _Said(said(name), said(account), reference, " ".join(f"{before} {free}".split()), said(codes.get("RTRN")))


def _joined(text: str) -> str:
    """Return lines as one: a full one goes on in the middle of a word, a shorter one ended there."""
    lines = text.split("\n")
    return "".join(line if len(line) == _LINE else f"{line} " for line in lines).strip()
