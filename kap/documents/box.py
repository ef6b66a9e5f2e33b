"""The locked box: a child process with limits, no network and no database, makes the PDF."""

from __future__ import annotations

import ctypes
import gc
import importlib
import logging
import os
import resource
import select
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NoReturn

CLONE_NEWUSER = 0x1000_0000
CLONE_NEWNET = 0x4000_0000
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may cost; memory counts on top of what the worker holds."""

    memory_bytes: int = 1 << 30
    cpu_s: int = 30
    wall_s: float = 60
    file_bytes: int = 50_000_000


LIMITS = Limits()


class PaperError(Exception):
    """The document was not made; ``code`` says why, without a word from outside."""

    def __init__(self, code: str, *, may_help_to_repeat: bool) -> None:
        super().__init__(code)
        self.code = code
        self.may_help_to_repeat = may_help_to_repeat


def make_in_box(html: str, *, paper: str, target: IO[bytes], limits: Limits) -> int:
    """Write the PDF into ``target`` from a child process; returns the number of pages."""
    answer, question = os.pipe()
    # Frozen objects are never visited by the child's collector, so the pages they lie
    # on are not copied: less than half of the page faults, a fifth of the time.
    gc.freeze()
    child = os.fork()
    if child == 0:
        os.close(answer)
        _in_the_child(html, paper=paper, target=target, said=question, limits=limits)
    gc.unfreeze()
    os.close(question)
    try:
        words = _listen(answer, wall_s=limits.wall_s)
    finally:
        os.close(answer)
        _end(child)
    return _pages(words)


def _listen(answer: int, *, wall_s: float) -> bytes:
    """What the child says before it ends; gives up after the wall time."""
    end, words = time.monotonic() + wall_s, b""
    while (left := end - time.monotonic()) > 0:
        ready, _, _ = select.select([answer], [], [], left)
        if not ready:
            break
        part = os.read(answer, 100)
        if not part:
            return words
        words += part
    return b"too-long"


def _end(child: int) -> None:
    """The child has ended or is ended now; either way it is collected."""
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _pages(words: bytes) -> int:
    if words.isdigit():
        return int(words)
    code = words.decode("ascii", "replace") or "ended"
    known = code if code in {"outside", "layout", "memory", "too-long"} else "ended"
    again = known not in {"outside", "layout"}
    raise PaperError(known, may_help_to_repeat=again)


def _in_the_child(
    html: str, *, paper: str, target: IO[bytes], said: int, limits: Limits
) -> NoReturn:
    """Never returns, so nothing of the parent runs twice."""
    try:
        _lock(limits, keep=(target.fileno(), said))
        words = _make(html, paper=paper, target=target)
        os.write(said, words.encode())
    except BaseException:  # noqa: BLE001 -- whatever it was, the parent hears nothing
        os._exit(1)
    os._exit(0)


def _lock(limits: Limits, *, keep: tuple[int, int]) -> None:
    logging.disable(logging.CRITICAL)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGALRM):
        signal.signal(number, signal.SIG_DFL)
    system = ctypes.CDLL(None, use_errno=True)
    system.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    # Without the right to do so the fetcher still refuses every address.
    if system.unshare(CLONE_NEWNET) != 0:
        system.unshare(CLONE_NEWUSER | CLONE_NEWNET)
    low, high = sorted(keep)
    os.closerange(3, low)
    os.closerange(low + 1, high)
    os.closerange(high + 1, 4096)
    for kind, value in (
        (resource.RLIMIT_AS, _address_space_bytes() + limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_s),
        (resource.RLIMIT_FSIZE, limits.file_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (value, value))


def _address_space_bytes() -> int:
    """What this process has mapped already: a fork begins with all of its parent's.

    A parent with many threads has reserved gigabytes without using them.
    """
    pages = Path("/proc/self/statm").read_text().split()[0]
    return int(pages) * resource.getpagesize()


def _make(html: str, *, paper: str, target: IO[bytes]) -> str:
    try:
        engine = importlib.import_module("kap.documents.engine")
        pages = engine.make_pdf(html, paper=paper, target=target)
        target.flush()
    except MemoryError:
        return "memory"
    except Exception:  # noqa: BLE001 -- a hostile document may raise anything
        return "layout"
    except BaseException as error:  # noqa: BLE001 -- WeasyPrint's refusal is one
        return "outside" if "FatalURL" in type(error).__name__ else "ended"
    return str(pages)
