"""One drawn invoice: what it says, how it is laid out, and the truth about it."""

from __future__ import annotations

import calendar
import json
import random
import tomllib
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from tests.intake.paper.drawn.people import HOME, LANDS, Person, digits, person

WORDS = tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8"))
MONTHS = {
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "de": "Jänner Februar März April Mai Juni Juli August September Oktober November Dezember",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "en": "January February March April May June July August September October November December",
}
TRAPS = (
    *("discount", "eom", "old", "two_languages", "credit", "retention", "prepaid", "two_ibans", "ship", "no_buyer_vat"),
    *("claims", "long", "by_prose", "bare_vat", "no_country", "window", "footer_seller", "two_columns"),
)


@dataclass
class Paper:
    language: str
    seller: Person
    buyer: Person
    rng: random.Random
    traps: tuple[str, ...] = ()
    currency: str = "EUR"
    truth: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rng = self.rng
        self.other = rng.choice([one for one in WORDS if one != self.language])
        self.comma = self.language != "en" or rng.random() < 0.2
        forms = ["{c} {n}", "{n} {c}", "{n} {k}", "{k} {n}"]
        self.money_form = rng.choice(forms if self.seller.country == "SE" else [*forms, "{n}"])
        self.group = rng.choice([".", " ", "", "."] if self.comma else [",", ",", ""])
        if self.language in ("fr", "sv") and self.group == ".":
            self.group = " "
        self.date_form = rng.choice(
            {"sv": ["iso", "iso", "named"], "de": ["dot", "dot", "named"], "en": ["named", "iso", "slash"]}.get(
                self.language, ["slash", "dash", "named", "slash", "dot"]
            )
        )
        self.issued = date(2026, 1, 1) + timedelta(days=rng.randint(0, 330))
        self.n = rng.choice([8, 14, 15, 21, 30, 30, 45, 60])
        self.delivered = self.issued - timedelta(days=rng.randint(1, 20))
        self.number = rng.choice(
            [
                "2026-{:03d}",
                "F2026/{:04d}",
                "{:05d}",
                "INV-{:04d}",
                "26{:05d}",
                "VF{:06d}",
                "{:d}/2026",
                "RE-2026-{:03d}",
                "A {:04d}",
            ]
        ).format(rng.randint(1, 899))
        self.lines = [self._line() for _ in range(rng.randint(30, 60) if "long" in self.traps else rng.randint(1, 5))]
        self.net = sum((amount for *_, amount in self.lines), Decimal(0))
        self.percent = (
            0
            if self.seller.country != self.buyer.country
            else {"NL": 21, "BE": 21, "IT": 22, "ES": 21, "AT": 20, "SE": 25}[self.seller.country]
        )
        self.tax = _cents(self.net * self.percent / 100)
        self.total = self.net + self.tax
        self.retained = (
            _cents(self.net * (20 if self.language == "it" else 15) / 100) if "retention" in self.traps else Decimal(0)
        )
        self.prepaid = _cents(self.total / 4) if "prepaid" in self.traps else Decimal(0)
        self.old = Decimal(rng.randint(5000, 90000)) / 100 if "old" in self.traps else Decimal(0)
        self.payable = self.total - self.retained - self.prepaid
        self.due_way = self._due_way()
        self.due = self._due()
        self.spaced_iban = rng.random() < 0.7

    def _line(self) -> tuple[str, int, Decimal, Decimal]:
        count, price = self.rng.randint(1, 12), Decimal(self.rng.choice([1890, 4500, 7550, 12000, 49995, 125000])) / 100
        return self.rng.choice(WORDS[self.language]["items"]), count, price, count * price

    def _due_way(self) -> str:
        for trap, way in (("discount", "discount"), ("eom", "eom"), ("by_prose", "by")):
            if trap in self.traps:
                return way
        return self.rng.choice(["date", "date", "terms", "both", "none" if self.rng.random() < 0.3 else "date"])

    def _due(self) -> date | None:
        due = self.issued + timedelta(days=self.n)
        if "credit" in self.traps:
            return None
        if self.due_way == "eom":
            return due.replace(day=calendar.monthrange(due.year, due.month)[1])
        return None if self.due_way == "none" else due

    def word(self, key: str) -> str:
        words = WORDS[self.language][key]
        index = self.rng.randrange(len(words))
        if "two_languages" in self.traps and key in (
            "number",
            "issued",
            "due",
            "total",
            "net",
            "vat",
            "title",
            "buyer",
            "payable",
        ):
            return f"{words[index]} / {self.rng.choice(WORDS[self.other][key])}"
        return words[index]

    def day(self, day: date) -> str:
        month = MONTHS[self.language].split()[day.month - 1]
        named = {"es": f"{day.day} de {month} de {day.year}", "de": f"{day.day}. {month} {day.year}"}
        return {
            "iso": day.isoformat(),
            "slash": f"{day:%d/%m/%Y}",
            "dash": f"{day:%d-%m-%Y}",
            "dot": f"{day:%d.%m.%Y}",
            "named": named.get(self.language, f"{day.day} {month} {day.year}"),
        }[self.date_form]

    def money(self, amount: Decimal, bare: bool = False) -> str:
        whole, cents = f"{abs(amount):.2f}".split(".")
        grouped = f"{int(whole):,}".replace(",", self.group) if len(whole) > 3 else whole
        number = ("-" if amount < 0 else "") + grouped + ("," if self.comma else ".") + cents
        sign = {"EUR": "€", "SEK": "kr"}[self.currency]
        return number if bare else self.money_form.format(c=self.currency, k=sign, n=number)

    def iban(self, number: str) -> str:
        return " ".join(number[at : at + 4] for at in range(0, len(number), 4)) if self.spaced_iban else number

    def land(self, one: Person) -> str:
        return (
            ""
            if "no_country" in self.traps and one.country == self.seller.country
            else LANDS[self.language][one.country]
        )

    def vat(self, number: str) -> str:
        if "bare_vat" in self.traps and number[:2] in ("IT", "ES"):
            return number[2:]
        if number.startswith("BE") and self.rng.random() < 0.5:
            return f"BE {number[2:6]}.{number[6:9]}.{number[9:]}"
        return number

    def facts(self) -> dict[str, Any]:
        """What a reader should find."""
        credit = "credit" in self.traps
        return {
            "kind": "credit_note" if credit else "invoice",
            "number": self.number,
            "issued": self.issued.isoformat(),
            "due": self.due.isoformat() if self.due else None,
            "currency": self.currency,
            "total": f"{self.total:.2f}",
            "payable": f"{self.payable:.2f}",
            "seller": {
                "name": self.seller.name,
                "country": self.seller.country,
                "vat": self.seller.vat,
                "iban": self.seller.iban,
                "also_iban": self.second_iban,
            },
            "buyer": {
                "name": self.buyer.name,
                "country": self.buyer.country,
                "vat": None if "no_buyer_vat" in self.traps else self.buyer.vat,
            },
            "language": self.language,
            "features": list(self.traps),
            "layout": self.layout,
            "set": "traps" if self.traps else "pdf",
        }

    second_iban: str | None = None
    layout: str = ""


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def paper(seed: int, trapped: bool = False, language: str | None = None) -> Paper:
    """Return the paper that a seed stands for; `trapped` with one to three traps."""
    rng = random.Random(seed)
    language = language or rng.choice(sorted(WORDS))
    home = rng.choice(HOME[language])
    seller = person(rng, home)
    buyer = person(rng, rng.choice(["NL", "BE", "IT", "ES", "AT", "SE", home, home]), seller.name)
    traps = tuple(rng.sample(TRAPS, rng.randint(1, 3))) if trapped else ()
    if language not in ("it", "es"):
        traps = tuple(one for one in traps if one != "retention") or (("claims",) if trapped else ())
    currency = "SEK" if home == "SE" and rng.random() < 0.5 else "EUR"
    made = Paper(language, seller, buyer, rng, traps, currency)
    if "two_ibans" in traps:
        made.second_iban = person(rng, home).iban
    return made


def literal(text: str) -> str:
    """Return a text as a string of Typst."""
    return json.dumps(text, ensure_ascii=False)


__all__ = ["Paper", "digits", "literal", "paper"]
