"""How gunicorn runs, under `make run` and in the container alike."""

from __future__ import annotations

import os
from pathlib import Path

_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 -- heartbeat files only, made private

worker_class = "sync"
workers = int(os.environ.get("WEB_CONCURRENCY", "3"))
preload_app = True
timeout = 60
graceful_timeout = 30
keepalive = 5
max_requests = 2000
max_requests_jitter = 200
limit_request_line = 4094
limit_request_fields = 60
header_map = "drop"
control_socket_disable = True
worker_tmp_dir = str(_SHARED_MEMORY) if os.access(_SHARED_MEMORY, os.W_OK) else None
# Requests are logged by the application, by route: a path may carry a link's secret.
accesslog = None
errorlog = "-"
loglevel = "warning"
