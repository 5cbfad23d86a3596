"""What form A asks of its own figures: each rule refuses with what is wrong and what to do."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import astuple

from recovery.errors import CaseError, IntakeError
from recovery.forms.order import OrderForm
from recovery.law.routes import MEMBER_STATES
from recovery.money import Money, total

_ORDINALS = "ªºµ"
_FIRST_SYMBOL = 0x2190  # arrows and all that follow


def checked(form: OrderForm) -> OrderForm:
    """Return the form if its parts agree with one another.

    Raises:
        IntakeError: a party or a text cannot be printed as the form asks.
        CaseError: figures, IDs, periods or answers contradict one another.
    """
    _parties(form)
    _one_currency(form)
    _ids(form)
    _sums(form)
    _periods(form)
    _consumer(form)
    _fee(form)
    _choice(form)
    return form


def _refuse(why: str, field: str) -> None:
    raise CaseError(f"form A, field {field}: {why}", code="form_a", field=field)


def _parties(form: OrderForm) -> None:
    for role, who in (("01", "claimant"), ("02", "defendant")):
        if not form.people(role):
            raise IntakeError(f"form A, field 2: no {who}; name one with the code {role}", code="form_a", field="2")
    for party in form.parties:
        missing = [name for name in ("name", "address", "postal_code", "city", "country") if not getattr(party, name)]
        if missing:
            raise IntakeError(
                f"form A, field 2: party {party.role} lacks {', '.join(missing)}; complete its address",
                code="form_a",
                field="2",
            )
    for where, text in _texts(form):
        shown_in_print(where, text)


def shown_in_print(where: str, text: str, form: str = "form A") -> None:
    """Refuse a text that the form cannot show.

    Raises:
        IntakeError: naming the characters.
    """
    if strange := sorted({char for char in text if not _is_latin(char)}):
        shown = ", ".join(f"U+{ord(char):04X}" for char in strange)
        raise IntakeError(
            f"{form}, field {where}: {shown} is no Latin letter or common sign; transliterate the text",
            code="form_a",
            field=where,
        )


def in_latin(text: str) -> str:
    """Return a text with every character that a form cannot show replaced."""
    return "".join(char if _is_latin(char) else "_" for char in text)


def _texts(form: OrderForm) -> Iterator[tuple[str, str]]:
    """Yield every text that comes from outside, with its field."""
    yield from (("1", text) for text in astuple(form.court))
    yield from (("2", text) for party in form.parties for text in astuple(party))
    yield from (("5.1", text) for text in (astuple(form.fee) if form.fee else ()))
    yield from (("5.2", text) for text in (astuple(form.account) if form.account else ()))
    yield from (("6", row.explanation) for row in form.claims)
    yield from (("9", row.specification) for row in form.costs)
    yield from (("10", row.description) for row in form.evidence)
    yield from (("11", text) for text in form.statements)
    yield from (("closing", text) for text in (form.place, form.reference))


def _is_latin(char: str) -> bool:
    """Tell whether a form can show a character: Latin letters and the signs of European typing."""
    if char.isalpha() and char not in _ORDINALS:
        return unicodedata.name(char, "").startswith("LATIN") and ord(char) < _FIRST_SYMBOL
    return unicodedata.category(char)[0] != "C" and ord(char) < _FIRST_SYMBOL


def _one_currency(form: OrderForm) -> None:
    fields: list[tuple[str, Money | None]] = [("6", form.principal), *(("6", row.amount) for row in form.claims)]
    fields += [("7", row.on) for row in form.interest]
    fields += [("8", form.penalty.amount if form.penalty else None), *(("9", row.amount) for row in form.costs)]
    for field, amount in fields:
        if amount is not None and amount.currency != form.currency:
            _refuse(f"{amount.currency} beside {form.currency}: one application has one currency; convert it", field)


def _ids(form: OrderForm) -> None:
    ids = [row.claim_id for row in form.claims]
    if ids != list(range(1, len(ids) + 1)):
        _refuse(f"claims are numbered {ids}; number them from 1 on without a gap", "6")
    for field, rows in (
        ("7", {row.claim_id for row in form.interest}),
        ("10", {row.claim_id for row in form.evidence}),
    ):
        if strange := rows - set(ids):
            _refuse(f"no claim has the ID {', '.join(map(str, sorted(strange)))}; use an ID of field 6", field)
    if bare := set(ids) - {row.claim_id for row in form.evidence}:
        _refuse(f"claim {', '.join(map(str, sorted(bare)))} has no evidence; describe what proves it", "10")


def _sums(form: OrderForm) -> None:
    if form.principal.minor <= 0:
        _refuse("no principal is open: there is nothing to order the payment of", "6")
    rows = total([row.amount for row in form.claims], form.currency)
    if rows != form.principal:
        _refuse(
            f"the claims add up to {rows}, the total principal is {form.principal}: keep interest and costs out", "6"
        )


def _periods(form: OrderForm) -> None:
    for row in form.claims:
        if row.on >= form.dated:
            _refuse(f"claim {row.claim_id} is due on {row.on}: file after that day (art. 4)", "6")
    for rate in form.interest:
        if rate.to_day and rate.to_day < rate.from_day:
            _refuse(f"interest on claim {rate.claim_id} ends on {rate.to_day}, before {rate.from_day}", "7")
        if (rate.rate is None) == (rate.points is None) and rate.code != "05E":
            _refuse(f"interest on claim {rate.claim_id} needs a rate or points over the ECB's rate, not both", "7")


def _consumer(form: OrderForm) -> None:
    answers = form.consumer
    if answers.defendant_is_consumer and not (answers.contract and answers.lives_where_court_is):
        _refuse(
            "a consumer is sued only at home: yes, yes and yes (art. 6(2); Reg. 1215/2012 art. 18(2))",
            "6",
        )


def _fee(form: OrderForm) -> None:
    fee = form.fee
    if fee and fee.code == "03" and not (fee.holder and fee.iban):
        _refuse("collection from an account needs its holder and IBAN (appendix 1)", "5.1")
    if fee and fee.code == "05" and not fee.specification:
        _refuse("another way of payment must be specified", "5.1")
    if fee and fee.code not in ("01", "03", "04", "05"):
        _refuse("card numbers are not kept here: choose another way or write it on appendix 1 by hand", "5.1")


def _choice(form: OrderForm) -> None:
    if form.choice and form.choice.recorded_on > form.dated:
        _refuse(f"the choice of {form.choice.recorded_on} is later than the application of {form.dated}", "appendix 2")
    if form.court_country not in MEMBER_STATES:
        _refuse(f"{form.court_country} has no court that applies the European procedures (art. 2(3))", "1")
