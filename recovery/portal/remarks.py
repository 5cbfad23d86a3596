"""What the rules, the readers of files and the tasks of a case say in English, told in the reader's language.

They speak in sentences that are kept with a case as they were said. A sentence is known by its pattern, found in
`remark_texts` or in a country's words; what varies in it (days, sums, articles, codes) is written as the language
writes it. What no pattern knows was written by a person, or comes from outside, and stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache

from recovery.portal.remark_texts import REMARKS
from recovery.portal.terms import brought, guard_text
from recovery.portal.texts import N_, translations
from recovery.registry import countries

_HOLE = re.compile(r"%\((\w+)\)s")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_SUM = re.compile(r"(-?\d+\.?\d*) ([A-Z]{3})")
# "seller: …", "AT: …", "2026-17: …": who or what a sentence is about.
_ABOUT = re.compile(r"(?P<about>[^\s:“]+): (?P<rest>.+)", re.DOTALL)
# "… (CC 1964)": the article that a sentence ends with, brackets within it and all.
_TAIL = re.compile(r"(?P<head>.+?) \((?P<tail>[^()]*(?:\([^()]*\)[^()]*)*)\)", re.DOTALL)
_ITEM = re.compile(r"(?P<what>.+) (?P<number>-?[\d.]+)")
ABOUT = N_("%(about)s: %(said)s")
ROLES = {"seller": N_("seller"), "buyer": N_("buyer")}
# Sentences that name a parameter by its English label or key: in another language the article says which it is.
_PARAMETERS = (
    (r".+ \([\w.]+\) is uncertain: (?P<basis>.+)", "uncertain value of the law: %(basis)s"),
    (r"[\w.]+ is uncertain", "an uncertain value of the law was used"),
    (
        r"[\w.]+ is confirmed only through (?P<day>[\d-]+); that value is taken for (?P<until>[\d-]+)",
        "a value of the law is confirmed only through %(day)s; it is taken for %(until)s too",
    ),
    (
        r"[\w.]+ is confirmed only through (?P<day>[\d-]+); interest runs to that day",
        "the rate of interest is confirmed only through %(day)s; interest runs to that day",
    ),
    (
        r"[\w.]+ is (?:confirmed only through|known only from) [\d-]+; asked for [\d-]+",
        "the court fee is not known for this day",
    ),
    (r"[\w.]+: no fee above the last bracket", "no court fee is known above the last step of the table"),
    (r"[\w.]+ goes by the value in (?P<currency>[A-Z]{3})", "the court fee goes by the value in %(currency)s"),
)
Filters = Mapping[str, Callable[..., str]]


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return each sentence with what finds it, those with most words of their own first."""
    known = {*REMARKS, *(text for own in brought("REMARKS") for text in own.values())}
    open_ones = sorted((one for one in known if _HOLE.search(one)), key=lambda one: -len(_HOLE.sub("", one)))
    special = [(re.compile(pattern, re.DOTALL), text) for pattern, text in _PARAMETERS]
    return (*special, *((_finds(one), one) for one in open_ones))


def _finds(sentence: str) -> re.Pattern[str]:
    """Return what finds a sentence, each hole as short as it may be."""
    parts = _HOLE.split(sentence)
    pieces = [re.escape(part) if number % 2 == 0 else f"(?P<{part}>.+?)" for number, part in enumerate(parts)]
    return re.compile("".join(pieces), re.DOTALL)


class Remarks:
    """Tells sentences in one language; `filters` are the pages' own, for what varies in them."""

    def __init__(self, language: str, filters: Filters) -> None:
        self.gettext, self.filters = translations(language).gettext, filters
        self.told = cache(self._told) if language != "en" else _as_it_is

    def __call__(self, text: str | None) -> str:
        """Return a sentence in the language; one that is not known as it is."""
        return (self.told(text) or text) if text else ""

    def _told(self, text: str, country: str = "") -> str | None:
        return next((said for said in self._ways(text, country) if said), None)

    def _ways(self, text: str, country: str) -> Iterator[str | None]:
        """Yield what a sentence may be: a known one, one about somebody, one with its article behind it."""
        yield self._exactly(text)
        yield guard_text(text, self.gettext)
        found = _ABOUT.fullmatch(text)
        yield self._about(found["about"], found["rest"]) if found else None
        yield self._by_pattern(text, country)
        found = _TAIL.fullmatch(text)
        yield self._with_article(found["head"], found["tail"], country) if found else None

    def _exactly(self, text: str) -> str | None:
        own = self.gettext(text)
        return own if own != text else None

    def _by_pattern(self, text: str, country: str) -> str | None:
        for pattern, sentence in _patterns():
            if found := pattern.fullmatch(text):
                values = {name: self._value(name, value, country) for name, value in found.groupdict().items()}
                return _HOLE.sub(lambda hole: values[hole[1]], self.gettext(sentence))  # noqa: B023
        return None

    def _about(self, about: str, rest: str) -> str | None:
        said = self._told(rest, about if about in countries() else "")
        if said is None:
            return None
        who = self.filters["country"](about) if about in countries() else self.gettext(ROLES.get(about, about))
        return self.gettext(ABOUT) % {"about": who, "said": said}

    def _with_article(self, head: str, tail: str, country: str) -> str | None:
        said = self._told(head, country)
        return f"{said} ({self._exactly(tail) or self._article(tail, country)})" if said else None

    def _article(self, text: str, country: str) -> str:
        return self.filters["basis"](text, country, None, "", True)

    def _value(self, name: str, value: str, country: str) -> str:
        if name in ("country", "cost", "channel", "deadline", "reason", "route", "ground"):
            return self.filters[name](value)
        if name == "basis":
            return self._article(value, country)
        if name in ("why", "what", "listed"):
            return self._told(value, country) or self._list(value)
        if _DAY.fullmatch(value):
            return self.filters["day"](value)
        if found := _SUM.fullmatch(value):
            return self.filters["money"](found[1], found[2])
        return self.filters["plain_number"](value) if _NUMBER.fullmatch(value) else value

    def _list(self, value: str) -> str:
        """Return amounts with what they are ("prepaid 12.00, rounding 0.01"), each in the language."""
        items = [_ITEM.fullmatch(part) for part in value.split(", ")]
        if not all(items):
            return value
        return ", ".join(
            f"{self._exactly(one['what']) or one['what']} {self.filters['plain_number'](one['number'])}"
            for one in items
            if one
        )


def _as_it_is(text: str) -> str | None:
    return None
