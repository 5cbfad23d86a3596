"""Rules as commands: each takes plain arguments and returns the JSON document of the interface.

The command line, `recovery batch` and the examples of every country run these same functions.
They need no database.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from recovery.errors import IntakeError, LawError
from recovery.law.parameters import noting
from recovery.law.periods import Period
from recovery.law.values import Addressee
from recovery.money import Money
from recovery.registry import adapter_of, countries

Args = Mapping[str, Any]


def _day(args: Args, name: str, default: date | None = None) -> date:
    value = args.get(name)
    if isinstance(value, date):
        return value
    if value is None and default is not None:
        return default
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise IntakeError(f"{name} {value!r}: write the date as 2026-01-31", code="bad_date", field=name) from None


def _need(args: Args, name: str) -> Any:
    if args.get(name) in (None, ""):
        raise IntakeError(f"{name} is missing", code="missing", field=name)
    return args[name]


def _country(args: Args) -> str:
    return str(_need(args, "country")).upper()


def _choice(args: Args, name: str, allowed: tuple[str, ...], default: str | None = None) -> str:
    value = args.get(name, default)
    if value not in allowed:
        raise IntakeError(f"{name} {value!r}: one of {', '.join(allowed)}", code="bad_choice", field=name)
    return str(value)


def quote_command(args: Args) -> dict[str, Any]:
    """Answer `quote`; `args` is the claim, with `compare` beside it."""
    from recovery.currency.rates import converted
    from recovery.law.claim import parse_claim
    from recovery.quote import compare, day_of, quote

    data = dict(args)
    wanted = bool(data.pop("compare", False))
    claim = parse_claim(data)
    as_of = day_of(claim)
    answer = quote(claim, as_of, converted).as_dict()
    if wanted:
        answer["compare"] = compare(claim, as_of)
    return answer


def deadline_command(args: Args) -> dict[str, Any]:
    """Answer `deadline`."""
    adapter = adapter_of(_country(args))
    rule = _choice(args, "rule", ("eu", "procedural", "civil"), "eu")
    act = _choice(args, "act", ("opposition", "appeal", "answer", "payment", "other"), "other")
    period, start, region = Period.parse(str(_need(args, "period"))), _day(args, "start"), args.get("region")
    addressee = _addressee(args)
    if addressee is None:
        return adapter.time_limit(rule, start, period, act, region).as_dict()  # type: ignore[arg-type]
    return adapter.time_limit_of(rule, start, period, act, region, addressee).as_dict()  # type: ignore[arg-type]


def _addressee(args: Args) -> Addressee | None:
    """Return where the party lives whom a period binds, None where that was not told."""
    told = args.get("addressee_country")
    if told is None:
        return None
    code = str(told).strip().upper()
    if len(code) != 2 or not code.isalpha():
        text = f"addressee_country {told!r}: write the country as two letters such as BE (ISO 3166-1 alpha-2)"
        raise IntakeError(text, code="bad_country", field="addressee_country")
    return Addressee({"EL": "GR", "UK": "GB"}.get(code, code), args.get("addressee_region"))


def notice_command(args: Args) -> dict[str, Any]:
    """Answer `notice`."""
    kind = _choice(args, "debtor_kind", ("business", "consumer", "public"))
    channel = _choice(args, "channel", ("post", "registered", "email"), "post")
    return adapter_of(_country(args)).notice(kind, _day(args, "sent"), channel).as_dict()


def contact_command(args: Args) -> dict[str, Any]:
    """Answer `contact`."""
    from recovery.law.contact import contact

    adapter = adapter_of(_country(args))
    kind = _choice(args, "debtor_kind", ("business", "consumer", "public"))
    channel = _choice(args, "channel", ("phone", "email", "post", "visit"), "phone")
    try:
        at = datetime.fromisoformat(str(_need(args, "at")))
    except ValueError:
        raise IntakeError(f"at {args['at']!r}: write it as 2026-11-22T10:00", code="bad_date", field="at") from None
    return contact(adapter.contact_rule(kind == "consumer", at.date()), at, channel, adapter.is_holiday).as_dict()


def allocate_command(args: Args) -> dict[str, Any]:
    """Answer `allocate`: one payment over the costs, interest and principal of one debt."""
    from recovery.law.allocation import allocate
    from recovery.law.claim import parse_claim

    country, currency = _country(args), str(args.get("currency", "EUR"))
    kind = _choice(args, "debtor_kind", ("business", "consumer", "public"), "business")
    amounts = {
        name: Money.parse(str(args.get(name, "0")), currency, name)
        for name in ("payment", "costs", "interest", "principal")
    }
    negative = [name for name, amount in amounts.items() if amount.minor < 0]
    if negative:
        raise IntakeError(f"{negative[0]} is negative; write it without a sign", code="bad_amount", field=negative[0])
    claim = parse_claim(
        {
            "creditor": {"country": country},
            "debtor": {"country": country, "kind": kind},
            "invoices": [
                {
                    "amount": "1" if currency in ("JPY",) else "1.00",
                    "currency": currency,
                    "issued": "2026-01-01",
                }
            ],
        }
    )
    order, basis = adapter_of(country).allocation_order(claim, bool(args.get("enforced")))
    owed = {name: amount.minor for name, amount in amounts.items() if name != "payment"}
    result = allocate(amounts["payment"].minor, owed, order)
    money = lambda minor: str(Money(minor, currency))  # noqa: E731
    return {
        "to_costs": money(result.to_costs),
        "to_interest": money(result.to_interest),
        "to_principal": money(result.to_principal),
        "left_over": money(result.left_over),
        "currency": currency,
        "basis": basis,
    }


def identify_command(args: Args) -> dict[str, Any]:
    """Answer `identify`."""
    from recovery.intake.identifiers import identify

    return dict(identify(str(_need(args, "value")), args.get("country")))


def reference_command(args: Args) -> dict[str, Any]:
    """Answer `reference`: check one, or make one from a number."""
    from recovery.intake.references import check_reference, make_reference

    if args.get("check") is not None:
        return dict(check_reference(_country(args), str(args["check"])))
    return dict(make_reference(_country(args), str(_need(args, "make"))))


def convert_command(args: Args) -> dict[str, Any]:
    """Answer `convert`."""
    from recovery.currency.rates import convert

    source, target = str(_need(args, "from")).upper(), str(_need(args, "to")).upper()
    result = convert(Money.parse(str(_need(args, "amount")), source), target, _day(args, "on", _today()))
    return {
        "amount": str(result.amount),
        "currency": target,
        "rate": str(result.rate),
        "rate_date": result.rate_date.isoformat(),
        "source": result.source,
        "warnings": list(result.warnings),
    }


def _today() -> date:
    return datetime.now(UTC).date()


def law_command(args: Args) -> dict[str, Any]:
    """Answer `law`: every parameter as it holds on a day."""
    adapter = adapter_of(_country(args))
    on = _day(args, "on", adapter.today(datetime.now(UTC)))
    parameters = {}
    for key, parameter in adapter.law.parameters.items():
        through = parameter.confirmed_through.isoformat()
        row: dict[str, Any] = {
            "label": parameter.label,
            "unit": parameter.unit,
            "basis": parameter.basis,
            "source": parameter.source,
            "confirmed_through": through,
            "relied_through": parameter.relied_through.isoformat(),
        }
        try:
            value = parameter.held(on)
            end = parameter.ends_on(value)
            row |= {
                "value": _plain(value.value),
                "from": value.starts_on.isoformat(),
                "to": end.isoformat() if end else None,
                "confidence": value.confidence,
            }
        except LawError as error:
            row |= {"value": None, "from": None, "to": None, "confidence": "uncertain", "why": error.message}
        parameters[key] = row
    return {
        "country": adapter.country,
        "on": on.isoformat(),
        "law_digest": adapter.law.digest,
        "conventions": {
            name: {"reckoned": reckoned, "confidence": confidence}
            for name, (reckoned, confidence) in adapter.conventions.items()
        },
        "parameters": parameters,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, (Decimal, int)) and not isinstance(value, bool):
        return f"{Decimal(value):.2f}" if Decimal(value).as_tuple().exponent in (-1, -2) else str(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def charter_command(args: Args) -> dict[str, Any]:
    """Answer `charter`."""
    from recovery.charter import charter

    return charter()


def countries_command(args: Args) -> dict[str, Any]:
    """Answer `countries`: which are served, and which of them on trial."""
    rows = [
        {
            "country": code,
            "name": adapter_of(code).name,
            "currency": adapter_of(code).currency,
            "languages": list(adapter_of(code).languages),
            "experimental": adapter_of(code).experimental,
        }
        for code in countries()
    ]
    return {"countries": rows}


COMMANDS: dict[str, Callable[[Args], dict[str, Any]]] = {
    "quote": quote_command,
    "deadline": deadline_command,
    "notice": notice_command,
    "contact": contact_command,
    "allocate": allocate_command,
    "identify": identify_command,
    "reference": reference_command,
    "convert": convert_command,
    "law": law_command,
    "charter": charter_command,
    "countries": countries_command,
}


def run(command: str, args: Args) -> dict[str, Any]:
    """Run one command.

    Raises:
        RecoveryError: what was asked cannot be answered, with what to do.
    """
    if command not in COMMANDS:
        raise IntakeError(f"command {command!r}: one of {', '.join(COMMANDS)}", code="unknown_command", field="command")
    if not isinstance(args, Mapping):
        raise IntakeError("args: give an object of option names and values", code="bad_args", field="args")
    with noting() as notes:
        answer = COMMANDS[command](args)
    if notes.warnings and "warnings" not in answer:
        answer = {**answer, "warnings": notes.warnings}
    return answer
