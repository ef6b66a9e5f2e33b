"""Reading: who may be written to, by which channel, and how often they were."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from kap.accounts.models import Practitioner, User
from kap.core.outbox import OutboxStatus
from kap.notifications.models import Communication
from kap.patients.enums import Channel
from kap.patients.models import ContactConsent

Agreed = frozenset[tuple[UUID, str, str]]
"""(patient id, channel, purpose) for each consent that holds."""

CHANNELS = (Channel.EMAIL, Channel.SMS)
TRANSPORT_SETTING = {Channel.EMAIL: "EMAIL_TRANSPORT", Channel.SMS: "SMS_TRANSPORT"}


def agreed(patient_ids: Iterable[UUID]) -> Agreed:
    """What these patients said last about each channel and purpose; one query."""
    newest = (
        ContactConsent.objects.filter(patient_id__in=set(patient_ids))
        .order_by("patient_id", "channel", "purpose", "-said_at", "-pk")
        .distinct("patient_id", "channel", "purpose")
        .values_list("patient_id", "channel", "purpose", "is_given")
    )
    return frozenset(
        (patient, channel, purpose)
        for patient, channel, purpose, given in newest
        if given
    )


def phone_of(user: User) -> str:
    """The number a member of staff can be texted on; nothing when there is none."""
    return (
        Practitioner.objects.filter(user=user).values_list("phone", flat=True).first()
        or ""
    )


def channel_problem(channel: str) -> str:
    """Why nothing can be sent by a channel, or ""."""
    if channel not in TRANSPORT_SETTING:
        return "Calls are made by people, not from here."
    if getattr(settings, TRANSPORT_SETTING[Channel(channel)]) != "none":
        return ""
    if channel == Channel.SMS:
        return "Text messages are off, because no gateway is set up. E-mail still goes."
    return "E-mail is off, because no mail server is set up."


def texts_sent(patient_id: UUID, *, since: datetime) -> list[datetime]:
    """When text messages went to a patient's own phone since then, oldest first."""
    times = (
        Communication.objects.filter(
            patient_id=patient_id,
            channel=Channel.SMS,
            related_person=None,
            to_user=None,
            status__in=(OutboxStatus.COMPLETED, OutboxStatus.UNKNOWN),
            finished_at__gte=since,
        )
        .order_by("finished_at")
        .values_list("finished_at", flat=True)
    )
    return [at for at in times if at is not None]


WEEK = timedelta(days=7)
