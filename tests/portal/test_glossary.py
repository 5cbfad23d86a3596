"""Words that the glossary never allows, in every text that people read: pages, letters, mails."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import adapters
import recovery
from recovery.portal.texts import catalogues

ROOT, COUNTRIES = Path(recovery.__file__).parent, Path(adapters.__file__).parent
# Per language: words that no text may hold.
NEVER = {
    "nl": [r"\bgeschikt\b", r"incassoteam"],
    "fr": [r"adhérent", r"dépos\w+ une créance", r"créance se dépose", r"dépose une créance"],
    "de": [r"\bVorgang\b", r"Einzug\b"],
    "it": [r"squadr", r"diffida", r"ingiunzione (di pagamento )?nazionale", r"\bRGPD\b", r"soccombenza"],
    "es": [r"\bobjeci", r"cobro amistoso", r"servicio de cobro\b"],
    "sv": [r"vår fordran", r"formellt (betalnings)?krav", r"frivillig fas"],
    "en": [r"\bprescribed\b", r"\bclaims? (has|have) run out", r"\bmend\b", r"\bseised\b"],
}
# Words that a text may not hold where its source speaks of something, by language: source, word.
NEVER_FOR = {
    "fr": [(r"^(?!.*\bdue\b).*\b(deadline|instalment)", r"échéance"), (r"court fee", r"frais de justice")],
    "it": [(r"\b(file|filed|filing)\b(?!.*court)", r"deposit"), (r"court fee", r"spese di giudizio")],
    "es": [
        (r"\bobject(s|ion|ions)?\b|\bdispute", r"\breclamaci"),
        (r"\binstalment", r"\bplazos?\b"),
        (r"^(?!.*\bmembers?\b).*\bpartners?\b", r"\bsocios?\b"),
        (r"\bclaim\b(?!.*insolvency)", r"\bcréditos?\b(?! al concurso)"),
    ],
    "nl": [(r"court fee", r"gerechtskosten")],
    "de": [(r"\bcases?\b", r"\b(Fall|Fälle|Fällen|Falls)\b")],
}
# The claim that is lodged in an insolvency is a crédito in Spanish law.
MEANT = r"comunicaci.n del crédito|comunicar el crédito|notas? de crédito|crédito al concurso"


def pages(language: str) -> Iterator[tuple[str, str]]:
    """Yield source and translation of every text of the pages."""
    for area in catalogues(language).values():
        for message in area:
            if message.id:
                several = isinstance(message.id, tuple)
                yield from zip(message.id, message.string, strict=False) if several else [(message.id, message.string)]


def papers(language: str) -> Iterator[tuple[str, str]]:
    """Yield every text of letters and mails, with where it stands; court forms have the words of their regulation."""
    files = [*COUNTRIES.glob(f"*/letters/{language}.toml"), ROOT / "letters" / "texts_common" / f"{language}.toml"]
    files += [ROOT / "notices" / "texts" / f"{language}.toml"]
    files += COUNTRIES.glob(f"*/words/{language}.toml")
    for file in files:
        yield from _leaves(tomllib.loads(file.read_text("utf-8")), "/".join(file.parts[-3:]))
    labels = tomllib.loads((ROOT / "letters" / "labels.toml").read_text("utf-8"))
    yield from _leaves(labels[language], f"labels.toml [{language}]")


def _leaves(value: object, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield where, value
    for name, one in value.items() if isinstance(value, dict) else ():
        yield from _leaves(one, f"{where} {name}")


@pytest.mark.parametrize("language", NEVER)
def test_no_text_holds_a_word_that_the_glossary_forbids(language):
    texts = [*papers(language), *(pages(language) if language != "en" else ())]
    if language == "en":
        texts += [(source, source) for source, _ in pages("nl")]
    found = [(where, text) for where, text in texts for word in NEVER[language] if re.search(word, text, re.IGNORECASE)]
    assert [one for one in found if not re.search(MEANT, one[1], re.IGNORECASE)] == []


@pytest.mark.parametrize("language", NEVER_FOR)
def test_no_text_says_one_thing_by_the_word_for_another(language):
    found = [
        (source, text)
        for source, text in pages(language)
        for about, word in NEVER_FOR[language]
        if re.search(about, source, re.IGNORECASE) and re.search(word, text, re.IGNORECASE)
    ]
    assert [one for one in found if not re.search(MEANT, one[1], re.IGNORECASE)] == []
