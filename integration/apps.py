"""Set-up of the integration app."""

from __future__ import annotations

from django.apps import AppConfig


class IntegrationConfig(AppConfig):
    name = "integration"
    label = "integration"
    verbose_name = "Integration"

    def ready(self) -> None:
        from integration import (
            chart,  # noqa: F401 -- registers itself
            demo,  # noqa: F401 -- registers itself
            documents,  # noqa: F401 -- registers itself
            gates,  # noqa: F401 -- registers itself
            receivers,  # noqa: F401 -- registers itself
            timeline,  # noqa: F401 -- registers itself
        )
