"""Several PDFs at once, in an archive or in a mail: each is read and waits until a person has looked at it."""

from __future__ import annotations

import io
import zipfile
from email.message import EmailMessage

import pytest

from recovery.filing import draft_bundle
from recovery.store.database import reading
from recovery.store.portal_tables import ClaimDraft
from tests.intake.documents import SAMPLES
from tests.portal.conftest import form_token
from tests.portal.people import member
from tests.portal.test_paper import draft
from tests.portal.test_several_invoices import begun, paper

NAMES = ("fr-benl-a3-02.pdf", "nl-nlnl-a2-28.pdf", "en-sebe-a4-34.pdf")
PDFS = [(name, (SAMPLES / "paper" / name).read_bytes()) for name in NAMES]


def draft_of_first(place):
    with reading() as session:
        return session.get(ClaimDraft, place.split("/")[3])


def archive():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in PDFS:
            made.writestr(f"facturen/{name}", content)
    return "facturen.zip", out.getvalue(), "application/zip"


def mail():
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "a@b.example", "c@d.example", "facturen"
    made.set_content("bijgaand")
    made.add_attachment(b"\x89PNG\r\n\x1a\nlogo", maintype="image", subtype="png", filename="logo.png")
    for name, content in PDFS:
        made.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    return "facturen.eml", made.as_bytes(), "message/rfc822"


def plain():
    return [(name, content, "application/pdf") for name, content in PDFS]


@pytest.mark.parametrize("given", [plain(), [archive()], [mail()]], ids=["files", "zip", "mail"])
def test_each_is_read_and_waits_to_be_looked_at(caller, given):
    client = caller(member())
    place, token = begun(client, *given)
    assert draft().typed["number"] == "INV00091"
    assert [row["name"] for row in draft_bundle.waiting_of(draft())] == list(NAMES[1:])
    more = place.split("/draft/")[0] + f"/draft/{draft().id}/more"
    shown = client.get(more).text
    first = draft_bundle.waiting_of(draft())[0]["filled"]
    assert f'value="{first["more_number"]}"' in shown
    assert f'value="{first["more_issued"]}"' in shown
    assert client.get(more.replace("/more", "/cut/more_number")).content.startswith(b"\x89PNG")
    if len(given) == 1:
        return
    left = client.post(more, data={"csrf": token, "go": "on"})
    assert (left.status_code, "A file still waits" in left.text) == (422, True), "nothing is left out in silence"
    client.post(more, data={"csrf": token, "go": "add-invoice", **first})
    (row,) = draft_bundle.rows_of(draft(), "more")
    assert (row["number"], row["name"], bool(row["sha256"])) == (first["more_number"], NAMES[1], True)
    (last,) = draft_bundle.waiting_of(draft())
    assert f'value="{last["filled"]["more_number"]}"' in client.get(more).text
    made = client.post(more, data={"csrf": token, "go": f"apart-{last['id']}", **first})
    other = client.get(made.headers["location"]).text
    assert last["filled"]["more_number"] in other
    assert draft_of_first(more).typed["waiting"] == []
    assert draft_of_first(more).typed["more_number"] == "", "what stood in the form went with its paper"


def test_an_archive_of_e_invoices_is_one_claim_and_one_with_one_stays_whole(caller):
    client = caller(member())
    token = form_token(client.get("/claims/new").text)
    for count in (1, 2):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as made:
            for number in range(count):
                name, content, _ = paper(f"{count}{number}")
                made.writestr(name, content)
        files = {"file": ("alle.zip", out.getvalue(), "application/zip")}
        place = client.post("/claims/new", data={"csrf": token}, files=files).headers["location"]
        found = draft_of_first(place)
        assert found.files[0]["name"] == ("alle.zip" if count == 1 else "20.csv")
        assert len(draft_bundle.rows_of(found, "more")) == count - 1
