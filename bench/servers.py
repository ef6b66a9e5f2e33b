"""Gunicorn for the floor and for the product: the same server, the same number of workers."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from kap.embedded import paths
from kap.embedded.process import group_alive, kill_group, last_lines, spawn

READY_WITHIN_S = 60
GRACE_S = 15


@dataclass(frozen=True, slots=True)
class Web:
    """A running server."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def forget_peak(self) -> None:
        """Count the most memory from now on: argon2 takes 100 MB for a moment."""
        for worker in psutil.Process(self.process.pid).children():
            with suppress(OSError):
                Path(f"/proc/{worker.pid}/clear_refs").write_text("5")

    def peak_mb(self) -> float:
        """The most memory that any one worker has ever held."""
        workers = psutil.Process(self.process.pid).children()
        return max((_peak_kb(one.pid) for one in workers), default=0) / 1024


@contextmanager
def serving(
    name: str,
    application: str,
    env: Mapping[str, str],
    *,
    workers: int,
    log_folder: Path,
) -> Iterator[Web]:
    """Start a server on a free port of the loopback, and stop it at the end."""
    log = log_folder / f"{name}.log"
    log.unlink(missing_ok=True)
    port = _free_port()
    command = [sys.executable, "-m", "gunicorn", application]
    command += ["--config", "python:kap.embedded.gunicorn_conf"]
    command += ["--workers", str(workers), "--max-requests", "0"]
    command += ["--bind", f"127.0.0.1:{port}"]
    process = spawn(command, log=log, env=env, cwd=paths.ROOT)
    web = Web(port, process, log)
    try:
        _wait_until_ready(web)
        yield web
    finally:
        _stop(process)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(web: Web) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        if web.process.poll() is not None:
            break
        with suppress(OSError), socket.create_connection(("127.0.0.1", web.port), 1):
            return
        time.sleep(0.1)
    raise RuntimeError(f"A server did not start. Its log:\n{last_lines(web.log, 15)}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(GRACE_S)
    if group_alive(process.pid):
        kill_group(process.pid)
    process.wait()


def _peak_kb(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1])
    return 0
