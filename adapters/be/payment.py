"""The Belgian payment reference: gestructureerde mededeling, communication structurée (OGM/VCS)."""

from recovery.payment_schemes import PaymentScheme, Reference


def _check(value: str, plain: str) -> Reference:
    """Check the last two digits: the first ten modulo 97, 97 for a remainder of 0."""
    if len(plain) != 12:
        return Reference("ogm", plain, "twelve digits")
    good = (int(plain[:10]) % 97 or 97) == int(plain[10:])
    why = None if good else "the last two digits are not the first ten modulo 97"
    return Reference("ogm", f"+++{plain[:3]}/{plain[3:7]}/{plain[7:]}+++", why, plain)


def _make(plain: str) -> str:
    return plain.zfill(10) + f"{int(plain) % 97 or 97:02d}"


OGM = PaymentScheme("ogm", 10, _check, _make, printed_as_shown=True)
