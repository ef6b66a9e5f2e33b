"""The shipped defaults: installers that may run at any time and add only what is missing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from kap.core import clock

Installer = Callable[[datetime], None]

_installers: list[Installer] = []


def register(installer: Installer) -> Installer:
    """Run ``installer(now)`` after each migration; it must be idempotent and cheap."""
    if installer not in _installers:
        _installers.append(installer)
    return installer


def install(*, now: datetime) -> None:
    """Run every installer, in the order of registration."""
    with transaction.atomic():
        for installer in _installers:
            installer(now)


def install_after_migrate(*, using: str, **_: Any) -> None:
    """Receiver of post_migrate, which comes once every app has been migrated."""
    if using == "default" and _every_table_exists():
        install(now=clock.now())


def _every_table_exists() -> bool:
    """False after ``migrate APP``, when other apps are still to come."""
    there = set(connection.introspection.table_names())
    wanted = (model for model in apps.get_models() if model._meta.managed)
    return all(model._meta.db_table in there for model in wanted)
