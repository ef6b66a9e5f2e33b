"""Settings of the story's worker: as other tests' workers, by the story's clock."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

from kap.testing.worker_settings import *  # noqa: F403 -- settings are layered by import

_clock = Path(os.environ["KAP_STORY_CLOCK"])
_real_now = timezone.now


def _shifted() -> datetime:
    return _real_now() + timedelta(seconds=float(_clock.read_text()))


timezone.now = _shifted
