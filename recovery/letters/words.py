"""The layout's fixed words, and dates and amounts as a language writes them."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from importlib import resources
from typing import Literal

from recovery.errors import LawError

LANGUAGES = ("en", "nl", "fr", "de", "it", "es", "sv", "ca")
# Every word that the layout prints.
WORDS = frozenset(
    (
        *("reference", "date", "creditor", "debtor", "on_behalf_of", "courtesy_copy", "contact", "page"),
        *("invoice", "issued", "due", "amount", "owed", "basis", "total", "pay_by", "payments", "principal"),
        *("credited", "waived", "one_sum"),
        *("interest", "costs", "flat_compensation", "collection_costs", "reminder_fee", "demand_fee", "penalty"),
        *("interest_table", "from", "to", "days", "on", "rate", "instalments", "contract_and_invoices"),
        *("pay", "account", "account_holder", "iban", "bic", "payment_reference", "scan"),
        *("courtesy_copy_of", "preview", "online", "code", "court_costs", "enforcement_costs"),
        *("contract_law", "what_for", "regards", "for_creditor", "real", "real_text", "online_see", "online_send"),
        *("online_plan", "plan_interest", "plan_total", "next_instalment", "registered"),
    )
)
# Where CLDR does not know a language in a country, the way it is written closest by.
_NEAREST = {"en": "en_GB", "ca": "ca_ES", "sv": "sv_SE"}


@cache
def words(language: str) -> dict[str, str]:
    """Return the layout's fixed words in a language.

    Raises:
        LawError: the language is unknown, or lacks a word.
    """
    text = resources.files("recovery.letters").joinpath("labels.toml").read_text("utf-8")
    return checked_words(tomllib.loads(text), language)


def checked_words(labels: dict[str, dict[str, str]], language: str) -> dict[str, str]:
    """Return one language's words out of all, if none is missing, empty or unknown.

    Raises:
        LawError: naming the words at fault.
    """
    found = labels.get(language)
    if found is None:
        raise LawError(f"letters: labels.toml has no language {language!r}; add a table [{language}]")
    filled = {key for key, text in found.items() if text.strip()}
    if filled != WORDS or set(found) != filled:
        wrong = ", ".join(sorted(WORDS ^ filled | set(found) - filled))
        raise LawError(f"letters: labels.toml [{language}]: missing, empty or unknown: {wrong}")
    return found


@lru_cache(maxsize=8192)
def locale_of(language: str, country: str) -> str:
    """Return the locale in which a language is written in a country, as far as CLDR knows it.

    English is British everywhere: what CLDR holds of English in Italy writes 6.135,25, which its reader takes for six.
    """
    from babel import Locale
    from babel.core import UnknownLocaleError

    if language == "en":
        return _NEAREST["en"]
    try:
        return str(Locale.parse(f"{language}_{country}"))
    except (UnknownLocaleError, ValueError):
        return _NEAREST.get(language, language)


@lru_cache(maxsize=8192)
def language_name(code: str, language: str) -> str:
    """Return what a language is called in a language."""
    from babel import Locale

    return str(Locale.parse(language).languages.get(code, code))


@lru_cache(maxsize=8192)
def country_name(code: str, language: str) -> str:
    """Return what a country is called in a language."""
    from babel import Locale

    return str(Locale.parse(language).territories.get(code, code))


@lru_cache(maxsize=8192)
def number_text(number: str, locale: str) -> str:
    """Return a decimal number as people of a locale write it, with the decimals it has."""
    from babel.numbers import format_decimal

    places = "0" * len(number.partition(".")[2])
    return str(format_decimal(Decimal(number), format=f"#,##0.{places}" if places else "#,##0", locale=locale))


@lru_cache(maxsize=8192)
def money_text(amount: str, currency: str, locale: str) -> str:
    """Return an amount as people of a locale write it, with the currency's own decimals."""
    from babel.numbers import format_currency

    text = str(format_currency(Decimal(amount), currency, locale=locale))
    return re.sub(r"(?<=[A-Z])(?=\d)", "\N{NO-BREAK SPACE}", text)  # CLDR: currencySpacing


def sum_text(amount: str, currency: str, beside: str, locale: str) -> str:
    """Return an amount with what is owed beside it in other currencies ("40.00 EUR; 5.00 SEK")."""
    pairs = [(amount, currency), *(one.split(" ", 1) for one in beside.split("; ") if one)]
    return " + ".join(money_text(number, unit, locale) for number, unit in pairs)


@lru_cache(maxsize=8192)
def date_text(day: str, locale: str, style: Literal["short", "medium", "long", "full"] = "long") -> str:
    """Return an ISO date as people of a locale write it; in French the first of a month is 1er, which CLDR lacks."""
    from babel.dates import format_date

    found = date.fromisoformat(day)
    text = str(format_date(found, style, locale=locale))
    if locale.startswith("fr") and found.day == 1 and style != "short":
        text = re.sub(r"\b1(?= [^\W\d])", "1er", text, count=1)
    return text


@lru_cache(maxsize=8192)
def percent_text(rate: str, locale: str) -> str:
    """Return a yearly rate as people of a locale write it, with two decimals at least."""
    from babel.numbers import format_decimal

    return f"{format_decimal(Decimal(rate), format='0.00##', locale=locale)}\N{NO-BREAK SPACE}%"
