"""A letter is decided on again before it leaves: its amount may have changed since it was composed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from pypdf import PdfReader
from sqlmodel import select

from recovery.audit.verify import verify
from recovery.case.store import load
from recovery.money import Money
from recovery.rounds import delivery, sweep
from recovery.store.database import reading, unit_of_work
from recovery.store.documents import path_of
from recovery.store.tables import Document, Outbox
from tests.casework import accepted, booked, deadlines, do, kept, seen

pytestmark = pytest.mark.usefixtures("installation")
REMINDED = date(2026, 3, 3)
AT = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)


@pytest.fixture
def reminded():
    """Return a case whose reminder waits to be rendered."""
    name = accepted()
    assert sweep.work(sweep.due_deadlines(REMINDED), REMINDED).failed == 0
    return name


def letters(name):
    with reading() as session:
        query = select(Outbox).where(Outbox.claim_id == seen(name).claim_id, Outbox.kind == "letter")
        found = session.exec(query.order_by(Outbox.id)).all()
        return [(one.payload["dated"], one.payload["total"], one.status) for one in found]


def pay(name, amount, on):
    with unit_of_work() as session:
        booked(session, name, Money.parse(amount, "EUR"), on, "by hand")


def run(at=AT):
    result = delivery.deliver(delivery.waiting_ids(at=at), at)
    assert result.failed == 0
    assert delivery.waiting_ids(at=at) == []


def printed():
    with reading() as session:
        [stored] = session.exec(select(Document).where(Document.kind == "letter:reminder")).all()
    return " ".join("".join(page.extract_text() for page in PdfReader(path_of(stored.sha256)).pages).split())


def test_a_letter_whose_amount_changed_that_day_is_composed_anew(reminded):
    [(dated, total, _)] = letters(reminded)
    pay(reminded, "300.00", REMINDED)
    run()
    [(_, _, before), (day, asked, after)] = letters(reminded)
    assert (before, after, day) == ("withheld", "done", dated)
    assert Money.parse(asked, "EUR") == Money.parse(total, "EUR") - Money.parse("300.00", "EUR")
    assert asked.replace(".", ",") in printed()
    case = seen(reminded)
    assert [one.status for one in case.shipments] == ["sent"]
    assert [one.data["total"] for one in case.events if one.kind == "letter_renewed"] == [asked]
    assert (str(Money(case.offer.total_minor, "EUR")), case.steps_done) == (asked, ["reminder"])
    assert verify().findings == []


def test_a_payment_after_its_day_moves_the_letter_and_its_term(reminded):
    [step] = [one for one in deadlines(reminded) if one.kind == "step"]
    paid_on = REMINDED + timedelta(days=4)
    pay(reminded, "300.00", paid_on)
    run()
    assert [(day, status) for day, _, status in letters(reminded)] == [
        ("2026-03-03", "withheld"),
        (paid_on.isoformat(), "done"),
    ]
    [moved] = [one for one in deadlines(reminded) if one.kind == "step"]
    assert moved.due_on == step.due_on + timedelta(days=4)
    case = seen(reminded)
    assert [one.on for one in case.claim.events if one.kind == "reminder"] == [paid_on]
    assert [one.on for one in case.steps] == [paid_on]
    do(reminded, "dispute", paid_on)
    assert seen(reminded).steps_done == ["reminder"], "what has left stays done"


def test_one_that_was_rendered_already_stays_as_it_was_and_never_leaves(reminded):
    with unit_of_work() as session:
        item = session.exec(select(Outbox).where(Outbox.kind == "letter")).one()
        assert kept(session, item).kind == "send_email"
        item.status = "done"
    pay(reminded, "300.00", REMINDED)
    run()
    assert [one.status for one in seen(reminded).shipments] == ["withheld", "sent"]
    assert [status for _, _, status in letters(reminded)] == ["done", "done"]
    with reading() as session:
        sends = session.exec(select(Outbox.status).where(Outbox.kind == "send_email").order_by(Outbox.id)).all()
    assert list(sends) == ["withheld", "done"]


def test_one_that_a_worker_gave_up_sending_is_withdrawn_when_the_case_has_moved_on(reminded):
    with unit_of_work() as session:
        item = session.exec(select(Outbox).where(Outbox.kind == "letter")).one()
        send = kept(session, item)
        item.status, send.held_until = "done", datetime(2999, 1, 1, tzinfo=UTC)  # it is being sent while this happens
    do(reminded, "dispute", REMINDED)
    with unit_of_work() as session:
        send = session.exec(select(Outbox).where(Outbox.kind == "send_email")).one()
        assert send.status == "waiting"
        send.held_until = AT
    run()
    case = seen(reminded)
    assert [one.status for one in case.shipments if one.key == item.key] == ["withheld"]
    assert "letter_withdrawn" in [one.kind for one in case.events]
    assert case.steps_done == []


def test_what_has_not_changed_goes_as_it_was_composed(reminded):
    before = letters(reminded)
    pay(reminded, "300.00", AT.date() + timedelta(days=3))  # of a day that has not come
    run()
    assert [(day, total) for day, total, _ in letters(reminded)] == [(day, total) for day, total, _ in before]
    with reading() as session:
        assert "letter_renewed" not in [one.kind for one in load(session, reminded, lock=False).events]
