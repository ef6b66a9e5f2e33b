"""The words of messages; kinds and channels are the program's own."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from kap.accounts.admin_site import ConfigAdmin
from kap.notifications.models import MessageTemplate


@admin.register(MessageTemplate)
class MessageTemplateAdmin(ConfigAdmin):
    list_display = ("kind", "channel", "language", "subject", "changed_at")
    list_filter = ("kind", "channel", "language")
    ordering = ("kind", "channel", "language")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:  # noqa: ARG002
        return ["kind", "channel", "language"] if obj else []
