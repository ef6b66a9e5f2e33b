"""`make run`: the whole clinic on one machine, in one process tree."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kap.embedded import checks, children, paths
from kap.embedded.children import Place
from kap.embedded.postgres_server import EmbeddedPostgres
from kap.embedded.process import die_with_parent, last_lines, rotate
from kap.embedded.redis_server import EmbeddedRedis
from kap.embedded.say import CannotStartError, complain, say
from kap.embedded.supervisor import Register, Server, Supervisor

READY_WITHIN_S = 90
WATCH_EVERY_S = 0.2
NO = {"0", "false", "no", "off"}
TRIES = 3
"""How often a program may die before the clinic is open."""


def main() -> int:
    try:
        _run()
    except CannotStartError as reason:
        complain(str(reason))
        return 1
    except OSError as error:
        complain(f"Could not start: {error.strerror} ({error.filename}).")
        return 1
    return 0


def _run() -> None:
    if "--with-parent" in sys.argv:
        die_with_parent(signal.SIGTERM)
    checks.read_env_file(checks.env_file())
    place = Place(
        home=paths.home(),
        bind=os.environ.get("KAP_BIND", "").strip() or "127.0.0.1",
        port=checks.port(),
    )
    checks.check_home(place.home)
    with checks.only_one(place.home):
        register = Register(place.home / "run" / "processes.json")
        if left := register.clear_leftovers():
            say(f"Stopped {left} processes that an earlier start had left behind.")
        checks.check_port(place.bind, place.port)
        supervisor = Supervisor(register)
        supervisor.install_signals()
        with _servers(place, supervisor) as (database_url, redis_url):
            _serve(place, supervisor, database_url, redis_url)


@contextmanager
def _servers(place: Place, supervisor: Supervisor) -> Iterator[tuple[str, str]]:
    """PostgreSQL and Redis: the given ones, or our own while the block runs."""
    database_url = os.environ.get("DATABASE_URL", "").strip()
    redis_url = os.environ.get("REDIS_URL", "").strip()
    postgres = None if database_url else EmbeddedPostgres(place.home)
    redis = None if redis_url else EmbeddedRedis(place.home)
    try:
        if postgres is not None:
            _start_postgres(postgres, supervisor)
            database_url = postgres.url()
        if redis is not None and not supervisor.stopping:
            rotate(redis.log)
            supervisor.add_server(Server("Redis", redis.start, lambda: redis.process))
            redis_url = redis.url
        yield database_url, redis_url
    finally:
        if redis is not None:
            redis.stop()
        if postgres is not None:
            postgres.stop()
        supervisor.register.file.unlink(missing_ok=True)
        say("Stopped.")


def _start_postgres(postgres: EmbeddedPostgres, supervisor: Supervisor) -> None:
    rotate(postgres.log)
    if not (postgres.data / "PG_VERSION").exists():
        say(f"Making a new database in {postgres.data} ...")
    supervisor.add_server(
        Server("PostgreSQL", postgres.start, lambda: postgres.process)
    )


def _serve(
    place: Place, supervisor: Supervisor, database_url: str, redis_url: str
) -> None:
    env = children.common_env(place, database_url=database_url)
    _warm_fonts(place)
    _prepare(place, supervisor, env)
    try:
        if not supervisor.stopping:
            supervisor.add(children.web(place, env))
            for worker in children.workers(place, env, redis_url):
                supervisor.add(worker)
            supervisor.add(children.beat(place, env, redis_url))
            _wait_until_ready(place, supervisor)
        if not supervisor.stopping:
            _greet(place)
        while not supervisor.stopping:
            supervisor.watch_once()
            time.sleep(WATCH_EVERY_S)
    finally:
        say("Stopping ...")
        supervisor.stop_children(children.STOP_ORDER)


def _warm_fonts(place: Place) -> None:
    """Build the font cache once, which saves the first PDF a second."""
    stamp = place.home / "run" / "fonts.stamp"
    program = shutil.which("fc-cache")
    if program is None or stamp.exists():
        return
    subprocess.run([program], capture_output=True, check=False)
    stamp.touch()


def _prepare(place: Place, supervisor: Supervisor, env: dict[str, str]) -> None:
    """Migrate, fill the demo on the first start, collect static files."""
    log = place.home / "log" / "prepare.log"
    rotate(log)
    command = [sys.executable, str(paths.ROOT / "manage.py"), "prepare"]
    if _is_demo():
        command.append("--demo")
    with log.open("ab") as errors:
        process = subprocess.Popen(
            command, env=env, stderr=errors, stdin=subprocess.DEVNULL
        )
        while process.poll() is None:
            if supervisor.stopping:
                process.terminate()
            time.sleep(0.05)
    if process.returncode != 0 and not supervisor.stopping:
        raise CannotStartError(
            f"The database could not be made ready. The end of {log}:\n"
            f"{last_lines(log)}"
        )


def _is_demo() -> bool:
    return os.environ.get("KAP_DEMO", "").strip().lower() not in NO


def _wait_until_ready(place: Place, supervisor: Supervisor) -> None:
    """Web answers and each worker has said that it takes work."""
    ready = [children.ready_file(place, name) for name in children.QUEUES]
    deadline = time.monotonic() + READY_WITHIN_S
    while not supervisor.stopping:
        if _healthy(place) and all(file.exists() for file in ready):
            return
        if time.monotonic() > deadline:
            raise CannotStartError(_not_ready(place, ready))
        supervisor.watch_once()
        for child in supervisor.children:
            if child.failures >= TRIES:
                raise CannotStartError(
                    f"{child.title} does not start. The end of {child.log}:\n"
                    f"{last_lines(child.log)}"
                )
        time.sleep(0.1)


def _not_ready(place: Place, ready: list[Path]) -> str:
    if not _healthy(place):
        log = place.home / "log" / "web.log"
    else:
        missing = next(file for file in ready if not file.exists())
        log = place.home / "log" / f"{missing.stem}.log"
    return f"Not ready after {READY_WITHIN_S} s. The end of {log}:\n{last_lines(log)}"


def _healthy(place: Place) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(place.bind, place.bind)  # noqa: S104 -- compared, not bound
    line = http.client.HTTPConnection(host, place.port, timeout=3)
    with suppress(OSError, http.client.HTTPException):
        line.request("GET", "/healthz", headers={"Host": f"localhost:{place.port}"})
        return line.getresponse().status == 200
    return False


def _greet(place: Place) -> None:
    sign_ins = place.home / "demo-sign-ins.txt"
    say("")
    say(f"The clinic is open at {place.address}")
    if _is_demo() and sign_ins.exists():
        say(sign_ins.read_text().rstrip())
    say(f"Logs are in {place.home / 'log'}. Ctrl-C stops everything.")


if __name__ == "__main__":
    sys.exit(main())
