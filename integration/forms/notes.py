"""What is typed into an integration note, and the password under it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms

from kap.ui import fields
from kap.ui.forms import Helper, Row

YEARS_AHEAD = timedelta(days=366)


class NoteForm(forms.Form):
    """The parts of clinical.md 9.3; nothing is required while it is a draft."""

    modality = fields.ChoiceField(
        label="How you met", choices=[("in-person", "In person"), ("video", "Video")]
    )
    minutes = fields.WholeField(
        label="Length", low=1, high=240, unit="min", required=False
    )
    themes = fields.TextField(
        label="Themes",
        max_length=500,
        required=False,
        help_text="A few words, in the language of a progress note.",
    )
    brought = fields.LongTextField(
        label="Brought today", rows=4, max_length=4000, required=False
    )
    interventions = fields.LongTextField(
        label="What was done", rows=3, max_length=2000, required=False
    )
    risk = fields.LongTextField(
        label="Risk",
        rows=2,
        max_length=2000,
        required=False,
        help_text="What was asked and what was said.",
    )
    commitment = fields.TextField(
        label="Until next time", max_length=500, required=False
    )
    commitment_due_on = fields.DateField(label="By when", required=False)
    plan = fields.LongTextField(label="Plan", rows=2, max_length=2000, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.helper = Helper(
            Row("modality", "minutes"),
            "themes",
            "brought",
            "interventions",
            "risk",
            Row("commitment", "commitment_due_on"),
            "plan",
            "version",
        )

    def clean_commitment_due_on(self) -> date | None:
        due: date | None = self.cleaned_data["commitment_due_on"]
        if due is not None and due > self.today + YEARS_AHEAD:
            raise forms.ValidationError("Choose a day within the next year.")
        return due


class SignForm(forms.Form):
    password = forms.CharField(
        label="Your password",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Enter your password to sign."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = Helper("password")


class AddendumForm(forms.Form):
    text = fields.LongTextField(
        label="What is to be added",
        rows=3,
        max_length=4000,
        error_messages={"required": "Write what is to be added."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = Helper("text")
