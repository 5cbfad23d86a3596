"""Letters as PDF: one layout in typst, the data passed beside it and never spliced into markup."""

from __future__ import annotations

import io
import json
import tomllib
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

from recovery.errors import LawError
from recovery.letters.letter import Letter, PaymentDetails

LANGUAGES = ("en", "nl", "fr", "de", "it", "es", "ca", "sv")
# Countries of the Single Euro Payments Area whose IBAN an EPC code may carry (EPC409-09).
SEPA = frozenset(
    [
        "AD",
        "AL",
        "AT",
        "BE",
        "BG",
        "CH",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GB",
        "GI",
        "GR",
        "HR",
        "HU",
        "IE",
        "IS",
        "IT",
        "LI",
        "LT",
        "LU",
        "LV",
        "MC",
        "MD",
        "ME",
        "MK",
        "MT",
        "NL",
        "NO",
        "PL",
        "PT",
        "RO",
        "RS",
        "SE",
        "SI",
        "SK",
        "SM",
        "VA",
    ]
)


@cache
def words(language: str) -> dict[str, str]:
    """Return the layout's fixed words in a language.

    Raises:
        LawError: the language is unknown or lacks a word.
    """
    all_words: dict[str, dict[str, str]] = tomllib.loads(
        resources.files("recovery.letters").joinpath("labels.toml").read_text("utf-8")
    )
    if language not in all_words or set(all_words[language]) != set(all_words["en"]):
        raise LawError(f"letters: labels.toml is not complete in {language}")
    return all_words[language]


def locale_of(language: str, country: str) -> str:
    """Return the locale in which a language is written in a country, as far as CLDR knows it."""
    from babel import Locale
    from babel.core import UnknownLocaleError

    try:
        return str(Locale.parse(f"{language}_{country}"))
    except UnknownLocaleError:
        return language


def money_text(amount: str, currency: str, locale: str) -> str:
    """Return an amount as people of a locale write it."""
    from babel.numbers import format_currency

    return format_currency(Decimal(amount), currency, locale=locale)


def date_text(day: str, locale: str, style: Any = "long") -> str:
    """Return a date as people of a locale write it."""
    from babel.dates import format_date

    return format_date(date.fromisoformat(day), style, locale=locale)


def qr_svg(payment: PaymentDetails) -> str | None:
    """Return the EPC code of a transfer as SVG; None outside SEPA or for another currency than EUR."""
    amount = Decimal(payment.amount)
    fits = Decimal("0.01") <= amount <= Decimal("999999999.99")
    if payment.currency != "EUR" or payment.iban[:2] not in SEPA or not fits:
        return None
    from segno import helpers

    code = helpers.make_epc_qr(
        name=payment.account_holder[:70],
        iban=payment.iban,
        amount=amount,
        bic=payment.bic,
        text=payment.reference[:140],
    )
    out = io.BytesIO()
    code.save(out, kind="svg", border=0, scale=4, xmldecl=False)
    return out.getvalue().decode()


def view(letter: Letter) -> dict[str, Any]:
    """Return everything the layout prints, formatted for the letter's language and country."""
    locale, labels = locale_of(letter.language, letter.country), words(letter.language)
    short = lambda day: date_text(day, locale, "medium") if day else "–"  # noqa: E731
    cash = lambda amount, currency=letter.currency: money_text(amount, currency, locale)  # noqa: E731
    data = letter.as_dict()
    day = letter.dated_on
    data |= {
        "words": labels,
        "year": day.year,
        "month": day.month,
        "day": day.day,
        "date_text": date_text(letter.dated, locale),
        "sender_lines": [*letter.sender.lines, *(x for x in (letter.sender.email, letter.sender.phone) if x)],
        "invoices": [
            {
                "number": row["number"],
                "issued": short(row["issued"]),
                "due": short(row.get("due")),
                "amount": cash(row["amount"], row["currency"]),
            }
            for row in letter.invoices
        ],
        "amounts": [
            {
                "label": labels.get(line.label, line.label),
                "amount": cash(line.amount, line.currency),
                "basis": line.basis,
            }
            for line in letter.amounts
        ],
        "total_text": cash(letter.total),
        "segments": [
            {
                **row,
                "from": short(row["from"]),
                "to": short(row["to"]),
                "principal": cash(row["principal"]),
                "rate": _percent(row["rate"], locale),
                "amount": cash(row["amount"]),
            }
            for row in letter.segments
        ],
        "instalments": [
            {"due": date_text(row["due"], locale), "amount": cash(row["amount"])} for row in letter.instalments
        ],
        "payment": _payment(letter, labels, locale),
    }
    return data


def _percent(rate: str, locale: str) -> str:
    from babel.numbers import format_decimal

    return f"{format_decimal(Decimal(rate), format='0.00', locale=locale)} %"


def _payment(letter: Letter, labels: dict[str, str], locale: str) -> dict[str, Any] | None:
    payment = letter.payment
    if payment is None:
        return None
    iban = " ".join(payment.iban[n : n + 4] for n in range(0, len(payment.iban), 4))
    rows = [
        [labels["amount"], money_text(payment.amount, payment.currency, locale)],
        [labels["account_holder"], payment.account_holder],
        ["IBAN", iban],
    ]
    if payment.bic:
        rows.append(["BIC", payment.bic])
    rows.append([labels["payment_reference"], payment.reference])
    if letter.pay_by:
        rows.append([labels["pay_by"], date_text(letter.pay_by, locale)])
    return {"rows": rows, "qr": qr_svg(payment)}


def render(letter: Letter) -> bytes:
    """Return the letter as an accessible archival PDF (PDF/A-2a), the same bytes for the same letter."""
    import typst

    layout = resources.files("recovery.letters").joinpath("layout.typ").read_bytes()
    return bytes(
        typst.compile(
            layout,
            format="pdf",
            sys_inputs={"letter": json.dumps(view(letter), ensure_ascii=False)},
            ignore_system_fonts=True,
            pdf_standards=["a-2a"],
        )
    )
