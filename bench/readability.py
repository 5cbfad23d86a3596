"""How easy the member's and the debtor's pages read, per language, by an index published for that language.

`python bench/readability.py [REVISION …]` measures the working tree and, beside it, earlier revisions of the
repository. What is measured: the texts that the templates of these pages show, of four words and more, each once;
names, sums and dates that stand in them count as a word. Syllables are counted as groups of vowels.

- en: Flesch Reading Ease (Flesch, A new readability yardstick, 1948), 100 is easiest
- nl: Flesch-Douma (Douma, De leesbaarheid van landbouwbladen, 1960), 100 is easiest
- fr: Kandel and Moles (Application de l'indice de Flesch à la langue française, 1958), 100 is easiest
- de: Flesch by Amstad (Wie verständlich sind unsere Zeitungen?, 1978), 100 is easiest
- it: Gulpease (Lucisano and Piemontese, Gulpease: una formula per la predizione della difficoltà, 1988), 100 is easiest
- es: Fernández Huerta (Medidas sencillas de lecturabilidad, 1959), 100 is easiest
- sv: LIX (Björnsson, Läsbarhet, 1968), 0 is easiest: below 30 very easy, 40 a newspaper
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract
from babel.messages.pofile import read_po

PORTAL = "recovery/portal"
PAGES = {"member": f"{PORTAL}/templates/member/", "debtor": f"{PORTAL}/templates/debtor/"}
LANGUAGES = ("en", "nl", "fr", "de", "it", "es", "sv")
LEAST_WORDS = 4
OPTIONS = {"silent": "false", "extensions": "jinja2.ext.do"}
VOWELS = "aeiouyàáâäãåæèéêëìíîïòóôöøœùúûüý"


def files(revision: str, under: str, ending: str) -> Iterator[bytes]:
    """Yield the files below a folder, of a revision or, without one, of the working tree."""
    if not revision:
        yield from (path.read_bytes() for path in sorted(Path(under).rglob(f"*{ending}")))
        return
    listed = _git("ls-tree", "-r", "--name-only", revision, under).decode().split("\n")
    yield from (_git("show", f"{revision}:{name}") for name in sorted(listed) if name.endswith(ending))


def _git(*asked: str) -> bytes:
    return subprocess.run(("git", *asked), check=True, capture_output=True).stdout


def sources(revision: str, pages: str) -> list[str]:
    """Return the texts of some pages in English."""
    found: dict[str, None] = {}
    for content in files(revision, PAGES[pages], ".html"):
        for _, text, *_ in extract("jinja2.ext:babel_extract", io.BytesIO(content), options=OPTIONS):
            found |= dict.fromkeys(text if isinstance(text, tuple) else (text,))
    return [text for text in found if text]


def translated(revision: str, language: str) -> dict[str, str]:
    """Return what each text is in a language."""
    found: dict[str, str] = {}
    for content in files(revision, f"{PORTAL}/locale/{language}", ".po"):
        for one in read_po(io.BytesIO(content), locale=language):
            several = isinstance(one.id, tuple)
            found |= dict(zip(one.id, one.string, strict=False)) if several else {one.id: one.string}
    return found


def index(texts: list[str], language: str) -> float:
    """Return the language's index over texts as one reading."""
    whole = [re.sub(r"%\(\w+\)s", "nul", text) for text in texts]
    sentences = [one for text in whole for one in re.split(r"[.!?:;]+(?:\s|$)", text) if re.search(r"\w", one)]
    words = [word for one in sentences for word in re.findall(r"[^\W\d_]+", one)]
    letters, long_ones = sum(map(len, words)), sum(len(word) > 6 for word in words)
    syllables = sum(max(1, len(re.findall(f"[{VOWELS}]+", word.lower()))) for word in words)
    length, weight = len(words) / len(sentences), syllables / len(words)
    return {
        "en": 206.835 - 1.015 * length - 84.6 * weight,
        "nl": 206.84 - 0.93 * length - 77 * weight,
        "fr": 207 - 1.015 * length - 73.6 * weight,
        "de": 180 - length - 58.5 * weight,
        "it": 89 + (300 * len(sentences) - 10 * letters) / len(words),
        "es": 206.84 - 60 * weight - 1.02 * length,
        "sv": length + 100 * long_ones / len(words),
    }[language]


def measured(revision: str, pages: str, language: str) -> float:
    """Return the index of some pages in a language."""
    texts = sources(revision, pages)
    said = translated(revision, language) if language != "en" else {}
    own = [said.get(text, text) for text in texts]
    return index([text for text in own if len(text.split()) >= LEAST_WORDS], language)


def main(revisions: list[str]) -> None:
    """Print a table: a row a language and kind of page, a column a revision, the working tree last."""
    columns = [*revisions, ""]
    print("| pages | language | " + " | ".join(one or "now" for one in columns) + " |")
    print("| --- | --- |" + " ---: |" * len(columns))
    for pages in PAGES:
        for language in LANGUAGES:
            row = " | ".join(f"{measured(one, pages, language):.1f}" for one in columns)
            print(f"| {pages} | {language} | {row} |")


if __name__ == "__main__":
    main(sys.argv[1:])
