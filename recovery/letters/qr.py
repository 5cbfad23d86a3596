"""The EPC code with which a banking app fills in a SEPA transfer (EPC069-12)."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

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


def qr_svg(payment: PaymentDetails) -> str | None:
    """Return the code as SVG; None outside SEPA, in another currency, or where it would not hold the data."""
    from segno import helpers

    iban, amount = payment.iban.replace(" ", "").upper(), Decimal(payment.amount)
    if payment.currency != "EUR" or iban[:2] not in SEPA or not LEAST <= amount <= MOST:
        return None
    reference = payment.reference.strip()
    structured = reference if iso11649.is_valid(reference) else None
    try:
        code = helpers.make_epc_qr(
            name=payment.account_holder[:70].strip(),
            iban=iban,
            amount=amount,
            bic=payment.bic,
            reference=iso11649.compact(structured) if structured else None,
            text=None if structured else reference[:140],
        )
    except ValueError:  # too much for the largest code the standard allows: the box is complete without it
        return None
    return _svg(code)


def plain_qr_svg(text: str) -> str:
    """Return a text, such as an address, as a code in SVG."""
    import segno

    return _svg(segno.make(text, micro=False, error="m"))


def _svg(code: Any) -> str:
    out = io.BytesIO()
    code.save(out, kind="svg", border=0, scale=4, xmldecl=False)
    return out.getvalue().decode()
