"""Set-up of the audit app."""

from __future__ import annotations

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "kap.audit"
    label = "audit"
    verbose_name = "Audit"

    def ready(self) -> None:
        from kap.audit import nav, receivers  # noqa: F401 -- nav registers itself

        receivers.connect()
