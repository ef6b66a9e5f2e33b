"""Set-up of the sessions app."""

from __future__ import annotations

from django.apps import AppConfig


class SessionsConfig(AppConfig):
    name = "sessions"
    label = "kap_sessions"
    verbose_name = "Dosing sessions"

    def ready(self) -> None:
        from kap.clinic import defaults as clinic_defaults

        from sessions import defaults, demo, policy_defaults, reminders  # noqa: F401

        clinic_defaults.register(defaults.install_protocols)
        reminders.register()
