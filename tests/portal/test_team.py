"""A team works its cases on the pages: inbox, search, one case, actions, bulk, bank, calendar, absence, returns."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from pypdf import PdfReader
from sqlmodel import select

from recovery.case.papers import add_paper
from recovery.case.store import load
from recovery.desk import inbox
from recovery.desk.actions import why_not
from recovery.desk.debtor_answers import propose_plan
from recovery.desk.table import ACTIONS
from recovery.ledger.bank_lines import take_lines
from recovery.letters.render import render
from recovery.portal.team.forms import CHOICES, LABELS, TITLES, fields_of
from recovery.store.database import reading, unit_of_work
from recovery.store.portal_tables import AuditEntry
from recovery.store.tables import BankEntry
from recovery.telling.messages import send_message
from tests.cases.test_bank_identity import line
from tests.casework import accepted, do, routed, seen
from tests.letters.sample_letters import BASE
from tests.portal.conftest import form_token, press
from tests.portal.people import member, worker

DAY = date(2026, 3, 20)


def counted(country="NL", day=DAY, **narrow):
    with reading() as session:
        return inbox.counts(session, inbox.Scope(country, **narrow), day)


def listed(queue, country="NL", day=DAY, **narrow):
    with reading() as session:
        found = inbox.rows(session, queue, inbox.Scope(country, **narrow), day, 0, 50)
    return [row.case.reference for row in found]


def bank_entry(**changes):
    row = {
        "account": "NL13TEST0123456789",
        "bank_id": "1",
        "booked_on": DAY,
        "value_on": DAY,
        "amount_minor": 100_00,
        "currency": "EUR",
        "credit": True,
        "debtor_name": "Debiteur Voorbeeld",
        "status": "unmatched",
        "why": "no reference",
    }
    from recovery.registry import adapter_of

    row["account"] = adapter_of("NL").service["iban"]
    with unit_of_work() as session:
        made = BankEntry(**{**row, **changes})
        session.add(made)
        session.flush()
        return made.id


def test_queues_hold_what_their_names_say(installation):
    new, taken, elsewhere = routed(), accepted(number="2"), routed(number="3", debtor="IT")
    do(taken, "dispute", date(2026, 3, 5), note="not delivered", actor="debtor")
    do(taken, "set_task", date(2026, 3, 5), note="What do you say?", until="2026-03-30")
    do(taken, "set_deadline", date(2026, 3, 5), note="look", until="2026-03-20")
    bank_entry()
    with unit_of_work() as session:
        send_message(load(session, new), "member", "Studio", "Hello", date(2026, 3, 5))
    assert listed("accept") == [new]
    assert listed("today") == [taken]
    assert new in listed("late")
    assert listed("member") == [taken]
    assert listed("disputes") == [taken]
    assert listed("messages") == [new]
    assert sorted(listed("open")) == [new, taken]
    found = counted()
    assert (found["accept"], found["disputes"], found["messages"], found["open"], found["bank"]) == (1, 1, 1, 2, 1)
    assert counted("SE")["open"] == 0
    assert counted(None)["open"] == 3
    assert elsewhere in listed("accept", None)
    assert counted(handlers=())["open"] == 0
    assert listed("open", state="disputed") == [taken]


@pytest.mark.parametrize(
    "text",
    [
        "NL-2026-000001",
        "nl-2026-000001",
        "2026-1",
        "026-",
        "debiteur",
        "Studio Voor",
        "d@d.exam",
        "BE68 5390 0754 7034",
    ],
)
def test_a_case_is_found_by_anything_it_holds(installation, text):
    name = routed()
    with reading() as session:
        assert [row.case.reference for row in inbox.search(session, text, inbox.Scope("NL"))] == [name]
        assert inbox.search(session, text, inbox.Scope("IT")) == []


def test_a_search_takes_marks_as_they_are(installation):
    routed()
    with reading() as session:
        for text in ("%", "_", "%%", "__", "", "'; drop table case_file"):
            assert inbox.search(session, text, inbox.Scope("NL")) == []


def test_every_action_has_a_form():
    hidden = {"consent_settlement", "refuse_consent", "record_payment", "say_paid"}
    assert {name for name, action in ACTIONS.items() if action.group is None} == hidden
    assert {action.group for action in ACTIONS.values()} == {None, *TITLES}
    for action in ACTIONS.values():
        if action.group:
            shown = fields_of(action)
            assert all(label in LABELS.values() for _, label in shown)
            assert {one for field, _ in shown if field.kind == "choice" for one in field.choices} <= set(CHOICES)


def test_an_action_says_why_it_cannot_be_done(installation):
    name, day = accepted(consents=()), date(2026, 3, 20)
    case = seen(name)
    assert why_not(case, "dispute", day, "team") is None
    assert why_not(case, "choose_route", day, "team") == "go_to_court: the member has not consented to court"
    assert why_not(case, "accept", day, "team").startswith("accept is not possible while the case is amicable")
    assert why_not(case, "promise", day, "debtor") == "promise: it is for the team and the lead, not for the debtor"
    do(name, "withdraw", day, note="paid elsewhere")
    closed = seen(name)
    assert why_not(closed, "promise", day, "team").startswith("promise is not possible while the case is closed")
    assert why_not(closed, "payment_returned", day, "team") is None


@pytest.mark.parametrize(
    ("language", "width", "script"), [("nl", "desk", True), ("es", "phone", False), ("de", "desk", True)]
)
def test_a_worker_takes_a_case_on_and_works_it(reader, pictures, language, width, script):
    name = routed()
    page = reader("/team", language, width, script=script, cookie=worker())
    page.screenshot(path=pictures / f"team-inbox-{language}-{width}.png", full_page=True)
    press(page.locator("table").get_by_role("link", name=name))
    press(page.locator(".do a.button:not(.second)"))
    press(page.locator("main form button[type=submit]"))
    assert seen(name).state == "amicable"
    press(
        page.get_by_role("status").get_by_role("link", name=name)
    )  # the queue is empty: back to the case from its notice
    press(page.locator(".do .row > a[href*='/do/log_call']"))
    page.fill("#at", "10:30")
    page.fill("#note", "The debtor promises to look")
    page.fill("#on", (datetime.now(UTC).date() - timedelta(days=(datetime.now(UTC).weekday() + 6) % 7 + 1)).isoformat())
    press(page.locator("main form button[type=submit]"))
    page.screenshot(path=pictures / f"team-case-{language}-{width}.png", full_page=True)
    assert seen(name).handler_id


def test_a_form_that_is_wrong_says_so_and_keeps_what_was_typed(caller):
    name = accepted()
    client = caller(worker())
    token = form_token(client.get(f"/team/cases/{name}/do/waive").text)
    wrong = client.post(f"/team/cases/{name}/do/waive", data={"csrf": token, "amount": "99999", "note": "goodwill"})
    assert wrong.status_code == 422
    assert 'href="#amount"' in wrong.text
    assert "goodwill" in wrong.text
    late = client.post(
        f"/team/cases/{name}/do/waive", data={"csrf": token, "amount": "1", "note": "x", "on": "2999-01-01"}
    )
    assert late.status_code == 422
    stale = client.post(f"/team/cases/{name}/do/dispute", data={"csrf": token, "note": "x", "version": "0"})
    assert stale.status_code == 422
    assert seen(name).state == "amicable"


def test_many_cases_are_accepted_after_a_preview(caller):
    one, two = routed(), accepted(number="2")
    client = caller(worker())
    token = form_token(client.get("/team?queue=open").text)
    shown = client.post("/team/bulk", data={"csrf": token, "action": "accept", "case": [one, two]})
    assert shown.text.count('name="case"') == 1
    assert seen(one).state == "awaiting_acceptance"
    done = client.post("/team/bulk/do", data={"csrf": token, "action": "accept", "case": [one, two]})
    assert done.status_code == 200
    assert (seen(one).state, seen(two).state) == ("amicable", "amicable")
    assert client.post("/team/bulk", data={"csrf": token, "action": "close", "case": [one]}).status_code == 404
    assert client.post("/team/bulk", data={"csrf": token, "action": "hand_over", "case": [one]}).status_code == 404


def test_a_team_sees_its_own_country_and_a_reader_changes_nothing(caller):
    name = accepted()
    italian, auditor = (
        caller(worker("aldo@servizio.example", "IT")),
        caller(worker("audit@dienst.example", None, "auditor")),
    )
    assert italian.get(f"/team/cases/{name}").status_code == 404
    assert name not in italian.get("/team?queue=open").text
    assert auditor.get(f"/team/cases/{name}").status_code == 200
    assert auditor.post(f"/team/cases/{name}/do/withdraw", data={"note": "x"}).status_code == 403
    assert seen(name).state == "amicable"


def test_a_bank_entry_is_booked_on_the_case_a_person_names(caller):
    name, entry = accepted(), bank_entry()
    client = caller(worker())
    page = client.get("/team/bank").text
    token = form_token(page)
    wrong = client.post(f"/team/bank/{entry}", data={"csrf": token, "case": "NL-2026-999999"})
    assert wrong.status_code == 422
    client.post(f"/team/bank/{entry}", data={"csrf": token, "case": name})
    assert seen(name).principal_open_minor < 1000_00
    assert "Debiteur Voorbeeld" in client.get("/team/bank?status=booked").text
    other = caller(worker("aldo@servizio.example", "IT"))
    assert "Debiteur Voorbeeld" not in other.get("/team/bank?status=booked").text


def test_what_points_to_a_case_is_shown_with_a_score(caller):
    name = accepted(number="A-17")
    take_lines([replace(line(None, "S", own=True, amount="10.00"), debtor_name="Debiteur Voorbeeld", text="A-17")])
    page = caller(worker()).get("/team/bank").text
    assert "65 of 100" in page
    assert "possible match" in page
    assert all(sign in page for sign in ("invoice number", "name of the payer", f"Amount for {name}"))


def test_a_bank_entry_is_shared_out_over_the_cases_that_a_search_finds(caller):
    one, two = accepted(number="A", amount="60.00"), accepted(number="B", amount="900.00")
    accepted(debtor="IT", number="C")
    entry, client = bank_entry(amount_minor=100_00), caller(worker())
    page = client.get(f"/team/bank?entry={entry}&find=Debiteur").text
    assert "2 cases" in page, "those of the own service alone"
    shares = re.findall(r'name="case" value="(.+?)"><input id="share-\d+-\d" name="amount" .*?value="(.*?)"', page)
    given = dict(shares)
    assert set(given) == {one, two}
    assert sum(Decimal(amount) for amount in given.values() if amount) == 100
    assert "owes €" in page
    token = form_token(page)
    over = {"case": [one, two], "amount": ["80.00", "30.00"], "find": "Debiteur", "csrf": token, "do": "assign"}
    refused = client.post(f"/team/bank/{entry}", data=over)
    assert (refused.status_code, "2 cases" in refused.text) == (422, True)
    client.post(f"/team/bank/{entry}", data={**over, "amount": ["70.00", "30.00"]})
    paid = {name: [row.amount_minor for row in seen(name).payments] for name in (one, two)}
    assert paid == {one: [70_00], two: [30_00]}
    assert "Nothing was found" in client.get(f"/team/bank?entry={bank_entry(bank_id='2')}&find=nobody").text


def test_a_bank_entry_is_shared_put_aside_and_undone_on_the_page(caller):
    one, two = accepted(number="A"), accepted(number="B")
    entry, client = bank_entry(), caller(worker())
    token = form_token(client.get("/team/bank").text)

    def post(**data):
        answer = client.post(f"/team/bank/{entry}", data={"csrf": token, **data})
        with reading() as session:
            return answer.status_code, session.get(BankEntry, entry).status

    assert post(do="assign", case=f"{one}:20.00 {two}:0.00")[0] == 422
    assert post(do="assign", case=f"{one}:20.00")[1] == "partly"
    assert post(do="assign", case=two)[1] == "booked"
    assert [len(seen(name).payments) for name in (one, two)] == [1, 1]
    assert post(do="undo")[1] == "unmatched"
    assert post(do="ignore")[0] == 422, "a reason is needed"
    assert post(do="return", note="unknown payer")[0] == 422, "the line tells no account"
    assert post(do="return", note="unknown payer", iban="NL20INGB0001234567")[1] == "sent_back"
    assert "unknown payer" in client.get("/team/bank?status=aside").text
    assert post(do="undo")[1] == "unmatched"
    assert post(do="partner", country="NL")[0] == 422
    assert post(do="partner", country="IT")[1] == "to_partner"
    assert post(do="undo")[1] == "unmatched"
    assert post(do="ignore", note="rent")[1] == "ignored"
    other = caller(worker("aldo@servizio.example", "IT"))
    theirs = form_token(other.get("/team/bank").text)
    assert "bank" in other.post(f"/team/bank/{entry}", data={"csrf": theirs, "do": "undo"}).text
    with reading() as session:
        assert session.get(BankEntry, entry).status == "ignored"


def test_absence_is_noted_by_oneself_and_by_the_lead(caller):
    client, lead = caller(worker()), caller(worker("lena@dienst.example", role="lead", name="Lena Voorbeeld"))
    token = form_token(client.get("/team/absence").text)
    until = (datetime.now(UTC).date() + timedelta(days=3)).isoformat()
    away = {"csrf": token, "until": until, "stand_in": "lena@dienst.example", "go": "away"}
    assert client.post("/team/absence", data={**away, "who": "lena@dienst.example"}).status_code == 422
    assert client.post("/team/absence", data={**away, "who": "nora@dienst.example"}).status_code == 303
    token = form_token(lead.get("/team/absence").text)
    assert "Lena Voorbeeld" in lead.get("/team/absence").text
    back = {"csrf": token, "who": "nora@dienst.example", "go": "back"}
    assert lead.post("/team/absence", data=back).status_code == 303
    past = {**away, "csrf": token, "until": "2020-01-01"}
    assert lead.post("/team/absence", data=past).status_code == 422


def test_letters_come_as_previews_and_calendars_as_files(caller):
    name = accepted()
    client = caller(worker())
    preview = client.get(f"/team/cases/{name}/preview.pdf")
    assert preview.content[:5] == b"%PDF-"
    assert b"BEGIN:VCALENDAR" in client.get("/team/calendar.ics").content
    assert b"BEGIN:VCALENDAR" in client.get("/team/calendar.ics?whose=mine").content
    assert name in client.get("/team/calendar").text
    ledger = client.get(f"/team/cases/{name}/money?on=2026-06-30").text
    assert ledger != client.get(f"/team/cases/{name}/money?on=2026-09-30").text


def test_bank_entries_of_another_account_are_not_shown(installation):
    bank_entry(account="BE00", bank_id="2")
    assert counted()["bank"] == 0
    with reading() as session:
        assert len(session.exec(select(BankEntry)).all()) == 1


def test_a_manager_opens_a_case_with_a_reason_and_changes_nothing(caller):
    name, other = accepted(), accepted(number="2")
    client = caller(worker("maria@dienst.example", None, "manager"))
    assert client.get(f"/team/cases/{name}").status_code == 404
    assert client.get(f"/cases/{name}").headers["location"] == f"/manager/cases/{name}"
    shown = client.get(f"/manager/cases/{name}").text
    assert "Debiteur" not in shown
    token = form_token(shown)
    client.post(f"/manager/cases/{name}/open", data={"csrf": token, "reason": "a complaint of the debtor"})
    assert "Debiteur" in client.get(f"/team/cases/{name}").text
    assert client.get(f"/team/cases/{other}").status_code == 404
    refused = client.post(f"/team/cases/{name}/do/withdraw", data={"csrf": token, "note": "x"})
    assert refused.status_code == 403
    with reading() as session:
        [entry] = session.exec(select(AuditEntry).where(AuditEntry.kind == "case_opened"))
    assert (entry.subject, entry.reason) == (name, "a complaint of the debtor")


def test_an_agreed_plan_stands_on_the_case(caller):
    name = accepted()
    do(name, "plan", date(2026, 3, 10), count=3, first="2026-04-10")
    shown = caller(worker()).get(f"/team/cases/{name}")
    assert shown.status_code == 200
    assert "10 Apr 2026" in shown.text


def test_the_desk_recommends_what_ends_the_first_task_and_goes_on_with_the_queue(caller):
    one, two = routed(number="1"), routed(number="2")
    client = caller(worker())
    shown = client.get(f"/team/cases/{one}?queue=accept").text
    assert f'href="/team/cases/{one}/do/accept?&amp;queue=accept"' in shown
    token = form_token(client.get(f"/team/cases/{one}/do/accept?queue=accept").text)
    went = client.post(f"/team/cases/{one}/do/accept", data={"csrf": token, "queue": "accept"})
    assert went.headers["location"] == f"/team/cases/{two}?queue=accept&done={one}&did=accept"
    assert "Done: Accept the case" in client.get(went.headers["location"]).text
    last = client.post(f"/team/cases/{two}/do/accept", data={"csrf": token, "queue": "accept"})
    assert last.headers["location"].startswith("/team?queue=accept&done=")
    assert "Nothing is left in this queue" in client.get(last.headers["location"]).text


def test_a_proposal_is_answered_with_the_form_filled_in(caller):
    name = accepted()
    first = datetime.now(UTC).date() + timedelta(days=10)
    with unit_of_work() as session:
        propose_plan(load(session, name), datetime.now(UTC).date(), 4, first, "a grant comes")
    shown = caller(worker()).get(f"/team/cases/{name}").text
    assert "/do/accept_plan?" in shown
    assert "a grant comes" in shown
    assert "no plan was broken before" in shown


def test_a_task_is_ticked_off_and_a_note_is_the_teams_own(caller):
    name = accepted()
    do(name, "set_deadline", date(2026, 3, 5), note="ring the debtor", until="2026-03-20")
    client = caller(worker())
    form = client.get(f"/team/cases/{name}/do/finish_task").text
    assert "ring the debtor" in form
    [task] = [one for one in seen(name).deadlines if one.kind == "work" and one.status == "open"]
    token = form_token(form)
    done = client.post(f"/team/cases/{name}/do/finish_task", data={"csrf": token, "task": str(task.id), "note": "rang"})
    assert done.status_code == 303
    assert [one for one in seen(name).deadlines if one.id == task.id and one.status == "open"] == []
    client.post(f"/team/cases/{name}/do/note", data={"csrf": token, "note": "same director as before"})
    assert "same director as before" in client.get(f"/team/cases/{name}").text
    assert "same director as before" not in caller(member()).get(f"/claims/{name}").text


def test_a_list_is_sorted_and_shows_one_case_beside_it(caller):
    small, large = routed(number="1", amount="100.00"), routed(number="2", amount="9000.00")
    client = caller(worker())
    by_sum = client.get("/team?queue=accept&sort=sum").text
    assert by_sum.index(f"/team/cases/{large}?") < by_sum.index(f"/team/cases/{small}?")
    for sort in ("age", "debtor", "due", "nonsense"):
        assert client.get(f"/team?queue=accept&sort={sort}").status_code == 200
    opened = client.get(f"/team?queue=accept&open={small}").text
    assert 'class="pane open"' in opened
    assert client.get("/team?open=NL-2026-999999&queue=accept").status_code == 404


def test_the_whole_case_comes_as_one_pdf_and_the_courts_papers_as_a_zip(caller):
    name = accepted()
    client = caller(worker())
    assert client.get(f"/team/cases/{name}/whole.pdf").status_code == 422  # no paper is a PDF yet
    papers = [render(replace(BASE, reference=f"NL-2026-{number}")) for number in (1, 2)]
    with unit_of_work() as session:
        for number, paper in enumerate(papers):
            add_paper(load(session, name), "evidence", f"{number}.pdf", paper, "team", date(2026, 3, 9))
    whole = client.get(f"/team/cases/{name}/whole.pdf").content
    pages = [len(PdfReader(io.BytesIO(content)).pages) for content in (whole, *papers)]
    assert pages[0] == sum(pages[1:])
    assert client.get(f"/team/cases/{name}/court.zip").status_code == 422
    for part in ("money", "letters", "talk", "court", "history"):
        assert client.get(f"/team/cases/{name}/{part}").status_code == 200, part
