"""What messages add to the shell, the chart's tabs and the timeline."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from kap.accounts.enums import SCHEDULING, Role
from kap.accounts.models import User
from kap.core.outbox import OutboxStatus
from kap.notifications import demo_mail, listing, registry
from kap.notifications.models import Communication
from kap.notifications.sentences import CHIPS
from kap.patients import timeline
from kap.patients.chart import Tab, register_tab
from kap.patients.frame import SEES_CHART
from kap.ui import navigation, palette

ENDED = (OutboxStatus.COMPLETED, OutboxStatus.UNKNOWN, OutboxStatus.NOT_DONE)


def ended(
    patient_id: UUID, user: User, page: timeline.Page
) -> Iterable[timeline.TimelineEntry]:
    """What went out, and what did not, for the chart's timeline."""
    found = Communication.objects.visible_to(user).filter(
        patient_id=patient_id, status__in=ENDED, finished_at__isnull=False
    )
    if page.before is not None:
        found = found.filter(finished_at__lt=page.before)
    for message in found.order_by("-finished_at")[: page.limit]:
        word, tone, _ = CHIPS[OutboxStatus(message.status)]
        yield timeline.TimelineEntry(
            at=message.finished_at or message.due_at,
            icon="mail" if message.channel == "email" else "message",
            title=registry.label_of(message.kind),
            meta=message.get_channel_display(),
            chip=word if message.status != OutboxStatus.COMPLETED else "",
            chip_tone=tone,
        )


timeline.register(ended, kind="messages")
register_tab(
    Tab(
        key="messages",
        label="Messages",
        url_name="notifications:of_patient",
        roles=SEES_CHART,
        order=80,
    )
)
navigation.register(
    navigation.NavItem(
        key="messages",
        label="Messages",
        icon="send",
        url_name="notifications:outbox",
        roles=SCHEDULING | {Role.ADMIN, Role.COMPLIANCE},
        order=65,
        count=listing.unknown_count,
        namespaces=frozenset({"notifications"}),
    )
)
if demo_mail.is_on():
    palette.register(
        palette.PaletteAction(
            key="mailbox",
            label="Mailbox of the demo",
            icon="mail-opened",
            url_name="notifications:mailbox",
            roles=frozenset({Role.ADMIN}),
            keywords="demo e-mail text message inbox",
            order=90,
        )
    )
