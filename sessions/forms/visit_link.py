"""What a patient or an escort answers before the day."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kap.ui import fields
from sessions.enums import CallOutcome


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

    wish = fields.LongTextField(
        label=_("Which days or times would suit you?"),
        max_length=500,
        rows=3,
        error_messages={
            "required": _("Write which days or times would suit you."),
            "max_length": _("Please write it in at most 500 characters."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "id_wish_%s")
        super().__init__(*args, **kwargs)


class CallForm(forms.Form):
    """What came of a call, and which list it was made from."""

    outcome = forms.ChoiceField(
        choices=CallOutcome.choices,
        error_messages={
            "required": "Say what came of the call.",
            "invalid_choice": "Say what came of the call.",
        },
    )
    note = fields.TextField(
        label="Note on the call",
        max_length=300,
        required=False,
        error_messages={"max_length": "Write the note in at most 300 characters."},
    )
    day = forms.DateField(required=False)
    site = forms.UUIDField(required=False)
