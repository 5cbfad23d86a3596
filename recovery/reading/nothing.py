"""What programs and banks write where they know nothing: no value, whatever the language."""

from __future__ import annotations

import re
from datetime import date

# Compared without case, blanks and signs.
_WORDS = frozenset(
    re.sub(r"\W", "", text).casefold()
    for text in (
        *("not provided", "non ref", "not available", "none", "n/a", "n.v.t.", "null", "nihil", "unknown", "undefined"),
        *("keine Information vorhanden", "keine Angabe", "nicht bekannt", "unbekannt", "entfällt"),
        *("onbekend", "geen informatie", "niet van toepassing", "niet bekend", "inconnu", "non communiqué", "néant"),
        *("sconosciuto", "non disponibile", "nessuna", "desconocido", "no disponible", "sin datos", "okänd", "saknas"),
    )
)
# Days by which programs mean that they have none.
NO_DAYS = frozenset((date(1, 1, 1), date(1899, 12, 30), date(1900, 1, 1), date(1970, 1, 1), date(9999, 12, 31)))


def said(text: str | None) -> str | None:
    """Return a text with its blanks tidied, None where it says nothing."""
    plain = " ".join((text or "").split())
    bare = re.sub(r"\W", "", plain).casefold()
    return None if not bare or bare in _WORDS else plain
