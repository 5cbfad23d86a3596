"""What a consumer owes under Book XIX of the Code of Economic Law: the free reminder, ceilings, void clauses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal

from recovery.law.claim import ClaimFacts, Event
from recovery.law.debts import Debts, OneDebt, unpaid
from recovery.law.parameters import LawBook, note
from recovery.law.periods import ONE_DAY
from recovery.law.values import Cost, InterestStart, Notice
from recovery.money import Money

BASIS = "CEL XIX.4"
NoticeOf = Callable[[str, date, str], Notice]
Reminded = list[tuple[Event, list[OneDebt]]]


def reminded(told: Debts) -> Reminded:
    """Return each first reminder with the debts that it concerns, were late by then and had none before (CEL XIX.2)."""
    had, result = set[int](), []
    for event in told.claim.events_of("reminder", "formal_notice"):
        late = [one for one in told.concerned(event) if one.place not in had and one.due < event.on]
        if late:
            result.append((event, late))
            had |= {one.place for one in late}
    return result


def interest_start(claim: ClaimFacts, due: date, notice_of: NoticeOf) -> InterestStart:
    """Return the start by the first reminder or formal notice after the due day (CEL XIX.2-4; CC 5.240)."""
    is_consumer = claim.debtor.kind == "consumer"
    by_clause = is_consumer and claim.contract.rate is not None
    kinds = ["formal_notice", *(["reminder"] if is_consumer else [])]
    kinds += [] if by_clause else ["written_demand", "lawyer_notice", "served", "lawsuit"]
    events = [event for event in claim.events_of(*kinds) if event.on > due]
    if not events:
        return InterestStart(None, "CEL XIX.2; CC 5.240", "the free first reminder or formal notice is missing")
    event = events[0]
    notice = notice_of(claim.debtor.kind, event.on, event.channel)
    if not by_clause:
        in_court = event.kind in ("served", "lawsuit")
        effective = event.on if in_court else event.received or notice.delivered or event.on
        return InterestStart(effective + ONE_DAY, "CC 5.240", "after the formal notice took effect")
    if claim.creditor.size == "sme":
        why = "after dispatch of the first reminder"
        return InterestStart(event.on + ONE_DAY, BASIS, why, notice.costs_due_from)
    return InterestStart(notice.costs_due_from, BASIS, "after the term of the first reminder")


def rate_ceiling(law: LawBook, starts: Sequence[date | None], last: date) -> Decimal:
    """Return the lowest commercial rate of the half-years for which interest is asked (CEL XIX.4)."""
    parameter = law["interest.commercial"]
    last = min(last, parameter.confirmed_through)
    first = min([last, *(day for day in starts if day)])
    return min(Decimal(dated.value) for _, dated in parameter.changes(first, last))


def balance(debts: Iterable[OneDebt], day: date) -> Decimal:
    """Return what is open of these debts on a day, all money taken for principal."""
    left = (Money(unpaid(one.view, day), one.invoice.currency).major for one in debts)
    return sum(left, Decimal(0))


def penalty_ceiling(law: LawBook, open_balance: Decimal, day: date) -> Decimal:
    """Return the most that a penalty clause may ask for a balance (CEL XIX.4)."""
    day = max(day, law["costs.consumer_ceiling"].starts[0])
    most = Decimal(law.value("costs.consumer_ceiling_most", day))
    rows = law.value("costs.consumer_ceiling", day)
    fixed, percent, above = next(row[1:] for row in rows if not row[0] or open_balance <= row[0])
    return min(Decimal(fixed) + (open_balance - Decimal(above)) * Decimal(percent) / 100, most)


def penalty(law: LawBook, claim: ClaimFacts, open_balance: Decimal, day: date) -> Decimal | None:
    """Return what the clause may ask: None without a clause, zero where it is void (above its ceiling)."""
    clause = claim.contract.penalty
    if clause in (None, "none") or claim.currency != "EUR" or open_balance <= 0:
        return None
    ceiling = penalty_ceiling(law, open_balance, day)
    asked = ceiling if clause == "ceiling" else Decimal(str(clause))
    return asked if asked <= ceiling else Decimal(0)


def penalty_costs(law: LawBook, told: Debts, notice_of: NoticeOf) -> list[Cost]:
    """Return the clause for the debts of each first reminder once its term has run out unpaid; a sum only once."""
    result, claim = list[Cost](), told.claim
    for event, late in reminded(told):
        notice = notice_of("consumer", event.on, event.channel)
        assert notice.costs_due_from is not None
        last = notice.costs_due_from - ONE_DAY
        amount = penalty(law, claim, balance(late, last), last)
        if amount and (claim.contract.penalty == "ceiling" or not result):
            numbers = tuple(one.invoice.number for one in late if unpaid(one.view, last))
            sum_due = Money.rounded(amount, claim.currency)
            result.append(Cost("penalty", sum_due, notice.costs_due_from, BASIS, invoices=numbers))
    return result


def reminder_fees(law: LawBook, told: Debts) -> list[Cost]:
    """Return the agreed fee of a regular supply's reminders from the fourth due date in a calendar year (CEL XIX.2)."""
    fee, claim = law["costs.consumer_supply_reminder"], told.claim
    agreed = claim.contract.kind == "utilities" and claim.contract.reminder_fee_agreed
    if not agreed or claim.currency != "EUR":
        return []
    used: Counter[int] = Counter()
    result = []
    for event, late in reminded(told):
        days = {one.due for one in late}
        free = law.value("costs.consumer_free_reminders", max(event.on, fee.starts[0]))
        if event.on >= fee.starts[0] and all(used[day.year] >= free for day in days):
            amount = Money.parse(fee.taken(event.on), "EUR")
            numbers = tuple(one.invoice.number for one in late)
            basis = f"{fee.basis}: postage may be added"
            result.append(Cost("reminder_fee", amount, event.on, basis, invoices=numbers))
        used.update(day.year for day in days)
    return result


def note_void_penalty(law: LawBook, claim: ClaimFacts, debts: Sequence[OneDebt]) -> None:
    """Say that a clause lies above the ceiling of all that the claim holds: a court makes no lower one of it."""
    if penalty(law, claim, balance(debts, date.min), claim.contract_date) == 0:
        note(f"BE: the penalty clause of {claim.contract.penalty} EUR lies above its ceiling and is void ({BASIS})")


def warnings(law: LawBook, claim: ClaimFacts, arrears: date) -> tuple[str, ...]:
    """Return what a person must know about the clauses of a consumer's contract."""
    found, clause = [], claim.contract.penalty not in (None, "none")
    if clause and claim.currency != "EUR":
        found.append(f"BE: the ceiling of a penalty clause is in EUR; none is asked in {claim.currency} ({BASIS})")
    if clause and claim.contract.kind == "utilities":
        found.append("BE: the rules of the energy, telecom and water sectors can be stricter than CEL XIX.4")
    new_from = law["costs.consumer_ceiling"].starts[0]
    old_from = law["consumer.old_contracts_from"].starts[0]
    if claim.contract_date < new_from and arrears < old_from:
        found.append(
            f"BE: arrears from before {old_from} on an older contract: the limits of CEL Book XIX are "
            "applied in the debtor's favour, although they came later"
        )
    return tuple(found)
