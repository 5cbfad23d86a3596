"""The European charter: what holds in every country, each principle checked against every adapter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from recovery.country import CountryAdapter
from recovery.law.contact import contact
from recovery.registry import adapter_of, countries

Check = Callable[[CountryAdapter], tuple[bool, str]]


@dataclass(frozen=True, slots=True)
class Principle:
    """One principle of the charter, with its source and the test of it."""

    id: str
    text: str
    source: str
    check: Check


def _no_dunning_in_dispute(adapter: CountryAdapter) -> tuple[bool, str]:
    loose = [step.name for step in adapter.steps if step.actor == "system" and "disputed" not in step.stops]
    return not loose, "every automatic step stops on a dispute" if not loose else f"not stopped: {loose}"


def _amounts_have_a_basis(adapter: CountryAdapter) -> tuple[bool, str]:
    bare = [key for key, parameter in adapter.law.parameters.items() if not parameter.basis or not parameter.source]
    return (
        not bare,
        f"{len(adapter.law.parameters)} parameters, each with article and source" if not bare else f"without: {bare}",
    )


def _own_language(adapter: CountryAdapter) -> tuple[bool, str]:
    folder = adapter.folder.joinpath("letters")
    missing = [code for code in adapter.languages if not folder.joinpath(f"{code}.toml").is_file()]
    return not missing, "letters in " + ", ".join(adapter.languages) if not missing else f"no letters in {missing}"


def _contact_limits(adapter: CountryAdapter) -> tuple[bool, str]:
    rule = adapter.contact_rule(True)
    sunday = datetime.combine(date(2026, 11, 22), datetime.min.time()) + timedelta(hours=12)
    answer = contact(rule, sunday, "phone", adapter.is_holiday)
    return (
        not answer.allowed,
        f"none on Sundays; at most {rule.per_day} a day, {rule.per_week} a week ({rule.basis})",
    )


def _member_decides(adapter: CountryAdapter) -> tuple[bool, str]:
    needed = {step.consent for step in adapter.steps}
    wanted = {"formal_notice", "court"}
    return (
        wanted <= needed,
        "consent before the formal notice and before court" if wanted <= needed else f"lacks {wanted - needed}",
    )


def _reminder_first(adapter: CountryAdapter) -> tuple[bool, str]:
    kinds = ("business", "consumer", "public")
    ok = all(
        adapter.steps_for(kind) and adapter.steps_for(kind)[0].state in ("amicable", "formal_notice") for kind in kinds
    )
    ok = ok and all(adapter.steps_for(kind)[0].state != "judicial" for kind in kinds)
    return ok, "a letter with a term before any court, for every kind of debtor"


def _insolvency_respected(adapter: CountryAdapter) -> tuple[bool, str]:
    loose = [step.name for step in adapter.steps if "insolvency" not in step.stops]
    return not loose, "every step stops on insolvency" if not loose else f"not stopped: {loose}"


def _barred_not_demanded(adapter: CountryAdapter) -> tuple[bool, str]:
    loose = [step.name for step in adapter.steps if "time_barred" not in step.stops]
    return not loose, "no step once limitation has run out" if not loose else f"not stopped: {loose}"


def _reachable(adapter: CountryAdapter) -> tuple[bool, str]:
    service = adapter.service
    ok = all(service.get(key) for key in ("name", "address", "email", "phone", "account_holder", "iban"))
    return ok, f"{service.get('name', '')}: {service.get('registration', 'no licence needed')}"


PRINCIPLES = (
    Principle(
        "dispute_stops",
        "No collection while a reasoned dispute is open",
        "GDPR art. 18; Dir. 2021/2167 art. 10(1)",
        _no_dunning_in_dispute,
    ),
    Principle(
        "legal_basis",
        "Every amount has a legal basis",
        "Dir. 2011/7/EU arts 3, 6; Dir. 2021/2167 art. 10",
        _amounts_have_a_basis,
    ),
    Principle(
        "own_language",
        "We write to debtors in their own language",
        "Reg. 2020/1784 art. 12; Reg. 861/2007 art. 6",
        _own_language,
    ),
    Principle(
        "contact_limits",
        "We only get in touch at permitted times, and not too often",
        "national codes of conduct",
        _contact_limits,
    ),
    Principle(
        "amicable_first",
        "We always try without a court first",
        "Dir. 2023/2225 art. 35; national codes",
        _reminder_first,
    ),
    Principle(
        "member_decides",
        "The member keeps control: consent before formal notice and court",
        "mandate law",
        _member_decides,
    ),
    Principle("insolvency", "Insolvency is respected", "Reg. 2015/848", _insolvency_respected),
    Principle(
        "limitation",
        "We do not demand debts that are too old to be enforced (time-barred)",
        "Dir. 2005/29 art. 6; Rome I art. 12(1)(d)",
        _barred_not_demanded,
    ),
    Principle(
        "reachable",
        "Who writes, for whom and how to complain is always stated",
        "Dir. 2021/2167 art. 10(2); Dir. 2005/29",
        _reachable,
    ),
)


def charter() -> dict[str, object]:
    """Return every principle with how each country holds it."""
    rows = []
    for principle in PRINCIPLES:
        held = {}
        for code in countries():
            holds, how = principle.check(adapter_of(code))
            held[code] = {"holds": holds, "how": how}
        rows.append({"id": principle.id, "text": principle.text, "source": principle.source, "countries": held})
    return {"principles": rows}
