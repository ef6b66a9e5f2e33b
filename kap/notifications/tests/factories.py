"""Made-up messages that are due, and a patient who agreed to be written to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import factory
from factory.django import DjangoModelFactory

from kap.notifications.models import Communication
from kap.patients.enums import Channel, ContactPurpose
from kap.patients.models import ContactConsent, Patient
from kap.patients.tests.factories import PatientFactory

DUE = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def patient_who_agreed(*channels: Channel, **facts: Any) -> Patient:
    """A patient with consent to ``channels`` (none named: e-mail and text)."""
    patient = PatientFactory.create(**facts)
    for channel in channels or (Channel.EMAIL, Channel.SMS):
        for purpose in ContactPurpose:
            ContactConsent.objects.create(
                patient=patient,
                channel=channel,
                purpose=purpose,
                is_given=True,
                said_at=DUE - timedelta(days=30),
            )
    return patient


class CommunicationFactory(DjangoModelFactory[Communication]):
    """A text for tomorrow's visit that is due now; not necessarily allowed."""

    class Meta:
        model = Communication

    key = factory.Sequence(lambda n: f"appointment:{n}:v1:visit-24h:sms")
    patient = factory.SubFactory(PatientFactory)
    kind = "visit-24h"
    channel = Channel.SMS
    about_at = DUE + timedelta(days=1)
    due_at = DUE
    useless_after = DUE + timedelta(days=1)
    created_at = DUE - timedelta(days=3)
