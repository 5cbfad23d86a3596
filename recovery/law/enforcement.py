"""What follows a title: certificate, service, translation, and the organ that enforces, as data with its sources.

European law is the same for all and stands in enforcement.toml; a country's own part is in its courts.toml.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from recovery.law.values import CourtFee

# How sure a row is, as everywhere in the law: seen in a source, settled but not read again, or to be looked up.
CONFIDENCE = ("confirmed", "known", "uncertain")


@dataclass(frozen=True, slots=True)
class Sourced:
    """What the law says, with its article and how sure it is; `confirmed_through` is the last day it was looked up."""

    what: str
    basis: str
    confidence: str
    source: str
    confirmed_through: date | None = None

    def as_dict(self) -> dict[str, object]:
        """Return the row in the shape of the command line's JSON."""
        through = self.confirmed_through
        return {**_plain(self), "confirmed_through": through.isoformat() if through else None}


@dataclass(frozen=True, slots=True)
class Term:
    """A term of enforcement in a country.

    `period` is counted by `rule` from the day of the title, of its service, or of the act that `counts_from` names.
    A step is planned, in the order of the file, and ends with its period; a limit binds the creditor.
    """

    name: str
    row: Sourced
    period: str
    rule: str
    counts_from: str
    is_step: bool

    def as_dict(self) -> dict[str, object]:
        """Return the term in the shape of the command line's JSON."""
        return {"name": self.name, "period": self.period, "counts_from": self.counts_from, **self.row.as_dict()}


@dataclass(frozen=True, slots=True)
class EnforcementFacts:
    """What a country's courts.toml says of enforcement.

    `fee` is a parameter of law.toml, or None with the article of the fee and `why_no_fee`; `languages` are those of a
    translation.
    """

    organ: str
    where: Sourced
    languages: tuple[str, ...]
    fee: str | None
    fee_basis: str
    why_no_fee: str
    terms: tuple[Term, ...]
    interest: Sourced

    @property
    def steps(self) -> tuple[Term, ...]:
        """The terms that are planned, in their order."""
        return tuple(term for term in self.terms if term.is_step)


@dataclass(frozen=True, slots=True)
class Certificate:
    """The paper with which a title goes abroad: which form, who issues it, for which titles."""

    code: str
    instrument: str
    form: str
    issued_by: str
    when: str
    basis: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class EuropeanPart:
    """The part of European law: certificates, service before enforcement, and the refusal of a language."""

    certificates: tuple[Certificate, ...]
    service: Sourced
    language: Sourced
    refusal_within: str


@cache
def european_data() -> dict[str, Any]:
    """Return the file of European law, read once."""
    return tomllib.loads(resources.files("recovery.law").joinpath("enforcement.toml").read_text("utf-8"))


@cache
def european_part() -> EuropeanPart:
    """Return what European law says of enforcement."""
    raw = european_data()
    language = dict(raw["language"])
    within = language.pop("refusal_within")
    certificates = tuple(Certificate(**row) for row in raw["certificate"])
    return EuropeanPart(certificates, Sourced(**raw["service"]), Sourced(**language), within)


def certificate_for(route: str) -> Certificate:
    """Return the certificate of a title that a route has led to: a national one has that of a judgment."""
    found = european_part().certificates
    return next((one for one in found if one.code == route), found[0])


def enforcement_of(raw: Mapping[str, Any]) -> EnforcementFacts:
    """Return a country's part from the table `enforcement` of its courts.toml."""
    shared = {name: raw.get(name) for name in ("basis", "confidence", "source", "confirmed_through")}
    return EnforcementFacts(
        organ=raw["organ"],
        where=Sourced(what=raw["where"], **shared),  # type: ignore[arg-type]
        languages=tuple(raw["languages"]),
        fee=raw.get("fee"),
        fee_basis=raw.get("fee_basis", ""),
        why_no_fee=raw.get("why_no_fee", ""),
        terms=tuple(_term(row) for row in raw["term"]),
        interest=Sourced(**raw["interest"]),
    )


def _term(row: Mapping[str, Any]) -> Term:
    own = ("name", "period", "rule", "counts_from", "kind")
    sourced = Sourced(**{name: value for name, value in row.items() if name not in own})
    is_step, rule = row["kind"] == "step", row.get("rule", "civil")
    return Term(row["name"], sourced, row["period"], rule, row["counts_from"], is_step)


@dataclass(frozen=True, slots=True)
class Enforcement:
    """What is to be done with the title of a claim, in the country where it is enforced."""

    country: str
    facts: EnforcementFacts
    fee: CourtFee
    interest: Sourced

    def as_dict(self) -> dict[str, object]:
        """Return the enforcement in the shape of the command line's JSON."""
        facts, common = self.facts, european_part()
        return {
            "country": self.country,
            "organ": facts.organ,
            "where": facts.where.as_dict(),
            "languages": list(facts.languages),
            "fee": self.fee.amount.as_dict() if self.fee.amount else None,
            "fee_basis": self.fee.basis,
            "why_no_fee": facts.why_no_fee or None,
            "certificates": _rows(common.certificates),
            "service": common.service.as_dict(),
            "language": {**common.language.as_dict(), "refusal_within": common.refusal_within},
            "terms": [term.as_dict() for term in facts.terms],
            "interest": self.interest.as_dict(),
        }


def _rows(certificates: Sequence[Certificate]) -> list[dict[str, object]]:
    return [_plain(row) for row in certificates]


def _plain(row: Sourced | Certificate) -> dict[str, object]:
    return asdict(row)
