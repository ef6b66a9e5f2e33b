"""What is looked at before anything starts: port, disk, settings, a start already there."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kap.embedded import paths
from kap.embedded.say import CannotStartError

LEAST_FREE_MB = 300


def read_env_file(file: Path) -> None:
    """Take settings from .env; what the environment already says wins."""
    if not file.exists():
        return
    for number, raw in enumerate(file.read_text().splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if not equals or not name.strip().isidentifier():
            raise CannotStartError(
                f"Line {number} of {file} is not of the form NAME=value."
            )
        os.environ.setdefault(name.strip(), value.strip().strip("'\""))


def port() -> int:
    text = os.environ.get("PORT", "").strip() or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise CannotStartError(f"PORT is {text!r}; use a number between 1 and 65535.")
    return int(text)


def check_port(bind: str, number: int) -> None:
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, number))
        except OSError as error:
            raise CannotStartError(_port_trouble(bind, number, error)) from error


def _port_trouble(bind: str, number: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {number} is taken by another program. Stop that one, or choose "
            f"another port: PORT={number + 1} make run"
        )
    if error.errno == errno.EACCES:
        return (
            f"Only root may open port {number}. Choose one above 1023: "
            "PORT=8000 make run"
        )
    return f"Cannot listen on {bind} port {number}: {error.strerror}."


def check_home(home: Path) -> None:
    """The data folder can be written and has room."""
    try:
        if not home.exists():
            home.mkdir(parents=True)
            home.chmod(0o711)  # passed through by PostgreSQL's account, read by nobody
    except OSError as error:
        raise CannotStartError(
            f"Cannot make the data folder {home}: {error.strerror}. Set KAP_HOME to a "
            "folder that you may write to."
        ) from error
    owner = home.stat().st_uid
    if owner != os.geteuid():
        raise CannotStartError(
            f"The data folder {home} was made by another user (number {owner}). Start "
            "as that user, or set KAP_HOME to a folder of your own: "
            "KAP_HOME=~/kap-data make run"
        )
    free_mb = shutil.disk_usage(home).free // 1_000_000
    if free_mb < LEAST_FREE_MB:
        raise CannotStartError(
            f"The disk of {home} is full: {free_mb} MB are free and {LEAST_FREE_MB} MB "
            "are needed. Make room, or set KAP_HOME to a folder on another disk."
        )


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Hold the data folder; a second start over the same folder is refused."""
    run = home / "run"
    run.mkdir(mode=0o755, exist_ok=True)
    with (run / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise CannotStartError(
                f"The clinic already runs from {home} {lock.read().strip()}. "
                "Stop that one first, or set KAP_HOME to another folder."
            ) from error
        lock.truncate(0)
        lock.write(f"(process {os.getpid()})")
        lock.flush()
        yield


def env_file() -> Path:
    return paths.ROOT / ".env"
