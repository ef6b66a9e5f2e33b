"""Logs as JSON lines: only the keys named here pass, so no patient data can."""

from __future__ import annotations

import logging
import logging.config
import re
import sys
from typing import Any

import structlog

ALLOWED_KEYS = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "logger",
        "request_id",
        "status",
        "method",
        "route",
        "duration_ms",
        "task",
        "row_id",
        "count",
        "code",
        "exception",
    }
)

LINK = re.compile(r"/l/[^/\s\"']+")
"""The address of a secure link; what follows ``/l/`` opens a patient's pages."""


def mask_links(_: Any, __: str, event: dict[str, Any]) -> dict[str, Any]:
    """Write the address of a secure link without its token."""
    event["event"] = LINK.sub("/l/(…)", str(event.get("event", "")))
    return event


def without_exception_text(_: Any, __: str, event: dict[str, Any]) -> dict[str, Any]:
    """Celery puts the text of an exception into its sentence; a database quotes rows in it."""
    values = event.get("positional_args")
    if isinstance(values, dict) and "exc" in values:
        event["event"] = str(event["_record"].msg).strip()
        event["task"] = str(values.get("name", ""))
    return event


def keep_allowed(_: Any, __: str, event: Any) -> dict[str, Any]:
    """Drop every key that is not on the list."""
    return {key: value for key, value in event.items() if key in ALLOWED_KEYS}


def only_exception_type(_: Any, __: str, event: dict[str, Any]) -> dict[str, Any]:
    """Keep the kind of an exception and where it came from, never its message."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    if isinstance(info, tuple) and info[0] is not None:
        frames = []
        traceback = info[2]
        while traceback is not None:
            code = traceback.tb_frame.f_code
            frames.append(f"{code.co_filename}:{traceback.tb_lineno}")
            traceback = traceback.tb_next
        event["exception"] = f"{info[0].__name__} at {' < '.join(reversed(frames))}"
    return event


def configure(_: dict[str, Any]) -> None:
    """Django calls this with LOGGING; ours is all here."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        only_exception_type,
        mask_links,
    ]
    structlog.configure(
        processors=[
            *shared,
            keep_allowed,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "pass_foreign_args": True,
        "foreign_pre_chain": [without_exception_text, *shared],
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            keep_allowed,
            structlog.processors.JSONRenderer(),
        ],
    }
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"json": formatter},
            "handlers": {
                "out": {"class": "logging.StreamHandler", "formatter": "json"}
            },
            "root": {"handlers": ["out"], "level": "INFO"},
            "loggers": {"django.server": {"level": "WARNING"}},
        }
    )
