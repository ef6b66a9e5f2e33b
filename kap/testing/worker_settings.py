"""Settings of the worker process that a test starts: as the tests', on the test's database."""

from __future__ import annotations

import os
from pathlib import Path

from kap.settings.test import *  # noqa: F403 -- settings are layered by import

MEDIA_ROOT = Path(os.environ["KAP_TEST_FILES"])
EMAIL_TRANSPORT = "demo"
SMS_TRANSPORT = "demo"
INSTALLED_APPS = [*INSTALLED_APPS, "kap.testing.papers"]  # noqa: F405 -- as above
