"""A folder that PostgreSQL's own account can reach, also when the tests run as root."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def open_folder() -> Iterator[Path]:
    """pytest's own folders are closed to every other account."""
    folder = Path(tempfile.mkdtemp(prefix="kap-servers-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)
