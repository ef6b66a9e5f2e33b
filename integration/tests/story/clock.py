"""The story's clock: the web server and the worker read the same shifted time."""

from __future__ import annotations

import time
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import time_machine

from kap.core import clock

ZONE: Final = ZoneInfo("America/New_York")
FIRST_DAY: Final = datetime(2027, 3, 1, 10, tzinfo=ZONE)
"""A Monday; in the course's second week the clocks go forward."""


class StoryClock:
    """Jumps, then runs on; ``file`` tells the worker process how far ahead it is."""

    def __init__(self, file: Path, moments: ExitStack) -> None:
        self.file = file
        self._moments = moments

    def go_to(self, moment: datetime) -> datetime:
        self._moments.close()
        ahead = moment.timestamp() - time.time()
        fresh = self.file.with_suffix(".new")
        fresh.write_text(str(ahead))
        fresh.replace(self.file)
        self._moments.enter_context(time_machine.travel(moment, tick=True))
        return moment

    def pass_by(self, **span: float) -> datetime:
        """Minutes or hours go by."""
        return self.go_to(clock.now() + timedelta(**span))

    def local(self) -> datetime:
        return clock.now().astimezone(ZONE)
