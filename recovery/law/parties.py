"""Who is who in a claim, what was agreed, and how days, countries and rates are written."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from recovery.errors import IntakeError
from recovery.money import decimal_of

Kind = Literal["business", "consumer", "public"]
ClaimKind = Literal["services", "goods", "professional_fee", "utilities", "rent", "carriage", "other"]


def _country(value: Any) -> Any:
    if isinstance(value, str):
        code = value.strip().upper()
        if len(code) == 2 and code.isalpha():
            return {"EL": "GR", "UK": "GB"}.get(code, code)
    raise ValueError("write the country as two letters such as BE (ISO 3166-1 alpha-2)")


def _date(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError(f"{value!r} is not a date; write it as 2026-01-31") from None
    return value


def _percent(value: Any) -> Any:
    try:
        rate = decimal_of(value if not isinstance(value, float) else str(value), "rate")
    except IntakeError as error:
        raise ValueError(error.message) from None
    if not 0 <= rate <= 1000:
        raise ValueError("a rate is percent per year, from 0 to 1000")
    if rate != round(rate, 4):
        raise ValueError("a rate has at most 4 decimals")
    return rate


Country = Annotated[str, BeforeValidator(_country)]
Day = Annotated[date, BeforeValidator(_date)]
Percent = Annotated[Decimal, BeforeValidator(_percent)]


class Model(BaseModel):
    """A part of a claim: frozen, and nothing in it that the rules do not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Creditor(Model):
    """Whose name is on the invoice; the claimant of record."""

    country: Country
    region: str | None = None
    kind: Kind = "business"
    size: Literal["sme", "large"] = "sme"
    legal_form: Literal["natural_person", "legal_person"] = "legal_person"
    vat_deductible: bool = True
    enterprise_number: str | None = None


class Debtor(Model):
    """Who owes; `home` is where the debtor lived when the contract was made, if that was elsewhere.

    `account_country` is where the debtor keeps an account that is worth preserving, if that is known.
    """

    country: Country
    kind: Kind
    size: Literal["sme", "large"] = "sme"
    region: str | None = None
    enterprise_number: str | None = None
    natural_person: bool | None = None
    home: Country | None = None
    account_country: Country | None = None

    @property
    def residence(self) -> str:
        """The country whose law protects a consumer: of the residence when the contract was made (Rome I art. 6)."""
        return self.home or self.country

    @property
    def is_natural_person(self) -> bool:
        """Whether the rules that protect natural persons apply (consumers always)."""
        return self.kind == "consumer" or bool(self.natural_person)


class Contract(Model):
    """What was agreed."""

    date: Day | None = None
    kind: ClaimKind = "services"
    choice_of_law: Country | None = None
    choice_of_court: Country | None = None
    rate: Percent | None = None
    penalty: str | None = None
    agreed_term_days: int | None = Field(default=None, ge=0, le=3650)
    reminder_fee_agreed: bool = False
    debtor_not_at_fault: bool = False

    @model_validator(mode="after")
    def _penalty_is_known(self) -> Contract:
        if self.penalty not in (None, "none", "ceiling"):
            try:
                decimal_of(self.penalty)
            except IntakeError as error:
                raise ValueError(f"penalty is none, ceiling or an amount: {error.message}") from None
        return self
