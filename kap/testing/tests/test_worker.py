"""A real worker, a real Redis: what the outbox holds is done, and nothing else leaks."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings as django_settings
from django.db import connection
from kombu import pools

from kap.accounts.tests.factories import UserFactory
from kap.celery import app
from kap.core import clock, dispatch
from kap.core.outbox import OutboxStatus
from kap.documents.models import DocumentReference, RenderJob
from kap.documents.tests.samples import KIND
from kap.notifications.models import Communication, DemoMessage
from kap.notifications.tests.factories import CommunicationFactory, patient_who_agreed
from kap.patients.enums import Channel
from kap.patients.models import Patient

WITHIN_S = 60
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def broker(redis_url: str, settings: Any) -> Iterator[str]:
    """This process hands over to the same Redis as the worker."""
    before = app.conf.broker_url
    app.conf.broker_url = redis_url
    _forget_connections()
    yield redis_url
    app.conf.broker_url = before
    _forget_connections()


def _forget_connections() -> None:
    pools.reset()
    app.amqp._producer_pool = None
    app._pool = None


def _environment(broker: str, files: Path) -> dict[str, str]:
    database = connection.settings_dict
    socket = database["HOST"]
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "kap.testing.worker_settings",
        "DATABASE_URL": f"postgresql:///{database['NAME']}?host={socket}&user=kap",
        "REDIS_URL": broker,
        "KAP_WORKER": "pdf",
        "KAP_TEST_FILES": str(files),
    }


@pytest.fixture
def worker(broker: str, media: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Start a worker for every queue; called twice, it starts another one."""
    running: list[subprocess.Popen[bytes]] = []
    command = [sys.executable, "-m", "celery", "-A", "kap.celery", "worker"]
    command += ["-Q", "mail,text,pdf,maintenance", "-c", "1", "--loglevel", "warning"]

    def start() -> subprocess.Popen[bytes]:
        with (media / "worker.log").open("ab") as log:
            process = subprocess.Popen(
                [*command, "-n", f"w{len(running)}@test"],
                env=_environment(broker, media),
                cwd=django_settings.BASE_DIR,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        running.append(process)
        return process

    yield start
    for process in running:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(5)


def _wait(until: Callable[[], bool], log: Path) -> None:
    end = time.monotonic() + WITHIN_S
    while not until():
        if time.monotonic() > end:
            pytest.fail("the worker did not finish:\n" + log.read_text()[-3000:])
        time.sleep(0.1)


def _job(patient: Patient) -> RenderJob:
    return RenderJob.objects.create(
        key=f"{KIND}:{uuid.uuid4()}",
        kind=KIND,
        source_id=uuid.uuid4(),
        patient=patient,
        due_at=clock.now(),
        useless_after=clock.now() + dispatch.LEASE,
        created_at=clock.now(),
    )


def test_what_is_due_is_done_once_by_a_real_worker(
    worker: Callable[[], Any], broker: str, media: Path
) -> None:
    patient = patient_who_agreed(given_name="Canary", family_name="Unlikelyname")
    job = _job(patient)
    message = CommunicationFactory.create(
        patient=patient,
        kind="staff-attention",
        to_user=UserFactory.create(nurse=True),
        channel=Channel.EMAIL,
        due_at=clock.now(),
        useless_after=clock.now() + dispatch.LEASE,
    )
    assert dispatch.dispatch(now=clock.now()) == 2
    for task, row_id in (
        ("documents.render", job.pk),
        ("notifications.send_email", message.pk),
        ("notifications.send_email", uuid.uuid4()),
    ):
        for _ in range(3):
            dispatch.queue(task, row_id)
    app.send_task("core.dispatch_outbox")
    _assert_ids_only(broker, job, message)
    worker()

    def done() -> bool:
        rows = (
            RenderJob.objects.get(pk=job.pk),
            Communication.objects.get(pk=message.pk),
        )
        return all(row.status == OutboxStatus.COMPLETED for row in rows)

    _wait(done, media / "worker.log")
    _wait(lambda: _queued(broker) == 0, media / "worker.log")
    assert DemoMessage.objects.count() == 1
    document = DocumentReference.objects.get()
    assert (media / document.path).read_bytes().startswith(b"%PDF-1.7")
    log = (media / "worker.log").read_text()
    assert "Traceback" not in log
    assert "Unlikelyname" not in log


def _queued(broker: str) -> int:
    with redis.Redis(unix_socket_path=broker.removeprefix("redis+socket://")) as client:
        return sum(
            client.llen(f"kap:{queue}")
            for queue in ("mail", "text", "pdf", "maintenance")
        ) + client.hlen("kap:unacked")


def _assert_ids_only(broker: str, job: RenderJob, message: Communication) -> None:
    """What stands in Redis names ids and nothing about a person."""
    with redis.Redis(unix_socket_path=broker.removeprefix("redis+socket://")) as client:
        envelopes = [
            json.loads(envelope)
            for queue in ("mail", "pdf")
            for envelope in client.lrange(f"kap:{queue}", 0, -1)
        ]
    assert len(envelopes) == 11
    for envelope in envelopes:
        args, kwargs, _ = json.loads(base64.b64decode(envelope["body"]))
        assert kwargs == {}
        assert [str(uuid.UUID(arg)) for arg in args] == args
        assert envelope["headers"]["argsrepr"] == "(…)"
        for word in ("Unlikelyname", "Canary", message.key, job.key, "mail.example"):
            assert word not in json.dumps(envelope)


def test_a_worker_that_is_killed_at_its_paper_leaves_one_file(
    worker: Callable[[], Any], media: Path
) -> None:
    """kill -9 of the whole group; the next worker makes the paper once."""
    job = _job(patient_who_agreed())
    first = worker()
    dispatch.dispatch(now=clock.now())

    def claimed() -> bool:
        return RenderJob.objects.get(pk=job.pk).status != OutboxStatus.PREPARATION

    _wait(claimed, media / "worker.log")
    os.killpg(first.pid, signal.SIGKILL)
    first.wait(5)
    if RenderJob.objects.get(pk=job.pk).status == OutboxStatus.IN_PROGRESS:
        later = clock.now() + dispatch.LEASE * 1.1
        RenderJob.objects.filter(pk=job.pk).update(useless_after=later + dispatch.LEASE)
        dispatch.dispatch(now=later)
        assert RenderJob.objects.get(pk=job.pk).status == OutboxStatus.PREPARATION
        worker()
    _wait(
        lambda: RenderJob.objects.get(pk=job.pk).status == OutboxStatus.COMPLETED,
        media / "worker.log",
    )
    assert DocumentReference.objects.count() == 1
    assert len(list(media.rglob("*.pdf"))) == 1
