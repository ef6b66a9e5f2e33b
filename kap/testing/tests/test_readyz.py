"""The page that tells an admin whether everything runs."""

from __future__ import annotations

import pytest

from kap.accounts.tests.factories import UserFactory
from kap.core import clock
from kap.core.models import Heartbeat
from kap.core.readiness import WORKERS

pytestmark = pytest.mark.django_db


def test_an_admin_reads_that_everything_runs(client):
    for name in WORKERS:
        Heartbeat.objects.create(name=name, beat_at=clock.now())
    client.force_login(UserFactory.create(admin=True))

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert b"Everything that the clinic needs is there." in answer.content


def test_an_admin_reads_what_is_missing(client):
    client.force_login(UserFactory.create(admin=True))

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert b"Has not shown itself yet." in answer.content


def test_a_nurse_is_told_that_it_is_for_admins(client):
    client.force_login(UserFactory.create(nurse=True))

    assert client.get("/readyz").status_code == 403
