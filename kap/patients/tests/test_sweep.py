from __future__ import annotations

from datetime import timedelta

import pytest

from kap.core import sweep
from kap.patients.models import PatientLinkSession
from kap.patients.tests.factories import PatientFactory


@pytest.mark.django_db
def test_sweep_forgets_link_sessions_that_ended_long_ago(now):
    from kap.patients.links import issue_link

    patient = PatientFactory.create()
    link = issue_link(
        patient=patient, purpose="packet", object_id=patient.pk, by=None, now=now
    ).link
    for number, age in enumerate((timedelta(hours=1), timedelta(days=3))):
        PatientLinkSession.objects.create(
            **_session(link, opened_at=now - age, number=number)
        )

    sweep.sweep(now=now)

    assert PatientLinkSession.objects.count() == 1


def _session(link, *, opened_at, number):
    return {
        "link": link,
        "secret_sha256": f"{number}" * 64,
        "opened_at": opened_at,
        "seen_at": opened_at,
    }
