"""What went wrong with a message reaches the front desk's list, once."""

from __future__ import annotations

import pytest
from django.urls import reverse

from kap.accounts.enums import Role
from kap.accounts.tests.factories import UserFactory
from kap.core.outbox import OutboxStatus
from kap.notifications import sweep
from kap.notifications.services import settle
from kap.notifications.tests.factories import CommunicationFactory
from kap.worklist.models import WorkItem, WorkStatus
from kap.worklist.registry import kind_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (OutboxStatus.UNKNOWN, "message-unknown"),
        (OutboxStatus.NOT_DONE, "message-failed"),
    ],
)
def test_the_front_desk_is_asked_to_call_once(now, status, kind):
    message = CommunicationFactory.create(status=status, finished_at=now)
    sweep.announce(now=now)
    sweep.announce(now=now)
    item = WorkItem.objects.get()
    assert (item.kind, item.role, item.patient) == (
        kind,
        Role.FRONT_DESK,
        message.patient,
    )
    url = kind_of(kind).url
    assert url is not None
    assert url(item) == reverse("notifications:of_patient", args=[message.patient_id])


def test_the_call_is_done_when_the_outbox_says_what_became_of_it(
    now, django_capture_on_commit_callbacks
):
    message = CommunicationFactory.create(status=OutboxStatus.UNKNOWN, finished_at=now)
    sweep.announce(now=now)
    desk = UserFactory.create(front_desk=True)
    with django_capture_on_commit_callbacks(execute=True):
        settle(communication_id=message.pk, arrived=True, by=desk, now=now)
    assert WorkItem.objects.get().status == WorkStatus.COMPLETED
