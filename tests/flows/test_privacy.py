"""Whatever fails in a flow, no name, mail, account or invoice number stands in Prefect's database or in a log."""

from __future__ import annotations

import base64
import json
import logging
import sqlite3

import pytest
from sqlalchemy.exc import IntegrityError

from flows.run import run_flow
from recovery.errors import CaseError, IntakeError
from recovery.ledger.statements import take_statement
from recovery.rounds import delivery, sweep
from recovery.store.database import unit_of_work
from recovery.store.tables import Outbox
from tests.casework import FILED, filed

NAME, MAIL, IBAN, INVOICE = "Ravenkamp", "ravenkamp@voorbeeld.example", "NL91ABNA0417164300", "F-2026-8841"
WORDS = f"{NAME} <{MAIL}> {IBAN} {INVOICE}"
SECRETS = (NAME, MAIL, IBAN, INVOICE, *WORDS.split())


def failing(error):
    def fails(*arguments, **options):
        try:
            raise KeyError(WORDS)  # what our own errors are raised from speaks as well
        except KeyError as cause:
            raise error from cause

    return fails


def faults():
    """Return flows that fail, each in a way of its own, and what is made to fail."""
    from flows.bank import import_statement
    from flows.claims import file_claim
    from flows.daily import deliver_outbox, work_deadlines

    def row():
        with unit_of_work() as session:
            session.add_all([Outbox(key=WORDS, kind="letter", payload={"to": WORDS}) for _ in range(2)])

    return [
        (work_deadlines, ("NL", "2026-03-03"), sweep, "due_deadlines", failing(ValueError(WORDS))),
        (deliver_outbox, (), delivery, "deliver", lambda ids: row()),
        (import_statement, ("0" * 64,), None, "", None),
        (import_statement, ("1" * 64,), take_statement, "", failing(CaseError(WORDS, code="bad_statement"))),
        (file_claim, ("0" * 64, FILED.isoformat()), None, "", None),
    ]


def results():
    """Return what Prefect keeps of results, errors among them: as written, and as pickled inside."""
    from prefect.settings import PREFECT_LOCAL_STORAGE_PATH

    written = [
        file.read_text(errors="replace") for file in PREFECT_LOCAL_STORAGE_PATH.value().rglob("*") if file.is_file()
    ]
    pickled = [json.loads(text).get("result", "") for text in written if text.startswith("{")]
    inside = [base64.b64decode(one).decode("latin-1") for one in pickled if isinstance(one, str)]
    return [*written, *inside]


def test_faults_of_every_kind_leave_no_word_behind(served, own_prefect, monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)
    with unit_of_work() as session:
        filed(session)
    raised = []
    for flow, arguments, place, name, fault in faults():
        with monkeypatch.context() as patched:
            if place is take_statement:
                patched.setattr("flows.bank.take_statement", fault)
            elif place is not None:
                patched.setattr(place, name, fault)
            with pytest.raises(Exception) as error:
                run_flow(flow, *arguments)
            raised.append(error.value)
    assert any(IBAN in str(one) for one in raised), "an error of ours keeps its words for who asked"
    states = stored(own_prefect[1] / "prefect" / "prefect.db", "flow_run_state")
    assert sum("FlowFault" in row or "CaseError" in row for row in states) >= 3
    assert any(IntegrityError.__name__ in row for row in states)
    kept = results()
    assert kept, "Prefect keeps what a run ended with"
    for text in (*database(own_prefect[1] / "prefect" / "prefect.db"), *logs(own_prefect[1]), caplog.text, *kept):
        for secret in SECRETS:
            assert secret not in text


def database(path):
    with sqlite3.connect(path) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return [row for table in tables for row in stored(path, table)]


def stored(path, table):
    with sqlite3.connect(path) as connection:
        return [str(row) for row in connection.execute(f'SELECT * FROM "{table}"')]


def logs(folder):
    return [file.read_text(errors="replace") for file in (folder / "logs").glob("*.log")]


def test_a_refusal_is_stored_by_its_code_and_read_in_full_by_who_asked(served):
    from flows.claims import file_claim
    from flows.uploads import keep_upload

    reference = keep_upload(b"<no invoice>", "x.xml", FILED)
    with pytest.raises(IntakeError) as refused:
        run_flow(file_claim, reference, FILED.isoformat())
    assert str(refused.value) == refused.value.message != refused.value.code
