"""Set-up of the patients app."""

from __future__ import annotations

from django.apps import AppConfig


class PatientsConfig(AppConfig):
    name = "kap.patients"
    label = "patients"
    verbose_name = "Patients"

    def ready(self) -> None:
        from kap.core import sweep
        from kap.patients import chart_panels, history, link_sessions, nav  # noqa: F401 -- they register themselves

        sweep.register(lambda now: link_sessions.sweep(now=now))
