"""Editions of the texts that are read and signed."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Max
from django.http import HttpRequest

from kap.accounts.admin_site import WrittenOnceAdmin
from kap.core import clock
from kap.documents.models import TemplateEdition


@admin.register(TemplateEdition)
class TemplateEditionAdmin(WrittenOnceAdmin):
    """An edition is never changed: a new one is published under the next number."""

    list_display = ("title", "kind", "language", "edition", "effective_from")
    list_filter = ("kind", "language")
    ordering = ("kind", "language", "-edition")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        asked = [
            "kind",
            "language",
            "title",
            "sections",
            "is_material",
            "effective_from",
        ]
        return (
            asked
            if obj is None
            else [*asked, "edition", "published_at", "published_by"]
        )

    def save_model(
        self, request: HttpRequest, obj: TemplateEdition, form: Any, change: bool
    ) -> None:
        same = TemplateEdition.objects.filter(kind=obj.kind, language=obj.language)
        obj.edition = (same.aggregate(last=Max("edition"))["last"] or 0) + 1
        obj.published_at, obj.published_by = clock.now(), request.user  # type: ignore[assignment]  # signed in
        super().save_model(request, obj, form, change)
