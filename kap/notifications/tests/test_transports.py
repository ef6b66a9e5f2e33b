"""What each way out of the building says of what went out."""

from __future__ import annotations

import http.server
import json
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kap.core.outbox import OutboxStatus
from kap.notifications.compose import Letter
from kap.notifications.models import Communication
from kap.notifications.sending import send
from kap.notifications.tests.factories import CommunicationFactory, patient_who_agreed
from kap.notifications.tests.smtp_server import Sink, sink
from kap.notifications.transports.base import AmbiguousError, NotSentError, RefusedError
from kap.notifications.transports.gateway import HttpGateway, international
from kap.notifications.transports.mail import MailTransport, write
from kap.patients.enums import Channel

LETTER = Letter(
    reference="7f3b",
    recipient="wilder@nowhere.example",
    sender="LF Care",
    subject="LF Care: see you tomorrow",
    body="Hello,\n\nsee you.\n.\nBye",
)


@pytest.fixture
def smtp(settings: Any) -> Iterator[Sink]:
    with sink() as found:
        settings.EMAIL_TRANSPORT = "smtp"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", found.port
        settings.EMAIL_USE_TLS = False
        settings.EMAIL_TIMEOUT = 2
        settings.DEFAULT_FROM_EMAIL = "hello@clinic.example"
        yield found


def test_a_mail_arrives_as_it_was_written(smtp: Sink) -> None:
    MailTransport().send(LETTER)
    mail = message_from_bytes(smtp.mails[0], policy=default)
    assert mail["From"] == "LF Care <hello@clinic.example>"
    assert mail["Message-ID"] == "<7f3b@clinic.example>"
    assert mail.get_content().replace("..", ".").startswith("Hello,\n\nsee you.")
    assert smtp.recipients == ["rcpt TO:<wilder@nowhere.example>"]


@pytest.mark.parametrize(
    ("mode", "error", "code"),
    [
        ("greet-421", NotSentError, "no-connection"),
        ("rcpt-451", NotSentError, "later-451"),
        ("rcpt-550", RefusedError, "refused-550"),
        ("data-451", NotSentError, "later-451"),
        ("data-554", RefusedError, "refused-554"),
        ("hang-up", AmbiguousError, "no-receipt"),
    ],
)
def test_each_way_to_fail_is_told_apart(
    smtp: Sink, mode: str, error: type[Exception], code: str
) -> None:
    smtp.mode = mode
    with pytest.raises(error) as refusal:
        MailTransport().send(LETTER)
    assert refusal.value.code == code  # type: ignore[attr-defined]


@pytest.mark.parametrize("field", ["recipient", "subject", "sender"])
def test_a_line_break_never_becomes_a_header(field: str) -> None:
    facts = {
        "reference": "1",
        "recipient": "a@b.example",
        "sender": "LF",
        "subject": "S",
        "body": "B",
    }
    facts[field] += "\r\nBcc: x@y.example"
    with pytest.raises(RefusedError):
        write(Letter(**facts))


@pytest.mark.django_db
def test_a_server_that_is_away_gives_the_message_back_for_later(
    smtp: Sink, now: datetime, settings: Any
) -> None:
    settings.EMAIL_PORT = 1
    message = CommunicationFactory.create(
        patient=patient_who_agreed(), channel=Channel.EMAIL
    )
    send(message.pk, now=now)
    message.refresh_from_db()
    assert (message.status, message.problem) == ("preparation", "no-connection")
    assert timedelta(minutes=1) <= message.due_at - now < timedelta(minutes=2)
    settings.EMAIL_PORT = smtp.port
    send(message.pk, now=message.due_at)
    message.refresh_from_db()
    assert message.status == OutboxStatus.COMPLETED
    assert len(smtp.mails) == 1


@pytest.mark.django_db
def test_a_message_without_a_receipt_is_unknown_and_not_sent_again(
    smtp: Sink, now: datetime
) -> None:
    smtp.mode = "hang-up"
    message = CommunicationFactory.create(
        patient=patient_who_agreed(), channel=Channel.EMAIL
    )
    send(message.pk, now=now)
    smtp.mode = "take"
    send(message.pk, now=now + timedelta(minutes=10))
    message.refresh_from_db()
    assert (message.status, message.problem) == (OutboxStatus.UNKNOWN, "no-receipt")
    assert len(smtp.mails) == 1


@pytest.mark.django_db
def test_a_mailbox_that_is_refused_is_not_tried_again(
    smtp: Sink, now: datetime
) -> None:
    smtp.mode = "rcpt-550"
    message = CommunicationFactory.create(
        patient=patient_who_agreed(), channel=Channel.EMAIL
    )
    send(message.pk, now=now)
    found = Communication.objects.get(pk=message.pk)
    assert (found.status, found.problem) == (OutboxStatus.NOT_DONE, "refused-550")


class _Answer(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        seen: list[Any] = self.server.seen  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers["Content-Length"]))
        seen.append((self.path, self.headers["Authorization"], json.loads(body)))
        status = self.server.status  # type: ignore[attr-defined]
        if status:
            self.send_response(status)
            self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Nothing."""


def _certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    start = datetime.now(UTC) - timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=9))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    path = folder / "both.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[tuple[HttpGateway, Any]]:
    pem = _certificate(tmp_path)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Answer)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.seen, server.status = [], 202  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    trust = ssl.create_default_context(cafile=str(pem))
    url = f"https://localhost:{server.server_address[1]}/v1/messages?x=1"
    yield HttpGateway(url, "token-1", trust), server
    server.shutdown()
    server.server_close()
    thread.join(5)


SMS = Letter("7f3b", "(212) 555-0100", "LF Care", "", "LF Care: see you")


def test_a_text_is_posted_with_its_reference(gateway: tuple[HttpGateway, Any]) -> None:
    transport, server = gateway
    transport.send(SMS)
    assert server.seen == [
        (
            "/v1/messages?x=1",
            "Bearer token-1",
            {
                "to": "+12125550100",
                "from": "LF Care",
                "text": "LF Care: see you",
                "reference": "7f3b",
            },
        )
    ]


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (429, NotSentError),
        (503, NotSentError),
        (302, RefusedError),
        (400, RefusedError),
        (401, RefusedError),
        (500, AmbiguousError),
        (504, AmbiguousError),
        (0, AmbiguousError),
    ],
)
def test_each_answer_of_the_gateway_is_told_apart(
    gateway: tuple[HttpGateway, Any], status: int, error: type[Exception]
) -> None:
    transport, server = gateway
    server.status = status
    with pytest.raises(error):
        transport.send(SMS)
    assert len(server.seen) == 1


def test_a_gateway_that_is_not_https_or_not_trusted_gets_nothing(
    gateway: tuple[HttpGateway, Any],
) -> None:
    transport, server = gateway
    with pytest.raises(RefusedError):
        HttpGateway("http://localhost/x", "t").send(SMS)
    with pytest.raises(NotSentError):
        HttpGateway(transport.url, "t").send(SMS)
    assert server.seen == []


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("555 012 0100", "+15550120100"),
        ("+44 20 7946 0000", "+442079460000"),
        ("1-212-555-0100", "+12125550100"),
    ],
)
def test_numbers_become_international(typed: str, number: str) -> None:
    assert international(typed) == number


@pytest.mark.parametrize("typed", ["", "555 01", "abc"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(RefusedError):
        international(typed)
