"""A member files from a PDF: filled in, each value beside its picture, and nothing filed that nobody looked at."""

from __future__ import annotations

import io

import pypdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlmodel import select

from recovery.intake.paper import ocr
from recovery.store.database import reading
from recovery.store.portal_tables import ClaimDraft
from recovery.store.tables import Case
from tests.intake.documents import SAMPLES
from tests.portal.conftest import AXE, form_token, press
from tests.portal.people import member
from tests.portal.test_member import INVOICE

# A Belgian seller, a Dutch buyer, two accounts, due in January 2026.
PDF = (SAMPLES / "paper" / "fr-benl-a3-02.pdf").read_bytes()


def draft():
    with reading() as session:
        return session.exec(select(ClaimDraft)).one()


def uploaded(client, content=PDF, name="facture.pdf"):
    token = form_token(client.get("/claims/new").text)
    made = client.post("/claims/new", data={"csrf": token}, files={"file": (name, content, "application/pdf")})
    assert made.status_code == 303, made.text
    return token, made.headers["location"]


def locked(content):
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(content))
    writer.encrypt("geheim", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(("language", "width", "script"), [("fr", "desk", True), ("nl", "phone", False)])
def test_a_claim_is_filed_from_a_pdf(reader, pictures, language, width, script):
    page = reader("/claims/new", language, width, script=script, cookie=member(), policy=True)
    page.set_input_files("#file", {"name": "facture.pdf", "mimeType": "application/pdf", "buffer": PDF})
    press(page.locator("main form button"))
    assert page.input_value("#number") == "INV00091"
    assert page.input_value("#issued") == "2026-01-07"
    assert page.input_value("#due") == "2026-01-15"
    assert page.input_value("#amount") == "10412.78"
    shown = page.locator(".found img")
    assert shown.count() >= 4
    if script:
        assert all(one.evaluate("picture => picture.complete && picture.naturalWidth > 40") for one in shown.all())
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.screenshot(path=pictures / f"member-paper-{language}-{width}.png", full_page=True)
    press(page.locator("button[name=go][value=on]"))
    assert page.input_value("#debtor_name") == "Bureau Kraanvogel VOF"
    assert page.input_value("#debtor_country") == "NL"
    assert page.input_value("#debtor_street") == "Vogelzang 3"
    assert page.is_checked("#debtor_kind-business")
    page.screenshot(path=pictures / f"member-paper-debtor-{language}-{width}.png", full_page=True)
    press(page.locator("button[name=go][value=on]"))
    press(page.locator("button[name=go][value=on]"))
    press(page.locator("main a.button"))
    page.check("#mandate")
    page.check("#formal_notice-formal_notice")
    press(page.locator("main form button"))
    page.wait_for_url("**/filed")
    with reading() as session:
        case = session.exec(select(Case)).one()
    assert (case.principal_minor, case.currency, case.debtor_country) == (1041278, "EUR", "NL")
    assert draft().typed["read"] is None


def test_the_page_with_the_pictures_has_no_barrier(reader):
    page = reader("/claims/new", cookie=member())
    page.set_input_files("#file", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": PDF})
    press(page.locator("main form button"))

    assert Axe().run(page, options=AXE).violations_count == 0


def test_what_nobody_looked_at_is_not_filed(caller):
    client = caller(member())
    token, place = uploaded(client)
    shown = client.get(place.replace("/invoice", "/preview"))
    assert shown.headers["location"].endswith("/invoice?check=1")
    assert "Look at it, and go on from here." in client.get(shown.headers["location"]).text

    fields = {name: draft().typed.get(name, "") for name in ("number", "issued", "due", "amount", "currency")}
    assert client.post(place, data={"csrf": token, "go": "on", **fields}).headers["location"].endswith("/debtor")

    shown = client.get(place.replace("/invoice", "/preview"))
    assert shown.headers["location"].endswith("/debtor?check=1")


def test_another_value_of_the_page_is_one_click_away(caller):
    client = caller(member())
    token, place = uploaded(client, (SAMPLES / "paper" / "nl-nlnl-a2-28.pdf").read_bytes())
    assert draft().typed["amount"] == "1690.43"
    assert draft().typed["read"]["fields"]["amount"]["rivals"] == ["1426.80"], "the amount without tax"
    assert 'value="use-amount-0"' in client.get(place).text

    answer = client.post(place, data={"csrf": token, "number": "typed", "go": "use-amount-0"})

    assert answer.headers["location"] == place
    assert (draft().typed["amount"], draft().typed["number"]) == ("1426.80", "typed")
    assert client.post(place, data={"csrf": token, "go": "use-number-77"}).status_code == 303


def test_the_picture_of_a_value_is_the_members_own(caller):
    client = caller(member())
    _, place = uploaded(client)
    picture = client.get(place.replace("/invoice", "/cut/number"))

    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/png")
    assert picture.content.startswith(b"\x89PNG")
    assert client.get(place.replace("/invoice", "/cut/nothing")).status_code == 404
    other = caller(member("ander@voorbeeld.example"))
    assert other.get(place.replace("/invoice", "/cut/number")).status_code == 404


def test_another_file_clears_what_the_first_one_said(caller):
    client = caller(member())
    token, place = uploaded(client)

    files = {"file": ("a.xml", INVOICE, "application/xml")}
    client.post(place, data={"csrf": token, "go": "on", "number": "INV00091"}, files=files)

    assert draft().typed["source"] == "e_invoice"
    assert draft().typed["read"] is None
    assert draft().typed["number"] != "INV00091"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (locked(PDF), "locked by a password"),
        (b"%PDF-1.4\n%%EOF\n", "could not be read"),
        (b"\x89PNG\r\n\x1a\n" + b"no picture", "Pictures cannot be read here"),
    ],
)
def test_what_cannot_be_read_is_kept_and_says_what_to_do(caller, monkeypatch, content, words):
    monkeypatch.setattr("recovery.filing.paper.read_apart", lambda *given: without_extra(*given))
    client = caller(member())

    _, place = uploaded(client, content)

    assert words in client.get(place).text
    assert draft().files[0]["role"] == "invoice"


def without_extra(content, name, known):
    """Read here instead of in the child, in an installation without the extra."""
    from recovery.intake.paper.apart import Apart
    from recovery.intake.paper.cuttings import cuttings_of
    from recovery.intake.paper.read import read_pages

    before, ocr.available = ocr.available, lambda: False
    try:
        found = read_pages(content, name, known)
        return Apart(found.as_dict(), cuttings_of(content, name, found))
    finally:
        ocr.available = before
