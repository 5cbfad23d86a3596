"""The domain's words: a text for every code, in every language, and a fault's words for whoever typed."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import recovery
from recovery.case import papers as evidence
from recovery.case.kinds import KINDS
from recovery.case.lifecycle import MOVES, REASONS, Facts, State, refusal
from recovery.desk.actions import ACTIONS
from recovery.errors import CaseError, Faults, IntakeError
from recovery.law.values import ROUTE_CODES
from recovery.notices.compose import LANGUAGES
from recovery.people.teams import ROLES
from recovery.portal import faults, term_events, terms
from recovery.portal.administrator import faults as administrators
from recovery.portal.faults import FAULTS, Fault, fault_of
from recovery.portal.member.paper import NOTES
from recovery.portal.terms import GROUPS, term
from recovery.telling import messages

ROOT = Path(recovery.__file__).parent
OTHERS = [code for code in LANGUAGES if code != "en"]
PLACEHOLDERS = re.compile(r"%\(\w+\)s")
# Codes that no page can meet: of the command line, of a maintainer's files, of transfers and flows.
UNSEEN = {
    *("bad_args", "bad_bic", "bad_json", "bad_payment", "bad_period", "bad_setting", "chain_broken", "demo_failed"),
    *("far_day", "file_exists", "held", "no_such_notice", "not_a_status_report", "not_empty", "nothing_to_pay"),
    "unknown_command",
    *("bad_key", "foreign_backup", "key_missing", "key_wrong", "newer_backup", "not_confirmed", "passphrase_missing"),
    "unreadable_backup",
    *("bad_country", "ambiguous_person"),
}

# What may be wrong with a page or picture: told where it is filled in, and nothing is refused for it.
OF_PAPER = {*NOTES, "no_words", "unreadable_picture"}


def same(text: str) -> str:
    return text


def loud(text: str) -> str:
    """Stand for another language: capitals, save in a placeholder."""
    return "".join(part if part.startswith("%(") else part.upper() for part in re.split(r"(%\(\w+\)s)", text))


@cache
def calls() -> list[ast.Call]:
    """Return every call that the program's own code makes."""
    trees = (ast.parse(path.read_text("utf-8")) for path in sorted(ROOT.rglob("*.py")))
    return [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]


def named(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def written(node: ast.expr | None) -> str | None:
    """Return a literal text; what varies in it is left out."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value for part in node.values if isinstance(part, ast.Constant))
    return None


def literals(names: set[str], place: int) -> Iterator[str]:
    """Yield the literal text that calls of these names have at a place."""
    for call in calls():
        if named(call) in names and len(call.args) > place and (text := written(call.args[place])):
            yield text


@pytest.mark.parametrize(
    ("group", "codes"),
    [
        ("STATES", list(State)),
        ("REASONS", REASONS),
        ("EVENTS", [move.event for move in MOVES]),
        ("EVENTS", [f"consent_{kind}" for kind in ("formal_notice", "court", "settlement")]),
        ("EVENTS", ["advance", "advance_repaid", "take_over", "hand_over", "decide_barred", "decide_urgent"]),
        ("EVENTS", [f"letter_{what}" for what in ("returned", "bounced", "failed", "by_hand", "tracking_number")]),
        ("ACTIONS", ACTIONS),
        ("DEADLINES", set(KINDS)),
        ("DEADLINES", [f"consent:{kind}" for kind in ("formal_notice", "court", "settlement")]),
        ("ROUTES", ROUTE_CODES),
        ("PAPERS", [*evidence.KINDS, "invoice", "attachment", "court_pack", "insolvency_claim", "remittance", "news"]),
        ("CHANNELS", ["email", "post", "registered", "webhook", "by_hand"]),
        ("SHIPMENTS", ["waiting", "sent", "by_hand", "returned", "bounced", "failed"]),
        ("ROLES", [*ROLES, "member"]),
        ("SIDES", [*messages.ROLES, "debtor", "system", "bank"]),
        ("BANK", ["booked", "proposed", "unmatched", "outgoing"]),
        ("KINDS", ["business", "consumer", "public"]),
    ],
)
def test_every_code_of_the_domain_has_a_text(group, codes):
    assert codes
    assert sorted(set(codes) - set(GROUPS[group])) == []


def test_every_kind_that_is_recorded_has_a_text():
    kinds = set(literals({"record"}, 1)) - {"consent_", "letter_"}
    assert {"draft", "task", "settlement_lapsed"} <= kinds
    assert sorted(kinds - set(term_events.EVENTS)) == []


def test_every_deadline_that_is_set_has_a_text():
    kinds = {kind.rstrip(":") for kind in literals({"add_deadline", "add_task"}, 1)}
    assert {"rectify", "hearing", "step", "work"} <= kinds
    assert sorted(kinds - set(terms.DEADLINES)) == []


def test_every_line_of_the_ledger_has_a_text():
    kinds = set(literals({"post"}, 1))
    assert {"principal", "refund_due"} <= kinds
    assert sorted(kinds - set(terms.ENTRIES)) == []


def hindrances() -> Iterator[Facts]:
    for a, b, c, d in product((False, True), repeat=4):
        yield Facts(moved=a, notice_given=b, in_court=c, barred=d, routed=a, owed=int(b), route="x" if a else None)
        yield Facts(consent_court=True, notice_given=True, route="national_court", route_allowed=a, owed=int(b))


def test_every_guard_is_said_in_the_readers_language():
    met = set()
    for move, facts in product(MOVES, hindrances()):
        why = refusal(move.source, move.event, facts)
        if why:
            met.add(why.split(": ", 1)[1])
            assert term("GUARDS", why, loud) == term("GUARDS", why, same).upper() != why
    assert len(met) >= 14


def test_guards_read_well():
    assert term("GUARDS", "settle: money is still owed", loud) == "MONEY IS STILL OWED"
    assert term("GUARDS", "money is still owed", same) == "money is still owed"
    assert term("GUARDS", "go_to_court: route national_court is not open for this case", same) == (
        "route Ordinary court proceedings is not open for this case"
    )
    assert term("GUARDS", refusal(State.CLOSED, "accept", Facts()) or "", same) == "not while the case is in this state"
    assert term("GUARDS", "some_other reason", loud) == "some other reason"


def test_what_has_no_text_stands_as_it_is():
    assert term("EVENTS", "new_event", loud) == "new event"
    assert term("SIDES", "ann_b@team.example", loud) == "ann_b@team.example"
    assert term("DEADLINES", "instalment:3", same) == "Instalment due (3)"
    assert term("PAPERS", "letter:last_word", same) == "Letter (last word)"
    assert term("STATES", "", loud) == ""


def sources() -> set[str]:
    """Return every text that is marked for translation here."""
    found = set()
    for module in (terms, term_events, faults):
        for call in ast.walk(ast.parse(Path(str(module.__file__)).read_text("utf-8"))):
            if isinstance(call, ast.Call) and named(call) == "N_":
                found.add(written(call.args[0]))
    return {text for text in found if text}


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_is_translated_and_none_is_left_over(language):
    content = (ROOT / "portal" / "locale" / language / "terms.po").read_bytes()
    entries = [one for one in read_po(io.BytesIO(content), locale=language, abort_invalid=True) if one.id]
    assert {one.id for one in entries} == sources()
    assert [one.id for one in entries] == sorted(one.id for one in entries)
    for one in entries:
        assert one.string.strip() == one.string != "", one.id
        assert PLACEHOLDERS.findall(one.string) == PLACEHOLDERS.findall(one.id)
        assert one.string.endswith(".") == one.id.endswith("."), one.id
    unchanged = {one.id for one in entries if one.id == one.string}
    assert len(unchanged) <= 8, unchanged


def test_every_group_holds_marked_texts():
    assert {text for texts in (*GROUPS.values(), FAULTS) for text in texts.values()} | {faults.WHY} == sources()


def codes() -> set[str]:
    """Return every code that an error is raised with."""
    found = {written(word.value) for call in calls() for word in call.keywords if word.arg == "code"}
    said = {written(arg) for call in calls() if named(call) in ("_fault", "fault") for arg in call.args[1:]}
    return {one for one in found | {text for text in said if re.fullmatch(r"[a-z]+(_[a-z]+)+", text or "")} if one}


def test_every_code_has_words_for_a_page():
    met = codes()
    assert {"version_conflict", "credit_note", "bad_date"} <= met
    assert sorted(UNSEEN - met) == []
    worded = {one if isinstance(one, str) else one[0] for one in FAULTS} | set(administrators.FAULTS) | OF_PAPER
    assert sorted(met - UNSEEN - worded) == []


def test_words_for_details_are_for_codes_that_have_words():
    assert {one if isinstance(one, str) else one[0] for one in FAULTS} >= faults.DETAILED


def test_a_field_may_have_words_of_its_own():
    note = CaseError("refuse: say why with --note", code="missing", field="note")
    other = CaseError("name: empty", code="missing", field="name")
    assert fault_of(note, same) == [Fault("note", "Say in a few words why, or what was said.")]
    assert fault_of(other, loud) == [Fault("name", "FILL THIS IN.")]


def test_facts_behind_a_fault_are_told():
    error = CaseError("waive: 9.00 is more than the 5.00 EUR owed", code="bad_amount", field="amount")
    [fault] = fault_of(error, same)
    assert fault.field == "amount"
    assert fault.lang == ""
    assert fault.detail == "waive: 9.00 is more than the 5.00 EUR owed"


def test_a_guards_reason_is_part_of_the_fault():
    error = CaseError("settle: the member has not consented to the settlement", code="not_allowed", field="action")
    assert fault_of(error, same) == [
        Fault("", "This cannot be done now: the member has not consented to the settlement.")
    ]
    late = CaseError("record_title: the debtor may oppose until 2026-03-02", code="not_allowed", field="on")
    assert fault_of(late, same) == [
        Fault("on", "This cannot be done on that day.", detail="record_title: the debtor may oppose until 2026-03-02")
    ]


def test_several_faults_come_one_by_one():
    several = Faults(
        [
            IntakeError("number: missing", code="missing", field="number"),
            IntakeError("due on 2026-05-01; a claim can be filed from the day after", code="not_due", field="due"),
        ]
    )
    assert [(fault.field, fault.text[:4]) for fault in fault_of(several, same)] == [("number", "Ente"), ("due", "The ")]


def test_a_code_without_words_is_told_in_english():
    error = CaseError("the moon is full; wait", code="full_moon", field="moon")
    assert fault_of(error, loud) == [Fault("moon", "the moon is full; wait", "en")]
