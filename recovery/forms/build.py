"""Form A from a case's facts: who, what and under which law, in the language of the court."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from recovery.errors import CaseError, IntakeError
from recovery.forms.labels import country_name, day_text, filled, labels
from recovery.forms.order import (
    Choice,
    ConsumerBlock,
    CourtOffice,
    EvidenceRow,
    InterestRow,
    OrderForm,
    Parties,
    PrincipalRow,
)
from recovery.forms.rows import (
    cash,
    cost_rows,
    evidence_rows,
    interest_rows,
    open_debts,
    penalty,
    principal_row,
)
from recovery.forms.rules import checked
from recovery.law.applicable import ApplicableLaw
from recovery.law.assessment import Assessment
from recovery.law.claim import ClaimFacts
from recovery.law.routes import SMALL_CLAIMS_CEILING, Route, forum, is_cross_border
from recovery.letters.bases import basis_text
from recovery.quote import Convert
from recovery.registry import countries

ORDER = "european_payment_order"
_POSTAL = re.compile(r"(?P<code>[0-9][0-9A-Z ]*[0-9A-Z]) (?P<city>[^0-9]+)")
_WHOSE = re.compile(r" of the debtor's .*$")  # a rule on which court, not part of its name


def order_form(
    parties: Parties,
    claim: ClaimFacts,
    owed: Assessment,
    laws: ApplicableLaw,
    route: Route,
    choice: Choice | None,
    convert: Convert | None = None,
) -> OrderForm:
    """Return form A as it stands on the day of the assessment (Reg. 1896/2006 art. 7); `convert` as in the quote.

    Raises:
        IntakeError: a party is missing or differs from the claim's.
        CaseError: the route is not open, or the figures contradict the form's rules.
    """
    return content(ORDER, parties, claim, owed, laws, route, choice, convert)


def content(
    code: str,
    parties: Parties,
    claim: ClaimFacts,
    owed: Assessment,
    laws: ApplicableLaw,
    route: Route,
    choice: Choice | None,
    convert: Convert | None,
) -> OrderForm:
    """Return what the forms A of both European procedures ask; `code` is the route that must be open.

    Raises:
        IntakeError: a party is missing or differs from the claim's.
        CaseError: the route is not open, or the figures contradict the form's rules.
    """
    court_country = _open_court(code, claim, route)
    _same_parties(parties, claim)
    language = _language(parties, route)
    rows = _rows(parties, claim, owed, laws, language)
    told = partial(basis_text, language=language, country=court_country, law=laws.substance or "")
    costs, foreign = cost_rows(owed, route.facts.fee, language, court_country, convert, told)
    form = OrderForm(
        language=language,
        court=parties.court or court_of(route.facts.court, court_country),
        parties=parties.people,
        jurisdiction=_grounds(parties, claim, court_country),
        claimant_country=claim.creditor.country,
        defendant_country=claim.debtor.country,
        court_country=court_country,
        fee=parties.fee,
        account=parties.account,
        currency=owed.currency,
        principal=owed.principal,
        claims=rows[0],
        consumer=_consumer(claim, court_country),
        interest=rows[1],
        penalty=penalty(owed, told),
        costs=tuple(costs),
        evidence=rows[2],
        statements=(*_statements(parties, owed, laws, language, court_country, told), *foreign),
        place=parties.place,
        dated=owed.as_of,
        choice=choice,
        reference=parties.case_reference,
    )
    return checked(_with_notes(form, claim, owed, route))


def _rows(
    parties: Parties, claim: ClaimFacts, owed: Assessment, laws: ApplicableLaw, language: str
) -> tuple[tuple[PrincipalRow, ...], tuple[InterestRow, ...], tuple[EvidenceRow, ...]]:
    """Return the rows of fields 6, 7 and 10, joined by the IDs 1 to n."""
    claims: list[PrincipalRow] = []
    interest: list[InterestRow] = []
    evidence: list[EvidenceRow] = list(parties.evidence)
    for number, (invoice, left, due, debt) in enumerate(open_debts(claim, owed), 1):
        claims.append(principal_row(number, claim, invoice, left, due, language))
        interest += interest_rows(number, debt, owed, laws) if debt else []
        evidence += evidence_rows(number, claim, invoice, language)
    return tuple(claims), tuple(interest), tuple(sorted(evidence, key=lambda row: row.claim_id))


def court_of(text: str, country: str) -> CourtOffice:
    """Return a court from its line in courts.toml: with its address if the line has one, else its name alone."""
    line = _WHOSE.sub("", text).strip()
    name, *rest = (part.strip() for part in line.split(","))
    found = _POSTAL.fullmatch(rest[-1]) if rest else None
    if not found:
        return CourtOffice(line, "", "", "", country)
    return CourtOffice(name, ", ".join(rest[:-1]), found["code"], found["city"], country)


def _open_court(code: str, claim: ClaimFacts, route: Route) -> str:
    """Return the country of the court, if the procedure is open there."""
    if route.code != code or not route.available:
        raise CaseError(f"form A: the route {route.code} is not an open {code}: {route.why}", code="form_a")
    court = forum(claim, countries()).country
    if not is_cross_border(claim, court):
        raise CaseError(f"form A, field 4: not cross-border before a court of {court} (art. 3)", code="form_a")
    return court


def _same_parties(parties: Parties, claim: ClaimFacts) -> None:
    """Refuse parties whose country is not the one that the route and the law were found by."""
    for role, country in (("01", claim.creditor.country), ("02", claim.debtor.country)):
        for party in parties.people:
            if party.role == role and party.country != country:
                raise IntakeError(
                    f"form A, field 2: party {role} lives in {party.country}, the claim says {country}; correct one",
                    code="form_a",
                    field="2",
                )


def _language(parties: Parties, route: Route) -> str:
    if parties.language not in route.facts.languages:
        raise CaseError(
            f"form A: the court does not take {parties.language}; it takes {', '.join(route.facts.languages)}",
            code="form_a",
            field="language",
        )
    return parties.language


def _grounds(parties: Parties, claim: ClaimFacts, court: str) -> tuple[str, ...]:
    """Return the codes of field 3: domicile, performance, consumer's domicile, choice (Reg. 1215/2012)."""
    if claim.debtor.kind == "consumer":
        return ("08",)
    true = {
        "01": claim.debtor.country == court,
        "02": parties.performed_in == court,
        "12": claim.contract.choice_of_court == court,
    }
    return tuple(code for code, holds in true.items() if holds)


def _consumer(claim: ClaimFacts, court: str) -> ConsumerBlock:
    kinds = (claim.creditor.kind, claim.debtor.kind)
    if kinds.count("consumer") != 1:
        return ConsumerBlock(False)
    if claim.debtor.kind != "consumer":
        return ConsumerBlock(True, False)
    return ConsumerBlock(True, True, claim.debtor.country == court)


def _statements(
    parties: Parties,
    owed: Assessment,
    laws: ApplicableLaw,
    language: str,
    country: str,
    told: Callable[[str], str],
) -> list[str]:
    """Return field 11: the governing law, the rates, the payments credited, the mandate."""
    words = labels(language)
    if laws.substance:
        law = country_name(laws.substance, language)
        result = [filled(language, "text.governing_law", law=law, basis=told(laws.basis))]
    else:
        result = [words["text.no_law"]]
    result.append(words["text.conflict"])
    if owed.terms and not owed.terms.waived:
        result.append(filled(language, "text.rates", basis=told(owed.terms.basis)))
    if any(debt.capitalises for debt in owed.debts):
        result.append(words["text.capitalised"])
    for spread in owed.paid:
        shown = {
            "amount": spread.amount,
            "costs": spread.to_costs,
            "interest": spread.to_interest,
            "principal": spread.to_principal,
        }
        values = {key: cash(amount, language, country) for key, amount in shown.items()}
        result.append(filled(language, "text.payment", date=day_text(spread.on), basis=told(spread.basis), **values))
    for party in parties.people:
        if party.role == "03":
            key = "text.mandate" if parties.mandated_on else "text.mandate_undated"
            result.append(filled(language, key, name=party.name, date=day_text(parties.mandated_on)))
    return result


def _with_notes(form: OrderForm, claim: ClaimFacts, owed: Assessment, route: Route) -> OrderForm:
    """Add what a person must see to before signing: gaps of the form, and what the rules are not sure of."""
    over = form.currency == SMALL_CLAIMS_CEILING.currency and form.principal > SMALL_CLAIMS_CEILING
    true = {
        "countries": True,
        "court_address": not (form.court.address and form.court.city),
        "account": form.account is None,
        "consumer": form.consumer.contract,
        "ceiling": over and form.choice is not None and form.choice.after == "small_claims",
        "provisional": owed.provisional,
        "rent": claim.contract.kind == "rent",
    }
    words = labels(form.language)
    gaps = [words[f"note.{name}"] for name, holds in true.items() if holds]
    unsure = (*owed.warnings, *route.facts.warnings, *route.facts.fee.warnings)
    return replace(form, notes=tuple(dict.fromkeys([*gaps, *unsure])))
