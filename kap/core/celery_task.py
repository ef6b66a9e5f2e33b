"""The base of our tasks: ids only, few retries, nothing of a message in a log."""

from __future__ import annotations

from typing import Any

from celery import Task

HIDDEN = "(…)"


class IdTask(Task):  # type: ignore[misc]  # celery has no types
    """A task that is given one id, or nothing.

    It may run twice and acts once; with an id that is gone it returns quietly; a
    worker that dies on it every time is stopped after ``max_retries``.
    """

    abstract = True
    max_retries = 3
    acks_late = True
    ignore_result = True

    def apply_async(
        self, args: Any = None, kwargs: Any = None, *more: Any, **options: Any
    ) -> Any:
        options.setdefault("argsrepr", HIDDEN)
        options.setdefault("kwargsrepr", HIDDEN)
        return super().apply_async(args, kwargs, *more, **options)
