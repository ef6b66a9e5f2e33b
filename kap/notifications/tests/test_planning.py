"""A reason to write is planned once, by the channels a person agreed to."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from kap.accounts.tests.factories import UserFactory
from kap.audit.models import AuditEvent
from kap.core.errors import IllegalTransition
from kap.core.outbox import OutboxStatus
from kap.notifications import planned_rows
from kap.notifications.models import Communication
from kap.notifications.services import (
    PlannedMessage,
    plan_many,
    plan_message,
    settle,
    stop_messages,
    take_back,
)
from kap.notifications.tests.factories import CommunicationFactory, patient_who_agreed
from kap.patients.enums import Channel, ContactPurpose, RelatedKind
from kap.patients.models import ContactConsent, RelatedPerson

pytestmark = pytest.mark.django_db


def _plan(now: datetime, **changes: Any) -> list[Communication]:
    given: dict[str, Any] = {
        "kind": "visit-24h",
        "key": "appointment:1:v1:visit-24h",
        "due_at": now + timedelta(hours=3),
        "useless_after": now + timedelta(days=1),
        "now": now,
    }
    return plan_message(**{**given, **changes})


def test_a_message_becomes_one_row_for_each_channel_agreed_to(now: datetime) -> None:
    rows = _plan(now, patient=patient_who_agreed())
    assert sorted(row.key for row in rows) == [
        "appointment:1:v1:visit-24h:email",
        "appointment:1:v1:visit-24h:sms",
    ]
    assert {row.status for row in rows} == {OutboxStatus.PREPARATION}


def test_the_same_reason_planned_twice_is_one_row(now: datetime) -> None:
    patient = patient_who_agreed(Channel.SMS)
    first, second = _plan(now, patient=patient), _plan(now, patient=patient)
    assert [row.pk for row in first] == [row.pk for row in second]
    assert Communication.objects.count() == 1


def test_the_newest_word_on_a_channel_counts(now: datetime) -> None:
    patient = patient_who_agreed()
    ContactConsent.objects.create(
        patient=patient,
        channel=Channel.SMS,
        purpose=ContactPurpose.CARE,
        is_given=False,
        said_at=now,
    )
    assert [row.channel for row in _plan(now, patient=patient)] == [Channel.EMAIL]


def test_nobody_is_written_to_without_consent_or_address(now: datetime) -> None:
    assert _plan(now, patient=patient_who_agreed(email="", phone="")) == []


def test_texts_are_not_planned_while_no_gateway_is_set_up(
    now: datetime, settings: Any
) -> None:
    settings.SMS_TRANSPORT = "none"
    rows = _plan(now, patient=patient_who_agreed())
    assert [row.channel for row in rows] == [Channel.EMAIL]


def test_a_message_that_is_of_no_use_any_more_is_not_planned(now: datetime) -> None:
    assert _plan(now, patient=patient_who_agreed(), useless_after=now) == []


def test_a_late_plan_is_due_at_once(now: datetime) -> None:
    rows = _plan(now, patient=patient_who_agreed(), due_at=now - timedelta(hours=5))
    assert {row.due_at for row in rows} == {now}


def test_the_driver_gets_a_text_and_needs_no_consent_of_the_patient(
    now: datetime,
) -> None:
    patient = patient_who_agreed(Channel.EMAIL)
    driver = RelatedPerson.objects.create(
        patient=patient,
        kind=RelatedKind.ESCORT,
        name="Moss Driver",
        phone="555 0101",
        created_at=now,
    )
    rows = _plan(now, patient=patient, related_person=driver, kind="escort-24h")
    assert [(row.channel, row.related_person) for row in rows] == [
        (Channel.SMS, driver)
    ]


def test_staff_get_an_e_mail(now: datetime) -> None:
    nurse = UserFactory.create(nurse=True)
    rows = _plan(
        now, patient=patient_who_agreed(), to_user=nurse, kind="staff-attention"
    )
    assert [(row.channel, row.to_user) for row in rows] == [(Channel.EMAIL, nurse)]


@pytest.mark.parametrize("count", [1, 30])
def test_many_are_planned_with_few_queries(
    now: datetime, count: int, django_assert_num_queries: Any
) -> None:
    patients = [patient_who_agreed() for _ in range(count)]
    messages = [
        PlannedMessage(
            kind="visit-24h",
            key=f"appointment:{patient.pk}:v1:visit-24h",
            patient=patient,
            due_at=now,
            useless_after=now + timedelta(days=1),
        )
        for patient in patients
    ]
    with django_assert_num_queries(4):  # insert, read, savepoint's two
        rows = plan_many(messages, now=now)
    assert len(rows) == 2 * count


def test_a_link_without_its_object_is_refused_by_the_database() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        CommunicationFactory.create(link_purpose="packet")


def test_what_still_waits_is_stopped_and_what_went_stays(now: datetime) -> None:
    waiting, gone = CommunicationFactory.create_batch(2)
    gone.status, gone.finished_at = OutboxStatus.COMPLETED, now
    gone.save()
    other = CommunicationFactory.create(key="appointment:11:v1:x:sms")
    assert stop_messages(key_prefix=waiting.key.partition(":v1")[0] + ":", now=now) == 1
    assert stop_messages(key_prefix=gone.key.partition(":v1")[0] + ":", now=now) == 0
    waiting.refresh_from_db()
    other.refresh_from_db()
    assert waiting.status == OutboxStatus.STOPPED
    assert other.status == OutboxStatus.PREPARATION


def test_a_person_takes_a_waiting_message_back_once(now: datetime) -> None:
    message, by = CommunicationFactory.create(), UserFactory.create()
    taken = take_back(communication_id=message.pk, by=by, now=now)
    assert (taken.status, taken.problem) == (OutboxStatus.STOPPED, "taken-back")
    assert AuditEvent.objects.get(object_id=str(message.pk)).actor_id == by.pk
    with pytest.raises(IllegalTransition):
        take_back(communication_id=message.pk, by=by, now=now)


@pytest.mark.parametrize(
    ("arrived", "status"),
    [(True, OutboxStatus.COMPLETED), (False, OutboxStatus.NOT_DONE)],
)
def test_a_person_says_what_became_of_an_unknown_message(
    now: datetime, arrived: bool, status: OutboxStatus
) -> None:
    message = CommunicationFactory.create(status=OutboxStatus.UNKNOWN, finished_at=now)
    by = UserFactory.create()
    done = settle(communication_id=message.pk, arrived=arrived, by=by, now=now)
    assert done.status == status
    with pytest.raises(IllegalTransition):
        settle(communication_id=message.pk, arrived=arrived, by=by, now=now)


def test_nothing_of_a_message_stands_in_its_name() -> None:
    message = CommunicationFactory.create()
    assert str(message) == f"Communication {uuid.UUID(str(message.pk))}"


def test_the_statement_written_by_hand_knows_every_column_the_model_needs() -> None:
    """Whoever adds a field that must be filled finds it missing here."""
    written = {name for name, _ in planned_rows.COLUMNS} | set(planned_rows.CONSTANT)
    fields = Communication._meta.concrete_fields

    assert {field.column for field in fields if not field.null} <= written
