"""What a patient or an escort answers before the day."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kap.ui import fields


class EscortForm(forms.Form):
    """Who takes the patient home."""

    name = fields.TextField(
        label="Name", max_length=120, error_messages={"required": "Enter the name."}
    )
    phone = fields.PhoneField(
        label="Their phone", error_messages={"required": "Enter a number to call."}
    )
    is_adult = forms.BooleanField(
        label="At least 18 years old",
        error_messages={"required": "The person must be at least 18 years old."},
    )
    has_agreed = forms.BooleanField(label="They have said yes", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "id_escort_%s")
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "off"
        self.fields["phone"].widget.attrs["autocomplete"] = "off"


class AnswerForm(forms.Form):
    """One press: yes."""


class VersionForm(forms.Form):
    """The visit as the page showed it; a moved one is not answered by mistake."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class OtherTimeForm(VersionForm):
    """Which times would suit."""

    wish = forms.CharField(
        label=_("Which days or times would suit you?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("Write which days or times would suit you."),
            "max_length": _("Please write it in at most 500 characters."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "id_wish_%s")
        super().__init__(*args, **kwargs)
