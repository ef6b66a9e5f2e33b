"""Lists that have no such test beside their code: the same queries for one row and for three."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from integration.models import IntegrationNote
from kap.accounts.tests.factories import UserFactory
from screening.tests.factories import ResponseFactory
from sessions.enums import AppointmentStatus, EncounterStatus, VisitKind
from sessions.models import Encounter
from sessions.tests.factories import NOW, make_clinic, place_visit

pytestmark = pytest.mark.django_db
MEASURES_QUERIES = 14
NOTES_QUERIES = 10


@pytest.fixture
def therapist(client, freeze):
    freeze(NOW)
    user = UserFactory.create(therapist=True)
    client.force_login(user)
    return user


@pytest.mark.parametrize("rows", [1, 3])
def test_measures_of_a_patient_cost_the_same(
    rows, client, therapist, django_assert_num_queries
):
    first = ResponseFactory.create(created_at=NOW)
    for number in range(1, rows):
        at = NOW - timedelta(days=number)
        ResponseFactory.create(
            episode=first.episode, status="completed", created_at=at, completed_at=at
        )
    url = reverse("screening:measures", args=[first.patient_id])
    client.get(url)

    with django_assert_num_queries(MEASURES_QUERIES):
        assert client.get(url).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_notes_of_a_patient_cost_the_same(
    rows, client, therapist, django_assert_num_queries
):
    clinic = make_clinic()
    for number in range(rows):
        start = NOW - timedelta(days=number, hours=2)
        appointment = place_visit(
            clinic,
            start,
            kind=VisitKind.INTEGRATION,
            status=AppointmentStatus.FULFILLED,
        )
        encounter = Encounter.objects.create(
            appointment=appointment,
            patient=appointment.patient,
            kind=VisitKind.INTEGRATION,
            status=EncounterStatus.FINISHED,
            arrived_at=start,
            started_at=start,
            ended_at=start + timedelta(minutes=50),
        )
        IntegrationNote.objects.create(
            encounter=encounter,
            patient=appointment.patient,
            author=therapist,
            created_at=NOW,
            saved_at=NOW,
        )
    url = reverse("integration:of_patient", args=[appointment.patient_id])
    client.get(url)

    with django_assert_num_queries(NOTES_QUERIES):
        assert client.get(url).status_code == 200
