"""The Celery application: queues, limits and the beat schedule, all in code."""

from __future__ import annotations

import importlib
import os
import signal
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import worker_init, worker_process_init, worker_ready

from kap.embedded.process import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kap.settings.development")


def _heartbeat(queue: str) -> dict[str, object]:
    """A tick through one queue; of no use once the next one is due."""
    return {
        "task": "core.heartbeat",
        "schedule": 20.0,
        "options": {"queue": queue, "expires": 18},
    }


app = Celery("kap")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    broker_transport_options={
        "visibility_timeout": 180,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
        "socket_timeout": 5,
        "socket_connect_timeout": 3,
        "socket_keepalive": True,
        "health_check_interval": 25,
        "global_keyprefix": "kap:",
    },
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_retry_on_worker_lost=True,
    task_time_limit=120,
    task_soft_time_limit=100,
    worker_prefetch_multiplier=1,
    worker_max_tasks_per_child=200,
    worker_max_memory_per_child=400_000,
    worker_soft_shutdown_timeout=30,
    worker_enable_soft_shutdown_on_idle=True,
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
    task_ignore_result=True,
    result_backend=None,
    task_serializer="json",
    accept_content=["json"],
    task_publish_retry=True,
    timezone="UTC",
    enable_utc=True,
    task_default_queue="maintenance",
    task_routes={
        "accounts.send_mail": {"queue": "mail"},
        "notifications.send_email": {"queue": "mail"},
        "notifications.send_sms": {"queue": "text"},
        "documents.render": {"queue": "pdf"},
    },
    beat_schedule={
        "dispatch-outbox": {
            "task": "core.dispatch_outbox",
            "schedule": 2.0,
            "options": {"expires": 10},  # ticks do not pile up while no worker runs
        },
        "heartbeat-mail": _heartbeat("mail"),
        "heartbeat-text": _heartbeat("text"),
        "heartbeat-pdf": _heartbeat("pdf"),
        "announce-failed-messages": {
            "task": "notifications.sweep",
            "schedule": 60.0,
            "options": {"expires": 50},
        },
        "escalate-work": {"task": "worklist.escalate", "schedule": 60.0},
        "judge-by-new-rules": {
            "task": "screening.judge_by_new_rules",
            "schedule": 120.0,
            "options": {"expires": 100},
        },
        "dry-runs": {
            "task": "sessions.dry_runs",
            "schedule": 600.0,
            "options": {"expires": 500},
        },
        "anchor-audit": {"task": "audit.anchor", "schedule": 3600.0},
        "sweep": {"task": "core.sweep", "schedule": 3600.0},
    },
)
app.autodiscover_tasks()


@worker_init.connect
def _load_before_fork(**_: Any) -> None:
    """The PDF worker imports WeasyPrint once, before its children are made."""
    if os.environ.get("KAP_WORKER") == "pdf":
        importlib.import_module("kap.documents.preload")


@worker_process_init.connect
def _end_with_worker(**_: Any) -> None:
    """A child of a killed worker goes too; what it did is delivered again."""
    die_with_parent(signal.SIGKILL)


@worker_ready.connect
def _say_ready(**_: Any) -> None:
    """Tell the supervisor that this worker takes work."""
    if file := os.environ.get("KAP_READY_FILE"):
        Path(file).touch()
