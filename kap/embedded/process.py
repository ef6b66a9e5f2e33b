"""Child processes that cannot outlive the process that started them."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(signum: int) -> None:
    """Ask the kernel to send this process a signal when its parent dies."""
    with suppress(AttributeError):
        _libc.prctl(PR_SET_PDEATHSIG, signum)


def _before_exec(
    uid: int | None, gid: int | None, death_signal: int | None
) -> Callable[[], None]:
    parent = os.getpid()

    def prepare() -> None:
        # Changing the user clears the death signal, so the order matters.
        if gid is not None:
            os.setgroups([])
            os.setgid(gid)
        if uid is not None:
            os.setuid(uid)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        if death_signal is not None:
            die_with_parent(death_signal)
            if os.getppid() != parent:
                os._exit(1)

    return prepare


def spawn(
    command: Sequence[str],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    owner: tuple[int, int] | None = None,
    death_signal: int | None = None,
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, its output going to a log file."""
    uid, gid = owner if owner is not None else (None, None)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(env) if env is not None else None,
            cwd=cwd,
            start_new_session=True,
            preexec_fn=_before_exec(uid, gid, death_signal),  # noqa: PLW1509 -- one thread only
        )


def group_alive(group: int) -> bool:
    """Whether any process of this group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def kill_group(group: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def alive(pid: int, started: float | None = None) -> psutil.Process | None:
    """The process with this id, unless it is dead or a younger one took the number."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        if started is not None and abs(process.create_time() - started) > 1:
            return None
    except psutil.Error:
        return None
    return process


def rotate(log: Path, *, keep: int = 3) -> None:
    """Move an old log aside, keeping a few."""
    if not log.exists() or log.stat().st_size == 0:
        return
    for number in range(keep, 0, -1):
        older = log.with_name(f"{log.name}.{number}")
        source = log.with_name(f"{log.name}.{number - 1}") if number > 1 else log
        if source.exists():
            source.replace(older)


def last_lines(log: Path, count: int = 8) -> str:
    """The end of a log, for the sentence that says why something did not start."""
    if not log.exists():
        return ""
    lines = log.read_text(errors="replace").splitlines()[-count:]
    return "\n".join("    " + line for line in lines)
