from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from kap.patients.links import issue_link
from kap.patients.models import PatientLinkSession
from sessions.links import ESCORT
from sessions.tests.factories import NOW, make_clinic

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(freeze):
    freeze(NOW)
    visit = make_clinic().book(NOW + timedelta(days=1))
    issued = issue_link(
        patient=visit.patient, purpose=ESCORT, object_id=visit.pk, by=None, now=NOW
    )
    return "/l/" + issued.url.split("/l/")[1]


def test_escort_needs_no_birth_date_of_the_patient(client, path):
    shown = client.get(path)
    entered = client.post(path)

    assert "birth date" not in shown.content.decode()
    assert entered["Location"] == reverse("sessions:p_escort")
    assert client.get(entered["Location"]).status_code == 200


def test_opening_an_escort_link_changes_nothing(client, path):
    for _ in range(3):
        client.get(path)

    assert not PatientLinkSession.objects.exists()
