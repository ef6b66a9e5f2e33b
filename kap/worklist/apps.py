"""Set-up of the worklist app."""

from __future__ import annotations

from django.apps import AppConfig


class WorklistConfig(AppConfig):
    name = "kap.worklist"
    label = "worklist"
    verbose_name = "Worklist"

    def ready(self) -> None:
        from kap.worklist import chart, nav, receivers  # noqa: F401 -- they register themselves
