"""Protocols in the admin: to look at; they are written on pages of their own."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from kap.accounts.admin_site import ConfigAdmin, ConfigInline
from sessions.models import Protocol, ProtocolStep


class ProtocolStepInline(ConfigInline):
    model = ProtocolStep
    ordering = ("position",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Protocol)
class ProtocolAdmin(ConfigAdmin):
    """A published edition is only switched on or off; the next one is written elsewhere."""

    list_display = ("name", "code", "edition", "route", "effective_from", "is_active")
    list_filter = ("is_active", "route")
    ordering = ("code", "-edition")
    inlines = (ProtocolStepInline,)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fields = self.model._meta.fields
        return [f.name for f in fields if f.name not in {"id", "is_active"}]
