"""Without a history there is no chart (security.md AD3)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.urls import reverse

from kap.accounts.tests.factories import UserFactory
from kap.patients.tests.factories import PatientFactory

CANARY = "Zyxwvut"


@pytest.mark.django_db
def test_a_chart_is_not_shown_when_that_cannot_be_written_down(client):
    patient = PatientFactory.create(family_name=CANARY, given_name=CANARY)
    client.force_login(UserFactory.create(nurse=True))
    client.raise_request_exception = False
    url = reverse("patients:chart", args=[patient.pk])
    assert CANARY in client.get(url).content.decode()

    with connection.cursor() as cursor:
        cursor.execute("REVOKE INSERT ON audit_auditevent FROM CURRENT_USER")
    refused = client.get(url)

    assert refused.status_code == 500
    assert CANARY not in refused.content.decode()
