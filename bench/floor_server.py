"""The floor under load: its database, its server, its three requests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count

from bench import databases, driver, servers
from bench.driver import Target
from kap.embedded.postgres_server import EmbeddedPostgres

FIRST = datetime(2027, 1, 4, 8, tzinfo=UTC)
HOURS_A_DIARY = 5_000


class Floor:
    def __init__(self, web: servers.Web) -> None:
        self.web = web
        self._number = count()

    def hello(self) -> Target:
        return self._page("/hello")

    def board(self) -> Target:
        return self._page("/board")

    def book4(self) -> Target:
        expected = frozenset({201})
        return Target("book4", self.web.port, self._bookings(), expected)

    def _page(self, path: str) -> Target:
        request = driver.get(self.web.port, path)
        return Target(path, self.web.port, driver.endless(request))

    def _bookings(self) -> Iterator[bytes]:
        """Always free: each number has an hour of four diaries of its own."""
        for number in self._number:
            group, hour = divmod(number, HOURS_A_DIARY)
            start = FIRST + timedelta(hours=hour)
            schedules = ",".join(str(4 * group + place) for place in range(4))
            fields = {"start": start.isoformat(), "schedules": schedules}
            yield driver.post(self.web.port, "/book4", fields)


@contextmanager
def floor(postgres: EmbeddedPostgres, *, workers: int = 2) -> Iterator[Floor]:
    name = databases.create(postgres, "run_floor")
    env = databases.environment(postgres, name)
    env["DJANGO_SETTINGS_MODULE"] = "bench.floor_settings"
    databases.run_python(["-m", "bench.floor.fill"], env)
    logs = databases.home() / "log"
    try:
        with servers.serving(
            "floor",
            "bench.floor_wsgi:application",
            env,
            workers=workers,
            log_folder=logs,
        ) as web:
            yield Floor(web)
    finally:
        databases.drop(postgres, name)
