"""Readings beside the truth: how many fields are right, and how many are wrong though called sure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

FIELDS = (
    *("kind", "number", "issued", "due", "currency", "total", "payable"),
    *("seller.name", "seller.country", "seller.vat", "seller.iban", "buyer.name", "buyer.country", "buyer.vat"),
)


@dataclass
class Score:
    """Counts of fields, and what was wrong with each."""

    fields: int = 0
    right: int = 0
    wrong_sure: int = 0
    sure: int = 0
    faults: list[str] = field(default_factory=list)

    def add(self, name: str, truth: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        """Count the fields of one document."""
        for key in FIELDS:
            wanted, got = _at(truth, key), _at(answer, key)
            if wanted is None and got is None:
                continue
            right = wanted == got or (
                key == "seller.iban" and got is not None and got == truth["seller"].get("also_iban")
            )
            sure = answer["fields"].get(key, {}).get("confidence") == "sure"
            self.fields += 1
            self.right += right
            self.sure += sure
            self.wrong_sure += sure and not right
            if not right:
                self.faults.append(f"{name}: {key} {'(sure)' if sure else ''} is {got!r}, should be {wanted!r}")

    @property
    def share_right(self) -> float:
        return self.right / self.fields

    @property
    def share_wrong_sure(self) -> float:
        return self.wrong_sure / self.fields


def _at(document: Mapping[str, Any], key: str) -> Any:
    value: Any = document
    for part in key.split("."):
        value = (value or {}).get(part)
    return value


def score(documents: Iterable[tuple[str, Mapping[str, Any], Mapping[str, Any]]]) -> Score:
    total = Score()
    for name, truth, answer in documents:
        total.add(name, truth, answer)
    return total
