"""What the reading of a bank file finds beside its entries: its kind, its accounts, what a person should know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from recovery.bank.entry import Entry
from recovery.errors import IntakeError
from recovery.money import Money

# A file in which everything is odd is told of, not repeated.
MOST_TOLD = 500


OPENING, CLOSING = "opening", "closing"


class Balance(NamedTuple):
    """What a statement says lies on an account: before its first line (opening) or after its last one (closing)."""

    account: str
    on: date
    kind: str
    amount: Money


@dataclass
class Found:
    """Filled as a file is read; `unread` are entries that could not be: each says where it stands and why.

    `now` is the place and the kind of what is read just now of an archive.
    """

    name: str
    format: str = ""
    accounts: dict[str, None] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    unread: list[IntakeError] = field(default_factory=list)
    untold: int = 0
    balances: list[Balance] = field(default_factory=list)
    now: tuple[int, str] | None = None
    _equal: Counter[str] = field(default_factory=Counter)

    @property
    def reading(self) -> tuple[int, str]:
        """What is read just now: its place in an archive, and its kind."""
        return self.now or (0, self.format)

    def warn(self, text: str) -> None:
        """Note what a person should know."""
        if len(self.warnings) < MOST_TOLD:
            self.warnings.append(text)
        else:
            self.untold += 1

    def broken(self, error: IntakeError) -> None:
        """Note an entry that could not be read: it holds up no other."""
        self.unread.append(error)
        self.warn(f"{error.message}; left out")

    def numbered(self, entry: Entry, kind: str) -> Entry:
        """Return an entry under an id made of its content, and counted among those of the same content."""
        self._equal[entry.mark] += 1
        return entry.under(f"{kind}-{entry.mark[:24]}-{self._equal[entry.mark]}")

    def fault(self, text: str, code: str, field: str = "file") -> IntakeError:
        """Return a refusal that names the file."""
        return IntakeError(f"{self.name}: {text}", code=code, field=field)


def unique(entries: Iterable[Entry], found: Found) -> Iterator[Entry]:
    """Yield each payment once: the same one again is left out, another one under its id gets its own."""
    seen: dict[int, int] = {}
    for entry in entries:
        content, key = hash(entry), hash((entry.account, entry.bank_id))
        if seen.get(key, content) != content:
            entry = entry.under(f"{entry.bank_id}+{entry.mark[:8]}")
            key = hash((entry.account, entry.bank_id))
        if key in seen:
            found.warn(f"account {entry.account}: entry {entry.bank_id} stands twice, taken once")
            continue
        seen[key] = content
        yield entry
