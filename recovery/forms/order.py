"""Form A of the European order for payment as frozen values, field by field (Reg. 1896/2006 annex I)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from recovery.money import Money

Role = Literal["01", "02", "03", "04", "05", "06"]
After = Literal["small_claims", "national", "discontinue"]


@dataclass(frozen=True, slots=True)
class CourtOffice:
    """Field 1: the court, and where it is written to."""

    name: str
    address: str
    postal_code: str
    city: str
    country: str


@dataclass(frozen=True, slots=True)
class Party:
    """Field 2: a party or its representative; a person has a first name, a company has none."""

    role: Role
    name: str
    address: str
    postal_code: str
    city: str
    country: str
    first_name: str = ""
    identification: str = ""
    phone: str = ""
    email: str = ""
    occupation: str = ""
    other: str = ""


@dataclass(frozen=True, slots=True)
class FeePayment:
    """Field 5.1 and appendix 1: how the court's fee is paid (01 transfer, 03 collection, 04 legal aid, 05 other)."""

    code: Literal["01", "02", "03", "04", "05"]
    specification: str = ""
    holder: str = ""
    iban: str = ""
    bic: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """Field 5.2: where the defendant pays."""

    holder: str
    iban: str
    bic: str = ""


@dataclass(frozen=True, slots=True)
class PrincipalRow:
    """Field 6: one claim, by its ID; `cause`, `circumstance` and `detail` are the codes 1, 2 and 3."""

    claim_id: int
    cause: str
    circumstance: str
    detail: str
    explanation: str
    on: date
    amount: Money


@dataclass(frozen=True, slots=True)
class ConsumerBlock:
    """Field 6: the three questions on consumer contracts; None where the one before was answered no."""

    contract: bool
    defendant_is_consumer: bool | None = None
    lives_where_court_is: bool | None = None


@dataclass(frozen=True, slots=True)
class InterestRow:
    """Field 7: interest on one claim; without `to_day` until payment; points are over the ECB's base rate.

    With the code 05E, `on` is the amount that the claimant has reckoned.
    """

    claim_id: int
    code: str
    rate: Decimal | None
    points: Decimal | None
    on: Money
    from_day: date
    to_day: date | None


@dataclass(frozen=True, slots=True)
class Penalty:
    """Field 8: the contractual penalty."""

    amount: Money
    specification: str


@dataclass(frozen=True, slots=True)
class CostRow:
    """Field 9: one cost (01 court fee, 02 other); without an amount the court fills it in."""

    code: Literal["01", "02"]
    specification: str
    amount: Money | None


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """Field 10: what proves a claim (01 written, 02 witness, 03 expert, 04 inspection, 05 other)."""

    claim_id: int
    code: Literal["01", "02", "03", "04", "05"]
    description: str
    on: date | None


@dataclass(frozen=True, slots=True)
class Choice:
    """Appendix 2: what the member decided for the case of an opposition, and when (art. 7(4), 17(1))."""

    after: After
    recorded_on: date


@dataclass(frozen=True, slots=True)
class Parties:
    """Who files with whom: what the claim's facts do not hold.

    Without `court` the route's own text names it. `performed_in` is the country of performance (art. 7(1)),
    `evidence` adds to what the claim itself shows, `mandated_on` is the day of the representative's mandate.
    """

    people: tuple[Party, ...]
    language: str
    place: str
    account: Account | None = None
    court: CourtOffice | None = None
    fee: FeePayment | None = None
    performed_in: str | None = None
    evidence: tuple[EvidenceRow, ...] = ()
    mandated_on: date | None = None
    case_reference: str = ""


@dataclass(frozen=True, slots=True)
class OrderForm:
    """Everything that form A asks; `notes` say what a person must see to before it is signed."""

    language: str
    court: CourtOffice
    parties: tuple[Party, ...]
    jurisdiction: tuple[str, ...]
    claimant_country: str
    defendant_country: str
    court_country: str
    fee: FeePayment | None
    account: Account | None
    currency: str
    principal: Money
    claims: tuple[PrincipalRow, ...]
    consumer: ConsumerBlock
    interest: tuple[InterestRow, ...]
    penalty: Penalty | None
    costs: tuple[CostRow, ...]
    evidence: tuple[EvidenceRow, ...]
    statements: tuple[str, ...]
    place: str
    dated: date
    choice: Choice | None
    reference: str = ""
    notes: tuple[str, ...] = ()

    def people(self, role: str) -> tuple[Party, ...]:
        """Return the parties of a role, in their order."""
        return tuple(party for party in self.parties if party.role == role)
