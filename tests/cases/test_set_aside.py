"""One bad row stops nothing else: it is refused before it is stored, or falls out alone, counted and shown."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from recovery.bank.entry import Entry as Line
from recovery.case.store import load
from recovery.errors import CaseError, Faults
from recovery.filing.claims import file_claim
from recovery.ledger.bank_lines import take_lines
from recovery.ledger.remittance import remit
from recovery.money import Money
from recovery.rounds import delivery, sweep, undelivered
from recovery.store.database import reading, transact, unit_of_work
from recovery.store.tables import BankEntry, Case, Deadline, Document, Outbox
from recovery.telling.escalation import escalate_all
from tests.casework import FILED, accepted, booked, deadlines, do, filed, routed, seen

pytestmark = pytest.mark.usefixtures("installation")
DAY = date(2026, 3, 16)
NOW = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)


def spoil(name, **columns):
    """Leave a case as no present version would write it; return what stood there."""
    with unit_of_work() as session:
        row = load(session, name).row
        before = {column: getattr(row, column) for column in columns}
        for column, text in columns.items():
            setattr(row, column, text)
        return before


def test_a_case_that_no_longer_validates_stops_no_other_and_is_set_aside():
    bad, good = accepted(number="1"), accepted(number="2")
    before = spoil(bad, debtor='{"kind": "a kind of old"}')
    swept = sweep.work(sweep.due_deadlines(DAY, "NL"), DAY)
    assert (swept.failed, swept.worked) == (1, 1)
    assert seen(good).steps_done == ["reminder"]
    for _ in range(sweep.MOST_ATTEMPTS - 1):
        sweep.work(sweep.due_deadlines(DAY, "NL"), DAY)
    assert sweep.due_deadlines(DAY, "NL") == [], "set aside"
    with reading() as session:
        [(found, reference)] = undelivered.aside(session)
    assert reference == bad
    assert "Debiteur" not in found.error
    spoil(bad, **before)
    transact(lambda session: undelivered.work_again(session, found.id, "admin", NOW))
    assert sweep.work(sweep.due_deadlines(DAY, "NL"), DAY).worked == 1
    assert seen(bad).steps_done == ["reminder"]
    with pytest.raises(CaseError, match="not set aside"), unit_of_work() as session:
        undelivered.work_again(session, found.id, "admin", NOW)


def test_a_letter_with_an_unknown_field_stops_no_delivery():
    for number in ("1", "2"):
        accepted(number=number)
    sweep.work(sweep.due_deadlines(DAY), DAY)
    with unit_of_work() as session:
        first, _ = session.exec(select(Outbox).where(Outbox.kind == "letter").order_by(Outbox.id)).all()
        first.payload = {**first.payload, "of_another_version": 1}
    at = NOW
    for attempt in range(delivery.MOST_UNFORESEEN):
        done = delivery.deliver(delivery.waiting_ids(at=at), at)
        assert done.failed == 1, attempt
        at += timedelta(days=1)
    assert delivery.deliver(delivery.waiting_ids(at=at), at).failed == 0
    with reading() as session:
        [(found, _)] = undelivered.failed(session)
        assert (found.id, found.attempts) == (first.id, delivery.MOST_UNFORESEEN)
        assert "TypeError at recovery/letters/letter.py" in found.error
        assert len(session.exec(select(Document).where(Document.kind == "letter:reminder")).all()) == 1


def test_a_letter_for_the_post_that_says_not_where_goes_alone():
    name = routed()
    with unit_of_work() as session:
        claim = load(session, name).claim_id
        for key, payload in (
            ("bad", {}),
            ("good", {"letters": [], "country": "NL", "day": "2026-03-16"}),
        ):
            session.add(Outbox(key=key, kind="send_post", claim_id=claim, payload=payload, created_at=NOW))
    done = delivery.deliver(delivery.waiting_ids(at=NOW), NOW)
    assert done.failed == 1
    with reading() as session:
        status = dict(session.exec(select(Outbox.key, Outbox.status).where(Outbox.kind == "send_post")).all())
    assert status == {"bad": "waiting", "good": "done"}


def test_a_deadline_of_which_nobody_can_be_told_stops_no_other():
    for number in ("1", "2"):
        accepted(number=number)
    with unit_of_work() as session:
        for row in session.exec(select(Deadline).where(Deadline.kind.startswith("step"))):
            row.actor, row.kind = "team", "work"
        case = session.exec(select(Case).where(Case.reference == "NL-2026-000001")).one()
        first = session.exec(select(Deadline).where(Deadline.kind == "work", Deadline.claim_id == case.claim_id)).one()
        first.kind, first.data, first.due_on = "act_before_limitation", {"last_safe_day": "not a day"}, DAY
    told = escalate_all(DAY, "NL")
    assert (told.failed, told.total > 0) == (1, True)
    assert f"deadline {first.id}: ValueError at recovery/telling/escalation.py" in told.errors[0]


REFUSED = [
    ({"issued": date(1990, 1, 1), "due": date(1990, 2, 1)}, "due", "before the first known rate"),
    ({"amount": "2000000000.00"}, "payable", "beyond what the columns hold"),
    ({"number": "7" * 3000}, "number", "longer than an index takes"),
    ({"number": "7\x00"}, "number", "a character that no database keeps"),
]


@pytest.mark.parametrize(("more", "field", "why"), REFUSED, ids=[row[2] for row in REFUSED])
def test_what_cannot_be_worked_is_refused_before_it_is_stored(more, field, why):
    with pytest.raises(Faults) as error, unit_of_work() as session:
        filed(session, **more)
    assert field in {fault.field for fault in error.value.faults}
    assert len(str(error.value)) < 1000
    with reading() as session:
        assert session.exec(select(Case)).all() == []


def test_a_rate_that_no_whole_number_holds_is_refused_with_its_debt():
    from recovery.filing.claims import Filing
    from tests.casework import invoice

    filing = Filing(
        invoice(amount="900000000.00"), b"x", "x", FILED, "a@b.example", "business", contract={"rate": "999.9999"}
    )
    with pytest.raises(Faults, match="more than can be reckoned"), unit_of_work() as session:
        file_claim(session, filing)


def line(number, amount="100.00", reference=None, **more):
    values = {"account": "NL91ABNA0417164300", "booked": DAY, "value": DAY, "amount": Money.parse(amount, "EUR")}
    values |= {"credit": True, "debtor_name": None, "debtor_iban": None, "reference": reference, "text": ""}
    return Line(**{**values, "bank_id": f"L{number}", **more})


def paid(name):
    with reading() as session:
        return -sum(one.amount_minor for one in load(session, name, lock=False).entries if one.kind == "payment")


def test_an_odd_line_waits_for_a_person_and_the_others_are_booked():
    bad, good = accepted(number="1"), accepted(number="2")
    spoil(bad, contract='{"kind": "a kind of old"}')
    lines = [line(n, reference=seen(name).payment_reference) for n, name in enumerate((bad, good, good))]
    lines.append(line(9, reference="\x00", text="\x00"))
    taken = take_lines(lines)
    assert taken.matched == 2
    # PostgreSQL cannot even keep the last one: that is told too.
    assert (taken.failed, len(taken.errors)) == ((2, 3) if on_postgresql() else (1, 1))
    assert paid(good) == 20_000
    with reading() as session:
        kept = session.exec(select(BankEntry).where(BankEntry.bank_id == "L0")).one()
    assert (kept.status, kept.claim_id) == ("unmatched", None)
    assert "not booked" in kept.why
    assert take_lines(lines[:3]).known == 3


def on_postgresql():
    with reading() as session:
        return session.connection().dialect.name == "postgresql"


def test_a_known_id_with_another_amount_is_shown_and_never_dropped():
    name = accepted()
    first = line(1, reference=seen(name).payment_reference, own_id=True)
    assert take_lines([first]).matched == 1
    second = line(1, "250.00", reference=seen(name).payment_reference, own_id=True)
    assert (take_lines([second]).changed, take_lines([second]).known) == (1, 1)
    with reading() as session:
        rows = session.exec(select(BankEntry).order_by(BankEntry.id)).all()
    assert [(row.status, row.amount_minor) for row in rows] == [("booked", 10_000), ("unmatched", 25_000)]
    assert "another day or amount" in rows[1].why
    assert paid(name) == 10_000


def test_a_payment_that_the_bank_took_back_is_a_task_and_holds_the_remittance():
    name = accepted()
    reference = seen(name).payment_reference
    take_lines([line(1, reference=reference)])
    taken = take_lines([line(2, reference=reference, credit=False, reversal=True)])
    assert (taken.taken_back, taken.new) == (1, 1)
    [task] = [one for one in deadlines(name) if one.data.get("taken_back")]
    assert "100.00 EUR" in task.data["why"]
    held = transact(lambda session: remit(session, "NL", DAY))
    assert (held["transfers"], len(held["problems"])) == (0, 1)
    do(name, "payment_returned", DAY, amount="100.00")
    assert not [one for one in deadlines(name) if one.data.get("taken_back")]
    after = transact(lambda session: remit(session, "NL", DAY))
    assert (after["transfers"], after["problems"], paid(name)) == (0, [], 0)
    take_lines([line(3, "40.00", reference=reference)])
    assert transact(lambda session: remit(session, "NL", DAY))["totals"] == {"EUR": "40.00"}


def test_a_line_of_nobodys_account_or_of_a_day_far_ahead_waits_for_a_person():
    name = accepted()
    reference = seen(name).payment_reference
    foreign = line(1, reference=reference, account="DE89370400440532013000")
    ahead = line(2, reference=reference, booked=date(2099, 1, 1), value=date(2099, 1, 1))
    before = line(3, reference=reference, booked=date(1990, 1, 1), value=date(1990, 1, 1))
    taken = take_lines([foreign, ahead, before])
    assert (taken.matched, taken.unmatched, taken.failed) == (0, 3, 1)
    with reading() as session:
        whys = {row.bank_id: row.why for row in session.exec(select(BankEntry))}
    assert "no recovery service has" in whys["L1"]
    assert "far ahead" in whys["L2"]
    assert "before the invoice" in whys["L3"]
    assert paid(name) == 0


def test_what_has_not_come_in_yet_is_not_sent_on():
    name = accepted()
    transact(lambda session: booked(session, name, Money(10_000, "EUR"), date(2026, 4, 20), "by hand", "ada@d.example"))
    assert transact(lambda session: remit(session, "NL", DAY))["transfers"] == 0
    assert transact(lambda session: remit(session, "NL", date(2026, 4, 20)))["totals"] == {"EUR": "100.00"}
    with reading() as session:
        [event] = [one for one in load(session, name, lock=False).events if one.kind == "payment"]
    assert event.actor == "ada@d.example"


def test_no_term_of_a_case_lies_further_away_than_ten_years():
    name = accepted()
    for action, data in (("promise", {}), ("set_deadline", {}), ("suspend", {"kind": "mediation"})):
        with pytest.raises(CaseError, match="years away"):
            do(name, action, DAY, until="9999-12-31", **data)
