"""Any history of money, told in any order: the ledger balances and replays, and no cent goes out twice or astray."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import suppress
from datetime import date, timedelta
from itertools import count
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select

from recovery.audit.verify import verify
from recovery.bank.status_report import Refusal
from recovery.case.record import assess_case
from recovery.desk.bank_entries import Share, assign, ignore, send_back, send_over, undo
from recovery.errors import RecoveryError
from recovery.ledger.bank_lines import take_lines
from recovery.ledger.held_money import take_refused
from recovery.ledger.remittance import remit
from recovery.money import Money
from recovery.registry import adapter_of
from recovery.store.database import reading, transact
from recovery.store.tables import BankEntry, BankOrder, Remittance
from tests.cases.test_bank_identity import line
from tests.cases.test_double_entry import accounts
from tests.casework import accepted, do, seen

SOAK = bool(os.environ.get("RECOVERY_SOAK"))
DAY, LAST = date(2026, 3, 10), date(2026, 5, 9)
NUMBERS = count(1)
SPACE = "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}"
FEES = """
[[fee]]
creditor = "*"
minimum = "15.00"
tiers = [{ up_to = "200.00", percent = "12.5" }, { percent = "7.25" }]
"""
PAYER, CREDITOR = "NL20INGB0001234567", "BE68539007547034"
AMOUNTS = st.integers(1, 600_00).map(lambda minor: f"{minor // 100}.{minor % 100:02}")
PICK = st.integers(0, 5)
STEPS = st.one_of(
    st.tuples(
        st.sampled_from(["bank", "bank", "unnamed", "by_hand", "to_member", "credit_note", "waive"]), AMOUNTS, PICK
    ),
    st.tuples(st.sampled_from(["advance", "refund", "taken_back", "bank_took_back"]), AMOUNTS, PICK),
    st.tuples(st.sampled_from(["assign", "split", "give_back", "partner", "ignore", "undo"]), AMOUNTS, PICK),
    st.tuples(st.sampled_from(["plan", "break_plan", "close", "reopen", "decide", "refuse_transfer"]), AMOUNTS, PICK),
    st.tuples(st.just("remit"), AMOUNTS, PICK),
)


class World:
    """Two cases on one account, what happens to them, and every transfer that went to the bank."""

    def __init__(self):
        self.cases = [accepted(number=f"H{next(NUMBERS)}", amount="900.00") for _ in range(2)]
        self.day, self.lines, self.paid, self.made = DAY, count(1), Counter(), f"w{next(NUMBERS)}"

    def play(self, what, amount, pick):
        """Let one thing happen; what is refused is as if it had not."""
        with suppress(RecoveryError):
            getattr(self, what, lambda *_: self.on_case(what, amount, pick))(amount, pick)

    def case(self, pick):
        return self.cases[pick % 2]

    def on_case(self, what, amount, pick):
        names = {"by_hand": "record_payment", "to_member": "record_payment", "advance": "record_advance"}
        given = {"plan": {"count": "3"}, "close": {"reason": "uncollectable"}, "to_member": {"to": "member"}}
        asked = amount if what in (*names, "credit_note", "waive", "refund") else None
        do(self.case(pick), names.get(what, what), self.day, asked, "as it was", **given.get(what, {}))

    def line(self, reference, amount, credit=True, **more):
        take_lines([line(reference, f"{self.made}-{next(self.lines)}", True, amount, self.day, credit=credit, **more)])

    def bank(self, amount, pick):
        self.line(self.case(pick), amount)

    def unnamed(self, amount, pick):
        self.line(None, amount, debtor_name="Nobody Known")

    def bank_took_back(self, amount, pick):
        self.line(self.case(pick), self.standing(pick), credit=False, returned=True)

    def standing(self, pick):
        rows = [one for one in seen(self.case(pick)).payments if not one.reversed_on]
        return str(Money(rows[pick % len(rows)].case_minor, "EUR")) if rows else "1.00"

    def taken_back(self, amount, pick):
        do(self.case(pick), "payment_returned", self.day, self.standing(pick))

    def entry(self, pick, *statuses):
        with reading() as session:
            rows = session.exec(select(BankEntry).order_by(BankEntry.id)).all()
        fit = [row.id for row in rows if row.bank_id.startswith(f"{self.made}-") and row.status in statuses]
        return fit[pick % len(fit)] if fit else 0

    def decided(self, work, *arguments):
        transact(lambda session: work(session, *arguments))

    def assign(self, amount, pick):
        waits = self.entry(pick, "unmatched", "partly", "taken_back", "outgoing")
        self.decided(assign, waits, [Share(self.case(pick))], "ada")

    def split(self, amount, pick):
        shares = [Share(self.cases[0], "1.00"), Share(self.cases[1])]
        self.decided(assign, self.entry(pick, "unmatched", "partly"), shares, "ada")

    def give_back(self, amount, pick):
        self.decided(send_back, self.entry(pick, "unmatched"), "", "ada", self.day)

    def partner(self, amount, pick):
        self.decided(send_over, self.entry(pick, "unmatched"), "IT", "", "ada", self.day)

    def ignore(self, amount, pick):
        self.decided(ignore, self.entry(pick, "unmatched"), "rent", "ada")

    def undo(self, amount, pick):
        self.decided(undo, self.entry(pick, "booked", "partly", "sent_back", "to_partner", "ignored"), self.day, "ada")

    def decide(self, amount, pick):
        do(self.case(pick), "decide_money", self.day, note="seen", **{"for": ("creditor", "debtor")[pick % 2]})

    def refuse_transfer(self, amount, pick):
        if self.paid:
            ident = sorted(self.paid)[pick % len(self.paid)]
            self.decided(take_refused, [Refusal(self.paid[ident][0], ident, "AC04")], self.day)

    def remit(self, amount, pick):
        before = {name: len(seen(name).rows(Remittance)) for name in self.cases}
        document = transact(lambda session: remit(session, "NL", self.day))["document"]
        for name in self.cases:
            if len(seen(name).rows(Remittance)) > before[name]:
                within(name, self.day)
        if document:
            self.look_through(document)

    def look_through(self, document):
        """Every transfer has an id of its own, and goes to who is to have it."""
        root = ElementTree.parse(document)
        message = root.findtext(f".//{SPACE}MsgId")
        for row in root.iter(f"{SPACE}CdtTrfTxInf"):
            ident, iban = (row.findtext(f".//{SPACE}{name}") for name in ("EndToEndId", "IBAN"))
            assert ident not in self.paid, "sent twice under one id"
            self.paid[ident] = (message, row.findtext(f".//{SPACE}InstdAmt"))
            assert iban == expected(ident), ident


def expected(ident):
    """Return the account that a transfer must go to, by its id."""
    if "-B" in ident:
        with reading() as session:
            order = session.exec(select(BankOrder).where(BankOrder.ident == ident)).one()
        return PAYER if order.kind == "return" else adapter_of("IT").service["iban"].replace(" ", "")
    fund = ident.rsplit("-", 1)[1].startswith("F")
    return adapter_of("BE").service["iban"].replace(" ", "") if fund else CREDITOR


def within(name, on):
    """What was sent on and kept of a case is at most what the team has of it, the fund's part at most its advance."""
    case = seen(name)
    came = sum(
        row.case_minor or 0
        for row in case.payments
        if not row.reversed_on and row.held_by == "team" and row.value_on <= on
    )
    owed_back = sum(one.amount_minor for one in case.entries if one.kind == "refund_due")
    rows = case.rows(Remittance)
    assert sum(row.amount_minor for row in rows) <= came - owed_back
    fund = sum(row.amount_minor for row in rows if row.beneficiary == "fund")
    assert 0 <= fund <= case.advanced_minor
    assert sum(row.amount_minor for row in rows if row.beneficiary == "fee") >= 0


@settings(max_examples=150 if SOAK else 5)
@given(history=st.lists(st.tuples(STEPS, st.integers(0, 4)), min_size=4, max_size=14))
def test_no_cent_goes_out_twice_or_to_the_wrong_party(local, tmp_path, monkeypatch, history):
    (tmp_path / "nl-fees.toml").write_text(FEES)
    monkeypatch.setenv("RECOVERY_SERVICE_DIR", str(tmp_path))
    world = World()
    for (what, amount, pick), later in history:
        world.day += timedelta(days=later)
        world.play(what, amount, pick)
        assert all(sum(accounts(name).values()) == 0 for name in world.cases)
    world.day += timedelta(days=1)
    for _ in range(2):
        world.remit("", 0)
    assert verify().findings == []


# What is told: a kind, so much, on a day; what comes back names the payment that came before it.
TOLD = st.lists(
    st.tuples(
        st.sampled_from(["record_payment", "member", "credit_note", "waive", "returned"]),
        st.integers(100, 90_00),
        st.integers(0, 40),
    ),
    min_size=2,
    max_size=5,
    unique_by=lambda one: one[1],
)


@settings(max_examples=80 if SOAK else 4)
@given(told=TOLD, order=st.randoms(use_true_random=False))
def test_the_closing_balance_is_the_same_whatever_order_it_is_told_in(local, told, order):
    ends = []
    for turn in range(3):
        name, given_order = accepted(number=f"O{next(NUMBERS)}", amount="5000.00"), list(told)
        if turn:
            order.shuffle(given_order)
        for what, minor, days in given_order:
            amount, on = str(Money(minor, "EUR")), DAY + timedelta(days=days)
            if what in ("credit_note", "waive"):
                do(name, what, on, amount, "agreed")
            else:
                do(name, "record_payment", on, amount, to="member" if what == "member" else "team")
            if what == "returned":
                do(name, "payment_returned", on + timedelta(days=2), amount)
        do(name, "waive", LAST, "1.00", "agreed")
        transact(lambda session: remit(session, "NL", LAST))
        ends.append((assess_case(seen(name), LAST).total, sorted(accounts(name).items())))
    assert ends[0] == ends[1] == ends[2]
    assert verify().findings == []
