"""Mail over a real SMTP server: what arrives, what is tried again and what is refused for good."""

from __future__ import annotations

import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest

from recovery.channels.mail import Mail, message_id, send
from recovery.channels.refused import Refused
from recovery.errors import GatewayError
from tests.channels.servers import free_port, smtp

AT = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
MAIL = Mail(
    key="claim-1:reminder:3:sent",
    to="debiteur@voorbeeld.example",
    sender_name="Incassodienst Nederland",
    sender="incasso@recovery-nl.example",
    subject="Ons kenmerk: NL-2026-000001",
    text="Geachte heer, mevrouw,\n\nU bent ons € 1.000,00 verschuldigd.\n",
    language="nl",
    pdf_name="NL-2026-000001-2026-03-04-reminder.pdf",
    pdf=b"%PDF-1.7 sample",
)


def to_server(channel, port, **more):
    channel(SMTP_HOST="127.0.0.1", SMTP_PORT=port, SMTP_STARTTLS=0, **more)


def test_a_mail_arrives_whole(channel):
    with smtp() as (inbox, port):
        to_server(channel, port)
        sent = send(MAIL, AT)
    (message,) = inbox.messages
    assert message["Message-ID"] == sent == message_id(MAIL.key, MAIL.sender)
    assert message["To"] == "debiteur@voorbeeld.example"
    assert message["Reply-To"] == "Incassodienst Nederland <incasso@recovery-nl.example>"
    assert message["Subject"] == "Ons kenmerk: NL-2026-000001"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == AT
    body = message.get_body(("plain",))
    assert (body["Content-Language"], body.get_content().splitlines()) == ("nl", MAIL.text.splitlines())
    (attached,) = message.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == (MAIL.pdf_name, MAIL.pdf)


def test_a_repeated_sending_is_recognised_by_its_message_id(channel):
    with smtp() as (inbox, port):
        to_server(channel, port)
        send(MAIL, AT)
        send(MAIL, AT)
        send(replace(MAIL, key="claim-1:formal_notice:4:sent"), AT)
    first, second, other = (message["Message-ID"] for message in inbox.messages)
    assert first == second != other
    assert "claim-1" not in first


def test_the_house_may_send_from_one_address_while_answers_go_to_the_service(channel):
    with smtp() as (inbox, port):
        to_server(channel, port, SMTP_FROM="post@recovery.example")
        send(MAIL, AT)
    assert inbox.messages[0]["From"].addresses[0].addr_spec == "post@recovery.example"
    assert inbox.messages[0]["Reply-To"].addresses[0].addr_spec == MAIL.sender
    assert inbox.messages[0]["Message-ID"].endswith("@recovery.example>")


@pytest.mark.parametrize("behaviour", [{"rcpt": "550 5.1.1 no such user"}, {"data": "554 5.7.1 refused"}])
def test_5xx_for_the_recipient_is_final(channel, behaviour):
    with smtp(**behaviour) as (inbox, port):
        to_server(channel, port)
        with pytest.raises(Refused, match=r"the server answered 55[04]") as refused:
            send(MAIL, AT)
    assert refused.value.status == "bounced"
    assert MAIL.to not in refused.value.message
    assert inbox.messages == []


@pytest.mark.parametrize(
    "behaviour",
    [
        {"rcpt": "450 4.2.1 busy"},
        {"data": "451 4.3.0 later"},
        {"drop": True},
        {"silent": True},
    ],
)
def test_what_may_come_right_is_tried_again(channel, behaviour):
    with smtp(**behaviour) as (inbox, port):
        to_server(channel, port, SMTP_SECONDS="0.5")
        with pytest.raises(GatewayError) as later:
            send(MAIL, AT)
    assert MAIL.to not in later.value.message
    assert (inbox.tries, inbox.messages) == (1, [])


def test_no_server_is_tried_again(channel):
    to_server(channel, free_port())
    with pytest.raises(GatewayError, match="ConnectionRefusedError"):
        send(MAIL, AT)


def test_a_password_is_never_sent_to_a_server_that_cannot_encrypt(channel):
    with smtp() as (inbox, port):
        channel(SMTP_HOST="127.0.0.1", SMTP_PORT=port, SMTP_USER="user", SMTP_PASSWORD="sample")
        with pytest.raises(GatewayError, match="SMTPNotSupportedError"):
            send(MAIL, AT)
    assert inbox.tries == 0


def certificate(folder):
    """Make a certificate for the loopback and return its file and the server's context."""
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.example")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return folder / "cert.pem", context


def test_a_mail_goes_encrypted_to_a_server_with_a_trusted_certificate(channel, tmp_path, monkeypatch):
    trusted, context = certificate(tmp_path)
    with smtp(tls=context) as (inbox, port):
        channel(SMTP_HOST="127.0.0.1", SMTP_PORT=port)
        with pytest.raises(GatewayError, match="SSLCertVerificationError"):
            send(MAIL, AT)
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        send(MAIL, AT)
    assert len(inbox.messages) == 1


@pytest.mark.parametrize(
    "to", ["", "no address", "a@b.example, c@d.example", "a@b.example\r\nBcc: c@d.example", "@", "a@"]
)
def test_what_is_no_address_is_refused_before_anything_is_sent(channel, to):
    folder = channel()
    with pytest.raises(Refused, match="address is none"):
        send(replace(MAIL, to=to), AT)
    assert not (folder / "outgoing").exists()


def test_an_address_beyond_ascii_that_the_server_cannot_take_is_refused(channel):
    with smtp() as (inbox, port):
        to_server(channel, port)
        inbox.behaviour["rcpt"] = "550 never asked"
        with pytest.raises(Refused):
            send(replace(MAIL, to="müller@beispiel.example"), AT)
    assert inbox.messages == []


def test_a_wrong_address_of_the_house_is_for_the_administrator(channel):
    channel(SMTP_FROM="The House <post@recovery.example>")
    with pytest.raises(GatewayError, match="RECOVERY_SMTP_FROM"):
        send(MAIL, AT)


def test_offline_a_mail_lies_in_the_folder_once(channel):
    folder = channel()
    assert send(MAIL, AT) == send(MAIL, AT)
    (file,) = (folder / "outgoing" / "mail").iterdir()
    assert file.name == "claim-1-reminder-3-sent.eml"
    read = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert (read["Subject"], read["Message-ID"]) == (MAIL.subject, message_id(MAIL.key, MAIL.sender))
