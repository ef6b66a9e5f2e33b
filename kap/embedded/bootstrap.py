"""Readies a bare machine: virtual environment, pinned packages, system libraries, fonts.

Run by `make` with the machine's own python3, before anything is installed: standard
library only, and nothing imported from this project.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST_PYTHON = (3, 11)
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
CHANGES_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class CannotPrepareError(Exception):
    """Something is missing that we may not or cannot install; the text says what."""


def say(sentence: str) -> None:
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


def _library(*names: str) -> Callable[[], bool]:
    def present() -> bool:
        try:
            for name in names:
                ctypes.CDLL(name)
        except OSError:
            return False
        return True

    return present


def _program(*names: str) -> Callable[[], bool]:
    return lambda: any(shutil.which(name, path=CHANGES_PATH) for name in names)


def _font(pattern: str) -> Callable[[], bool]:
    return lambda: any(
        next(Path(folder).rglob(pattern), None) is not None for folder in FONT_FOLDERS
    )


FOR_RUN: dict[str, Callable[[], bool]] = {
    "libpango-1.0-0": _library("libpango-1.0.so.0"),
    "libpangoft2-1.0-0": _library("libpangoft2-1.0.so.0"),
    "libharfbuzz-subset0": _library("libharfbuzz-subset.so.0"),
    "fontconfig": _program("fc-cache"),
    "fonts-dejavu-core": _font("DejaVuSans.ttf"),
}
"""Debian packages that WeasyPrint needs, and how to see that they are there."""
FOR_TEST: dict[str, Callable[[], bool]] = {
    **FOR_RUN,
    "chromium": _program(*BROWSERS),
    "libatomic1": _library("libatomic.so.1"),  # Playwright's own driver needs it
}


# -- system packages ------------------------------------------------------------------


def ensure_system_packages(wanted: dict[str, Callable[[], bool]]) -> None:
    missing = [package for package, present in wanted.items() if not present()]
    if not missing:
        return
    install = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    by_hand = f"sudo sh -c 'apt-get update && {' '.join(install)}'"
    if shutil.which("apt-get") is None:
        raise CannotPrepareError(
            "These system packages (by their Debian names) are missing and there is no "
            f"apt-get here to install them: {' '.join(missing)}"
        )
    prefix = _become_root()
    if prefix is None:
        raise CannotPrepareError(
            f"Some system packages are missing. Run this line, then try again:\n"
            f"  {by_hand}"
        )
    say(f"Installing system packages: {', '.join(missing)} ...")
    for command in (["apt-get", "update"], install):
        _apt([*prefix, *command], by_hand)
    still = [package for package in missing if not wanted[package]()]
    if still:
        raise CannotPrepareError(f"Installed, but still not found: {' '.join(still)}")


def _become_root() -> list[str] | None:
    """The words to put before a command to run it as root; None when we may not."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo is None:
        return None
    allowed = subprocess.run([sudo, "-n", "true"], capture_output=True, check=False)
    return [sudo, "-n"] if allowed.returncode == 0 else None


def _apt(command: list[str], by_hand: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        raise CannotPrepareError(
            f"apt-get failed:\n{_end_of(done.stdout)}\n"
            f"Put that right, or run by hand:\n  {by_hand}"
        )


# -- virtual environment ---------------------------------------------------------------


def ensure_environment(requirements: str) -> None:
    """A virtual environment with exactly the pinned packages; nothing when unchanged."""
    stamp = VENV / f".installed-{requirements}"
    fingerprint = _fingerprint(requirements)
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == fingerprint:
        return
    _check_may_write(VENV if VENV.exists() else ROOT)
    if not _works(PYTHON):
        _make_environment()
    say("Installing the pinned packages (a few minutes the first time) ...")
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--no-input"]
    command += ["--disable-pip-version-check", "-r", str(ROOT / requirements)]
    done = subprocess.run(
        command, capture_output=True, text=True, errors="replace", check=False
    )
    if done.returncode != 0:
        raise CannotPrepareError(
            "The pinned packages could not be installed. Is this machine on the "
            f"network, and is there space on the disk? pip said:\n{_end_of(done.stderr)}"
        )
    stamp.write_text(fingerprint)


def _check_may_write(folder: Path) -> None:
    if not os.access(folder, os.W_OK):
        raise CannotPrepareError(
            f"{folder} belongs to another user, so nothing can be installed in it. "
            "Start as that user, or clone the project into a folder of your own."
        )


def _fingerprint(requirements: str) -> str:
    digest = hashlib.sha256(repr(sys.version_info[:2]).encode())
    for name in {"requirements.txt", requirements}:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def _works(python: Path) -> bool:
    if not python.exists():
        return False
    done = subprocess.run(
        [str(python), "-m", "pip", "--version"], capture_output=True, check=False
    )
    return done.returncode == 0


def _make_environment() -> None:
    say("Making a virtual environment in .venv ...")
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    done = subprocess.run(
        command, capture_output=True, text=True, errors="replace", check=False
    )
    if done.returncode != 0:
        raise CannotPrepareError(
            "The virtual environment could not be made. On Debian it needs the package "
            f"python3-venv. Python said:\n{_end_of(done.stdout + done.stderr)}"
        )


def _end_of(output: str, lines: int = 12) -> str:
    return "\n".join("    " + line for line in output.strip().splitlines()[-lines:])


def check_machine() -> None:
    if sys.version_info < OLDEST_PYTHON:
        raise CannotPrepareError(
            f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}. "
            "Name another one: make run PYTHON=python3.12"
        )


def main() -> int:
    """`bootstrap.py run` or `bootstrap.py test`."""
    for_test = sys.argv[1:] == ["test"]
    try:
        check_machine()
        ensure_system_packages(FOR_TEST if for_test else FOR_RUN)
        ensure_environment("requirements-dev.txt" if for_test else "requirements.txt")
    except CannotPrepareError as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        where = error.filename or "the disk"
        sys.stderr.write(f"Could not write to {where}: {error.strerror}.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
