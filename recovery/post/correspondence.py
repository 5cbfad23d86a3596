"""Letters of a case: composed when they are decided, frozen in the outbox, rendered when they go out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from importlib.resources.abc import Traversable
from typing import Any

from sqlmodel import Session

from recovery.case.record import CaseRecord, assess_case, beside, procedure_of, recovered_of, substance_of
from recovery.case.transition import add_effect
from recovery.case.values import Part
from recovery.country import CountryAdapter
from recovery.currency.rates import EmbeddedEcb, convert
from recovery.errors import CaseError, RecoveryError
from recovery.law.assessment import Assessment
from recovery.law.happened import Credit
from recovery.letters.facts import checked, in_language, written
from recovery.letters.letter import Address, Amount, Letter, PaymentDetails
from recovery.letters.letterhead import Letterhead, letterhead
from recovery.letters.logo import load_logo
from recovery.letters.render import render
from recovery.letters.texts import FALLBACK, Texts, compose, load_texts
from recovery.letters.words import LANGUAGES
from recovery.money import Money
from recovery.people.debtor_link import preview_online
from recovery.registry import adapter_of
from recovery.settings import settings
from recovery.store.tables import Party

# Letters that only tell something: they list no debt and ask for no payment.
TELLING = ("payment_receipt", "settlement_confirmed", "dispute_received", "information")
PLAN = "instalment_plan"
# Letters that ask for one amount of their own, and the value that holds it.
ASKED_AMOUNT = {"instalment_reminder": "instalment", "settlement_offer": "settlement"}


def send(
    case: CaseRecord,
    document: str,
    on: date,
    pay_by: date | None,
    channel: str,
    key: str,
    values: Mapping[str, Any] | None = None,
) -> Money:
    """Put a letter into the outbox and return the total that is owed.

    `values` adds instalment, settlement or message: a plain string, or {"amount", "currency"}.
    """
    online = case.outside.page(case)
    letter = compose_letter(case, document, on, pay_by, channel, values, online)
    add_effect(case, key, "letter", letter.as_dict())
    return Money.parse(letter.total, case.currency)


def preview(
    session: Session,
    case: CaseRecord,
    document: str,
    on: date,
    pay_by: date | None,
    channel: str,
    values: Mapping[str, Any] | None = None,
) -> bytes:
    """Return the letter as it would go out, marked as not sent; nothing is written."""
    online = preview_online(session)
    letter = compose_letter(case, document, on, pay_by, channel, values, online)
    return render(letter, preview=True)


def compose_letter(
    case: CaseRecord,
    document: str,
    on: date,
    pay_by: date | None,
    channel: str,
    values: Mapping[str, Any] | None = None,
    online: dict[str, str] | None = None,
) -> Letter:
    """Return the letter as it would go out on a day; `online` is the debtor's page."""
    adapter, claim = procedure_of(case), case.claim
    debtor, creditor = case.party("debtor"), case.party("creditor")
    language = debtor.language or adapter.letter_languages(claim.debtor.region)[0]
    head = letterhead(adapter.country, language)
    owed = assess_case(case, on)
    texts = _texts_of(adapter.country, language)
    special = f"{document}_{claim.debtor.kind}"
    name = special if special in texts else document
    known = _values(case, adapter, owed, pay_by, on, creditor.name, debtor.name, channel) | {"sender": head.name}
    page = {"portal_url": online["url"]} if online else {}
    raw = checked({**known, **page, **(values or {})})
    text = compose(
        texts, name, written(raw, language, case.debtor_country), case.substance in (None, case.debtor_country)
    )
    runs_from_receipt = document == "formal_notice" and claim.debtor.kind in adapter.notice_from_receipt
    return Letter(
        country=case.debtor_country,
        language=language,
        document=document,
        reference=case.reference or "",
        dated=on.isoformat(),
        sender=_sender(head),
        creditor=_address(creditor),
        debtor=_address(debtor),
        **vars(text),
        **_figures(case, adapter, document, owed, raw, head.account_holder),
        pay_by=pay_by.isoformat() if pay_by and not runs_from_receipt else None,
        channel=channel,
        values=raw,
        text=name,
        logo=load_logo(adapter.service.get("logo"), adapter.folder),
        online=online,
        law=case.substance or "",
    )


@cache
def _texts_of(country: str, language: str) -> Texts:
    return load_texts(adapter_of(country).folder.joinpath("letters"), language)


def compose_again(case: CaseRecord, letter: Letter, later: timedelta) -> Letter:
    """Return a letter as it would be composed now, its day and its term so much later."""
    last = (letter.values or {}).get("pay_by", {}).get("date") or letter.pay_by
    pay_by = date.fromisoformat(last) + later if last else None
    parts = (letter.document, letter.dated_on + later, pay_by, letter.channel)
    again = compose_letter(case, *parts, online=letter.online)
    own = {name: value for name, value in (letter.values or {}).items() if name not in (again.values or {})}
    return compose_letter(case, *parts, values=own, online=letter.online) if own else again


def _figures(
    case: CaseRecord,
    adapter: CountryAdapter,
    document: str,
    owed: Assessment,
    raw: Mapping[str, Any],
    holder: str,
) -> dict[str, Any]:
    """Return the tables of a letter, and what it asks to pay."""
    if document == PLAN and case.plan:
        return _of_plan(case, adapter, owed, holder)
    more = _beside(case, owed) if document not in ASKED_AMOUNT else ""
    lists_debt = document not in TELLING and document not in ASKED_AMOUNT
    return {
        "invoices": _invoices(case),
        "amounts": amounts_of(owed, case.claim.credits) if lists_debt else (),
        "total": str(owed.total),
        "currency": case.currency,
        "beside": more,
        "segments": _segments(owed) if lists_debt else (),
        "payment": None
        if document in TELLING
        else _payment(
            case,
            adapter,
            _asked(document, raw, owed),
            more,
            _one_sum(case, owed) if more else None,
            holder,
        ),
    }


def _of_plan(case: CaseRecord, adapter: CountryAdapter, owed: Assessment, holder: str) -> dict[str, Any]:
    """Return the tables of a plan's letter: they end in the sum of its instalments, and the first one is asked for.

    Interest that runs on until the last instalment is a line of its own: nobody pays more than the table says.
    """
    parts = _unpaid_parts(case)
    total = Money(sum(part.amount_minor for part in parts), case.currency)
    running = total - owed.total
    more = [Amount("plan_interest", str(running), case.currency, "")] if running.minor > 0 else []
    first = parts[0]
    asked = _payment(case, adapter, Money(first.amount_minor, case.currency), "", None, holder)
    return {
        "invoices": _invoices(case),
        "amounts": (*amounts_of(owed, case.claim.credits), *more),
        "total": str(total),
        "currency": case.currency,
        "beside": _beside(case, owed),
        "segments": _segments(owed),
        "instalments": tuple(
            {"due": part.due.isoformat(), "amount": str(Money(part.amount_minor, case.currency))} for part in parts
        ),
        "payment": replace(asked, pay_by=first.due.isoformat()),
    }


def _unpaid_parts(case: CaseRecord) -> list[Part]:
    """Return the instalments of the plan that are still to come: what was paid since it was made covers the first."""
    agreed = case.plan
    parts = list(agreed.instalments) if agreed else []
    paid = recovered_of(case.entries, case.currency) - agreed.paid_before if agreed else 0
    while len(parts) > 1 and parts[0].amount_minor <= paid:
        paid -= parts.pop(0).amount_minor
    if parts and 0 < paid < parts[0].amount_minor:
        parts[0] = parts[0].model_copy(update={"amount_minor": parts[0].amount_minor - paid})
    return parts


def translated(letter: Letter, language: str) -> Letter:
    """Return the same letter in another language, a copy for information.

    Where the country has no text in the language it is in English, and `wanted_language` names what was asked for.

    Raises:
        CaseError: the letter was stored before its facts were kept with it.
    """
    folder = adapter_of(letter.country).folder.joinpath("letters")
    found = language if _can_be_read(folder, letter, language) else FALLBACK
    wanted = "" if found == language else language
    if found == letter.language:
        return replace(letter, wanted_language=wanted)
    return replace(in_language(letter, load_texts(folder, found), found), wanted_language=wanted)


def _can_be_read(folder: Traversable, letter: Letter, language: str) -> bool:
    """Tell whether the letter's own text is written in a language; another wording would be another letter.

    A variant that English has not differs in how it addresses the reader alone: the general text says the same.
    """
    if language == letter.language:
        return True
    name = letter.text or letter.document
    told = name if name in load_texts(folder, FALLBACK) else letter.document
    return language in LANGUAGES and told in load_texts(folder, language)


def _asked(document: str, raw: Mapping[str, Any], owed: Assessment) -> Money:
    """Return what a letter asks to pay: all that is owed, or the amount that it names.

    Raises:
        CaseError: the letter needs an amount that was not given.
    """
    name = ASKED_AMOUNT.get(document)
    if name is None:
        return owed.total
    value = raw.get(name)
    if not isinstance(value, dict) or "amount" not in value:
        raise CaseError(f"{document}: no amount; give values {name} with amount and currency", field=name)
    return Money.parse(value["amount"], value["currency"], name)


def _address(found: Party) -> Address:
    return Address(found.name, found.address.lines, found.email, found.phone, found.country, found.vat)


def _sender(head: Letterhead) -> Address:
    return Address(head.name, head.address, head.email, head.phone)


def _invoices(case: CaseRecord) -> tuple[dict[str, str], ...]:
    return tuple(
        {
            "number": one.number,
            "issued": one.issued.isoformat() if one.issued else "",
            "due": one.due.isoformat() if one.due else "",
            "amount": one.amount,
            "currency": one.currency,
            "what_for": case.description or "",
        }
        for one in case.claim.invoices
    )


def amounts_of(owed: Assessment, credits: Sequence[Credit] = ()) -> tuple[Amount, ...]:
    """Return what is asked for, line by line: every line with its article.

    Of payments it tells what was set against the debt: what is paid back is owed by nobody who reads this. What was
    credited stands beside the invoices as they were, and what the creditor has given up apart from what was paid.
    """
    noted = [one for one in credits if one.kind != "set_off" and one.on <= owed.as_of]
    credited = sum(one.money.minor for one in noted)
    invoices = sum(spread.to_principal.minor for spread in owed.paid)
    principal = Money(owed.principal.minor + invoices + credited, owed.currency)
    lines = [Amount("principal", str(principal), owed.currency, "contract and invoices")]
    if credited:
        lines.append(Amount("credited", str(-Money(credited, owed.currency)), owed.currency, "contract and invoices"))
    accrued = owed.accrued
    if accrued:
        lines.append(Amount("interest", str(accrued), owed.currency, owed.segments[-1].basis))
    lines += [Amount(cost.kind, str(cost.amount), cost.amount.currency, cost.basis) for cost in owed.costs]
    for label, waived in (("payments", False), ("waived", True)):
        spreads = [spread for spread in owed.paid if spread.waived is waived]
        taken = Money(sum(spread.amount.minor - spread.left_over.minor for spread in spreads), owed.currency)
        if taken:
            lines.append(Amount(label, str(-taken), owed.currency, "" if waived else spreads[-1].basis))
    return tuple(lines)


def _segments(owed: Assessment) -> tuple[dict[str, Any], ...]:
    return tuple(segment.as_dict() for segment in owed.segments)


def payment_of(case: CaseRecord, owed: Assessment) -> PaymentDetails:
    """Return where and how a case's debt is paid today: all of it, or the next instalment while a plan is kept."""
    adapter = procedure_of(case)
    holder = adapter.service["account_holder"]
    if case.state == PLAN and (parts := _unpaid_parts(case)):
        asked = _payment(case, adapter, Money(parts[0].amount_minor, case.currency), "", None, holder)
        return replace(asked, pay_by=parts[0].due.isoformat())
    return _payment(case, adapter, owed.total, _beside(case, owed), _one_sum(case, owed), holder)


def _one_sum(case: CaseRecord, owed: Assessment) -> dict[str, str]:
    """Return what pays all in the case's currency, and at which rates, where costs are owed in other ones too."""
    amounts, total, rates = beside(case, owed), owed.total, list[str]()
    for amount in amounts:
        try:
            found = convert(amount, case.currency, owed.as_of, (EmbeddedEcb(), case.outside.rates()))
        except RecoveryError:
            return {}  # no rate is known: it is paid in its own currency
        total += found.amount
        rates.append(f"{amount} {amount.currency} = {found.amount} {case.currency}, {found.source} {found.rate_date}")
    return {"one_sum": str(total), "one_sum_rate": "; ".join(rates)} if amounts else {}


def _payment(
    case: CaseRecord,
    adapter: CountryAdapter,
    total: Money,
    more: str,
    one_sum: dict[str, str] | None,
    holder: str,
) -> PaymentDetails:
    service = adapter.service
    return PaymentDetails(
        holder,
        service["iban"],
        service.get("bic"),
        case.payment_reference or case.reference or "",
        str(total),
        total.currency,
        more,
        **(one_sum or {}),
    )


def _values(
    case: CaseRecord,
    adapter: CountryAdapter,
    owed: Assessment,
    pay_by: date | None,
    on: date,
    creditor: str,
    debtor: str,
    channel: str,
) -> dict[str, Any]:
    """Return what the placeholders of the texts stand for, raw."""
    numbers = list(dict.fromkeys(one.number for one in case.claim.invoices))
    notice = adapter.notice(case.claim.debtor.kind, on, channel)
    return {
        "reference": case.reference or "",
        "creditor": creditor,
        "debtor": debtor,
        "mandate": creditor,
        "invoices": ", ".join(numbers),
        "invoice_count": {"number": str(len(numbers))},
        "principal": _cash(owed.principal),
        "interest": _cash(owed.accrued),
        "costs": _cash(owed.costs_open),
        "total": {**_cash(owed.total), "beside": _beside(case, owed)},
        "pay_by": _day(pay_by),
        "term_days": str((pay_by - on).days) if pay_by else "14",
        "first_day": _day(notice.first_day),
        "last_day": _day(pay_by or notice.last_day),
        "rate": {"number": str(owed.segments[-1].rate) if owed.segments else "0"},
        "consequence_costs": _cash(_consequence(case, adapter)),
        "consequence_costs_vat": "",
        "portal_url": settings().portal_url,
        "dispute_contact": adapter.service["email"],
        "member_state": {"country": adapter.country},
    }


def _beside(case: CaseRecord, owed: Assessment) -> str:
    """Return what is owed in other currencies besides the total: "40.00 EUR"."""
    return "; ".join(f"{amount} {amount.currency}" for amount in beside(case, owed))


def _cash(amount: Money) -> dict[str, str]:
    return {"amount": str(amount), "currency": amount.currency}


def _day(day: date | None) -> dict[str, str]:
    return {"date": day.isoformat() if day else ""}


def _consequence(case: CaseRecord, adapter: CountryAdapter) -> Money:
    """Return the costs that fall due when the term of the letter passes unpaid."""
    law = substance_of(case)
    found = law.consequence_costs(case.claim) if law else None
    return found or Money.zero(case.currency)
