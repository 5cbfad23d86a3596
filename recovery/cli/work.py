"""Commands with which a case is worked: actions, papers, letters."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from recovery.cli.days import AHEAD, FAR, YES, day_of, near
from recovery.cli.groups import case_group, top_group
from recovery.cli.output import JSON, answer
from recovery.errors import CaseError

if TYPE_CHECKING:
    pass

# What an action may need beside note, day and amount: name, help. The action's own text says which it takes.
NEEDS = {
    "route": "Route to court (choose_route, record_transfer).",
    "after": "What follows an opposition to a European order: small_claims, national or discontinue (choose_route).",
    "reason": "Reason of closure (close).",
    "for": "In whose favour: creditor or debtor (resolve, record_judgment); which invoice (credit_note, "
    "correct_amount).",
    "head": "Of what an amount is waived: costs, interest or principal (waive).",
    "count": "Number of instalments (plan).",
    "first": "Day of the first instalment (plan, accept_plan).",
    "interest": "Interest of a plan: run or waived (plan, accept_plan).",
    "until": "Day until which something holds: promise, task, settlement, the court's term, suspension.",
    "at": "Time of a call, HH:MM (log_call).",
    "ground": "Ground of a dispute (dispute).",
    "what": "Which consent is refused: formal_notice, court or settlement (refuse_consent).",
    "otherwise": "What happens without an answer: team_decides, go_on or withdraw (set_task).",
    "task": "Which task is answered, by its id (answer_task).",
    "answer": "accepted or refused (record_proposal_answered).",
    "kind": "Why a case is suspended: insolvency, death, mediation and so on (suspend).",
    "opened": "Day on which insolvency proceedings were opened (suspend).",
    "published": "Day of their publication (suspend).",
    "lodge-by": "Last day to lodge the claim, where the court has set one (suspend).",
    "court": "Court of the insolvency proceedings (suspend).",
    "number": "Number of the proceedings (suspend), or a tracking number (letter_tracking).",
    "administrator": "Insolvency practitioner (suspend).",
    "administrator-address": "The practitioner's address (suspend).",
    "administrator-email": "The practitioner's e-mail (suspend).",
    "country": "Where the debtor lives now (reroute).",
    "address": "The new address, lines parted by ; (reroute, correct_debtor).",
    "name": "The debtor's name as it should be (correct_debtor).",
    "email": "The debtor's or creditor's e-mail address (correct_debtor, correct_creditor).",
    "iban": "The account that the case's creditor is paid on (correct_creditor).",
    "phone": "The debtor's telephone (correct_debtor).",
    "language": "Language of the court's forms (choose_route).",
    "region": "Region of the new address, such as IT-BZ (reroute).",
    "to": "Who works the case from now on, an e-mail address (hand_over); who was paid: team, member, court or bailiff "
    "(record_payment).",
    "case": "Another open case of the same debtor, by its reference (join).",
    "paid-on": "Day on which the member was paid (say_paid).",
    "channel": "By which channel: email, post or registered (write_debtor, refuse_plan).",
    "letter": "Which letter came back, bounced or is tracked; by default the last one.",
    "payment": "Which payment came back, by its number in the case (payment_returned).",
    "law": "The law that a person decides on (override_law).",
    "basis": "Why that law: contract_clause, closer_connection or agreement_after_dispute (override_law).",
}


# Money that moved: a bank's own statements are doubted at the same distance.
MOVED = ("record_payment", "payment_returned", "refund", "record_advance", "record_advance_repaid", "credit_note")


def _most_ahead(action: str) -> timedelta:
    """Return how far ahead the day of an action may lie without being asked about."""
    return AHEAD if action in MOVED else FAR


def _needs(command: Any) -> Any:
    for name, text in reversed(NEEDS.items()):
        command = click.option(f"--{name}", f"given_{name.replace('-', '_')}", help=text)(command)
    return command


@case_group.command("do")
@click.argument("reference")
@click.argument("action")
@click.option("--note", default="")
@click.option("--on", help="Day of the action; by default today where the debtor is.")
@click.option("--amount")
@click.option("--currency", help="Of a payment in another currency.")
@_needs
@click.option("--mistaken", is_flag=True, default=None, help="The insolvency was recorded by mistake (resume).")
@click.option("--by", "actor", default="team", help="Who acts: team, member, or a person's e-mail address.")
@click.option(
    "--version", type=click.IntRange(0), help="The case's version when it was looked at: refused if it moved on."
)
@click.option("--dry-run", is_flag=True, help="Tell what it would do; nothing is stored.")
@YES
@JSON
def case_do(
    reference: str,
    action: str,
    note: str,
    on: str | None,
    amount: str | None,
    currency: str | None,
    mistaken: bool | None,
    actor: str,
    version: int | None,
    dry_run: bool,
    yes: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """Do to a case what a team or a member does; `recovery case actions` lists what there is."""
    from recovery.desk.doing import Asked, do, would_do

    data = {name.removeprefix("given_"): value for name, value in given.items() if value is not None}
    data |= {"mistaken": True} if mistaken else {}
    chosen = near(day_of(on, "on"), yes, "on", _most_ahead(action))
    asked = Asked(reference, action, chosen, note, amount, currency, actor, version, data)
    if dry_run:
        from recovery.cli import show

        answer(would_do(asked), as_json, show.would_do)
        return
    answer(
        do(asked),
        as_json,
        lambda d: click.echo(f"{d['case']}: {d['state']}" + (f" ({d['reason']})" if d["reason"] else "")),
    )


@case_group.command("do-many")
@click.argument("file", type=click.Path(allow_dash=True))
def case_do_many(file: str) -> None:
    """Do many actions, one JSON object a line: {"id", "ref", "action", …}, each in a transaction of its own.

    Names are those of the options of `case do`, with _ for -; answers come line by line, in order.
    """
    from recovery.cli.claims import run_lines

    with click.open_file(file, "rb") as lines:
        for line in run_lines(lines, _done):
            click.echo(line)


def _done(row: dict[str, Any]) -> dict[str, Any]:
    """Do what a line asks for."""
    from recovery.desk.doing import Asked, do

    given = {name: value for name, value in row.items() if name != "id" and value is not None}
    missing = next((name for name in ("ref", "action") if not isinstance(given.get(name), str)), None)
    if missing:
        raise CaseError(f"{missing}: missing; a line names ref and action", code="missing", field=missing)
    taken = {*_LINE, *(name.replace("-", "_") for name in NEEDS), "mistaken"}
    unknown = next((name for name in given if name not in taken), None)
    if unknown:
        raise CaseError(
            f"{unknown}: no such field; there are {', '.join(sorted(taken))}", code="bad_choice", field=unknown
        )
    version = given.get("version")
    if version is not None and type(version) is not int:
        raise CaseError(f"version {version!r}: a whole number", code="bad_choice", field="version")
    text = {name: str(value) for name, value in given.items() if name in _LINE}
    data = {name: value for name, value in given.items() if name not in _LINE}
    day = near(day_of(text.get("on"), "on"), False, "on", _most_ahead(text["action"]))
    amount, currency, actor = text.get("amount"), text.get("currency"), text.get("by", "team")
    return do(Asked(text["ref"], text["action"], day, text.get("note", ""), amount, currency, actor, version, data))


# What a line of `case do-many` holds beside what its action needs.
_LINE = ("ref", "action", "on", "note", "amount", "currency", "by", "version")


@case_group.command("actions")
@click.argument("reference", required=False)
@click.option("--on", help="Day on which it is asked; by default today where the debtor is.")
@JSON
def case_actions(reference: str | None, on: str | None, as_json: bool) -> None:
    """List the actions; with a case, which are possible now and why the others are not."""
    from recovery.case.store import load
    from recovery.desk.actions import moves, possible
    from recovery.desk.table import ACTIONS
    from recovery.desk.views import today_of
    from recovery.store.database import reading

    if reference:
        with reading() as session:
            case = load(session, reference, lock=False)
            day = day_of(on, "on") or today_of(case)
            found = {"moves": moves(case, day), "actions": possible(case, day, "lead")}
        answer(found, as_json, lambda d: _lines({k: v or "possible" for k, v in d["actions"].items()}))
    else:
        texts = {name: action.text for name, action in sorted(ACTIONS.items())}
        answer({"actions": texts}, as_json, lambda d: _lines(d["actions"]))


def _lines(rows: dict[str, str]) -> None:
    for name, text in rows.items():
        click.echo(f"{name:<26} {text}")


@case_group.command("attach")
@click.argument("reference")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--kind", default="evidence", help="evidence, debtor_statement, court_document, insolvency_document, other."
)
@click.option("--on", help="Day it came in; by default today where the debtor is.")
@click.option("--by", "actor", default="team", help="Who brings it.")
@JSON
def case_attach(reference: str, file: Path, kind: str, on: str | None, actor: str, as_json: bool) -> None:
    """Keep a paper with a case."""
    from recovery.case.papers import add_paper
    from recovery.case.store import load
    from recovery.desk.views import today_of
    from recovery.safe_xml import read_limited
    from recovery.store.database import unit_of_work

    content = read_limited(file)
    with unit_of_work() as session:
        case = load(session, reference)
        day = day_of(on, "on") or today_of(case)
        kept = add_paper(case, kind, file.name, content, actor, day)
        row = {"case": case.reference, "kind": kept.kind, "name": kept.name, "sha256": kept.sha256}
    answer(row, as_json, lambda d: click.echo(f"{d['case']}: {d['name']} kept as {d['kind']}"))


@top_group.command("calendar")
@click.option("--country", help="The team's deadlines of a country.")
@click.option("--member", help="What one member is asked to do.")
@click.option("--person", help="What a person of a team works, stands in for and answers for.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="A file; by default standard output.")
def calendar_command(country: str | None, member: str | None, person: str | None, out: Path | None) -> None:
    """Write open deadlines as a calendar file (.ics)."""
    from recovery.registry import adapter_of
    from recovery.store.database import reading
    from recovery.telling.calendar import member_calendar, person_calendar, team_calendar

    if sum(map(bool, (country, member, person))) != 1:
        raise click.UsageError("give one of --country, --member and --person")
    now = datetime.now(UTC)
    with reading() as session:
        if country:
            content = team_calendar(session, adapter_of(country).country, now)
        elif person:
            content = person_calendar(session, person, now)
        else:
            content = member_calendar(session, member or "", now)
    if out:
        out.write_bytes(content)
    else:
        click.echo(content.decode(), nl=False)


@case_group.command("preview")
@click.argument("reference")
@click.option("--document", help="Which letter; by default the one of the next step.")
@click.option("--on", help="Day of the letter; by default today where the debtor is.")
@click.option("--out", type=click.Path(path_type=Path), help="File to write; by default named after the letter.")
@JSON
def case_preview(reference: str, document: str | None, on: str | None, out: Path | None, as_json: bool) -> None:
    """Show a letter as it would go out; nothing is sent or kept."""
    from recovery.case.store import load
    from recovery.desk.letter_views import preview_letter
    from recovery.desk.views import today_of
    from recovery.store.database import reading

    with reading() as session:
        case = load(session, reference, lock=False)
        name, content, why = preview_letter(session, case, day_of(on, "on") or today_of(case), document)
    path = out or Path(f"{reference}-{name}-preview.pdf")
    path.write_bytes(content)
    row = {"case": reference, "document": name, "file": str(path), "may_go_out": why is None, "why": why}
    answer(row, as_json, lambda d: click.echo(f"{d['file']}" + (f"\nmay not go out: {why}" if why else "")))


@case_group.command("letter")
@click.argument("reference")
@click.argument("letter", required=False)
@click.option("--language", help="Language of a copy for information; by default the letter as it was sent.")
@click.option("--out", type=click.Path(path_type=Path), help="File to write; by default named after the letter.")
@JSON
def case_letter(reference: str, letter: str | None, language: str | None, out: Path | None, as_json: bool) -> None:
    """Write a letter of a case to a file, as it was sent or in another language."""
    from recovery.case.store import load
    from recovery.desk.letter_views import letter_pdf
    from recovery.store.database import reading

    with reading() as session:
        name, content = letter_pdf(session, load(session, reference, lock=False), letter, language)
    path = out or Path(name)
    path.write_bytes(content)
    answer({"case": reference, "file": str(path)}, as_json, lambda d: click.echo(d["file"]))


@case_group.command("renew-code")
@click.argument("reference")
@click.option("--by", "actor", default="team", help="Who asks for it.")
@JSON
def case_renew_code(reference: str, actor: str, as_json: bool) -> None:
    """Let the debtor's code in letters so far open nothing; later letters print another."""
    from recovery.case.store import load
    from recovery.post.access import renew_code
    from recovery.store.database import unit_of_work

    with unit_of_work() as session:
        case = load(session, reference)
        renew_code(session, case, actor, datetime.now(UTC))
        row = {"case": case.reference, "renewed": True}
    answer(row, as_json, lambda d: click.echo(f"{d['case']}: letters print a new code from now on"))
