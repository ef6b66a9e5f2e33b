"""Text messages through a provider's HTTPS address: one POST of JSON with a bearer token."""

from __future__ import annotations

import http.client
import json
import re
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from kap.notifications.compose import Letter
from kap.notifications.transports.base import AmbiguousError, NotSentError, RefusedError

TIMEOUT_S = 10
LATER = frozenset({408, 425, 429, 503})
COUNTRY = "+1"


@dataclass(frozen=True, slots=True)
class HttpGateway:
    """Posts ``{"to", "from", "text", "reference"}``; a 2xx answer means it was taken.

    The same ``reference`` twice is the same message, for providers that look.  No
    redirect is followed, and nothing but https is spoken.
    """

    url: str
    token: str
    context: ssl.SSLContext | None = None

    def send(self, letter: Letter) -> None:
        parts = urlsplit(self.url)
        if parts.scheme != "https" or not parts.hostname:
            raise RefusedError("gateway-not-https")
        content = json.dumps(
            {
                "to": international(letter.recipient),
                "from": letter.sender,
                "text": letter.body,
                "reference": letter.reference,
            }
        )
        connection = http.client.HTTPSConnection(
            parts.hostname,
            parts.port or 443,
            timeout=TIMEOUT_S,
            context=self.context or ssl.create_default_context(),
        )
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            self._post(connection, path, content.encode())
        finally:
            connection.close()

    def _post(
        self, connection: http.client.HTTPSConnection, path: str, content: bytes
    ) -> None:
        try:
            connection.connect()
        except OSError:
            raise NotSentError("no-connection") from None
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
        }
        try:
            connection.request("POST", path, body=content, headers=headers)
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException):
            raise AmbiguousError("no-receipt") from None
        judge(status)


def judge(status: int) -> None:
    """What an answer means: taken, later, never, or nobody knows."""
    if 200 <= status < 300:
        return
    if status in LATER:
        raise NotSentError(f"later-{status}")
    if 300 <= status < 500:
        raise RefusedError(f"refused-{status}")
    raise AmbiguousError(f"answer-{status}")


def international(phone: str) -> str:
    """A number as providers want it; refuses what cannot be one."""
    digits = re.sub(r"\D", "", phone)
    if phone.strip().startswith("+"):
        number = f"+{digits}"
    elif len(digits) == 10:
        number = f"{COUNTRY}{digits}"
    else:
        number = f"+{digits}"
    if not 9 <= len(number) <= 16:
        raise RefusedError("bad-number")
    return number


def gateway_from_settings() -> HttpGateway:
    return HttpGateway(url=settings.SMS_GATEWAY_URL, token=settings.SMS_GATEWAY_TOKEN)
