"""The pytest plugin: servers, a frozen clock, a browser, and the guard rails."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import connections

from kap.embedded.redis_server import EmbeddedRedis
from kap.testing import database
from kap.testing.browser import axe, browser, page
from kap.testing.flush import allow_flush
from kap.testing.templates import UNKNOWN_VARIABLE

__all__ = ["axe", "browser", "page"]


def pytest_configure() -> None:
    for engine in settings.TEMPLATES:
        engine["OPTIONS"]["string_if_invalid"] = UNKNOWN_VARIABLE
    allow_flush()


def pytest_unconfigure() -> None:
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
) -> Iterator[None]:
    """Start or join the tests' PostgreSQL before Django first asks for it."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    server, in_use = database.join_server()
    template = database.template_for(server)
    for alias in connections:
        wanted = connections.databases[alias]
        wanted.update(HOST=str(server.sockets), USER="kap", PASSWORD="", PORT="")
        wanted["TEST"]["TEMPLATE"] = template
    with in_use:
        yield


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis of this run's own, for the tests that ask."""
    if given := os.environ.get("REDIS_URL"):
        yield given
        return
    server = EmbeddedRedis(home=tmp_path_factory.mktemp("redis"))
    server.start()
    yield server.url
    server.stop()


@pytest.fixture
def now() -> datetime:
    """A Monday afternoon in UTC, a Monday morning in New York."""
    return datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


@pytest.fixture
def freeze() -> Iterator[Callable[[datetime], Any]]:
    """Stop the application's clock: ``freeze(now)``; ``.shift(seconds)`` moves it on.

    The database's own clock keeps running.
    """
    with ExitStack() as until_the_end:

        def stop_at(moment: datetime) -> Any:
            travel = time_machine.travel(moment, tick=False)
            return until_the_end.enter_context(travel)

        yield stop_at


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> Path:
    """File storage in a folder of this test's own."""
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path
