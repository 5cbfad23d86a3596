"""The law of each country as a page: every parameter with source and confidence, steps, routes, stops.

`python -m recovery.law_pages write FOLDER` renews the pages; `python -m recovery.law_pages ending [DATE]` lists
what is soon due to be looked up again, and what is uncertain.
"""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from recovery.country import CountryAdapter
from recovery.law.enforcement import Sourced
from recovery.law.parameters import Dated, Parameter
from recovery.registry import adapter_of, countries, trials

SOON = timedelta(days=60)


def page(adapter: CountryAdapter) -> str:
    """Return the page of a country in Markdown."""
    parts = [
        f"# Law of {adapter.name} ({adapter.country})",
        *trials(adapter.country),
        "Made by `make docs` from the country's folder; change the data there, not here. Nothing here is legal advice.",
        _facts(adapter),
        "## Conventions\n\nWhat the law leaves open, and what is reckoned here.",
        _conventions(adapter),
        "## What interrupts limitation",
        _interruptions(adapter),
        "## Steps",
        _steps(adapter),
        "## What stops a procedure",
        _stops(adapter),
        "## Judicial routes",
        _routes(adapter),
        "## After a title\n\nWhat European law adds for a title from abroad stands in `recovery/law/enforcement.toml`.",
        _enforcement(adapter),
        "## Parameters",
        "\n\n".join(_parameter(parameter) for parameter in adapter.law.parameters.values()),
    ]
    return "\n\n".join(parts) + "\n"


def _table(head: tuple[str, ...], rows: Iterator[tuple[object, ...]] | list[tuple[object, ...]]) -> str:
    line = lambda cells: "| " + " | ".join(str(cell).replace("|", "/").replace("\n", " ") for cell in cells) + " |"  # noqa: E731
    return "\n".join([line(head), line(["---"] * len(head)), *(line(row) for row in rows)])


def _facts(adapter: CountryAdapter) -> str:
    rows: list[tuple[object, ...]] = [
        ("currency", adapter.currency),
        ("languages of letters", ", ".join(adapter.languages)),
        ("languages of courts", ", ".join(adapter.court_languages)),
        ("time zone", adapter.timezone),
        ("a payment covers", f"{', '.join(adapter.allocation)} ({adapter.allocation_basis})"),
        ("the day of payment bears interest", "yes" if adapter.counts_payment_day else "no"),
        ("days of the year", adapter.year_days),
        ("rounded", "line by line" if adapter.rounds == "line" else "once in all"),
        ("interest joins the principal", "yearly" if adapter.capitalises_yearly else "never"),
        ("digest of the law files", f"`{adapter.law.digest[:16]}`"),
    ]
    return _table(("fact", "value"), rows)


def _conventions(adapter: CountryAdapter) -> str:
    rows: list[tuple[object, ...]] = [(name, *told) for name, told in adapter.conventions.items()]
    return _table(("convention", "reckoned", "confidence"), rows) if rows else "None."


def _interruptions(adapter: CountryAdapter) -> str:
    rows: list[tuple[object, ...]] = [(kind, *told) for kind, told in getattr(adapter, "interrupts", {}).items()]
    rest = f"Everything else: no effect ({adapter.interrupts_basis})." if adapter.interrupts_basis else ""
    table = _table(("event", "effect", "basis"), rows) if rows else "By the country's own rule."
    return f"{table}\n\n{rest}".strip()


def _steps(adapter: CountryAdapter) -> str:
    rows: list[tuple[object, ...]] = [
        (
            step.label,
            ", ".join(step.debtors),
            step.actor,
            step.channel,
            step.term,
            step.consent or "",
            ", ".join(step.stops),
            step.basis,
        )
        for step in adapter.steps
    ]
    return _table(("step", "debtors", "by", "channel", "term", "consent", "stopped by", "basis"), rows)


def _stops(adapter: CountryAdapter) -> str:
    rows: list[tuple[object, ...]] = [
        (stop.label, stop.kind, stop.effect, stop.do, stop.lodge_within or "", stop.basis, stop.confidence)
        for stop in adapter.stop_events
    ]
    return _table(("event", "kind", "effect", "to do", "lodge within", "basis", "confidence"), rows)


def _routes(adapter: CountryAdapter) -> str:
    rows: list[tuple[object, ...]] = [
        (
            spec["label"],
            code,
            spec.get("closed") or spec["why"],
            spec.get("court", ""),
            spec.get("reacts_within", ""),
            spec.get("expected_days", ""),
            spec["basis"],
        )
        for code, spec in adapter.courts.items()
    ]
    return _table(("route", "code", "when", "court", "debtor reacts within", "days expected", "basis"), rows)


def _enforcement(adapter: CountryAdapter) -> str:
    facts = adapter.enforcement
    fee = f"parameter `{facts.fee}`" if facts.fee else facts.why_no_fee
    rows: list[tuple[object, ...]] = [
        ("who enforces", facts.organ, "", *_sure(facts.where)),
        ("where", facts.where.what, "", *_sure(facts.where)),
        ("translation into", ", ".join(facts.languages), "", *_sure(facts.where)),
        ("fee", fee, "", *_sure(facts.where)),
        ("interest", facts.interest.what, "", *_sure(facts.interest)),
        *(
            (term.name, term.row.what, f"{term.period} from {term.counts_from}", *_sure(term.row))
            for term in facts.terms
        ),
    ]
    return _table(("what", "law", "term", "basis", "confidence", "confirmed through"), rows)


def _sure(row: Sourced) -> tuple[object, ...]:
    return row.basis, row.confidence, row.confirmed_through or "never"


def _parameter(parameter: Parameter) -> str:
    head = (
        f"### `{parameter.key}`\n\n{parameter.label} ({parameter.unit}). {parameter.basis}. "
        f"Source: {parameter.source}. Confidence: {parameter.confidence}. "
        f"Confirmed through {parameter.confirmed_through}{_relied(parameter)}."
    )
    rows: list[tuple[object, ...]] = [(v.starts_on, _text(v), v.confidence) for v in parameter.values]
    return f"{head}\n\n{_table(('from', 'value', 'confidence'), rows)}"


def _relied(parameter: Parameter) -> str:
    return (
        f", relied on through {parameter.relied_through}"
        if parameter.relied_through > parameter.confirmed_through
        else ""
    )


def _text(dated: Dated) -> str:
    return _plain(dated.value)


def _plain(value: Any) -> str:
    if isinstance(value, list):
        rows = all(isinstance(item, list) for item in value)
        return ("; " if rows else ", ").join(_plain(item) for item in value)
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def ending(on: date) -> list[tuple[date, str, str]]:
    """Return what is no longer relied on `SOON` after a day: last day, parameter, label; the earliest first."""
    found = [
        (parameter.relied_through, f"{code}: {key}", parameter.label)
        for code, key, parameter in _all()
        if parameter.relied_through <= on + SOON
    ]
    return sorted(found)


def uncertain(on: date) -> list[tuple[date, str, str]]:
    """Return what no source settles on a day: since when, parameter, label; by country and key."""
    found = []
    for code, key, parameter in _all():
        dated = parameter.values[max(bisect_right(parameter.starts, on) - 1, 0)]
        if dated.confidence == "uncertain":
            found.append((dated.starts_on, f"{code}: {key}", parameter.label))
    return sorted(found, key=lambda row: row[1])


def _all() -> Iterator[tuple[str, str, Parameter]]:
    for code in countries():
        for key, parameter in adapter_of(code).law.parameters.items():
            yield code, key, parameter


def write(folder: Path) -> None:
    """Write the page of every country, and their index."""
    folder.mkdir(parents=True, exist_ok=True)
    for code in countries():
        (folder / f"{code.lower()}.md").write_text(page(adapter_of(code)), "utf-8")


def _print(rows: list[tuple[date, str, str]]) -> None:
    for day, key, label in rows:
        print(f"{day}  {key:45} {label}")


def main(arguments: list[str]) -> None:
    """Run one of the two commands."""
    if arguments[:1] == ["write"] and len(arguments) == 2:
        write(Path(arguments[1]))
        return
    if arguments[:1] == ["ending"] and len(arguments) == 2:
        day = date.fromisoformat(arguments[1])
        rows, unsettled = ending(day), uncertain(day)
        _print(rows)
        print(f"{len(rows)} parameters are relied on for no more than {SOON.days} days after {arguments[1]}\n")
        _print(unsettled)
        print(f"{len(unsettled)} parameters are uncertain on {arguments[1]}: settle them by a source")
        return
    raise SystemExit("usage: python -m recovery.law_pages write FOLDER | ending DATE")


if __name__ == "__main__":
    main(sys.argv[1:])
