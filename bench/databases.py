"""The benchmark's PostgreSQL and its databases: filled once, cloned for every run.

The server is the embedded one, durable as in a clinic, in a folder of its own.  A filled
database is kept until the migrations or the dense days change, or for two weeks.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2 import sql

from kap.embedded import paths
from kap.embedded.postgres_server import ROLE, EmbeddedPostgres
from kap.embedded.say import CannotStartError, say

NAME = "postgres"
KEPT_FOR_S = 14 * 24 * 3600
PREFIX = "kept"
DATA_CODE = ("bench/dense.py", "bench/dense_site.py", "bench/crowd.py")


@dataclass(frozen=True, slots=True)
class Size:
    """How large a clinic is; ``crowd`` adds patients who have no course."""

    name: str
    patients: int
    months: int
    crowd: int = 0


LARGE = Size("large", patients=20_000, months=12)
SMALL = Size("small", patients=2_000, months=12)
SEARCH = Size("search", patients=20_000, months=12, crowd=80_000)


def home() -> Path:
    return paths.home() / "bench"


@contextmanager
def server() -> Iterator[EmbeddedPostgres]:
    """PostgreSQL for this run, stopped at its end."""
    home().mkdir(parents=True, exist_ok=True)
    with (home() / "bench.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStartError("Another benchmark is running here.") from None
        postgres = EmbeddedPostgres(home(), name=NAME, durable=True)
        postgres.start()
        try:
            yield postgres
        finally:
            postgres.stop()


def environment(postgres: EmbeddedPostgres, database: str) -> dict[str, str]:
    """What the product's processes are told."""
    env = {key: value for key, value in os.environ.items() if key != "REDIS_URL"}
    env.update(
        DJANGO_SETTINGS_MODULE="bench.product_settings",
        DATABASE_URL=postgres.url(database),
        KAP_HOME=str(home()),
        PYTHONPATH=str(paths.ROOT),
        LC_ALL="C.UTF-8",
    )
    return env


def connect(
    postgres: EmbeddedPostgres, database: str = "postgres", *, role: str = ROLE
) -> Any:
    """A connection of our own that commits each statement."""
    connection = psycopg2.connect(
        host=str(postgres.sockets), user=role, dbname=database
    )
    connection.autocommit = True
    return connection


def rows(
    postgres: EmbeddedPostgres, database: str, statement: str, values: Any = None
) -> list[Any]:
    with closing(connect(postgres, database)) as link, link.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall()) if cursor.description else []


def clone(postgres: EmbeddedPostgres, kept: str, name: str) -> str:
    """A fresh copy of a kept database, for a run that writes."""
    drop(postgres, name)
    _run(postgres, "CREATE DATABASE {} TEMPLATE {} OWNER {}", name, kept, ROLE)
    return name


def drop(postgres: EmbeddedPostgres, name: str) -> None:
    _run(postgres, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def create(postgres: EmbeddedPostgres, name: str) -> str:
    drop(postgres, name)
    _run(postgres, "CREATE DATABASE {} OWNER {}", name, ROLE)
    return name


def kept(postgres: EmbeddedPostgres, size: Size) -> str:
    """The name of the filled database of this size; makes it when it is missing or old."""
    stem = f"{PREFIX}_{size.name}_{_fingerprint()}"
    names = _kept_names(postgres, size)
    for name in names:
        made = int(name.rsplit("_", 1)[1])
        if name.startswith(stem + "_") and time.time() - made < KEPT_FOR_S:
            return name
    for name in names:
        drop(postgres, name)
    started = time.monotonic()
    making = f"making_{size.name}"
    if size.crowd:
        clone(postgres, kept(postgres, LARGE), making)
    else:
        create(postgres, making)
    say(
        f"Filling the {size.name} database ({size.patients + size.crowd:,} patients) ..."
    )
    for command in _commands(size):
        run_python(command, environment(postgres, making))
    name = f"{stem}_{int(time.time())}"
    _run(postgres, "ALTER DATABASE {} RENAME TO {}", making, name)
    say(f"  done after {time.monotonic() - started:.0f} s")
    return name


def run_python(
    arguments: list[str], env: Mapping[str, str], *, may_miss: bool = False
) -> str:
    """Run a Python program of the project; its output, or an error with its last lines.

    With ``may_miss`` the exit status 1 says that a goal was missed, not that it broke.
    """
    done = subprocess.run(
        [sys.executable, *arguments],
        env=dict(env),
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode > int(may_miss) or done.returncode < 0:
        end = "\n".join((done.stdout + done.stderr).splitlines()[-15:])
        raise RuntimeError(f"{' '.join(arguments)} failed:\n{end}")
    return done.stdout


def _commands(size: Size) -> list[list[str]]:
    if size.crowd:
        return [["-m", "bench.inside", "crowd", str(size.crowd)]]
    seed = ["manage.py", "seed_demo", "--patients", str(size.patients)]
    return [
        ["manage.py", "migrate", "--verbosity", "0"],
        ["manage.py", "createcachetable"],
        [*seed, "--months", str(size.months)],
        ["-m", "bench.inside", "dense"],
    ]


def _kept_names(postgres: EmbeddedPostgres, size: Size) -> list[str]:
    found = rows(
        postgres,
        "postgres",
        "SELECT datname FROM pg_database WHERE datname LIKE %s ORDER BY oid DESC",
        [f"{PREFIX}_{size.name}_%"],
    )
    return [name for (name,) in found]


def _fingerprint() -> str:
    digest = hashlib.sha256()
    files = [paths.ROOT / name for name in DATA_CODE]
    for package in ("kap", "screening", "sessions", "integration"):
        files += sorted((paths.ROOT / package).glob("**/migrations/*.py"))
    for file in files:
        digest.update(str(file.relative_to(paths.ROOT)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:10]


def _run(postgres: EmbeddedPostgres, statement: str, *names: str) -> None:
    """As the superuser: an autovacuum worker in the database is ended by nobody else."""
    with closing(connect(postgres, role="postgres")) as link, link.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
