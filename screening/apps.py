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
            consent_receivers,
            consent_setup,
            defaults,
            defaults_packets,
            demo,
            demo_safety,
            demo_work,
            eligibility_receivers,
            import_setup,
            instruments_setup,
            links,
            medicines_setup,
            nav,
            papers,
            receivers,
            safety_hooks,
            timeline,
            work,
        )
