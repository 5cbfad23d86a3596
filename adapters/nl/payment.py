"""The Dutch payment reference: betalingskenmerk (law sheet, section 8)."""

from recovery.payment_schemes import PaymentScheme, Reference

_WEIGHTS = (2, 4, 8, 5, 10, 9, 7, 3, 6, 1)


def _check_digit(rest: str) -> int:
    total = sum(int(digit) * _WEIGHTS[at % 10] for at, digit in enumerate(reversed(rest)))
    digit = 11 - total % 11
    return {10: 1, 11: 0}.get(digit, digit)


def _check(value: str, plain: str) -> Reference:
    """Check a betalingskenmerk: 7 digits bare; 9 to 14 with check and length digit; 16 with check digit."""
    why, length = None, len(plain)
    if length == 7:
        return Reference("betalingskenmerk", plain)
    if length not in (*range(9, 15), 16):
        why = "7, 9 to 14 or 16 digits"
    elif int(plain[0]) != _check_digit(plain[1:]):
        why = "the first digit is not the check digit"
    elif length < 16 and int(plain[1]) != (length - 2) % 10:
        why = "the second digit is not the length"
    shown = plain if why else " ".join(plain[n : n + 4] for n in range(0, length, 4))
    return Reference("betalingskenmerk", shown, why, plain)


def _make(plain: str) -> str:
    """Add check and length digit; from 13 digits on only the full length with a check digit alone holds."""
    plain = plain.zfill(7 if len(plain) < 13 else 15)
    rest = plain if len(plain) == 15 else f"{len(plain) % 10}{plain}"
    return f"{_check_digit(rest)}{rest}"


BETALINGSKENMERK = PaymentScheme("betalingskenmerk", 15, _check, _make)
