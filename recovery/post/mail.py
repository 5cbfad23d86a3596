"""A letter as a mail: its own words as plain text, the PDF beside them."""

from __future__ import annotations

from recovery.channels import mail
from recovery.letters.letter import Letter, Paragraph
from recovery.letters.letterhead import letterhead
from recovery.letters.render import (
    date_text,
    is_it_real,
    locale_of,
    money_text,
    online_title,
    payment_rows,
    sender_lines,
    signature,
    words,
)
from recovery.store import documents
from recovery.store.tables import Document


def mail_of(key: str, letter: Letter, stored: Document) -> mail.Mail:
    """Return a letter as a mail; its subject says whose file it is by the reference alone."""
    return mail.Mail(
        key=key,
        to=letter.debtor.email or "",
        sender_name=letter.sender.name,
        sender=letter.sender.email or "",
        subject=f"{words(letter.language)['reference']}: {letter.reference}",
        text=_text(letter),
        language=letter.language,
        pdf_name=stored.name,
        pdf=documents.read(stored.sha256),
    )


def _text(letter: Letter) -> str:
    """Return the letter's own words as plain text: what is owed and how to pay between body and foot."""
    labels, locale = words(letter.language), locale_of(letter.language, letter.country)
    day, total = date_text(letter.dated, locale), money_text(letter.total, letter.currency, locale)
    head = f"{labels['date']}: {day}\n{labels['reference']}: {letter.reference}"
    rows = payment_rows(letter, labels, locale)
    owed = [f"{labels['total']}: {total}"] if letter.amounts and not rows else []
    pay = ["\n".join(f"{name}: {value}" for name, value in rows)] if rows else []
    page = letter.online
    online = [f"{online_title(letter, labels)}:\n{page['url']}\n{labels['code']}: {page['code']}"] if page else []
    said = [_plain(part) for part in letter.paragraphs]
    service = letterhead(letter.country, letter.language)
    signed = "\n".join([labels["regards"], *signature(letter, labels, service)])
    real = f"{labels['real']} {is_it_real(letter, labels, service)}"
    sender = "\n".join([letter.sender.name, *sender_lines(letter, service), *service.particulars])
    asked, rights = [_plain(part) for part in letter.what_to_do], [_plain(part) for part in letter.footer]
    return (
        "\n\n".join([letter.subject, head, *said, *owed, *pay, *online, *asked, signed, real, *rights, sender]) + "\n"
    )


def _plain(part: Paragraph) -> str:
    """Return a paragraph as plain text: what the letter boxes stands between rules."""
    rule = "=" * 72
    return f"{rule}\n{part.text}\n{rule}" if part.emphasised else part.text
