"""A claim of several invoices on the pages: files at once, by hand, credit notes, what was paid, what was asked."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlmodel import select

from recovery.case.record import assess_case
from recovery.case.store import load
from recovery.filing import draft_bundle
from recovery.money import Money
from recovery.store.database import reading, unit_of_work
from recovery.store.portal_tables import ClaimDraft, PortalSession
from recovery.store.tables import Case
from tests.casework import do, routed, seen
from tests.portal.conftest import form_token, press
from tests.portal.people import member, worker

HEAD = (
    "number,issued,due,currency,amount,kind,references,seller_name,seller_country,"
    "buyer_name,buyer_country,buyer_street,buyer_postal_code,buyer_city,buyer_vat"
)
SCAN = b"%PDF-1.4\n%%EOF\n"


def paper(number, amount="500.00", kind="", references="", buyer="Bakker BV", currency="EUR", vat="NL004495445B01"):
    vat = vat if buyer == "Bakker BV" else ""
    row = f"{number},2026-01-15,2026-02-14,{currency},{amount},{kind},{references},Studio Voorbeeld,BE,{buyer},NL,"
    return f"{number}.csv", f"{HEAD}\n{row}Weg 1,4811 AA,Breda,{vat}\n".encode(), "text/csv"


def draft():
    with reading() as session:
        return session.exec(select(ClaimDraft).order_by(ClaimDraft.created_at)).first()


def cases():
    with reading() as session:
        return [case.claim_id for case in session.exec(select(Case))]


def begun(client, *papers):
    token = form_token(client.get("/claims/new").text)
    made = client.post("/claims/new", data={"csrf": token}, files=[("file", one) for one in papers])
    assert made.status_code == 303, made.text
    return made.headers["location"], token


@pytest.mark.parametrize(("language", "width"), [("nl", "phone"), ("en", "desk")])
def test_three_invoices_and_a_credit_note_are_walked_to_one_case(reader, pictures, language, width):
    page = reader("/claims/new", language, width, cookie=member())
    some = [paper("C", "200.00", "credit_note", "12"), paper("11"), paper("12"), paper("13", "250.50")]
    files = [{"name": name, "mimeType": kind, "buffer": content} for name, content, kind in some]
    page.set_input_files("#file", files)
    press(page.locator("main button"))
    assert page.url.endswith("/more")
    assert page.locator("#more li").count() == 4
    page.fill("#paid_on", "2026-02-20")
    page.fill("#paid_amount", "100,00" if language == "nl" else "100.00")
    page.select_option("#paid_invoice", "11")
    press(page.locator("button[value=add-paid]"))
    page.fill("#reminded_on", "2026-02-25")
    press(page.locator("button[value=add-reminder]"))
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing is cut off"
    page.screenshot(path=pictures / f"member-more-{language}-{width}.png", full_page=True)
    for step in ("/debtor", "/evidence", "/preview"):
        press(page.locator("button[name=go][value=on]"))
        assert page.url.endswith(step)
    for number in ("11", "12", "13", "C"):
        assert f" {number}<" in page.content() or f" {number}," in page.content()
    page.screenshot(path=pictures / f"member-preview-several-{language}-{width}.png", full_page=True)
    press(page.locator("main a.button"))
    page.check("#mandate")
    assert not page.is_checked("#formal_notice-formal_notice"), "consent is asked, never ticked before"
    page.check("#formal_notice-ask")
    press(page.locator("main form button"))
    page.wait_for_url("**/filed")
    case = seen(cases()[0])
    assert [one.number for one in case.invoices] == ["11", "12", "13"]
    assert [(one.invoice, one.amount) for one in case.credits] == [("12", "200.00")]
    assert [(row.value_on, row.invoice) for row in case.payments] == [(date(2026, 2, 20), "11")]
    assert [one.channel for one in case.claim.events if one.kind == "reminder"] == ["email"]
    assert not case.agrees("formal_notice")
    assert case.reference in page.content()
    page.screenshot(path=pictures / f"member-filed-{language}-{width}.png", full_page=True)


def test_papers_of_another_debtor_begin_a_claim_of_their_own(caller):
    client = caller(member())
    place, token = begun(client, paper("1"), paper("2", buyer="Slager BV"), paper("3", currency="SEK"))
    shown = client.get(place).text
    assert "Slager BV" in shown
    (other, money) = draft_bundle.rows_of(draft(), "apart")
    assert (other["why"], money["why"]) == ("other_debtor", "other_currency")
    made = client.post(place, data={"csrf": token, "go": f"apart-{other['id']}"})
    assert made.headers["location"] != place
    assert "Slager BV" in client.get(made.headers["location"].replace("/invoice", "/debtor")).text
    assert [row["number"] for row in draft_bundle.rows_of(draft(), "apart")] == ["3"]


def test_one_is_typed_in_and_what_is_wrong_has_its_field(caller):
    client = caller(member())
    place, token = begun(client, paper("1"))
    more = place.replace("/invoice", "/more")
    typed = {"more_kind": "invoice", "more_number": "2", "more_issued": "someday", "more_amount": "lots"}
    answer = client.post(more, data={"csrf": token, **typed, "go": "add-invoice"})
    assert answer.status_code == 422
    assert 'href="#more_issued"' in answer.text
    assert 'href="#more_amount"' in answer.text
    assert 'value="lots"' in answer.text, "what was typed stays"
    typed |= {"more_issued": "2026-01-20", "more_due": "2026-02-10", "more_amount": "300.00"}
    assert client.post(more, data={"csrf": token, **typed, "go": "add-invoice"}).status_code == 303
    (row,) = draft_bundle.rows_of(draft(), "more")
    assert (row["number"], row["amount"]) == ("2", "300.00")
    shown = client.get(more).text
    assert 'value="lots"' not in shown
    client.post(more, data={"csrf": token, "go": f"remove-{row['id']}"})
    assert draft_bundle.rows_of(draft(), "more") == []


def test_a_copy_waits_for_what_it_says_and_is_kept_with_the_claim(caller):
    client = caller(member())
    place, token = begun(client, paper("1"), ("foto.pdf", SCAN, "application/pdf"))
    assert "foto.pdf" in client.get(place).text
    typed = {"more_number": "2", "more_issued": "2026-01-20", "more_amount": "300.00"}
    client.post(place, data={"csrf": token, **typed, "go": "add-invoice"})
    (row,) = draft_bundle.rows_of(draft(), "more")
    assert (row["name"], bool(row["sha256"])) == ("foto.pdf", True)
    mandate = place.replace("/more", "/mandate")
    client.post(mandate, data={"csrf": token, "mandate": "yes", "formal_notice": "formal_notice"})
    case = seen(cases()[0])
    assert [one.name for one in case.papers if one.kind == "invoice"] == ["1.csv", "foto.pdf"]
    assert assess_case(case, date(2026, 3, 1)).principal == Money.parse("800.00", "EUR")


def test_what_does_not_fit_together_is_shown_on_its_own_step(caller):
    client = caller(member())
    place, token = begun(client, paper("1"), paper("C", "900.00", "credit_note", "1"))
    shown = client.get(place.replace("/more", "/preview"))
    assert shown.headers["location"].endswith("/more?check=1")
    assert "take off more than the invoice" in client.get(shown.headers["location"]).text
    answer = client.post(place, data={"csrf": token, "go": "on"})
    assert (answer.status_code, 'href="#more"' in answer.text) == (422, True)


def test_an_invoice_that_is_claimed_already_is_told_before_filing(caller):
    client = caller(member())
    for _ in range(2):
        place, token = begun(client, paper("1"))
        preview = client.get(place.replace("/invoice", "/preview")).text
        if not cases():
            assert "claimed already" not in preview
            client.post(place.replace("/invoice", "/mandate"), data={"csrf": token, "mandate": "yes"})
    assert "This invoice is claimed already" in preview
    assert len(cases()) == 1


def test_two_windows_do_not_write_over_each_other_in_silence(caller):
    client = caller(member())
    place, token = begun(client, paper("1"))
    debtor = place.replace("/invoice", "/debtor")

    seen_ = re.search(r'name="seen" value="([^"]+)"', client.get(debtor).text)[1]
    first = {"csrf": token, "seen": seen_, "debtor_email": "one@bakker.example", "go": "stay"}
    assert client.post(debtor, data=first).status_code == 303
    second = {"csrf": token, "seen": seen_, "debtor_email": "two@bakker.example", "go": "stay"}
    answer = client.post(debtor, data=second)
    assert answer.status_code == 422
    assert "two@bakker.example" in answer.text
    assert draft().typed["debtor_email"] == "one@bakker.example"
    again = re.search(r'name="seen" value="([^"]+)"', answer.text)[1]
    assert client.post(debtor, data={**second, "seen": again}).status_code == 303
    assert draft().typed["debtor_email"] == "two@bakker.example"


def test_a_draft_is_known_by_debtor_and_amount(caller):
    client = caller(member())
    begun(client, paper("1", "1250.00"))
    assert "Bakker BV, 1250.00 EUR" in client.get("/claims").text


def test_a_note_of_the_team_is_not_shown_to_the_member(caller):
    name = routed()
    do(name, "note", date(2026, 3, 3), note="keep this to ourselves")
    with unit_of_work() as session:
        cookie_of = load(session, name).member_id
    assert cookie_of
    assert "keep this to ourselves" in caller(worker(country="NL")).get(f"/team/cases/{name}").text
    shown = caller(member(email="studio@voorbeeld.example")).get(f"/claims/{name}").text
    assert "noted something" not in shown


def signed_out():
    with unit_of_work() as session:
        for one in session.exec(select(PortalSession)):
            session.delete(one)


def test_a_session_lost_in_the_middle_loses_nothing_typed(reader, pictures):
    page = reader("/claims/new", "nl", "phone", cookie=member())
    name, content, kind = paper("1")
    page.set_input_files("#file", {"name": name, "mimeType": kind, "buffer": content})
    press(page.locator("main button"))
    press(page.locator("button[name=go][value=on]"))
    page.fill("#debtor_email", "boekhouding@bakker.example")
    page.fill("#debtor_street", "Nieuwe Weg 12")
    signed_out()
    press(page.locator("button[name=go][value=on]"))
    assert "/sign-in" in page.url
    back = re.search(r"back=([^&]+)", page.url)[1]
    page.context.add_cookies([{"name": "session", "value": member(), "url": page.url.split("/sign-in")[0]}])
    page.goto(page.url.split("/sign-in")[0] + back)
    assert page.input_value("#debtor_email") == "boekhouding@bakker.example"
    assert page.input_value("#debtor_street") == "Nieuwe Weg 12"
    page.screenshot(path=pictures / "member-kept-nl-phone.png", full_page=True)
    press(page.locator("button[name=go][value=on]"))
    assert page.url.endswith("/evidence")
    assert draft().typed["debtor_email"] == "boekhouding@bakker.example"


def test_what_waits_for_one_page_opens_nowhere_else(caller):
    client = caller(member())
    place, token = begun(client, paper("1"))
    debtor = place.replace("/invoice", "/debtor")
    signed_out()
    led = client.post(debtor, data={"csrf": token, "debtor_email": "one@bakker.example", "go": "on"})
    assert led.headers["location"].startswith("/sign-in?back=/claims/draft/")
    kept = client.cookies.get("kept")
    assert kept
    assert "bakker" not in kept
    other = caller(member())
    other.cookies.set("kept", kept)
    assert "one@bakker.example" not in other.get(place).text, "it is sealed for its own page"
    assert "one@bakker.example" in other.get(debtor).text


def test_another_language_keeps_what_is_typed(reader):
    page = reader("/claims/new", "nl", cookie=member())
    name, content, kind = paper("1")
    page.set_input_files("#file", {"name": name, "mimeType": kind, "buffer": content})
    press(page.locator("main button"))
    press(page.locator("button[name=go][value=on]"))
    page.fill("#debtor_email", "half")
    press(page.locator("footer button[value=it]"))
    assert page.locator("html").get_attribute("lang") == "it"
    assert page.input_value("#debtor_email") == "half"


def test_whether_the_debtor_is_a_person_is_asked_where_no_number_tells_it(caller):
    client = caller(member())
    place, token = begun(client, paper("1", vat=""))
    debtor = place.replace("/invoice", "/debtor")
    assert not re.search(r'name="debtor_kind"[^>]* checked', client.get(debtor).text)
    answer = client.post(debtor, data={"csrf": token, "go": "on"})
    assert (answer.status_code, 'href="#debtor_kind"' in answer.text) == (422, True)
    assert client.post(debtor, data={"csrf": token, "debtor_kind": "consumer", "go": "on"}).status_code == 303
