"""Uploaded files: private, under random names, gone once they were read."""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from django.conf import settings

FOLDER: Final = "imports"
KEPT_S: Final = 3 * 24 * 3600
"""A file whose run never ended (a killed machine) is removed after that long."""


def path_of(name: str) -> Path:
    return Path(settings.MEDIA_ROOT) / FOLDER / name


def keep(chunks: Iterable[bytes]) -> str:
    """Write an upload to the disk; returns its random name."""
    name = secrets.token_hex(24)
    path = path_of(name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    _sweep(path.parent)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            for chunk in chunks:
                file.write(chunk)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return name


def remove(name: str) -> None:
    if name:
        path_of(name).unlink(missing_ok=True)


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sweep(folder: Path) -> None:
    for left in folder.iterdir():
        with suppress(FileNotFoundError):
            if left.stat().st_mtime < time.time() - KEPT_S:
                left.unlink()
