"""A form acts once, and a refused one leaves nothing behind."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.test import RequestFactory

from kap.core.idempotency import TryAgain, is_undone_whole, once_only
from kap.core.models import Heartbeat, OnceKey

pytestmark = pytest.mark.django_db


@pytest.fixture
def send(rf: RequestFactory, now: Any) -> Callable[..., HttpResponse]:
    session = SessionStore("s" * 32)

    def post(view: Any, key: str | None, **fields: str) -> HttpResponse:
        data = {**fields, **({"_once": key} if key else {})}
        request = rf.post("/somewhere/", data)
        request.session = session
        return once_only(view)(request)

    def write(request: HttpRequest) -> HttpResponse:
        Heartbeat.objects.create(name=str(uuid.uuid4()), beat_at=now)
        return redirect("/written/")

    post.write = write  # type: ignore[attr-defined]
    return post


@pytest.mark.parametrize("times", [1, 3])
def test_the_same_form_acts_once_and_answers_the_same(send: Any, times: int) -> None:
    key = str(uuid.uuid4())
    for _ in range(times):
        assert send(send.write, key, a="1")["Location"] == "/written/"
    assert Heartbeat.objects.count() == 1


def test_the_same_key_with_other_content_is_refused(send: Any) -> None:
    key = str(uuid.uuid4())
    send(send.write, key, a="1")
    assert send(send.write, key, a="2").status_code == 409
    assert Heartbeat.objects.count() == 1


@pytest.mark.parametrize("with_key", [True, False])
def test_a_refusal_undoes_what_was_written_before_its_page_is_made(
    send: Any, with_key: bool
) -> None:
    """The inner block has no savepoint: without a key it is the transaction itself."""

    zero = 0

    def refuse(request: HttpRequest) -> HttpResponse:
        try:
            with transaction.atomic(savepoint=not is_undone_whole(request)):
                send.write(request)
                divided: Any = 1 / zero
                assert divided
        except ZeroDivisionError:
            raise TryAgain(lambda: _page(Heartbeat.objects.count())) from None
        return _page(0)

    key = str(uuid.uuid4()) if with_key else None
    answer = send(refuse, key)

    assert (answer.status_code, answer.content) == (422, b"0")
    assert not OnceKey.objects.exists()
    assert send(send.write, key)["Location"] == "/written/"


def test_a_form_answered_with_a_page_gives_its_key_back(send: Any) -> None:
    key = str(uuid.uuid4())
    assert send(lambda _: _page(1), key).status_code == 422
    assert send(send.write, key)["Location"] == "/written/"


def _page(count: int) -> HttpResponse:
    return HttpResponse(str(count), status=422)
