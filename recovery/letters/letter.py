"""A letter as data: everything that is printed, frozen when it is decided to send it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Address:
    """A name with the lines under it; the country stands below them on mail and papers of another one.

    `number` is its company or VAT number, where it has one.
    """

    name: str
    lines: tuple[str, ...] = ()
    email: str | None = None
    phone: str | None = None
    country: str = ""
    number: str | None = None


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; an emphasised one is boxed, bold and in another typeface (CEL XIX.7 par. 2 asks for it)."""

    text: str
    emphasised: bool = False


@dataclass(frozen=True)
class Amount:
    """One line of what is owed: label, amount in major units, and the article it stands on."""

    label: str
    amount: str
    currency: str
    basis: str


@dataclass(frozen=True)
class PaymentDetails:
    """Where and how to pay; `one_sum` pays what is owed in other currencies too, at the rates of `one_sum_rate`.

    `pay_by` is the day of this amount where it is another one than the letter's: the next instalment's.
    """

    account_holder: str
    iban: str
    bic: str | None
    reference: str
    amount: str
    currency: str
    beside: str = ""
    one_sum: str = ""
    one_sum_rate: str = ""
    pay_by: str | None = None


@dataclass(frozen=True)
class Letter:
    """One letter to one debtor; dates are ISO, amounts decimal strings.

    `values` are the raw facts of its text `text`, from which the same letter is composed in another language: a plain
    string, {"amount", "currency"} or {"date"}. `beside` is owed in other currencies besides the total: "40.00 EUR".
    `wanted_language` is set where the country has no text in it. `online` is the debtor's page: its url and code.
    `law` is the country whose law the contract is under, for the bases; letters stored before have none.
    """

    country: str
    language: str
    document: str
    reference: str
    dated: str
    sender: Address
    creditor: Address
    debtor: Address
    subject: str
    paragraphs: tuple[Paragraph, ...]
    what_to_do: tuple[Paragraph, ...]
    footer: tuple[Paragraph, ...]
    invoices: tuple[dict[str, str], ...]
    amounts: tuple[Amount, ...]
    total: str
    currency: str
    beside: str = ""
    segments: tuple[dict[str, Any], ...] = ()
    instalments: tuple[dict[str, str], ...] = ()
    pay_by: str | None = None
    payment: PaymentDetails | None = None
    channel: str = "post"
    courtesy_copy: bool = False
    values: dict[str, Any] = field(default_factory=dict)
    text: str = ""
    original_language: str = ""
    wanted_language: str = ""
    logo: dict[str, str] | None = None
    online: dict[str, str] | None = None
    law: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the letter as plain data, for the outbox."""
        return {one.name: _plain(getattr(self, one.name)) for one in fields(self)}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Letter:
        """Return the letter that `as_dict` wrote down."""
        row = dict(data)
        for name in ("sender", "creditor", "debtor"):
            row[name] = Address(**{**row[name], "lines": tuple(row[name]["lines"])})
        for name in ("paragraphs", "what_to_do", "footer"):
            row[name] = tuple(Paragraph(**part) for part in row[name])
        row["amounts"] = tuple(Amount(**part) for part in row["amounts"])
        for name in ("invoices", "segments", "instalments"):
            row[name] = tuple(row[name])
        row["payment"] = PaymentDetails(**row["payment"]) if row["payment"] else None
        return cls(**row)

    @property
    def dated_on(self) -> date:
        """The letter's date."""
        return date.fromisoformat(self.dated)


def _plain(value: Any) -> Any:
    """Return a part of a letter as plain data; what is plain already is not copied."""
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return dict(vars(value)) if isinstance(value, (Address, Paragraph, Amount, PaymentDetails)) else value
