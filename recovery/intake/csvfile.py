"""Invoices as CSV, in the layout of docs/csv.md: a header and one line per invoice."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from recovery.errors import Faults, IntakeError
from recovery.intake.fields import country_code, read_date
from recovery.intake.invoice import Invoice, Party
from recovery.money import Money

REQUIRED = (
    "number",
    "issued",
    "currency",
    "amount",
    "seller_name",
    "seller_country",
    "buyer_name",
    "buyer_country",
)
OPTIONAL = (
    "due",
    "paid",
    "seller_vat",
    "seller_iban",
    "seller_email",
    "buyer_vat",
    "buyer_street",
    "buyer_postal_code",
    "buyer_city",
    "buyer_email",
    "buyer_is_person",
    "description",
    "payment_reference",
)


def looks_like_csv(data: bytes, name: str) -> bool:
    """Tell whether a file is meant as CSV: by its name, or by a header that starts as ours."""
    if name.lower().endswith((".csv", ".tsv")):
        return True
    head = data[:200].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return head.startswith(b"number") and b"\n" in data[:2000]


def read_csv(data: bytes, name: str) -> Invoice:
    """Return the first invoice of a CSV file; more lines leave a warning.

    Raises:
        IntakeError: no line, a missing column, or a faulty line.
    """
    rows = list(_rows(data, name))
    if not rows:
        raise IntakeError(
            f"{name}: no invoice under the header; add one line per invoice", code="empty_file", field="file"
        )
    invoice = _invoice(rows[0], name, 2)
    if len(rows) > 1:
        invoice = invoice.warned(f"the file holds {len(rows)} invoices: the first is read; file the others one by one")
    return invoice


def read_invoices_csv(data: bytes, name: str) -> Iterator[Invoice | IntakeError]:
    """Yield every line's invoice, or the error of that line with its number."""
    for number, row in enumerate(_rows(data, name), 2):
        try:
            yield _invoice(row, name, number)
        except IntakeError as error:
            yield error


def _rows(data: bytes, name: str) -> Iterator[dict[str, str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("windows-1252", errors="replace")
    if "\x00" in text:
        raise IntakeError(f"{name}: not a text file; export it as CSV", code="unreadable_csv", field="file")
    header = text.split("\n", 1)[0]
    delimiter = max(";\t,", key=header.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        names = [(column or "").strip().lower() for column in reader.fieldnames or []]
        missing = [column for column in REQUIRED if column not in names]
        if missing:
            raise IntakeError(
                f"{name}: columns missing: {', '.join(missing)}; see docs/csv.md",
                code="missing_column",
                field=missing[0],
            )
        for row in reader.reader:
            if any(cell.strip() for cell in row):
                yield dict(zip(names, (cell.strip() for cell in row), strict=False))
    except csv.Error as error:
        raise IntakeError(
            f"{name}: no readable CSV: {error}; export it again", code="unreadable_csv", field="file"
        ) from None


def _decimal(text: str) -> Decimal:
    plain = text.replace(" ", "").replace("\u00a0", "")
    if "," in plain:
        plain = (
            plain.replace(".", "").replace(",", ".") if plain.rfind(",") > plain.rfind(".") else plain.replace(",", "")
        )
    return Decimal(plain)


def _invoice(row: dict[str, str], name: str, line: int) -> Invoice:
    faults: list[IntakeError] = []

    def fault(field: str, message: str) -> None:
        faults.append(IntakeError(f"{name} line {line}: {message}", code="bad_line", field=field))

    get = lambda key: row.get(key) or None  # noqa: E731
    for key in REQUIRED:
        if not get(key):
            fault(key, f"{key} is empty")
    issued, due = read_date(row.get("issued", "")), read_date(row.get("due", ""))
    if get("issued") and issued is None:
        fault("issued", f"issued {row['issued']!r} is no date")
    if get("due") and due is None:
        fault("due", f"due {row['due']!r} is no date")
    currency = (get("currency") or "").upper()
    amount, paid = _money(row, "amount", currency, fault), _money(row, "paid", currency, fault)
    if faults or issued is None or amount is None:
        raise Faults(faults)
    payable = amount - paid if paid else amount
    warnings = () if due else ("no due date: the statutory term counts",)
    return Invoice(
        format="csv",
        version="1",
        kind="invoice" if amount.minor >= 0 else "credit_note",
        number=row["number"],
        issued=issued,
        due=due,
        currency=currency,
        total=amount,
        payable=payable,
        prepaid=paid,
        seller=Party(
            row["seller_name"],
            country_code(row["seller_country"]),
            get("seller_vat"),
            iban=get("seller_iban"),
            email=get("seller_email"),
        ),
        buyer=Party(
            row["buyer_name"],
            country_code(row["buyer_country"]),
            get("buyer_vat"),
            street=get("buyer_street"),
            postal_code=get("buyer_postal_code"),
            city=get("buyer_city"),
            email=get("buyer_email"),
            is_person=(get("buyer_is_person") or "").lower() in ("yes", "true", "1") or None,
        ),
        description=row.get("description", ""),
        payment_reference=get("payment_reference"),
        warnings=warnings,
    )


def _money(row: dict[str, str], key: str, currency: str, fault: object) -> Money | None:
    text = row.get(key)
    if not text:
        return None
    try:
        return Money.parse(_decimal(text), currency, key)
    except InvalidOperation:
        fault(key, f"{key} {text!r} is no amount")  # type: ignore[operator]
    except IntakeError as error:
        fault(error.field or key, error.message)  # type: ignore[operator]
    return None
