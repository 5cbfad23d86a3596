"""One walk on a telephone: a wrong file, then a photo of the right one, a session lost on the way, the claim filed."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.intake.documents import SAMPLES
from tests.portal.conftest import AXE, press
from tests.portal.people import member
from tests.portal.test_member import INVOICE, only_case
from tests.portal.test_paper import draft
from tests.portal.test_several_invoices import signed_out

PHOTO = (SAMPLES / "paper" / "nl-benl-a2-01-photo.jpg").read_bytes()


def go(page):
    press(page.locator("button[name=go][value=on]"))


@pytest.mark.slow
def test_a_wrong_file_then_a_photo_and_a_lost_session_on_a_telephone(reader, pictures):
    pytest.importorskip("rapidocr")
    page = reader("/claims/new", "nl", "phone", cookie=member())
    page.set_default_timeout(120_000)  # a photo takes long where the machine has other work
    narrow = lambda: page.evaluate("document.documentElement.scrollWidth <= innerWidth")  # noqa: E731
    page.set_input_files("#file", {"name": "fout.xml", "mimeType": "application/xml", "buffer": INVOICE})
    press(page.locator("main form button"))
    wrong = draft().typed
    assert wrong["source"] == "e_invoice"
    go(page)
    assert page.input_value("#debtor_name") == wrong["debtor_name"]
    page.go_back()
    page.set_input_files("#file", {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": PHOTO})
    go(page)
    assert page.url.endswith("/invoice"), "another file shows the step again"
    assert page.input_value("#number") == "260068"
    assert page.input_value("#amount") == "1539.90"
    assert page.input_value("#open") == "1077.90"
    assert page.locator(".found img").count() >= 4
    assert narrow()
    looked = Axe().run(page, options=AXE)
    assert looked.violations_count == 0, looked.generate_report()
    page.screenshot(path=pictures / "member-photo-nl-phone.png", full_page=True)
    go(page)
    assert page.url.endswith("/debtor")
    for name in ("debtor_name", "debtor_street", "debtor_city", "debtor_email", "debtor_vat", "debtor_phone"):
        assert not wrong.get(name) or page.input_value(f"#{name}") != wrong[name], "nothing of the wrong file stays"
    assert page.input_value("#debtor_name") == "Bureau Kraanvogel VOF"
    page.fill("#debtor_street", "Vogelzang 3")
    page.fill("#debtor_city", "Utrecht")
    page.fill("#debtor_contact", "mevrouw Vogel")
    page.check("#debtor_kind-business")
    page.select_option("#debtor_country", "NL")
    signed_out()
    go(page)
    home, back = page.url.split("/sign-in")[0], re.search(r"back=([^&]+)", page.url)[1]
    page.context.add_cookies([{"name": "session", "value": member(), "url": home}])
    page.goto(home + back)
    assert page.input_value("#debtor_contact") == "mevrouw Vogel"
    assert narrow()
    go(page)
    page.set_input_files("#file", {"name": "IMG_2.JPG", "mimeType": "image/jpeg", "buffer": PHOTO})
    go(page)
    assert page.url.endswith("/preview")
    assert narrow()
    press(page.locator("main p.row a.button"))
    page.check("#mandate")
    page.check("#formal_notice-formal_notice")
    press(page.locator("main form button"))
    page.wait_for_url("**/filed")
    assert narrow()
    page.screenshot(path=pictures / "member-filed-photo-nl-phone.png", full_page=True)
    case = only_case()
    assert (case.principal_minor, case.debtor_country, case.state) == (107790, "NL", "awaiting_acceptance")
