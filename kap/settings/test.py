"""Settings for pytest: fast hashing, mail in memory, a database of its own."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from kap.settings.base import *  # noqa: F403 -- settings are layered by import
from kap.settings.base import DATABASES, STORAGES

SECRET_KEY = "test-only-" + "k9" * 30
FIELD_KEYS = ["test:" + "dGVzdC1rZXktdGVzdC1rZXktdGVzdC1rZXktMDAwMDA="]
AUDIT_ANCHOR_KEY = "test-anchor-" + "k9" * 30
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
KAP_DEMO = True
SECOND_FACTOR_REQUIRED = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
EMAIL_TRANSPORT = "demo"
SMS_TRANSPORT = "demo"
DATABASES["default"]["TEST"] = {"NAME": os.environ.get("KAP_TEST_DB", "kap_test")}
MEDIA_ROOT = Path(tempfile.gettempdir()) / f"kap-test-files-{os.getpid()}"
STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
WHITENOISE_AUTOREFRESH = True
"""Static files are found where they lie; nothing is collected for a test."""
WHITENOISE_USE_FINDERS = True
