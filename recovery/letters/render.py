"""Letters as PDF: one layout in typst, the data passed beside it and never spliced into markup."""

from __future__ import annotations

import json
import re
import threading
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

from recovery.errors import LawError
from recovery.letters.bases import basis_text
from recovery.letters.letter import Address, Letter, Paragraph, PaymentDetails
from recovery.letters.letterhead import Letterhead, letterhead
from recovery.letters.logo import logo_bytes
from recovery.letters.qr import plain_qr_svg, qr_svg
from recovery.letters.words import (
    LANGUAGES,
    country_name,
    date_text,
    language_name,
    locale_of,
    money_text,
    percent_text,
    sum_text,
    words,
)
from recovery.registry import adapter_of

__all__ = ["LANGUAGES", "date_text", "locale_of", "money_text", "qr_svg", "render", "view", "words"]

_NO_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed')
_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}")
_MOST_STRANGE = 200
_ONLINE = {
    **dict.fromkeys(("payment_receipt", "settlement_confirmed", "information"), "online_see"),
    "dispute_received": "online_send",
    **dict.fromkeys(("instalment_plan", "instalment_reminder"), "online_plan"),
}
_OF_THREAD = threading.local()
# How many invoices the question to the creditor names.
_NAMED = 3
_TOGETHER = (
    re.compile(r"\b\d{1,2}(?:\.|er|º)? (?:de |d’|d')?[^\W\d]{3,12}(?: del?)? \d{4}\b"),
    re.compile(
        r"(?:\b(?:arts?|artt|artikel|article|artículos?|articol[oi]|abs|nr|par|lid|no|n)\.?|n°|§{1,2}) (?=\d)", re.I
    ),
    re.compile(r"\b\d+ (?:§{1,2}|%|€|kr\b)"),
)
# Where French sets a thin space that no line ends at: before ; : ? ! and », after «.
_FRENCH = re.compile(r"(?<=\S) (?=[;:?!»])|(?<=«) ")


def render(letter: Letter, preview: bool = False) -> bytes:
    """Return the letter as an archival and accessible PDF (PDF/A-2a, PDF/UA-1), the same bytes each time.

    A character for which the fonts have no sign is printed as a question mark. A preview says that it was not sent.

    Raises:
        LawError: the layout lacks a word in the letter's language, or does not take its data.
    """
    import typst

    shown = _printable(view(letter) | {"preview": preview})
    shown["subject"] = shown["subject"].strip() or letter.reference
    data = json.dumps(shown, ensure_ascii=False)
    for _ in range(_MOST_STRANGE):
        try:
            return _compile(data)
        except typst.TypstError as error:
            strange = _NO_GLYPH.search(str(error))
            if not strange:
                raise LawError(f"letters: layout.typ: {' '.join(str(error).split())[:200]}") from None
            data = _without(data, strange[1])
    return _compile(re.sub(r"[^\x20-\u024f]", "?", data))


def _compile(data: str) -> bytes:
    return bytes(_compiler().compile(format="pdf", sys_inputs={"letter": data}, pdf_standards=["a-2a", "ua-1"]))


def _compiler() -> Any:
    """Return this thread's compiler, kept for its next letter: two threads cannot use one at once."""
    import typst

    if not hasattr(_OF_THREAD, "compiler"):
        layout = str(resources.files("recovery.letters").joinpath("layout.typ"))
        _OF_THREAD.compiler = typst.Compiler(layout, font_paths=_fonts(), ignore_system_fonts=True)
    return _OF_THREAD.compiler


@cache
def _fonts() -> Any:
    """Return the fonts that typst brings, read once."""
    import typst

    return typst.Fonts(include_system_fonts=False)


def _without(data: str, shown: str) -> str:
    """Return the data without the characters that typst names, which it writes escaped where they are odd."""
    text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), shown)
    for char in {char for char in text if not char.isascii()}:
        data = data.replace(char, "?")
    return data


def _printable(value: Any) -> Any:
    """Return the data with its texts composed and without control characters."""
    if isinstance(value, str):
        if value.isascii() and value.isprintable():
            return value
        return "".join(_sign(char) for char in unicodedata.normalize("NFC", value))
    if isinstance(value, dict):
        return {key: _printable(one) for key, one in value.items()}
    return [_printable(one) for one in value] if isinstance(value, (list, tuple)) else value


def _sign(char: str) -> str:
    """Return a character to print: a space for a control character, nothing for an invisible one."""
    category = unicodedata.category(char)
    if category == "Cf":
        return ""
    return " " if category in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp") else char


def view(letter: Letter) -> dict[str, Any]:
    """Return everything the layout prints, formatted for the letter's language and country."""
    locale, labels = locale_of(letter.language, letter.country), words(letter.language)
    day, head = letter.dated_on, letterhead(letter.country, letter.language)
    return letter.as_dict() | {
        "values": None,
        "copy_note": _copy_note(letter, labels),
        "sent_by": labels["registered"] if letter.channel == "registered" else None,
        "logo": {"format": letter.logo["format"], "bytes": logo_bytes(letter.logo)} if letter.logo else None,
        "preview": False,
        "words": labels,
        "year": day.year,
        "month": day.month,
        "day": day.day,
        "date_text": date_text(letter.dated, locale),
        "sender_lines": sender_lines(letter, head),
        "particulars": [f"{letter.sender.name}, {head.form}", *head.registers],
        "window": head.window,
        "debtor": {"name": letter.debtor.name, "lines": lines_from(letter, letter.debtor)},
        **{part: _kept(letter, getattr(letter, part)) for part in ("paragraphs", "what_to_do", "footer")},
        # Only where it goes back to: a name that speaks of debts is never seen through the window (Garante 30-11-2005).
        "return_line": " · ".join(letter.sender.lines),
        "facts": _facts(letter, labels, locale),
        "law_text": _law(letter, labels),
        "total_text": sum_text(letter.total, letter.currency, letter.beside, locale),
        "payment": _payment(letter, labels, locale),
        "online": _online(letter, labels),
        "regards": labels["regards"],
        "signature": signature(letter, labels, head),
        "is_it_real": is_it_real(letter, labels, head),
        **_tables(letter, labels, locale),
    }


def _copy_note(letter: Letter, labels: dict[str, str]) -> str | None:
    """Return what a copy for information says of itself: which language counts."""
    if not letter.courtesy_copy:
        return None
    if not letter.original_language:
        return labels["courtesy_copy"]
    return labels["courtesy_copy_of"].format(language=language_name(letter.original_language, letter.language))


def sender_lines(letter: Letter, head: Letterhead) -> list[str]:
    """Return where the sender is, how it is reached and when."""
    sender = letter.sender
    return [text for text in (*sender.lines, sender.phone, head.hours, sender.email) if text]


def signature(letter: Letter, labels: dict[str, str], head: Letterhead) -> list[str]:
    """Return who signs: name and function, service, for whom (IT c.c. 1219, 1392: in the creditor's name)."""
    for_whom = labels["for_creditor"].format(creditor=letter.creditor.name)
    return [f"{head.signatory}, {head.function}", f"{letter.sender.name}, {for_whom}"]


def is_it_real(letter: Letter, labels: dict[str, str], head: Letterhead) -> str:
    """Return how a letter's reader finds out whether it is real."""
    return how_to_check(labels, head, letter.creditor.name, [row["number"] for row in letter.invoices])


def how_to_check(labels: dict[str, str], head: Letterhead, creditor: str, invoices: Iterable[str]) -> str:
    """Return where a service is looked up, whom else to ask, and what it never asks."""
    numbers = list(dict.fromkeys(invoices))
    named = ", ".join(numbers[:_NAMED]) + (" …" if len(numbers) > _NAMED else "")
    return labels["real_text"].format(look_up=head.look_up, creditor=creditor, invoices=named)


def _kept(letter: Letter, paragraphs: tuple[Paragraph, ...]) -> list[dict[str, Any]]:
    """Return paragraphs as data, with what a line must not part kept together."""
    return [{"text": kept_together(one.text, letter.language), "emphasised": one.emphasised} for one in paragraphs]


def kept_together(text: str, language: str) -> str:
    """Return a text whose dates, articles and amounts do not part at the end of a line; French signs keep to words."""
    for pattern in _TOGETHER:
        text = pattern.sub(lambda found: found[0].replace(" ", "\N{NO-BREAK SPACE}"), text)
    return _FRENCH.sub("\N{NARROW NO-BREAK SPACE}", text) if language == "fr" else text


def lines_from(letter: Letter, party: Address) -> list[str]:
    """Return the lines of an address as the sender writes them: the country below only where it is another one."""
    abroad = party.country and party.country != letter.country
    named = country_name(party.country, letter.language) if abroad else ""
    return [*party.lines, *([named] if named else [])]


def _facts(letter: Letter, labels: dict[str, str], locale: str) -> list[tuple[str, list[str]]]:
    """Return the reference block: what a reader needs to write or call back."""
    return [
        (labels["reference"], [letter.reference]),
        (labels["date"], [date_text(letter.dated, locale)]),
        (labels["on_behalf_of"], _creditor(letter)),
        *([(labels["debtor"], found)] if (found := _numbers(letter.debtor)) else []),
    ]


def _creditor(letter: Letter) -> list[str]:
    """Return who the creditor is and how it is reached (BE CEL XIX.7; SE inkassolagen 5 §)."""
    found = letter.creditor
    reached = [text for text in (found.phone, found.email) if text]
    return [found.name, *lines_from(letter, found), *_numbers(found), *reached]


def _numbers(party: Address) -> list[str]:
    return [party.number] if party.number else []


def _tables(letter: Letter, labels: dict[str, str], locale: str) -> dict[str, Any]:
    """Return the rows of the letter's tables; a label or basis that is a word of the layout is translated."""

    def short(day: str | None) -> str:
        return date_text(day, locale, "medium") if day else "–"

    def cash(amount: str, currency: str = letter.currency) -> str:
        return money_text(amount, currency, locale).replace("-", "\N{MINUS SIGN}")

    return {
        "invoices": [
            {
                "number": row["number"],
                "what_for": row.get("what_for") or "–",
                "issued": short(row.get("issued")),
                "due": short(row.get("due")),
                "amount": cash(row["amount"], row["currency"]),
            }
            for row in letter.invoices
        ],
        "amounts": [
            {
                "label": _word(labels, line.label),
                "amount": cash(line.amount, line.currency),
                "basis": _basis(letter, labels, line.basis),
            }
            for line in letter.amounts
        ],
        "segments": [
            {
                "from": short(row["from"]),
                "to": short(row["to"]),
                "days": row["days"],
                "principal": cash(row["principal"]),
                "rate": percent_text(row["rate"], locale),
                "amount": cash(row["amount"]),
            }
            for row in letter.segments
        ],
        "segment_bases": [
            _basis(letter, labels, basis)
            for basis in dict.fromkeys(row["basis"] for row in letter.segments if row.get("basis"))
        ],
        "instalments": [
            {"due": date_text(row["due"], locale), "amount": cash(row["amount"])} for row in letter.instalments
        ],
        "instalments_total": cash(str(sum(Decimal(row["amount"]) for row in letter.instalments))),
    }


def _word(labels: dict[str, str], text: str) -> str:
    return labels.get(text.replace(" ", "_"), text)


def _basis(letter: Letter, labels: dict[str, str], basis: str) -> str:
    word = _word(labels, basis)
    if word != basis:
        return word
    # A copy is read in the member's country: there the short form of an act may be another country's.
    reader = "" if letter.courtesy_copy else letter.country
    return basis_text(basis, letter.language, letter.country, letter.law, reader)


def _law(letter: Letter, labels: dict[str, str]) -> str | None:
    """Return whose law the amounts rest on, where it is not the law of the debtor's country."""
    if not letter.law or letter.law == letter.country:
        return None
    return labels["contract_law"].format(country=country_name(letter.law, letter.language))


def online_title(letter: Letter, labels: dict[str, str]) -> str:
    """Return what the debtor's page is good for after this letter: nobody who owes nothing is invited to pay."""
    return labels[_ONLINE.get(letter.document, "online")]


def _online(letter: Letter, labels: dict[str, str]) -> dict[str, Any] | None:
    """Return the box of the debtor's page: address, code, and the address to scan; a copy shows none."""
    if letter.online is None or letter.courtesy_copy:
        return None
    return {**letter.online, "title": online_title(letter, labels), "qr": plain_qr_svg(letter.online["url"])}


def _payment(letter: Letter, labels: dict[str, str], locale: str) -> dict[str, Any] | None:
    """Return the payment box: rows, code, and what the code says for those who cannot see it."""
    if letter.payment is None:
        return None
    shown = payment_rows(letter, labels, locale)
    code = None if letter.courtesy_copy else qr_svg(letter.payment)
    return {"rows": shown, "qr": code, "spoken": ", ".join(text for _, text in shown)}


def _written(reference: str, country: str) -> str:
    """Return a payment reference as a country's banks and people write it."""
    scheme = adapter_of(country).payment_scheme
    if not scheme.printed_as_shown:
        return reference
    found = scheme.check(reference, re.sub(r"\D", "", reference))
    return reference if found.reason else found.shown


def _one_sum(payment: PaymentDetails, labels: dict[str, str], locale: str) -> list[tuple[str, str]]:
    """Return the row that says how all is paid in one currency, and at which rate."""
    if not payment.one_sum:
        return []
    return [(labels["one_sum"], f"{money_text(payment.one_sum, payment.currency, locale)} ({payment.one_sum_rate})")]


def payment_rows(letter: Letter, labels: dict[str, str], locale: str) -> list[tuple[str, str]]:
    """Return how a letter is paid, row by row; nothing where it asks for no payment."""
    payment = letter.payment
    if payment is None:
        return []
    asked = "next_instalment" if payment.pay_by else "amount"
    plain = payment.iban.replace(" ", "")
    iban = "\N{NO-BREAK SPACE}".join(plain[start : start + 4] for start in range(0, len(plain), 4))
    rows = [
        (labels[asked], sum_text(payment.amount, payment.currency, payment.beside, locale)),
        *_one_sum(payment, labels, locale),
        (labels["account_holder"], payment.account_holder),
        (labels["iban"], iban),
        (labels["bic"], payment.bic),
        (labels["payment_reference"], _written(payment.reference, letter.country)),
        (labels["pay_by"], date_text(last, locale) if (last := payment.pay_by or letter.pay_by) else None),
    ]
    return [(name, text) for name, text in rows if text]
