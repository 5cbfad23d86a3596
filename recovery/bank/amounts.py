"""Amounts and exchange rates as bank files write them."""

from __future__ import annotations

import re
from decimal import Decimal

from lxml import etree

from recovery.bank.entry import Exchange
from recovery.errors import IntakeError
from recovery.money import Money, minor_digits

# ISO 20022 allows 18 digits, 5 of them decimals; banks write more decimals than that.
_NUMBER = re.compile(r"\+?(\d{1,18}(\.\d{0,10})?|\.\d{1,10})", re.ASCII)


def number_of(text: str | None) -> Decimal | None:
    """Return an XML decimal without a sign, None where it is not one."""
    plain = (text or "").strip()
    return Decimal(plain) if _NUMBER.fullmatch(plain) else None


def money_of(node: etree._Element | None, currency: str | None, where: str, warnings: list[str]) -> Money | None:
    """Return the amount of an element, rounded half up with a warning where its currency lacks the decimals.

    Raises:
        IntakeError: it is not an amount, or in no known currency.
    """
    if node is None or not (node.text or "").strip():
        return None
    exact = number_of(node.text)
    if exact is None:
        raise IntakeError(
            f"{where}: amount {str(node.text).strip()[:40]!r} is no number with a point and without a sign; "
            "ask the bank for the file again",
            code="bad_amount",
            field="Amt",
        )
    code = (node.get("Ccy") or currency or "").strip()
    amount = Money.rounded(exact, _known(code, where))
    if amount.major != exact:
        warnings.append(f"{where}: {exact} {code} has more decimals than {code}; rounded to {amount}")
    return amount


def _known(currency: str, where: str) -> str:
    try:
        minor_digits(currency)
    except IntakeError as error:
        raise IntakeError(f"{where}: {error.message}", code=error.code, field="Ccy") from None
    return currency


def exchange_of(node: etree._Element, currency: str) -> Exchange | None:
    """Return what is told of a conversion, None where the payment was made in the account's currency."""
    original, rate = None, None
    source = target = None
    for part in ("InstdAmt", "TxAmt", "CntrValAmt"):
        found = node.find(f"AmtDtls/{part}/Amt")
        if original is None and found is not None and found.get("Ccy", currency) != currency:
            original = plain_money(found)
        stated = node.find(f"AmtDtls/{part}/CcyXchg")
        if rate is None and stated is not None:
            rate = number_of(stated.findtext("XchgRate"))
            source, target = stated.findtext("SrcCcy"), stated.findtext("TrgtCcy")
    return Exchange(original, rate, source, target) if original or rate else None


def plain_money(node: etree._Element) -> Money | None:
    """Return an amount that only informs, None where it cannot be read."""
    exact = number_of(node.text)
    try:
        return Money.rounded(exact, node.get("Ccy", "")) if exact is not None else None
    except IntakeError:
        return None
