from __future__ import annotations

from datetime import timedelta

import pytest

from kap.accounts.tests.factories import UserFactory
from sessions.enums import AppointmentStatus, EncounterStatus, VisitKind
from sessions.models import Encounter
from sessions.tests.factories import NOW, make_clinic, place_visit


@pytest.fixture
def therapist(db):
    return UserFactory.create(therapist=True)


@pytest.fixture
def visit(db, therapist) -> Encounter:
    """An integration visit that took place this morning."""
    clinic = make_clinic()
    start = NOW - timedelta(hours=2)
    appointment = place_visit(
        clinic, start, kind=VisitKind.INTEGRATION, status=AppointmentStatus.FULFILLED
    )
    appointment.episode.therapist = therapist
    appointment.episode.save()
    return Encounter.objects.create(
        appointment=appointment,
        patient=appointment.patient,
        kind=VisitKind.INTEGRATION,
        status=EncounterStatus.FINISHED,
        arrived_at=start,
        started_at=start,
        ended_at=start + timedelta(minutes=50),
    )
