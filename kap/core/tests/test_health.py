"""Is it alive, and is everything there?"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import OperationalError, connection

from kap.core import clock, readiness, tasks
from kap.core.models import Heartbeat, OnceKey, RateCounter
from kap.core.sweep import sweep

pytestmark = pytest.mark.django_db


def _broken(execute, sql, params, many, context):
    raise OperationalError("the database is away")


def test_healthz_is_200_and_says_nothing(client):
    answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"")
    assert "no-store" in answer["Cache-Control"]


def test_healthz_is_503_and_says_nothing_when_the_database_is_away(client):
    with connection.execute_wrapper(_broken):
        answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (503, b"")


def test_healthz_costs_one_query(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        client.get("/healthz")


def test_readyz_is_closed_to_strangers(client):
    assert client.get("/readyz").status_code in {302, 403}


def _heartbeats(age: timedelta) -> None:
    for name in readiness.WORKERS:
        Heartbeat.objects.create(name=name, beat_at=clock.now() - age)


def test_everything_is_there_with_fresh_heartbeats():
    _heartbeats(timedelta(seconds=20))

    assert all(reading.ok for reading in readiness.readings(now=clock.now()))


@pytest.mark.parametrize(
    ("age", "ok"),
    [
        pytest.param(timedelta(minutes=3), True, id="at-the-limit"),
        pytest.param(timedelta(minutes=3, seconds=1), False, id="just-past-it"),
    ],
)
def test_a_worker_that_has_not_been_seen_is_reported(now, age, ok):
    for name in readiness.WORKERS:
        Heartbeat.objects.create(name=name, beat_at=now - age)

    readings = readiness.readings(now=now)

    workers = [one for one in readings if one.text.startswith("Worker")]
    assert [one.ok for one in workers] == [ok] * 3


def test_a_worker_that_never_ran_is_reported():
    readings = {one.text: one for one in readiness.readings(now=clock.now())}

    assert readings["Worker: pdf"].proof == "Has not shown itself yet."
    assert readings["Worker: pdf"].state == "no"


def test_clocks_that_differ_are_reported():
    readings = readiness.readings(now=clock.now() + timedelta(seconds=10))

    assert [one.ok for one in readings if one.text == "Clock"] == [False]


def test_the_heartbeat_is_one_row_a_worker_however_often_it_beats(monkeypatch):
    monkeypatch.setenv("KAP_WORKER", "pdf")

    tasks.heartbeat()
    tasks.heartbeat(new_word="from a later version")

    assert list(Heartbeat.objects.values_list("name", flat=True)) == ["pdf"]


def test_the_sweep_takes_what_is_old_and_only_that(now):
    RateCounter.objects.all().delete()  # counted outside transactions, by other tests
    for index, age in enumerate([timedelta(hours=23), timedelta(hours=25)]):
        OnceKey.objects.create(
            key=f"00000000-0000-0000-0000-00000000000{index}",
            owner="o",
            fingerprint="f",
            created_at=now - age,
        )
        RateCounter.objects.create(key=str(index), window_start=now - age, hits=1)

    assert sweep(now=now) == 2
    assert sweep(now=now) == 0
    assert [OnceKey.objects.count(), RateCounter.objects.count()] == [1, 1]
