"""Belgian letters: what they must contain, and in which language they are written."""

from __future__ import annotations

# Regions, the German-speaking communes, and the provinces by the first letters of their ISO 3166-2 codes.
_LANGUAGES = {"BE-BRU": ("nl", "fr"), "BE-DE": ("de",), "BE-V": ("nl",), "BE-W": ("fr",)}
_FIRST_REMINDER = (
    "balance and the amount of the clause claimed if it is unpaid in 14 days",
    "creditor's name and enterprise number",
    "description of the product and due date of the debt",
    "the term of at least 14 calendar days",
)
_BY_COLLECTOR = (
    "original creditor: identity, enterprise number, address, telephone, e-mail, capacity; the assignee, if any",
    "collector: name, address, enterprise number, contact",
    "supervisor: FPS Economy, DG Economic Inspection, Bd du Roi Albert II 16, 1000 Brussels",
    "each amount by itself, with its basis",
    "how to dispute, how to ask for instalments, and debt mediation",
    "a bold paragraph in another typeface: neither a summons nor a seizure",
)
_BUSINESS = ("creditor", "invoices and amounts", "interest and EUR 40 with their article", "term for payment")


def contents(debtor_kind: str) -> tuple[str, ...]:
    """Return what the first reminder of a collector, or a formal notice, must contain (CEL XIX.2, XIX.7)."""
    return (*_FIRST_REMINDER, *_BY_COLLECTOR) if debtor_kind == "consumer" else _BUSINESS


def basis(debtor_kind: str) -> str:
    """Return the articles of the notice."""
    return "CEL XIX.2, XIX.7" if debtor_kind == "consumer" else "CC 5.231 ff.; Law of 2 Aug 2002 art. 5-6"


def languages(region: str | None) -> tuple[str, ...]:
    """Return the languages of a region or province, empty where it is not known."""
    code = region or ""
    return _LANGUAGES.get(code) or _LANGUAGES.get(code[:4], ())
