"""The demo's mailbox: nothing leaves the machine."""

from __future__ import annotations

from kap.core import clock
from kap.notifications.compose import Letter
from kap.notifications.models import DemoMessage


class DemoTransport:
    def send(self, letter: Letter) -> None:
        DemoMessage.objects.create(
            communication_id=letter.reference,
            recipient=letter.recipient,
            sender=letter.sender,
            subject=letter.subject,
            body=letter.body,
            sent_at=clock.now(),
        )
