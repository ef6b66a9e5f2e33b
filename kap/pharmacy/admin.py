"""The products that the clinic gives."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from kap.accounts.admin_site import ConfigAdmin
from kap.pharmacy.models import Product, Route


class ProductForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for type checkers only
    """Routes are ticked: typed as words, a ``%`` among them breaks Django's own refusal."""

    routes = forms.MultipleChoiceField(
        choices=Route.choices, widget=forms.CheckboxSelectMultiple
    )


@admin.register(Product)
class ProductAdmin(ConfigAdmin):
    """A product's strength stays as it is once made: orders were computed with it."""

    form = ProductForm
    list_display = ("name", "code", "strength_mg_per_ml", "unit_mg", "is_active")
    list_filter = ("is_active",)
    ordering = ("name",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fixed = ["code", "routes", "strength_mg_per_ml", "unit_mg", "package_mg"]
        return [*fixed, "is_esketamine"] if obj else []
