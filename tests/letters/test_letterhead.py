"""Who a letter comes from, what it asks, where its address stands, and what stops it."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from pypdf import PdfReader

from recovery import registry
from recovery.case.store import load
from recovery.errors import CaseError, LawError
from recovery.letters.letter import Letter
from recovery.letters.letterhead import letterhead
from recovery.letters.render import kept_together, render, view
from recovery.letters.words import words
from recovery.people.debtor_link import on_page
from recovery.registry import adapter_of, countries
from recovery.settings import settings
from recovery.store.database import reading
from recovery.store.portal_tables import DebtorAccess
from tests.casework import do
from tests.letters.correspondents import case_in, languages_of, letter_of, plain, printed
from tests.letters.sample_letters import BASE

ON, PAY_BY = date(2026, 4, 1), date(2026, 4, 22)
NBSP, THIN = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"


@pytest.fixture
def own_service(tmp_path, monkeypatch):
    def write(country, text):
        (tmp_path / f"{country.lower()}.toml").write_text(text, "utf-8")
        monkeypatch.setenv("RECOVERY_SERVICE_DIR", str(tmp_path))
        registry._adapter.cache_clear()

    yield write
    registry._adapter.cache_clear()


@pytest.fixture
def fresh_settings():
    settings.cache_clear()
    yield settings.cache_clear
    settings.cache_clear()


@pytest.mark.parametrize("country", countries())
def test_every_country_says_who_it_is_in_each_language_it_writes(country):
    for language in languages_of(country):
        found = letterhead(country, language)
        assert found.registers
        assert found.particulars[0].startswith(found.name)
        assert found.window == ("left" if country in ("AT", "NL") else "right")


WHOLE = """
name = "Incasso Samen"
signatory = "S. Echt"
[facts.nl]
form = "Coöperatie te Utrecht"
registers = ["KvK 12345678"]
look_up = "het handelsregister"
function = "behandelaar"
hours = "ma–vr"
[facts.en]
form = "Cooperative in Utrecht"
registers = ["KvK 12345678"]
look_up = "the trade register"
function = "case handler"
hours = "Mon–Fri"
"""


def test_an_installation_that_says_who_it_is_prints_that(own_service):
    own_service("NL", WHOLE)
    letter = replace(BASE, country="NL", language="nl", sender=replace(BASE.sender, name="Incasso Samen"))
    text = printed(letter)
    for wanted in ("KvK 12345678", "S. Echt, behandelaar", "Incasso Samen, Coöperatie te Utrecht"):
        assert wanted in text
    assert "voorbeeld" not in text  # nothing of the sample


@pytest.mark.parametrize(
    ("left_out", "named"),
    [
        ('registers = ["KvK 12345678"]\n', "facts.nl.registers, facts.en.registers"),
        ('signatory = "S. Echt"\n', "signatory"),
        ('hours = "ma–vr"\n', "facts.nl.hours"),
    ],
)
def test_a_letter_without_a_fact_is_not_released_and_says_which(own_service, local, left_out, named):
    name = case_in("NL")
    own_service("NL", WHOLE.replace(left_out, ""))
    with pytest.raises(LawError, match="not released") as failed:
        letter_of(name, "reminder", ON, PAY_BY, "nl")
    assert failed.value.code == "letterhead_incomplete"
    assert named.split(", ")[0] in failed.value.message
    assert "RECOVERY_SERVICE_DIR" in failed.value.message


def test_an_own_file_never_keeps_the_sample_registers(own_service):
    own_service("NL", 'iban = "NL02ABNA0123456789"\n')
    assert "facts" not in adapter_of("NL").service
    with pytest.raises(LawError, match=r"signatory, facts\.nl\.form"):
        letterhead("NL", "nl")


@pytest.mark.parametrize(
    ("portal", "smtp", "refused"),
    [
        (None, "mail.example.org", True),
        ("http://portal.example.org", "mail.example.org", True),
        ("https://localhost:8000", "mail.example.org", True),
        ("https://portal.example.org", "mail.example.org", False),
        (None, "127.0.0.1", False),
        (None, None, False),
    ],
)
def test_no_letter_leaves_with_a_page_that_nobody_can_open(monkeypatch, fresh_settings, portal, smtp, refused):
    for name, value in (("RECOVERY_PORTAL_URL", portal), ("RECOVERY_SMTP_HOST", smtp)):
        monkeypatch.setenv(name, value) if value else monkeypatch.delenv(name, raising=False)
    fresh_settings()
    access = DebtorAccess(claim_id="x", token="abc")
    if not refused:
        assert on_page(access)["url"].endswith("/d/abc")
        return
    with pytest.raises(CaseError, match="RECOVERY_PORTAL_URL") as failed:
        on_page(access)
    assert failed.value.code == "portal_not_public"


def _left_of(letter, text):
    """Return how far from the left a text starts on the first page, in millimetres."""
    found = []

    def visit(part, cm, tm, font, size):
        if text in part:
            found.append(tm[4] * cm[0] + cm[4])

    PdfReader(io.BytesIO(render(letter))).pages[0].extract_text(visitor_text=visit)
    return found[0] / 72 * 25.4


@pytest.mark.parametrize(
    ("country", "left"), [("AT", 25), ("NL", 25), ("BE", 115), ("IT", 115), ("ES", 115), ("SE", 115)]
)
def test_the_address_stands_behind_the_window_of_the_country(country, left):
    letter = replace(BASE, country=country, debtor=replace(BASE.debtor, name="Windowdebtor"))
    assert abs(_left_of(letter, "Windowdebtor") - left) < 1


def test_a_plan_asks_the_next_instalment_and_adds_up(local):
    name = case_in("BE", creditor="NL")
    do(name, "plan", date(2026, 4, 1), count=3, first="2026-05-01")
    with reading() as session:
        case = load(session, name, lock=False)
        sent = next(one for one in case.effects if one.payload.get("document") == "instalment_plan")
        letter = Letter.from_dict(sent.payload)
        first = case.plan.instalments[0]
    assert letter.payment.pay_by == "2026-05-01"
    assert Decimal(letter.payment.amount) == Decimal(first.amount_minor) / 100
    whole = sum(Decimal(row["amount"]) for row in letter.instalments)
    assert Decimal(letter.total) == whole
    assert sum(Decimal(row.amount) for row in letter.amounts) == whole
    assert "plan_interest" in {row.label for row in letter.amounts}
    text, said = printed(letter), words(letter.language)
    assert said["next_instalment"] in text
    assert said["plan_interest"] in text
    assert letter.online is None or said["online_plan"] in text
    assert said["online"] not in text


PAGE = {"url": "https://portal.example.org/d/abc", "code": "K7M4 QX2D"}


@pytest.mark.parametrize(
    ("document", "title"),
    [
        ("formal_notice", "online"),
        ("payment_receipt", "online_see"),
        ("settlement_confirmed", "online_see"),
        ("dispute_received", "online_send"),
        ("instalment_plan", "online_plan"),
    ],
)
def test_the_page_is_offered_for_what_the_letter_is_about(document, title):
    text = printed(replace(BASE, document=document, online=PAGE, language="nl"))
    assert plain(words("nl")[title]) in text
    assert title == "online" or words("nl")["online"] not in text


@pytest.mark.parametrize(
    ("language", "one", "several"),
    [
        ("nl", "u factuur A-1 nog niet", "u facturen A-1, A-2 nog niet"),
        ("en", "invoice A-1 has not been paid", "invoices A-1, A-2 have not been paid"),
    ],
)
def test_one_invoice_and_several_are_said_as_people_say_them(local, language, one, several):
    name = case_in("NL")
    for numbers, wanted in ((["A-1"], one), (["A-1", "A-2"], several)):
        values = {"invoices": ", ".join(numbers), "invoice_count": {"number": str(len(numbers))}}
        letter = letter_of(name, "reminder", ON, PAY_BY, language, values=values)
        assert wanted in " ".join(part.text for part in letter.paragraphs)


def test_what_belongs_together_does_not_part_at_the_end_of_a_line():
    assert kept_together("zum 13. August 2026 nach § 1333 und Art. 5 über 12,50 %", "de") == (
        f"zum 13.{NBSP}August{NBSP}2026 nach §{NBSP}1333 und Art.{NBSP}5 über 12,50{NBSP}%"
    )
    assert (
        kept_together("le 1er avril 2026 : « oui » ?", "fr")
        == f"le 1er{NBSP}avril{NBSP}2026{THIN}: «{THIN}oui{THIN}»{THIN}?"
    )
    assert kept_together("el 3 de marzo de 2026", "es") == f"el 3{NBSP}de{NBSP}marzo{NBSP}de{NBSP}2026"


def test_a_mail_address_is_printed_on_one_line():
    address = "a-very-long-mail-address-of-a-service@recovery-service-of-spain.example"
    for length in range(0, 60, 6):
        said = replace(BASE, paragraphs=(replace(BASE.paragraphs[0], text=f"{'x' * length} write to {address} now"),))
        pages = PdfReader(io.BytesIO(render(said))).pages
        assert any(address in line for page in pages for line in page.extract_text().splitlines()), length


def test_a_registered_letter_says_so():
    assert words("it")["registered"] in printed(replace(BASE, language="it", country="IT", channel="registered"))
    assert words("it")["registered"] not in printed(replace(BASE, language="it", country="IT"))


def test_what_the_debt_is_for_stands_beside_the_invoice():
    rows = ({**BASE.invoices[0], "what_for": "Affiche voor de première"},)
    assert "Affiche voor de première" in printed(replace(BASE, invoices=rows))
    assert view(BASE)["invoices"][0]["what_for"] == "–"  # letters stored before
