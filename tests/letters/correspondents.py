"""Cases against debtors of every country, and letters read back."""

from __future__ import annotations

import io

from pypdf import PdfReader

from recovery.case.store import load
from recovery.letters.render import render
from recovery.post import correspondence
from recovery.registry import adapter_of, countries
from recovery.store.database import unit_of_work
from tests.casework import accepted

CREDITOR = dict.fromkeys(countries(), "BE") | {"BE": "IT", "SE": "NL"}
NEW = (
    "instalment_reminder",
    "plan_ended",
    "dispute_received",
    "settlement_offer",
    "settlement_confirmed",
    "information",
)
MESSAGE = "Your call of this morning is noted.\n\nWe shall write again\nnext week."


def values_for(document, country):
    cash = {"amount": "1250.50", "currency": adapter_of(country).currency}
    named = {
        "instalment_reminder": {"instalment": cash},
        "settlement_offer": {"settlement": cash},
        "settlement_confirmed": {"settlement": cash},
        "information": {"message": MESSAGE},
    }
    return named.get(document)


def case_in(country, kind="business", creditor=None):
    """Return the name of an accepted case against a debtor of a country."""
    return accepted(
        creditor=creditor or CREDITOR[country],
        debtor=country,
        currency=adapter_of(country).currency,
        amount="4000.00",
        debtor_kind=kind,
        number=f"{creditor or CREDITOR[country]}-{country}-{kind}",
    )


def letter_of(name, document, on, pay_by, language=None, **more):
    """Return a letter of a case, in a language that the debtor has chosen."""
    with unit_of_work() as session:
        case = load(session, name)
        if language:
            found = case.party("debtor")
            found.language = language
            session.add(found)
        return correspondence.compose_letter(case, document, on, pay_by, "post", **more)


def languages_of(country):
    return adapter_of(country).languages


def plain(text):
    for odd in ("\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"):
        text = text.replace(odd, " ")
    return " ".join(text.split())


def printed(letter, **more):
    return plain("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(render(letter, **more))).pages))
