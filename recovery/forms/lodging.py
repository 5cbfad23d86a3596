"""The statement of a foreign creditor's claim in the debtor's insolvency (Reg. 2015/848 art. 53, 55)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from recovery.errors import CaseError, LawError
from recovery.forms.labels import LANGUAGES, checked
from recovery.forms.order import Parties, Party
from recovery.forms.printed import pdf_of, section
from recovery.forms.rows import open_costs, open_debts
from recovery.forms.rules import shown_in_print
from recovery.forms.sheet_text import cash, day, percent, said, sheet_words
from recovery.forms.sources import BLANK, lines_of
from recovery.law.assessment import Assessment
from recovery.law.claim import ClaimFacts
from recovery.letters.bases import basis_text
from recovery.letters.words import words as layout_words
from recovery.money import Money

Pairs = list[tuple[str, str]]
ENGLISH_TITLE = "Lodgement of claims"  # the heading of the standard form (art. 55(1))


@dataclass(frozen=True, slots=True)
class Insolvency:
    """The proceedings: what is not known yet is empty and left to be written by hand, the court apart."""

    kind: str
    opened_on: date
    published_on: date | None
    court: str
    number: str = ""
    administrator: str = ""
    administrator_address: str = ""
    administrator_email: str = ""
    lodge_by: date | None = None


@dataclass(frozen=True, slots=True)
class Rights:
    """What the creditor says of rank, security and set-off (art. 55(2)(f)-(h)); empty where nothing is known."""

    priority: str = ""
    security: str = ""
    set_off: str = ""


@dataclass(frozen=True, slots=True)
class _Lodging:
    """Everything the statement is made of."""

    parties: Parties
    claim: ClaimFacts
    owed: Assessment
    insolvency: Insolvency
    rights: Rights
    law: str

    @property
    def debtor(self) -> Party:
        return next(party for party in self.parties.people if party.role == "02")

    @property
    def creditor(self) -> Party:
        return next(party for party in self.parties.people if party.role == "01")

    def cash(self, amount: Money) -> str:
        return cash(amount, self.parties.language, self.debtor.country)

    def day(self, on: date | None) -> str:
        return day(on, self.parties.language, self.debtor.country)

    def basis(self, text: str) -> str:
        return basis_text(text, self.parties.language, self.debtor.country, self.law)


def lodging_form(
    parties: Parties,
    claim: ClaimFacts,
    owed: Assessment,
    insolvency: Insolvency,
    rights: Rights | None = None,
    law: str = "",
) -> bytes:
    """Return the statement as an archival and accessible PDF, in the language of the State of the opening.

    `owed` is what was owed on the day of the opening, `parties.evidence` the documents whose copies go along, `law` the
    country whose law the contract is under.

    Raises:
        CaseError: an item that art. 55(2) asks for is missing, or interest runs beyond the opening.
        LawError: the language has no words, or the layout does not take its data.
    """
    return pdf_of(lodging_view(_Lodging(parties, claim, owed, insolvency, rights or Rights(), law)))


def lodging_view(one: _Lodging) -> dict[str, Any]:
    """Return everything the layout prints."""
    _complete(one)
    language = one.parties.language
    words, page = lodging_words(language), layout_words(language)
    sections = [*_who(one, words), *_what(one, words), *_rank(one, words)]
    for label, text in (pair for part in sections for group in part["groups"] for pair in group):
        shown_in_print(label, text, "lodging")
    return {
        "title": f"{words['title']} / {ENGLISH_TITLE}",
        "notice": words["notice"],
        "author": one.creditor.name,
        "language": language,
        "year": one.owed.as_of.year,
        "month": one.owed.as_of.month,
        "day": one.owed.as_of.day,
        "page": page["page"],
        "footer": f"{page['reference']}: {one.parties.case_reference}",
        "sections": sections,
    }


@cache
def lodging_words(language: str) -> Mapping[str, str]:
    """Return the words of the statement in a language of the courts.

    Raises:
        LawError: the language is unknown, or its words are not those of the Dutch file.
    """
    return {key.removeprefix("lodging."): text for key, text in checked(language, _read(language), _read("nl")).items()}


def _read(language: str) -> dict[str, str]:
    if language not in LANGUAGES:
        raise LawError(f"lodging: no words in {language!r}; use one of {', '.join(LANGUAGES)}")
    text = resources.files("recovery.forms").joinpath("lodging_words", f"{language}.toml").read_text("utf-8")
    return {f"{table}.{word}": value for table, words in tomllib.loads(text).items() for word, value in words.items()}


def _complete(one: _Lodging) -> None:
    """Refuse a statement without what art. 55 asks for."""
    account = one.parties.account
    asked = {
        ("creditor_name", "art. 55(2)(a)"): one.creditor.name,
        ("creditor_address", "art. 55(2)(a)"): lines_of(one.creditor),
        ("bank_details", "art. 55(2)(a)"): account.iban if account else "",
        ("debtor_name", "art. 55(1)"): one.debtor.name,
        ("court", "art. 55(1)"): one.insolvency.court,
        ("principal", "art. 55(2)(b)"): "owed" if one.owed.principal.minor > 0 else "",
    }
    for (name, article), text in asked.items():
        if not text.strip():
            raise CaseError(
                f"lodging: field {name} is missing (Reg. 2015/848 {article}); add it to the case",
                code="lodging",
                field=name,
            )
    if one.owed.as_of > one.insolvency.opened_on:
        raise CaseError(
            f"lodging: reckoned to {one.owed.as_of}, opened on {one.insolvency.opened_on}: assess on the opening day",
            code="lodging",
            field="interest",
        )


def _who(one: _Lodging, words: Mapping[str, str]) -> list[dict[str, Any]]:
    team = next((party for party in one.parties.people if party.role == "03"), None)
    behalf: Pairs = [(words["representative"], _represented(team, one))] if team else []
    return [
        section("1", words["proceedings"], _proceedings(one, words)),
        section("2", f"{words['creditor']} (art. 55(2)(a))", _creditor(one, words), behalf),
    ]


def _proceedings(one: _Lodging, words: Mapping[str, str]) -> Pairs:
    case = one.insolvency
    return [
        (words["debtor"], one.debtor.name),
        (words["debtor_address"], lines_of(one.debtor)),
        (words["court"], case.court),
        (words["number"], case.number or BLANK),
        (words["kind"], case.kind or BLANK),
        (words["opened"], one.day(case.opened_on)),
        (words["published"], one.day(case.published_on)),
        (words["administrator"], case.administrator or BLANK),
        (words["administrator_address"], case.administrator_address),
        (words["administrator_email"], case.administrator_email),
        (words["lodge_by"], one.day(case.lodge_by)),
    ]


def _creditor(one: _Lodging, words: Mapping[str, str]) -> Pairs:
    creditor, account = one.creditor, one.parties.account
    parts = (account.holder, account.iban, account.bic) if account else ()
    return [
        (words["name"], creditor.name),
        (words["address"], lines_of(creditor)),
        (words["email"], creditor.email),
        (words["identification"], creditor.identification),
        (words["account"], ", ".join(part for part in parts if part)),
    ]


def _represented(team: Party, one: _Lodging) -> str:
    contact = ", ".join(part for part in (team.name, lines_of(team), team.email) if part)
    if one.parties.mandated_on is None:
        return contact
    mandate = said(one.parties.language, "sheet.mandate", name=team.name, date=one.day(one.parties.mandated_on))
    return f"{contact}. {mandate}"


def _what(one: _Lodging, words: Mapping[str, str]) -> list[dict[str, Any]]:
    total: Pairs = [(words["total"], one.cash(one.owed.total))]
    foreign: Pairs = [
        (words["converted"], f"{one.cash(cost.amount)} ({one.basis(cost.basis)})") for cost in one.owed.foreign_costs
    ]
    return [
        section("3", f"{words['principal']} (art. 55(2)(b))", tables=[_principal(one, words)]),
        section("4", f"{words['interest']} (art. 55(2)(c))", _regime(one, words), tables=_interest(one)),
        section("5", f"{words['costs']} (art. 55(2)(d))", tables=[_costs(one)]),
        section("", words["total"], total, foreign),
    ]


def _principal(one: _Lodging, words: Mapping[str, str]) -> dict[str, Any]:
    page = layout_words(one.parties.language)
    rows = [
        [
            invoice.number,
            one.day(one.claim.contract.date or invoice.issued or invoice.received_on),
            one.day(due),
            one.cash(Money(left, invoice.currency)),
        ]
        for invoice, left, due, _ in open_debts(one.claim, one.owed)
        if left
    ]
    return _summed([page["invoice"], words["arisen"], words["due"], page["amount"]], rows, one.cash(one.owed.principal))


def _regime(one: _Lodging, words: Mapping[str, str]) -> Pairs:
    terms = one.owed.terms
    pairs: Pairs = [(words["capitalised"], one.cash(one.owed.interest))]
    if terms:
        kind = words["contractual" if terms.regime == "contractual" else "legal"]
        pairs.insert(0, (words["regime"], f"{kind} ({one.basis(terms.basis)})"))
    return [*pairs, (layout_words(one.parties.language)["interest"], words["after"])]


def _interest(one: _Lodging) -> list[dict[str, Any]]:
    page, language = layout_words(one.parties.language), one.parties.language
    rows = [
        [
            one.day(row.first_day),
            one.day(row.last_day),
            one.cash(row.base),
            percent(row.rate, language, one.debtor.country),
            one.cash(row.amount),
        ]
        for row in one.owed.segments
        if row.amount
    ]
    head = [page[name] for name in ("from", "to", "on", "rate", "amount")]
    return [_summed(head, rows, one.cash(one.owed.interest))] if rows else []


def _costs(one: _Lodging) -> dict[str, Any]:
    page = layout_words(one.parties.language)
    found = open_costs(one.owed)
    rows = [[page.get(cost.kind, page["costs"]), one.basis(cost.basis), one.cash(left)] for cost, left in found]
    return _summed([page["costs"], page["basis"], page["amount"]], rows, one.cash(one.owed.costs_open))


def _summed(head: list[str], rows: list[list[str]], total: str) -> dict[str, Any]:
    """Return a table with its sum in the last row."""
    last = ["\N{GREEK CAPITAL LETTER SIGMA}", *[""] * (len(head) - 2), total]
    return {"caption": "", "head": head, "widths": [1] * (len(head) - 1) + [0], "rows": [*rows, last]}


def _rank(one: _Lodging, words: Mapping[str, str]) -> list[dict[str, Any]]:
    kind = sheet_words(one.parties.language)[f"kind.{one.claim.contract.kind}"]
    claimed: Pairs = [
        (f"{words['priority']} (art. 55(2)(f))", one.rights.priority or words["none_known"]),
        (f"{words['security']} (art. 55(2)(g))", one.rights.security or words["none_known"]),
        (f"{words['set_off']} (art. 55(2)(h))", one.rights.set_off or words["none_known"]),
    ]
    copies = [[str(number), row.description] for number, row in enumerate(one.parties.evidence, 1)]
    name = sheet_words(one.parties.language)["sheet.name"]
    table = {"caption": "", "head": ["#", name], "widths": [0, 1], "rows": copies}
    signed: Pairs = [
        (words["place_date"], BLANK),
        (words["signature"], BLANK),
    ]
    none = [] if copies else [words["none_known"]]
    return [
        section("6", f"{words['nature']} (art. 55(2)(e))", [(words["nature"], kind)]),
        section("7", words["status"], claimed),
        section("8", f"{words['documents']} (art. 55(3))", tables=[table] if copies else (), texts=none),
        section("", words["closing"], signed),
    ]
