"""The EPC code with which a banking app fills in a SEPA transfer (EPC069-12)."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

from stdnum import iso11649

from recovery.letters.letter import PaymentDetails

# Countries and territories of the Single Euro Payments Area by the country code of their IBAN (EPC409-09).
SEPA = frozenset(
    (
        *("AD", "AL", "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GI", "GR"),
        *("HR", "HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MC", "MD", "ME", "MK", "MT", "NL", "NO", "PL"),
        *("PT", "RO", "RS", "SE", "SI", "SK", "SM", "VA"),
    )
)
LEAST, MOST = Decimal("0.01"), Decimal("999999999.99")
# The standard's own limits: bytes of a code (version 13 at level M), and its character sets in their numbering.
MOST_BYTES, LONGEST_IBAN = 331, 34
CHARACTER_SETS = {
    "2": "iso-8859-1",
    "3": "iso-8859-2",
    "4": "iso-8859-4",
    "5": "iso-8859-5",
    "6": "iso-8859-7",
    "7": "iso-8859-10",
    "8": "iso-8859-15",
    "1": "utf-8",
}


def qr_svg(payment: PaymentDetails) -> str | None:
    """Return the code as SVG; None outside SEPA, in another currency, or where it would not hold the data."""
    content = epc_content(payment)
    return _svg(content) if content else None


def epc_content(payment: PaymentDetails) -> bytes | None:
    """Return what the code says, in the first character set that has all its letters; None where there is no code."""
    iban, amount = payment.iban.replace(" ", "").upper(), Decimal(payment.amount)
    if payment.currency != "EUR" or iban[:2] not in SEPA or not LEAST <= amount <= MOST:
        return None
    name, reference = payment.account_holder[:70].strip(), payment.reference.strip()
    if not name or not reference or len(iban) > LONGEST_IBAN or len(payment.bic or "") not in (0, 8, 11):
        return None
    structured = iso11649.compact(reference) if iso11649.is_valid(reference) else ""
    text = () if structured else (reference[:140],)
    euros = f"EUR{amount:.2f}".rstrip("0").rstrip(".")
    told = ("SCT", payment.bic or "", name, iban, euros, "", structured, *text)
    content = _encoded("\n".join(told))
    return content if content and len(content) <= MOST_BYTES else None


def _encoded(told: str) -> bytes | None:
    """Return the code's text in the first character set that has it; None for half a letter, which none has."""
    for number, character_set in CHARACTER_SETS.items():
        with suppress(UnicodeEncodeError):
            return f"BCD\n002\n{number}\n{told}".encode(character_set)
    return None


def plain_qr_svg(text: str) -> str:
    """Return a text, such as an address, as a code in SVG."""
    return _svg(text.encode())


def _svg(content: bytes) -> str:
    import zxingcpp

    code = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    drawn: str = code.to_svg(scale=4, add_quiet_zones=False)
    # Without the declarations of a file of its own, and in one line: a line's end is a sign that nobody prints.
    return " ".join(drawn[drawn.index("<svg") :].split())
