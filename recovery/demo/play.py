"""Playing the demo: real invoices, real flows on a real Prefect server, days moved on by sweeps."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from importlib import resources
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from recovery.demo.bankfile import Paid, statement
from recovery.money import Money
from recovery.settings import settings

FILED_ON = date(2026, 3, 2)
# (invoice, debtor kind) in the order in which the members file
CLAIMS = (
    ("be", "consumer"),
    ("nl", "business"),
    ("se", "business"),
    ("it", "business"),
    ("es", "business"),
    ("at", "business"),
)


class Stage:
    """What the play goes on with: the cases by country, the payments still to be booked."""

    def __init__(self) -> None:
        self.cases: dict[str, str] = {}
        self.payments: list[Paid] = []
        self.count = 0

    async def file(self, country: str, kind: str) -> None:
        """File one sample invoice through the flow."""
        from flows.claims import file_claim
        from flows.uploads import keep_upload
        from recovery.case.store import load
        from recovery.store.database import reading

        content = resources.files("recovery.demo").joinpath("invoices", f"{country}.xml").read_bytes()
        upload = keep_upload(content, f"{country}.xml", FILED_ON, debtor_kind=kind, consents=["formal_notice", "court"])
        claim = await file_claim(upload, FILED_ON.isoformat())
        with reading() as session:
            self.cases[country] = load(session, claim, lock=False).reference or ""

    def do(
        self,
        country: str,
        action: str,
        on: date,
        note: str = "",
        amount: str | None = None,
        actor: str = "team",
        **data: Any,
    ) -> None:
        """Do to a case what a team or a member does."""
        from recovery.case.order import Order
        from recovery.desk.actions import act
        from recovery.store.database import unit_of_work

        with unit_of_work() as session:
            act(session, self.cases[country], Order(action, on, actor, note, amount, data))

    def accept_all(self, on: date) -> None:
        """Let every national team accept its case."""
        for country in self.cases:
            self.do(country, "accept", on)

    def pays(self, country: str, on: date, amount: str | None = None, currency: str | None = None) -> None:
        """Let the debtor pay at the bank: an amount, or what the last letter asks for."""
        from recovery.case.record import assess_case, procedure_of
        from recovery.case.store import load
        from recovery.store.database import reading

        with reading() as session:
            case = load(session, self.cases[country], lock=False)
            if amount is None:
                offer = case.offer
                asked = assess_case(case, on).total
                if offer and on <= offer.pay_by and not case.claim.payments:
                    asked = Money(offer.total_minor, case.currency)
            else:
                asked = Money.parse(amount, currency or case.currency)
            self.count += 1
            self.payments.append(
                Paid(
                    self.count,
                    procedure_of(case).service["iban"],
                    on,
                    asked,
                    case.party("debtor").name,
                    case.payment_reference or "",
                    structured=country != "es",
                )
            )

    def instalment(self, country: str, number: int, on: date) -> None:
        """Let the debtor pay one instalment of the plan."""
        from recovery.case.store import load
        from recovery.ledger.plans import instalments_of
        from recovery.store.database import reading

        with reading() as session:
            amount = instalments_of(load(session, self.cases[country], lock=False))[number - 1].amount
        self.pays(country, on, str(amount))

    async def bank(self, on: date) -> None:
        """Import the bank's statement of the payments made so far."""
        from flows.bank import import_statement
        from recovery.store.documents import keep

        content = statement(self.payments, on)
        (settings().data_dir / f"bank-{on.isoformat()}.xml").write_bytes(content)
        self.payments = []
        await import_statement(keep(content))

    async def sweep(self, on: date) -> None:
        """Work a day in every country, and do what waits in the outbox."""
        from flows.daily import deliver_outbox, work_deadlines
        from recovery.registry import countries

        for country in countries():
            await work_deadlines(country, on.isoformat())
        await deliver_outbox()


def _acts(stage: Stage) -> list[tuple[str, Callable[[], Any]]]:
    """Return the acts of the play, each with what is told of it."""
    d = date
    s = stage
    return [
        *(
            (
                f"A member files a claim against a debtor in {code.upper()}",
                lambda c=code, k=kind: s.file(c, k),
            )
            for code, kind in CLAIMS
        ),
        (
            "The national teams accept their cases",
            lambda: s.accept_all(d(2026, 3, 3)),
        ),
        ("3 March: first reminders go out", lambda: s.sweep(d(2026, 3, 3))),
        (
            "NL: the debtor disputes",
            lambda: s.do("nl", "dispute", d(2026, 3, 9), "part of the work was not delivered", actor="debtor"),
        ),
        (
            "ES: three instalments are agreed",
            lambda: s.do("es", "plan", d(2026, 3, 10), count=3, first="2026-04-10"),
        ),
        (
            "AT: the member withdraws",
            lambda: s.do("at", "withdraw", d(2026, 3, 11), "agreed with the client", actor="member"),
        ),
        ("BE: the debtor pays after the reminder", lambda: s.pays("be", d(2026, 3, 12))),
        ("The bank's statement of 13 March", lambda: s.bank(d(2026, 3, 13))),
        ("16 March: formal notices where the term has passed", lambda: s.sweep(d(2026, 3, 16))),
        ("SE: the debtor pays a part in kronor", lambda: s.pays("se", d(2026, 3, 24), "25000.00")),
        ("The bank's statement of 25 March", lambda: s.bank(d(2026, 3, 25))),
        (
            "NL: the dispute is resolved with a reduction",
            lambda: s.do(
                "nl",
                "resolve",
                d(2026, 3, 26),
                "reduction agreed by the member",
                "420.00",
                **{"for": "creditor"},
            ),
        ),
        ("SE: the debtor pays a part in euro", lambda: s.pays("se", d(2026, 4, 1), "1500.00", "EUR")),
        ("2 April: the next steps", lambda: s.sweep(d(2026, 4, 2))),
        ("The bank's statement of 7 April", lambda: s.bank(d(2026, 4, 7))),
        ("NL: the debtor pays after the formal notice", lambda: s.pays("nl", d(2026, 4, 9))),
        ("ES: the first instalment", lambda: s.instalment("es", 1, d(2026, 4, 10))),
        ("SE: the debtor pays the rest", lambda: s.pays("se", d(2026, 4, 10))),
        ("The bank's statement of 13 April", lambda: s.bank(d(2026, 4, 13))),
        ("14 April: what has fallen due", lambda: s.sweep(d(2026, 4, 14))),
        (
            "IT: the European order for payment is applied for",
            lambda: s.do("it", "choose_route", d(2026, 4, 15), route="european_payment_order"),
        ),
        ("IT: the court issues the order", lambda: s.do("it", "record_order", d(2026, 5, 6))),
        ("ES: the second instalment", lambda: s.instalment("es", 2, d(2026, 5, 8))),
        ("The bank's statement of 11 May", lambda: s.bank(d(2026, 5, 11))),
        ("IT: the order is served", lambda: s.do("it", "record_service", d(2026, 5, 18))),
        ("ES: the third instalment", lambda: s.instalment("es", 3, d(2026, 6, 9))),
        ("The bank's statement of 10 June", lambda: s.bank(d(2026, 6, 10))),
        ("30 June: the time to oppose has run out", lambda: s.sweep(d(2026, 6, 30))),
        ("IT: the order is declared enforceable", lambda: s.do("it", "record_title", d(2026, 7, 2))),
        ("IT: the debtor pays", lambda: s.pays("it", d(2026, 7, 10))),
        ("The bank's statement of 13 July", lambda: s.bank(d(2026, 7, 13))),
        ("The last letters go out", lambda: s.sweep(d(2026, 7, 14))),
        ("What was recovered is sent on", _remit),
    ]


async def _remit() -> None:
    from flows.bank import remit
    from recovery.registry import countries

    for country in countries():
        await remit(country, "2026-07-15")


def play(folder: Path | None, quiet: bool = False) -> dict[str, Any]:
    """Play the demo in a folder of its own and return what came of it."""
    began = time.monotonic()
    folder = (folder or Path("var") / f"demo-{time.strftime('%Y%m%d-%H%M%S')}").resolve()
    os.environ["RECOVERY_DATA_DIR"] = str(folder)
    os.environ.pop("PREFECT_API_URL", None)
    os.environ["PREFECT_HOME"] = str(folder / "prefect")
    if "RECOVERY_DATABASE_URL" not in os.environ:
        os.environ["RECOVERY_DATABASE_URL"] = f"sqlite:///{folder / 'recovery.db'}"
    settings.cache_clear()
    from flows.server import PrefectServer

    stage = Stage()
    out = Console(
        file=sys.stderr if quiet else sys.stdout,
        quiet=quiet,
        highlight=False,
        width=None if sys.stdout.isatty() else 130,
    )
    acts = _acts(stage)
    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=out
    ) as progress:
        bar = progress.add_task("Prefect's server starts", total=len(acts) + 1)
        with PrefectServer() as server:
            progress.advance(bar)
            asyncio.run(
                _perform(
                    server.api_url,
                    acts,
                    lambda text: progress.update(bar, description=text),
                    lambda: progress.advance(bar),
                )
            )
            progress.update(bar, description="Every case is closed")
    from recovery.demo.report import report
    from recovery.demo.users import sample_users, tell

    document = report(stage.cases, folder, time.monotonic() - began, out)
    users = sample_users(datetime.now(UTC))
    tell(users, folder, out)
    return {**document, "users": users}


async def _perform(
    api: str, acts: list[tuple[str, Callable[[], Any]]], tell: Callable[[str], None], done: Callable[[], None]
) -> None:
    from flows.run import speaking_to

    with speaking_to(api):
        for text, act in acts:
            tell(text)
            result = act()
            if asyncio.iscoroutine(result):
                await result
            done()
