"""Money sent on: from the account where it lies, to an account that takes it; what comes back, and the end."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from recovery.audit.verify import verify
from recovery.bank.entry import Entry as Line
from recovery.bank.status_report import read_status_report
from recovery.case.entries import balances
from recovery.case.record import assess_case, beside
from recovery.case.store import load
from recovery.errors import CaseError, IntakeError
from recovery.ledger.bank_lines import take_lines
from recovery.ledger.held_money import take_refused
from recovery.ledger.remittance import remit
from recovery.money import Money
from recovery.postal import PostalAddress
from recovery.registry import adapter_of
from recovery.store.database import unit_of_work
from recovery.store.tables import Member, Remittance
from tests.casework import accepted, booked, deadlines, do, seen

pytestmark = pytest.mark.usefixtures("installation")
DAY, LATER = date(2026, 3, 12), date(2026, 3, 20)


@pytest.fixture(autouse=True)
def whole(installation):
    """After each history the record is whole."""
    yield
    assert verify().findings == []


def pay(name, amount, on=date(2026, 3, 10), currency="EUR", source="by hand: ada"):
    with unit_of_work() as session:
        booked(session, name, Money.parse(amount, currency), on, source)


def sent(country="NL", on=DAY):
    """Remit and return the totals, the problems, and each transfer: end-to-end id, name, account."""
    with unit_of_work() as session:
        done = remit(session, country, on)
    rows = []
    if done["document"]:
        space = "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}"
        for row in ElementTree.parse(done["document"]).iter(f"{space}CdtTrfTxInf"):
            found = (row.find(f".//{space}{name}") for name in ("EndToEndId", "Nm", "IBAN"))
            rows.append(tuple(one.text for one in found))
    return done["totals"], done["problems"], rows


def came_back(ident, amount, name="", on=date(2026, 3, 16), number="R1", reversal=False):
    account = str(adapter_of("NL").service["iban"])
    text = f"RETURN {name} AC04"
    line = Line(
        account, on, on, Money.parse(amount, "EUR"), True, "Studio", None, ident, text, number, reversal=reversal
    )
    return take_lines([line])


def kinds(name):
    return [one.name for one in deadlines(name)]


def test_each_transfer_has_an_id_of_its_own():
    name = accepted()
    pay(name, "200.00")
    first = sent()[2][0][0]
    pay(name, "300.00", date(2026, 3, 13))
    assert [first, sent(on=LATER)[2][0][0]] == [f"{name}-C1", f"{name}-C2"]


def test_a_name_in_any_script_is_written_in_letters_and_the_address_in_its_parts():
    name = accepted()
    with unit_of_work() as session:
        party = load(session, name).party("creditor")
        party.name = "Ελληνική Εταιρεία ΑΕ"
        party.lives_at(PostalAddress("Weg 1", "9000", "Gent", "BE"))
    pay(name, "200.00")
    with unit_of_work() as session:
        document = remit(session, "NL", DAY)["document"]
    content = Path(document).read_text("utf-8")
    assert "Elliniki Etaireia AE" in content
    assert content.index("<StrtNm>Weg 1</StrtNm>") < content.index("<PstCd>9000</PstCd>")
    assert content.index("<TwnNm>Gent</TwnNm>") < content.index("<Ctry>BE</Ctry>")


def test_money_leaves_the_account_on_which_it_lies():
    name = accepted(debtor="IT", amount="2000.00")
    account, on = str(adapter_of("IT").service["iban"]), date(2026, 3, 10)
    line = Line(account, on, on, Money.parse("500.00", "EUR"), True, None, None, name, "", "I1")
    assert take_lines([line]).matched == 1
    do(name, "reroute", date(2026, 3, 11), country="ES", address="Calle Mayor 1; 28013 Madrid", note="moved")
    pay(name, "100.00", date(2026, 3, 12))
    assert sent("ES")[0] == {"EUR": "100.00"}
    assert sent("IT")[0] == {"EUR": "500.00"}
    assert sent("ES")[0] == sent("IT")[0] == {}


def test_by_hand_it_lies_where_the_debtor_lived_then():
    name = accepted(debtor="IT", amount="2000.00")
    pay(name, "500.00")
    do(name, "reroute", date(2026, 3, 11), country="ES", address="Calle Mayor 1; 28013 Madrid", note="moved")
    assert sent("ES")[0] == {}
    assert sent("IT")[0] == {"EUR": "500.00"}


def test_what_came_for_costs_in_another_currency_is_sent_on_in_it():
    name = accepted(creditor="SE")
    pay(name, "450.00", currency="SEK")
    assert sent()[0] == {"SEK": "450.00"}
    assert sent()[0] == {}


@pytest.mark.parametrize("reversal", [False, True])
def test_a_transfer_that_comes_back_is_no_payment_and_goes_again_when_a_person_says_so(reversal):
    name = accepted()
    pay(name, "500.00")
    ident = sent()[2][0][0]
    before = assess_case(seen(name), LATER).total
    assert came_back(ident, "500.00", name, reversal=reversal).errors == []
    assert came_back(ident, "500.00", name, reversal=reversal).known == 1
    assert assess_case(seen(name), LATER).total == before
    totals, problems, _ = sent(on=LATER)
    assert totals == {}
    assert "decide_money" in problems[0]
    with unit_of_work() as session:
        session.get_one(Member, seen(name).member_id).iban = "BE71096123456769"
    do(name, "decide_money", LATER, note="the member gave another account", **{"for": "creditor"})
    assert sent(on=LATER)[2] == [(f"{name}-C2", "Studio Voorbeeld", "BE71096123456769")]
    assert sum(row.amount_minor for row in seen(name).rows(Remittance)) == 50_000


def test_a_line_that_names_a_transfer_of_another_amount_waits_for_a_person():
    name = accepted()
    pay(name, "500.00")
    ident = sent()[2][0][0]
    assert came_back(ident, "499.00").errors == []
    assert [row.amount_minor for row in seen(name).rows(Remittance)] == [50_000]
    assert "decide_money" not in kinds(name)


def test_a_member_without_an_account_is_asked_and_then_paid():
    name = accepted()
    with unit_of_work() as session:
        case = load(session, name)
        case.party("creditor").iban = None
        session.get_one(Member, case.member_id).iban = None
    pay(name, "500.00")
    for _ in range(2):
        totals, problems, _ = sent()
        assert (totals, len(problems)) == ({}, 1)
    asked = [one for one in deadlines(name) if one.data.get("about") == "iban"]
    assert [(one.kind, one.actor) for one in asked] == [("task", "member")]
    with unit_of_work() as session:
        session.get_one(Member, seen(name).member_id).iban = "BE71096123456769"
    assert sent(on=LATER)[0] == {"EUR": "500.00"}
    assert not [one for one in deadlines(name) if one.data.get("about") == "iban"]


@pytest.mark.parametrize(("outcome", "totals"), [("creditor", {"EUR": "300.00"}), ("debtor", {})])
def test_what_a_debtor_who_was_right_had_paid_waits_for_a_decision(outcome, totals):
    name = accepted()
    pay(name, "300.00")
    do(name, "dispute", DAY, ground="not_ordered")
    do(name, "resolve", DAY, note="the member admits it", **{"for": "debtor"})
    assert (sent(on=LATER)[0], kinds(name)) == ({}, ["decide_money:dispute"])
    do(name, "decide_money", LATER, note="agreed", **{"for": outcome})
    assert sent(on=LATER)[0] == totals
    assert kinds(name) == (["refund"] if outcome == "debtor" else [])
    with pytest.raises(CaseError, match="no money of the case is held"):
        do(name, "decide_money", LATER, note="again", **{"for": outcome})


REPORT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>
<GrpHdr><MsgId>B1</MsgId><CreDtTm>2026-03-13T08:00:00</CreDtTm></GrpHdr>
<OrgnlGrpInfAndSts><OrgnlMsgId>{message}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>{group}
</OrgnlGrpInfAndSts>{rows}</CstmrPmtStsRpt></Document>"""
WHY = "<StsRsnInf><Rsn><Cd>{}</Cd></Rsn></StsRsnInf>"


def refused(message, *idents, group=""):
    rows = "".join(
        f"<TxInfAndSts><OrgnlEndToEndId>{ident}</OrgnlEndToEndId><TxSts>{status}</TxSts>{WHY.format('AC04')}</TxInfAndSts>"
        for ident, status in idents
    )
    inner = f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>x</OrgnlPmtInfId>{rows}</OrgnlPmtInfAndSts>" if rows else ""
    found = read_status_report(REPORT.format(message=message, group=group, rows=inner).encode(), "report.xml")
    with unit_of_work() as session:
        return take_refused(session, found, date(2026, 3, 13))


def test_what_the_bank_refuses_waits_and_can_be_sent_again():
    name, other = accepted(), accepted(number="2")
    for one in (name, other):
        pay(one, "500.00")
    idents = [row[0] for row in sent()[2]]
    [message] = {row.message_id for row in seen(name).rows(Remittance)}
    both = [(f"{name}-C1", "RJCT"), (f"{other}-C1", "ACCP"), ("NL-2026-999999-C1", "RJCT"), ("x", "RJCT")]
    assert {f"{name}-C1", f"{other}-C1"} == set(idents)
    assert refused(message, *both) == {"refused": 1, "known": 0, "unknown": 2}
    assert refused(message, *both) == {"refused": 0, "known": 1, "unknown": 2}
    assert ("decide_money:returned" in kinds(name), "decide_money:returned" in kinds(other)) == (True, False)
    assert sent(on=LATER)[0] == {}
    do(name, "decide_money", LATER, note="the account is right now", **{"for": "creditor"})
    assert sent(on=LATER)[0] == {"EUR": "500.00"}


def test_a_file_that_is_refused_whole_waits_whole():
    name, other = accepted(), accepted(number="2")
    for one in (name, other):
        pay(one, "500.00")
    sent()
    [message] = {row.message_id for row in seen(name).rows(Remittance)}
    group = f"<GrpSts>RJCT</GrpSts>{WHY.format('AM05')}"
    assert refused(message, group=group) == {"refused": 2, "known": 0, "unknown": 0}
    assert refused(message, group="<GrpSts>ACCP</GrpSts>") == {"refused": 0, "known": 0, "unknown": 0}
    assert all("decide_money:returned" in kinds(one) for one in (name, other))


def test_another_file_is_no_status_report():
    with pytest.raises(IntakeError, match=r"no status report of transfers \(pain\.002\)"):
        read_status_report(b"<Document xmlns='urn:iso:std:iso:20022:tech:xsd:pain.001.001.09'/>", "x.xml")


# ---- costs in another currency


def test_one_sum_covers_the_debt_and_costs_in_another_currency_and_is_taken_back_whole():
    name = accepted(creditor="SE")
    on = date(2026, 3, 20)
    owed = assess_case(seen(name), on)
    assert [(money.minor, money.currency) for money in beside(seen(name), owed)] == [(45_000, "SEK")]
    pay(name, str(owed.total), on)
    assert seen(name).state != "closed"
    pay(name, "45.00", on)
    assert (seen(name).state, balances(seen(name))) == ("closed", {})
    lines = [(one.amount_minor > 0, one.currency) for one in seen(name).entries if one.kind == "exchange"]
    assert lines == [(True, "EUR"), (False, "SEK")]
    do(name, "payment_returned", date(2026, 3, 25), "45.00")
    assert [money.currency for money in beside(seen(name), assess_case(seen(name), date(2026, 3, 25)))] == ["SEK"]


# ---- the end


def test_what_is_open_at_the_end_is_handed_to_a_person_and_opened_again_where_it_stood():
    name = accepted(debtor="IT", amount="2000.00")
    do(name, "decide_urgent", date(2026, 3, 4), note="assets are being moved")
    do(name, "choose_route", date(2026, 4, 1), route="european_payment_order")
    do(name, "record_order", date(2026, 5, 6))
    do(name, "record_costs", date(2026, 5, 6), "98.00", note="order")
    do(name, "record_advance", date(2026, 5, 7), "1500.00")
    do(name, "withdraw", date(2026, 5, 10), actor="member")
    whys = [one.data["why"] for one in deadlines(name)]
    assert len(whys) == 3
    for word in ("withdraw the application at the court", "the guarantee fund waits for 1500.00", "costs of 98.00"):
        assert any(word in why for why in whys)
    with pytest.raises(CaseError, match="the member opens it again"):
        do(name, "reopen", date(2026, 5, 12))
    do(name, "reopen", date(2026, 5, 12), actor="member")
    assert (seen(name).state, seen(name).court.issued) == ("judicial", date(2026, 5, 6))
    assert kinds(name) == ["court_reply"]
