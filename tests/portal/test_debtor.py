"""A debtor opens the page of a letter: what is owed, how to pay, and the answers; nobody else's affairs."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from axe_playwright_python.sync_playwright import Axe
from pypdf import PdfReader
from sqlmodel import select

from recovery.case.store import load
from recovery.case.transition import open_deadlines
from recovery.desk import debtor_answers as answers
from recovery.desk.letter_views import closed_copy, member_copy
from recovery.errors import CaseError, IntakeError
from recovery.letters.letter import Letter
from recovery.people import limits
from recovery.people.debtor_link import HIDDEN_CODE, access_of
from recovery.people.switches import switch
from recovery.post import visits as debtor_visits
from recovery.post.access import code_of, opened, renew_code, spaced
from recovery.post.correspondence import preview, send
from recovery.store import documents
from recovery.store.database import reading, unit_of_work
from recovery.store.portal_tables import Tally
from recovery.store.tables import CaseEvent, Document, Outbox
from tests.casework import accepted, do, kept, routed, seen
from tests.portal.conftest import AXE, form_token, press
from tests.portal.people import worker

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
DAY = NOW.date()


def letter(name):
    """Let a reminder be written; return the page's path and the code."""
    with unit_of_work() as session:
        case = load(session, name)
        send(case, "reminder", DAY, DAY + timedelta(days=14), "email", f"{case.claim_id}:test:1")
        access = access_of(session, case.claim_id)
        return f"/d/{access.token}", code_of(access)


def written(name):
    with reading() as session:
        case = load(session, name, lock=False)
        return Letter.from_dict(session.exec(select(Outbox.payload).where(Outbox.kind == "letter")).first()), case


def events(name, kind):
    with reading() as session:
        claim = load(session, name, lock=False).claim_id
        return list(session.exec(select(CaseEvent).where(CaseEvent.claim_id == claim, CaseEvent.kind == kind)))


def answer(name, call, *args, on=DAY):
    with unit_of_work() as session:
        return call(load(session, name), on, *args)


def test_every_letter_of_a_case_prints_the_same_link_and_code(installation):
    name = accepted()
    path, code = letter(name)
    shown, case = written(name)
    assert shown.online == {"url": f"http://127.0.0.1:8000{path}", "code": HIDDEN_CODE}
    with unit_of_work() as session:
        assert code_of(access_of(session, load(session, name).claim_id)) == code
    with unit_of_work() as session:
        sending = kept(session, session.exec(select(Outbox).where(Outbox.kind == "letter")).one())
        again = renew_code(session, load(session, name), "ada", NOW)
        assert code_of(again) != code
    with reading() as session:
        stored = session.exec(select(Document).where(Document.key == f"{case.claim_id}:test:1")).one()
        assert sending
        assert spaced(code) in printed(documents.read(stored.sha256))
        for _, copy in (
            member_copy(session, case, stored.key, "nl"),
            closed_copy(session, case, stored.key),
            ("", preview(session, case, "reminder", DAY, DAY, "email")),
        ):
            text = printed(copy)
            assert name in text
            assert spaced(code) not in text, "nobody but the debtor holds the code"
            assert path not in text


def printed(pdf):
    """Return what a letter says, blanks made one."""
    pages = PdfReader(BytesIO(pdf)).pages
    return " ".join("".join(page.extract_text() for page in pages).split())


def test_a_switched_off_page_is_printed_nowhere_and_opens_nowhere(installation):
    name = accepted()
    path, code = letter(name)
    with unit_of_work() as session:
        switch(session, "debtor_page", False, "admin@dienst.example", NOW)
        assert opened(session, path[3:], code, NOW) is None
        case = load(session, name)
        send(case, "reminder", DAY, DAY, "email", f"{case.claim_id}:test:2")
        last = session.exec(select(Outbox).where(Outbox.key == f"{case.claim_id}:test:2")).one()
    assert last.payload["online"] is None


def test_wrong_codes_close_the_page_for_longer_each_time(installation):
    token, code = letter(accepted())[0][3:], None
    with unit_of_work() as session:
        code = code_of(access_of(session, load(session, "NL-2026-000001").claim_id))

    def attempt(typed, at):
        with unit_of_work() as session:
            return opened(session, token, typed, at)

    for _ in range(9):
        assert attempt("WRONGONE", NOW) is None
    assert attempt(code.lower(), NOW) is not None
    for _ in range(10):
        assert attempt("", NOW) is None
    assert attempt(code, NOW) is None
    assert attempt(code, NOW + timedelta(minutes=59)) is None
    for _ in range(10):
        assert attempt("WRONGONE", NOW + timedelta(minutes=61)) is None
    assert attempt(code, NOW + timedelta(minutes=61 + 119)) is None
    assert attempt(code, NOW + timedelta(minutes=61 + 121)) is not None
    assert attempt("x" * 8, NOW + timedelta(days=1)) is None


def test_what_is_said_to_be_paid_waits_for_a_person(installation):
    name = accepted()
    answer(name, answers.say_paid, date(2026, 3, 18), "from my other account", [("proof.pdf", b"%PDF-1.4")])
    [said] = events(name, "debtor_paid")
    assert (said.actor, said.data["papers"]) == ("debtor", 1)
    with reading() as session:
        case = load(session, name, lock=False)
        open_ones = {one.name: one for one in open_deadlines(case)}
        kept = session.exec(select(Document).where(Document.kind == "debtor_statement")).one()
    assert open_ones["step:reminder"].due_on == DAY + answers.PAUSE
    assert "says it was paid" in open_ones["debtor_answer"].data["why"]
    assert kept.name == "proof.pdf"
    with pytest.raises(IntakeError):
        answer(name, answers.say_paid, date(2026, 3, 21), "", [])


def test_an_objection_stops_the_letters(installation):
    name = accepted()
    answer(name, answers.object_to, "not_delivered", "The work never came", None, [])
    assert seen(name).state == "disputed"
    answer(name, answers.object_to, "defective", "And it was broken", None, [])
    assert len(events(name, "debtor_statement")) == 1
    with pytest.raises(IntakeError):
        answer(name, answers.object_to, "defective", " ", None, [])
    with pytest.raises(CaseError):
        answer(name, answers.object_to, "because", "x", None, [])


def test_instalments_are_proposed_within_limits_and_acknowledge_nothing(installation):
    name = accepted()
    before = seen(name).law_events
    made = answer(name, answers.propose_plan, 3, DAY + timedelta(days=10), "")
    assert made.part.minor * 3 >= 1000_00
    assert seen(name).state == "amicable"
    assert seen(name).law_events == before, "a proposal is no acknowledgement"
    for count, first in ((1, DAY), (7, DAY), (3, DAY - timedelta(days=1)), (3, DAY + timedelta(days=32))):
        with pytest.raises(IntakeError):
            answer(name, answers.propose_plan, count, first, "")
    answer(name, answers.ask_contact, "Please write to my accountant")
    assert events(name, "contact_wanted")


def test_an_answer_sent_twice_counts_once(installation):
    name = accepted()
    for _ in range(2):
        answer(name, answers.ask_contact, "who is this?")
        answer(name, answers.say_paid, DAY, "paid", ())
        answer(name, answers.propose_plan, 3, DAY + timedelta(days=9), "please")
        answer(name, answers.object_to, "other", "not mine", None, ())
    with reading() as session:
        kinds = [event.kind for event in load(session, name, lock=False).events if event.actor == "debtor"]
    assert sorted(kinds) == ["contact_wanted", "debtor_paid", "dispute", "plan_proposed"]


def test_answers_have_a_measure(installation):
    name = accepted()
    for number in range(answers.MOST_A_DAY):
        answer(name, answers.ask_contact, f"again {number}")
    with pytest.raises(CaseError, match="a day"):
        answer(name, answers.ask_contact, "once more")
    answer(name, answers.ask_contact, "tomorrow", on=DAY + timedelta(days=1))
    with pytest.raises(IntakeError):
        answer(name, answers.ask_contact, "x" * 5000, on=DAY + timedelta(days=1))
    with pytest.raises(CaseError):
        answer(routed(number="2"), answers.ask_contact, "too early")


@pytest.mark.parametrize(
    ("language", "width", "script"), [("nl", "phone", False), ("de", "desk", True), ("es", "phone", True)]
)
def test_a_debtor_reads_what_is_owed_and_answers(reader, pictures, language, width, script):
    name = accepted()
    path, code = letter(name)
    page = reader(path, language, width, script=script)
    page.screenshot(path=pictures / f"debtor-code-{language}.png", full_page=True)
    if script:
        assert Axe().run(page, options=AXE).violations_count == 0
    page.fill("#code", "WRONGONE")
    press(page.locator("main form button"))
    assert page.locator("#code-error").count() == 1
    page.fill("#code", spaced(code).lower())
    press(page.locator("main form button"))
    assert "Studio Voorbeeld" in page.locator(".lead").inner_text()
    assert page.locator(".amount").inner_text() == page.locator(".facts .sum dd").inner_text()
    assert page.locator("#real").count() == 1
    page.screenshot(path=pictures / f"debtor-page-{language}.png", full_page=True)
    if script:
        assert page.locator("img.qr").evaluate("one => one.complete && one.naturalWidth > 0")
        assert Axe().run(page, options=AXE).violations_count == 0
    press(page.locator("a[href$='/answer/plan']"))
    page.fill("#count", "3")
    page.fill("#first", (datetime.now(UTC).date() + timedelta(days=5)).isoformat())
    press(page.locator("main form button"))
    assert page.locator("ol.list li").count() == 3
    assert events(name, "plan_proposed") == []  # the days are shown first, nothing is sent
    page.screenshot(path=pictures / f"debtor-plan-{language}.png", full_page=True)
    if script:
        assert Axe().run(page, options=AXE).violations_count == 0
    press(page.locator("main form button"))
    assert page.locator(".notice.good").count() == 1
    assert len(events(name, "plan_proposed")) == 1
    press(page.locator("main p a").last)
    assert page.locator("#sent").count() == 1  # what was sent, and until when it is answered


def test_instalments_are_proposed_by_what_can_be_paid_a_month(caller):
    name = accepted()
    path, code = letter(name)
    client = caller()
    token = form_token(client.get(path).text)
    client.post(path, data={"csrf": token, "code": code})
    first = (datetime.now(UTC).date() + timedelta(days=5)).isoformat()
    asked = {"csrf": token, "first": first}
    shown = client.post(f"{path}/answer/plan", data={**asked, "part": "400"})
    assert 'name="count" value="3"' in shown.text
    little = client.post(f"{path}/answer/plan", data={**asked, "part": "10"})
    assert little.status_code == 422
    assert 'href="#part"' in little.text
    assert events(name, "plan_proposed") == []


def test_a_plan_is_paid_part_by_part(caller):
    name = accepted()
    first = (datetime.now(UTC).date() + timedelta(days=60)).isoformat()
    do(name, "plan", datetime.now(UTC).date(), count=3, first=first)
    path, code = letter(name)
    client = caller()
    client.post(path, data={"csrf": form_token(client.get(path).text), "code": code})
    shown = client.get(path).text
    assert "Pay the next instalment" in shown or "volgende termijn" in shown


def test_a_reader_of_catalan_letters_finds_the_page_in_spanish(caller):
    name = accepted(debtor="ES")
    with unit_of_work() as session:
        load(session, name).party("debtor").language = "ca"
    path, code = letter(name)
    client = caller()
    client.headers["accept-language"] = "sv"
    client.post(path, data={"csrf": form_token(client.get(path).text), "code": code})
    assert client.get(path).headers["content-language"] == "es"


def test_a_wrong_answer_keeps_what_was_typed(caller):
    path, code = letter(accepted())
    client = caller()
    token = form_token(client.get(path).text)
    client.post(path, data={"csrf": token, "code": code})
    wrong = client.post(
        f"{path}/answer/dispute", data={"csrf": token, "ground": "defective", "text": "", "amount": "12,50"}
    )
    assert wrong.status_code == 422
    assert 'value="12,50"' in wrong.text
    assert 'href="#text"' in wrong.text


def test_a_link_without_its_code_shows_nothing(caller):
    name, other = accepted(), accepted(number="2")
    path, code = letter(name)
    with unit_of_work() as session:
        second = f"/d/{access_of(session, load(session, other).claim_id).token}"
    client = caller()
    for place in (path, "/d/nothing"):
        shown = client.get(place)
        assert shown.status_code == 200
        assert "Studio" not in shown.text
    assert client.get(f"{path}/qr.svg").status_code == 404
    token = form_token(client.get(path).text)
    assert client.post(f"{path}/answer/contact", data={"csrf": token, "text": "x"}).headers["location"] == path
    assert client.post("/d/nothing", data={"csrf": token, "code": code}).status_code == 422
    client.post(path, data={"csrf": token, "code": code})
    mine = client.get(path).text
    assert "Studio Voorbeeld" in mine
    assert other not in mine
    assert "Studio" not in client.get(second).text
    assert client.post(path, data={"code": code}).status_code == 403


def test_guessing_is_slowed_down_by_caller(caller):
    client = caller()
    token = form_token(client.get("/d/nothing").text)
    answers_given = [client.post("/d/nothing", data={"csrf": token, "code": "x"}).status_code for _ in range(31)]
    assert answers_given == [422] * 30 + [429]


def test_what_is_right_counts_against_nobody_and_guessed_cookies_do(caller):
    path, code = letter(accepted())
    for _ in range(32):
        client = caller()
        token = form_token(client.get(path).text)
        assert client.post(path, data={"csrf": token, "code": code}).status_code == 303
    kept = client.cookies.get("letter")
    guess = caller()
    found = []
    for number in range(31):
        guess.cookies.set("letter", f"guess{number}", path=path)
        found.append(guess.get(path).status_code)
        guess.cookies.clear()
    assert found == [200] * 30 + [429]
    assert "Studio Voorbeeld" not in guess.get(path).text
    guess.cookies.set("letter", kept, path=path)
    assert guess.get(path).status_code == 429, "a right guess after too many is none"
    with unit_of_work() as session:
        limits.forget(session, limits.Limit("debtor_code", 30, 15), "127.0.0.1")
    assert guess.get(path).status_code == 429, "from wherever it comes, the letter is closed to guesses"


def test_a_visit_ends_by_time_and_by_choice(caller):
    path, code = letter(accepted())
    client = caller()
    token = form_token(client.get(path).text)
    client.post(path, data={"csrf": token, "code": code})
    cookie = client.cookies.get("letter")
    assert "Studio Voorbeeld" in client.get(path).text
    with reading() as session:
        visit = debtor_visits.visit_by(session, path[3:], cookie)
        assert cookie not in visit.id
        began = visit.created_at
    assert debtor_visits.goes_on(visit, began + timedelta(minutes=59))
    assert not debtor_visits.goes_on(visit, began + debtor_visits.IDLE)
    assert client.post(f"{path}/leave", data={"csrf": token}).status_code == 303
    assert "Studio Voorbeeld" not in client.get(path).text
    client.cookies.set("letter", cookie, path=path)
    ended = [client.get(path) for _ in range(3)]
    assert {one.status_code for one in ended} == {200}
    assert not any("Studio Voorbeeld" in one.text for one in ended), "the cookie of before opens nothing"
    with unit_of_work() as session:
        assert session.exec(select(Tally).where(Tally.name.startswith("debtor_cookie"))).all() == []
        debtor_visits.forget_ended(session, began + debtor_visits.LIFE + debtor_visits.KEPT)
    with reading() as session:
        assert debtor_visits.visit_by(session, path[3:], cookie) is None


def test_a_visit_outlives_neither_its_life_nor_a_new_code(installation):
    name = accepted()
    path, code = letter(name)
    with unit_of_work() as session:
        case = opened(session, path[3:], code, NOW)
        cookie = debtor_visits.open_visit(session, case.claim_id, NOW)
    with unit_of_work() as session:
        debtor_visits.note_seen(session, debtor_visits.visit_by(session, path[3:], cookie), NOW + timedelta(hours=7))
    with reading() as session:
        visit = debtor_visits.visit_by(session, path[3:], cookie)
    assert debtor_visits.goes_on(visit, NOW + timedelta(hours=7, minutes=59))
    assert not debtor_visits.goes_on(visit, NOW + timedelta(hours=8))
    with unit_of_work() as session:
        access = renew_code(session, load(session, name), "ada", NOW + timedelta(hours=7))
        assert opened(session, path[3:], code, NOW) is None
        assert opened(session, path[3:], code_of(access), NOW) is not None
    with reading() as session:
        assert not debtor_visits.goes_on(debtor_visits.visit_by(session, path[3:], cookie), NOW + timedelta(hours=7))


def test_an_auditor_reads_a_letter_without_its_code(caller):
    name = accepted()
    path, code = letter(name)
    with unit_of_work() as session:
        case = load(session, name)
        kept(session, session.exec(select(Outbox).where(Outbox.kind == "letter")).one())
        stored = session.exec(select(Document).where(Document.key == f"{case.claim_id}:test:1")).one()
    address = f"/team/cases/{name}/documents/{stored.sha256}"
    team, auditor = caller(worker()), caller(worker("audit@dienst.example", role="auditor"))
    sent, copy = team.get(address), auditor.get(address)
    assert spaced(code) in printed(sent.content)
    assert (copy.status_code, spaced(code) in printed(copy.content), path in printed(copy.content)) == (
        200,
        False,
        False,
    )
    assert name in printed(copy.content)
    shown = auditor.get(f"/team/cases/{name}").text
    assert code not in shown
    assert path not in shown


def test_a_closed_case_asks_for_nothing(caller):
    name = accepted()
    path, code = letter(name)
    do(name, "withdraw", DAY, note="agreed", actor="member")
    client = caller()
    token = form_token(client.get(path).text)
    client.post(path, data={"csrf": token, "code": code})
    shown = client.get(path).text
    assert "IBAN" not in shown
    assert "/answer/" not in shown
    assert client.post(f"{path}/answer/contact", data={"csrf": token, "text": "x"}).status_code == 422
