"""Set-up of the clinic app."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ClinicConfig(AppConfig):
    name = "kap.clinic"
    label = "clinic"
    verbose_name = "Clinic"

    def ready(self) -> None:
        from kap.clinic import shell  # noqa: F401  -- registers the clinic's name
        from kap.clinic.defaults import install_after_migrate

        post_migrate.connect(
            install_after_migrate, sender=self, dispatch_uid="clinic.defaults"
        )
