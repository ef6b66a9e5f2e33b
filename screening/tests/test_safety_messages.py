"""What the person who is told of an alert reads, and when it is not sent any more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kap.accounts.tests.factories import PractitionerFactory
from kap.core.outbox import OutboxStatus
from kap.notifications.models import Communication, DemoMessage
from kap.notifications.sending import send
from kap.patients.enums import Channel, EpisodeStatus
from kap.patients.tests.factories import EpisodeFactory
from kap.worklist import services as worklist
from screening.enums import ResponseMode
from screening.rules.safety import Door, Trigger
from screening.services import self_harm

pytestmark = pytest.mark.django_db
NIGHT = timedelta(hours=13)
"""23:00 in New York."""


@pytest.fixture
def alert(db, now, freeze):
    freeze(now + NIGHT)
    episode = EpisodeFactory.create(
        status=EpisodeStatus.ACTIVE,
        therapist=PractitionerFactory.create(phone="555 0199").user,
        patient__given_name="Juniper",
        patient__language="es",
    )
    return self_harm.open_alert(
        patient=episode.patient,
        episode=episode,
        trigger=Trigger(Door.HELP),
        source_key="try",
        mode=ResponseMode.LINK,
        by=None,
        now=now + NIGHT,
    )


def test_a_text_to_whoever_is_on_duty_goes_at_night_and_says_nothing(alert, now):
    for row in Communication.objects.all():
        send(row.pk, now=now + NIGHT)

    sent = {row.communication.channel: row for row in DemoMessage.objects.all()}
    assert set(sent) == {Channel.EMAIL, Channel.SMS}
    assert sent[Channel.SMS].recipient == "555 0199"
    for message in sent.values():
        words = message.body + message.subject
        assert "A clinical task needs attention" in message.body
        assert "Juniper" not in words
        assert "self-harm" not in words


def test_once_somebody_has_it_nobody_else_is_told(alert, now):
    worklist.acknowledge(item_id=alert.item_id, by=alert.item.owner, now=now + NIGHT)
    row = Communication.objects.filter(channel=Channel.SMS).get()

    send(row.pk, now=now + NIGHT + timedelta(minutes=1))

    row.refresh_from_db()
    assert (row.status, row.problem) == (OutboxStatus.STOPPED, "not-wanted")


def test_somebody_who_left_the_clinic_gets_nothing(alert, now):
    alert.item.owner.is_active = False
    alert.item.owner.save()
    row = Communication.objects.filter(channel=Channel.SMS).get()

    send(row.pk, now=now + NIGHT)

    row.refresh_from_db()
    assert row.problem == "no-address"
