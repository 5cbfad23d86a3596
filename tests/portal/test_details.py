"""Where a member's money and mail go: shown once more who asks, noted, and told to who had it before."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from click.testing import CliRunner
from sqlmodel import select

from recovery.cli import main
from recovery.errors import IntakeError
from recovery.filing.claims import Filing, file_claim
from recovery.notices.compose import LANGUAGES
from recovery.notices.warning import compose_warning, warning_texts
from recovery.people import links
from recovery.people.accounts import account_for, set_password
from recovery.people.members import add_member
from recovery.people.teams import add_team_member
from recovery.registry import adapter_of
from recovery.rounds import delivery
from recovery.settings import settings
from recovery.store.database import reading, unit_of_work
from recovery.store.portal_tables import Account, AuditEntry, PortalSession
from recovery.store.tables import Member, Outbox, Party, TeamMember
from recovery.telling.member_details import change_email, change_iban
from tests.casework import FILED, invoice
from tests.portal.conftest import AXE, form_token, press
from tests.portal.people import member, worker
from tests.portal.sign_in import BAD, GOOD, MEMBER, now, people, visitor
from tests.portal.test_member import INVOICE

__all__ = ["people", "visitor"]  # fixtures
OLD, NEW = "BE68539007547034", "NL91ABNA0417164300"
HERE = "/account/details"


@pytest.fixture
def mia(people):
    """Mia, a member with an account number and a password."""
    with unit_of_work() as session:
        found = session.exec(select(Member).where(Member.email == MEMBER)).one()
        found.iban = OLD
        session.add(found)
        return found.id


def kept(key):
    with reading() as session:
        found = session.get(Member, key)
        return found.iban, found.email


def warned():
    """Return the mails that warn, sent by the outbox: address and text."""
    delivery.deliver(delivery.waiting_ids())
    found = sorted((settings().outgoing / "mail").glob("warning-*.eml"))
    read = [email.message_from_bytes(one.read_bytes(), policy=email.policy.default) for one in found]
    return {one["To"]: one.get_content() for one in read}


def noted(kind):
    with reading() as session:
        return list(session.exec(select(AuditEntry).where(AuditEntry.kind == kind)))


def test_another_account_number_needs_the_password_and_is_told(visitor, mia):
    one = visitor()
    one.sign_in()
    assert "BE… 7034" in one.open(HERE).text
    for proof in ({}, {"present_password": BAD}):
        assert one.send(f"{HERE}/iban", on=HERE, iban=NEW, **proof).status_code == 422
    assert kept(mia)[0] == OLD, "a session alone moves no money"
    assert one.send(f"{HERE}/iban", on=HERE, iban=NEW, present_password=GOOD).status_code == 303
    assert kept(mia)[0] == NEW
    [entry] = noted("iban_changed")
    assert (entry.actor, entry.data) == (entry.subject, {"before": "BE… 7034", "after": "NL… 4300"})
    told = warned()
    assert list(told) == [MEMBER]
    assert "4300" in told[MEMBER]
    assert adapter_of("NL").service["phone"] in told[MEMBER]
    assert not any(number in str(told) + str(entry) for number in (OLD, NEW)), "no number stands whole"
    assert NEW not in one.open(HERE).text


def test_another_address_is_told_to_the_old_one_and_ends_what_hung_on_it(visitor, mia, people):
    other, one = visitor(), visitor()
    other.sign_in()
    one.sign_in()
    with unit_of_work() as session:
        token = links.issue(session, session.get(Account, people[MEMBER]), "sign_in", now())
    assert one.send(f"{HERE}/email", on=HERE, email="no address", present_password=GOOD).status_code == 422
    taken = one.send(f"{HERE}/email", on=HERE, email="ada@dienst.example", present_password=GOOD)
    assert taken.status_code == 422
    new = "mia@elders.example"
    assert one.send(f"{HERE}/email", on=HERE, email=new, present_password=GOOD).status_code == 303
    assert kept(mia)[1] == new
    told = warned()
    assert set(told) == {MEMBER, new}
    assert "m…@voorbeeld.example" in told[MEMBER]
    assert MEMBER not in str(noted("email_changed"))
    assert one.open("/account").status_code == 200
    assert other.open("/account").status_code == 303, "other sessions end"
    with reading() as session:
        assert links.open_link(session, token, ("sign_in",), now()) is None
    assert visitor().sign_in(who=new).status_code == 303
    assert visitor().sign_in(who=MEMBER).status_code == 422


def test_who_has_no_password_shows_a_sign_in_of_a_moment_ago(caller):
    cookie = member()
    client = caller(cookie)
    token = form_token(client.get("/claims/new").text)
    with unit_of_work() as session:
        known = session.exec(select(PortalSession)).one()
        known.created_at -= timedelta(minutes=11)
        session.add(known)
    assert client.post(f"{HERE}/iban", data={"csrf": token, "iban": NEW}).status_code == 422
    first = client.post("/account/password", data={"csrf": token, "password": GOOD})
    assert first.status_code == 422, "nor does a session that was left open choose the first password"
    with unit_of_work() as session:
        known = session.exec(select(PortalSession)).one()
        known.created_at = now()
        session.add(known)
    assert client.post(f"{HERE}/iban", data={"csrf": token, "iban": NEW}).status_code == 303


def test_filing_changes_no_account_number(caller):
    """A field that the page does not offer moves no money."""
    client = caller(member())
    token = form_token(client.get("/claims/new").text)
    made = client.post("/claims/new", data={"csrf": token}, files={"file": ("a.xml", INVOICE, "application/xml")})
    mandate = made.headers["location"].replace("/invoice", "/mandate")
    assert client.post(mandate, data={"csrf": token, "mandate": "yes", "iban": NEW}).status_code == 303
    with reading() as session:
        [party] = session.exec(select(Party).where(Party.role == "creditor"))
        assert (session.exec(select(Member)).one().iban, party.iban) == (OLD, OLD)


def test_an_invoice_that_names_another_account_says_so_and_moves_no_money(installation):
    with unit_of_work() as session:
        add_member(session, "studio@voorbeeld.example", "Studio Voorbeeld", "BE", "nl", OLD)
        named = invoice()
        named = replace(named, seller=replace(named.seller, iban=NEW))
        case = file_claim(session, Filing(named, b"<Invoice/>", "invoice.xml", FILED, debtor_kind="business"))
        assert session.get(Party, (case.claim_id, "creditor")).iban == OLD
        [why] = [one for one in case.warnings if "account" in one]
        assert (NEW in why, "4300" in why) == (False, True)


def test_an_administrator_shows_the_own_password(caller, people, mia):
    with unit_of_work() as session:
        add_team_member(session, "root@dienst.example", "Rut Voorbeeld", None, "administrator")
        account = account_for(session, "root@dienst.example", now())
        set_password(session, account, GOOD, now())
    client = caller(worker("root@dienst.example", None, "administrator"))
    place = f"/administrator/users/members/{mia}"
    shown = client.get(place).text
    assert (OLD in shown, "BE… 7034" in shown) == (False, True)
    token = form_token(shown)
    assert client.post(f"{place}/iban", data={"csrf": token, "iban": NEW}).status_code == 422
    assert kept(mia)[0] == OLD
    right = {"csrf": token, "present_password": GOOD}
    assert client.post(f"{place}/iban", data={**right, "iban": NEW}).status_code == 303
    assert client.post(f"{place}/email", data={**right, "email": "mia@elders.example"}).status_code == 303
    assert kept(mia) == (NEW, "mia@elders.example")
    assert {one.actor for one in (*noted("iban_changed"), *noted("email_changed"))} == {account.id}
    assert set(warned()) == {MEMBER, "mia@elders.example"}
    team = f"/administrator/users/team/{key('ada@dienst.example')}/iban"
    assert client.post(team, data={**right, "iban": NEW}).status_code == 404


def key(email):
    with reading() as session:
        return session.exec(select(TeamMember.id).where(TeamMember.email == email)).one()


def test_a_change_is_one_transaction_with_its_warning(installation):
    with unit_of_work() as session:
        made = add_member(session, MEMBER, "Mia Voorbeeld", "NL", "nl", OLD)
        both = account_for(session, MEMBER, now())
        person = add_team_member(session, "mia@dienst.example", "Mia Voorbeeld", "NL")
        both.team_member_id = person.id
        session.add(both)
    with unit_of_work() as session:
        assert not change_iban(session, made.id, OLD.lower(), "x", now()), "the same is no change"
        with pytest.raises(IntakeError) as wrong:
            change_iban(session, made.id, "BE68539007547035", "x", now())
        assert "5390" not in wrong.value.message
        assert change_email(session, made.id, "mia@elders.example", "x", now())
        assert not change_email(session, made.id, "mia@elders.example", "x", now())
    with reading() as session:
        assert session.get(TeamMember, person.id).email == "mia@elders.example"
        assert session.get(Account, both.id).email == "mia@elders.example"
        assert len(session.exec(select(Outbox).where(Outbox.kind == "send_warning")).all()) == 2


def test_the_command_line_notes_and_warns_too(local):
    run = CliRunner().invoke
    added = ["user", "add", MEMBER, "--name", "Mia Voorbeeld", "--partner", "NL", "--iban", OLD]
    assert run(main, added).exit_code == 0
    changed = run(main, ["user", "change", MEMBER, "--iban", NEW, "--new-email", "mia@elders.example", "--json"])
    assert changed.exit_code == 0, changed.output
    assert '"changed": ["iban", "email"]' in changed.output
    assert [one.actor for one in (*noted("member_added"), *noted("iban_changed"), *noted("email_changed"))] == [
        "command line"
    ] * 3
    assert set(warned()) == {MEMBER, "mia@elders.example"}
    assert run(main, ["user", "change", MEMBER]).exit_code == 2
    assert run(main, ["user", "change", MEMBER, "--iban", NEW]).exit_code == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_warning_is_complete_in_every_language(language):
    assert set(warning_texts()[language]) == set(warning_texts()["en"])
    for what in ("iban", "email"):
        made = compose_warning(what, language, FILED, "", "NL… 4300", adapter_of("NL").service)
        assert "{" not in made.text
        assert adapter_of("NL").service["phone"] in made.text


def test_the_page_reads_well_on_a_telephone(reader, pictures):
    page = reader(HERE, "de", "phone", cookie=member(language="de"))
    page.screenshot(path=pictures / "details-de.png", full_page=True)
    assert Axe().run(page, options=AXE).violations_count == 0
    page.fill("#iban", NEW)
    press(page.locator("form[action$='/iban'] button"))
    assert page.locator("[role=status]").count() == 1
