"""A member files a claim and follows it: with an e-invoice, by hand, with faults, in several languages."""

from __future__ import annotations

import re
from datetime import date
from importlib import resources

import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlmodel import select

from recovery.case.store import load
from recovery.post.correspondence import send
from recovery.rounds.delivery import deliver
from recovery.store.database import reading, unit_of_work
from recovery.store.portal_tables import ClaimDraft
from recovery.store.tables import Case, Outbox
from recovery.telling.messages import send_message
from tests.casework import accepted, do, routed, seen
from tests.portal.conftest import AXE, form_token, press
from tests.portal.people import member

INVOICE = resources.files("recovery.demo").joinpath("invoices", "se.xml").read_bytes()
SCAN = b"%PDF-1.4\n%%EOF\n"


def only_case():
    with reading() as session:
        return session.exec(select(Case)).one()


def drafts():
    with reading() as session:
        return list(session.exec(select(ClaimDraft)))


def go(page):
    press(page.locator("button[name=go][value=on]"))


@pytest.mark.parametrize(
    ("language", "width", "script"), [("nl", "desk", True), ("it", "phone", False), ("sv", "phone", True)]
)
def test_an_e_invoice_is_filed_in_a_few_steps(reader, pictures, language, width, script):
    page = reader("/claims", language, width, script=script, cookie=member())
    steps = 0
    press(page.locator("a[href='/claims/new']"))
    page.set_input_files("#file", {"name": "factuur.xml", "mimeType": "application/xml", "buffer": INVOICE})
    press(page.locator("main button"))
    steps += 3
    for _ in ("invoice", "debtor", "evidence"):
        go(page)
        steps += 1
    assert page.url.endswith("/preview")
    assert page.locator("tfoot").count() == 1
    page.screenshot(path=pictures / f"member-preview-{language}-{width}.png", full_page=True)
    press(page.locator("main a.button"))
    page.check("#mandate")
    page.check("#formal_notice-formal_notice")
    press(page.locator("main form button"))
    steps += 4
    page.wait_for_url("**/filed")
    assert steps <= 10, "an e-invoice takes ten clicks and no key: under a minute at five seconds each"
    case = seen(only_case().claim_id)
    assert (case.state, case.debtor_country) == ("awaiting_acceptance", "SE")
    assert case.reference in page.content(), "the number is told at once"
    assert {one.about for one in case.consents} == {"mandate", "formal_notice"}
    assert any("filed by the member 'Studio Voorbeeld'" in one for one in case.warnings)
    with reading() as session:
        assert session.exec(select(Outbox.kind)).all() == ["route", "send_notice"]


def test_a_claim_is_typed_by_hand(reader, pictures):
    page = reader("/claims/new", "en", cookie=member())
    keys = 0
    page.set_input_files("#file", {"name": "scan.pdf", "mimeType": "application/pdf", "buffer": SCAN})
    press(page.locator("main button"))

    def typed(name, text):
        nonlocal keys
        page.fill(f"#{name}", text)
        keys += len(text) + 1

    typed("number", "2026-17")
    typed("issued", "2026-05-04")
    typed("amount", "1.250,50")
    typed("seller_street", "Straat 1")
    typed("seller_place", "9000 Gent")
    go(page)
    typed("debtor_name", "Cliente Esempio S.r.l.")
    page.check("#debtor_kind-business")
    page.select_option("#debtor_country", "IT")
    typed("debtor_street", "Via Esempio 2")
    typed("debtor_postal_code", "20121")
    typed("debtor_city", "Milano")
    go(page)
    go(page)
    press(page.locator("main a.button"))
    page.check("#mandate")
    page.check("#formal_notice-formal_notice")
    press(page.locator("main form button"))
    page.wait_for_url("**/filed")
    assert keys < 200, "at two keys a second and five seconds a click this is under four minutes"
    case = only_case()
    assert (case.principal_minor, case.currency, case.debtor_country) == (125050, "EUR", "IT")
    press(page.locator("main a.button"))
    page.screenshot(path=pictures / "member-claim-new.png", full_page=True)


def test_every_fault_is_named_and_nothing_typed_is_lost(caller):
    client = caller(member())
    token = form_token(client.get("/claims/new").text)
    made = client.post("/claims/new", data={"csrf": token}, files={"file": ("scan.pdf", SCAN, "application/pdf")})
    place = made.headers["location"]
    typed = {"csrf": token, "number": "7", "issued": "someday", "amount": "lots", "currency": "XYZ", "go": "on"}
    answer = client.post(place, data=typed)
    assert answer.status_code == 422
    for field in ("issued", "amount"):
        assert f'href="#{field}"' in answer.text
        assert f'id="{field}-error"' in answer.text
    assert 'value="lots"' in answer.text
    assert drafts()[0].typed["issued"] == "someday"
    later = client.get(place.replace("/invoice", "/preview"))
    assert later.headers["location"] == f"{place}?check=1"


def test_the_fee_is_shown_before_filing(caller, tmp_path, monkeypatch):
    monkeypatch.setenv("RECOVERY_SERVICE_DIR", str(tmp_path))
    client = caller(member())
    token = form_token(client.get("/claims/new").text)
    made = client.post("/claims/new", data={"csrf": token}, files={"file": ("a.xml", INVOICE, "application/xml")})
    preview = made.headers["location"].replace("/invoice", "/preview")
    assert "Our fee" not in client.get(preview).text
    tiers = '[{ up_to = "100.00", percent = "20.00" }, { percent = "7.50" }]'
    (tmp_path / "se-fees.toml").write_text(
        f'[[fee]]\ncreditor = "*"\ncurrency = "SEK"\nminimum = "25.00"\ntiers = {tiers}\n'
    )
    shown = client.get(preview).text
    assert "Our fee" in shown
    for words in ("up to SEK", "above that", "at least SEK"):
        assert words in shown


def test_nothing_is_filed_without_the_mandate_or_twice(caller):
    client = caller(member())
    token = form_token(client.get("/claims/new").text)
    made = client.post("/claims/new", data={"csrf": token}, files={"file": ("a.xml", INVOICE, "application/xml")})
    mandate = made.headers["location"].replace("/invoice", "/mandate")
    refused = client.post(mandate, data={"csrf": token})
    assert refused.status_code == 422
    assert 'href="#mandate"' in refused.text
    filed = client.post(mandate, data={"csrf": token, "mandate": "yes"})
    again = client.post(mandate, data={"csrf": token, "mandate": "yes"})
    assert filed.headers["location"] == again.headers["location"]
    assert [one.about for one in seen(only_case().claim_id).consents] == ["mandate"]
    second = client.post("/claims/new", data={"csrf": token}, files={"file": ("a.xml", INVOICE, "application/xml")})
    twice = client.post(
        second.headers["location"].replace("/invoice", "/mandate"), data={"csrf": token, "mandate": "yes"}
    )
    assert twice.status_code == 422


def test_a_draft_is_saved_resumed_and_deleted(caller):
    client = caller(member())
    token = form_token(client.get("/claims/new").text)
    made = client.post("/claims/new", data={"csrf": token}, files={"file": ("scan.pdf", SCAN, "application/pdf")})
    place = made.headers["location"]
    kept = client.post(place, data={"csrf": token, "number": "77-A", "go": "later"})
    assert kept.headers["location"] == "/claims"
    assert "77-A" in client.get("/claims").text
    assert client.get(place.removesuffix("/invoice")).status_code == 200
    asked = client.post(place, data={"csrf": token, "go": "drop"})
    assert (asked.status_code, len(drafts())) == (200, 1), "asked once more"
    assert "Delete the draft?" in asked.text
    client.post(place, data={"csrf": token, "go": "drop", "sure": "yes"})
    assert drafts() == []


def test_a_broken_file_is_refused_with_what_to_do(caller):
    client = caller(member())
    token = form_token(client.get("/claims/new").text)
    for name, content in (("a.xml", b"<Invoice"), ("a.xml", b""), ("a.exe", b"MZ")):
        answer = client.post("/claims/new", data={"csrf": token}, files={"file": (name, content, "text/plain")})
        assert answer.status_code == 422, name
        assert 'role="alert"' in answer.text


def test_a_member_sees_no_claim_of_another(caller):
    name = routed()
    other = caller(member("ander@voorbeeld.example"))
    token = form_token(other.get("/claims/new").text)
    assert other.get(f"/claims/{name}").status_code == 404
    assert other.post(f"/claims/{name}/do/withdraw", data={"csrf": token}).status_code == 404
    assert seen(name).state == "awaiting_acceptance"
    mine = caller(member())
    assert mine.get(f"/claims/{name}").status_code == 200


def test_a_member_answers_consents_writes_and_withdraws(reader, pictures):
    name = accepted(consents=())
    do(name, "set_task", date(2026, 3, 4), note="Send the contract", until="2026-12-31")
    with unit_of_work() as session:
        send_message(load(session, name), "team", "Nora Voorbeeld", "We begin now.", date(2026, 3, 4))
    page = reader("/claims", "en", cookie=member())
    assert page.get_by_text("1 new message").count() == 1
    press(page.get_by_role("link", name=name))
    page.screenshot(path=pictures / "member-claim.png", full_page=True)
    assert page.get_by_text("We begin now.").count() == 1
    assert Axe().run(page, options=AXE).violations_count == 0
    page.locator("section[aria-labelledby=questions] textarea").fill("Here it is")
    press(page.get_by_role("button", name="Answer"))
    assert page.locator("section[aria-labelledby=questions] textarea").count() == 0
    page.get_by_text("Write to the service").click()
    page.fill("#text", "Thank you")
    press(page.get_by_role("button", name="Send"))
    assert page.get_by_text("Thank you").count() == 1
    page.locator("summary", has_text="Withdraw the claim").click()
    press(page.get_by_role("button", name="Withdraw the claim"))
    assert seen(name).state == "amicable", "asked once more"
    page.screenshot(path=pictures / "member-withdraw-sure.png", full_page=True)
    assert Axe().run(page, options=AXE).violations_count == 0
    press(page.get_by_role("button", name="Yes, withdraw it"))
    assert (seen(name).state, seen(name).reason) == ("closed", "withdrawn")


def test_documents_go_to_their_owner_alone(caller):
    name = accepted()
    mine, other = caller(member()), caller(member("ander@voorbeeld.example"))
    page = mine.get(f"/claims/{name}").text
    link = page.split("/documents/")[1].split('"')[0]
    got = mine.get(f"/claims/{name}/documents/{link}")
    assert got.headers["content-disposition"].startswith("attachment")
    assert other.get(f"/claims/{name}/documents/{link}").status_code == 404
    assert mine.get(f"/claims/{name}/documents/{'0' * 64}").status_code == 404


def test_a_letter_is_read_as_it_was_written_and_in_ones_own_language(caller):
    name = accepted()
    with unit_of_work() as session:
        case = load(session, name)
        send(case, "reminder", date(2026, 3, 20), date(2026, 4, 3), "email", f"{case.claim_id}:read")
        item = session.exec(select(Outbox).where(Outbox.key == f"{case.claim_id}:read")).one()
    deliver([item.id])
    client = caller(member())
    links = re.findall(rf'href="(/claims/{name}/letters/\d+\?language=(\w+))"', client.get(f"/claims/{name}").text)
    assert [language for _, language in links] == ["en", "nl"]
    for path, _ in links:
        assert client.get(path).content[:5] == b"%PDF-"
