"""The record of a preparation visit (clinical reference 1.9), section by section."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django import forms

from kap.core import clock
from kap.ui.fields import DateField, LongTextField, RadioField, TextField, TimeField
from screening.enums import TouchAgreement
from screening.rules import preparation as rules

YES_NO: Final = [("yes", "Yes"), ("no", "No")]
GROUPS: Final[dict[str, tuple[rules.Point, ...]]] = {
    **{f"edu_{route}": points for route, points in rules.EDUCATION.items()},
    "expectations": rules.EXPECTATIONS,
    "navigation": rules.NAVIGATION,
    "role": rules.THERAPIST,
    "touching": rules.TOUCH,
    "toilet": rules.SETTING,
    "day": rules.LOGISTICS,
    "evening": rules.EVENING,
    "booked": ((rules.INTEGRATION, "They will be booked before the first dose"),),
}
"""Fields of ticks; together they are the record's ``covered``."""
DETAIL: Final = (
    "lyrics",
    "light",
    "warmth",
    "triggers",
    "personal",
    "support_person",
    "evening_plan",
    "expectation_words",
)
OPTIONAL: Final = frozenset(
    {"notes", "personal", "evening_plan", "expectation_words", "booked"}
)
"""What may stay empty in a signed record."""
TEXTS: Final = ("intention", "stop_signal", "music", "grounding", "notes")


def risk_fields(code: str) -> tuple[str, str]:
    """The names of a risk's answer and words."""
    name = code.replace("-", "_")
    return f"{name}_back", f"{name}_words"


class StartForm(forms.Form):
    """When it was held and for which route; the rest is saved as it is written."""

    held_on = DateField(label="Held on")
    held_time = TimeField(label="at")
    route = RadioField(
        label="Which route is explained", choices=[*rules.ROUTES.items()]
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


class IntentionForm(forms.Form):
    """New words for the intention of a signed record."""

    text = LongTextField(
        label="New words, one to three sentences",
        max_length=2000,
        error_messages={"required": "Write the intention in one to three sentences."},
    )


class PreparationForm(StartForm):
    """What was talked through; everything but date, time and route may stay open in a draft."""

    intention = LongTextField(
        label="Intention, in the patient's words",
        help_text="One to three sentences. It may change until the time-out.",
        required=False,
        max_length=2000,
        rows=3,
    )
    expectation_words = LongTextField(
        label="What the patient expects", required=False, max_length=1000, rows=2
    )
    touch = RadioField(label="Touch", choices=TouchAgreement.choices)
    stop_signal = TextField(label="Stop signal", required=False, max_length=120)
    music = TextField(label="Music", required=False, max_length=200)
    lyrics = forms.ChoiceField(
        label="Music with words",
        choices=YES_NO,
        required=False,
        widget=forms.RadioSelect,
    )
    eye_shades = forms.ChoiceField(
        label="Eye shades", choices=YES_NO, required=False, widget=forms.RadioSelect
    )
    light = forms.ChoiceField(
        label="Light",
        choices=[*rules.LIGHT.items()],
        required=False,
        widget=forms.RadioSelect,
    )
    warmth = forms.ChoiceField(
        label="Warmth",
        choices=[*rules.WARMTH.items()],
        required=False,
        widget=forms.RadioSelect,
    )
    triggers = LongTextField(
        label="Triggers, such as sounds, words, positions",
        help_text="“None known” is an answer.",
        required=False,
        max_length=1000,
        rows=2,
    )
    grounding = LongTextField(
        label="What brings back to the ground", required=False, max_length=1000, rows=2
    )
    personal = LongTextField(
        label="Personal, cultural or spiritual items and customs",
        required=False,
        max_length=1000,
        rows=2,
    )
    support_person = TextField(
        label="Who supports, and how to reach them", required=False, max_length=200
    )
    evening_plan = LongTextField(
        label="Plan for the evening", required=False, max_length=1000, rows=2
    )
    notes = LongTextField(label="Notes", required=False, max_length=5000, rows=3)
    version = forms.IntegerField(
        widget=forms.HiddenInput, min_value=0, max_value=2_000_000_000
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, points in GROUPS.items():
            self.fields[name] = forms.MultipleChoiceField(
                label=_GROUP_LABELS.get(name, "Talked through"),
                choices=points,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                error_messages={"invalid_choice": "Choose from the list."},
            )
        for code, words in rules.RISKS:
            back, own = risk_fields(code)
            self.fields[back] = forms.ChoiceField(
                label=words,
                choices=[("yes", "Said back"), ("no", "Not understood yet")],
                required=False,
                widget=forms.RadioSelect,
            )
            self.fields[own] = TextField(
                label="In the patient's words", required=False, max_length=500
            )
        self.needed_later = frozenset(self.fields) - OPTIONAL

    def risk_rows(self) -> list[tuple[Any, Any]]:
        """The answer and the words of each risk, as bound fields."""
        names = [risk_fields(code) for code, _words in rules.RISKS]
        return [(self[back], self[own]) for back, own in names]

    def facts(self) -> dict[str, Any]:
        """What the service keeps."""
        values = self.cleaned_data
        covered = {code for name in GROUPS for code in values[name]}
        detail = {name: values[name] for name in DETAIL if values[name]}
        for code, _words in rules.RISKS:
            back, own = risk_fields(code)
            if values[back] or values[own]:
                detail[code] = {"back": values[back], "words": values[own]}
        return {
            **{name: values[name] for name in (*TEXTS, "touch", "route")},
            "covered": sorted(covered),
            "eye_shades": {"yes": True, "no": False}.get(values["eye_shades"]),
            "detail": detail,
        }


_GROUP_LABELS: Final = {
    **{f"edu_{route}": f"Explained: {words}" for route, words in rules.ROUTES.items()},
    "expectations": "Expectations",
    "navigation": "How to meet what comes",
    "role": "What the therapist does and does not do",
    "touching": "About touch",
    "toilet": "Before the dose",
    "day": "The day itself",
    "evening": "The evening after",
    "booked": "Not booked yet",
}
