"""The program's log: lines of JSON without values."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from django.conf import settings
from django.db import DataError, IntegrityError
from django.test import Client
from django.urls import reverse

from integration.tests.guard.logs import json_formatter

SECRET = "Zqperson"


@pytest.fixture
def lines() -> Iterator[list[dict[str, str]]]:
    """What is written from here on, read back when the test looks."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(json_formatter())
    root = logging.getLogger()
    root.addHandler(handler)
    yield _Lines(stream)
    root.removeHandler(handler)


class _Lines(list[dict[str, str]]):
    def __init__(self, stream: io.StringIO) -> None:
        super().__init__()
        self.stream = stream

    def read(self) -> list[dict[str, str]]:
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]


def test_django_calls_our_set_up():
    """An empty LOGGING would leave Django's own log, which prints whole exceptions."""
    assert settings.LOGGING
    assert json_formatter()


def _fail(secret: str) -> None:
    raise IntegrityError(f"Failing row contains ({secret})")


def test_an_exception_is_logged_by_its_kind_and_place_only(lines):
    try:
        _fail(SECRET)
    except IntegrityError:
        logging.getLogger("django.request").exception(
            "Internal Server Error: %s", "/patients/"
        )

    (line,) = lines.read()
    assert line["event"] == "Internal Server Error: /patients/"
    assert line["exception"].startswith("IntegrityError at ")
    assert SECRET not in json.dumps(line)


def test_a_failed_task_is_logged_without_what_its_exception_says(lines):
    context = {
        "name": "mail",
        "id": "1",
        "exc": repr(DataError(SECRET)),
        "description": "raised",
    }
    logging.getLogger("celery.app.trace").error("Task %(name)s: %(exc)s", context)

    (line,) = lines.read()
    assert line["event"] == "Task %(name)s: %(exc)s"
    assert line["task"] == "mail"


def test_what_is_not_on_the_list_is_not_written(lines):
    structlog.get_logger("kap").warning("sent", row_id="7", patient=SECRET)

    (line,) = lines.read()
    assert (line["event"], line["row_id"], line["level"]) == ("sent", "7", "warning")
    assert "patient" not in line


@pytest.mark.django_db
def test_the_token_of_a_link_is_not_written(lines):
    path = reverse("patients:link", args=["sEcReT-token_123"])

    assert Client().get(path).status_code == 404

    assert [line["event"] for line in lines.read()] == ["Not Found: /l/(…)/"]
