"""Set-up of the pharmacy app."""

from __future__ import annotations

from django.apps import AppConfig


class PharmacyConfig(AppConfig):
    name = "kap.pharmacy"
    label = "pharmacy"
    verbose_name = "Pharmacy"

    def ready(self) -> None:
        from kap.pharmacy import defaults  # noqa: F401 -- app ready
