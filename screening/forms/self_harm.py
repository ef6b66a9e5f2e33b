"""Working on an alert: a step with a few words, the result of a paper screen, the closing note."""

from __future__ import annotations

from typing import Final

from django import forms

from kap.ui.fields import LongTextField, TextField
from screening.rules.safety import PAPER

RESULTS: Final = [(code, code.removeprefix("paper-").capitalize()) for code in PAPER]


class StepForm(forms.Form):
    """One step; whether it needs words is the service's to say."""

    step = forms.SlugField(
        max_length=30, error_messages={"required": "Choose a step of the page."}
    )
    note = TextField(label="In a few words", required=False, max_length=500)


class PaperForm(forms.Form):
    """The screener was asked outside this product."""

    step = forms.ChoiceField(
        label="Result",
        choices=RESULTS,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose the result.",
            "invalid_choice": "Choose one of the list.",
        },
    )
    note = TextField(
        label="Which edition, asked by whom", required=False, max_length=500
    )


class CloseForm(forms.Form):
    """The words are needed; ``seen`` are the alerts that the page showed."""

    note = LongTextField(
        label="In your words: how is the patient, what is agreed",
        max_length=1500,
        rows=4,
        error_messages={"required": "Write what was said and agreed."},
    )
