"""Postal addresses in their parts, as banks, courts and envelopes ask for them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass

# A postal code and a place, as the served countries write them: 9000 Gent, 3012 CD Rotterdam, 111 22 Stockholm.
_PLACE = re.compile(r"(?:[A-Z]{1,2}-)?(\d{4} ?[A-Z]{2}|\d{3} ?\d{2}|\d{4,5})\s+(\S.*)")


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """Where somebody gets mail; `more` is what stands above the street, `country` alpha-2.

    Banks take an unstructured address no more from 22 November 2026 on (EPC rulebooks 2025: town and country apart).
    """

    street: str = ""
    postal_code: str = ""
    town: str = ""
    country: str = ""
    more: str = ""

    @property
    def place(self) -> str:
        """The line of the postal code and the town."""
        return f"{self.postal_code} {self.town}".strip()

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines as mail within the country bears them, without the country."""
        return tuple(line for line in (self.more, self.street, self.place) if line)

    def as_dict(self) -> dict[str, str]:
        """Return the parts that are known."""
        return {name: value for name, value in asdict(self).items() if value}


def read_lines(lines: Sequence[str], country: str) -> PostalAddress:
    """Return the parts of an address written in lines, the country not among them.

    The line of a postal code tells the town; without one, the last of several lines is the town.
    """
    kept = [line.strip() for line in lines if line.strip()]
    for at in range(len(kept) - 1, -1, -1):
        if found := _PLACE.fullmatch(kept[at]):
            above, street = kept[: max(at - 1, 0)], kept[at - 1] if at else ""
            return PostalAddress(street, found[1], found[2], country, ", ".join((*above, *kept[at + 1 :])))
    if len(kept) < 2:
        return PostalAddress(street="".join(kept), country=country)
    *above, street, town = kept
    return PostalAddress(street, "", town, country, ", ".join(above))
