"""What an administrator sets for a country's service: the partner's fee, its own words, the days it does not work."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from recovery.errors import IntakeError
from recovery.money import Money, minor_digits
from recovery.people.audit import note
from recovery.registry import adapter_of
from recovery.store.portal_tables import InstallationSetting

FEE, TEXT, HOLIDAYS, STATEMENTS, TOLERANCE = "fee", "text", "holidays", "statements", "tolerance"
# What may be missing of what was asked, where a partner sets nothing; and the most that one may set.
TOLERATED = {"amount": "1.00", "percent": "0.5"}
MOST_TOLERATED, MOST_TOLERATED_PERCENT = 100, 5
MOST_WAIT = 30
MOST_TEXT = 2000
MOST_NAME = 100
MOST_DAYS = 200
FALLBACK = "en"
_PERCENT = re.compile(r"\d{1,3}(\.\d{1,2})?", re.ASCII)


def fee_of(session: Session, country: str) -> dict[str, Any] | None:
    """Return what a country's partner keeps: `percent` of what is recovered, a `fixed` sum, a `text` by language.

    What is not set is None; the texts are empty where there is none.
    """
    return _value(session, country, FEE)


def set_fee(
    session: Session, country: str, percent: str, fixed: str, texts: Mapping[str, str], by: str, now: datetime
) -> None:
    """Set what a country's partner keeps; nothing given means that no fee is shown.

    Raises:
        IntakeError: the percentage, the sum or a text cannot be taken.
    """
    value = {"percent": _percent(percent), "fixed": _sum(fixed, country), "text": _texts(texts, "fee_text")}
    _keep(session, country, FEE, value if any(value.values()) else {}, by, now)
    note(session, by, "fee_set", country, data={"percent": value["percent"], "fixed": value["fixed"]}, now=now)


def _percent(text: str) -> str | None:
    plain = text.replace(",", ".").strip()
    if not plain:
        return None
    if not _PERCENT.fullmatch(plain) or Decimal(plain) > 100:
        raise IntakeError(
            f"percent {text!r}: write 0 to 100, with two decimals at most", code="bad_number", field="percent"
        )
    return str(Decimal(plain))


def _sum(text: str, country: str) -> dict[str, str] | None:
    plain = text.replace(",", ".").strip()
    if not plain:
        return None
    try:
        amount = Money.parse(plain, adapter_of(country).currency)
    except IntakeError as error:
        raise IntakeError(error.message, code="bad_amount", field="fixed") from None
    if amount.minor < 0:
        raise IntakeError(f"fixed sum {text!r}: not below zero", code="bad_amount", field="fixed")
    return {"amount": str(amount), "currency": amount.currency}


def partner_text(session: Session, country: str, language: str) -> str:
    """Return a service's own words, in a language or the nearest there is; empty where there are none."""
    return in_language(texts_of(session, country), language)


def texts_of(session: Session, country: str) -> dict[str, str]:
    """Return a service's own words by language."""
    return _value(session, country, TEXT) or {}


def set_texts(session: Session, country: str, texts: Mapping[str, str], by: str, now: datetime) -> None:
    """Set a service's own words: when it can be reached, whom to ask.

    Raises:
        IntakeError: a text is too long.
    """
    value = _texts(texts, "text")
    _keep(session, country, TEXT, value, by, now)
    note(session, by, "text_set", country, data={"languages": sorted(value)}, now=now)


def in_language(texts: Mapping[str, str], language: str) -> str:
    """Return a text in a language, else in English, else in any; empty where there is none."""
    return texts.get(language) or texts.get(FALLBACK) or next(iter(texts.values()), "")


def _texts(given: Mapping[str, str], field: str) -> dict[str, str]:
    found = {language: text.strip() for language, text in given.items() if text.strip()}
    for language, text in found.items():
        if len(text) > MOST_TEXT:
            raise IntakeError(
                f"text {language}: {len(text)} characters; at most {MOST_TEXT}",
                code="bad_size",
                field=f"{field}_{language}",
            )
    return found


def own_holidays(session: Session, country: str) -> dict[date, str]:
    """Return the days on which a service does not work, each with its name: they move its own tasks, no term of law."""
    found = _value(session, country, HOLIDAYS) or {}
    return {date.fromisoformat(day): name for day, name in sorted(found.items())}


def add_holiday(session: Session, country: str, day: date, name: str, by: str, now: datetime) -> None:
    """Add a day on which a service does not work; one that stands already gets the new name.

    Raises:
        IntakeError: the name is missing or too long, or there are too many days.
    """
    plain = " ".join(name.split())
    if not plain:
        raise IntakeError("name: empty; say what day it is", code="missing", field="name")
    if len(plain) > MOST_NAME:
        raise IntakeError(f"name: at most {MOST_NAME} characters", code="bad_size", field="name")
    found = _value(session, country, HOLIDAYS, lock=True) or {}
    if len(found) >= MOST_DAYS and day.isoformat() not in found:
        raise IntakeError(f"days: at most {MOST_DAYS}; take old ones out", code="bad_size", field="day")
    _keep(session, country, HOLIDAYS, {**found, day.isoformat(): plain}, by, now)
    note(session, by, "holiday_added", country, data={"day": day.isoformat()}, now=now)


def drop_holiday(session: Session, country: str, day: date, by: str, now: datetime) -> None:
    """Take out a day on which a service does not work; a day that is not there is left so."""
    found = _value(session, country, HOLIDAYS, lock=True) or {}
    if day.isoformat() in found:
        _keep(session, country, HOLIDAYS, {key: name for key, name in found.items() if key != day.isoformat()}, by, now)
        note(session, by, "holiday_dropped", country, data={"day": day.isoformat()}, now=now)


def statements_of(session: Session, country: str) -> tuple[int, date | None]:
    """Return after how many working days without a statement of its account a service sends no demand (0: it does
    all the same), and up to which day the last one went that was taken in."""
    found = _value(session, country, STATEMENTS) or {}
    last = found.get("last")
    return int(found.get("days", 0)), date.fromisoformat(last) if last else None


def wait_for_statements(session: Session, country: str, days: int, by: str, now: datetime) -> None:
    """Let a service send no demand while its account was not looked at for more than so many working days; 0: never.

    Raises:
        IntakeError: it is no such number.
    """
    if not 0 <= days <= MOST_WAIT:
        raise IntakeError(f"days {days}: from 0 to {MOST_WAIT}", code="bad_number", field="days")
    found = _value(session, country, STATEMENTS, lock=True) or {}
    _keep(session, country, STATEMENTS, {**found, "days": days}, by, now)
    note(session, by, "statements_set", country, data={"days": days}, now=now)


def tolerance_of(session: Session, country: str) -> tuple[Decimal, Decimal]:
    """Return the most that may be missing of what was asked: a sum in major units and percent, whichever is less."""
    found = _value(session, country, TOLERANCE) or TOLERATED
    return Decimal(found["amount"]), Decimal(found["percent"])


def set_tolerance(session: Session, country: str, amount: str, percent: str, by: str, now: datetime) -> None:
    """Set the most that may be missing of what was asked; nought lets nothing go.

    Raises:
        IntakeError: the sum or the percentage cannot be taken.
    """
    most = Money.parse(amount.replace(",", ".").strip(), adapter_of(country).currency)
    if not 0 <= most.minor <= MOST_TOLERATED * 10 ** minor_digits(most.currency):
        raise IntakeError(f"amount {amount!r}: from 0 to {MOST_TOLERATED}", code="bad_amount", field="amount")
    share = _percent(percent)
    if share is None or Decimal(share) > MOST_TOLERATED_PERCENT:
        text = f"percent {percent!r}: from 0 to {MOST_TOLERATED_PERCENT}"
        raise IntakeError(text, code="bad_number", field="percent")
    _keep(session, country, TOLERANCE, {"amount": str(most), "percent": share}, by, now)
    note(session, by, "tolerance_set", country, data={"amount": str(most), "percent": share}, now=now)


def statement_taken(session: Session, country: str, last: date, now: datetime) -> None:
    """Note up to which day a service's account was looked at; an older statement changes nothing."""
    found = _value(session, country, STATEMENTS, lock=True) or {}
    if last.isoformat() > found.get("last", ""):
        _keep(session, country, STATEMENTS, {**found, "last": last.isoformat()}, "system", now)


def _value(session: Session, country: str, name: str, lock: bool = False) -> dict[str, Any] | None:
    row = session.get(InstallationSetting, (country, name), with_for_update=lock or None)
    return dict(row.value) if row and row.value else None


def _keep(session: Session, country: str, name: str, value: dict[str, Any], by: str, now: datetime) -> None:
    row = session.get(InstallationSetting, (country, name)) or InstallationSetting(
        scope=country, name=name, changed_at=now, changed_by=by
    )
    row.value, row.changed_at, row.changed_by = value, now, by
    session.add(row)
    session.flush()
