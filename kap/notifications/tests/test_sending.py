"""A message goes out once or not at all, and only while the world still wants it."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from kap.audit.models import AuditEvent
from kap.core import dispatch
from kap.core.outbox import OutboxStatus
from kap.notifications import registry, sweep
from kap.notifications.models import Communication, DemoMessage, MessageTemplate
from kap.notifications.registry import MessageKind
from kap.notifications.sending import send
from kap.notifications.signals import communication_failed, communication_unknown
from kap.notifications.tests.factories import (
    DUE,
    CommunicationFactory,
    patient_who_agreed,
)
from kap.patients.enums import Channel, ContactPurpose
from kap.patients.models import ContactConsent, SecureLink
from kap.patients.tests.factories import PatientFactory

Make = Callable[..., Communication]


@pytest.fixture
def make(db: None) -> Make:
    def make(**facts: Any) -> Communication:
        facts.setdefault("patient", patient_who_agreed())
        return CommunicationFactory.create(**facts)

    return make


@pytest.fixture
def kind_that() -> Iterator[Callable[..., None]]:
    """Register the kind ``visit-24h`` anew for one test."""
    before = registry.kind("visit-24h")
    assert before is not None

    def change(**facts: Any) -> None:
        registry.register(MessageKind("visit-24h", ContactPurpose.CARE, **facts))

    yield change
    registry.register(before)


def status_of(message: Communication) -> tuple[str, str]:
    message.refresh_from_db()
    return message.status, message.problem


def test_a_due_message_goes_out_with_neutral_words_and_the_discreet_name(
    make: Make, now: datetime
) -> None:
    message = make()
    send(message.pk, now=now)
    sent = DemoMessage.objects.get()
    assert sent.body == "LF Care: see you Tue 24 Nov, 10:00 am."
    assert (sent.sender, sent.recipient) == ("LF Care", message.patient.phone)
    assert status_of(message) == (OutboxStatus.COMPLETED, "")
    event = AuditEvent.objects.get(object_id=str(message.pk))
    assert (event.action, event.job) == ("send", "notifications.send")


def test_who_does_not_ask_for_discretion_reads_the_clinics_name(
    make: Make, now: datetime
) -> None:
    message = make(
        patient=patient_who_agreed(discreet_sender=False), channel=Channel.EMAIL
    )
    send(message.pk, now=now)
    sent = DemoMessage.objects.get()
    assert sent.sender == "Larkfield"
    assert sent.subject == "Larkfield: see you tomorrow"


def test_a_link_is_made_when_the_message_goes_out(make: Make, now: datetime) -> None:
    from kap.patients.links import LinkPurpose, register_purpose

    register_purpose(LinkPurpose("sample", "Sample", "patients:none"))
    message = make(kind="packet", link_purpose="sample", link_object_id=uuid.uuid4())
    assert not SecureLink.objects.exists()
    send(message.pk, now=now)
    link, sent = SecureLink.objects.get(), DemoMessage.objects.get()
    message.refresh_from_db()
    assert message.link == link
    assert "/l/" in sent.body
    assert link.token_sha256 not in sent.body


def test_a_message_that_needs_a_link_and_has_none_is_not_sent(
    make: Make, now: datetime
) -> None:
    message = make(kind="packet")
    send(message.pk, now=now)
    assert status_of(message) == (OutboxStatus.NOT_DONE, "no-link")


def test_a_message_sent_twice_goes_once(make: Make, now: datetime) -> None:
    message = make()
    send(message.pk, now=now)
    send(message.pk, now=now)
    assert DemoMessage.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_workers_that_race_for_a_message_one_sends_it(now: datetime) -> None:
    message = CommunicationFactory.create(patient=patient_who_agreed())
    together = threading.Barrier(4)

    def work() -> None:
        together.wait()
        try:
            send(message.pk, now=now)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert DemoMessage.objects.count() == 1
    assert status_of(message) == (OutboxStatus.COMPLETED, "")


def test_a_message_before_its_time_or_gone_is_passed_over(
    make: Make, now: datetime
) -> None:
    message = make(due_at=now + timedelta(minutes=1))
    send(message.pk, now=now)
    send(uuid.uuid4(), now=now)
    assert status_of(message) == (OutboxStatus.PREPARATION, "")


def test_what_the_world_no_longer_wants_is_stopped(
    make: Make, now: datetime, kind_that: Callable[..., None]
) -> None:
    kind_that(still_wanted=lambda message, now: False)
    message = make()
    send(message.pk, now=now)
    assert status_of(message) == (OutboxStatus.STOPPED, "not-wanted")
    assert not DemoMessage.objects.exists()


def test_consent_that_was_withdrawn_stops_the_message(
    make: Make, now: datetime
) -> None:
    message = make()
    ContactConsent.objects.create(
        patient=message.patient,
        channel=Channel.SMS,
        purpose=ContactPurpose.CARE,
        is_given=False,
        said_at=now - timedelta(minutes=1),
    )
    send(message.pk, now=now)
    assert status_of(message) == (OutboxStatus.STOPPED, "no-consent")


def test_a_merged_record_gets_nothing_more(make: Make, now: datetime) -> None:
    message = make()
    message.patient.merged_into = PatientFactory.create()
    message.patient.save()
    send(message.pk, now=now)
    assert status_of(message) == (OutboxStatus.STOPPED, "merged")


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"kind": "no-such-kind"}, "no-kind"),
        ({"kind": "staff-attention"}, "no-words"),
    ],
)
def test_what_cannot_be_written_is_not_done(
    make: Make, now: datetime, facts: dict[str, Any], code: str
) -> None:
    message = make(**facts)
    send(message.pk, now=now)
    assert status_of(message) == (OutboxStatus.NOT_DONE, code)


def test_a_message_that_comes_too_late_is_not_sent(make: Make, now: datetime) -> None:
    message = make()
    send(message.pk, now=message.useless_after)
    assert status_of(message) == (OutboxStatus.NOT_DONE, "too-late")


def test_an_address_that_is_gone_is_said(make: Make, now: datetime) -> None:
    message = make(patient=patient_who_agreed(phone=""))
    send(message.pk, now=now)
    assert status_of(message) == (OutboxStatus.NOT_DONE, "no-address")


def test_words_are_checked_again_when_they_go_out(make: Make, now: datetime) -> None:
    MessageTemplate.objects.filter(kind="visit-24h", channel=Channel.SMS).update(
        body="{site}: your ketamine visit"
    )
    message = make()
    send(message.pk, now=now)
    assert status_of(message) == (OutboxStatus.NOT_DONE, "denied-word")
    assert not DemoMessage.objects.exists()


def test_a_sender_that_gives_the_care_away_is_not_discreet(
    make: Make, now: datetime
) -> None:
    message = make()
    site = message.patient.site
    site.discreet_name = "Ketamine Clinic"
    site.save()
    send(message.pk, now=now)
    assert status_of(message) == (OutboxStatus.NOT_DONE, "denied-word")


def test_a_second_text_on_one_day_waits_for_the_next_morning(
    make: Make, now: datetime
) -> None:
    patient = patient_who_agreed()
    first, second = (make(patient=patient) for _ in range(2))
    send(first.pk, now=now)
    send(second.pk, now=now)
    assert status_of(second) == (OutboxStatus.PREPARATION, "day-limit")
    assert second.due_at.isoformat() == "2026-11-24T13:00:00+00:00"  # 08:00 there
    assert second.attempts == 0


def test_the_fourth_text_in_a_week_waits_and_what_concerns_today_does_not(
    make: Make, now: datetime
) -> None:
    patient = patient_who_agreed()
    for days in (5, 3, 1):
        make(
            patient=patient,
            status=OutboxStatus.COMPLETED,
            finished_at=now - timedelta(days=days),
        )
    until = now + timedelta(days=9)
    later = make(patient=patient, about_at=now + timedelta(days=7), useless_after=until)
    send(later.pk, now=now)
    assert status_of(later) == (OutboxStatus.PREPARATION, "week-limit")
    assert later.due_at.isoformat() == "2026-11-25T13:00:00+00:00"
    today = make(patient=patient, about_at=now + timedelta(hours=2), kind="visit-2h")
    send(today.pk, now=now)
    assert status_of(today) == (OutboxStatus.COMPLETED, "")


@pytest.mark.parametrize(
    ("kind", "sent_before", "goes"),
    [
        ("visit-24h", 2, True),
        ("visit-24h", 3, False),
        ("visit-48h", 1, True),
        ("visit-48h", 2, False),
        ("visit-7d", 0, True),
        ("visit-7d", 1, False),
    ],
)
def test_the_last_texts_of_a_week_are_kept_for_what_matters_most(
    make: Make, now: datetime, kind: str, sent_before: int, goes: bool
) -> None:
    patient = patient_who_agreed()
    for days in range(1, sent_before + 1):
        make(
            patient=patient,
            status=OutboxStatus.COMPLETED,
            finished_at=now - timedelta(days=days),
        )
    later = now + timedelta(days=7)
    text = make(patient=patient, kind=kind, about_at=later, useless_after=later)
    send(text.pk, now=now)
    expected = (
        (OutboxStatus.COMPLETED, "")
        if goes
        else (OutboxStatus.PREPARATION, "week-limit")
    )
    assert status_of(text) == expected


def test_a_text_that_was_held_up_wakes_nobody(make: Make, now: datetime) -> None:
    message = make()
    night = now + timedelta(hours=13)  # 23:00 in New York
    send(message.pk, now=night)
    assert status_of(message) == (OutboxStatus.PREPARATION, "night")
    mail = make(channel=Channel.EMAIL)
    send(mail.pk, now=night)
    assert status_of(mail) == (OutboxStatus.COMPLETED, "")


def test_a_claim_whose_worker_died_becomes_unknown_and_is_never_sent_again(
    make: Make, now: datetime
) -> None:
    message = make()
    assert Communication.objects.claim(message.pk, now=now) is not None
    handed: list[uuid.UUID] = []
    outlet = dispatch.Outlet(Communication, handed.append, may_repeat=False)
    dispatch._hand_over(outlet, now=now + timedelta(minutes=4))
    assert status_of(message)[0] == OutboxStatus.IN_PROGRESS
    dispatch._hand_over(outlet, now=now + timedelta(minutes=6))
    assert status_of(message) == (OutboxStatus.UNKNOWN, "worker-died")
    dispatch._hand_over(outlet, now=now + timedelta(hours=1))
    send(message.pk, now=now + timedelta(hours=1))
    assert handed == []
    assert not DemoMessage.objects.exists()


def test_a_worker_that_wakes_up_late_does_not_overwrite_what_was_found(
    make: Make, now: datetime
) -> None:
    message = make()
    held = Communication.objects.claim(message.pk, now=now)
    Communication.objects.filter(pk=message.pk).update(status=OutboxStatus.UNKNOWN)
    assert held is not None
    assert held.finish(OutboxStatus.COMPLETED, now=now) is False
    assert status_of(message)[0] == OutboxStatus.UNKNOWN


def test_the_front_desk_hears_once_of_what_went_wrong(
    make: Make, now: datetime
) -> None:
    unknown = make(status=OutboxStatus.UNKNOWN, finished_at=now)
    failed = make(status=OutboxStatus.NOT_DONE, finished_at=now, problem="no-address")
    make(status=OutboxStatus.NOT_DONE, finished_at=now, problem="too-late")
    make(status=OutboxStatus.COMPLETED, finished_at=now)
    heard: list[tuple[str, uuid.UUID]] = []

    def hear_unknown(communication_id: uuid.UUID, **_: Any) -> None:
        heard.append(("unknown", communication_id))

    def hear_failed(communication_id: uuid.UUID, **_: Any) -> None:
        heard.append(("failed", communication_id))

    communication_unknown.connect(hear_unknown)
    communication_failed.connect(hear_failed)
    try:
        sweep.announce(now=now)
        sweep.announce(now=now)
    finally:
        communication_unknown.disconnect(hear_unknown)
        communication_failed.disconnect(hear_failed)
    assert sorted(heard) == sorted([("unknown", unknown.pk), ("failed", failed.pk)])


@pytest.mark.django_db
@pytest.mark.parametrize(("letter", "calls"), [("completed", 0), ("not-done", 1)])
def test_a_text_held_by_the_limits_is_a_call_only_when_no_letter_went_out(
    letter, calls
):
    now = DUE + timedelta(days=1)
    ended = {"finished_at": DUE, "status": OutboxStatus.NOT_DONE}
    text = CommunicationFactory.create(problem="week-limit", **ended)
    CommunicationFactory.create(
        **{**ended, "status": letter},
        key=text.key.removesuffix("sms") + "email",
        channel=Channel.EMAIL,
        announced_at=DUE,
    )
    heard = []

    def hear(communication_id, **_):
        heard.append(communication_id)

    communication_failed.connect(hear)
    try:
        sweep.announce(now=now)
    finally:
        communication_failed.disconnect(hear)
    assert heard == [text.pk] * calls
