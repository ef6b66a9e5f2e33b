"""The product as it is served, but with the demo's sign-ins, plain HTTP and secrets of its own."""

from __future__ import annotations

import os

from kap.settings.base import *  # noqa: F403 -- settings are layered by import
from kap.settings.base import DATABASES, MIDDLEWARE

KAP_DEMO = True
SECRET_KEY = "bench-only-" + "k9" * 30
FIELD_KEYS = ["bench:" + "YmVuY2gta2V5LWJlbmNoLWtleS1iZW5jaC1rZXktMDA="]
AUDIT_ANCHOR_KEY = "bench-anchor-" + "k9" * 30
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
SECOND_FACTOR_REQUIRED = False
EMAIL_TRANSPORT = "demo"
SMS_TRANSPORT = "demo"
DATABASES["default"]["CONN_MAX_AGE"] = 600
if os.environ.get("BENCH_TIMING"):
    MIDDLEWARE = ["bench.timing.TimingMiddleware", *MIDDLEWARE]
