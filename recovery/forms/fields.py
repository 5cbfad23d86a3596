"""The fields of form A as a reader sees them: pairs of label and text, and tables of numbered rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from recovery.forms.labels import codes, day_text, filled
from recovery.forms.order import OrderForm, Party
from recovery.forms.rows import cash
from recovery.letters.words import locale_of, percent_text
from recovery.money import Money

Pairs = list[tuple[str, str]]


def court_pairs(form: OrderForm, words: Mapping[str, str]) -> Pairs:
    """Return field 1: the court."""
    court = form.court
    return [
        (words["word.name"], court.name),
        (words["word.address"], court.address),
        (words["word.postal_code"], court.postal_code),
        (words["word.city"], court.city),
        (words["word.country"], court.country),
    ]


def party_pairs(party: Party, words: Mapping[str, str]) -> Pairs:
    """Return one party of field 2."""
    names = ("name", "first_name", "identification", "address", "postal_code", "city", "country")
    return [
        (words["word.code"], f"{party.role} ({words[f'code.role_{party.role}']})"),
        *((words[f"word.{name}"], getattr(party, name)) for name in (*names, "phone", "email", "occupation", "other")),
    ]


def country_pairs(form: OrderForm, words: Mapping[str, str]) -> Pairs:
    """Return field 4: the countries, as ISO codes."""
    return [
        (words["word.claimant_country"], form.claimant_country),
        (words["word.defendant_country"], form.defendant_country),
        (words["word.court_country"], form.court_country),
    ]


def fee_pairs(form: OrderForm, words: Mapping[str, str]) -> Pairs:
    """Return field 5.1: how the court's fee is paid."""
    assert form.fee
    kind = f"{form.fee.code} ({words[f'code.fee_{form.fee.code}']})"
    return [(words["word.code"], kind), (words["word.specification"], form.fee.specification)]


def account_pairs(form: OrderForm, words: Mapping[str, str]) -> Pairs:
    """Return field 5.2: where the defendant pays."""
    assert form.account
    return _bank(form.account.holder, form.account.iban, form.account.bic, words)


def appendix_1_pairs(form: OrderForm, words: Mapping[str, str]) -> Pairs:
    """Return appendix 1: the account from which the fee is taken."""
    assert form.fee
    return [(words["word.code"], form.fee.code), *_bank(form.fee.holder, form.fee.iban, form.fee.bic, words)]


def _bank(holder: str, iban: str, bic: str, words: Mapping[str, str]) -> Pairs:
    plain = iban.replace(" ", "")
    grouped = "\N{NO-BREAK SPACE}".join(plain[start : start + 4] for start in range(0, len(plain), 4))
    return [(words["word.holder"], holder), (words["word.bic"], bic), (words["word.iban"], grouped)]


def total_pairs(form: OrderForm, words: Mapping[str, str]) -> Pairs:
    """Return the currency and the total of field 6."""
    return [(words["word.currency"], form.currency), (words["word.total"], _cash(form, form.principal))]


def consumer_pairs(form: OrderForm, words: Mapping[str, str]) -> Pairs:
    """Return the consumer questions that are answered."""
    said = {True: words["form.yes"], False: words["form.no"], None: ""}
    block = form.consumer
    return [
        (words["word.consumer_contract"], said[block.contract]),
        (words["word.defendant_consumer"], said[block.defendant_is_consumer]),
        (words["word.consumer_home"], said[block.lives_where_court_is]),
    ]


def claim_tables(form: OrderForm, words: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the rows of field 6."""
    head = [words[f"word.{name}"] for name in ("id", "code_1", "code_2", "code_3", "explanation", "date", "amount")]
    rows = [
        [
            str(row.claim_id),
            row.cause,
            row.circumstance,
            row.detail,
            row.explanation,
            day_text(row.on),
            _cash(form, row.amount),
        ]
        for row in form.claims
    ]
    return _sheets(form, "6", head, rows, (0, 0, 0, 0, 1, 0, 0))


def interest_tables(form: OrderForm, words: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the rows of field 7."""
    names = ("id", "code", "rate", "points", "on", "from", "to")
    locale = locale_of(form.language, form.court_country)
    rows = [
        [
            str(row.claim_id),
            f"{row.code} ({words[f'code.interest_{row.code}']})",
            percent_text(str(row.rate), locale) if row.rate is not None else "",
            str(row.points.normalize()) if row.points is not None else "",
            _cash(form, row.on),
            day_text(row.from_day),
            day_text(row.to_day) or f"({words['form.until_payment']})",
        ]
        for row in form.interest
    ]
    return _sheets(form, "7", [words[f"word.{name}"] for name in names], rows, (0, 3, 0, 3, 0, 0, 3))


def penalty_pairs(form: OrderForm, words: Mapping[str, str]) -> Pairs:
    """Return field 8: the contractual penalty."""
    assert form.penalty
    return [
        (words["word.amount"], _cash(form, form.penalty.amount)),
        (words["word.specification"], form.penalty.specification),
    ]


def cost_tables(form: OrderForm, words: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the rows of field 9."""
    rows = [
        [
            row.code,
            row.specification,
            row.amount.currency if row.amount else "",
            _cash(form, row.amount) if row.amount else f"({words['form.court_fills']})",
        ]
        for row in form.costs
    ]
    head = [words[f"word.{name}"] for name in ("code", "specification", "currency", "amount")]
    return _sheets(form, "9", head, rows, (0, 1, 0, 0))


def evidence_tables(form: OrderForm, words: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the rows of field 10."""
    rows = [[str(row.claim_id), row.code, row.description, day_text(row.on)] for row in form.evidence]
    head = [words[f"word.{name}"] for name in ("id", "code", "description", "date")]
    return _sheets(form, "10", head, rows, (0, 0, 1, 0))


def signed_pairs(form: OrderForm, words: Mapping[str, str]) -> Pairs:
    """Return where and when the form is signed."""
    return [
        (words["word.place"], form.place),
        (words["word.date"], day_text(form.dated)),
        (words["word.signature"], "\N{NO-BREAK SPACE}"),
    ]


def _sheets(
    form: OrderForm, field: str, head: list[str], rows: list[list[str]], widths: tuple[int, ...]
) -> list[dict[str, Any]]:
    """Return a field's rows, each numbered, as a first sheet and an extra one for what it does not hold."""
    most = codes()["sheet"]["rows"]
    numbered = [[str(number), *row] for number, row in enumerate(rows, 1)]
    parts = [("", numbered[:most])]
    if numbered[most:]:
        span = f"{most + 1}\N{EN DASH}{len(rows)}" if len(rows) > most + 1 else str(len(rows))
        parts.append((f"{filled(form.language, 'form.extra', field=field)} {span}", numbered[most:]))
    return [{"caption": caption, "head": ["#", *head], "rows": part, "widths": [0, *widths]} for caption, part in parts]


def _cash(form: OrderForm, amount: Money) -> str:
    return cash(amount, form.language, form.court_country)
