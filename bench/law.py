"""Quotes per second, against a plain Decimal loop per half-year in the same run, as a ratio.

The loop reckons the interest of one debt and nothing else. The assessment is what is owed: interest, costs and
payments with their articles; the whole quote adds limitation, steps and the five routes. The same claim twenty years
old shows what the cumulative index is for; a claim of three debts is told apart anew each time. Each speed is the
best of several short runs of CPU time, each ratio the median of pairs.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

from recovery.law.claim import ClaimFacts, parse_claim
from recovery.law.limitation import limitation
from recovery.law.replay import assess
from recovery.quote import quote
from recovery.registry import adapter_of

AS_OF = date(2026, 2, 9)


def claim(years: int, rate: str | None = None) -> ClaimFacts:
    """Return a claim of one debt that fell due so many years ago."""
    return _claim([years], rate)


def _claim(years: list[int], rate: str | None = None) -> ClaimFacts:
    return parse_claim(
        {
            "creditor": {"country": "BE"},
            "debtor": {"country": "NL", "kind": "business"},
            "contract": {"rate": rate},
            "invoices": [_invoice(number, count) for number, count in enumerate(years, 1)],
            "as_of": AS_OF.isoformat(),
        }
    )


def _invoice(number: int, years: int) -> dict[str, str]:
    due = date(AS_OF.year - years, 2, 9)
    return {
        "number": str(number),
        "amount": "1000.00",
        "currency": "EUR",
        "issued": (due - timedelta(days=30)).isoformat(),
        "due": due.isoformat(),
    }


CLAIM = claim(3)
DEBTS = _claim([3, 2, 1])


def plain_loop() -> Decimal:
    law, day, total = adapter_of("BE").law["interest.commercial"], date(2023, 2, 10), Decimal(0)
    while day <= AS_OF:
        end = min(date(day.year, 6, 30) if day.month < 7 else date(day.year, 12, 31), AS_OF)
        days, rate = (end - day).days + 1, Decimal(law.on(day).value)
        total += (Decimal("1000.00") * rate * days / 36500).quantize(Decimal("0.01"), ROUND_HALF_UP)
        day = end + timedelta(days=1)
    return total


def _speed(call: Callable[[], object], seconds: float) -> float:
    count, began = 0, time.process_time()
    while (spent := time.process_time() - began) < seconds:
        call()
        count += 1
    return count / spent


def paired(call: Callable[[], object], runs: int = 15, seconds: float = 0.12) -> tuple[float, float]:
    """Return the best speed, and the median of its ratios to the loop run just before: noise is in both."""
    best, ratios = 0.0, []
    for _ in range(runs):
        loop, speed = _speed(plain_loop, seconds), _speed(call, seconds)
        best = max(best, speed)
        ratios.append(speed / loop)
    return best, median(ratios)


if __name__ == "__main__":
    law = adapter_of("BE")
    assert assess(law, CLAIM, AS_OF).interest.major == plain_loop()
    one, twenty = claim(1, "8.00"), claim(20, "8.00")
    rows = [
        ("plain loop, interest alone, 3 years", plain_loop),
        ("what is owed, 3 years", lambda: assess(law, CLAIM, AS_OF)),
        ("what is owed, 1 year, agreed rate", lambda: assess(law, one, AS_OF)),
        ("what is owed, 20 years, agreed rate", lambda: assess(law, twenty, AS_OF)),
        ("what is owed, three debts", lambda: assess(law, DEBTS.model_copy(), AS_OF)),
        ("limitation", lambda: limitation(law, CLAIM, AS_OF)),
        ("limitation, three debts", lambda: limitation(law, DEBTS.model_copy(), AS_OF)),
        ("whole quote, 3 years", lambda: quote(CLAIM, AS_OF)),
        ("whole quote, three debts", lambda: quote(DEBTS.model_copy(), AS_OF)),
    ]
    for name, call in rows:
        speed, ratio = paired(call)
        print(f"{name:38} {speed:9.0f} a second   {ratio:5.2f} of the loop")
