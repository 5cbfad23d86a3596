"""A case as one typed record: what was known of it in one JSON becomes columns and rows, each sealed as before.

What was changed behind the product's back stays a finding: a part of a seal that did not hold is not renewed.

Revision ID: 0011
Revises: 0010
"""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op

from recovery.errors import CaseError
from recovery.money import Money
from recovery.store import seals
from recovery.store.changed_seals import ChangedSeals, signed_text

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

AT_ONCE = 1000
VALUES = (
    *("law_events", "credits", "awards", "waivers", "warnings", "law_reason", "consents", "steps", "offer", "plan"),
    *("settlement", "suspension", "court", "flow_runs"),
)
PLAIN = ("law_override", "law_digest", "description")
# Amounts of a case's court proceedings, and the days beside them.
COURT_AMOUNTS = ("proposal", "allowed", "of", "title")
Json = dict[str, Any]


def upgrade() -> None:
    _tables()
    connection = op.get_bind()
    work = _Work(connection)
    for cases in _pages(connection):
        work.page(cases)
    for name in ("facts", "consents_before"):
        op.execute(f"ALTER TABLE case_file DROP COLUMN {name}")


def _tables() -> None:
    op.execute("ALTER TABLE case_file RENAME COLUMN consents TO consents_before")
    for name in ("creditor", "debtor", "contract"):
        op.add_column("case_file", sa.Column(name, sa.Text(), nullable=False, server_default="{}"))
    op.add_column("case_file", sa.Column("disputed", sa.Boolean(), nullable=False, server_default=sa.false()))
    for name in PLAIN:
        op.add_column("case_file", sa.Column(name, sa.String(), nullable=True))
    for name in VALUES:
        op.add_column("case_file", sa.Column(name, sa.Text(), nullable=True))
    op.add_column("deadline", sa.Column("about", sa.String(), nullable=False, server_default=""))
    for name, kind in (("received_on", sa.Date()), ("delivered_on", sa.Date()), ("rate", sa.String())):
        op.add_column("claim_invoice", sa.Column(name, kind, nullable=True))
    op.add_column("former_reference", sa.Column("sequence", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("former_reference", sa.Column("country", sa.String(), nullable=False, server_default=""))
    open_ = sa.text("status = 'open'")
    columns = ["due_on", "id", "actor", "country"]
    op.create_index("ix_deadline_open_due_on", "deadline", columns, sqlite_where=open_, postgresql_where=open_)
    op.create_table(
        "payment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("value_on", sa.Date(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("case_minor", sa.BigInteger(), nullable=True),
        sa.Column("rate", sa.String(), nullable=True),
        sa.Column("rate_on", sa.Date(), nullable=True),
        sa.Column("rate_source", sa.String(), nullable=True),
        sa.Column("invoice", sa.String(), nullable=True),
        sa.Column("enforced", sa.Boolean(), nullable=False),
        sa.Column("held_by", sa.String(), nullable=False),
        sa.Column("bank_entry_id", sa.Integer(), nullable=True),
        sa.Column("reversed_on", sa.Date(), nullable=True),
        sa.Column("reversed_why", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("seal", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["bank_entry_id"], ["bank_entry.id"], name="fk_payment_bank_entry_id_bank_entry"),
        sa.ForeignKeyConstraint(["claim_id"], ["case_file.claim_id"], name="fk_payment_claim_id_case_file"),
        sa.PrimaryKeyConstraint("id", name="pk_payment"),
        sa.UniqueConstraint("claim_id", "sequence", name="uq_payment_claim_id_sequence"),
    )


def downgrade() -> None:
    """Refuse: what was one JSON is not put together again.

    Raises:
        CaseError: always.
    """
    raise CaseError("schema 0011: there is no way back; restore the backup that was made before", code="not_allowed")


def _t(name: str, **columns: Any) -> sa.TableClause:
    return sa.table(name, *(sa.column(key, kind) for key, kind in columns.items()))


TEXT, DAY, WHOLE, YES = sa.String(), sa.Date(), sa.BigInteger(), sa.Boolean()
CASE = _t(
    "case_file",
    **dict.fromkeys(("claim_id", "reference", "currency", "debtor_country", "seal", "facts"), TEXT),
    **dict.fromkeys(("creditor", "debtor", "contract", "consents_before", *PLAIN, *VALUES), TEXT),
    **{"filed_on": DAY, "disputed": YES},
)
DEADLINE = _t("deadline", id=WHOLE, claim_id=TEXT, kind=TEXT, about=TEXT, seal=TEXT)
INVOICE = _t(
    "claim_invoice",
    **{"id": WHOLE, "claim_id": TEXT, "number": TEXT, "rate": TEXT, "seal": TEXT},
    **dict.fromkeys(("issued_on", "due_on", "received_on", "delivered_on"), DAY),
)
FORMER = _t("former_reference", reference=TEXT, claim_id=TEXT, sequence=WHOLE, country=TEXT, until=DAY, seal=TEXT)
ENTRY = _t(
    "entry", id=WHOLE, claim_id=TEXT, kind=TEXT, booked_on=DAY, amount_minor=WHOLE, currency=TEXT, data=sa.JSON()
)
BANK = _t("bank_entry", id=WHOLE, account=TEXT, bank_id=TEXT, booked_on=DAY, claim_id=TEXT)
PAID = _t(
    "payment",
    **dict.fromkeys(("sequence", "amount_minor", "case_minor", "bank_entry_id"), WHOLE),
    **dict.fromkeys(("claim_id", "currency", "rate", "rate_source", "invoice", "held_by", "reversed_why"), TEXT),
    **dict.fromkeys(("source", "note", "seal"), TEXT),
    **dict.fromkeys(("value_on", "booked_on", "rate_on", "reversed_on"), DAY),
    enforced=YES,
)
SPECS = {
    one.table: one
    for one in (
        seals.Sealed("case_file", ("claim_id",), ("disputed", "law_override", "law_digest")),
        seals.Sealed("deadline", ("claim_id",), ("kind", "about")),
        seals.Sealed("claim_invoice", ("claim_id",), ("issued_on", "due_on", "received_on", "delivered_on", "rate")),
        seals.Sealed("former_reference", ("reference",), ("sequence", "country")),
        seals.Sealed(
            "payment",
            ("claim_id", "sequence"),
            (
                *("value_on", "booked_on", "amount_minor", "currency", "case_minor", "rate", "rate_on", "rate_source"),
                *("enforced", "held_by", "bank_entry_id", "reversed_on"),
            ),
            ("invoice", "reversed_why", "source", "note"),
        ),
    )
}


def _pages(connection: sa.Connection) -> Iterator[list[Any]]:
    """Yield the cases with what was known of them, as it is written."""
    facts, before = (sa.cast(CASE.c[name], sa.Text).label(name) for name in ("facts", "consents_before"))
    columns = (
        *(CASE.c[name] for name in ("claim_id", "currency", "debtor_country", "filed_on", "seal")),
        facts,
        before,
    )
    query, last = sa.select(*columns).order_by(CASE.c.claim_id).limit(AT_ONCE), ""
    while page := connection.execute(query.where(CASE.c.claim_id > last)).all():
        yield list(page)
        last = page[-1].claim_id


class _Work:
    """The migration of one page of cases after another."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self.seals = ChangedSeals(connection, SPECS)

    def page(self, cases: list[Any]) -> None:
        """Migrate some cases with their rows."""
        known = {case.claim_id: json.loads(case.facts) for case in cases}
        claims = list(known)
        rows = {table.name: self._rows(table, claims) for table in (DEADLINE, INVOICE, FORMER, ENTRY, BANK)}
        self._write(CASE, "claim_id", [self._case(case, known[case.claim_id]) for case in cases])
        self._write(DEADLINE, "id", [self._deadline(row) for some in rows["deadline"].values() for row in some])
        for name, table, key, made in (
            ("claim_invoice", INVOICE, "id", _invoices),
            ("former_reference", FORMER, "reference", _former),
        ):
            found = [self._changed(row, new) for claim in claims for row, new in made(known[claim], rows[name][claim])]
            self._write(table, key, found)
        paid = [
            self.seals.new("payment", {**row, "sequence": place})
            for case in cases
            for place, row in enumerate(_payments(case, known[case.claim_id], rows), 1)
        ]
        if paid:
            self.connection.execute(sa.insert(PAID), paid)
        self.seals.keep()

    def _rows(self, table: sa.TableClause, claims: list[str]) -> dict[str, list[Any]]:
        order = table.c.until if table is FORMER else table.c.id
        found: dict[str, list[Any]] = {claim: [] for claim in claims}
        for row in self.connection.execute(sa.select(table).where(table.c.claim_id.in_(claims)).order_by(order)):
            found[row.claim_id].append(row)
        return found

    def _write(self, table: sa.TableClause, key: str, rows: list[Json]) -> None:
        if not rows:
            return
        names = [name for name in rows[0] if name != key]
        statement = sa.update(table).where(table.c[key] == sa.bindparam("the_key"))
        statement = statement.values({name: sa.bindparam(f"new_{name}") for name in names})
        given = [{"the_key": row[key], **{f"new_{name}": row[name] for name in names}} for row in rows]
        self.connection.execute(statement, given)

    def _case(self, case: Any, facts: Json) -> Json:
        made = {**_claim(facts.get("claim") or {}), **_known(facts, json.loads(case.consents_before), case.currency)}
        gone = {"facts": case.facts, "consents": case.consents_before}
        return {"claim_id": case.claim_id, **made, "seal": self.seals.changed("case_file", case, made, gone)}

    def _deadline(self, row: Any) -> Json:
        kind, _, about = row.kind.partition(":")
        made = {"kind": kind, "about": about}
        return {"id": row.id, **made, "seal": self.seals.changed("deadline", row, made, {"kind": row.kind})}

    def _changed(self, row: Any, new: Json) -> Json:
        """Return a row with its new columns; what stood in one that it had already is signed anew where it held."""
        table = INVOICE if hasattr(row, "number") else FORMER
        key = "id" if table is INVOICE else "reference"
        gone = {name: signed_text(getattr(row, name)) for name in ("issued_on", "due_on") if table is INVOICE}
        return {key: getattr(row, key), **new, "seal": self.seals.changed(table.name, row, new, gone)}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _told(value: Any) -> str | None:
    return _json(value) if value else None


def _some(row: Json, *without: str) -> Json:
    """Return a row without some of it and without what is not known."""
    return {name: value for name, value in row.items() if name not in without and value is not None}


def _claim(claim: Json) -> Json:
    """Return the columns of what the rules know of a claim."""
    return {
        "creditor": _json(_some(claim.get("creditor", {}), "country")),
        "debtor": _json(_some(claim.get("debtor", {}), "country")),
        "contract": _json(_some(claim.get("contract", {}))),
        "disputed": bool(claim.get("disputed")),
        "law_override": claim.get("law_override"),
        **{
            column: _told([_some(row) for row in claim.get(name, [])])
            for column, name in (("law_events", "events"), ("credits", "credits"), ("awards", "awards"))
        },
    }


def _known(facts: Json, consents: Json, currency: str) -> Json:
    """Return the columns of what was known of a case beside its claim."""
    laws, offer, settlement = facts.get("laws"), facts.get("offer"), facts.get("settlement")
    return {
        "description": facts.get("description"),
        "law_digest": facts.get("law_digest"),
        "waivers": _told(facts.get("waivers")),
        "warnings": _told(facts.get("warnings")),
        "law_reason": _told({"why": laws["why"], "basis": laws["basis"]} if laws else None),
        "consents": _told([{"about": about, "given_on": day} for about, day in consents.items()]),
        "steps": _told(_steps(facts)),
        "offer": _told(_minor(_some(offer, "currency"), currency, "total") if offer else None),
        "plan": _told(_plan(facts.get("plan"), currency)),
        "settlement": _told(_minor(_some(settlement), currency, "amount", "owed") if settlement else None),
        "suspension": _told(_some(facts.get("suspension") or {})),
        "court": _told(_minor(_some(facts.get("court") or {}), currency, *COURT_AMOUNTS)),
        "flow_runs": _told(facts.get("flow_runs")),
    }


def _minor(row: Json, currency: str, *names: str) -> Json:
    """Return a row with some amounts in minor units."""
    return {
        (f"{name}_minor" if name in names else name): (Money.parse(value, currency).minor if name in names else value)
        for name, value in row.items()
    }


def _plan(plan: Json | None, currency: str) -> Json | None:
    if not plan:
        return None
    parts = [_minor(part, currency, "amount") for part in plan["instalments"]]
    return {**_some(plan), "instalments": parts}


def _steps(facts: Json) -> list[Json]:
    """Return the steps that were done; those of a country where the debtor lived before are done with."""
    left: Counter[str] = Counter(facts.get("steps_done", []))
    letters, steps = facts.get("step_letters", {}), list[Json]()
    for letter, sent in reversed(letters.items()):
        stands = left[sent["step"]] > 0
        left[sent["step"]] -= stands
        row = {"step": sent["step"], "letter": letter, "event": sent["event"], "on": sent["on"]}
        steps.insert(0, {**row, "before": sent["from"], "after": sent["to"], **({} if stands else {"former": True})})
    return [*({"step": name} for name in left.elements()), *steps]


def _invoices(facts: Json, rows: list[Any]) -> Iterator[tuple[Any, Json]]:
    """Yield the rows of a claim's debts with what only the JSON had."""
    known = (facts.get("claim") or {}).get("invoices", [])
    for place, row in enumerate(rows):
        one = known[place] if len(known) == len(rows) else {}
        days = {f"{name}_on": _day(one.get(name)) for name in ("received", "delivered")}
        both = {f"{name}_on": _day(one.get(name)) or getattr(row, f"{name}_on") for name in ("issued", "due")}
        yield row, {**both, **days, "rate": None if one.get("rate") is None else str(one["rate"])}


def _former(facts: Json, rows: list[Any]) -> Iterator[tuple[Any, Json]]:
    """Yield the references of before with their country and their place."""
    told = [one["reference"] for one in facts.get("former", [])]
    for row in rows:
        place = told.index(row.reference) + 1 if row.reference in told else len(told) + 1
        yield row, {"sequence": place, "country": row.reference.split("-")[0]}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _payments(case: Any, facts: Json, rows: dict[str, dict[str, list[Any]]]) -> list[Json]:
    """Return what came in: by the ledger, which knows what was taken back, where it says what the claim says."""
    claim, foreign = facts.get("claim") or {}, facts.get("foreign_paid") or {}
    lines = [line for line in rows["entry"][case.claim_id] if line.kind == "payment"]
    lines_of_bank = {f"bank:{one.account}:{one.bank_id}": one for one in rows["bank_entry"][case.claim_id]}
    made = _of_ledger(case, lines, lines_of_bank)
    stands = Counter(
        (row["value_on"], row["case_minor"]) for row in made if row["case_minor"] and not row["reversed_on"]
    )
    told = claim.get("payments", [])
    beside: Counter[str] = Counter()
    for row in made:
        beside[row["currency"]] += row["amount_minor"] if row["case_minor"] is None else 0
    same = stands == Counter((_day(row["on"]), Money.parse(row["amount"], row["currency"]).minor) for row in told)
    if same and +beside == +Counter(foreign) and not any(row.get("invoice") or row.get("enforced") for row in told):
        return made
    return [
        *(_of_claim(case, row) for row in told),
        *(_paid(case, _fallback(case, told), int(minor), name, None) for name, minor in foreign.items()),
    ]


def _fallback(case: Any, told: list[Json]) -> Any:
    """Return the day of costs whose day is not known any more."""
    return _day(told[-1]["on"]) if told else case.filed_on


def _paid(case: Any, on: Any, minor: int, currency: str, worth: int | None, **more: Any) -> Json:
    plain: Json = {
        **dict.fromkeys(("rate", "rate_on", "rate_source", "invoice", "bank_entry_id", "reversed_on", "reversed_why")),
        **{"enforced": False, "held_by": "team", "source": "", "note": "", "booked_on": on},
    }
    row = {"claim_id": case.claim_id, "value_on": on, "amount_minor": minor, "currency": currency, "case_minor": worth}
    return {**plain, **row, **more}


def _of_claim(case: Any, row: Json) -> Json:
    minor = Money.parse(row["amount"], row["currency"]).minor
    more = {"invoice": row.get("invoice"), "enforced": bool(row.get("enforced"))}
    return _paid(case, _day(row["on"]), minor, row["currency"], minor, **more)


def _of_ledger(case: Any, lines: list[Any], lines_of_bank: dict[str, Any]) -> list[Json]:
    """Return payments as the ledger's lines tell them."""
    made: list[Json] = []
    for line in lines:
        paid, source = line.data.get("paid"), str(line.data.get("source", ""))
        if line.amount_minor > 0:
            _take_back(made, line)
        elif not paid:
            made.append(_paid(case, line.booked_on, -line.amount_minor, line.currency, None))
        else:
            came = Money.parse(paid["amount"], paid["currency"])
            known = (one for name, one in lines_of_bank.items() if source == name or source.startswith(f"{name}:"))
            more: Json = {"source": source}
            if one := next(known, None):
                more |= {"bank_entry_id": one.id, "booked_on": one.booked_on}
            if came.currency != case.currency:
                rate_on = _day(line.data.get("rate_date"))
                more |= {"rate": line.data.get("rate"), "rate_on": rate_on, "rate_source": line.data.get("rate_source")}
            made.append(_paid(case, line.booked_on, came.minor, came.currency, -line.amount_minor, **more))
    return made


def _take_back(made: list[Json], line: Any) -> None:
    standing = (row for row in reversed(made) if row["reversed_on"] is None and row["case_minor"] == line.amount_minor)
    if found := next(standing, None):
        found |= {"reversed_on": line.booked_on, "reversed_why": "returned by the bank"}
