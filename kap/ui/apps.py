"""Set-up of the ui app."""

from __future__ import annotations

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "kap.ui"
    label = "ui"
    verbose_name = "Interface"
