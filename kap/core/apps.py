"""Set-up of the core app."""

from __future__ import annotations

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "kap.core"
    label = "core"
    verbose_name = "Core"
