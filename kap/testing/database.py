"""The tests' database: the shared server, and a migrated template that saves half a minute."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import IO

import psycopg2
from psycopg2 import sql

from kap.embedded import paths, testbed
from kap.embedded.postgres_server import ROLE, EmbeddedPostgres

PREFIX = "kap_template_"
KEPT_TEMPLATES = 3


def join_server() -> tuple[EmbeddedPostgres, IO[str]]:
    """The shared server, and the open file that says it is in use."""
    return testbed.join()


def template_for(server: EmbeddedPostgres) -> str | None:
    """The name of a database in which today's migrations have been run.

    None when the migrations do not run: then Django's own attempt says why.
    """
    name = PREFIX + _fingerprint()
    with _lock(), closing(_connect(server)) as connection:
        found = _templates(connection)
        if name in found:
            return name
        _drop(connection, found[:-KEPT_TEMPLATES])
        making = name + "_making"
        _drop(connection, [making])
        _run(connection, "CREATE DATABASE {}", making)
        if not _migrate(server, making):
            _drop(connection, [making])
            return None
        _run(connection, "ALTER DATABASE {} RENAME TO {}", making, name)
    return name


def _fingerprint() -> str:
    digest = hashlib.sha256()
    files = [paths.ROOT / "requirements.txt"]
    for package in ("kap", "screening", "sessions", "integration"):
        files += sorted((paths.ROOT / package).glob("**/migrations/*.py"))
    for file in files:
        digest.update(str(file.relative_to(paths.ROOT)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:10]


@contextmanager
def _lock() -> Iterator[None]:
    with (paths.home() / "test-template.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _connect(server: EmbeddedPostgres) -> psycopg2.extensions.connection:
    connection = psycopg2.connect(
        host=str(server.sockets), user=ROLE, dbname="postgres"
    )
    connection.autocommit = True
    return connection


def _templates(connection: psycopg2.extensions.connection) -> list[str]:
    """Oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE %s ORDER BY oid",
            [PREFIX + "%"],
        )
        return [row[0] for row in cursor.fetchall()]


def _run(
    connection: psycopg2.extensions.connection, statement: str, *names: str
) -> None:
    with connection.cursor() as cursor:
        identifiers = [sql.Identifier(name) for name in names]
        cursor.execute(sql.SQL(statement).format(*identifiers))


def _drop(connection: psycopg2.extensions.connection, names: list[str]) -> None:
    for name in names:
        _run(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _migrate(server: EmbeddedPostgres, database: str) -> bool:
    environment = {
        **os.environ,
        "DATABASE_URL": server.url(database),
        "DJANGO_SETTINGS_MODULE": "kap.settings.test",
    }
    command = [sys.executable, str(paths.ROOT / "manage.py"), "migrate", "-v", "0"]
    done = subprocess.run(
        command,
        env=environment,
        cwd=paths.ROOT,
        capture_output=True,
        check=False,
    )
    return done.returncode == 0
