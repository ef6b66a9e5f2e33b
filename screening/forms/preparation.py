"""The record of a preparation visit (clinical reference 1.9)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django import forms

from kap.core import clock
from kap.ui.fields import DateField, LongTextField, RadioField, TextField, TimeField
from screening.enums import TouchAgreement

CHECKLIST: Final = (
    ("effects", "Effects of this route, how strong, how long"),
    ("expectations", "Expectations, and that there may be no effect"),
    ("navigation", "Trust, let go, be open: how to meet what comes"),
    ("therapist-role", "What the therapist does and does not do"),
    ("touch", "Touch and the stop signal"),
    ("music", "Music, eye shades, toilet before"),
    ("triggers", "Triggers, and what brings back to the ground"),
    ("personal", "Personal, cultural and spiritual matters"),
    ("safety-plan", "Safety plan and who supports"),
    ("logistics", "Fasting, medicines, way home, no driving, phone off"),
    ("evening", "The evening after: rest, journal, no big decisions"),
    ("teach-back", "Key risks said back in own words"),
    ("integration-booked", "Integration visits are booked"),
)
SHADES: Final = [("yes", "Yes"), ("no", "No"), ("", "Not decided")]


class PreparationForm(forms.Form):
    """What was talked through; only date and time are needed to keep it."""

    held_on = DateField(label="Held on")
    held_time = TimeField(label="at")
    covered = forms.MultipleChoiceField(
        label="Talked through",
        choices=CHECKLIST,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose from the list."},
    )
    intention = LongTextField(
        label="Intention, in the patient's words",
        help_text="One to three sentences. Needed before signing.",
        required=False,
        max_length=2000,
        rows=3,
    )
    touch = RadioField(label="Touch", choices=TouchAgreement.choices)
    stop_signal = TextField(label="Stop signal", required=False, max_length=120)
    music = TextField(label="Music", required=False, max_length=200)
    eye_shades = forms.ChoiceField(
        label="Eye shades", choices=SHADES, required=False, widget=forms.RadioSelect
    )
    grounding = LongTextField(
        label="Triggers and grounding", required=False, max_length=1000, rows=3
    )
    notes = LongTextField(label="Notes", required=False, max_length=5000, rows=4)
    version = forms.IntegerField(
        widget=forms.HiddenInput, min_value=0, max_value=2_000_000_000
    )

    def __init__(self, *args: Any, zone: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors and self.held_at() > clock.now():
            self.add_error(
                "held_on", "The visit cannot lie in the future. Check date and time."
            )
        return values

    def held_at(self) -> datetime:
        day, at = self.cleaned_data["held_on"], self.cleaned_data["held_time"]
        return datetime.combine(day, at, self.zone)

    def facts(self) -> dict[str, Any]:
        values = self.cleaned_data
        names = (
            "covered",
            "intention",
            "touch",
            "stop_signal",
            "music",
            "grounding",
            "notes",
        )
        shades = {"yes": True, "no": False}.get(values["eye_shades"])
        return {**{name: values[name] for name in names}, "eye_shades": shades}
