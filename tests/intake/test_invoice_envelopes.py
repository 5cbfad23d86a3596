"""Invoices in envelopes and encodings: signed files, PDFs, and XML that belies itself."""

from __future__ import annotations

import base64
import io
import zipfile
from email.message import EmailMessage

import pytest
from pypdf import PdfWriter

from recovery.errors import IntakeError
from tests.intake.documents import CII, FATTURA, UBL, read, sample, variant, warned


def _der(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    if len(content) < 128:
        return bytes([tag, len(content)]) + content
    length = len(content).to_bytes(4, "big")
    return bytes([tag, 0x84]) + length + content


def _ber(tag: int, *parts: bytes) -> bytes:
    """The same with an indefinite length."""
    return bytes([tag, 0x80]) + b"".join(parts) + b"\x00\x00"


OID_SIGNED, OID_DATA = bytes.fromhex("06092a864886f70d010702"), bytes.fromhex("06092a864886f70d010701")
CERTIFICATE = _der(0xA0, _der(0x30, _der(0x04, b"<not an invoice>")))


def _signed(content: bytes, wrap=_der) -> bytes:
    inside = wrap(0x30, OID_DATA, wrap(0xA0, content))
    return wrap(0x30, OID_SIGNED, wrap(0xA0, wrap(0x30, b"\x02\x01\x01", _der(0x31), inside, CERTIFICATE)))


def _chunked(xml: bytes) -> bytes:
    return _ber(0x24, *(_der(0x04, xml[at : at + 1000]) for at in range(0, len(xml), 1000)))


XML = sample(FATTURA)
PLAIN = _signed(_der(0x04, XML))
PEM = b"-----BEGIN PKCS7-----\n" + base64.encodebytes(PLAIN) + b"-----END PKCS7-----\n"


@pytest.mark.parametrize(
    "data",
    [
        PLAIN,
        _signed(_chunked(XML)),
        _signed(_chunked(XML), _ber),
        _signed(_der(0x04, b"\xef\xbb\xbf" + XML)),
        _signed(_der(0x04, PLAIN)),
        base64.b64encode(PLAIN),
        PEM,
        XML,
    ],
    ids=["der", "chunked", "indefinite", "marked", "signed twice", "base64", "pem", "not signed at all"],
)
def test_signed_fattura(data):
    assert read(data, "IT01234567890_00001.xml.p7m").number == "123"


@pytest.mark.parametrize(
    "data",
    [
        PLAIN[:60],
        _signed(_der(0x04, b"no document")),
        b"\x30\x80" * 5000 + OID_SIGNED,
        b"\x30\x82",
        b"0",
        (b"\x30\x80" + OID_SIGNED) + b"\x30\x80" * 5000 + b"\x00\x00" * 5001,
    ],
)
def test_broken_signed_files(data):
    with pytest.raises(IntakeError):
        read(data, "x.xml.p7m")


@pytest.mark.parametrize(
    "data",
    [
        base64.b64encode(PLAIN).rstrip(b"="),
        base64.b64encode(XML),
        b"\xef\xbb\xbf" + base64.encodebytes(PLAIN).replace(b"\n", b"\r\n"),
        base64.b64encode(base64.b64encode(XML)),
    ],
    ids=["without its padding", "bare", "after a mark", "twice"],
)
def test_base64(data):
    assert read(data, "IT01234567890_00001.xml.p7m").number == "123"


def _zip(**members: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def _mail(*attached: tuple[str, bytes]) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@studio.example", "b@team.example", "Invoice"
    message.set_content("Please find the invoice attached.")
    for name, content in attached:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


@pytest.mark.parametrize(
    "data",
    [
        _zip(**{"readme.txt": b"hello", "i.xml": XML}),
        _zip(**{"folder.zip": _zip(**{"i.xml.p7m": PLAIN})}),
        _mail(("logo.png", b"\x89PNG"), ("i.xml", XML)),
        _mail(("i.zip", _zip(**{"i.xml": XML}))),
    ],
    ids=["archive", "archive in an archive", "mail", "archive in a mail"],
)
def test_what_an_archive_or_a_mail_holds_is_read(data):
    assert read(data, "invoice").number == "123"


def test_of_several_invoices_inside_the_first_is_read_and_the_others_are_told():
    assert warned(read(_zip(a=XML, b=sample(UBL)), "two.zip"), "2 invoices inside")


def test_an_archive_without_an_invoice_says_what_is_wrong_with_what_it_holds():
    with pytest.raises(IntakeError, match=r"bag\.zip: broken\.xml: no readable XML"):
        read(_zip(**{"a.txt": b"hello", "broken.xml": b"<Invoice>"}), "bag.zip")


def test_an_invoice_written_into_an_attached_document():
    head = '<AttachedDocument xmlns="urn:oasis:names:specification:ubl:schema:xsd:AttachedDocument-2"><Description>'
    data = f"{head}<![CDATA[{sample(UBL).decode()}]]></Description></AttachedDocument>".encode()
    assert read(data).number == "12115118"


def _pdf(xml: bytes | None, name: str = "factur-x.xml") -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(width=200, height=200)
    if xml is not None:
        writer.add_attachment(name, xml)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def test_factur_x():
    invoice = read(_pdf(sample(CII)), "invoice.pdf")
    assert (invoice.format, invoice.number, str(invoice.payable)) == ("factur-x", "12115118", "250.33")


def test_zugferd_by_its_older_names():
    assert read(_pdf(sample(CII), "ZUGFeRD-invoice.xml"), "invoice.pdf").format == "factur-x"
    assert read(_pdf(sample(CII), "xrechnung.xml"), "invoice.pdf").format == "factur-x"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (_pdf(None), "pdf_without_xml"),
        (_pdf(b"<broken"), "unreadable_xml"),
        (_pdf(b"<other/>"), "unknown_format"),
        (b"%PDF-1.7\nrubbish", "unreadable_pdf"),
        (_pdf(sample(CII))[:900], "unreadable_pdf"),
    ],
)
def test_pdf_without_an_invoice(data, code):
    with pytest.raises(IntakeError) as caught:
        read(data, "invoice.pdf")
    assert caught.value.code == code
    assert "\n" not in caught.value.message


NAMED = variant(UBL, ("ODIN 59", "Bäckerei Žižka"), ("Ž", "Z"), ("ž", "z")).decode()
DECLARED = '<?xml version="1.0" encoding="UTF-8"?>'


def _encoded(encoding: str, declared: str | None = None) -> bytes:
    return NAMED.replace(DECLARED, f'<?xml version="1.0" encoding="{declared or encoding}"?>').encode(encoding)


@pytest.mark.parametrize(
    "data",
    [
        _encoded("windows-1252"),
        _encoded("iso-8859-1"),
        _encoded("iso-8859-15"),
        _encoded("utf-16"),
        _encoded("utf-16-le", "utf-16"),
        _encoded("utf-16-be", "utf-16"),
        b"\xef\xbb\xbf" + NAMED.encode(),
        b"\xef\xbb\xbf\n  " + NAMED.encode(),
        b"\r\n \t" + NAMED.encode(),
        ("\n" + NAMED).encode("utf-16"),
        NAMED.encode() + b"\r\n\x00\x1a",
        _encoded("utf-8", "UTF-16"),
        NAMED.replace(DECLARED, "").encode(),
    ],
)
def test_encodings(data):
    assert read(data).buyer.name == "Bäckerei Zizka"


def test_encoding_that_belies_itself():
    invoice = read(_encoded("windows-1252", "UTF-8"))
    assert invoice.buyer.name == "Bäckerei Zizka"
    assert warned(invoice, "windows-1252")
