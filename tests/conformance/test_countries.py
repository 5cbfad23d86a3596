"""Every country under the entry point passes this suite merely by being there."""

from __future__ import annotations

import re
import string
import tomllib
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import product

import pytest

from recovery.charter import PRINCIPLES
from recovery.commands import run
from recovery.law.claim import Event, parse_claim
from recovery.law.enforcement import CONFIDENCE
from recovery.law.periods import Period
from recovery.law.values import ROUTE_CODES
from recovery.quote import quote
from recovery.registry import adapter_of, countries

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


def examples():
    for code in countries():
        raw = tomllib.loads(adapter_of(code).folder.joinpath("examples.toml").read_text("utf-8"), parse_float=str)
        for row in raw["example"]:
            yield pytest.param(row, id=f"{code}-{row['title']}")


def dig(answer, path):
    for part in path.split("/" if "/" in path else "."):
        answer = answer[int(part)] if isinstance(answer, list) else answer[part]
    return answer


@pytest.mark.parametrize("example", list(examples()))
def test_worked_example(example):
    assert example["authority"]
    answer = run(example["command"], example["args"])
    for path, wanted in example["expect"].items():
        assert dig(answer, path) == wanted, path


@pytest.fixture(params=countries())
def adapter(request):
    return adapter_of(request.param)


def test_every_country_has_enough_examples(adapter):
    raw = tomllib.loads(adapter.folder.joinpath("examples.toml").read_text("utf-8"), parse_float=str)
    assert len(raw["example"]) >= 5


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
    }
    for language in adapter.languages:
        texts = tomllib.loads(adapter.folder.joinpath("letters", f"{language}.toml").read_text("utf-8"))
        assert texts["shared"]["footer"], language
        assert set(texts["shared"]) <= {"what_to_do", "footer"}, language
        for document in DOCUMENTS:
            assert texts[document]["subject"], (language, document)
            assert len(texts[document]["body"]) > 120, (language, document)
            for text in texts[document].values():
                fields = {name for _, name, _, _ in string.Formatter().parse(text) if name}
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


def test_enforcement_is_told_with_its_articles(adapter):
    facts = adapter.enforcement
    rows = [facts.where, facts.interest, *(term.row for term in facts.terms)]
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
    for term in facts.terms:
        Period.parse(term.period)
        assert term.counts_from in ("title", "service", "precetto", "application")
        assert term.rule in ("eu", "procedural", "civil")
    for term in facts.steps:
        assert term.counts_from in ("title", "service")
        assert term.name.startswith("enforcement_")
    told = {term.name: term.period for term in facts.terms}
    if "enforcement_title" in told:
        assert told["enforcement_title"] == f"{adapter.law.value('limitation.judgment', date(2026, 11, 23))}y"
