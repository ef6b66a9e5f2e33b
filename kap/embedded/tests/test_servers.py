"""The embedded PostgreSQL and Redis, as they really run."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
import redis

from kap.embedded.postgres_server import EmbeddedPostgres
from kap.embedded.process import alive
from kap.embedded.redis_server import EmbeddedRedis
from kap.embedded.say import CannotStartError


@pytest.fixture(scope="module")
def postgres(open_folder: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(open_folder / "var")
    server.start()
    yield server
    server.stop()


def ask(server: EmbeddedPostgres, statement: str) -> object:
    with closing(psycopg2.connect(server.url())) as line, line.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("synchronous_commit", "on"),
        ("data_checksums", "on"),
        ("listen_addresses", ""),
        ("server_encoding", "UTF8"),
        ("TimeZone", "UTC"),
        ("log_statement", "none"),
        ("log_min_error_statement", "panic"),
        ("log_error_verbosity", "terse"),
    ],
)
def test_the_database_loses_nothing_and_tells_nobody(postgres, setting, value):
    assert ask(postgres, f"SHOW {setting}") == value


def test_the_application_is_no_superuser(postgres):
    assert ask(postgres, "SELECT rolsuper FROM pg_roles WHERE rolname = user") is False


def test_letters_of_every_tongue_have_cases_whatever_the_machine_speaks(postgres):
    assert ask(postgres, "SELECT lower('ÉLODIE ÅSA ŻANETA')") == "élodie åsa żaneta"


def test_the_socket_is_closed_to_others(postgres):
    assert postgres.sockets.stat().st_mode & 0o077 == 0


def test_a_killed_database_comes_back_with_what_was_committed(postgres):
    line = psycopg2.connect(postgres.url())
    with closing(line), line, line.cursor() as cursor:
        cursor.execute("CREATE TABLE kept (n int)")
        cursor.execute("INSERT INTO kept VALUES (42)")

    os.kill(postgres.running_pid(), signal.SIGKILL)
    postgres.process.wait(10)
    postgres.start()

    assert ask(postgres, "SELECT n FROM kept") == 42


def test_a_lock_whose_number_another_program_has_does_not_stop_the_start(postgres):
    postgres.stop()
    lock = postgres.data / "postmaster.pid"
    lock.write_text(f"{os.getppid()}\n{postgres.data}\n0\n5432\n\n\n\n")
    os.chown(lock, postgres.data.stat().st_uid, postgres.data.stat().st_gid)

    postgres.start()

    assert postgres.answers()


def test_a_database_of_another_user_is_refused_in_words(tmp_path):
    data = tmp_path / "postgres"
    data.mkdir()
    (data / "PG_VERSION").write_text("18\n")
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    os.chown(data, 54321, 54321)

    with pytest.raises(CannotStartError, match="made by another account"):
        EmbeddedPostgres(tmp_path).ensure_made()


def test_redis_keeps_its_queue_and_drops_nothing(tmp_path):
    server = EmbeddedRedis(tmp_path)
    server.start()
    try:
        path = server.url.removeprefix("redis+socket://")
        with closing(redis.Redis(unix_socket_path=path)) as line:
            assert line.config_get("appendonly") == {"appendonly": "yes"}
            assert line.config_get("maxmemory-policy") == {
                "maxmemory-policy": "noeviction"
            }
            line.lpush("queue", "job")
            server.process.kill()
            server.process.wait()
            server.start()
        with closing(redis.Redis(unix_socket_path=path)) as line:
            assert line.lrange("queue", 0, -1) == [b"job"]
    finally:
        pid = server.process.pid
        server.stop()
    assert alive(pid) is None
