"""The Austrian payment reference: RF, or the free Zahlungsreferenz of up to 35 characters."""

from dataclasses import replace

from recovery.payment_schemes import RF, Reference, no_rf


def _check(value: str, plain: str) -> Reference:
    """Take whatever a Zahlungsreferenz may hold: it has no check digit."""
    return Reference("zahlungsreferenz", value) if 0 < len(plain) <= 35 else no_rf(value, plain)


ZAHLUNGSREFERENZ = replace(RF, check=_check)
