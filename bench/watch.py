"""Counts queries and profiles requests in one process, through Django's test client."""

from __future__ import annotations

import cProfile
import io
import json
import pstats
import resource
import uuid
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from statistics import median
from time import perf_counter
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench import plan as plans
from bench.words import sentence_of

Ask = Callable[[], Any]
REQUESTS = 20
LINES = 22
PART = {"HX-Request": "true"}


class Visitor:
    """The demo's front desk, signed in through the form."""

    def __init__(self, plan: plans.Plan) -> None:
        self.plan = plan
        self.client = Client()
        fields = {"login": plan.email, "password": plan.password}
        answer = self.client.post("/accounts/login/", fields)
        if answer.status_code != 302:
            raise RuntimeError(f"Signing in answered {answer.status_code}.")
        self.talks, self.doses = iter(plan.talks[::-1]), iter(plan.doses[::-1])

    def board(self, day: str, site: str) -> Any:
        return self._fine(self.client.get("/", {"day": day, "site": site}))

    def search(self) -> Any:
        return self._fine(
            self.client.post("/find/", {"q": self.plan.words[0]}, headers=PART)
        )

    def chart(self) -> Any:
        return self._fine(self.client.get(f"/patients/{self.plan.chart}/"))

    def book(self, places: Any) -> Any:
        fields = {**asdict(next(places)), "_once": str(uuid.uuid4())}
        answer = self.client.post("/sessions/book/", fields)
        if answer.status_code != 302:
            text = sentence_of(answer.content)
            raise RuntimeError(f"Booking answered {answer.status_code}: {text}")
        return answer

    def refused(self) -> Any:
        """A place that is taken: the page again, with what is free now."""
        fields = {**asdict(self.plan.talks[-1]), "_once": str(uuid.uuid4())}
        answer = self.client.post("/sessions/book/", fields)
        if answer.status_code not in {409, 422}:
            raise RuntimeError(f"A taken place answered {answer.status_code}.")
        return answer

    def asks(self) -> dict[str, Ask]:
        """In this order: a place is booked before it is refused."""
        plan = self.plan
        asks: dict[str, Ask] = {
            "board, 60 visits": lambda: self.board(plan.day_60, plan.site),
            "board, 400 visits": lambda: self.board(plan.day_400, plan.site),
            "search": self.search,
            "chart": self.chart,
            "booking, talk": lambda: self.book(self.talks),
        }
        if plan.doses:
            asks["booking, dose"] = lambda: self.book(self.doses)
        asks["booking refused"] = self.refused
        return asks

    @staticmethod
    def _fine(answer: Any) -> Any:
        if answer.status_code != 200:
            raise RuntimeError(f"A page answered {answer.status_code}.")
        return answer


def counts_as_json(*, now: datetime) -> str:
    """For each request: queries, kB of the answer, milliseconds in process."""
    visitor = Visitor(plans.make(now=now))
    found: dict[str, dict[str, float]] = {}
    for name, ask in visitor.asks().items():
        ask()
        with CaptureQueriesContext(connection) as queries:
            answer = ask()
        many = len(queries)  # the next request empties the list
        times = []
        for _ in range(5):
            start = perf_counter()
            ask()
            times.append(1000 * (perf_counter() - start))
        found[name] = {
            "queries": many,
            "kb": len(answer.content) / 1000,
            "ms": median(times),
            "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }
    return json.dumps(found)


def profiles(*, now: datetime) -> str:
    """The functions that cost most, for each request."""
    visitor = Visitor(plans.make(now=now))
    out = io.StringIO()
    for name, ask in visitor.asks().items():
        ask()
        profile = cProfile.Profile()
        profile.enable()
        for _ in range(REQUESTS):
            ask()
        profile.disable()
        out.write(f"\n== {name}: {REQUESTS} requests\n")
        stats = pstats.Stats(profile, stream=out)
        stats.strip_dirs().sort_stats("cumulative").print_stats(LINES * 3)
        stats.sort_stats("tottime").print_stats(LINES)
        with CaptureQueriesContext(connection) as queries:
            ask()
        for query in sorted(queries, key=lambda one: -float(one["time"]))[:8]:
            out.write(f"{query['time']} s  {query['sql'][:300]}\n")
    return out.getvalue()
