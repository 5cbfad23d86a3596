"""A process that takes a long statement in, to be killed in the middle: -m tests.cases.importer NUMBER REF..."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from recovery.bank.entry import Entry
from recovery.ledger.bank_lines import take_lines
from recovery.money import Money
from tests.cases.test_bank_identity import ACCOUNT

DAY = date(2026, 3, 16)
# Of so many lines one names a case.
ONE_IN = 10


def lines(number: int, references: Sequence[str]) -> Iterator[Entry]:
    """Yield the lines of a statement: each of one euro, most of nobody's case, some without an id of the bank's."""
    for count in range(number):
        names = count % ONE_IN == 0
        day = DAY + timedelta(days=count * 10 // number)
        reference = references[count // ONE_IN % len(references)] if names else f"rent {count}"
        own = count % 3 > 0
        name, ident = f"Payer {count % 7}", f"K{count}" if own else f"S:{count}"
        yield Entry(ACCOUNT, day, day, Money(100, "EUR"), True, name, None, reference, "", ident, own_id=own)


if __name__ == "__main__":
    print("begun", flush=True)
    taken = take_lines(lines(int(sys.argv[1]), sys.argv[2:]))
    print(taken.new, taken.known, taken.failed, flush=True)
