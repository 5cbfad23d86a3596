"""Logs of a run of faults: what failed and where, and nobody's name, address, account or invoice."""

from __future__ import annotations

import io
import logging
import sys
import threading
import warnings
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from recovery import logs
from recovery.case.store import load
from recovery.channels import webhook
from recovery.errors import GatewayError, IntakeError
from recovery.law.claim import ClaimFacts
from recovery.people.members import plain_iban
from recovery.portal.sign_in.mails import send_link
from recovery.post.correspondence import send
from recovery.rounds import delivery
from recovery.settings import settings
from recovery.store import database
from recovery.store.tables import Member
from tests.casework import accepted
from tests.channels.servers import smtp, team_system
from tests.portal.conftest import address, caller, form_token
from tests.portal.people import member, worker

__all__ = ["address", "caller"]  # fixtures

NAME, ADDRESS = "Quirijn Zandvoort", "quirijn@zandvoort.example"
IBAN, INVOICE = "NL91ABNA0417164300", "QZ-2026-777"
SECRETS = (NAME, "Zandvoort", ADDRESS, IBAN, "0417164300", INVOICE)


@pytest.fixture
def written(capsys):
    """Everything that any log of this process writes, made as an installed process makes it."""
    kept = io.StringIO()
    before = logging.getLogRecordFactory(), sys.excepthook, threading.excepthook
    handler = logging.StreamHandler(kept)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    logs.install()
    logging.getLogger().addHandler(handler)
    yield lambda: kept.getvalue() + "".join(capsys.readouterr())
    logging.getLogger().removeHandler(handler)
    logging.captureWarnings(False)
    logging.setLogRecordFactory(before[0])
    sys.excepthook, threading.excepthook = before[1:]


def names_nobody(found):
    assert [secret for secret in SECRETS if secret.lower() in found.lower()] == []


def test_a_run_of_faults_names_nobody(caller, written, monkeypatch):
    name = accepted(number=INVOICE)
    client, mine = caller(worker()), caller(member())
    token = form_token(mine.get("/claims/new").text)
    _bad_uploads(mine, token)
    _bad_statement(client)
    _mails(name, monkeypatch)
    _webhook(monkeypatch)
    _broken_rows(client, name)
    _broken_tables(client, mine)
    found = written()
    names_nobody(found)
    for said in ("the page GET /team/cases/{name} failed", "the page GET /team failed", "OperationalError"):
        assert said in found, found
    for file in (settings().data_dir / "logs").rglob("*"):
        names_nobody(file.read_text("utf-8", "replace"))


def _bad_uploads(client, token):
    wrong = f"<Invoice><ID>{INVOICE}</ID><Name>{NAME}</Name><IBAN>{IBAN}</Invoice>".encode()
    for title, content in ((f"{NAME}.xml", wrong), (f"{INVOICE}.pdf", b"%PDF-1.4 " + wrong), (f"{NAME}.csv", wrong)):
        client.post("/claims/new", data={"csrf": token}, files={"file": (title, content, "application/xml")})
    client.post("/account/details/iban", data={"csrf": token, "iban": IBAN[:-1]})
    client.post("/account/details/email", data={"csrf": token, "email": f"{NAME} {ADDRESS}"})
    client.get(f"/claims/{NAME}?q={ADDRESS}")


def _bad_statement(client):
    token = form_token(client.get("/team/bank").text)
    bad = f"<Document><Ntry><Nm>{NAME}</Nm><IBAN>{IBAN}</IBAN></Ntry></Document>".encode()
    client.post("/team/bank", data={"csrf": token}, files={"file": (f"{NAME}.xml", bad, "application/xml")})


def _mails(name, monkeypatch):
    """Let a mail server refuse with the address in its reply."""
    with database.unit_of_work() as session:
        case = load(session, name)
        session.execute(text("UPDATE party SET email = :to, name = :name"), {"to": ADDRESS, "name": NAME})
        send(case, "reminder", datetime.now(UTC).date(), None, "email", f"{case.claim_id}:faults:1")
        session.add(Member(id="q", email=ADDRESS, name=NAME, partner="NL", language="nl"))
    for code in ("550", "451"):
        with smtp(rcpt=f"{code} {ADDRESS} of {NAME} is unknown") as (_, port):
            monkeypatch.setenv("RECOVERY_SMTP_HOST", "127.0.0.1")
            monkeypatch.setenv("RECOVERY_SMTP_PORT", str(port))
            monkeypatch.setenv("RECOVERY_SMTP_STARTTLS", "0")
            settings.cache_clear()
            delivery.deliver(delivery.waiting_ids())
            send_link(ADDRESS, "reset", datetime.now(UTC))


def _webhook(monkeypatch):
    with team_system(500) as (_, url):
        monkeypatch.setenv("RECOVERY_WEBHOOK_URL", f"{url}?of={NAME}")
        monkeypatch.setenv("RECOVERY_WEBHOOK_SECRET", "a secret of the test")
        settings.cache_clear()
        with pytest.raises(GatewayError):
            webhook.notify("k", {"kind": "letter"}, datetime.now(UTC))


def _broken_rows(client, name):
    """Break what a page is made of: a claim that is none, a value that no template expects."""
    for debtor in (f'{{"kind": "{INVOICE}"}}', f'{{"{NAME}": "{NAME}"}}', f'["{IBAN}"]'):
        with database.unit_of_work() as session:
            session.execute(text("UPDATE case_file SET debtor = :debtor"), {"debtor": debtor})
        assert client.get(f"/team/cases/{name}").status_code in (422, 500)


def _broken_tables(client, mine):
    """Take away what a search and a sign-in read: the database's error names what was asked."""
    with database.engine().connect() as connection:
        connection.exec_driver_sql("ALTER TABLE party RENAME TO gone")
        connection.commit()
    assert client.get("/team", params={"q": NAME}).status_code == 500
    assert client.get("/team", params={"q": ADDRESS}).status_code == 500
    assert mine.get("/claims").status_code in (200, 500)
    with database.engine().connect() as connection:
        connection.exec_driver_sql("ALTER TABLE account RENAME TO gone_too")
        connection.commit()
    failed = mine.get("/claims", params={"of": NAME})
    assert failed.status_code == 500


def test_what_libraries_and_lost_threads_say_names_nobody(written):
    library = logging.getLogger("library.of.others")
    library.error("Could not write '%s' for %s", IBAN, NAME)
    library.error(f"Finished in state Failed('{NAME}')")
    library.error(f"{ADDRESS} was refused: {NAME}")
    try:
        plain_iban(IBAN[:-1])
    except IntakeError as error:
        library.exception(f"Flow run encountered an exception: {error!r} {IBAN}")
        logging.getLogger("recovery.x").warning("not sent, %s", error)
    try:
        ClaimFacts.model_validate({"creditor": NAME, "invoices": INVOICE})
    except ValueError as error:
        names_nobody(str(error))
        logging.getLogger("flows.x").exception("could not read 100% of it")
    warnings.warn(f"{NAME} is no number", stacklevel=1)
    lost = threading.Thread(target=lambda: int(NAME))
    lost.start()
    lost.join()
    try:
        raise ExceptionGroup(NAME, [ValueError(ADDRESS)])
    except ExceptionGroup as error:
        sys.excepthook(type(error), error, error.__traceback__)
    found = written()
    names_nobody(found)
    for said in (
        "library.of.others: Could not write (test_logs.py",
        "library.of.others: Finished in state Failed",
        "IntakeError (bad_iban",
        "100% of it: ValidationError",
        "ended by ValueError at",
        "ended by ExceptionGroup (ValueError)",
        "py.warnings",
    ):
        assert said in found, found


def test_a_database_s_error_hides_what_was_asked(installation):
    with pytest.raises(Exception, match="hidden") as wrong, database.unit_of_work() as session:
        session.execute(text("SELECT * FROM nowhere WHERE name = :name"), {"name": NAME})
    names_nobody(str(wrong.value))
