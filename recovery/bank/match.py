"""Matching bank lines to cases: certain by reference, probable by other signs, never a guess between two."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from recovery.bank.statement import BankLine
from recovery.money import Money

_CASE = re.compile(r"\b([A-Z]{2})[- ]?(\d{4})[- ]?(\d{6})\b")
_TOKEN = re.compile(r"[A-Z0-9][A-Z0-9/.\-]*[A-Z0-9]|[A-Z0-9]")
_LEGAL_FORMS = frozenset("bv nv srl spa sa sl ab gmbh ag kg og bvba vzw asbl ltd sarl snc sas hb kb eu ek cv vof".split())


@dataclass(frozen=True, slots=True)
class OpenCase:
    """What a bank line may point to."""

    claim_id: str
    reference: str
    payment_reference: str
    invoice_numbers: tuple[str, ...]
    debtor_name: str
    debtor_ibans: tuple[str, ...]
    outstanding: Money


@dataclass(frozen=True, slots=True)
class Match:
    """A bank line and the case it belongs to: certain, probable (a person confirms) or none."""

    entry: BankLine
    claim_id: str | None
    confidence: str
    why: str


def plain_reference(text: str) -> str:
    """Return a reference without the marks people and banks put around it."""
    return re.sub(r"[^A-Z0-9]", "", text.upper()).removeprefix("OCR")


def plain_name(name: str) -> frozenset[str]:
    """Return the words of a name without accents, case and legal form."""
    folded = unicodedata.normalize("NFKD", name.casefold())
    text = "".join(char for char in folded if not unicodedata.combining(char)).replace(".", "")
    return frozenset(word for word in re.findall(r"\w+", text) if word not in _LEGAL_FORMS)


class Matcher:
    """An index over open cases; each line is looked up, cases are never walked through."""

    def __init__(self, cases: Iterable[OpenCase]) -> None:
        self.by_reference: dict[str, set[str]] = defaultdict(set)
        self.by_invoice: dict[str, set[str]] = defaultdict(set)
        self.by_iban: dict[str, set[str]] = defaultdict(set)
        self.by_amount: dict[Money, set[str]] = defaultdict(set)
        self.cases: dict[str, OpenCase] = {}
        for case in cases:
            self._add(case)

    def _add(self, case: OpenCase) -> None:
        self.cases[case.claim_id] = case
        for reference in (case.reference, case.payment_reference):
            self.by_reference[plain_reference(reference)].add(case.claim_id)
        for number in case.invoice_numbers:
            self.by_invoice[number.upper()].add(case.claim_id)
        for iban in case.debtor_ibans:
            self.by_iban[plain_reference(iban)].add(case.claim_id)
        self.by_amount[case.outstanding].add(case.claim_id)

    def match(self, entry: BankLine) -> Match:
        """Return the case of one line."""
        if not entry.credit:
            return Match(entry, None, "none", "money going out")
        certain = self._by_reference(entry)
        if len(certain) == 1:
            return Match(entry, next(iter(certain)), "certain", "payment reference")
        if len(certain) > 1:
            return Match(entry, None, "none", "two references in one payment: a person decides")
        return self._probable(entry)

    def _by_reference(self, entry: BankLine) -> set[str]:
        texts = [text for text in (entry.reference, entry.text) if text]
        keys = {plain_reference(text) for text in texts}
        for text in texts:
            keys |= {"".join(found) for found in _CASE.findall(text.upper())}
            keys |= {plain_reference(token) for token in re.findall(r"[A-Z0-9+/*.\-]{5,}", text.upper())}
            keys |= {plain_reference(found) for found in re.findall(r"RF\d{2}(?: ?[A-Z0-9]{1,4}){1,6}", text.upper())}
        return {claim for key in keys if len(key) >= 5 for claim in self.by_reference.get(key, ())}

    def _probable(self, entry: BankLine) -> Match:
        tokens = set(_TOKEN.findall(f"{entry.reference or ''} {entry.text}".upper()))
        named = {claim for token in tokens for claim in self.by_invoice.get(token, ())}
        numbered = {claim for claim in named if self._same_name(entry, claim) or self._same_amount(entry, claim)}
        if numbered:
            return self._one(entry, numbered, "invoice number with name or amount")
        known = set(self.by_iban.get(plain_reference(entry.debtor_iban or ""), ()))
        if known:
            return self._one(entry, known, "known account of the debtor")
        exact = {claim for claim in self.by_amount.get(entry.amount, ()) if self._same_name(entry, claim)}
        return self._one(entry, exact, "exact amount and name") if exact else Match(entry, None, "none", "no sign of a case")

    @staticmethod
    def _one(entry: BankLine, found: set[str], why: str) -> Match:
        if len(found) == 1:
            return Match(entry, next(iter(found)), "probable", why)
        return Match(entry, None, "none", f"{len(found)} cases fit ({why}): a person decides")

    def _same_name(self, entry: BankLine, claim: str) -> bool:
        theirs, ours = plain_name(entry.debtor_name or ""), plain_name(self.cases[claim].debtor_name)
        return bool(theirs and ours) and (theirs <= ours or ours <= theirs)

    def _same_amount(self, entry: BankLine, claim: str) -> bool:
        return entry.amount == self.cases[claim].outstanding
