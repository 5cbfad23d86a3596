"""Names of debtors, compared as banks and invoices write them differently."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Legal forms of the countries served, as they stand in names after dots and accents are gone.
_FORMS = (
    "ab ag asbl bv bvba cv cvba eg ek esu eu eurl gcv gesmbh gmbh hb ik inc kb kg kgaa lda ltd mbh nv ob oe "
    "og ohg oy plc sa sagl sapa sarl sas sasu sc sca scop scrl scs sl slp sll slu snc spa srl srls ss ug vof "
    "vzw aktiebolag handelsbolag kommanditbolag aktiengesellschaft"
)
_LEGAL_FORMS = frozenset(_FORMS.split())
_FOLDED = str.maketrans({"ß": "ss", "ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe"})


@lru_cache(maxsize=200_000)
def name_words(name: str) -> frozenset[str]:
    """Return the words of a name without case, accents, dots and legal form."""
    decomposed = unicodedata.normalize("NFKD", name.casefold().translate(_FOLDED))
    text = "".join(char for char in decomposed if not unicodedata.combining(char))
    words = re.findall(r"\w+", re.sub(r"(?<=\b\w)\.|['’`]", "", text))
    kept = frozenset(word for word in words if word not in _LEGAL_FORMS)
    return kept or frozenset(words)


def same_name(one: frozenset[str], other: frozenset[str]) -> bool:
    """Tell whether two names are one: the shorter is part of the longer and says enough by itself."""
    if not one or not other:
        return False
    shorter, longer = sorted((one, other), key=len)
    telling = len(shorter) > 1 or len(shorter) == len(longer) or len(next(iter(shorter))) > 4
    return telling and shorter <= longer
