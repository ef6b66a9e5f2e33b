"""Set-up of the clinic app."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ClinicConfig(AppConfig):
    name = "kap.clinic"
    label = "clinic"
    verbose_name = "Clinic"

    def ready(self) -> None:
        from django.contrib.auth import user_logged_in

        from kap.clinic import nav, shell, sites  # noqa: F401 -- they register themselves
        from kap.clinic.defaults import install_after_migrate

        post_migrate.connect(
            install_after_migrate, sender=self, dispatch_uid="clinic.defaults"
        )
        user_logged_in.connect(sites.choose_at_sign_in, dispatch_uid="clinic.site")
