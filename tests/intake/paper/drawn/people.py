"""Parties of drawn invoices: names, addresses and numbers that no one has but that pass their checks."""

from __future__ import annotations

import random
from dataclasses import dataclass

from stdnum.es import dni as es_dni

from recovery.intake.identifiers import identify

NAMES = {
    "NL": [
        "Drukkerij Vlietzicht",
        "Bureau Zandoog B.V.",
        "Atelier Duinroos",
        "Kaptein & Zn. VOF",
        "Hovenier Ter Wey",
        "Studio 54 Noord",
    ],
    "BE": [
        "Ateliers Bruyère SRL",
        "Vertaalburo Zilverberk",
        "Garage Delcourt SA",
        "Zorghuis De Linde BV",
        "Marie Vanhove",
        "Pixels & Co",
    ],
    "IT": [
        "Tipografia Fiordaliso S.n.c.",
        "Studio Albaspina",
        "Edilnova Colleverde S.p.A.",
        "Paolo Serracampi",
        "Grafiche Ponterosso S.r.l.",
    ],
    "ES": [
        "Carpintería Montealto S.L.",
        "Lucía Peñarroya",
        "Imprenta Rocafría S.A.",
        "Estudio Valdeolmos",
        "Transportes Altaria S.L.U.",
    ],
    "AT": [
        "Tischlerei Hochkogl GmbH",
        "Dr. Petra Almblick",
        "Werbeagentur Sonnwend KG",
        "Gasthof Zum Birnbaum e.U.",
        "Lackner & Partner OG",
    ],
    "SE": [
        "Målare Nordanby AB",
        "Översättarna i Lillvik HB",
        "Elin Sjöberga",
        "Trädgård & Sten AB",
        "Tryckeri Skogsberg",
    ],
}
STREETS = {
    "NL": ["Zeedijk {n}", "Lange Vorst {n}a", "Plein {n}-{m}"],
    "BE": ["Rue des Aulnes {n}", "Meersstraat {n} bus {m}", "Avenue Louise {n}"],
    "IT": ["Via Garofani {n}", "Corso Levante {n}/{m}", "Piazza Nuova, {n}"],
    "ES": ["Calle Olmo {n}", "Avda. del Puerto, {n}", "C/ Mayor {n}, {m}º"],
    "AT": ["Kirchengasse {n}", "Am Graben {n}/{m}", "Hauptplatz {n}"],
    "SE": ["Björkvägen {n}", "Storgatan {n} A", "Hamngatan {n}"],
}
CITIES = {
    "NL": ["1234 AB Amersfoort", "3581 KX Utrecht", "9712HG Groningen", "2511 CV Den Haag"],
    "BE": ["9000 Gent", "B-1000 Bruxelles", "4000 Liège", "2000 Antwerpen"],
    "IT": ["20121 Milano MI", "00184 Roma (RM)", "I-50122 Firenze", "35100 Padova PD"],
    "ES": ["28013 Madrid", "08001 Barcelona", "41004 Sevilla", "E-46002 Valencia"],
    "AT": ["1010 Wien", "A-8010 Graz", "5020 Salzburg", "4020 Linz"],
    "SE": ["111 29 Stockholm", "SE-411 05 Göteborg", "753 20 Uppsala", "21122 Malmö"],
}
LANDS = {
    "nl": {"NL": "Nederland", "BE": "België", "IT": "Italië", "ES": "Spanje", "AT": "Oostenrijk", "SE": "Zweden"},
    "fr": {"NL": "Pays-Bas", "BE": "Belgique", "IT": "Italie", "ES": "Espagne", "AT": "Autriche", "SE": "Suède"},
    "de": {
        "NL": "Niederlande",
        "BE": "Belgien",
        "IT": "Italien",
        "ES": "Spanien",
        "AT": "Österreich",
        "SE": "Schweden",
    },
    "it": {"NL": "Paesi Bassi", "BE": "Belgio", "IT": "Italia", "ES": "Spagna", "AT": "Austria", "SE": "Svezia"},
    "es": {"NL": "Países Bajos", "BE": "Bélgica", "IT": "Italia", "ES": "España", "AT": "Austria", "SE": "Suecia"},
    "sv": {
        "NL": "Nederländerna",
        "BE": "Belgien",
        "IT": "Italien",
        "ES": "Spanien",
        "AT": "Österrike",
        "SE": "Sverige",
    },
    "en": {"NL": "Netherlands", "BE": "Belgium", "IT": "Italy", "ES": "Spain", "AT": "Austria", "SE": "Sweden"},
}
HOME = {
    "nl": ("NL", "BE"),
    "fr": ("BE",),
    "de": ("AT",),
    "it": ("IT",),
    "es": ("ES",),
    "sv": ("SE",),
    "en": ("NL", "BE", "SE", "AT"),
}


@dataclass(frozen=True)
class Person:
    name: str
    country: str
    street: str
    city: str
    vat: str
    iban: str
    phone: str
    email: str
    registration: str


def digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def vat_of(rng: random.Random, country: str) -> str:
    """Return a VAT number that passes its check: by trying until one does."""
    while True:
        number = _some_vat(rng, country, str(rng.randint(1, 9)) + digits(rng, 11))
        answer = identify(number, country)
        if answer["valid"] and answer["kind"] == "vat":
            return number


def _some_vat(rng: random.Random, country: str, body: str) -> str:
    return {
        "NL": f"NL{body[:9]}B0{rng.choice('123')}",
        "BE": _belgian("0" + body[:7]),
        "IT": f"IT{body[:11]}",
        "ES": f"ES{body[:8]}{es_dni.calc_check_digit(body[:8])}",
        "AT": f"ATU{body[:8]}",
        "SE": f"SE{body[:10]}01",
    }[country]


def _belgian(base: str) -> str:
    return f"BE{base}{97 - int(base) % 97:02d}"


def iban_of(rng: random.Random, country: str) -> str:
    """Return an account number that passes its check, of a bank that is none where the country allows it."""
    from schwifty import IBAN

    if country in ("IT", "ES"):  # with check digits of their own inside
        return str(IBAN.random(country_code=country, random=rng))
    bank = {
        "NL": "DEMO" + digits(rng, 10),
        "BE": _belgian_account("999" + digits(rng, 7)),
        "AT": "99900" + digits(rng, 11),
        "SE": "999" + digits(rng, 17),
    }[country]
    return next(number for check in range(2, 99) if _mod97(number := f"{country}{check:02d}{bank}") == 1)


def _belgian_account(base: str) -> str:
    return f"{base}{(int(base) % 97) or 97:02d}"


def _mod97(iban: str) -> int:
    return int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97


def person(rng: random.Random, country: str, taken: str = "") -> Person:
    name = rng.choice([one for one in NAMES[country] if one != taken])
    street = rng.choice(STREETS[country]).format(n=rng.randint(1, 240), m=rng.randint(1, 9))
    word = "".join(sign for sign in name.lower() if sign.isascii() and sign.isalpha())[:10]
    return Person(
        name,
        country,
        street,
        rng.choice(CITIES[country]),
        vat_of(rng, country),
        iban_of(rng, country),
        f"+{rng.randint(31, 49)} {digits(rng, 3)} {digits(rng, 6)}",
        f"info@{word}.example",
        {
            "NL": "KvK {}",
            "BE": "RPR Gent {}",
            "IT": "REA MI-{}",
            "ES": "Reg. Mercantil T.{}",
            "AT": "FN {}k",
            "SE": "Org.nr {}",
        }[country].format(digits(rng, 8)),
    )
