"""The lifecycle walked by machine: no sequence of events reaches an undefined state or loses money."""

from __future__ import annotations

import atexit
import itertools
import os
import shutil
import tempfile
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlmodel import func, select

from recovery.case import diagram
from recovery.case.chain import breaks
from recovery.case.entries import balances
from recovery.case.kinds import WATCHED
from recovery.case.lifecycle import MOVES, REASONS, Facts, State, allowed, refusal
from recovery.case.record import assess_case
from recovery.case.store import load
from recovery.case.transition import open_deadlines
from recovery.desk.actions import ACTIONS, Order, act, moves
from recovery.errors import CaseError
from recovery.money import Money
from recovery.registry import adapter_of
from recovery.rounds import sweep
from recovery.rounds.delivery import deliver, waiting_ids
from recovery.settings import settings
from recovery.store import database
from recovery.store.balances import outstanding
from recovery.store.database import reading, unit_of_work
from recovery.store.tables import Accrual
from tests.cases import procedure
from tests.casework import FILED, booked, filed

ROOT = Path(__file__).parents[2]


def test_the_diagram_in_the_docs_is_current():
    assert (ROOT / "docs" / "lifecycle.md").read_text("utf-8") == diagram.markdown()


def test_every_state_is_reached_and_every_open_one_left():
    reached = {str(move.target) for move in MOVES} | {str(State.DRAFT)}
    assert {str(state) for state in State} <= reached
    for state in State:
        assert allowed(state)
    assert {move.reason for move in MOVES if move.reason} == set(REASONS)


def test_consent_and_limitation_guard_every_way_to_notice_and_court():
    for move in MOVES:
        if move.event in ("give_notice", "go_to_court"):
            names = {guard.__name__ for guard in move.guards}
            assert "_not_barred" in names
            assert names & {"_consent_notice", "_consent_court"}
    barred = Facts(consent_formal_notice=True, consent_court=True, barred=True, owed=1, routed=True, route="x")
    for state, event in itertools.product(State, ("remind", "give_notice", "go_to_court")):
        assert refusal(state, event, barred)


def test_every_action_is_told_when_it_is_not_possible(local):
    with unit_of_work() as session:
        claim = filed(session).claim_id
    for action in ACTIONS:
        if action in ("withdraw", "log_call", "set_deadline", "waive", "refund") or action.startswith(
            ("consent", "decide")
        ):
            continue
        with pytest.raises(CaseError), unit_of_work() as session:
            act(session, claim, Order(action, FILED))


PEOPLE = (
    "accept",
    "refuse",
    "ask",
    "inform",
    "resubmit",
    "dispute",
    "resolve",
    "suspend",
    "resume",
    "plan",
    "break_plan",
    "choose_route",
    "record_order",
    "record_service",
    "record_opposition",
    "record_title",
    "promise",
    "log_call",
    "consent_formal_notice",
    "consent_court",
    "consent_settlement",
    "withdraw",
    "reopen",
    "close",
    "waive",
    "decide_urgent",
    "reroute",
    "set_task",
    "answer_task",
    "offer_settlement",
    "refuse_consent",
    "record_lodged",
    "record_advance",
    "record_rectification",
    "record_rectified",
    "record_proposal",
    "record_rejection",
    "record_transfer",
    "record_judgment",
    "record_costs",
    "record_enforcement",
    "record_review",
    "record_unserved",
)


# What people do in each state, so that a walk gets somewhere; now and then they try anything.
MONEY = ("plan", "offer_settlement", "consent_settlement", "waive", "record_advance", "promise")
WORK = ("dispute", "suspend", "choose_route", "decide_urgent", "reroute", "set_task", "answer_task", *MONEY)
COURT = (
    "record_order",
    "record_service",
    "record_unserved",
    "record_opposition",
    "record_title",
    "record_rejection",
    "record_rectification",
    "record_rectified",
    "record_proposal",
    "record_judgment",
    "record_costs",
)
USUAL = {
    "awaiting_acceptance": ("accept", "accept", "accept", "refuse", "ask", "reroute"),
    "awaiting_information": ("inform",),
    "refused": ("resubmit", "reroute"),
    "amicable": WORK,
    "formal_notice": WORK,
    "disputed": ("resolve", "resolve", "plan", "record_transfer", "suspend", "reroute", "choose_route"),
    "instalment_plan": ("break_plan", "dispute", "suspend", "reroute"),
    "suspended": ("resume", "resume", "record_lodged", "reroute"),
    "judicial": (*COURT, "dispute", "plan", "suspend"),
    "enforcement": ("record_enforcement", "record_review", "record_costs", "plan", "reroute", "suspend"),
    "closed": ("reopen",),
}


@cache
def model():
    """Return an empty migrated database to copy from."""
    path = Path(tempfile.mkdtemp(prefix="recovery-model-")) / "model.db"
    made = database.make_engine(f"sqlite:///{path}")
    database.upgrade(made)
    made.dispose()
    atexit.register(shutil.rmtree, path.parent, ignore_errors=True)
    return path


# Of the shipped history: an older one is none to pay by.
LAST_FIXING = date(2026, 10, 30)


class Walk(RuleBasedStateMachine):
    """Random people, debtors and days on one case."""

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="recovery-walk-"))
        os.environ["RECOVERY_DATA_DIR"] = str(self.folder)
        os.environ["RECOVERY_DATABASE_URL"] = f"sqlite:///{self.folder / 'walk.db'}"
        shutil.copyfile(model(), self.folder / "walk.db")
        settings.cache_clear()
        database.engine.cache_clear()
        self.day = FILED

    @initialize(
        pair=st.sampled_from([("BE", "NL"), ("NL", "BE"), ("AT", "SE"), ("SE", "AT"), ("BE", "IT"), ("NL", "ES")]),
        kind=st.sampled_from(["business", "consumer"]),
        consents=st.sampled_from([(), ("formal_notice", "court")]),
        due=st.sampled_from([date(2026, 2, 14), date(2026, 2, 14), date(2023, 4, 3)]),
    )
    def file(self, pair, kind, consents, due):
        creditor, debtor = pair
        currency = adapter_of(debtor).currency
        with unit_of_work() as session:
            self.claim = filed(
                session,
                creditor=creditor,
                debtor=debtor,
                debtor_kind=kind,
                consents=consents,
                currency=currency,
                amount="5000.00",
                issued=due - timedelta(days=30),
                due=due,
            ).claim_id
        self.currency = currency
        self.sweep()

    @rule(days=st.integers(0, 45))
    def time_passes(self, days):
        self.day = min(self.day + timedelta(days=days), date(2026, 12, 20))

    @rule()
    def sweep(self):
        result = sweep.work(sweep.due_deadlines(self.day), self.day)
        assert result.failed == 0, result.errors

    @rule(
        usual=st.sampled_from([True, True, True, True, False]),
        at=st.integers(0, 60),
        action=st.sampled_from(PEOPLE),
        outcome=st.sampled_from(["creditor", "debtor"]),
        reason=st.sampled_from(REASONS),
        count=st.integers(1, 5),
        amount=st.sampled_from([None, "10.00", "600.00"]),
        kind=st.sampled_from(["insolvency", "mediation", "death", "other"]),
        country=st.sampled_from(["BE", "ES", "IT"]),
        otherwise=st.sampled_from(["team_decides", "go_on", "withdraw"]),
        after=st.sampled_from([None, "small_claims", "national", "discontinue"]),
    )
    def person_acts(self, usual, at, action, outcome, reason, count, amount, kind, country, otherwise, after):
        before = self.snapshot()
        choices = USUAL.get(before[0], ())
        if usual and choices:
            action = choices[at % len(choices)]
        data = {
            "for": outcome,
            "reason": reason,
            "count": count,
            "kind": kind,
            "country": country,
            "address": "New Street 1; 1000 Place",
            "until": (self.day + timedelta(days=20)).isoformat(),
            "otherwise": otherwise,
            "what": "settlement",
            "after": after,
        }
        try:
            with unit_of_work() as session:
                act(session, self.claim, Order(action, self.day, "team", "said", amount, data))
        except CaseError:
            assert self.snapshot() == before, "a refused action changes nothing"

    @rule(amount=st.sampled_from(["1.00", "40.00", "700.00", "2500.00", "9000.00"]), back=st.integers(0, 20))
    def debtor_pays(self, amount, back):
        day = max(FILED, self.day - timedelta(days=back))
        with unit_of_work() as session:
            booked(session, self.claim, Money.parse(amount, self.currency), day, "walk")

    @precondition(lambda self: self.currency == "SEK" and self.day <= LAST_FIXING + timedelta(days=7))
    @rule(amount=st.sampled_from(["30.00", "500.00"]))
    def debtor_pays_in_euro(self, amount):
        with unit_of_work() as session:
            booked(session, self.claim, Money.parse(amount, "EUR"), self.day, "walk")

    @rule()
    def letters_go_out(self):
        with reading() as session:
            procedure.no_demand_is_silenced(session, load(session, self.claim, lock=False))
        deliver(waiting_ids(limit=20))

    def snapshot(self):
        with reading() as session:
            case = load(session, self.claim, lock=False)
            return (
                case.state,
                case.version,
                len(load(session, self.claim, lock=False).entries),
                len(load(session, self.claim, lock=False).events),
            )

    @invariant()
    def the_case_is_sound(self):
        if not hasattr(self, "claim"):
            return
        with reading() as session:
            case = load(session, self.claim, lock=False)
            state = State(case.state)
            assert moves(case, self.day)
            waits = [one for one in open_deadlines(load(session, self.claim, lock=False)) if one.kind not in WATCHED]
            if state == State.CLOSED:
                assert case.reason in REASONS
            else:
                assert waits, f"open case in {state} waits for nobody"
                assert case.reason is None
            procedure.check(session, case)
            self.money_is_whole(session, case, state)
            self.the_aggregate_is_the_assessment(session, case, state)
            assert list(breaks(session)) == []

    def money_is_whole(self, session, case, state):
        sums = balances(load(session, self.claim, lock=False))
        entries = load(session, self.claim, lock=False).entries
        if case.reference is None:
            return
        if state == State.CLOSED:
            assert sums == {}, f"a closed ledger stands at zero, not {sums}"
        elif case.settled_on:
            written = sum(e.amount_minor for e in entries if e.kind == "written_off" and e.currency == case.currency)
            owed = assess_case(case, case.settled_on)
            assert sums.get(case.currency, 0) - written == owed.total.minor - owed.left_over.minor + self.returned(
                entries
            )
        booked = -sum(e.amount_minor for e in entries if e.kind == "payment" and e.currency == case.currency)
        told = sum(Money.parse(p.amount, p.currency).minor for p in case.claim.payments)
        # What covered costs in another currency is no payment of the debt itself.
        beside = [row for row in case.payments if row.case_minor is None and row.currency == case.currency]
        told += sum(row.amount_minor for row in beside if not row.reversed_on)
        assert booked == told, "what came in is what the claim knows"

    def the_aggregate_is_the_assessment(self, session, case, state):
        first = session.exec(select(func.min(Accrual.capitalises_on)).where(Accrual.claim_id == self.claim)).one()
        for days in (0, 1, 45, 200):
            day = max(self.day, case.settled_on or self.day) + timedelta(days=days)
            if first and day.toordinal() >= first:
                break  # capitalising is a deadline that the sweep works on its day
            sums = outstanding(session, day)
            if state == State.CLOSED:
                assert sums == []
            elif case.reference:
                owed = assess_case(case, day)
                [row] = sums
                assert (row.principal_minor, row.interest_minor) == (owed.principal.minor, owed.interest.minor), day

    @staticmethod
    def returned(entries):
        return sum(e.amount_minor for e in entries if e.kind == "refund_due")

    def teardown(self):
        database.engine().dispose()
        database.engine.cache_clear()
        shutil.rmtree(self.folder, ignore_errors=True)


SOAK = bool(os.environ.get("RECOVERY_SOAK"))
Walk.TestCase.settings = hypothesis_settings(
    max_examples=400 if SOAK else 25, stateful_step_count=50 if SOAK else 25, deadline=None, print_blob=True
)
TestWalk = Walk.TestCase
TestWalk.pytestmark = [pytest.mark.timeout(3600 if SOAK else 300)]


@pytest.fixture(autouse=True)
def _environment_restored():
    kept = {name: os.environ.get(name) for name in ("RECOVERY_DATA_DIR", "RECOVERY_DATABASE_URL")}
    yield
    for name, value in kept.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    settings.cache_clear()
    database.engine.cache_clear()
