"""The unprivileged account that PostgreSQL runs under when the start-up is root.

PostgreSQL refuses to run as root. An ordinary user runs it as themselves; root hands it
to a system account of its own. No permission of any folder above ours is changed: where
that account cannot look (a clone under /root), data and binaries live in /var/lib/kap.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

from kap.embedded.say import CannotStartError, say

ACCOUNT = "kap"
SPARE_ACCOUNTS = ("postgres", "nobody")


def is_root() -> bool:
    return os.geteuid() == 0


def service_account() -> pwd.struct_passwd | None:
    """The account to drop to; None for an ordinary user, who needs none."""
    if not is_root():
        return None
    return _named(ACCOUNT) or _created(ACCOUNT) or _spare()


def _named(name: str) -> pwd.struct_passwd | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return entry if entry.pw_uid != 0 else None


def _created(name: str) -> pwd.struct_passwd | None:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is None:
        return None
    command = [useradd, "--system", "--no-create-home", "--home-dir", "/nonexistent"]
    command += ["--shell", "/usr/sbin/nologin", "--user-group", name]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode == 0:
        say(f"Made the system account {name!r}; PostgreSQL runs under it.")
    return _named(name)


def _spare() -> pwd.struct_passwd:
    for name in SPARE_ACCOUNTS:
        if entry := _named(name):
            return entry
    raise CannotStartError(
        "PostgreSQL will not run as root, and no other account could be made. "
        "Start as an ordinary user."
    )


def run_as(account: pwd.struct_passwd | None) -> dict[str, Any]:
    """Arguments of subprocess that run a program as the account."""
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def reachable(path: Path, account: pwd.struct_passwd | None) -> bool:
    """Whether the account can walk down to this folder."""
    if account is None:
        return True
    with suppress(OSError):
        test = ["/usr/bin/test", "-x", str(path)]
        done = subprocess.run(test, check=False, cwd="/", **run_as(account))
        return done.returncode == 0
    return False


def make_folder(path: Path, account: pwd.struct_passwd | None) -> Path:
    """A private folder that belongs to the account (or to us)."""
    path.mkdir(parents=True, exist_ok=True)
    if account is not None:
        os.chown(path, account.pw_uid, account.pw_gid)
    path.chmod(0o700)
    return path
