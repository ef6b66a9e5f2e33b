"""Due rows are handed to the workers once, by one dispatcher at a time."""

from __future__ import annotations

import threading
import uuid
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from kap.core import dispatch
from kap.core.dispatch import Outlet
from kap.core.outbox import OutboxStatus, next_attempt_at
from kap.documents.models import RenderJob
from kap.documents.tests.factories import RenderJobFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> list[uuid.UUID]:
    """One outlet that writes down what it is given."""
    found: list[uuid.UUID] = []
    outlet = Outlet(RenderJob, found.append, may_repeat=True)
    monkeypatch.setattr(dispatch, "_outlets", [outlet])
    return found


def test_what_is_due_is_handed_over_once_and_in_order(
    handed: list[uuid.UUID], now: datetime
) -> None:
    later = RenderJobFactory.create(due_at=now - timedelta(minutes=1))
    first = RenderJobFactory.create(due_at=now - timedelta(minutes=2))
    RenderJobFactory.create(due_at=now + timedelta(seconds=1))
    RenderJobFactory.create(status=OutboxStatus.STOPPED)
    assert dispatch.dispatch(now=now) == 2
    assert dispatch.dispatch(now=now + timedelta(seconds=2)) == 1
    assert handed[:2] == [first.pk, later.pk]


def test_what_redis_lost_is_handed_over_again(
    handed: list[uuid.UUID], now: datetime
) -> None:
    job = RenderJobFactory.create()
    dispatch.dispatch(now=now)
    dispatch.dispatch(now=now + timedelta(seconds=110))
    assert handed == [job.pk]
    dispatch.dispatch(now=now + timedelta(seconds=130))
    assert handed == [job.pk, job.pk]


def test_no_more_stands_in_redis_than_fits(
    handed: list[uuid.UUID], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "BATCH", 3)
    RenderJobFactory.create_batch(5)
    assert dispatch.dispatch(now=now) == 3
    assert dispatch.dispatch(now=now) == 0
    RenderJob.objects.claim(handed[0], now=now)
    assert dispatch.dispatch(now=now) == 1


def test_a_broker_that_goes_away_loses_nothing(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[uuid.UUID] = []

    def send(row_id: uuid.UUID) -> None:
        if len(taken) == 1:
            raise ConnectionError
        taken.append(row_id)

    monkeypatch.setattr(
        dispatch, "_outlets", [Outlet(RenderJob, send, may_repeat=True)]
    )
    RenderJobFactory.create_batch(3)
    with pytest.raises(ConnectionError):
        dispatch.dispatch(now=now)
    assert RenderJob.objects.filter(queued_at=None).count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_second_dispatcher_at_the_same_time_does_nothing(
    handed: list[uuid.UUID], now: datetime
) -> None:
    job = RenderJobFactory.create()
    answers: list[int] = []

    def other() -> None:
        try:
            answers.append(dispatch.dispatch(now=now))
        finally:
            connection.close()

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [dispatch.ADVISORY_LOCK])
        thread = threading.Thread(target=other)
        thread.start()
        thread.join(10)
    assert answers == [0]
    assert handed == []
    assert dispatch.dispatch(now=now) == 1
    assert handed == [job.pk]


@pytest.mark.django_db(transaction=True)
def test_dispatchers_that_race_hand_each_row_over_once(
    handed: list[uuid.UUID], now: datetime
) -> None:
    jobs = RenderJobFactory.create_batch(20)
    together = threading.Barrier(4)

    def work() -> None:
        together.wait()
        try:
            dispatch.dispatch(now=now)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    dispatch.dispatch(now=now)
    assert sorted(handed) == sorted(job.pk for job in jobs)


def test_a_claim_is_given_back_only_by_who_holds_it(now: datetime) -> None:
    job = RenderJobFactory.create()
    held = RenderJob.objects.claim(job.pk, now=now)
    assert held is not None
    assert RenderJob.objects.claim(job.pk, now=now) is None
    assert held.give_back(due_at=now, problem="x", now=now)
    again = RenderJob.objects.claim(job.pk, now=now)
    assert again is not None
    assert not held.finish(OutboxStatus.COMPLETED, now=now)
    assert again.finish(OutboxStatus.COMPLETED, now=now)


def test_a_claim_given_back_too_late_ends(now: datetime) -> None:
    job = RenderJobFactory.create(useless_after=now + timedelta(minutes=1))
    held = RenderJob.objects.claim(job.pk, now=now)
    assert held is not None
    held.give_back(due_at=now + timedelta(minutes=2), problem="away", now=now)
    job.refresh_from_db()
    assert (job.status, job.problem) == (OutboxStatus.NOT_DONE, "away")


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(0, 1), (1, 1), (2, 2), (6, 30), (99, 30)]
)
def test_waits_grow_and_then_stay(now: datetime, attempts: int, minutes: int) -> None:
    assert next_attempt_at(attempts=attempts, now=now) == now + timedelta(
        minutes=minutes
    )
