"""Matching bank entries to cases: certain by reference, probable by other signs, never a guess."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from recovery.bank.entry import Entry
from recovery.bank.names import name_words, same_name
from recovery.bank.tokens import number_keys, plain, reference_keys, spoken_keys, written_numbers
from recovery.money import Money

# No match says these, only who stores the lines: `changed`, a line under an id that the bank has used for another one;
# `alike`, a line that a file of another kind may have told of.
Confidence = Literal["certain", "probable", "none", "changed", "alike"]
# Among more cases than this only an exact name is compared.
MOST_COMPARED = 200
# What each sign of a case weighs, of a hundred: a payer gives the first two on purpose.
WEIGHTS = {"invoice": 40, "iban": 30, "name": 25, "amount": 20, "text": 5}
MOST_SIGNED = 5
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class OpenCase:
    """What a bank entry may point to."""

    claim_id: str
    reference: str
    payment_reference: str
    invoice_numbers: tuple[str, ...]
    debtor_name: str
    debtor_ibans: tuple[str, ...]
    outstanding: Money
    former_references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """An entry and the case it belongs to: certain, probable (a person confirms) or none."""

    entry: Entry
    claim_id: str | None
    case_reference: str | None
    confidence: Confidence
    why: str
    signs: tuple[Signs, ...] = ()


@dataclass(frozen=True, slots=True)
class Signs:
    """What points to a case: names of `WEIGHTS`."""

    case: str
    found: tuple[str, ...]

    @property
    def score(self) -> int:
        """How much speaks for the case, of a hundred at most."""
        return min(100, sum(WEIGHTS[name] for name in self.found))

    def as_dict(self) -> dict[str, Any]:
        """Return the signs as plain data."""
        return {"case": self.case, "score": self.score, "signs": list(self.found)}


def match(entries: Iterable[Entry], open_cases: Iterable[OpenCase]) -> list[Match]:
    """Return the case of each entry, in order."""
    matcher = Matcher(open_cases)
    return [matcher.match(entry) for entry in entries]


class Matcher:
    """An index over open cases: each entry is looked up, cases are never walked through."""

    def __init__(self, cases: Iterable[OpenCase]) -> None:
        self._cases: dict[str, OpenCase] = {}
        self._words: dict[str, frozenset[str]] = {}
        self._by_reference: dict[str, set[str]] = defaultdict(set)
        self._by_invoice: dict[str, set[str]] = defaultdict(set)
        self._by_iban: dict[str, set[str]] = defaultdict(set)
        self._by_amount: dict[Money, set[str]] = defaultdict(set)
        self._by_name: dict[frozenset[str], set[str]] = defaultdict(set)
        self._by_amount_and_word: dict[tuple[Money, str], set[str]] = defaultdict(set)
        for case in cases:
            self._add(case)

    def _add(self, case: OpenCase) -> None:
        claim, words = case.claim_id, name_words(case.debtor_name)
        self._cases[claim], self._words[claim] = case, words
        for reference in (case.reference, case.payment_reference, *case.former_references):
            for key in reference_keys(reference):
                self._by_reference[key].add(claim)
        for number in case.invoice_numbers:
            for key in number_keys(number):
                self._by_invoice[key].add(claim)
        for iban in case.debtor_ibans:
            self._by_iban[plain(iban)].add(claim)
        self._by_amount[case.outstanding].add(claim)
        self._by_name[words].add(claim)
        for word in words:
            self._by_amount_and_word[case.outstanding, word].add(claim)

    def match(self, entry: Entry) -> Match:
        """Return the case of one entry."""
        certain = self._referred(entry)
        if not entry.credit or entry.taken_back:
            why = self._why_not(entry, certain)
            taken_back = entry.taken_back and not entry.credit and len(certain) == 1
            return self._one(entry, next(iter(certain)), "none", why) if taken_back else self._none(entry, why)
        if entry.parts > 1:
            return self._none(entry, f"{entry.parts} payments in one line: ask the bank for the details")
        if len(certain) > 1:
            return self._none(entry, f"it names {len(certain)} cases ({self._names(certain)}): a person decides")
        if certain:
            return self._one(entry, next(iter(certain)), "certain", "payment or case reference")
        return self._probable(entry)

    def _why_not(self, entry: Entry, certain: Collection[str]) -> str:
        """Tell why an entry is no payment of a debtor."""
        about = f" (names {self._names(certain)})" if certain else ""
        because = f" for reason {entry.return_reason}" if entry.return_reason else ""
        if not entry.taken_back:
            return f"money going out{about}"
        if entry.credit:
            return f"an earlier debit came back{because}{about}: no payment of a debtor"
        return f"an earlier credit was taken back{because}{about}: a person must undo that payment"

    def _names(self, claims: Collection[str]) -> str:
        return ", ".join(sorted(self._cases[claim].reference for claim in claims))

    def _referred(self, entry: Entry) -> set[str]:
        """Return the cases whose reference stands in the entry."""
        keys = set(reference_keys(entry.reference or ""))
        for text in (entry.reference, entry.text, *entry.mentions):
            keys |= spoken_keys(text or "")
        return {claim for key in keys for claim in self._by_reference.get(key, _NONE)}

    def _probable(self, entry: Entry) -> Match:
        """Return the case that other signs point to, the strongest kind of sign first."""
        by_amount = self._by_amount.get(entry.amount, _NONE)
        numbered = self._numbered(entry)
        named = self._named(entry, numbered)
        priced = numbered & by_amount
        if named or priced:
            return self._single(entry, (named & priced, named | priced), "invoice number with the name or the amount")
        known = self._by_iban.get(plain(entry.debtor_iban or ""), _NONE)
        if known:
            return self._single(entry, (known & by_amount, known), "an account of the debtor")
        exact = self._named(entry, self._of_amount_and_name(entry))
        if exact:
            return self._single(entry, (exact,), "the exact amount and the name")
        return self._none(entry, "no sign of a case")

    def _numbered(self, entry: Entry) -> set[str]:
        """Return the cases one of whose invoice numbers stands in the entry as a whole word."""
        written: set[str] = set()
        for text in (entry.reference, entry.text, *entry.mentions):
            written |= written_numbers(text or "")
        found = [self._by_invoice[number] for number in written if number in self._by_invoice]
        return set().union(*found)

    def _of_amount_and_name(self, entry: Entry) -> set[str]:
        """Return the cases of the entry's amount that share a word of the name with it."""
        words = {word for name in _payers(entry) for word in name_words(name)}
        return set().union(*(self._by_amount_and_word.get((entry.amount, word), _NONE) for word in words))

    def _named(self, entry: Entry, claims: set[str]) -> set[str]:
        """Return those of the cases whose debtor has the entry's name."""
        names = [words for name in _payers(entry) if (words := name_words(name))]
        if len(claims) > MOST_COMPARED:
            return claims & set().union(*(self._by_name.get(words, _NONE) for words in names))
        return {claim for claim in claims if any(same_name(words, self._words[claim]) for words in names)}

    def _single(self, entry: Entry, tiers: Sequence[Collection[str]], why: str) -> Match:
        """Return the only case of the first tier that has any, none where it has several."""
        claims = next(tier for tier in tiers if tier)
        signs = self._signs(entry, claims)
        if len(claims) == 1:
            return replace(self._one(entry, next(iter(claims)), "probable", why), signs=signs)
        return replace(self._none(entry, f"{len(claims)} cases fit equally ({why}): a person decides"), signs=signs)

    def _signs(self, entry: Entry, claims: Collection[str]) -> tuple[Signs, ...]:
        """Return what points to each of some cases, the likeliest first; nothing helps to choose among many."""
        if len(claims) > MOST_SIGNED:
            return ()
        numbered = self._numbered(entry)
        names = [words for name in _payers(entry) if (words := name_words(name))]
        said = name_words(entry.text)
        found = []
        for claim in sorted(claims, key=lambda one: self._cases[one].reference):
            case, own = self._cases[claim], self._words[claim]
            named = any(same_name(words, own) for words in names)
            there = {
                "invoice": claim in numbered,
                "iban": plain(entry.debtor_iban or "") in map(plain, case.debtor_ibans),
                "name": named,
                "amount": entry.amount == case.outstanding,
                "text": not named and bool(own) and own <= said,
            }
            found.append(Signs(case.reference, tuple(name for name, holds in there.items() if holds)))
        return tuple(sorted(found, key=lambda one: -one.score))

    def _one(self, entry: Entry, claim: str, confidence: Confidence, why: str) -> Match:
        return Match(entry, claim, self._cases[claim].reference, confidence, why)

    @staticmethod
    def _none(entry: Entry, why: str) -> Match:
        return Match(entry, None, None, "none", why)


def _payers(entry: Entry) -> list[str]:
    return [name for name in (entry.debtor_name, entry.ultimate_debtor_name) if name]
