"""Claims from a file, from options, and many commands from lines."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson

from recovery.errors import IntakeError, RecoveryError


def claim_from_file(source: str) -> dict[str, Any]:
    """Return the claim written as JSON in a file, or on standard input for -.

    Raises:
        IntakeError: there is no such file, or it holds no JSON object.
    """
    try:
        text = sys.stdin.read() if source == "-" else Path(source).read_text("utf-8")
        data = json.loads(text)
    except OSError as error:
        raise IntakeError(
            f"{source}: cannot be read ({error.strerror}); check the path", code="no_file", field="input"
        ) from None
    except UnicodeDecodeError:
        raise IntakeError(
            f"{source}: not UTF-8 text; save the claim as UTF-8", code="bad_json", field="input"
        ) from None
    except (ValueError, RecursionError) as error:
        raise IntakeError(f"{source}: no JSON: {error}", code="bad_json", field="input") from None
    if not isinstance(data, dict):
        raise IntakeError(f"{source}: a claim is one JSON object", code="bad_json", field="input")
    return data


def claim_from_options(options: dict[str, Any]) -> dict[str, Any]:
    """Return the claim that the options of `recovery quote` describe."""
    contract = {
        "rate": options["contract_rate"],
        "date": options["contract_date"],
        "kind": options["claim_kind"],
        "choice_of_law": options["choice_of_law"],
    }
    needed = [name for name in ("creditor_country", "debtor_country", "debtor_kind", "amount") if not options[name]]
    if needed:
        import click

        raise click.UsageError(f"give --{needed[0].replace('_', '-')}, or a claim with --input")
    return {
        "creditor": {"country": options["creditor_country"]},
        "debtor": {"country": options["debtor_country"], "kind": options["debtor_kind"]},
        "contract": {key: value for key, value in contract.items() if value is not None},
        "invoices": [
            {
                "number": "1",
                "amount": options["amount"],
                "currency": options["currency"],
                "issued": options["issued"],
                "due": options["due"],
            }
        ],
        "payments": [_payment(text, options["currency"]) for text in options["paid"]],
        "disputed": options["disputed"],
        "law_override": options["law"],
        "as_of": options["as_of"],
    }


def _payment(text: str, currency: str) -> dict[str, str]:
    day, colon, amount = text.partition(":")
    if not colon:
        raise IntakeError(f"paid {text!r}: write it as 2026-05-02:300.00", code="bad_payment", field="paid")
    return {"on": day, "amount": amount, "currency": currency}


def run_batch(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the answers to rule commands, one a line."""
    from recovery.commands import run

    return run_lines(lines, lambda row: run(str(row.get("command", "")), row.get("args") or {}))


def run_lines(lines: Iterable[bytes], answer: Callable[[dict[str, Any]], Any]) -> Iterator[bytes]:
    """Yield one answer per line of UTF-8, in order; a faulty line gets its error and stops nothing."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        name: Any = str(number)
        try:
            row = json.loads(line.decode("utf-8-sig"))
            if not isinstance(row, dict):
                raise IntakeError(f"line {number}: not a JSON object", code="bad_json")
            name = row.get("id", name)
            result = {"id": name, "result": answer(row)}
        except RecoveryError as error:
            result = {"id": name, "error": error.as_dict()}
        except (ValueError, RecursionError) as error:
            result = {
                "id": name,
                "error": {"code": "bad_json", "message": f"line {number}: no JSON: {error}", "field": None},
            }
        yield _written(result)


def _written(result: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(result)
    except TypeError:  # a number or a letter that was told back and that only Python's own writer takes
        return json.dumps(result, ensure_ascii=True).encode()
