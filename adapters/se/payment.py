"""The Swedish payment reference: OCR-nummer of Bankgirot."""

from stdnum import luhn

from recovery.payment_schemes import PaymentScheme, Reference


def _check(value: str, plain: str) -> Reference:
    if not 2 <= len(plain) <= 25:
        return Reference("ocr", plain, "2 to 25 digits")
    return Reference("ocr", plain, None if luhn.is_valid(plain) else "the last digit is not the Luhn check digit")


def _make(plain: str) -> str:
    """Add the length digit and the Luhn digit (variable length, hard control)."""
    with_length = plain + str((len(plain) + 2) % 10)
    return with_length + str(luhn.calc_check_digit(with_length))


OCR = PaymentScheme("ocr", 23, _check, _make)
