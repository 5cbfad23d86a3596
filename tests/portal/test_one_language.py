"""Every page in every language, with every country's data: no text of the source language is left on it.

Rendered through the portal's own application, without a browser: a page is read as text, its attributes too.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import jinja2
import pytest
from starlette.testclient import TestClient

import adapters
import recovery
from recovery.case.store import load
from recovery.desk import debtor_answers as answers
from recovery.figures.rebuild import rebuild
from recovery.notices.compose import LANGUAGES
from recovery.people.debtor_link import access_of
from recovery.portal.app import portal_app
from recovery.portal.pages import environment
from recovery.portal.texts import catalogues
from recovery.post.access import code_of
from recovery.post.correspondence import send
from recovery.registry import adapter_of, countries
from recovery.store.database import unit_of_work
from recovery.store.tables import BankEntry
from tests.casework import accepted, do, routed
from tests.portal.conftest import PARTS, form_token
from tests.portal.people import member, worker

OTHERS = [code for code in LANGUAGES if code != "en"]
DAY = date(2026, 3, 20)
# English words that no sentence of the other languages holds; those that one of them has too, by language.
STOP_WORDS = re.findall(
    r"\w+",
    "the and with this that which from been were should must your their until before after debtor creditor claim "
    "claims court where when there only nothing each already taken whether without every between what who if not "
    "unless instead else above below because",
)
SHARED = {"fr": {"court"}, "nl": {"been", "taken"}, "sv": {"over"}, "de": {"not"}, "it": set(), "es": set()}
ATTRIBUTES = ("aria-label", "placeholder", "title", "alt")
SILENT = {"script", "style"}


class Reader(HTMLParser):
    """Gathers what a page says in its own language: what is marked as another language is left out."""

    VOID = frozenset(("br", "img", "input", "meta", "link", "hr", "col", "wbr", "source"))

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language, self.texts, self.open = language, [], []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = dict(attrs)
        foreign = bool(self.open and self.open[-1][1]) or own.get("lang", self.language) != self.language
        if not foreign:
            self.texts += [text for name in ATTRIBUTES if (text := own.get(name))]
        if tag not in self.VOID:
            self.open.append((tag, foreign or tag in SILENT))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not (self.open and self.open[-1][1]):
            self.texts.append(" ".join(data.split()))


@cache
def untranslated(language: str) -> frozenset[str]:
    """Return the source texts that a language says otherwise."""
    ids = set()
    for area in catalogues(language).values():
        for message in area:
            several = isinstance(message.id, tuple)
            pairs = zip(message.id, message.string, strict=False) if several else [(message.id, message.string)]
            ids |= {own for own, said in pairs if own and said != own and len(own) > 3}
    return frozenset(ids - {said for area in catalogues(language).values() for one in area for said in [one.string]})


def english(text: str, language: str, asked: str) -> list[str]:
    """Return what a page in a language, made from a request in another one, says in the source language."""
    reader = Reader(language)
    reader.feed(text)
    allowed = SHARED.get(language, set()) | SHARED.get(asked, set())
    words = re.compile(rf"\b({'|'.join(sorted(set(STOP_WORDS) - allowed))})\b", re.IGNORECASE)
    return [one for one in reader.texts if one in untranslated(language) or words.search(one)]


class Walk:
    """Asks the application for pages, each in one language, and makes each again in all others from the same values.

    The cases behind a page are read once that way, for they cost the most.
    """

    def __init__(self, render):
        self.render, self.app, self.found, self.asked = (
            render,
            portal_app("http://127.0.0.1:4200", lambda: PARTS),
            {},
            0,
        )

    def client(self, cookie=None):
        found = TestClient(self.app, base_url="http://127.0.0.1", follow_redirects=False)
        if cookie:
            found.cookies.set("session", cookie)
        return found

    def look(self, client, paths):
        for path in paths:
            self.path, self.language = path, OTHERS[self.asked % len(OTHERS)]
            self.asked += 1
            client.cookies.set("language", self.language)
            answer = client.get(path)
            assert answer.status_code == 200, (path, answer.status_code)
        self.path = None

    def seen(self, template, values):
        """Read a page that was made, in every language."""
        for language in OTHERS:
            text = self.render(environment(language).get_template(template.name), **{**values, "language": language})
            if said := english(text, language, self.language):
                self.found[language, self.path] = said


@pytest.fixture
def walk(local, monkeypatch):
    render = jinja2.Template.render
    found = Walk(render)

    def noted(template, *args, **values):
        given = {**dict(*args), **values}
        if getattr(found, "path", None) and "visit" in given:
            found.seen(template, given)
        return render(template, *args, **values)

    monkeypatch.setattr(jinja2.Template, "render", noted)
    return found


def worked(country, **more):
    """Return a case with a letter, tasks of every side, a plan, a payment told and a change of its law behind it."""
    name = accepted(debtor=country, number=f"{country}-1", **more)
    do(name, "set_task", DAY, note="Lorem ipsum", until="2026-12-31")
    with unit_of_work() as session:
        case = load(session, name)
        send(case, "reminder", DAY, DAY + timedelta(days=14), "email", f"{case.claim_id}:look")
        answers.propose_plan(case, DAY, 3, DAY + timedelta(days=9), "Lorem")
        answers.say_paid(case, DAY, DAY, "Ipsum", [])
        answers.ask_contact(case, DAY, "Dolor")
    do(name, "say_paid", DAY, amount="10.00", actor="member", paid_on="2026-03-19")
    return name


@pytest.fixture
def cases(local):
    """One worked case of every country; one disputed, one suspended and one new case more."""
    # A Dutch debtor's creditor is Belgian, every other one Dutch: its law is always another country's.
    found = {one: worked(one, creditor="BE" if one == "NL" else "NL") for one in countries()}
    disputed, held = accepted(number="D-1"), accepted(number="S-1", debtor="IT")
    do(disputed, "dispute", DAY, note="Lorem", actor="debtor", ground="not_delivered")
    do(held, "suspend", DAY, note="Lorem", kind="insolvency", opened="2026-03-18")
    return [*found.values(), disputed, held, routed(number="N-1", debtor="BE", creditor="NL", debtor_kind="consumer")]


def test_everybodys_pages(walk):
    paths = ["/", "/charter", "/countries", *(f"/countries/{one.lower()}" for one in countries()), "/sign-in"]
    walk.look(walk.client(), [*paths, "/sign-in/link", "/password", "/status"])
    assert walk.found == {}


def test_a_teams_pages(walk, cases):
    with unit_of_work() as session:
        row = {"account": adapter_of("NL").service["iban"], "booked_on": DAY, "value_on": DAY, "amount_minor": 100_00}
        why = "3 cases fit equally (an account of the debtor): a person decides"
        told = {"bank_id": "1", "credit": True, "debtor_name": "Debiteur", "status": "unmatched", "why": why}
        session.add(BankEntry(**row, **told, currency="EUR"))
    lead = {one: walk.client(worker(f"{one.lower()}@dienst.example", one, "lead")) for one in countries()}
    # A country's law shows in these parts of a case; the others are the same everywhere.
    for name in cases:
        walk.look(lead[name[:2]], [f"/team/cases/{name}", f"/team/cases/{name}/money"])
    for name in cases[-3:]:
        parts = ("letters", "talk", "court", "history", "do/finish_task", "do/suspend", "do/note")
        walk.look(lead[name[:2]], [f"/team/cases/{name}/{part}" for part in parts])
    walk.look(lead["NL"], ["/team?queue=open", "/team/bank", "/team/calendar", "/team/absence", "/team/returns"])
    assert walk.found == {}


def test_a_members_pages(walk, cases):
    client = walk.client(member())
    token = form_token(client.get("/claims/new").text)
    scan = {"file": ("scan.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")}
    drafts = []
    for country in countries():
        made = client.post("/claims/new", data={"csrf": token}, files=scan)
        draft = made.headers["location"].removesuffix("/invoice")
        typed = {"number": f"7-{country}", "issued": "2025-12-02", "amount": "1000", "currency": "EUR", "go": "on"}
        client.post(f"{draft}/invoice", data={"csrf": token, **typed})
        kind = "consumer" if country in ("BE", "AT") else "business"
        debtor = {"debtor_name": "Cliente", "debtor_kind": kind, "debtor_country": country}
        place = {"debtor_street": "Via 1", "debtor_city": "Milano", "debtor_postal_code": "1010", "go": "on"}
        client.post(f"{draft}/debtor", data={"csrf": token, **debtor, **place})
        drafts.append(draft)
    own = re.findall(r"/claims/[a-z]{2}-[\w-]+", client.get("/claims").text, re.IGNORECASE)
    assert own
    walk.look(client, ["/claims", "/claims/new", "/account", "/account/details", "/account/news"])
    walk.look(client, [f"{draft}/preview" for draft in drafts])
    walk.look(client, [f"{drafts[0]}/{step}" for step in ("invoice?check=1", "debtor", "evidence", "mandate")])
    walk.look(client, dict.fromkeys(own))
    assert walk.found == {}


def test_the_pages_of_managers_and_administrators(walk, cases):
    now = datetime.now(UTC)
    with unit_of_work() as session:
        rebuild(session, now.date(), now)
    manager = walk.client(worker("maria@dienst.example", None, "manager"))
    chief = walk.client(worker("root@dienst.example", None, "administrator"))
    walk.look(manager, ["/manager", "/manager/cases", f"/manager/cases/{cases[0]}"])
    pages = ("", "/users/team", "/users/members", "/channels", "/audit", "/reads", "/countries", "/countries/AT")
    walk.look(chief, [f"/administrator{page}" for page in pages])
    assert walk.found == {}


def test_a_debtors_pages(walk, cases):
    for name in cases[: len(countries())]:
        with unit_of_work() as session:
            access = access_of(session, load(session, name).claim_id)
        path, client = f"/d/{access.token}", walk.client()
        token = form_token(client.get(path).text)
        client.post(path, data={"csrf": token, "code": code_of(access)})
        forms = [f"{path}/answer/{kind}" for kind in ("paid", "dispute", "plan", "contact")]
        walk.look(client, [path, *(forms if name == cases[0] else ())])
    assert walk.found == {}


# ---- sentences of the rules


def said_by(call: ast.Call) -> Iterator[ast.expr]:
    """Yield the sentences that a call may hold: a remark, or why a task is set."""
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    if name in ("note", "warn", "warned", "_warn") and call.args:
        yield call.args[0]
    for word in call.keywords:
        if word.arg == "data" and isinstance(word.value, ast.Dict):
            pairs = zip(word.value.keys, word.value.values, strict=True)
            yield from (value for key, value in pairs if isinstance(key, ast.Constant) and key.value == "why")


# Sentences of which a whole part varies, with one of the parts that it may have.
WITH_PART = {
    "the member refuses: 7": "the member refuses: court",
    "7: it stands where it stood": "a payment was taken back after the case was closed: it stands where it stood",
    "the invoice is from 7, filed by the member 7": "the invoice is from 'A', filed by the member 'B'",
    "7: country 7 is not known; write two letters such as IT": "buyer: country 'X' is not known; write two letters "
    "such as IT",
    "7: no country in the address: taken from the 7 as 7": "buyer: no country in the address: taken from the postal "
    "code as IT",
    "AT: a term of more than 7 days holds 7 (UGB § 459)": "AT: a term of more than 60 days holds only if expressly "
    "agreed and not grossly unfair (UGB § 459)",
    "IT: mediation is mandatory if the contract is 7 (D.Lgs. 28/2010 art. 5(1)): 7": "IT: mediation is mandatory if "
    "the contract is a lease (D.Lgs. 28/2010 art. 5(1)): it comes before the action",
    "SE: no agreed due day and 7 (Räntelag 4 § 2 st)": "SE: no agreed due day and no demand that names the interest "
    "was sent: none is reckoned (Räntelag 4 § 2 st)",
}


def example(node: ast.expr) -> str | None:
    """Return a sentence as it may be said, a number for each thing that varies; None for what is no sentence."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if not isinstance(node, ast.JoinedStr):
        return None
    return "".join(str(part.value) if isinstance(part, ast.Constant) else _filled(part) for part in node.values)


def _filled(part: ast.expr) -> str:
    written = ast.unparse(part)
    if "country" in written and "name" not in written:
        return "NL"
    return "EUR" if "currency" in written else "7"


def sentences() -> Iterator[tuple[str, str]]:
    """Yield every sentence of rules, readers and tasks with where it stands."""
    skipped = {"people", "cli", "telling", "bank", "portal", "rounds", "demo", "forms", "privacy.py", "partners.py"}
    skipped |= {"country_files.py", "laws_file.py", "partner_invoices.py", "letterhead.py", "parameters.py"}
    skipped |= {"reviews.py"}
    for root in (Path(recovery.__file__).parent, Path(adapters.__file__).parent):
        for path in sorted(root.rglob("*.py")):
            if skipped & set(path.relative_to(root).parts):
                continue
            tree = ast.parse(path.read_text("utf-8"))
            found = [node for call in ast.walk(tree) if isinstance(call, ast.Call) for node in said_by(call)]
            found += [
                node for node in ast.walk(tree) if (text := example(node)) and re.match(r"[A-Z]{2}: [^{]+ ", text)
            ]
            parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
            for node in found:
                text = example(node) if id(node) not in parts else None
                if text and len(re.findall(r"[a-z]{2,}", text)) > 2:
                    yield f"{path.name}:{node.lineno}", WITH_PART.get(text, text)


def test_every_sentence_of_rules_and_tasks_is_said_in_every_language():
    known = environment("sv").filters["remark"]
    every = dict(sentences())
    assert len(every) > 120
    assert {place: text for place, text in every.items() if known(text) == text} == {}


def test_a_sentence_is_told_with_what_varies_in_it():
    told = environment("nl").filters["remark"]
    assert told("2026-1: seller: no name") == "2026-1: verkoper: geen naam"
    assert told("payable 100.00 differs from the total 120.00: prepaid 20.00") == (
        "te betalen 100,00 verschilt van het totaal 120,00: vooruitbetaald 20,00"
    )
    clause = "BE: the clause of 12 % lies above the ceiling and is void: principal only (CEL XIX.4)"
    assert told(clause).replace("\N{NO-BREAK SPACE}", " ") == (
        "België: het beding van 12 % ligt boven het maximum en is nietig: alleen de hoofdsom "
        "(Belgisch Wetboek van economisch recht, art. XIX.4)"
    )
    assert told("what a person wrote") == "what a person wrote"
    assert environment("en").filters["remark"](clause) == clause
