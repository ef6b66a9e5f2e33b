"""The programs behind the web server: a worker for every queue, and beat."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from kombu import pools

from kap.celery import app
from kap.embedded.process import spawn

WITHIN_S = 90
WORKER = ("worker", "-Q", "mail,text,pdf,maintenance", "-c", "1", "-n", "story@test")


def environment(
    *, broker: str, files: Path, clock: Path, public_url: str
) -> dict[str, str]:
    database = connection.settings_dict
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "integration.tests.story.worker_settings",
        "DATABASE_URL": f"postgresql:///{database['NAME']}?host={database['HOST']}&user=kap",
        "REDIS_URL": broker,
        "KAP_WORKER": "pdf",
        "KAP_TEST_FILES": str(files),
        "KAP_STORY_CLOCK": str(clock),
        "PUBLIC_URL": public_url,
    }


@contextmanager
def handing_over_to(broker: str) -> Iterator[None]:
    """This process, too, may give ids to the worker."""
    before = app.conf.broker_url
    app.conf.broker_url = broker
    _forget_connections()
    try:
        yield
    finally:
        app.conf.broker_url = before
        _forget_connections()


def _forget_connections() -> None:
    pools.reset()
    app.amqp._producer_pool = None
    app._pool = None


@contextmanager
def worker_and_beat(env: dict[str, str], folder: Path) -> Iterator[Path]:
    """Both run until the story is over; gives the file they log to."""
    beat = ("beat", "--schedule", str(folder / "beat"), "--pidfile", "")
    log = folder / "programs.log"
    running = []
    for words in (WORKER, beat):
        command = [sys.executable, "-m", "celery", "-A", "kap.celery", *words]
        running.append(
            spawn(
                [*command, "--loglevel", "warning"],
                env=env,
                cwd=settings.BASE_DIR,
                log=log,
                death_signal=signal.SIGKILL,
            )
        )
    try:
        yield log
    finally:
        for process in running:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(5)


def wait_until(what: Callable[[], object], log: Path, *, sentence: str) -> None:
    end = time.monotonic() + WITHIN_S
    while not what():
        if time.monotonic() > end:
            pytest.fail(f"{sentence} did not happen:\n{log.read_text()[-3000:]}")
        time.sleep(0.1)
