"""Set-up of the demo app."""

from __future__ import annotations

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "kap.demo"
    label = "demo"
    verbose_name = "Demo"
