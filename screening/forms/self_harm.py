"""The note that closes an answer on self-harm."""

from __future__ import annotations

from typing import Final

from django import forms

from kap.ui.fields import LongTextField

DONE: Final = [
    ("Talked with the patient", "Talked with the patient"),
    ("C-SSRS screen asked", "C-SSRS screen asked"),
    ("Safety plan made or gone through", "Safety plan made or gone through"),
    ("Emergency contact reached", "Emergency contact reached"),
    ("Emergency services called", "Emergency services called"),
    ("Prescriber told", "Prescriber told"),
]


class DoneForm(forms.Form):
    """What was done, ticked and in words; the words are needed."""

    done = forms.MultipleChoiceField(
        label="What was done",
        choices=DONE,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose from the list."},
    )
    note = LongTextField(
        label="In your words: how is the patient, what is agreed",
        max_length=1500,
        rows=4,
        error_messages={"required": "Write what was said and agreed."},
    )

    def note_text(self) -> str:
        ticked = "; ".join(self.cleaned_data["done"])
        said = str(self.cleaned_data["note"])
        return f"{ticked}.\n{said}" if ticked else said
