"""Every country under the entry point passes this suite merely by being there."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest

from recovery.case.references import payment_reference
from recovery.charter import PRINCIPLES
from recovery.commands import run
from recovery.forms.labels import LANGUAGES as FORM_LANGUAGES
from recovery.forms.sheet_spec import NATIONAL, sheets_of
from recovery.forms.sheet_text import LANGUAGES as SHEET_LANGUAGES
from recovery.intake.identifiers import identify
from recovery.intake.references import check_reference, make_reference
from recovery.law.claim import Event, parse_claim
from recovery.law.enforcement import CONFIDENCE
from recovery.law.periods import Period
from recovery.law.values import ROUTE_CODES
from recovery.letters.texts import load_texts
from recovery.letters.words import LANGUAGES as LETTER_LANGUAGES
from recovery.notices.compose import LANGUAGES
from recovery.portal.pages import environment
from recovery.portal.terms import GROUPS, term, texts_of
from recovery.portal.texts import translations
from recovery.quote import quote
from recovery.registry import countries
from tests.conformance.conftest import examples_of

ROOT = Path(__file__).parents[2]
REQUIRED = (
    "interest.commercial",
    "interest.civil",
    "costs.flat_compensation",
    "limitation.general",
    "contact.hours",
    "contact.caps",
)
DOCUMENTS = ("reminder", "formal_notice", "instalment_plan", "payment_receipt")
KINDS = ("business", "consumer", "public")
# Groups of words that are whole sentences, told by their English.
SENTENCES = ("REMARKS", "STOPS")


def dig(answer, path):
    for part in path.split("/" if "/" in path else "."):
        answer = answer[int(part)] if isinstance(answer, list) else answer[part]
    return answer


def test_worked_example(example):
    assert example["authority"]
    answer = run(example["command"], example["args"])
    for path, wanted in example["expect"].items():
        assert dig(answer, path) == wanted, path


def test_every_country_has_enough_examples(adapter):
    assert len(examples_of(adapter.country)) >= 5


def test_parameters_are_complete(adapter):
    for key in REQUIRED:
        assert key in adapter.law, key
    for parameter in adapter.law.parameters.values():
        assert parameter.basis
        assert parameter.source
        assert parameter.confirmed_through <= parameter.relied_through
        assert parameter.relied_through >= date(2026, 12, 31)  # a rule that is not relied on is no rule


def test_rates_cover_2013_until_the_confirmed_day_and_not_beyond(adapter):
    for key in ("interest.commercial", "interest.civil"):
        rate = adapter.law[key]
        assert rate.on(date(2013, 1, 1)).value > 0
        with pytest.raises(Exception, match="confirmed only through"):
            rate.on(rate.confirmed_through + timedelta(days=1))


@pytest.mark.parametrize("principle", PRINCIPLES, ids=lambda principle: principle.id)
def test_charter_holds(adapter, principle):
    holds, how = principle.check(adapter)
    assert holds, how


def test_letters_are_complete_in_every_language(adapter):
    allowed = {
        "reference",
        "creditor",
        "debtor",
        "sender",
        "mandate",
        "invoices",
        "principal",
        "interest",
        "costs",
        "total",
        "pay_by",
        "term_days",
        "first_day",
        "last_day",
        "rate",
        "consequence_costs",
        "consequence_costs_vat",
        "portal_url",
        "dispute_contact",
        "member_state",
        "instalment",
        "settlement",
        "message",
        "invoice_count",
    }
    for language in adapter.languages:
        texts = tomllib.loads(adapter.folder.joinpath("letters", f"{language}.toml").read_text("utf-8"))
        assert texts["shared"]["footer"], language
        assert set(texts["shared"]) <= {"what_to_do", "footer"}, language
        for document in DOCUMENTS:
            assert texts[document]["subject"], (language, document)
            assert len(texts[document]["body"]) > 120, (language, document)
            for text in texts[document].values():
                fields = {name for _, name, _, _ in string.Formatter().parse(text) if name and "|" not in name}
                assert fields <= allowed, (language, document, fields - allowed)


def test_steps_lead_from_a_letter_to_court_for_every_debtor(adapter):
    for kind in KINDS:
        steps = adapter.steps_for(kind)
        assert steps[0].document
        assert steps[-1].state == "judicial"
        assert steps[-1].consent == "court"
        assert steps[-1].actor == "team"
        for step in steps:
            assert step.basis
            assert step.label
            Period.parse(step.term)
            assert step.state in ("amicable", "formal_notice", "judicial")
            assert step.actor in ("system", "team", "member")
            assert step.document is None or step.document in DOCUMENTS


def claim_of(creditor, debtor, kind, contract_kind="services", **more):
    return parse_claim(
        {
            "creditor": {"country": creditor},
            "debtor": {"country": debtor, "kind": kind},
            "contract": {"kind": contract_kind},
            "invoices": [{"number": "1", "amount": "1250.00", "currency": "EUR", "issued": "2026-01-10"}],
            **more,
        }
    )


def test_every_pairing_gives_a_quote(adapter):
    kinds = ("services", "goods", "professional_fee", "utilities", "other")
    for creditor, kind, contract_kind in product(countries(), KINDS, kinds):
        claim = claim_of(
            creditor,
            adapter.country,
            kind,
            contract_kind,
            events=[
                {"kind": "reminder", "on": "2026-03-02", "channel": "email"},
                {
                    "kind": "formal_notice",
                    "on": "2026-04-01",
                    "channel": "registered",
                    "wording": "receipt_based",
                },
            ],
        )
        answer = quote(claim, date(2026, 9, 1))
        assert answer.assessment.total.minor >= 125_000
        assert {route.code for route in answer.routes} == set(ROUTE_CODES)
        assert sum(route.recommended for route in answer.routes) == 1
        for cost in answer.assessment.costs:
            assert cost.basis
            assert cost.due_from <= date(2026, 9, 1)
        assert answer.limitation.last_day is None or answer.limitation.last_day > date(2026, 9, 1)


def test_every_event_has_an_effect_on_limitation(adapter):
    claim = claim_of(adapter.country, adapter.country, "business")
    kinds = Event.model_fields["kind"].annotation.__args__
    for kind, by, channel in product(kinds, ("creditor", "lawyer", "bailiff", "debtor"), ("post", "registered")):
        effect = adapter.interruption(claim, Event(kind=kind, on=date(2026, 3, 2), by=by, channel=channel))
        assert effect.effect in ("restart", "extend_to", "pending", "lapse", "suspend", "resume", "none")
        assert effect.basis


def test_deadlines_never_end_on_a_rest_day_of_their_calendar(adapter):
    for start in (date(2026, 1, 1) + timedelta(days=n) for n in range(0, 365)):
        for period in ("2d", "30d", "20wd", "2w", "1m"):
            end = adapter.time_limit("eu", start, Period.parse(period)).last_day
            assert not adapter.is_eu_rest_day(end)
            assert end > start
            adapter.time_limit("procedural", start, Period.parse(period), "opposition")


def test_notices_and_contacts_answer_for_every_channel(adapter):
    for kind, channel in product(KINDS, ("post", "registered", "email")):
        notice = adapter.notice(kind, date(2026, 9, 1), channel)
        assert notice.must_contain
        assert notice.basis
        assert notice.last_day is None or notice.last_day > date(2026, 9, 1)
    rule = adapter.contact_rule(True)
    assert len(rule.hours) == 7
    assert rule.hours[6] is None


def test_today_follows_the_countrys_clock(adapter):
    from datetime import UTC

    assert adapter.today(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == date(2026, 7, 1)


def test_service_account_is_valid(adapter):
    from schwifty import IBAN

    assert IBAN(adapter.service["iban"]).country_code == adapter.country


def test_flat_compensation_is_positive(adapter):
    assert Decimal(adapter.law.value("costs.flat_compensation", date(2026, 6, 1))) > 0


def test_every_step_and_letter_has_words(adapter):
    steps, papers = texts_of("DEADLINES"), texts_of("PAPERS")
    for step in adapter.steps:
        assert {step.name, f"step:{step.name}"} <= set(steps)
    written = load_texts(adapter.folder.joinpath("letters"), "en").documents
    assert {f"letter:{name.removesuffix('_consumer')}" for name in written} <= set(papers)


def test_words_of_its_own_are_said_in_every_language_and_of_its_own_codes_alone(adapter):
    assert set(adapter.words) == set(LANGUAGES)
    for language, groups in adapter.words.items():
        gettext = translations(language).gettext
        for group, words in groups.items():
            assert not set(words) & set(GROUPS.get(group, ()))
            for code, text in words.items():
                own = gettext(adapter.words["en"][group][code]) if group in SENTENCES else term(group, code, gettext)
                assert own.replace("\N{NO-BREAK SPACE}", " ") == text.replace("\N{NO-BREAK SPACE}", " ")


def test_what_stops_a_procedure_is_said_in_every_language(adapter):
    """The effect in procedure.toml is the English text; its translations stand under STOPS of words/<language>.toml."""
    assert set(adapter.words["en"]["STOPS"].values()) == {stop.effect for stop in adapter.stop_events}
    for language in LANGUAGES:
        told = environment(language).filters["remark"]
        effects = {stop.effect: told(stop.effect) for stop in adapter.stop_events}
        assert language == "en" or [one for one, said in effects.items() if said == one] == []


def test_letters_can_be_written_in_every_language_of_the_folder(adapter):
    folder = adapter.folder.joinpath("letters")
    written = [file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml")]
    assert {"en", *adapter.languages} <= set(written)
    for language in written:
        assert set(DOCUMENTS) <= {name.removesuffix("_consumer") for name in load_texts(folder, language).documents}


def test_every_open_route_has_its_court_sheet_unless_the_country_is_on_trial(adapter):
    if not adapter.folder.joinpath("court_sheets.toml").is_file():
        assert adapter.experimental
        return
    sheets = sheets_of(adapter.country)
    open_routes = {code for code, row in adapter.courts.items() if "closed" not in row}
    assert set(sheets.routes) == open_routes
    assert all(sheets.routes[code].sections for code in open_routes if code in NATIONAL)
    assert set(adapter.court_languages) <= set(sheets.languages) <= set(SHEET_LANGUAGES)


def test_its_languages_are_the_products(adapter):
    assert set(adapter.languages) <= set(LETTER_LANGUAGES)
    assert set(adapter.court_languages) & set(FORM_LANGUAGES)


def test_numbers_are_of_known_kinds_and_no_text_makes_a_check_fail(adapter):
    assert {rule.kind for rule in adapter.identifiers} <= {"vat", "enterprise", "personal", "tax"}
    code = adapter.country
    for text in (
        "",
        "0",
        "00000000000",
        "12345678",
        "123456789",
        f"{code}000000000",
        f"{code}123456789",
        "A1B2C3",
        "٣",
    ):
        answer = identify(text, code)
        assert answer["country"] == code
        assert answer["valid"] or answer["reason"]


def test_every_number_makes_a_reference_that_holds(adapter):
    scheme = adapter.payment_scheme
    for length in range(1, scheme.longest + 1):
        made = make_reference(adapter.country, "9" * length)
        assert made["valid"], made
        for written in (made["reference"], made["normalised"]):
            assert check_reference(adapter.country, written)["scheme"] == scheme.name
            assert check_reference(adapter.country, written)["valid"]
    assert not check_reference(adapter.country, "RF00 1")["valid"]
    paid_with = payment_reference(f"{adapter.country}-2026-000123")
    assert check_reference(adapter.country, paid_with)["valid"]


def test_its_code_sees_the_contract_and_the_law_alone(adapter):
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    [arrow] = [one for one in contracts if one.get("source_modules") == ["adapters"]]
    others = tuple(f"adapters.{code.lower()}" for code in countries() if code != adapter.country)
    seen = set()
    for file in sorted(Path(str(adapter.folder)).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                seen.add(node.module or "")
            elif isinstance(node, ast.Import):
                seen |= {one.name for one in node.names}
    assert "recovery.country" in seen
    for module in seen:
        assert not any(module == one or module.startswith(f"{one}.") for one in (*arrow["forbidden_modules"], *others))


def test_enforcement_is_told_with_its_articles(adapter):
    facts = adapter.enforcement
    rows = [facts.where, facts.interest, *(one.row for one in facts.terms)]
    assert facts.organ
    assert facts.languages
    assert facts.terms
    for row in rows:
        assert row.what
        assert re.search(r"\d", row.basis), row
        assert row.source
        assert row.confidence in CONFIDENCE
        assert (row.confirmed_through is None) is (row.confidence == "uncertain"), row
    fee = adapter.enforcement_fee(date(2026, 11, 23))
    assert fee.amount is not None or facts.why_no_fee
    assert fee.basis
    for one in facts.terms:
        Period.parse(one.period)
        assert one.counts_from in ("title", "service", "precetto", "application")
        assert one.rule in ("eu", "procedural", "civil")
    for one in facts.steps:
        assert one.counts_from in ("title", "service")
        assert one.name.startswith("enforcement_")
    told = {one.name: one.period for one in facts.terms}
    if "enforcement_title" in told:
        assert told["enforcement_title"] == f"{adapter.law.value('limitation.judgment', date(2026, 11, 23))}y"
