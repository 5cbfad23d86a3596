"""Documents for the intake tests: the samples, the national maps, small variants."""

from __future__ import annotations

from pathlib import Path

from recovery.intake.invoice import Invoice
from recovery.intake.reader import read_invoice
from recovery.registry import adapter_of, countries

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests" / "samples"
DEMO = ROOT / "recovery" / "demo" / "invoices"
MAPS = tuple(path for path in (adapter_of(code).folder / "einvoice.toml" for code in countries()) if path.is_file())

UBL = "ubl/en16931-example1.xml"
CII = "cii/en16931-example1.xml"
FATTURA = "fatturapa/FPR02.xml"
FACTURAE = "facturae/vat.xml"
EB4, EB6 = "ebinterface/4p3.xml", "ebinterface/6p1.xml"


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def own(name: str) -> bytes:
    """A document made for these tests, of a kind of which there is no sample."""
    return (Path(__file__).parent / "own" / name).read_bytes()


def variant(name: str, *changes: tuple[str, str]) -> bytes:
    """A sample with texts replaced; every text must be there."""
    text = sample(name).decode("utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text.encode("utf-8")


def read(data: bytes, name: str = "invoice.xml") -> Invoice:
    return read_invoice(data, name, MAPS)


def read_variant(name: str, *changes: tuple[str, str]) -> Invoice:
    return read(variant(name, *changes))


def warned(invoice: Invoice, *words: str) -> bool:
    """Whether one warning holds all the words."""
    return any(all(word in warning for word in words) for warning in invoice.warnings)
