"""The words that stand before values on invoices, in seven languages."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources

LANGUAGES = ("en", "nl", "fr", "de", "it", "es", "sv")
_MOST_WORDS = 8
_TOKEN = re.compile(r"[^\W_]+|[°º]")
# Kinds that stand at the beginning of a cell or nowhere; in running text the same words mean nothing.
AT_START = frozenset(
    (
        *("net", "vat", "total", "payable", "prepaid", "retention", "rounding", "contribution", "surcharge"),
        *("tax_reduction", "old", "with_old", "number_weak", "issued_weak", "buyer", "seller", "ship_to", "table"),
        *("not_invoice", "terms", "discount"),
    )
)
AMOUNTS = frozenset(
    (
        *("net", "vat", "total", "payable", "prepaid", "retention", "rounding", "contribution", "surcharge"),
        *("tax_reduction", "old", "with_old", "discount"),
    )
)
PARTIES = frozenset(("buyer", "seller", "ship_to"))


@dataclass(frozen=True, slots=True)
class Label:
    """Words known as a label: what they may stand for, in which languages, and where they stand in a row."""

    kinds: frozenset[str]
    languages: frozenset[str]
    start: int
    end: int
    words: int

    def of(self, *kinds: str) -> bool:
        """Tell whether it may stand for one of these kinds."""
        return not self.kinds.isdisjoint(kinds)


def plain(text: str) -> str:
    """Return a text in small letters without accents."""
    marked = unicodedata.normalize("NFKD", text.replace("°", "o").casefold())
    return "".join(sign for sign in marked if not unicodedata.combining(sign))


def tokens(text: str) -> list[tuple[str, int, int]]:
    """Return the words of a text as they are compared, with their places in it."""
    return [(plain(match[0]), match.start(), match.end()) for match in _TOKEN.finditer(text)]


@cache
def phrases() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Return what each phrase stands for and in which languages; a phrase is written without blanks."""
    found: dict[str, tuple[set[str], set[str]]] = {}
    folder = resources.files("recovery.intake.paper").joinpath("labels")
    for language in LANGUAGES:
        for kind, texts in tomllib.loads(folder.joinpath(f"{language}.toml").read_text("utf-8")).items():
            for text in texts:
                key = "".join(word for word, _, _ in tokens(text))
                kinds, languages = found.setdefault(key, (set(), set()))
                kinds.add(kind)
                languages.add(language)
    return {key: (frozenset(kinds), frozenset(languages)) for key, (kinds, languages) in found.items()}


def labels_in(text: str) -> list[Label]:
    """Return the labels of a row from left to right, the longest at each place; a label never spans two cells."""
    words, at = tokens(text), 0
    found: list[Label] = []
    while at < len(words):
        label = _longest(text, words, at, found[-1].end if found else 0)
        if label is None:
            at += 1
            continue
        found.append(label)
        at += label.words
    return found


def _longest(text: str, words: list[tuple[str, int, int]], at: int, after: int) -> Label | None:
    best = None
    key, start = "", words[at][1]
    for count, (word, begins, ends) in enumerate(words[at : at + _MOST_WORDS], 1):
        if "\t" in text[start:begins] or ";" in text[start:begins]:
            break
        key += word
        kinds, languages = phrases().get(key, (frozenset(), frozenset()))
        if re.match(r"[-/_]\w", text[ends:]):  # the beginning of a number such as PO-23881
            continue
        kinds = kinds if _at_start(text, start, after) else kinds - AT_START
        kinds = frozenset(kind for kind in kinds if kind not in PARTIES or _party_label(text, start, ends))
        if kinds:
            best = Label(kinds, languages, start, ends, count)
    return best


def _at_start(text: str, start: int, after: int) -> bool:
    """Tell whether a place is the first of its cell, signs aside, or stands behind another label and a stroke."""
    before = text[text.rfind("\t", 0, start) + 1 : start]
    return not re.search(r"\w", before) or bool(re.fullmatch(r" ?[/|(] ?", text[after:start]))


def _party_label(text: str, start: int, end: int) -> bool:
    """Tell whether words can head a party: they end the cell, or a colon or a name follows."""
    rest = text[end:].split("\t")[0].strip(" .")
    if not rest or rest[0] in ":/(-–":
        return True
    return end - start > 3 and rest[0].isupper()
