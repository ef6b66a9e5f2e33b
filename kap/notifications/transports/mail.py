"""E-mail through any SMTP server, with a clear word on what went out and what did not."""

from __future__ import annotations

import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr

from django.conf import settings

from kap.notifications.compose import Letter
from kap.notifications.transports.base import AmbiguousError, NotSentError, RefusedError


class MailTransport:
    """Speaks SMTP step by step: before the text is handed over, every failure is plain."""

    def send(self, letter: Letter) -> None:
        message = write(letter)
        server = _connect()
        try:
            _hand_over(server, message, to=letter.recipient)
        finally:
            _close(server)


def write(letter: Letter) -> EmailMessage:
    """The mail; its parts were made one line before, and the library checks again."""
    message = EmailMessage()
    _, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    try:
        message["From"] = Address(display_name=letter.sender, addr_spec=address)
        message["To"] = Address(addr_spec=letter.recipient)
        message["Subject"] = letter.subject
    except (ValueError, IndexError):
        raise RefusedError("bad-address") from None
    message["Message-ID"] = f"<{letter.reference}@{address.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(letter.body)
    return message


def _connect() -> smtplib.SMTP:
    try:
        server = smtplib.SMTP(
            settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=settings.EMAIL_TIMEOUT
        )
        if settings.EMAIL_USE_TLS:
            server.starttls(context=ssl.create_default_context())
        if settings.EMAIL_HOST_USER:
            server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
    except (OSError, smtplib.SMTPException):
        raise NotSentError("no-connection") from None
    return server


def _hand_over(server: smtplib.SMTP, message: EmailMessage, *, to: str) -> None:
    _, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    try:
        server.ehlo_or_helo_if_needed()
        _expect(server.mail(sender)[0], {250})
        _expect(server.rcpt(to)[0], {250, 251})
    except (OSError, smtplib.SMTPException):
        raise NotSentError("connection-lost") from None
    try:
        code, _ = server.data(message.as_bytes())
    except smtplib.SMTPDataError as error:
        code = error.smtp_code
    except (OSError, smtplib.SMTPException):
        raise AmbiguousError("no-receipt") from None
    _expect(code, {250})


def _expect(code: int, wanted: set[int]) -> None:
    """4xx: later; 5xx: never."""
    if code in wanted:
        return
    if 500 <= code < 600:
        raise RefusedError(f"refused-{code}")
    raise NotSentError(f"later-{code}")


def _close(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()
