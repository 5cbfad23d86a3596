"""Quotes per second, against a plain Decimal loop per half-year in the same run, as a ratio.

The loop reckons interest alone; a quote reckons interest, costs, limitation, steps and routes too, so the
assessment (interest and costs) is measured by itself beside the whole quote.
"""

from __future__ import annotations

import time
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from recovery.law.claim import parse_claim
from recovery.law.replay import assess
from recovery.quote import quote
from recovery.registry import adapter_of

CLAIM = parse_claim(
    {
        "creditor": {"country": "BE"},
        "debtor": {"country": "NL", "kind": "business"},
        "invoices": [
            {"number": "1", "amount": "1000.00", "currency": "EUR", "issued": "2023-01-10", "due": "2023-02-09"}
        ],
    }
)
AS_OF = date(2026, 2, 9)


def plain_loop() -> Decimal:
    law, day, total = adapter_of("BE").law["interest.commercial"], date(2023, 2, 10), Decimal(0)
    while day <= AS_OF:
        end = min(date(day.year, 6, 30) if day.month < 7 else date(day.year, 12, 31), AS_OF)
        days, rate = (end - day).days + 1, Decimal(law.on(day).value)
        total += (Decimal("1000.00") * rate * days / 36500).quantize(Decimal("0.01"), ROUND_HALF_UP)
        day = end + timedelta(days=1)
    return total


def per_second(call: object, seconds: float = 2.0) -> float:
    count, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        call()  # type: ignore[operator]
        count += 1
    return count / (time.perf_counter() - began)


if __name__ == "__main__":
    law = adapter_of("BE")
    assert assess(law, CLAIM, AS_OF).interest.major == plain_loop()
    loop, whole = per_second(plain_loop), per_second(lambda: quote(CLAIM, AS_OF))
    owed = per_second(lambda: assess(law, CLAIM, AS_OF))
    print(f"plain loop   {loop:10.0f} a second   1.00")
    print(f"assessment   {owed:10.0f} a second   {owed / loop:.2f}")
    print(f"whole quote  {whole:10.0f} a second   {whole / loop:.2f}")
