from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from kap.core.models import RateCounter
from kap.core.ratelimit import Limit, client_ip, hit

LIMIT = Limit("test", tries=3, window=timedelta(minutes=5))


@pytest.mark.django_db
def test_tries_within_the_limit_pass_and_the_next_is_refused(now):
    assert [hit(LIMIT, "a@b.example", now=now) for _ in range(4)] == [True] * 3 + [
        False
    ]


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

    kept = RateCounter.objects.get(key__startswith=f"{LIMIT.name}:")
    assert "nora" not in kept.key


@pytest.mark.django_db(transaction=True)
def test_parallel_tries_are_counted_exactly(now):
    passed = []

    def try_often():
        limit = Limit("race", 40, timedelta(minutes=5))
        passed.extend([hit(limit, "a", now=now) for _ in range(25)])
        connection.close()

    threads = [threading.Thread(target=try_often) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (
        passed.count(True),
        RateCounter.objects.get(key__startswith="race:").hits,
    ) == (40, 200)


@pytest.mark.parametrize(
    ("proxies", "remote", "forwarded", "expected"),
    [
        pytest.param(0, "192.0.2.1", "10.0.0.1", "192.0.2.1", id="no-proxy-no-header"),
        pytest.param(1, "127.0.0.1", "10.0.0.1", "10.0.0.1", id="one-proxy"),
        pytest.param(
            1, "127.0.0.1", "6.6.6.6, 10.0.0.1", "10.0.0.1", id="forged-in-front"
        ),
        pytest.param(
            2, "127.0.0.1", "6.6.6.6, 10.0.0.1, 10.0.0.2", "10.0.0.1", id="two"
        ),
        pytest.param(2, "127.0.0.1", "10.0.0.1", "127.0.0.1", id="chain-too-short"),
        pytest.param(1, "127.0.0.1", "nonsense", "", id="nonsense"),
        pytest.param(0, "", "", "", id="unix-socket"),
        pytest.param(0, "2001:db8::1", "", "2001:db8::1", id="ipv6"),
    ],
)
def test_address_of_the_client(rf, settings, proxies, remote, forwarded, expected):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    request = rf.get("/", REMOTE_ADDR=remote, headers={"X-Forwarded-For": forwarded})

    assert client_ip(request) == expected
