"""What the law of a country wants in its formal notice stands in the printed letter, in every language.

Each item of the country's own list (`Notice.must_contain`) is looked for in the text of the PDF; an item that no line
here knows fails, so that a new country says what proves it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from recovery.letters.letterhead import letterhead
from recovery.letters.render import kept_together, view
from recovery.letters.words import date_text, locale_of
from tests.letters.correspondents import case_in, languages_of, letter_of, plain, printed

ON, PAY_BY = date(2026, 4, 1), date(2026, 4, 22)
NUMBERS = {"creditor": "ATU12345675", "debtor": "NL000099998B57"}
WHAT_FOR = "Fotoreportage Noorderlicht"

# What proves an item: parts of the letter's own data that must be printed, by names of `_parts`.
PROOFS = (
    (r"parties with NIF", "creditor creditor_number debtor debtor_number"),
    (r"creditor and debtor", "creditor debtor"),
    (r"original creditor", "creditor creditor_number creditor_address creditor_reached"),
    (r"^creditor's name and enterprise number", "creditor creditor_number"),
    (r"^creditor('s name)?$", "creditor"),
    (r"collector: name", "sender sender_address sender_registers sender_reached"),
    (r"description of the product and due date|what the claim is based on", "what_for due number"),
    (r"^invoices? |^invoice and amount|invoices and amounts|invoices with number", "number issued due invoice_amount"),
    (r"balance and the amount of the clause", "total"),
    (r"interest by half-year|for interest:|interest with rate", "segments interest"),
    (r"interest and EUR 40|EUR 40 per|EUR 40 between", "amounts bases"),
    (r"each amount by itself|each cost|each by itself|principal", "amounts bases"),
    (r"total, account|the one amount|total and pay-by|demand to pay", "total iban by"),
    (r"account and reference|a suitable way to pay", "iban payment_reference account_holder"),
    (r"exact amount of the collection costs", "amounts"),
    (r"term|14 days|reasonable time", "by"),
    (r"how to object|how to dispute", "dispute_contact"),
    (r"neither a summons", "emphasised"),
    (r"supervisor: FPS Economy", "supervisor"),
    (r"data-protection", "article_14"),
    (r"LEC 394", "article_394"),
    (r"MASC", "negotiation dispute_contact"),
    (r"CC 1973|interrupt limitation", "limitation"),
    (r"warning of court action|right to payment is reserved", "consequence"),
    (r"what follows", "costs_follow"),
)
# Items that the law wants in a case of another kind than the one that is tried here, and which case that is.
OF_OTHER_CASES = {
    r"assigned or pledged": "a claim that was assigned",
    r"credit file, where one is wanted": "an entry in a credit file that somebody asked for",
    r"VAT in the costs, where": "a creditor that cannot deduct its VAT",
}
# What a text says in words alone, by language.
SAID = {
    "supervisor": r"1000 (Brussel|Bruxelles|Brüssel|Brussels|Bruselas|Bryssel)",
    "article_14": r"\b14\b",
    "article_394": r"\b394\b",
    "negotiation": r"negocia|negotiat|onderhandel|négoci|Verhandlung|förhandl|negozia",
    "limitation": r"1973|2943",
    "costs_follow": r"kosten|costs|frais|Kosten|spese|costes|gastos|kostnad",
    "consequence": r"rechter|juge|Gericht|giudice|tribunal|jutge|juez|court|domstol|Kronofogde|rechten|judicial",
}


def _parts(letter, adapter):
    """Return what proves an item: name -> texts that are printed."""
    shown, head = view(letter), letterhead(letter.country, letter.language)
    rows = dict(shown["payment"]["rows"]) if shown["payment"] else {}
    labels = shown["words"]
    invoice = shown["invoices"][0]
    return {
        "creditor": [letter.creditor.name],
        "creditor_number": [letter.creditor.number],
        "creditor_address": letter.creditor.lines,
        "creditor_reached": [letter.creditor.phone, letter.creditor.email],
        "debtor": [letter.debtor.name],
        "debtor_number": [letter.debtor.number],
        "sender": [letter.sender.name],
        "sender_address": letter.sender.lines,
        "sender_registers": head.registers,
        "sender_reached": [head.phone, head.email],
        "what_for": [invoice["what_for"]],
        "number": [invoice["number"]],
        "issued": [invoice["issued"]],
        "due": [invoice["due"]],
        "invoice_amount": [invoice["amount"]],
        "total": [shown["total_text"]],
        "amounts": [text for row in shown["amounts"] for text in (row["label"], row["amount"])],
        "bases": [row["basis"] for row in shown["amounts"]],
        "segments": [
            text for row in shown["segments"] for text in (row["from"], row["to"], row["rate"], row["amount"])
        ],
        "interest": [labels["interest"]] if shown["segments"] else [],
        "iban": [rows[labels["iban"]]],
        "payment_reference": [rows[labels["payment_reference"]]],
        "account_holder": [rows[labels["account_holder"]]],
        "by": [_term(letter)],
        "dispute_contact": [adapter.service["email"]],
        "emphasised": [one.text for one in letter.paragraphs if one.emphasised],
    }


def _term(letter):
    """Return the last day to pay; the number of days where the term runs from receipt (NL BW 6:96(6))."""
    return date_text(letter.pay_by, locale_of(letter.language, letter.country)) if letter.pay_by else "14"


def _squeezed(text):
    return "".join(plain(text).split())


def _proofs(item):
    named = [names.split() for pattern, names in PROOFS if re.search(pattern, item)]
    assert named, f"no proof is known of {item!r}: add one to PROOFS"
    return {name for names in named for name in names}


@pytest.mark.parametrize("kind", ["business", "consumer", "public"])
def test_what_the_law_wants_is_printed(adapter, kind, local):
    country = adapter.country.upper()
    name = case_in(country, kind, creditor=country)  # the country's own law: what states it is printed
    for language in languages_of(country):
        letter = letter_of(name, "formal_notice", ON, PAY_BY, language)
        letter = replace(
            letter,
            creditor=replace(letter.creditor, number=NUMBERS["creditor"], phone="+43 1 000 11 22", email="a@b.example"),
            debtor=replace(letter.debtor, number=NUMBERS["debtor"]),
            invoices=tuple({**row, "what_for": WHAT_FOR} for row in letter.invoices),
        )
        text, parts = printed(letter), _parts(letter, adapter)
        for item in adapter.notice(kind, ON, "post").must_contain:
            if any(re.search(pattern, item) for pattern in OF_OTHER_CASES):
                continue
            for proof in _proofs(item):
                where = (language, kind, item, proof)
                if proof in SAID:
                    assert re.search(SAID[proof], text), where
                    continue
                for wanted in parts[proof]:
                    assert wanted, where
                    assert _squeezed(kept_together(wanted, language)) in _squeezed(text), (*where, wanted)


@pytest.mark.parametrize("document", ["reminder", "instalment_plan", "payment_receipt", "formal_notice"])
def test_every_letter_says_who_writes_and_how_to_check_it(adapter, document, local):
    country = adapter.country.upper()
    name = case_in(country)
    for language in languages_of(country):
        letter, head = letter_of(name, document, ON, PAY_BY, language), letterhead(country, language)
        text, shown = printed(letter), view(letter)
        known = (*head.particulars, *head.address, head.email, head.phone, head.hours, *shown["signature"])
        for wanted in (*known, shown["words"]["real"], shown["is_it_real"], letter.creditor.name):
            assert _squeezed(wanted) in _squeezed(text), (language, wanted)
