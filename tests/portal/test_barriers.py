"""Every page of every role, on a desk and on a phone: no barrier that axe finds, none wider than the screen.

The pictures are kept. What templates were made is noted, so that a new page cannot be forgotten here.
"""

from __future__ import annotations

import http.client
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import jinja2
import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlmodel import select

from recovery.case.store import load
from recovery.desk import debtor_answers as answers
from recovery.figures.rebuild import rebuild
from recovery.people import links
from recovery.people.debtor_link import access_of
from recovery.portal import public
from recovery.post.access import code_of
from recovery.post.correspondence import send
from recovery.store.database import reading, unit_of_work
from recovery.store.portal_tables import Account
from recovery.store.tables import BankEntry
from tests.casework import accepted, do, routed
from tests.portal.conftest import AXE, WIDTHS, form_token
from tests.portal.people import member, worker

NOW = datetime.now(UTC)
DAY = date(2026, 3, 20)
ROOT = Path(public.__file__).parent / "templates"
PARTIAL = {
    "base.html",
    "parts.html",
    "member/step.html",
    "member/buttons.html",
    "manager/tables.html",
    "manager/pictures.html",
}
PARTIAL |= {"administrator/areas.html", "administrator/fields.html", "member/found.html", "member/fee.html"}
PARTIAL |= {"member/wanted.html"}
# Pages on the way through a second factor, and on other ways: read by axe where that way is walked.
ELSEWHERE = {"sign_in/app.html", "sign_in/codes.html", "sign_in/second_factor.html"}
ELSEWHERE |= {"member/many.html", "member/more.html", "debtor/plan.html", "administrator/imported.html"}
# The parts of a case, each at an address of its own.
PARTS_OF_CASE = ("money", "letters", "talk", "court", "history")
PARTIAL |= {f"team/case_{part}.html" for part in ("overview", *PARTS_OF_CASE)}
SHOWN = {
    "everybody": {
        *("start", "charter", "country", "styleguide", "missing", "often", "large", "refused", "failed"),
        *("sign_in/sign_in", "sign_in/by_link", "sign_in/forgotten", "sign_in/first", "sign_in/ended", "sign_in/link"),
        *("sign_in/password", "news/unsubscribe", "countries"),
    },
    "member": {
        *(f"member/{name}" for name in ("claims", "new", "draft", "invoice", "debtor", "evidence", "preview")),
        *(
            "member/mandate",
            "member/claim",
            "member/filed",
            "member/sure",
            "sign_in/account",
            "sign_in/details",
            "sign_in/factors",
            "news/account",
        ),
    },
    "team": {
        *(f"team/{name}" for name in ("inbox", "case", "do", "bank", "calendar", "absence", "returns", "bulk")),
        *("team/bulk_done", "status", "impossible"),
    },
    "manager": {f"manager/{name}" for name in ("overview", "cases", "open", "flows")},
    "administrator": {
        f"administrator/{name}"
        for name in ("overview", "users", "user", "countries", "country", "channels", "audit", "reads")
    },
    "debtor": {f"debtor/{name}" for name in ("code", "page", "answer", "done")},
}


@pytest.fixture
def made(monkeypatch):
    """Note which templates are made into pages."""
    render, names = jinja2.Template.render, set()

    def noted(template, *args, **values):
        names.add(template.name.removesuffix(".html"))
        return render(template, *args, **values)

    monkeypatch.setattr(jinja2.Template, "render", noted)
    return names


class Eye:
    """Looks at pages as a reader with a cookie, at two widths."""

    def __init__(self, page, address, pictures):
        self.page, self.address, self.pictures = page, address, pictures

    def look(self, path):
        self._at(path, path)

    def look_at_answer(self, name, answer):
        """Look at what a form was answered with."""
        text = answer if isinstance(answer, str) else answer.text
        shown = lambda route: route.fulfill(body=text, content_type="text/html")  # noqa: E731
        self.page.route("**/as-answered", shown)
        self._at("/as-answered", name)
        self.page.unroute("**/as-answered")

    def _at(self, path, name):
        # Ids and tokens are left out.
        parts = [part for part in name.split("?")[0].split("/") if part and len(part) < 20]
        plain = "-".join(parts) or "start"
        self.page.goto(self.address + path)
        for width, (across, high) in WIDTHS.items():
            self.page.set_viewport_size({"width": across, "height": high})
            file = self.pictures / f"page-{plain[:60]}-{width}.jpg"
            self.page.screenshot(path=file, full_page=True, type="jpeg", quality=70)
            assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} on a {width}"
        found = Axe().run(self.page, options=AXE)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"


@pytest.fixture
def eye(reader, address, pictures, made):
    def open_(cookie=None, language="de"):
        page = reader("/countries", language, cookie=cookie)
        return Eye(page, address, pictures)

    return open_


def worked():
    """Return a case with a letter, a question, a message to come, a plan and an objection behind it."""
    name = accepted()
    do(name, "set_task", DAY, note="Send the contract", until="2026-12-31")
    with unit_of_work() as session:
        case = load(session, name)
        send(case, "reminder", DAY, DAY + timedelta(days=14), "email", f"{case.claim_id}:look")
        answers.propose_plan(case, DAY, 3, DAY + timedelta(days=9), "I can pay in parts")
        answers.say_paid(case, DAY, DAY, "A part went already", [("proof.pdf", b"%PDF-1.4 proof")])
    return name


def account_id(email):
    with reading() as session:
        return session.exec(select(Account).where(Account.email == email)).one()


def issued(account, purpose):
    with unit_of_work() as session:
        return links.issue(session, account, purpose, NOW)


def too_large(address):
    """Announce more than a form may hold; the answer comes before a byte of it is sent."""
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=30)
    connection.putrequest("POST", "/sign-in")
    connection.putheader("Content-Length", str(65 * 1024 * 1024))
    connection.putheader("Content-Type", "application/x-www-form-urlencoded")
    connection.endheaders()
    answer = connection.getresponse()
    assert answer.status == 413
    return answer


def test_everybody(eye, made, caller, monkeypatch):
    member()
    account = account_id("studio@voorbeeld.example")
    looks = eye()
    with unit_of_work() as session:
        first = links.first_administrator_link(session, NOW).rsplit("/", 1)[1]
    for path in (
        *("/", "/charter", "/countries/it", "/styleguide", "/nowhere", "/sign-in", "/sign-in/link", "/password"),
        *("/first/none", f"/first/{first}", f"/sign-in/link/{issued(account, 'sign_in')}"),
        *(f"/password/{issued(account, 'reset')}", f"/news/unsubscribe/{account.feed_token}/progress"),
    ):
        looks.look(path)
    client = caller()
    token = form_token(client.get("/sign-in").text)
    many = [client.post("/sign-in/link", data={"csrf": token, "email": "x@y.example"}) for _ in range(6)]
    looks.look_at_answer("often", many[-1])
    looks.look_at_answer("large", too_large(looks.address).read().decode())
    looks.look_at_answer("refused", client.post("/sign-in", data={"email": "x"}))
    monkeypatch.setattr(public, "charter", lambda: 1 / 0)
    failed = client.get("/charter")
    assert failed.status_code == 500
    looks.look_at_answer("failed", failed)
    assert SHOWN["everybody"] <= made


def test_a_member(eye, made, caller):
    name = worked()
    cookie = member()
    client = caller(cookie)
    token = form_token(client.get("/claims/new").text)
    scan = {"file": ("scan.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")}
    draft = client.post("/claims/new", data={"csrf": token}, files=scan).headers["location"].removesuffix("/invoice")
    looks = eye(cookie)
    for path in ("/claims", "/claims/new", draft, f"{draft}/invoice?check=1", f"{draft}/debtor", f"{draft}/evidence"):
        looks.look(path)
    typed = {"number": "7", "issued": "2026-01-02", "amount": "100", "currency": "EUR", "go": "on"}
    client.post(f"{draft}/invoice", data={"csrf": token, **typed})
    debtor = {"debtor_name": "Cliente", "debtor_kind": "business", "debtor_country": "IT"}
    place = {"debtor_street": "Via 1", "debtor_city": "Milano", "go": "on"}
    client.post(f"{draft}/debtor", data={"csrf": token, **debtor, **place})
    for path in (f"{draft}/preview", f"{draft}/mandate", f"/claims/{name}", f"/claims/{name}/filed"):
        looks.look(path)
    for path in ("/account", "/account/details", "/account/second-factor", "/account/news"):
        looks.look(path)
    for form, answer in ((f"/claims/{name}/do/withdraw", {}), (f"{draft}/invoice", {"go": "drop"})):
        looks.look_at_answer(f"sure-{form}", client.post(form, data={"csrf": token, **answer}))
    assert SHOWN["member"] <= made


def test_a_team(eye, made, caller):
    name, new = worked(), routed(number="2")
    with unit_of_work() as session:
        from recovery.registry import adapter_of

        account = adapter_of("NL").service["iban"]
        row = {"account": account, "bank_id": "1", "booked_on": DAY, "value_on": DAY, "amount_minor": 100_00}
        session.add(
            BankEntry(**row, currency="EUR", credit=True, debtor_name="Debiteur", status="unmatched", why="none")
        )
    cookie = worker(role="lead")
    looks = eye(cookie)
    parts = tuple(f"/team/cases/{name}/{part}" for part in PARTS_OF_CASE)
    pages = ("/team?queue=open", "/team?q=zzz", f"/team/cases/{name}", f"/team/cases/{name}/do/suspend", *parts)
    for path in (*pages, "/team/bank", "/team/calendar", "/team/absence", "/team/returns", "/status"):
        looks.look(path)
    client = caller(cookie)
    token = form_token(client.get("/team?queue=open").text)
    chosen = {"csrf": token, "action": "accept", "case": [name, new]}
    looks.look_at_answer("team-bulk", client.post("/team/bulk", data=chosen))
    looks.look_at_answer("team-bulk-done", client.post("/team/bulk/do", data=chosen))
    impossible = client.get(f"/team/cases/{name}/preview.pdf?document=nothing")
    assert impossible.status_code == 422
    looks.look_at_answer("impossible", impossible)
    assert SHOWN["team"] <= made


def test_a_manager(eye, made):
    name = worked()
    with unit_of_work() as session:
        rebuild(session, NOW.date(), NOW)
    looks = eye(worker("maria@dienst.example", None, "manager"))
    for path in ("/manager", "/manager/cases", f"/manager/cases/{name}", "/manager/flows"):
        looks.look(path)
    assert SHOWN["manager"] <= made


def test_an_administrator(eye, made):
    worked()
    cookie = worker("root@dienst.example", None, "administrator")
    account = account_id("root@dienst.example")
    looks = eye(cookie)
    for path in (
        *("/administrator", "/administrator/users/team", "/administrator/users/members"),
        *(f"/administrator/users/team/{account.team_member_id}", "/administrator/countries"),
        *("/administrator/countries/NL", "/administrator/channels", "/administrator/audit"),
        "/administrator/reads",
    ):
        looks.look(path)
    assert SHOWN["administrator"] <= made


def test_a_debtor(eye, made, caller):
    name = worked()
    with unit_of_work() as session:
        access = access_of(session, load(session, name).claim_id)
    path, client = f"/d/{access.token}", caller()
    looks = eye()
    looks.look(path)
    token = form_token(client.get(path).text)
    client.post(path, data={"csrf": token, "code": code_of(access)})
    looks.look_at_answer("debtor-page", client.get(path))
    for kind in ("paid", "dispute", "plan", "contact"):
        looks.look_at_answer(f"debtor-{kind}", client.get(f"{path}/answer/{kind}"))
    done = client.post(f"{path}/answer/contact", data={"csrf": token, "text": "my accountant"})
    looks.look_at_answer("debtor-done", done)
    assert SHOWN["debtor"] <= made


def test_no_page_is_forgotten():
    every = {str(path.relative_to(ROOT)) for path in ROOT.rglob("*.html")}
    looked_at = {f"{name}.html" for names in SHOWN.values() for name in names}
    assert every - PARTIAL - ELSEWHERE == looked_at
