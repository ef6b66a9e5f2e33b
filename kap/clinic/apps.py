"""Set-up of the clinic app."""

from __future__ import annotations

from django.apps import AppConfig


class ClinicConfig(AppConfig):
    name = "kap.clinic"
    label = "clinic"
    verbose_name = "Clinic"
