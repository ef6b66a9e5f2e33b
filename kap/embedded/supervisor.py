"""Keeps the child processes running, and stops them in order."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from kap.embedded.process import alive, group_alive, kill_group, rotate, spawn
from kap.embedded.say import say

BACK_OFF_S = (0.5, 1, 2, 5, 10, 30)
STEADY_AFTER_S = 60


@dataclass(slots=True)
class Child:
    """One program: how it is started, how it is asked to stop, how long it may take."""

    name: str
    title: str
    command: Sequence[str]
    env: Mapping[str, str]
    log: Path
    stop_signal: int = signal.SIGTERM
    death_signal: int = signal.SIGTERM
    grace_s: float = 20
    process: subprocess.Popen[bytes] | None = None
    started: float = 0
    failures: int = 0
    not_before: float = 0

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = spawn(
            self.command,
            log=self.log,
            env=self.env,
            death_signal=self.death_signal,
        )

    def dead(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)

    def wait(self, within_s: float) -> None:
        """Wait for the whole group; what is left then is killed."""
        if self.process is None:
            return
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        if group_alive(self.process.pid):
            kill_group(self.process.pid)
        self.process.wait()
        self.process = None


@dataclass(slots=True)
class Server:
    """An embedded server under supervision."""

    title: str
    start: Callable[[], None]
    running: Callable[[], subprocess.Popen[bytes] | None]
    failures: int = 0
    not_before: float = 0
    started: float = field(default_factory=time.monotonic)

    def dead(self) -> bool:
        process = self.running()
        return process is not None and process.poll() is not None


class Register:
    """The list of our processes, on disk, for the next start to clear up after us."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def write(self, pids: Sequence[int]) -> None:
        rows = [
            {"pid": pid, "started": process.create_time()}
            for pid in pids
            if (process := alive(pid))
        ]
        self.file.write_text(json.dumps(rows))

    def clear_leftovers(self) -> int:
        """Kill what an earlier start left; returns how many processes that were."""
        try:
            rows = json.loads(self.file.read_text())
        except (OSError, ValueError):
            return 0
        leaders = [alive(row["pid"], row["started"]) for row in rows]
        family = [one for one in leaders if one is not None]
        for one in list(family):
            family += _children(one)
        family += self._orphans({row["pid"] for row in rows}, known=family)
        for one in family:
            _kill(one)
        psutil.wait_procs(family, timeout=15)
        self.file.unlink(missing_ok=True)
        return len(family)

    def _orphans(
        self, groups: set[int], known: Sequence[psutil.Process]
    ) -> list[psutil.Process]:
        """Members of our groups whose leader is dead; told by the KAP_HOME they carry."""
        home = str(self.file.parent.parent)
        seen = {process.pid for process in known}
        found = []
        for process in psutil.process_iter():
            try:
                ours = process.pid not in seen and os.getpgid(process.pid) in groups
                if ours and process.environ().get("KAP_HOME") == home:
                    found.append(process)
            except (OSError, psutil.Error):
                continue
        return found


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return list(process.children(recursive=True))
    except psutil.Error:
        return []


def _kill(process: psutil.Process) -> None:
    """Postgres is asked, so that it writes its shutdown; the others are killed."""
    try:
        if process.name() == "postgres":
            process.send_signal(signal.SIGINT)
        else:
            process.kill()
    except psutil.Error:
        return


class Supervisor:
    """Watches servers and children until told to stop."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self.servers: list[Server] = []
        self.children: list[Child] = []
        self.stopping = False

    def request_stop(self, _signum: int = 0, _frame: object = None) -> None:
        if self.stopping:
            self._kill_all()
        self.stopping = True

    def install_signals(self) -> None:
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, self.request_stop)

    def add_server(self, server: Server) -> None:
        server.start()
        server.started = time.monotonic()
        self.servers.append(server)
        self.note()

    def add(self, child: Child) -> None:
        rotate(child.log)
        child.start()
        self.children.append(child)
        self.note()

    def note(self) -> None:
        processes = [child.process for child in self.children]
        processes += [server.running() for server in self.servers]
        self.register.write([one.pid for one in processes if one is not None])

    def watch_once(self) -> None:
        """Start again whatever died, later each time it dies soon."""
        parts: list[Server | Child] = [*self.servers, *self.children]
        for part in parts:
            if part.dead() and not self.stopping:
                self._revive(part)

    def _revive(self, part: Server | Child) -> None:
        now = time.monotonic()
        if part.not_before == 0:
            steady = now - part.started > STEADY_AFTER_S
            part.failures = 0 if steady else part.failures
            pause = BACK_OFF_S[min(part.failures, len(BACK_OFF_S) - 1)]
            part.failures += 1
            part.not_before = now + pause
            say(f"{part.title} stopped by itself; starting it again in {pause:g} s.")
        if now < part.not_before:
            return
        part.not_before = 0
        if isinstance(part, Child) and part.process is not None:
            kill_group(part.process.pid)
        part.start()
        part.started = time.monotonic()
        self.note()

    def stop_children(self, order: Sequence[Sequence[str]]) -> None:
        """Stop by name, one rank after another; a rank stops together."""
        for rank in order:
            members = [child for child in self.children if child.name in rank]
            for child in members:
                child.ask_to_stop()
            for child in members:
                child.wait(child.grace_s)

    def _kill_all(self) -> None:
        say("Stopping at once.")
        for child in self.children:
            if child.process is not None:
                kill_group(child.process.pid)
