"""A whole life for every country and every ending: from the invoice to a ledger at zero."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from recovery.case.chain import breaks
from recovery.case.entries import balances
from recovery.case.lifecycle import REASONS
from recovery.case.record import assess_case
from recovery.case.transition import open_deadlines
from recovery.money import Money
from recovery.registry import adapter_of, countries
from recovery.rounds import delivery, sweep
from recovery.store.database import reading, unit_of_work
from tests.cases import procedure
from tests.casework import accepted, booked, deadlines, do, routed, seen

pytestmark = pytest.mark.usefixtures("local")
START = date(2026, 3, 3)
# Every country once as the debtor's and once as the creditor's.
CREDITOR = dict(zip(countries(), (*countries()[1:], countries()[0]), strict=True))


class Life:
    """One case lived day by day."""

    def __init__(self, debtor: str, **more) -> None:
        self.day, self.debtor = START, debtor
        currency = adapter_of(debtor).currency
        self.name = accepted(creditor=CREDITOR[debtor], debtor=debtor, currency=currency, amount="2000.00", **more)

    def until(self, wanted: str, most: int = 260) -> None:
        """Let days pass until something waits for the team, from one on which something is due to the next."""
        last = self.day + timedelta(days=most)
        while self.day <= last:
            result = sweep.work(sweep.due_deadlines(self.day), self.day)
            assert result.failed == 0, result.errors
            delivery.deliver(delivery.waiting_ids())
            if any(one.kind == wanted for one in deadlines(self.name)) or seen(self.name).state == wanted:
                return
            days = [one.due_on + timedelta(days=one.actor != "system") for one in deadlines(self.name)]
            self.day = min((day for day in days if day > self.day), default=last + timedelta(days=1))
        raise AssertionError(f"{wanted} never came: {[(one.kind, one.due_on) for one in deadlines(self.name)]}")

    def do(self, action: str, **more) -> None:
        do(self.name, action, self.day, **more)

    def pay(self, amount: Money) -> None:
        with unit_of_work() as session:
            booked(session, self.name, amount, self.day, "walk")

    def owed(self) -> Money:
        return assess_case(seen(self.name), self.day).total

    def to_court(self) -> None:
        """Go through the whole friendly procedure and file by the recommended route."""
        self.until("choose_route")
        self.do("choose_route")


def paid(life: Life) -> None:
    life.until("formal_notice")
    life.day += timedelta(days=5)
    offer = seen(life.name).offer
    for cost in assess_case(seen(life.name), life.day).foreign_costs:
        life.pay(cost.amount)  # a fixed sum in the law's own currency is paid beside the total
    life.pay(Money(offer.total_minor, seen(life.name).currency))


def settled(life: Life) -> None:
    life.until("formal_notice")
    life.do("offer_settlement", amount="1500.00")
    life.do("consent_settlement")
    life.day += timedelta(days=9)
    life.pay(Money.parse("1500.00", life.owed().currency))


def partly_recovered(life: Life) -> None:
    life.until("formal_notice")
    life.pay(Money.parse("300.00", life.owed().currency))
    life.do("close", reason="partly_recovered")


def uncollectable(life: Life) -> None:
    life.to_court()
    life.day += timedelta(days=30)
    life.do("record_order")
    life.do("record_service")
    life.day += timedelta(days=60)
    life.do("record_title")
    life.do("record_enforcement", note="nothing was found to seize", amount="80.00")
    life.do("close", reason="uncollectable")


def insolvent(life: Life) -> None:
    life.until("formal_notice")
    life.do("suspend", kind="insolvency", court="Court", number="1/26", administrator="A. Trustee")
    life.do("record_lodged")
    life.do("close", reason="insolvent")


def time_barred(life: Life) -> None:
    life.do("suspend", kind="other")
    life.day = date(2046, 1, 4)
    life.do("resume")
    life.until("work")
    life.do("close", reason="time_barred")


def withdrawn(life: Life) -> None:
    life.until("formal_notice")
    life.do("withdraw", actor="member")


def transferred(life: Life) -> None:
    life.until("formal_notice")
    life.do("close", reason="transferred", note="the debtor moved to a country that is not served")


ENDINGS = (paid, settled, partly_recovered, uncollectable, insolvent, time_barred, withdrawn, transferred)


def sound(name: str, reason: str) -> None:
    """The case is closed for its reason, its ledger stands at zero and nothing waits but what is to be tied up."""
    case = seen(name)
    assert (case.state, case.reason) == ("closed", reason)
    with reading() as session:
        assert balances(case) == {}
        assert list(breaks(session)) == []
        assert [one for one in open_deadlines(case) if not one.data.get("loose_end")] == []
        procedure.check(session, case)
        assert all(one.status in ("sent", "waiting") for one in case.shipments)
        kinds = [event.kind for event in case.events]
    assert kinds[:3] == ["draft", "file", "route"]


@pytest.mark.parametrize("ending", ENDINGS, ids=lambda ending: ending.__name__)
@pytest.mark.parametrize("debtor", countries())
def test_every_country_reaches_every_ending(debtor, ending):
    life = Life(debtor, debtor_kind="consumer" if ending is withdrawn else "business")
    ending(life)
    sound(life.name, ending.__name__)


@pytest.mark.parametrize("debtor", countries())
def test_a_refused_case_ends_when_nobody_sends_it_again(debtor):
    name = routed(creditor=CREDITOR[debtor], debtor=debtor, currency=adapter_of(debtor).currency)
    do(name, "refuse", START, note="not a debtor of ours")
    day = START + timedelta(days=45)
    assert sweep.work(sweep.due_deadlines(day), day).failed == 0
    sound(name, "refused")


def test_no_ending_is_left_out():
    assert {*(ending.__name__ for ending in ENDINGS), "refused"} == set(REASONS)
