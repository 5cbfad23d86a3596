"""Single fields of a mapped document: texts, dates, amounts, countries; odd ones leave a warning."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from recovery.errors import IntakeError
from recovery.money import Money, minor_digits

_DATES = (
    (re.compile(r"(\d{4})-(\d{2})-(\d{2})"), (1, 2, 3)),
    (re.compile(r"(\d{4})(\d{2})(\d{2})"), (1, 2, 3)),
    (re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})"), (3, 2, 1)),
)
_TERM = re.compile(
    r"(?:^|\D)(\d{1,3})\s*(?:calendar |kalender|werk)?"
    r"(?:days?|d\b|dagen|dager|dagar|jours|tagen?|tage|giorni|gg\b|d[ií]as|dies)",
    re.IGNORECASE,
)
_ALIASES = {"UK": "GB", "EL": "GR", "ENGLAND": "GB", "HOLLAND": "NL"}


def country_code(text: str | None) -> str | None:
    """Return a country as alpha-2 from a two- or three-letter code, a number or a name."""
    if not text or not text.strip():
        return None
    import pycountry

    plain = text.strip().upper()
    plain = _ALIASES.get(plain, plain)
    key = "alpha_2" if len(plain) == 2 else "alpha_3" if len(plain) == 3 and plain.isalpha() else "numeric"
    wanted: dict[str, Any] = {key: plain}
    found = pycountry.countries.get(**wanted)
    if found is None:
        try:
            found = pycountry.countries.lookup(text.strip())
        except LookupError:
            return _local_name(text.strip())
    return str(found.alpha_2)


def _local_name(name: str) -> str | None:
    """Return the country whose name in a served language is this."""
    from babel import Locale

    for language in ("nl", "fr", "de", "it", "es", "sv", "ca"):
        for code, local in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and local.casefold() == name.casefold():
                return str(code)
    return None


def read_date(text: str) -> date | None:
    """Return the date of a text in one of the usual forms, None if it is none."""
    plain = text.strip().split("T")[0].removesuffix("Z")
    for pattern, (year, month, day) in _DATES:
        match = pattern.match(plain)
        if match:
            try:
                return date(int(match[year]), int(match[month]), int(match[day]))
            except ValueError:
                return None
    return None


def term_days_of(text: str) -> int | None:
    """Return the days of a payment term such as "30 days net"."""
    match = _TERM.search(text)
    return int(match[1]) if match and int(match[1]) <= 365 else None


class Fields:
    """A document under its map; collects faults and warnings while it is read."""

    def __init__(self, root: Any, data: dict[str, Any], namespace: str, name: str) -> None:
        self.root, self.data, self.namespace, self.name = root, data, namespace, name
        self.warnings: list[str] = []
        self.faults: list[IntakeError] = []

    def fault(self, field: str, message: str, code: str) -> None:
        """Note a fault; all are raised together in the end."""
        self.faults.append(IntakeError(f"{self.name}: {message}", code=code, field=field))

    def texts(self, paths: list[str], node: Any = None) -> list[str]:
        """Return the texts of the first path that holds any."""
        for path in paths:
            found = (self.root if node is None else node).xpath(path)
            texts = [(hit if isinstance(hit, str) else "".join(hit.itertext())).strip() for hit in found]
            texts = [" ".join(text.split()) for text in texts if text.strip()]
            if texts:
                return texts
        return []

    def text(self, paths: list[str], node: Any = None) -> str | None:
        """Return the first text of the first path that holds one."""
        return next(iter(self.texts(paths, node)), None)

    def field(self, name: str) -> str | None:
        """Return a field of the map as text."""
        return self.text(self.data["fields"].get(name, []))

    def day(self, text: str | None, field: str) -> date | None:
        """Return a date; an unreadable one is a fault."""
        if not text:
            return None
        day = read_date(text)
        if day is None:
            self.fault(field, f"{field} {text!r} is no date; write it as 2026-01-31", "bad_date")
        return day

    def number(self, text: str, field: str) -> Decimal | None:
        """Return a number; an unreadable one is a fault."""
        plain = text.replace(" ", "").replace("\u00a0", "")
        if "," in plain and "." not in plain:
            plain = plain.replace(",", ".")
        try:
            value = Decimal(plain)
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite() or abs(value) >= Decimal(10) ** 15:
            self.fault(field, f"{field} {text!r} is no amount; write it as 1234.50", "bad_amount")
            return None
        return value

    def amount(self, name: str, currency: str) -> Money | None:
        """Return an amount field in the document's currency, None where it is absent."""
        paths = self.data["fields"].get(name, [])
        text = self.text(paths)
        if text is None:
            return None
        self._check_currency(paths, currency, name)
        value = self.number(text, name)
        return None if value is None else self.money(value, currency, name)

    def money(self, value: Decimal, currency: str, field: str) -> Money:
        """Return an amount rounded to the currency; a change leaves a warning."""
        rounded = Money.rounded(value, currency)
        if rounded.major != value:
            self.warnings.append(f"{field} {value} has more than {minor_digits(currency)} decimals: read as {rounded}")
        return rounded

    def _check_currency(self, paths: list[str], currency: str, field: str) -> None:
        attribute = self.data.get("currency_attribute")
        if not attribute:
            return
        for path in paths:
            for node in self.root.xpath(path):
                found = node.get(attribute)
                if found and found != currency:
                    self.fault(
                        "currency",
                        f"{field} is in {found}, the invoice in {currency}; correct the invoice",
                        "currency_mismatch",
                    )
            if self.root.xpath(path):
                return

    def sum(self, name: str, currency: str) -> Money | None:
        """Return the sum of all values of a field's paths, None where there is none."""
        values = [self.number(text, name) for path in self.data["fields"].get(name, []) for text in self.texts([path])]
        known = [value for value in values if value is not None]
        return self.money(sum(known, Decimal(0)), currency, name) if known else None
