"""Protocols: an edition that courses use stays as it is."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from kap.accounts.admin_site import ConfigAdmin, ConfigInline
from sessions.models import Protocol, ProtocolStep


def is_used(protocol: Protocol | None) -> bool:
    return protocol is not None and protocol.care_plans.exists()


class ProtocolStepInline(ConfigInline):
    model = ProtocolStep
    ordering = ("position",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not is_used(obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and not is_used(obj)


@admin.register(Protocol)
class ProtocolAdmin(ConfigAdmin):
    list_display = ("name", "code", "edition", "route", "effective_from", "is_active")
    list_filter = ("is_active", "route")
    ordering = ("code", "-edition")
    inlines = (ProtocolStepInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if not is_used(obj):
            return []
        return [
            "code",
            "edition",
            "name",
            "route",
            "max_doses_per_7_days",
            "same_therapist",
            "source",
            "effective_from",
        ]
