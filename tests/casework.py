"""What the tests of cases start from: invoices, filed, routed and accepted cases."""

from __future__ import annotations

from datetime import date

from recovery.case.kinds import WATCHED
from recovery.case.order import Order
from recovery.case.store import HELD, load, unit_of
from recovery.case.transition import open_deadlines
from recovery.desk.actions import act
from recovery.filing.claims import Filing, file_claim
from recovery.filing.routing import route_case
from recovery.intake.invoice import Invoice, Party
from recovery.ledger.payments import book
from recovery.letters.letter import Letter
from recovery.letters.render import render
from recovery.money import Money
from recovery.post.access import with_code
from recovery.rounds.effects import keep_letter
from recovery.store.database import reading, unit_of_work

FILED = date(2026, 3, 2)


def invoice(
    creditor="BE", debtor="NL", amount="1000.00", currency="EUR", number="2026-1", due=date(2026, 2, 14), **more
):
    money = Money.parse(amount, currency)
    return Invoice(
        format="ubl",
        version="2.1",
        kind=more.pop("kind", "invoice"),
        number=number,
        issued=more.pop("issued", date(2026, 1, 15)),
        due=due,
        currency=currency,
        total=money,
        payable=more.pop("payable", money),
        seller=Party("Studio Voorbeeld", creditor, iban="BE68539007547034", email="studio@voorbeeld.example"),
        buyer=Party(
            "Debiteur Voorbeeld", debtor, street="Weg 1", postal_code="1000", city="Plaats", email="d@d.example"
        ),
        **more,
    )


def filed(session, consents=("formal_notice", "court"), debtor_kind="business", claim_kind="services", **more):
    return file_claim(
        session,
        Filing(
            invoice(**more),
            b"<Invoice/>",
            "invoice.xml",
            FILED,
            "studio@voorbeeld.example",
            debtor_kind,
            claim_kind,
            consents,
        ),
    )


def routed(**more) -> str:
    with unit_of_work() as session:
        case = filed(session, **more)
        return route_case(session, case.claim_id, FILED).reference


def accepted(**more) -> str:
    name = routed(**more)
    do(name, "accept", date(2026, 3, 3))
    return name


def do(name, action, on, amount=None, note="", actor="team", **data):
    with unit_of_work() as session:
        return act(session, name, Order(action, on, actor, note, amount, data))


def booked(session, name, amount, on, source, actor="bank"):
    """Book a payment on a case by its name."""
    case = load(session, name)
    book(case, amount, on, source, actor)
    return case


def kept(session, item):
    """Render a letter and keep it with its case, without sending it; return the effect that sends it."""
    case = load(session, item.claim_id)
    letter = with_code(session, Letter.from_dict(item.payload), item.claim_id)
    keep_letter(case, item, letter, render(letter))
    return next((one for one in case.effects if one.key == f"{item.key}:sent"), None)


def seen(name):
    """Return a case as it stands, all that belongs to it read."""
    with reading() as session:
        case = load(session, name, lock=False)
        unit_of(session).preload([case], HELD)
        return case


def _open(name):
    with reading() as session:
        return open_deadlines(load(session, name, lock=False))


def deadlines(name):
    """Return what somebody must do, the watches of every open case apart."""
    return [one for one in _open(name) if one.kind not in WATCHED]


def watches(name):
    """Return the days on which limitation and capitalisation are looked at: kind -> day."""
    return {one.kind: one.due_on for one in _open(name) if one.kind in WATCHED}
