from __future__ import annotations

import uuid

import pytest

from kap.accounts.tests.factories import UserFactory
from kap.audit.enums import Action, Category
from kap.audit.models import AuditEvent
from kap.audit.services import COLUMNS, record, record_read

pytestmark = pytest.mark.django_db


def test_record_is_one_insert_with_the_roles_of_the_moment(django_assert_num_queries):
    nurse = UserFactory.create(nurse=True)
    patient = uuid.uuid4()

    with django_assert_num_queries(1):
        record(
            by=nurse, action=Action.UPDATE, category=Category.DOSING, patient_id=patient
        )

    event = AuditEvent.objects.get()
    assert (event.actor_id, event.actor_roles) == (nurse.pk, ["nurse"])
    assert (event.patient_id, event.ip, event.request_id) == (patient, None, None)


def test_record_read_is_an_opening_of_the_chart():
    record_read(by=None, category=Category.CHART, patient_id=uuid.uuid4())

    assert AuditEvent.objects.get().action == Action.READ


def test_the_statement_written_by_hand_knows_every_column():
    """Only what the database fills in by itself is left out."""
    columns = {field.column for field in AuditEvent._meta.concrete_fields}

    assert set(COLUMNS) == columns - {"seq", "recorded_at"}
