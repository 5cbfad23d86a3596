"""The audit as an administrator reads it."""

from __future__ import annotations

import csv
import io
import re
from importlib import resources
from pathlib import Path

from recovery.portal.administrator.audit import KINDS
from tests.portal.test_administrator import ADMINISTRATOR, administrator, poster


def test_the_audit_is_read_narrowed_and_taken_away(caller):
    client = caller(administrator())
    post = poster(client)
    post("/switches/debtor_page", on="no")
    post("/countries/NL/text", text_en="x")
    shown = client.get("/administrator/audit").text
    assert shown.count(ADMINISTRATOR["email"]) >= 2
    assert "Switched on or off</th>" in shown
    narrowed = client.get("/administrator/audit?kind=text_set&actor=root@dienst.example&first=2020-01-01&last=bad")
    assert "Switched on or off</th>" not in narrowed.text
    assert "Own text set</th>" in narrowed.text
    assert "No entry was found" in client.get("/administrator/audit?last=2020-01-01").text
    answer = client.get("/administrator/audit.csv?kind=switched")
    assert "attachment" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["kind"], row["subject"]) for row in rows] == [("switched", "debtor_page")]
    assert ADMINISTRATOR["email"] not in answer.text


def test_every_kind_that_is_noted_has_words():
    root = Path(str(resources.files("recovery")))
    source = "\n".join(
        path.read_text("utf-8") for folder in ("people", "portal", "cases") for path in (root / folder).rglob("*.py")
    )
    noted = set(re.findall(r'\bnote\(\s*session,\s*[^"]*?"([a-z_]+)"', source))
    assert {"sign_in", "case_opened", "user_closed"} <= noted
    assert noted <= set(KINDS)
