"""The words of messages; kinds and channels are the program's own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from kap.accounts.admin_site import ConfigAdmin
from kap.clinic.models import Site
from kap.notifications import texts
from kap.notifications.models import MessageTemplate


class WordsForm(forms.ModelForm):  # type: ignore[type-arg]  # the admin's own kind of form
    """Only known tokens, no word about the care, one text message long."""

    class Meta:
        model = MessageTemplate
        fields = ["kind", "channel", "language", "subject", "body"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        names = Site.objects.values_list("discreet_name", flat=True)
        found = texts.problems(
            channel=cleaned.get("channel") or self.instance.channel,
            subject=cleaned.get("subject", ""),
            body=cleaned.get("body", ""),
            longest_site=max(names, key=len, default="Clinic"),
        )
        if found:
            raise ValidationError(found)
        return cleaned


@admin.register(MessageTemplate)
class MessageTemplateAdmin(ConfigAdmin):
    form = WordsForm
    list_display = ("kind", "channel", "language", "subject", "changed_at")
    list_filter = ("kind", "channel", "language")
    ordering = ("kind", "channel", "language")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["kind", "channel", "language"] if obj else []
