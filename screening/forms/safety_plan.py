"""Writing the six steps of a safety plan, and signing it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kap.ui.fields import LongTextField, TextField
from screening.plan_words import PLAN_STEPS


class PlanForm(forms.Form):
    """Each step needs a word; a change needs its reason."""

    based_on = forms.IntegerField(
        widget=forms.HiddenInput, min_value=0, max_value=1_000_000
    )

    def __init__(self, *args: Any, is_change: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, (name, label, hint) in enumerate(PLAN_STEPS, start=1):
            self.fields[name] = LongTextField(
                label=f"{number}. {label}",
                help_text=str(hint),
                max_length=2000,
                rows=3,
                error_messages={"required": "Write at least a word, or “nothing yet”."},
            )
        if is_change:
            self.fields["reason"] = TextField(
                label="Why there is a new version",
                max_length=300,
                error_messages={"required": "Say in a few words what has changed."},
            )

    def words(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name, _label, _hint in PLAN_STEPS}


class PlanSignForm(forms.Form):
    """The patient's name under their plan."""

    printed_name = TextField(
        label=_("Your full name"),
        max_length=160,
        error_messages={"required": _("Type your full name, or leave this page.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
