"""Set-up of the screening app."""

from __future__ import annotations

from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    name = "screening"
    label = "screening"
    verbose_name = "Screening"

    def ready(self) -> None:
        from screening import (  # noqa: F401 -- they register themselves
            chart,
            columns,
            defaults,
            demo,
            demo_work,
            import_setup,
            links,
            nav,
            papers,
            receivers,
            safety_hooks,
            timeline,
            work,
        )
