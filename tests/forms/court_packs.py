"""Claims with the parties who file them, and the form that comes of each."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from recovery.forms.build import order_form
from recovery.forms.order import Account, Choice, CourtOffice, FeePayment, OrderForm, Parties, Party
from recovery.law.assessment import Assessment
from recovery.law.claim import ClaimFacts
from recovery.law.routes import Route
from recovery.quote import Quote, quote
from tests.law.claims import claim

DAY = date(2026, 10, 5)
CITIES = {
    "BE": ("Voorbeeldstraat 1", "1000", "Brussel"),
    "NL": ("Voorbeeldkade 2", "1019 AB", "Amsterdam"),
    "IT": ("Via Esempio 3", "20121", "Milano"),
    "AT": ("Mustergasse 4", "1010", "Wien"),
    "SE": ("Exempelgatan 5", "111 22", "Stockholm"),
    "ES": ("Calle Ejemplo 6", "28001", "Madrid"),
}


def party(role, country, name, **more) -> Party:
    return Party(role, name, *CITIES[country], country, **more)


def parties(creditor, debtor, language, **more) -> Parties:
    """Return a creditor with the debtor's country's team under a mandate, against a debtor."""
    people = (
        party("01", creditor, "Muster & Söhne", identification="0403.019.261"),
        party("03", debtor, "Recovery Example", email="team@recovery.example", phone="+00 1 000 00 00"),
        more.pop("defendant", party("02", debtor, "Ñandú Caffè", identification="12345678")),
    )
    return Parties(
        people,
        language,
        place="Brussel",
        account=Account("Third-party account Recovery Example", "NL91ABNA0417164300", "ABNANL2A"),
        mandated_on=date(2026, 3, 2),
        case_reference=f"{debtor}-2026-000123",
        **more,
    )


def quoted(facts: ClaimFacts) -> tuple[Quote, Route]:
    answer = quote(facts, DAY)
    return answer, next(route for route in answer.routes if route.code == "european_payment_order")


def form_of(facts: ClaimFacts, who: Parties, choice: Choice | None = None, convert=None) -> OrderForm:
    answer, route = quoted(facts)
    return order_form(who, facts.at(DAY), answer.assessment, answer.laws, route, choice, convert)


def owed_on(facts: ClaimFacts) -> Assessment:
    return quoted(facts)[0].assessment


def be_nl() -> OrderForm:
    """A Belgian company against a Dutch one: eu.md 11, example 6."""
    who = replace(parties("BE", "NL", "nl"), fee=FeePayment("03", holder="Muster & Söhne", iban="BE68539007547034"))
    return form_of(claim("BE", "NL", amount="12000.00"), who, Choice("national", date(2026, 9, 1)))


def nl_it() -> OrderForm:
    return form_of(claim("NL", "IT"), parties("NL", "IT", "it"), Choice("small_claims", date(2026, 9, 1)))


def it_be(language="fr") -> OrderForm:
    return form_of(claim("IT", "BE"), parties("IT", "BE", language))


def at_se() -> OrderForm:
    """An invoice in kronor under Austrian law, whose fixed sum stays in euro."""
    facts = claim("AT", "SE", amount="25000.00", currency="SEK", contract={"kind": "goods", "date": "2025-12-20"})
    return form_of(facts, parties("AT", "SE", "sv"), Choice("discontinue", date(2026, 9, 1)))


def consumer() -> OrderForm:
    facts = claim("NL", "ES", kind="consumer", debtor_more={})
    someone = party("02", "ES", "Pérez Ejemplo", first_name="Ana", identification="00000000T")
    return form_of(facts, parties("NL", "ES", "es", defendant=someone))


def several_paid() -> OrderForm:
    """Six invoices, one paid in full, one in part; formal notice sent."""
    rows = [
        {
            "number": f"2026-{n}",
            "amount": f"{n}00.00",
            "currency": "EUR",
            "issued": f"2026-0{n}-01",
            "due": f"2026-0{n}-28",
        }
        for n in range(1, 7)
    ]
    facts = claim(
        "BE",
        "AT",
        invoices=rows,
        payments=[{"on": "2026-05-04", "amount": "450.00", "currency": "EUR"}],
        events=[{"kind": "formal_notice", "on": "2026-07-10"}],
    )
    return form_of(facts, parties("BE", "AT", "de"))


def agreed_rate() -> OrderForm:
    facts = claim("IT", "ES", contract={"rate": "12", "date": "2026-01-05", "choice_of_law": "IT"})
    court = CourtOffice("Tribunal de Instancia de Madrid", "Calle Ejemplo 9", "28002", "Madrid", "ES")
    return form_of(facts, parties("IT", "ES", "es", court=court, performed_in="ES"))
