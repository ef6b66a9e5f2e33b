"""Statements planned once for a connection."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DataError, transaction

from kap.core import prepared
from kap.core.models import RateCounter
from kap.core.prepared import Statement

pytestmark = pytest.mark.django_db

QUOTIENT = Statement(
    "test_quotient", ("integer", "integer"), "SELECT $1 / $2, '100 %' || $1"
)
COUNT = Statement(
    "test_count",
    ("varchar", "timestamptz"),
    "INSERT INTO core_ratecounter (key, window_start, hits) VALUES ($1, $2, length($1))",
)


@pytest.fixture(params=[True, False], ids=["prepared", "behind-a-pooler"])
def way(request: Any, settings: Any) -> bool:
    settings.PREPARED_STATEMENTS = request.param
    return bool(request.param)


@pytest.fixture(autouse=True)
def no_counters(db: None) -> None:
    """Proofs of identity count on a connection of their own: other tests leave rows."""
    RateCounter.objects.all().delete()


@pytest.mark.parametrize("times", [1, 3])
def test_a_statement_answers_on_one_trip_each_time(
    way: bool, times: int, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(times):
        for place in range(times):
            assert prepared.rows((QUOTIENT, [8 + place, 1])) == [
                (8 + place, f"100 %{8 + place}")
            ]


def test_a_refused_first_try_does_not_spoil_the_next(way: bool) -> None:
    """Whether the name was left behind or not, it is never taken twice."""
    once = Statement(f"test_once_{way}", QUOTIENT.types, QUOTIENT.sql)
    for _ in range(2):
        with pytest.raises(DataError), transaction.atomic():
            prepared.rows((once, [1, 0]))
    assert prepared.rows((once, [6, 3]))[0][0] == 2
    with pytest.raises(DataError), transaction.atomic():
        prepared.rows((once, [1, 0]))
    assert prepared.rows((once, [6, 3]))[0][0] == 2


def test_what_is_run_together_goes_on_one_trip_in_order(
    way: bool, now: Any, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1), prepared.together():
        prepared.run(COUNT, ["a", now])
        prepared.run(COUNT, ["bb", now])
        prepared.run(COUNT, ["ccc", now])

    assert sorted(RateCounter.objects.values_list("key", "hits")) == [
        ("a", 1),
        ("bb", 2),
        ("ccc", 3),
    ]


def test_nothing_is_sent_when_the_block_fails(way: bool, now: Any) -> None:
    def fail() -> None:
        prepared.run(COUNT, ["a", now])
        raise LookupError

    with pytest.raises(LookupError), prepared.together():
        fail()
    assert not RateCounter.objects.exists()


def test_the_second_sees_what_was_committed_before_it(way: bool, now: Any) -> None:
    look = Statement(
        "test_look", ("varchar",), "SELECT hits FROM core_ratecounter WHERE key = $1"
    )
    assert prepared.rows((COUNT, ["four", now]), (look, ["four"])) == [(4,)]
