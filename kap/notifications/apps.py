"""Set-up of the notifications app."""

from __future__ import annotations

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "kap.notifications"
    label = "notifications"
    verbose_name = "Notifications"
