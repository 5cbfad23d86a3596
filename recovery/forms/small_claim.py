"""Form A of the European small claims procedure as values and in print (Reg. 861/2007 annex I)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from recovery.errors import CaseError
from recovery.forms.build import content
from recovery.forms.fields import (
    account_pairs,
    appendix_1_pairs,
    claim_tables,
    consumer_pairs,
    cost_tables,
    country_pairs,
    court_pairs,
    evidence_tables,
    interest_tables,
    party_pairs,
    penalty_pairs,
    signed_pairs,
    total_pairs,
)
from recovery.forms.labels import labels
from recovery.forms.order import FeePayment, OrderForm, Parties
from recovery.forms.printed import framed, pdf_of, section
from recovery.forms.rules import shown_in_print
from recovery.law.applicable import ApplicableLaw
from recovery.law.assessment import Assessment
from recovery.law.claim import ClaimFacts
from recovery.law.routes import Route
from recovery.quote import Convert

CODE = "european_small_claims"
_CLAIMANT, _DEFENDANT = ("01", "03", "05"), ("02", "04", "06")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the claimant wishes: a hearing, electronic communication, a certificate and its language."""

    hearing: bool = False
    electronic: bool = False
    certificate: bool = True
    certificate_language: str = ""


@dataclass(frozen=True, slots=True)
class SmallClaimForm:
    """Everything that form A of the small claims procedure asks; `asked` is what it shares with the order's."""

    asked: OrderForm
    reasons: tuple[str, ...]
    wishes: Wishes


def small_claim_form(
    parties: Parties,
    claim: ClaimFacts,
    owed: Assessment,
    laws: ApplicableLaw,
    route: Route,
    reasons: tuple[str, ...],
    wishes: Wishes,
    convert: Convert | None = None,
) -> SmallClaimForm:
    """Return form A of the small claims procedure on the day of the assessment (Reg. 861/2007 art. 4).

    Raises:
        IntakeError: a party is missing or differs from the claim's.
        CaseError: the route is not open, no reason is given, or the figures contradict the form's rules.
    """
    asked = content(CODE, parties, claim, owed, laws, route, None, convert)
    if not any(reason.strip() for reason in reasons):
        raise CaseError("form A, section 8: say why the money is owed", code="form_a", field="8")
    for reason in reasons:
        shown_in_print("8", reason)
    words = labels(asked.language)
    others = (note for note in asked.notes if note != words["note.countries"])
    return SmallClaimForm(
        replace(asked, notes=(words["small.numbers"], words["small.attach"], *others)), reasons, wishes
    )


def print_small_claim(form: SmallClaimForm, *ends: dict[str, Any]) -> bytes:
    """Return the form's data as an archival and accessible PDF, the same bytes each time.

    `ends` are sections that follow the form's own.

    Raises:
        LawError: the layout does not take its data.
    """
    return pdf_of(small_claim_view(form), *ends)


def small_claim_view(form: SmallClaimForm) -> dict[str, Any]:
    """Return everything the layout prints, section by section."""
    words = labels(form.asked.language)
    sections = [*_who_and_where(form.asked, words), *_what(form, words)]
    return framed(form.asked, words["small.title"], words["small.notice"], sections)


def _who_and_where(asked: OrderForm, words: Mapping[str, str]) -> list[dict[str, Any] | None]:
    """Return sections 1 to 6."""

    def people(roles: tuple[str, ...]) -> list[list[tuple[str, str]]]:
        return [party_pairs(party, words)[1:] for party in asked.parties if party.role in roles]

    grounds = [(words["field.jurisdiction"], words[f"code.ground_{code}"]) for code in asked.jurisdiction]
    return [
        section("", words["form.check"], texts=asked.notes),
        section("1", words["field.court"], court_pairs(asked, words)),
        section("2", words["small.claimant"], *people(_CLAIMANT)),
        section("3", words["small.defendant"], *people(_DEFENDANT)),
        section("4", words["field.jurisdiction"], grounds, consumer_pairs(asked, words)),
        section("5", words["field.cross_border"], country_pairs(asked, words)),
        section("6", words["small.fee"], _fee(asked.fee, words)) if asked.fee else None,
        section("6", words["small.account"], account_pairs(asked, words)) if asked.account else None,
    ]


def _what(form: SmallClaimForm, words: Mapping[str, str]) -> list[dict[str, Any] | None]:
    """Return section 7 and what follows."""
    asked = form.asked
    apart = asked.fee and asked.fee.holder
    return [
        section(
            "7", words["small.claim"], total_pairs(asked, words), tables=_without(claim_tables(asked, words), 2, 3, 4)
        ),
        section("7", words["field.penalty"], penalty_pairs(asked, words)) if asked.penalty else None,
        section("7", words["small.costs"], tables=_without(cost_tables(asked, words), 1)),
        section("7", words["small.interest"], tables=_plain(interest_tables(asked, words))) if asked.interest else None,
        section("8", words["small.reasons"], texts=(*form.reasons, *asked.statements)),
        section("8", words["small.evidence"], tables=_without(evidence_tables(asked, words), 2)),
        section("", words["small.wishes"], _wishes(form.wishes, words)),
        section("", words["field.closing"], signed_pairs(asked, words), texts=[words["small.closing"]]),
        section("", words["field.appendix_1"], appendix_1_pairs(asked, words), apart=True) if apart else None,
    ]


def _fee(fee: FeePayment, words: Mapping[str, str]) -> list[tuple[str, str]]:
    text = words[f"code.fee_{fee.code}"]
    return [(words["word.specification"], f"{text}: {fee.specification}" if fee.specification else text)]


def _wishes(wishes: Wishes, words: Mapping[str, str]) -> list[tuple[str, str]]:
    said = {True: words["form.yes"], False: words["form.no"]}
    return [
        (words["small.hearing"], said[wishes.hearing]),
        (words["small.electronic"], said[wishes.electronic]),
        (words["small.certificate"], said[wishes.certificate]),
        (words["small.certificate_language"], wishes.certificate_language),
    ]


def _without(tables: list[dict[str, Any]], *columns: int) -> list[dict[str, Any]]:
    """Return tables without the columns of codes, which are those of Reg. 1896/2006."""

    def kept(row: list[Any]) -> list[Any]:
        return [cell for number, cell in enumerate(row) if number not in columns]

    return [
        table
        | {"head": kept(table["head"]), "widths": kept(table["widths"]), "rows": [kept(row) for row in table["rows"]]}
        for table in tables
    ]


def _plain(tables: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows of interest with their kind in words alone."""
    return [
        table | {"rows": [[*row[:2], row[2].split(" ", 1)[1].strip("()"), *row[3:]] for row in table["rows"]]}
        for table in tables
    ]
