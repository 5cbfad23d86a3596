"""An administrator's pages: users, countries, channels, switches, the audit; everybody else is kept out."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlmodel import select

from recovery.people.partners import fee_of, own_holidays, partner_text
from recovery.people.switches import SWITCHES, is_on
from recovery.portal.administrator.overview import SWITCH_TEXTS
from recovery.settings import settings
from recovery.store.database import reading, unit_of_work
from recovery.store.portal_tables import Account, AuditEntry, OneTimeLink, PortalSession
from recovery.store.tables import Member, Outbox, TeamMember
from tests.channels.servers import free_port
from tests.portal.conftest import AXE, form_token, press
from tests.portal.people import member, worker
from tests.portal.sign_in import link_in, mails

ADMINISTRATOR = {"email": "root@dienst.example", "role": "administrator", "country": None, "name": "Rut Voorbeeld"}
PAGES = ("", "/users/team", "/users/members", "/countries", "/countries/NL", "/channels", "/audit")


def administrator(language="en"):
    return worker(**ADMINISTRATOR, language=language)


def audit():
    with reading() as session:
        return [one.kind for one in session.exec(select(AuditEntry).order_by(AuditEntry.id))]


def tried_mails():
    return [path.read_text("utf-8") for path in (settings().outgoing / "mail").glob("test-*.eml")]


def poster(client, page="/administrator"):
    token = form_token(client.get(page).text)
    return lambda path, **data: client.post(f"/administrator{path}", data={"csrf": token, **data})


def key_of(email):
    with reading() as session:
        person = session.exec(select(TeamMember.id).where(TeamMember.email == email)).first()
        return person or session.exec(select(Member.id).where(Member.email == email)).one()


@pytest.mark.parametrize(
    ("language", "width", "script", "add", "closed"),
    [
        ("nl", "desk", True, "Toevoegen", "De toegang sluiten"),
        ("fr", "phone", False, "Ajouter", "Fermer l’accès"),
        ("sv", "phone", True, "Lägg till", "Stäng åtkomsten"),
    ],
)
def test_an_administrator_walks_through(reader, pictures, language, width, script, add, closed):
    page = reader("/administrator", language, width, script=script, cookie=administrator(language))
    links = page.locator("nav.queues a")
    for number in range(links.count()):
        press(links.nth(number))
        page.screenshot(path=pictures / f"administrator-{language}-{number}.png", full_page=True)
    press(links.nth(1))
    page.locator("#name").fill("Nora Nieuw")
    page.locator("#email").fill("nora@dienst.example")
    page.locator("#country").select_option("NL")
    press(page.get_by_role("button", name=add, exact=True))
    assert page.locator("h1").inner_text() == "Nora Nieuw"
    press(page.get_by_role("button", name=closed, exact=True))
    assert page.locator("[role=status]").count() == 1
    page.goto(page.url.split("/administrator")[0] + "/administrator/countries/NL")
    page.locator("#day").fill("2026-12-24")
    page.locator("#name").fill("Kerstavond")
    press(page.locator("form[action$='/holiday'] button"))
    assert "Kerstavond" in page.locator("#drop").inner_text()
    if script:
        found = Axe().run(page, options=AXE)
        assert found.violations_count == 0, found.generate_report()
    assert audit() == ["person_added", "user_invited", "user_closed", "holiday_added"]
    (mail,) = mails("invite")
    assert mail["To"] == "nora@dienst.example"


def test_others_are_kept_out_and_an_auditor_changes_nothing(caller):
    for cookie in (member(), worker(), worker("mira@dienst.example", None, "manager")):
        assert {caller(cookie).get(f"/administrator{path}").status_code for path in (*PAGES, "/audit.csv")} == {403}
    assert caller().get("/administrator").headers["location"].startswith("/sign-in")
    administrator()
    auditor = caller(worker("audit@dienst.example", None, "auditor"))
    shown = {
        path: auditor.get(f"/administrator{path}") for path in (*PAGES, f"/users/team/{key_of(ADMINISTRATOR['email'])}")
    }
    assert {answer.status_code for answer in shown.values()} == {200}
    for path, answer in shown.items():
        buttons = re.findall(r'action="(/[^"]*)"', answer.text)
        assert {one for one in buttons if one.startswith("/administrator")} <= {
            f"/administrator{path}",
            "/administrator/audit",
            "/administrator/countries/NL/fee",
            "/administrator/countries/NL/text",
        }
    post = poster(auditor)
    paths = (
        *("/switches/second_factor", "/users/team", "/users/team/x/close", "/countries/NL/fee"),
        *("/channels/test", "/channels/retry/1"),
    )
    assert {post(path, on="no").status_code for path in paths} == {403}
    assert audit() == []


def test_a_form_from_elsewhere_is_refused(caller):
    client = caller(administrator())
    assert client.post("/administrator/switches/second_factor", data={"on": "no"}).status_code == 403
    with reading() as session:
        assert is_on(session, "second_factor")


def test_switches_have_words_and_are_set(caller):
    assert set(SWITCH_TEXTS) == set(SWITCHES)
    post = poster(caller(administrator()))
    for on in ("no", "no", "yes"):
        assert post("/switches/debtor_page", on=on).status_code == 303
        with reading() as session:
            assert is_on(session, "debtor_page") is (on == "yes")
    assert post("/switches/nothing", on="no").status_code == 404
    assert audit() == ["switched", "switched"]


def test_what_is_wrong_with_a_new_user_is_said_and_what_was_typed_stays(caller):
    post = poster(caller(administrator()), "/administrator/users/members")
    answer = post("/users/members", name="Studio Nieuw", email="nobody", partner="BE", language="nl", iban="")
    assert answer.status_code == 422
    assert 'href="#email"' in answer.text
    assert 'value="Studio Nieuw"' in answer.text
    wrong = post("/users/members", name="Studio", email="a@voorbeeld.example", partner="BE", language="xx", iban="")
    assert (wrong.status_code, 'href="#language"' in wrong.text) == (422, True)
    wrong = post("/users/team", name="Ada", email="a@voorbeeld.example", country="DE", role="king", language="nl")
    assert wrong.status_code == 422
    script = post("/users/team", name="<script>", email="<script>", country="NL", role="lead", language="nl")
    assert "<script>" not in script.text
    assert audit() == []


def test_a_member_is_added_without_a_mail_and_changed(caller):
    client = caller(administrator())
    post = poster(client, "/administrator/users/members")
    given = {"name": "Studio", "email": "studio@voorbeeld.example", "partner": "BE", "language": "nl", "iban": ""}
    to = post("/users/members", **given).headers["location"]
    assert not (settings().outgoing / "mail").exists()
    post(to.removeprefix("/administrator") + "/change", partner="NL", language="fr")
    assert "Netherlands" in client.get(to).text
    assert post("/users/members/none/change", partner="NL", language="fr").status_code == 404
    assert post(to.removeprefix("/administrator") + "/burn").status_code == 404
    assert client.get("/administrator/users/kings").status_code == 404
    assert audit() == ["member_added", "user_changed"]
    assert "studio@voorbeeld.example" in client.get("/administrator/users/members?q=STUDIO&number=99").text
    assert "Nobody was found" in client.get("/administrator/users/members?q=%25").text


def test_the_last_administrator_stays(caller):
    client = caller(administrator())
    post, key = poster(client), key_of(ADMINISTRATOR["email"])
    for path, data in (
        (f"/users/team/{key}/close", {}),
        (f"/users/team/{key}/change", {"role": "lead", "language": "en"}),
    ):
        answer = post(path, **data)
        assert answer.status_code == 422
        assert "last administrator" in answer.text
    assert client.get("/administrator").status_code == 200


def test_a_second_factor_is_reset_with_a_reason_and_told_its_owner(caller):
    worker()
    with unit_of_work() as session:
        session.exec(
            select(Account).where(Account.email == "nora@dienst.example")
        ).one().totp_secret = "JBSWY3DPEHPK3PXP"
    key, client = key_of("nora@dienst.example"), caller(administrator())
    post = poster(client)
    answer = post(f"/users/team/{key}/factor", reason="because")
    assert (answer.status_code, "because" in answer.text) == (422, True)
    answer = post(f"/users/team/{key}/factor", reason="Her telephone was stolen")
    assert client.get(answer.headers["location"]).status_code == 200
    with reading() as session:
        assert session.exec(select(Account.totp_secret).where(Account.email == "nora@dienst.example")).one() is None
        assert len(session.exec(select(PortalSession)).all()) == 1
    (mail,) = mails("changed")
    assert mail["To"] == "nora@dienst.example"
    assert audit() == ["factor_reset"]


def test_an_invitation_is_a_link_for_whoever_may_sign_in(caller):
    worker()
    key, client = key_of("nora@dienst.example"), caller(administrator())
    assert "on its way" in client.get(poster(client)(f"/users/team/{key}/invite").headers["location"]).text
    assert link_in(mails("invite")[0]).startswith("/password/")
    with reading() as session:
        assert session.exec(select(OneTimeLink.purpose)).all() == ["invite"]


def test_a_country_s_settings_are_kept_and_faults_shown(caller):
    client = caller(administrator())
    post = poster(client)
    answer = post("/countries/NL/fee", percent="700", fixed="3", fee_text_nl="Niets")
    assert (answer.status_code, 'href="#percent"' in answer.text, "Niets" in answer.text) == (422, True, True)
    assert post("/countries/NL/fee", percent="7", fixed="3", fee_text_nl="Niets").status_code == 303
    assert post("/countries/NL/text", text_en="Call <us>").status_code == 303
    assert post("/countries/NL/holiday", day="2026-13-01", name="x").status_code == 422
    assert post("/countries/NL/holiday", day="2026-12-24", name="Eve").status_code == 303
    assert post("/countries/DE/fee", percent="7").status_code == 404
    assert post("/countries/NL/law", percent="7").status_code == 404
    with reading() as session:
        assert fee_of(session, "NL")["percent"] == "7"
        assert partner_text(session, "NL", "sv") == "Call <us>"
        assert own_holidays(session, "NL") == {date(2026, 12, 24): "Eve"}
    shown = client.get("/administrator/countries/NL").text
    assert "Call &lt;us&gt;" in shown
    assert "NL91ABNA0417164300" in shown
    assert "7.00" in client.get("/administrator/countries").text
    assert post("/countries/NL/drop", day="2026-12-24").status_code == 303
    assert audit() == ["fee_set", "text_set", "holiday_added", "holiday_dropped"]


def test_channels_show_no_secret_and_a_test_mail_goes_out(caller, monkeypatch):
    client = caller(administrator("fr"))
    post = poster(client)
    assert post("/channels/test").headers["location"].endswith("done=test")
    (mail,) = tried_mails()
    assert "To: root@dienst.example" in mail
    assert "Content-Language: fr" in mail
    given = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": free_port(), "SMTP_USER": "postman", "SMTP_PASSWORD": "hush-hush"}
    for name, value in {**given, "POST_URL": "sftp://me:hush-hush@post.example/in"}.items():
        monkeypatch.setenv(f"RECOVERY_{name}", str(value))
    settings.cache_clear()
    shown = client.get("/administrator/channels").text
    assert "127.0.0.1:" in shown
    assert not re.search(r"hush|postman|sftp", shown)
    failed = post("/channels/test")
    assert (failed.status_code, 'role="alert"' in failed.text) == (422, True)


def test_what_failed_is_tried_again_unless_its_team_decides(caller):
    now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    with unit_of_work() as session:
        for key, kind in (("a", "send_notice"), ("b", "send_email")):
            session.add(
                Outbox(key=key, kind=kind, status="failed", attempts=17, error="gone", created_at=now, payload={})
            )
        session.flush()
        first, second = session.exec(select(Outbox.id).order_by(Outbox.id)).all()
    client = caller(administrator())
    post = poster(client)
    assert client.get("/administrator/channels").text.count("/administrator/channels/retry/") == 1
    assert post(f"/channels/retry/{first}").status_code == 303
    assert [post(f"/channels/retry/{one}").status_code for one in (first, second, 999)] == [422] * 3
    with reading() as session:
        assert session.exec(select(Outbox.status).order_by(Outbox.id)).all() == ["waiting", "failed"]
    assert audit() == ["outbox_retried"]
