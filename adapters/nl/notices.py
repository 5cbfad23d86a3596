"""Dutch letters: the presumed day of delivery, the 14-day letter and the notice of default."""

from __future__ import annotations

from datetime import date, timedelta

from recovery.law.parameters import LawBook, note
from recovery.law.periods import ONE_DAY, IsRest, next_working
from recovery.law.values import Notice

_NO_POST = (6, 0)  # Sunday and Monday
_FOURTEEN_DAYS = (
    "demand to pay",
    "14 days from the day after the letter was delivered",
    "what follows if the debtor does not pay",
    "the exact amount of the collection costs",
    "the VAT in the costs, where the creditor cannot deduct it",
    "the one amount to pay within the term",
)
_DEFAULT = ("creditor", "invoice and amount", "term for payment", "the right to payment is reserved")


def delivered(law: LawBook, sent: date, channel: str, is_holiday: IsRest) -> date:
    """Return the day on which a letter is presumed delivered (ECLI:NL:HR:2016:2704; BW 3:37(3) for e-mail)."""
    if channel in ("email", "hand"):
        return sent
    day, rest = sent, _from_first(law, "notice.delivery_days", sent)
    while rest:
        day += ONE_DAY
        rest -= not (day.weekday() in _NO_POST or is_holiday(day))
    return day


def last_day(law: LawBook, received: date, is_rest: IsRest) -> date:
    """Return the last day of a letter's term, which starts the day after its receipt (BW 6:96(6), 6:82)."""
    raw = received + timedelta(days=_from_first(law, "notice.term_days", received))
    last = next_working(raw, is_rest)
    if last != raw:
        note(
            f"NL: the term of a letter ends on {raw}, no working day; {last} is taken, safe for the debtor (uncertain)"
        )
    return last


def with_term(law: LawBook, debtor_kind: str, received: date, is_rest: IsRest) -> Notice:
    """Return the days of a letter from its receipt; costs hang on it for consumers alone (BW 6:96(6), 6:82)."""
    first, last = received + ONE_DAY, last_day(law, received, is_rest)
    if debtor_kind != "consumer":
        return Notice(received, first, last, None, _DEFAULT, "BW 6:82, 3:317")
    basis = "BW 6:96(6); ECLI:NL:HR:2016:2704"
    return Notice(received, first, last, last + ONE_DAY, _FOURTEEN_DAYS, basis)


def _from_first(law: LawBook, key: str, day: date) -> int:
    """Return a number of days, for an older letter the first one known."""
    return int(law.value_or_first(key, day))
