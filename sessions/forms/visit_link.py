"""What a patient or an escort answers before the day."""

from __future__ import annotations

from typing import Any

from django import forms

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
