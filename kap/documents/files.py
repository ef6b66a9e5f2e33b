"""Where the files lie: private, under names that nobody can guess, written whole or not at all."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedRandom
from pathlib import Path
from uuid import UUID

from django.conf import settings

UNFINISHED = "unfinished"
MIN_FREE_BYTES = 200_000_000
STALE_AFTER_S = 3600


def root() -> Path:
    return Path(settings.MEDIA_ROOT)


def name_for(job_id: UUID) -> str:
    """A random name (the job's id is one), so that making it again leaves one file."""
    return f"papers/{job_id.hex[:2]}/{job_id.hex}.pdf"


def enough_room() -> bool:
    """Whether the disk has room for papers and for everything else."""
    root().mkdir(parents=True, exist_ok=True)
    return shutil.disk_usage(root()).free >= MIN_FREE_BYTES


@contextmanager
def unfinished(job_id: UUID) -> Iterator[tuple[Path, BufferedRandom]]:
    """A file that vanishes unless it is put in its place."""
    folder = root() / UNFINISHED
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    _sweep(folder)
    path = folder / f"{job_id.hex}.tmp"
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o640)
    try:
        with os.fdopen(handle, "w+b") as file:
            yield path, file
    finally:
        path.unlink(missing_ok=True)


def put_in_place(path: Path, file: BufferedRandom, *, name: str) -> tuple[str, int]:
    """Give a finished file its name; returns its SHA-256 and its size."""
    file.seek(0)
    checksum = hashlib.file_digest(file, "sha256").hexdigest()
    size = file.tell()
    os.fsync(file.fileno())
    place = root() / name
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    path.replace(place)
    _sync_folder(place.parent)
    return checksum, size


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sweep(folder: Path) -> None:
    """Remove what a worker left behind when it was killed."""
    for left in folder.iterdir():
        with suppress(FileNotFoundError):
            if left.stat().st_mtime < time.time() - STALE_AFTER_S:
                left.unlink()


def read_whole(name: str, *, checksum: str) -> bytes | None:
    """The file's bytes, or None when it is missing or not what was made."""
    try:
        content = (root() / name).read_bytes()
    except OSError:
        return None
    same = hashlib.sha256(content).hexdigest() == checksum
    return content if same else None
