"""Set-up of the integration app."""

from __future__ import annotations

from django.apps import AppConfig


class IntegrationConfig(AppConfig):
    name = "integration"
    label = "integration"
    verbose_name = "Integration"

    def ready(self) -> None:
        from integration import demo  # noqa: F401, PLC0415 -- app ready
