from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from kap.core.models import RateCounter
from kap.core.ratelimit import Limit, hit

LIMIT = Limit("test", tries=3, window=timedelta(minutes=5))


@pytest.mark.django_db
def test_tries_within_the_limit_pass_and_the_next_is_refused(now):
    assert [hit(LIMIT, "a@b.example", now=now) for _ in range(4)] == [True] * 3 + [False]


@pytest.mark.django_db
def test_another_subject_is_counted_on_its_own(now):
    for _ in range(4):
        hit(LIMIT, "a@b.example", now=now)

    assert hit(LIMIT, "c@d.example", now=now)


@pytest.mark.django_db
def test_tries_while_refused_do_not_lengthen_the_wait(now):
    for minute in range(5):
        for _ in range(3):
            hit(LIMIT, "a", now=now + timedelta(minutes=minute))

    assert hit(LIMIT, "a", now=now + timedelta(minutes=5))


@pytest.mark.django_db
def test_the_subject_itself_is_not_stored(now):
    hit(LIMIT, "nora@clinic.example", now=now)

    assert "nora" not in RateCounter.objects.get().key


@pytest.mark.django_db(transaction=True)
def test_parallel_tries_are_counted_exactly(now):
    passed = []

    def try_often():
        for _ in range(25):
            passed.append(hit(Limit("race", 40, timedelta(minutes=5)), "a", now=now))
        connection.close()

    threads = [threading.Thread(target=try_often) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (passed.count(True), RateCounter.objects.get().hits) == (40, 200)
