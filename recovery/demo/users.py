"""Sample people for the demo's portal, with a few open claims for them to work on; invented, one password for all."""

from __future__ import annotations

import secrets
import shlex
import sys
from dataclasses import replace
from datetime import date, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

from rich.console import Console
from sqlmodel import Session, select

from flows.uploads import read
from recovery.case.order import Order
from recovery.desk.actions import act
from recovery.figures.rebuild import rebuild
from recovery.filing.claims import Filing, file_claim
from recovery.filing.routing import route_case
from recovery.people.accounts import account_for, set_password
from recovery.people.switches import switch
from recovery.people.teams import add_team_member
from recovery.registry import adapter_of, countries
from recovery.settings import settings
from recovery.store.database import unit_of_work
from recovery.store.tables import Member

HOST = "recovery.example"
# One of each role for all countries, a lead for each country, and a caseworker beside one of them.
EVERYWHERE = ("manager", "administrator", "auditor")
CASEWORKER_IN = "NL"
OVERDUE = timedelta(days=45)


def sample_users(now: datetime) -> dict[str, Any]:
    """Make the sample people and their open claims; return how they sign in."""
    password = f"{secrets.token_hex(2)}-{secrets.token_hex(3)}-{secrets.token_hex(2)}"
    with unit_of_work() as session:
        people = _people(session)
        switch(session, "second_factor", False, f"administrator@{HOST}", now)
        for member in session.exec(select(Member).order_by(Member.email)):
            people.append({"email": member.email, "role": "member", "country": member.partner})
        for row in people:
            set_password(session, account_for(session, row["email"], now), password, now)
    for place, code in enumerate(invoiced()):
        _open_claim(code, now, begun=place % 2 == 0)
    with unit_of_work() as session:
        rebuild(session, now.date(), now)
    return {"password": password, "people": people, "data": str(settings().data_dir)}


def _people(session: Session) -> list[dict[str, str]]:
    made: list[tuple[str, str, str | None, str]] = [(f"{role}@{HOST}", role, None, "en") for role in EVERYWHERE]
    made += [(f"team-{code.lower()}@{HOST}", "lead", code, adapter_of(code).languages[0]) for code in countries()]
    made.append((f"caseworker-{CASEWORKER_IN.lower()}@{HOST}", "worker", CASEWORKER_IN, "nl"))
    for email, role, country, language in made:
        add_team_member(session, email, _name(role, country), country, role, language)
    return [{"email": email, "role": role, "country": country or ""} for email, role, country, _ in made]


def _name(role: str, country: str | None) -> str:
    return f"Sample {role} {country or ''}".strip()


def invoiced() -> list[str]:
    """Return the countries served of which the demo has an invoice; one that is a package of its own has none here."""
    folder = resources.files("recovery.demo").joinpath("invoices")
    return [code for code in countries() if folder.joinpath(f"{code.lower()}.xml").is_file()]


def _open_claim(code: str, now: datetime, begun: bool) -> None:
    """File one more claim against a debtor of a country, 45 days overdue; where it has `begun`, the team works it."""
    name = f"{code.lower()}.xml"
    content = resources.files("recovery.demo").joinpath("invoices", name).read_bytes()
    today: date = adapter_of(code).today(now)
    invoice = read(content, name)
    due = today - OVERDUE
    later = replace(invoice, number=f"{invoice.number}-B", issued=due - timedelta(days=30), due=due, instalments=())
    with unit_of_work() as session:
        case = file_claim(session, Filing(later, content, name, today, debtor_kind="business", consents=("mandate",)))
        route_case(session, case.claim_id, today)
        if begun:
            act(session, case.claim_id, Order("accept", today, f"team-{code.lower()}@{HOST}"))


def serve_line(folder: Path) -> str:
    """Return the command that serves a folder's data, as it runs in a shell that knows nothing of this installation."""
    command = Path(sys.executable).with_name("recovery")
    if command.is_relative_to(Path.cwd()):
        command = command.relative_to(Path.cwd())
    return f"RECOVERY_DATA_DIR={shlex.quote(str(folder))} {shlex.quote(str(command))} serve"


def tell(users: dict[str, Any], folder: Path, out: Console) -> None:
    """Print how to look at the demo in the portal."""
    out.print("\nLook at it in the portal:")
    out.print(f"  {serve_line(folder)}", soft_wrap=True, markup=False, highlight=False)
    out.print(f"  password of every sample user: {users['password']}")
    for row in users["people"]:
        out.print(f"  {row['email']:<36} {row['role']} {row['country']}")
