"""Where the embedded servers keep their files and sockets; nothing here touches the disk
but the making of folders.
"""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from pathlib import Path

from kap.embedded.say import CannotStartError

ROOT = Path(__file__).resolve().parent.parent.parent
LONGEST_SOCKET = 100
"""Linux allows 107 bytes; PostgreSQL and Redis add a suffix of their own."""
PG_SOCKET = ".s.PGSQL.5432"


def home() -> Path:
    """The folder of all data: KAP_HOME, or var/ beside manage.py."""
    return Path(os.environ.get("KAP_HOME", "").strip() or ROOT / "var").resolve()


def socket_folder(data_home: Path, name: str) -> Path:
    """A folder for a server's socket whose path is short enough for a socket."""
    wanted = data_home / "run" / name
    if len(os.fsencode(wanted / PG_SOCKET)) <= LONGEST_SOCKET:
        return wanted
    key = hashlib.sha256(os.fsencode(data_home)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"kap-{os.geteuid()}-{key}" / name


def guard_private(folder: Path) -> None:
    """Refuse a folder under /tmp that somebody else made before us."""
    parent = folder.parent
    parent.mkdir(parents=True, exist_ok=True)
    found = parent.lstat()
    if parent.is_symlink() or found.st_uid != os.geteuid():
        raise CannotStartError(
            f"The folder {parent} belongs to somebody else. Remove it, or set KAP_HOME "
            "to a folder with a shorter path."
        )
    if stat.S_IMODE(found.st_mode) & 0o022:
        parent.chmod(0o711)
