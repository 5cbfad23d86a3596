"""What no history of a case may show, whatever people and days do: checked by the walk of test_lifecycle."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlmodel import select

from recovery.case.lifecycle import State
from recovery.case.record import limitation_of, procedure_of
from recovery.case.withholding import DEMANDS, SILENT
from recovery.law.claim import ClaimFacts
from recovery.registry import adapter_of
from recovery.store.tables import CaseEvent, Outbox


def letters_of(session, case) -> list[Outbox]:
    """Return every letter of a case that was decided, in order."""
    query = select(Outbox).where(Outbox.claim_id == case.claim_id, Outbox.kind == "letter").order_by(Outbox.id)
    return list(session.exec(query))


def waiting_demands(session, case) -> list[Outbox]:
    """Return the letters that ask for money and are still in the house."""
    return [one for one in letters_of(session, case) if one.status == "waiting" and one.payload["document"] in DEMANDS]


def no_demand_is_silenced(session, case) -> None:
    """No letter that asks for money waits to go out while the case is disputed, suspended, closed or not accepted."""
    if State(case.state) in SILENT:
        assert waiting_demands(session, case) == []


def sent_within_limitation(session, case, claim: ClaimFacts) -> None:
    """No demand bears a day on which the claim was barred, unless a person decided so."""
    if case.agrees("barred"):
        return
    for letter in letters_of(session, case):
        if letter.payload["document"] in DEMANDS and letter.status != "withheld" and case.substance:
            limit = limitation_of(case, _day(letter))
            assert not limit.barred, letter.key


def _day(letter):
    return date.fromisoformat(letter.payload["dated"])


def steps_done(events: list[CaseEvent]) -> list[list[str]]:
    """Return the steps that were done and not held back, one list for each country that worked the case."""
    rounds: list[list[tuple[str, str]]] = [[]]
    for event in events:
        for key in event.data.get("withheld", []):
            rounds[-1] = [(name, letter) for name, letter in rounds[-1] if letter != key]
        if event.kind == "reroute":
            rounds.append([])
        if event.kind in ("remind", "give_notice"):
            rounds[-1].append((event.data["step"], event.data["letter"]))
    return [[name for name, _ in steps] for steps in rounds]


def levels_in_order(session, case) -> None:
    """Each round of steps is the beginning of the country's own list: none twice, none left out."""
    kind = case.claim.debtor.kind
    countries = [*(row.country for row in case.former), case.debtor_country]
    for country, done in zip(countries, steps_done(case.events), strict=True):
        order = [step.name for step in adapter_of(country).steps_for(kind) if step.actor == "system"]
        assert done == order[: len(done)], (country, done, order)


def court_after_notice(session, case) -> None:
    """Nobody goes to court before a formal notice, unless a person said why it could not wait."""
    urgent, notices = False, set()
    for event in case.events:
        urgent = urgent or event.kind == "decide_urgent"
        notices -= set(event.data.get("withheld", []))
        if event.kind == "give_notice":
            notices.add(event.data["letter"])
        if event.kind == "go_to_court":
            assert urgent or notices, event.sequence


def every_amount_has_its_basis(session, case) -> None:
    """Each line of a letter stands on an article, and the lines make up the total."""
    for letter in letters_of(session, case):
        lines = letter.payload["amounts"]
        assert all(line["basis"].strip() for line in lines), letter.key
        if lines:
            own = [Decimal(line["amount"]) for line in lines if line["currency"] == letter.payload["currency"]]
            assert sum(own) == Decimal(letter.payload["total"]), letter.key


def check(session, case) -> None:
    """Check all of it."""
    if case.reference is None:
        return
    assert procedure_of(case).country == case.debtor_country
    no_demand_is_silenced(session, case)
    sent_within_limitation(session, case, case.claim)
    levels_in_order(session, case)
    court_after_notice(session, case)
    every_amount_has_its_basis(session, case)
