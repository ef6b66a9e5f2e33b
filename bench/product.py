"""The product under load: one database, one server, a signed-in front desk, its requests."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from typing import Any

from bench import databases, driver, servers
from bench.driver import Target
from kap.embedded.postgres_server import EmbeddedPostgres

TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
BOOKED = frozenset({302})


class Product:
    """A clone of a kept database behind gunicorn."""

    def __init__(self, web: servers.Web, plan: dict[str, Any]) -> None:
        self.web, self.plan = web, plan
        self.cookies: dict[str, str] = {}
        self._talks, self._doses = iter(plan["talks"]), iter(plan["doses"])
        self._token = self._sign_in()

    def _sign_in(self) -> str:
        """Through the form, as people do; the token of the page after it."""
        first = self.ask(driver.get(self.web.port, "/accounts/login/"))
        self.cookies |= first.cookies()
        fields = {
            "csrfmiddlewaretoken": _token(first),
            "login": self.plan["email"],
            "password": self.plan["password"],
        }
        answer = self.ask(self.post("/accounts/login/", fields))
        if answer.status != 302:
            raise RuntimeError(f"Signing in answered {answer.status}.")
        self.cookies |= answer.cookies()
        return _token(
            self.ask(self.get("/sessions/book/?patient=" + self.plan["chart"]))
        )

    def ask(self, request: bytes) -> driver.Answer:
        connection = driver.Connection(self.web.port)
        try:
            return connection.ask(request)
        finally:
            connection.close()

    def get(self, path: str) -> bytes:
        return driver.get(self.web.port, path, self.cookies)

    def post(self, path: str, fields: dict[str, str]) -> bytes:
        return driver.post(self.web.port, path, fields, self.cookies)

    def booking(self, place: dict[str, Any]) -> bytes:
        """The booking form, sent once."""
        sent = {key: str(value) for key, value in place.items()}
        once = {"csrfmiddlewaretoken": self._token, "_once": str(uuid.uuid4())}
        return self.post("/sessions/book/", {**once, **sent})

    # -- what is measured -------------------------------------------------------

    def page(self, name: str, path: str) -> Target:
        return Target(name, self.web.port, driver.endless(self.get(path)))

    def board(self, day: str) -> Target:
        return self.page("board", f"/?day={day}&site={self.plan['site']}")

    def chart(self) -> Target:
        return self.page("chart", f"/patients/{self.plan['chart']}/")

    def free_places(self) -> Target:
        patient = self.plan["patients"][0]
        return self.page("free places", f"/sessions/book/?patient={patient}")

    def search(self) -> Target:
        """As the palette's script asks while somebody types."""
        requests = [
            self.post(
                "/find/", {"csrfmiddlewaretoken": self._token, "q": words}
            ).replace(b"\r\n", b"\r\nHX-Request: true\r\n", 1)
            for words in self.plan["words"]
        ]
        return Target("search", self.web.port, cycle(requests))

    def talks(self) -> Target:
        """Three diaries each: patient, room, therapist."""
        return Target("booking", self.web.port, map(self.booking, self._talks), BOOKED)

    def mixed(self) -> Target:
        """A talk (three diaries) and a dose (five) in turn: four rows, as the floor."""
        return Target("booking", self.web.port, self._mixed(), BOOKED)

    def _mixed(self) -> Iterator[bytes]:
        while True:
            for places in (self._talks, self._doses):
                place = next(places, None)
                if place is None:
                    return
                yield self.booking(place)


@contextmanager
def product(
    postgres: EmbeddedPostgres,
    size: databases.Size,
    *,
    workers: int = 2,
    timing: bool = False,
) -> Iterator[Product]:
    """The product on a fresh clone of a kept database."""
    name = f"run_{size.name}"
    databases.clone(postgres, databases.kept(postgres, size), name)
    env = databases.environment(postgres, name)
    plan = json.loads(databases.run_python(["-m", "bench.inside", "plan"], env))
    if timing:
        env["BENCH_TIMING"] = "1"
    logs = databases.home() / "log"
    try:
        with servers.serving(
            f"product-{size.name}",
            "kap.wsgi:application",
            env,
            workers=workers,
            log_folder=logs,
        ) as web:
            yield Product(web, plan)
    finally:
        databases.drop(postgres, name)


def collect_static(postgres: EmbeddedPostgres) -> None:
    """Fingerprinted static files, as they are served; once for a run."""
    env = databases.environment(postgres, "postgres")
    command = ["manage.py", "collectstatic", "--noinput", "--clear", "--verbosity", "0"]
    databases.run_python([*command, "--ignore", "django_htmx"], env)


def _token(answer: driver.Answer) -> str:
    found = TOKEN.search(answer.body)
    if found is None:
        text = answer.body[:1500].decode(errors="replace")
        raise RuntimeError(f"A page without a form: {answer.status} {text}")
    return found[1].decode()
