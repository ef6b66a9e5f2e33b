"""The PostgreSQL that the tests share: started by whoever comes first, stopped by command."""

from __future__ import annotations

import fcntl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from kap.embedded import paths
from kap.embedded.postgres_server import EmbeddedPostgres
from kap.embedded.say import CannotStartError, complain, say

NAME = "test-postgres"

# Servers that outlive this process on purpose; without this reference Python warns.
_LEFT_RUNNING: list[EmbeddedPostgres] = []


def server(home: Path | None = None) -> EmbeddedPostgres:
    return EmbeddedPostgres(home or paths.home(), name=NAME, durable=False)


@contextmanager
def _one_at_a_time(home: Path) -> Iterator[None]:
    home.mkdir(parents=True, exist_ok=True)
    with (home / f"{NAME}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _users(home: Path) -> IO[str]:
    return (home / f"{NAME}.users").open("a")


def join(home: Path | None = None) -> tuple[EmbeddedPostgres, IO[str]]:
    """Start the server or use the running one; keep the second value open while in use."""
    postgres = server(home)
    with _one_at_a_time(postgres.home):
        using = _users(postgres.home)
        fcntl.flock(using, fcntl.LOCK_SH)
        if postgres.running_pid() is None or not postgres.answers():
            postgres.start(death_signal=None)
            _LEFT_RUNNING.append(postgres)
    return postgres, using


def leave(home: Path | None = None) -> bool:
    """Stop the server unless another run still uses it; true when it stopped."""
    postgres = server(home)
    if postgres.running_pid() is None:
        return True
    with _one_at_a_time(postgres.home), _users(postgres.home) as using:
        try:
            fcntl.flock(using, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        postgres.stop()
    return True


def main() -> int:
    """`python -m kap.embedded.test_server stop` (or `start`)."""
    wanted = sys.argv[1:] or ["start"]
    try:
        if wanted == ["stop"]:
            if not leave():
                say(
                    "Another test run still uses the test database server; left running."
                )
            return 0
        postgres, _ = join()
    except CannotStartError as reason:
        complain(str(reason))
        return 1
    say(postgres.url())
    return 0


if __name__ == "__main__":
    sys.exit(main())
