"""The ledger in double entry: balanced by the database, the replay of what happened, and the bank's own balances."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from itertools import count, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel, select

from recovery.audit.verify import verify
from recovery.case.journal import account_of
from recovery.case.record import assess_case
from recovery.case.store import load
from recovery.errors import CaseError, RecoveryError
from recovery.ledger.account_statement import pdf_of, statement_of
from recovery.ledger.reconciliation import csv_of, reconcile
from recovery.ledger.remittance import remit
from recovery.ledger.statements import take_statement
from recovery.rounds import sweep
from recovery.settings import settings as where
from recovery.store import trust_accounts
from recovery.store.database import engine, reading, unit_of_work
from recovery.store.documents import keep
from recovery.store.sealing import insert_sealed
from recovery.store.tables import Posting, Remittance
from tests.casework import accepted, deadlines, do, seen

DAY = date(2026, 3, 10)
NL = account_of("NL")


def accounts(name):
    """Return what a case's accounts come to, in minor units, those of euro alone."""
    sums = {}
    with reading() as session:
        claim = load(session, name, lock=False).claim_id
        for row in session.exec(select(Posting).where(Posting.claim_id == claim, Posting.currency == "EUR")):
            for account, signed in ((row.debit_account, row.amount_minor), (row.credit_account, -row.amount_minor)):
                sums[account] = sums.get(account, 0) + signed
    return {account: minor for account, minor in sums.items() if minor}


def sent_on(country="NL", on=date(2026, 4, 30)):
    with unit_of_work() as session:
        return remit(session, country, on)["totals"]


def found():
    return [(one.case, one.what, one.where, one.expected, one.found) for one in verify().findings]


def test_every_movement_stands_on_two_accounts(installation):
    name = accepted()
    do(name, "record_advance", DAY, amount="300.00")
    do(name, "record_payment", DAY, amount="100.00", to="member")
    do(name, "record_payment", DAY, amount="500.00")
    do(name, "waive", DAY, amount="50.00", note="agreed")
    do(name, "payment_returned", DAY + timedelta(days=3), amount="100.00")
    assert sent_on() == {"EUR": "500.00"}
    owed = assess_case(seen(name), DAY + timedelta(days=3)).total.minor
    held = accounts(name)
    assert held == {
        "debtor": owed,
        "creditor": -(owed + 500_00 + 50_00) + 300_00 + 200_00,
        "written_off": 50_00,
        "team": 500_00,
        f"transit:{NL}": -500_00,
    }
    assert sum(held.values()) == 0
    assert found() == []


@pytest.mark.parametrize(
    ("minor", "debit", "credit"), [(0, "team", "debtor"), (-5, "team", "debtor"), (5, "team", "team")]
)
def test_the_database_takes_no_posting_that_is_not_balanced(installation, minor, debit, credit):
    row = {"country": "NL", "booked_on": DAY, "currency": "EUR", "kind": "payment", "source": "by hand"}
    made = {**row, "debit_account": debit, "credit_account": credit, "amount_minor": minor}
    with engine().connect() as connection, pytest.raises(IntegrityError):
        connection.execute(SQLModel.metadata.tables["posting"].insert(), made)


def test_a_posting_that_no_payment_stands_behind_is_named_with_its_account(installation):
    name = accepted()
    do(name, "record_payment", DAY, amount="100.00")
    with unit_of_work() as session:
        claim = load(session, name).claim_id
        row = {
            "claim_id": claim,
            "country": "NL",
            "booked_on": DAY,
            "debit_account": "team",
            "credit_account": "debtor",
        }
        more = {"amount_minor": 70_00, "currency": "EUR", "kind": "payment", "source": "payment:9"}
        insert_sealed(session, SQLModel.metadata.tables["posting"], [{**row, **more}])
    assert (name, "ledger", "account team", "100.00 EUR", "170.00 EUR") in found()


def test_money_paid_to_the_member_counts_and_is_never_sent_on(installation):
    name = accepted()
    do(name, "record_payment", DAY, amount="500.00", actor="member")
    do(name, "record_payment", DAY, amount="200.00", to="bailiff")
    assert seen(name).payments[0].held_by == "member"
    assert assess_case(seen(name), DAY).total.minor < 350_00
    assert sent_on() == {}
    do(name, "record_payment", DAY, amount="100.00")
    assert sent_on() == {"EUR": "100.00"}
    assert found() == []
    with pytest.raises(CaseError, match="--to member"):
        do(name, "record_payment", DAY, amount="1.00", actor="member", to="team")


def test_the_team_returns_nothing_that_lies_with_the_member(local):
    name = accepted()
    do(name, "record_payment", DAY, amount="30.00")
    do(name, "record_payment", DAY, amount="1100.00", to="member")
    assert accounts(name)["refund_due"] < -53_00
    with pytest.raises(CaseError, match=r"more than the 30\.00 EUR that the team has"):
        do(name, "refund", DAY, amount="53.00")
    do(name, "refund", DAY, amount="30.00")
    assert found() == []


def test_the_fund_is_told_where_money_passes_it_by(local):
    name = accepted()
    do(name, "record_advance", DAY, amount="300.00")
    do(name, "record_payment", DAY, amount="500.00", to="member")
    assert any("the fund waits for 300.00 EUR" in str(one.data.get("why")) for one in deadlines(name))


def swept(day):
    seen_ids = set()
    while ids := [one for one in sweep.due_deadlines(day) if one not in seen_ids]:
        seen_ids.update(ids)
        sweep.work(ids, day)


def test_steps_wait_while_the_member_says_he_was_paid(installation):
    name = accepted()
    swept(date(2026, 3, 3))
    do(name, "say_paid", date(2026, 3, 5), amount="400.00", actor="member", paid_on="2026-03-04", note="by transfer")
    before = assess_case(seen(name), date(2026, 3, 20)).total.minor
    swept(date(2026, 3, 20))
    assert seen(name).state == "amicable"
    [task] = [one for one in deadlines(name) if one.kind == "member_paid"]
    assert task.actor == "team"
    do(name, "confirm_paid", date(2026, 3, 21))
    assert before - assess_case(seen(name), date(2026, 3, 20)).total.minor >= 400_00
    assert [(one.held_by, one.value_on) for one in seen(name).payments] == [("member", date(2026, 3, 4))]
    swept(date(2026, 3, 22))
    assert seen(name).state == "formal_notice"
    assert sent_on() == {}
    assert found() == []


def test_what_the_member_said_may_be_refused_or_booked_by_hand(local):
    name = accepted()
    for amount in ("400.00", "30.00"):
        do(name, "say_paid", DAY, amount=amount, actor="member")
    do(name, "record_payment", DAY, amount="30.00", to="member")
    assert [one.data["amount"] for one in deadlines(name) if one.kind == "member_paid"] == ["400.00"]
    do(name, "refuse_paid", DAY, note="no proof")
    assert [one for one in deadlines(name) if one.kind == "member_paid"] == []
    with pytest.raises(CaseError, match="has said of no payment"):
        do(name, "confirm_paid", DAY)
    with pytest.raises(CaseError, match="lies after"):
        do(name, "say_paid", DAY, amount="1.00", actor="member", paid_on="2026-03-11")


def test_money_that_crossed_the_notice_keeps_the_reminder(local):
    name = accepted()
    swept(date(2026, 3, 3))
    asked = seen(name).offer
    swept(date(2026, 3, 14))
    assert seen(name).state == "formal_notice"
    amount = f"{asked.total_minor // 100}.{asked.total_minor % 100:02}"
    do(name, "record_payment", asked.pay_by, amount="1.00")
    assert seen(name).state == "formal_notice"
    do(name, "record_payment", asked.pay_by + timedelta(days=1), amount=amount)
    assert seen(name).state == "formal_notice", "a part of it came late"
    other = accepted(number="2")
    swept(date(2026, 3, 3))
    swept(date(2026, 3, 14))
    do(other, "record_payment", seen(other).offer.earlier[0].pay_by, amount=amount)
    assert (seen(other).state, seen(other).reason) == ("closed", "paid")
    assert found() == []


def test_a_plan_that_was_paid_in_time_but_read_late_is_looked_at(local):
    name = accepted()
    do(name, "plan", DAY, count="3", first="2026-04-10")
    part = seen(name).plan.instalments[0].amount_minor
    swept(date(2026, 4, 30))
    do(name, "record_payment", date(2026, 4, 9), amount=f"{part // 100}.{part % 100:02}")
    assert any("before the plan ended" in str(one.data.get("why")) for one in deadlines(name))


MT940 = """:20:S{number}
:25:{account}
:28C:{number}/1
:60F:C2603{first:02}EUR{opening},00
{lines}
:62F:C2603{last:02}EUR{closing},00
"""


def mt940(number, first, last, opening, closing, *lines):
    moved = "\n".join(
        f":61:2603{day:02}03{day:02}{sign}{amount},00NTRFNONREF//B{number}{day}" for day, sign, amount in lines
    )
    text_ = MT940.format(
        number=number, account=NL, first=first, last=last, opening=opening, closing=closing, lines=moved
    )
    return text_.replace("\n\n", "\n").encode()


def test_every_account_is_held_to_the_balances_that_its_bank_tells(installation):
    take_statement(keep(mt940(2, 4, 5, 1300, 1250, (5, "D", 50))))
    take_statement(keep(mt940(1, 3, 4, 1000, 1300, (4, "C", 300))))
    take_statement(keep(mt940(1, 3, 4, 1000, 1300, (4, "C", 300))))
    assert found() == []
    with reading() as session:
        told = reconcile(session, "nl", "2026-03")
    assert told["bank"] == [
        {
            **{"currency": "EUR", "before": "0.00", "came_in": "300.00", "went_out": "-50.00", "closing": "250.00"},
            **{"told": "1250.00", "told_on": "2026-03-05"},
        }
    ]
    assert told["suspense"] == [{"amount": "300.00", "currency": "EUR"}]
    assert told["in_transit"] == [{"amount": "-50.00", "currency": "EUR"}]
    take_statement(keep(mt940(3, 5, 6, 1250, 1400, (6, "C", 100))))
    expected = (None, "statement", f"account {NL} on 2026-03-06", "1400.00 EUR", "1350.00 EUR")
    assert found() == [expected]
    take_statement(keep(mt940(4, 6, 7, 1400, 1410, (7, "C", 10))))
    assert found() == [expected], "a difference is told of the day on which it arose"


def test_administrators_are_told_of_an_account_that_does_not_agree(harness):
    from flows.accounts import check_accounts
    from recovery.people.teams import add_team_member

    now = datetime(2026, 3, 7, 3, tzinfo=UTC).isoformat()
    with unit_of_work() as session:
        add_team_member(session, "ada@dienst.example", "Ada", None, "administrator", "nl")
    take_statement(keep(mt940(1, 3, 4, 1000, 1300, (4, "C", 300))))
    assert asyncio.run(check_accounts(now))["findings"] == []
    take_statement(keep(mt940(3, 4, 6, 1300, 1500, (6, "C", 100))))
    with pytest.raises(RecoveryError, match="1 differences"):
        asyncio.run(check_accounts(now))
    [path] = where().data_dir.rglob("*.eml")
    mail = message_from_bytes(path.read_bytes(), policy=default)
    assert mail["to"] == "ada@dienst.example"
    assert f"Boekhouding en bank zijn het niet eens: account {NL} on 2026-03-06." in mail.get_body().get_content()


def test_a_line_that_the_ledger_does_not_know_is_a_difference(local):
    take_statement(keep(mt940(1, 3, 4, 1000, 1300, (4, "C", 300))))
    with engine().begin() as connection:
        columns = "booked_on, value_on, currency, credit, text, status, why, account"
        connection.execute(
            text(f"INSERT INTO bank_entry (bank_id, amount_minor, {columns}) SELECT 'x', 7, {columns} FROM bank_entry")
        )
    with engine().connect() as connection:
        [one] = trust_accounts.check(connection).findings
    assert (one.what, one.where, one.expected, one.found) == (
        *("bank lines", f"account {NL} on 2026-03-04"),
        *("300.07 EUR", "300.00 EUR"),
    )


def test_a_member_reads_the_account_of_its_claim(local):
    name = accepted()
    do(name, "record_payment", DAY, amount="100.00", to="member")
    do(name, "record_payment", DAY, amount="250.00")
    sent_on()
    do(name, "record_payment", date(2026, 5, 2), amount="40.00")
    with reading() as session:
        case = load(session, name, lock=False)
        told = statement_of(session, case, date(2026, 5, 3))
        pdf = pdf_of(session, case, date(2026, 5, 3), "sv")
        month = reconcile(session, "NL", "2026-03")
    assert [(one["to"], one["amount"]) for one in told["payments"]] == [
        *(("member", "100.00"), ("team", "250.00")),
        ("team", "40.00"),
    ]
    assert [(one["to"], one["amount"], one["on"]) for one in told["sent_on"]] == [("creditor", "250.00", "2026-04-30")]
    assert (told["waiting"]["amount"], told["fee"]["amount"]) == ("40.00", "0.00")
    asked = sum(round(float(one["amount"]) * 100) for one in told["asked"])
    assert asked - 390_00 == round(float(told["open"][0]["amount"]) * 100)
    assert pdf.startswith(b"%PDF-")
    assert csv_of(month).splitlines()[1].split(",")[2:5] == ["EUR", "250.00", "100.00"]


NUMBERS = count(1)
HOLDERS = st.sampled_from(["team", "team", "member", "court", "bailiff"])
AMOUNTS = st.integers(1, 700_00).map(lambda minor: f"{minor // 100}.{minor % 100:02}")
GIVEN = st.fixed_dictionaries({"amount": AMOUNTS})
STEPS = st.one_of(
    st.tuples(st.just("record_payment"), st.fixed_dictionaries({"amount": AMOUNTS, "to": HOLDERS})),
    st.tuples(st.just("payment_returned"), st.fixed_dictionaries({"nth": st.integers(0, 3)})),
    st.tuples(st.sampled_from(["waive", "record_advance", "record_advance_repaid", "refund"]), GIVEN),
    st.tuples(st.just("plan"), st.just({"count": "3"})),
    st.tuples(st.sampled_from(["break_plan", "reopen", "remit"]), st.just({})),
    st.tuples(st.just("close"), st.just({"reason": "uncollectable"})),
)


def play(name, step, fields, day):
    """Do one thing to a case; what it refuses is as if it were not done."""
    if step == "remit":
        sent_on(on=day)
        return
    if step == "payment_returned":
        standing = [one for one in seen(name).payments if not one.reversed_on]
        if fields["nth"] >= len(standing):
            return
        minor = standing[fields["nth"]].case_minor
        fields = {"amount": f"{minor // 100}.{minor % 100:02}"}
    with suppress(CaseError):
        do(name, step, day, note="as it was", **fields)


@settings(max_examples=25)
@given(history=st.lists(st.tuples(STEPS, st.integers(0, 6)), max_size=12))
def test_whatever_happens_the_ledger_is_the_replay_and_nothing_goes_on_twice(local, history):
    name, day = accepted(number=f"2026-{next(NUMBERS)}"), DAY
    for (step, fields), later in history:
        day += timedelta(days=later)
        before, held = accounts(name), seen(name)
        play(name, step, fields, day)
        case, now = seen(name), accounts(name)
        assert sum(now.values()) == 0
        if step == "remit":
            check_sent(case, before, now, held)
    assert found() == []


def check_sent(case, before, now, held):
    """Nothing goes on beyond what the team holds, the fund first and at most its advance; a second time nothing."""
    rows = case.rows(Remittance)
    fund = sum(row.amount_minor for row in rows if row.beneficiary == "fund")
    in_hand = now.get("team", 0) + now.get(f"transit:{NL}", 0)
    if before != now:
        assert in_hand >= max(0, -now.get("refund_due", 0)), "money of another case"
        assert (
            0
            <= fund - sum(row.amount_minor for row in held.rows(Remittance) if row.beneficiary == "fund")
            <= max(0, -before.get("fund", 0))
        )
    sent_on(on=max((row.remitted_on for row in rows), default=DAY))
    assert len(seen(case.reference).rows(Remittance)) == len(rows)


PAID = st.lists(st.tuples(st.integers(0, 40), AMOUNTS, HOLDERS), min_size=2, max_size=3)


@settings(max_examples=8)
@given(paid=PAID)
def test_the_order_in_which_payments_are_told_changes_nothing(local, paid):
    ends = set()
    for told in permutations(paid):
        name = accepted(number=f"2026-{next(NUMBERS)}", amount="5000.00")
        for days, amount, to in told:
            do(name, "record_payment", DAY + timedelta(days=days), amount=amount, to=to)
        last = DAY + timedelta(days=60)
        do(name, "waive", last, amount="10.00", note="agreed")
        ends.add((assess_case(seen(name), last).total, *sorted(accounts(name).items())))
    assert len(ends) == 1
    assert found() == []
