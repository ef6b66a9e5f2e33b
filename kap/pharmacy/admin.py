"""The products that the clinic gives."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from kap.accounts.admin_site import ConfigAdmin
from kap.pharmacy.models import Product


@admin.register(Product)
class ProductAdmin(ConfigAdmin):
    """A product's strength stays as it is once made: orders were computed with it."""

    list_display = ("name", "code", "strength_mg_per_ml", "unit_mg", "is_active")
    list_filter = ("is_active",)
    ordering = ("name",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fixed = ["code", "routes", "strength_mg_per_ml", "unit_mg", "package_mg"]
        return [*fixed, "is_esketamine"] if obj else []
