"""Italian terms of payment and of interest: D.Lgs. 231/2002, C.c. 1219, 1224, 1284."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from recovery.law.claim import ClaimFacts, Event, InvoiceDue
from recovery.law.parameters import LawBook, note
from recovery.law.periods import ONE_DAY, Period
from recovery.law.routes import MEMBER_STATES
from recovery.law.values import Addressee, InterestStart, InterestTerms

_NOTICES = ("formal_notice", "written_demand", "lawyer_notice")


def bounded_due_day(law: LawBook, claim: ClaimFacts, invoice: InvoiceDue, due: date) -> date:
    """Return the due day of a new contract: no public body has more than 60 days (D.Lgs. 231/2002 art. 4(3)-(5))."""
    start, days = invoice.received_on, (due - invoice.received_on).days
    day = max(claim.contract_date, law["term.maximum"].starts[0])
    if claim.debtor.kind != "public":
        if days > int(law.value("term.maximum", day)):
            note(
                f"IT: a term of {days} days between businesses holds only if express and not grossly unfair (art. 4(3))"
            )
        return due
    usual, most = int(law.value("term.public", day)), int(law.value("term.maximum_public", day))
    if not claim.has_agreed_day(invoice):
        note(f"IT: {usual} days; a public undertaking or health body has {most} (D.Lgs. 231/2002 art. 4(5))")
    elif days > most:
        note(f"IT: a public body cannot have {days} days: {most} are reckoned, others hold {usual} (art. 4(4))")
    elif days > usual:
        note(f"IT: {days} days hold for a public body only in writing and where justified, else {usual} (art. 4(4))")
    return min(due, start + timedelta(days=most))


def food(law: LawBook, claim: ClaimFacts) -> tuple[str, ...]:
    """Return what must be said of goods: food bears a surcharge and has terms of its own (D.Lgs. 198/2021 art. 4)."""
    if claim.contract.kind != "goods":
        return ()
    parameter = law["interest.food_surcharge"]
    day = max(claim.contract_date, parameter.starts[-1])
    points, days = parameter.taken(day), law.value("term.food", day)
    return (
        f"IT: goods are reckoned as no food; food bears {points} points more and falls due {days[0]} days after "
        f"delivery (perishable) or {days[1]} days (D.Lgs. 198/2021 art. 4)",
    )


def agreed(rate: Decimal, statutory: InterestTerms, due: date) -> InterestTerms:
    """Return an agreed rate between businesses; a lower one may be grossly unfair (D.Lgs. 231/2002 art. 5(1), 7)."""
    parameter, warnings = statutory.parameter, statutory.warnings
    assert parameter is not None
    if due >= parameter.starts[0] and rate < Decimal(parameter.taken(due)):
        warnings = (*warnings, f"IT: the agreed {rate} % is below the statutory rate: void if grossly unfair (art. 7)")
    return InterestTerms("contractual", "agreed rate; D.Lgs. 231/2002 art. 5(1)", fixed=rate, warnings=warnings)


def civil(law: LawBook, claim: ClaimFacts) -> InterestTerms:
    """Return legal interest, after the judicial demand the commercial rate, or the agreed rate (C.c. 1284)."""
    if claim.contract.rate is not None:
        warning = "IT: an agreed rate above the legal one holds only if it was agreed in writing (C.c. 1284(3))"
        basis = "agreed rate; C.c. 1224(1), 1284(3)"
        return InterestTerms("contractual", basis, fixed=claim.contract.rate, warnings=(warning,))
    parameter = law["interest.civil"]
    demand = next(iter(claim.events_of("lawsuit", "payment_order_applied")), None)
    if demand is None or demand.on < law["interest.judicial_from"].starts[0]:
        return InterestTerms("civil", parameter.basis, parameter)
    later = InterestTerms("commercial", "C.c. 1284(4); D.Lgs. 231/2002 art. 5", law["interest.commercial"])
    # The calculators count the days from the demand to the end, the day of the demand out.
    return InterestTerms(
        "civil", parameter.basis, parameter, warnings=_of_the_demand(claim), later=((demand.on + ONE_DAY, later),)
    )


def _of_the_demand(claim: ClaimFacts) -> tuple[str, ...]:
    title = (
        "IT: from the judicial demand the commercial rate is owed (C.c. 1284(4)): ask for it by name, a title for "
        "mere legal interest is enforced at the plain rate (Cass. S.U. 12449/2024)"
    )
    if claim.debtor.kind != "consumer":
        return (title,)
    return title, "IT: that C.c. 1284(4) reaches a consumer's contract debt is the wording's reading (uncertain)"


def start_by_notice(claim: ClaimFacts) -> InterestStart:
    """Return the day after a messa in mora, or a writ, reached the debtor (C.c. 1219(1), 1335)."""
    basis, reached = "C.c. 1219(1), 1335, 1224", _reached(claim)
    if reached is None:
        return InterestStart(None, basis, "no agreed day: a messa in mora must reach the debtor first")
    on, event = reached
    if event.received is None and event.kind in _NOTICES and event.channel in ("post", "registered"):
        note(f"IT: the messa in mora of {event.on} works from its receipt, whose day is not recorded (C.c. 1335)")
    return InterestStart(on + ONE_DAY, basis, f"put in default by {event.kind} on {on}")


def _reached(claim: ClaimFacts) -> tuple[date, Event] | None:
    """Return the first act that put the debtor in default, by the day on which it reached the debtor."""
    acts = [(event.received or event.on, event) for event in claim.events_of(*_NOTICES, "lawsuit", "served")]
    acts = [act for act in acts if claim.as_of is None or act[0] <= claim.as_of]
    return min(acts, key=lambda act: act[0], default=None)


def abroad(law: LawBook, start: date, period: Period, act: str, addressee: Addressee) -> tuple[Period, str] | None:
    """Return the term of a party who is served abroad and why; None where the law knows no other.

    A term that differs from the one at home was set by the court itself and stays (C.p.c. 641(1)-(2)).
    """
    europe = addressee.country in MEMBER_STATES or addressee.country == "DK"
    if act == "opposition":
        key, place = "court.opposition_days", 1 if europe else 2
        basis = "C.p.c. 641(2)"
    elif act == "answer" and start >= law["court.summons_days"].starts[0]:
        key, place, basis = "court.summons_days", 1, "C.p.c. 163-bis"
    else:
        return None
    days = law.value(key, start)
    if (period.count, period.unit) != (int(days[0]), "d"):
        return period, f"{period} is taken as set for a party in {addressee.country}: nothing is added ({basis})"
    longer = Period(int(days[place]), "d")
    return longer, f"{longer} instead of {period} for a party in {addressee.country} ({basis})"
