"""The admin puts intake packets together; a change is a new edition."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Max
from django.http import HttpRequest

from kap.accounts.admin_site import ConfigAdmin
from kap.core.errors import DomainError
from screening.models import PacketTemplate
from screening.services.packet_templates import check_template

FIXED = (
    "code",
    "edition",
    "name",
    "indication",
    "route",
    "sections",
    "instruments",
    "effective_from",
)


class OneALineField(forms.CharField):
    """An ordered list, one key a line."""

    widget = forms.Textarea(attrs={"rows": 14, "cols": 40})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        if "\x00" in str(value or ""):
            raise forms.ValidationError("Use letters, digits and hyphens only.")
        return [line.strip() for line in str(value or "").split() if line.strip()]


class PacketTemplateForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for type checkers only
    """What cannot work is refused beside the field, in words."""

    sections = OneALineField(
        help_text="One a line, in the order they are offered.",
        initial=list,
    )
    instruments = OneALineField(
        help_text="Keys of questionnaires, one a line, such as phq-9."
    )

    class Meta:
        model = PacketTemplate
        fields = (
            "code",
            "name",
            "indication",
            "route",
            "sections",
            "instruments",
            "is_active",
            "effective_from",
        )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if "sections" in values and "instruments" in values:
            try:
                check_template(
                    sections=values["sections"], instruments=values["instruments"]
                )
            except DomainError as refusal:
                raise forms.ValidationError(str(refusal)) from refusal
        return values


@admin.register(PacketTemplate)
class PacketTemplateAdmin(ConfigAdmin):
    """An edition stays as it is and may be switched off; the same code again is the next."""

    form = PacketTemplateForm
    list_display = (
        "name",
        "code",
        "edition",
        "indication",
        "route",
        "effective_from",
        "is_active",
    )
    list_filter = ("is_active", "indication")
    ordering = ("code", "-edition")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return FIXED if obj else ()

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is not None:
            kwargs["form"] = forms.ModelForm
            kwargs["fields"] = ["is_active"]
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*FIXED, "is_active"] if obj else PacketTemplateForm.Meta.fields

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: Any
    ) -> None:
        if not change:
            last = PacketTemplate.objects.filter(code=obj.code).aggregate(
                last=Max("edition")
            )["last"]
            obj.edition = (last or 0) + 1
        super().save_model(request, obj, form, change)
