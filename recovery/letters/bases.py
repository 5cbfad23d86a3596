"""Legal bases in a reader's language: the typed basis printed with the acts' own names, and whose law they are."""

from __future__ import annotations

from functools import lru_cache

from recovery.law.basis import Basis, Citations, Law, Note, Part
from recovery.law.laws_file import common
from recovery.letters.words import country_name, date_text, locale_of, number_text
from recovery.registry import adapter_of, basis_of

_FIXED = "\N{NO-BREAK SPACE}"


@lru_cache(maxsize=8192)
def basis_text(
    basis: str, language: str, country: str, law: str = "", reader: str | None = None, whole: bool = False
) -> str:
    """Return a legal basis as a letter or page in a language prints it.

    Days and numbers are written as in `country`; `law` is the country whose law the basis is likely of, `country` the
    next likeliest. A reader at home in the act's country ("" for none, `country` where not given), in one of its
    languages, is given the short form; others the act's full name with its country. `whole` keeps what is not for a
    debtor: notes on what a rule of reckoning is, for the team.
    """
    typed = basis_of(basis, law, country)
    locale = locale_of(language, country)
    return _Page(language, locale, country if reader is None else reader, whole).text(typed)


class _Page:
    """How one reader is told: language, ways of writing, country, and whether internal notes are shown."""

    def __init__(self, language: str, locale: str, reader: str, whole: bool) -> None:
        self.language, self.locale, self.reader, self.whole = language, locale, reader, whole

    def text(self, basis: Basis) -> str:
        """Return the whole basis; where an internal note is left out, so are the signs that join it."""
        text, opening = "", ""
        for part in basis.parts:
            before, after = opening or part.before, part.after
            opening = ""
            if part.note and part.note.internal and not self.whole:
                if before == " (":
                    opening, after = ("", after[1:]) if after else (before, after)
                text += after
                continue
            text += (self._link(before) if text else "") + self._part(part) + after
        return text

    def _link(self, link: str) -> str:
        said = common().links.get(link.strip())
        return f" {said[self.language]} " if said else link

    def _part(self, part: Part) -> str:
        if part.note:
            return self._note(part.note, dict(part.values))
        if part.law:
            return self._act(part.law, part.articles, part.again)
        return part.text

    def _note(self, note: Note, values: dict[str, str]) -> str:
        written = {name: self._value(name, value) for name, value in values.items()}
        if "day" in values:
            written["of_day"] = self._of_day(values["day"])
        return note.words[self.language].format(**written)

    def _value(self, name: str, value: str) -> str:
        if name == "day":
            return self._day(value)
        if name == "country":
            return country_name(value, self.language)
        return value if name == "year" else number_text(value, self.locale)

    def _day(self, day: str) -> str:
        return date_text(day, self.locale).replace(" ", _FIXED)

    def _of_day(self, day: str) -> str:
        """Return a day after the Catalan "de": de l'1 de juliol, del 2 de juliol."""
        return f"{'de l’' if int(day[-2:]) in (1, 11) else 'del '}{self._day(day)}"

    def _act(self, law: Law, articles: str, again: bool) -> str:
        """Return an act with its articles; further articles of an act stand alone where its name came first."""
        at_home = law.home.get(self.language) if law.country == self.reader else None
        shown = self._articles(law, articles)
        name = at_home or law.names[self.language]
        if again and "{art}" not in name:
            return shown
        day = law.day.isoformat() if law.day else ""
        days = {"day": self._day(day), "of_day": self._of_day(day)} if day else {}
        if "{art}" in name:
            return name.format(n=law.number, art=shown, **days).strip()
        name = name.format(n=law.number, **days)
        return f"{name}, {shown}" if shown else name

    def _articles(self, law: Law, articles: str) -> str:
        """Return articles with the language's words for parts of acts, each kept on one line with its number."""
        own = adapter_of(law.country).citations if law.country not in ("", "EU") else common()
        words = articles.split()
        if not words:
            return ""
        text = "" if self._stands_alone(words, own) else f"{self._unit('art.', own)}{_FIXED}"
        for number, word in enumerate(words):
            bare = word.rstrip(",")
            joined = number and (words[number - 1] in _before(own) or bare in own.after)
            text += (_FIXED if joined else " " if number else "") + self._unit(bare, own) + word[len(bare) :]
        return text

    def _stands_alone(self, words: list[str], own: Citations) -> bool:
        """Tell whether articles need no word before them: they begin with one, or are counted as "6 §"."""
        if words[0].rstrip(",") in _before(own):
            return True
        return own is not common() and any(word.rstrip(",") in own.after for word in words)

    def _unit(self, word: str, own: Citations) -> str:
        said = own.said.get(word) or common().said.get(word)
        return said[self.language] if said else word


def _before(own: Citations) -> tuple[str, ...]:
    return (*own.before, *common().before)
