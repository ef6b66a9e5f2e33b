"""Readings, unwanted effects and lines of the log as they are typed."""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms

from kap.ui import fields
from sessions.forms.dosing import at_the_chair
from sessions.services import Event, NotPossible, Vitals
from sessions.services.monitoring import RANGES, check_possible

AWAKE: Final = (
    ("5", "Alert"),
    ("4", "Drowsy"),
    ("3", "Rouses to voice"),
    ("2", "Rouses to touch"),
    ("1", "Rouses to pain"),
    ("0", "No response"),
)
SCALE: Final = tuple((str(number), str(number)) for number in range(11))
NUMBERS: Final = (
    "systolic_mmhg",
    "diastolic_mmhg",
    "heart_rate_bpm",
    "spo2_percent",
    "respiratory_rate_per_min",
)
LABELS: Final = {
    "systolic_mmhg": "Systolic",
    "diastolic_mmhg": "Diastolic",
    "heart_rate_bpm": "Pulse",
    "spo2_percent": "SpO\u2082",
    "respiratory_rate_per_min": "Breaths",
}


def _number(name: str) -> fields.WholeField:
    low, high, unit = RANGES[name]
    return fields.WholeField(
        label=LABELS[name], low=low, high=high, unit=unit, required=False
    )


def _scale(label: str) -> fields.ChoiceField:
    return fields.ChoiceField(
        label=label, choices=(("", "\u2013"), *SCALE), required=False
    )


class VitalsForm(forms.Form):
    """One set; every field is empty until it was measured."""

    client_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    systolic_mmhg = _number("systolic_mmhg")
    diastolic_mmhg = _number("diastolic_mmhg")
    heart_rate_bpm = _number("heart_rate_bpm")
    spo2_percent = _number("spo2_percent")
    respiratory_rate_per_min = _number("respiratory_rate_per_min")
    temperature_c = fields.DecimalField(
        label="Temperature",
        low=Decimal(30),
        high=Decimal(44),
        unit="°C",
        places=1,
        required=False,
    )
    sedation_moaas = fields.RadioField(label="Awake", choices=AWAKE, required=False)
    nausea_0_10 = _scale("Nausea")
    distress_0_10 = _scale("Distress")
    dissociation_0_10 = _scale("Dissociation")
    has_vomited = forms.BooleanField(label="Vomited", required=False)
    has_symptoms = forms.BooleanField(
        label="Chest pain, headache, vision, weakness, fainting", required=False
    )
    taken_at = fields.TimeField(
        label="Taken at", required=False, help_text="empty: now"
    )
    note = fields.TextField(label="Noted", max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "id_v_%s")
        kwargs.setdefault("initial", {"client_key": uuid.uuid4()})
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                check_possible(self.vitals(cleaned))
            except NotPossible as refusal:
                where = (
                    "diastolic_mmhg" if "pressure" in str(refusal) else "systolic_mmhg"
                )
                self.add_error(where, str(refusal))
        return cleaned

    def vitals(self, cleaned: dict[str, Any] | None = None) -> Vitals:
        data = cleaned if cleaned is not None else self.cleaned_data
        facts = {name: data[name] for name in (*NUMBERS, "temperature_c", "note")}
        for name in (
            "sedation_moaas",
            "nausea_0_10",
            "distress_0_10",
            "dissociation_0_10",
        ):
            facts[name] = int(data[name]) if data[name] else None
        return Vitals(
            **facts, has_vomited=data["has_vomited"], has_symptoms=data["has_symptoms"]
        )

    def taken(self, *, now: datetime, zone: ZoneInfo) -> datetime:
        return at_the_chair(self.cleaned_data["taken_at"], now=now, zone=zone)


class EventForm(forms.Form):
    """An unwanted effect in words, with its grade."""

    term = fields.TextField(
        label="What", max_length=60, error_messages={"required": "Say what it was."}
    )
    grade = fields.ChoiceField(
        label="Grade",
        choices=(
            ("1", "1, mild"),
            ("2", "2, moderate"),
            ("3", "3, severe"),
            ("4", "4, life-threatening"),
            ("5", "5, death"),
        ),
    )
    action = fields.TextField(label="What was done", max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "id_event_%s")
        super().__init__(*args, **kwargs)

    def event(self) -> Event:
        data = self.cleaned_data
        grade = int(data["grade"])
        return Event(
            term=data["term"], grade=grade, action=data["action"], is_serious=grade >= 4
        )


class NoteForm(forms.Form):
    text = fields.TextField(
        label="What is said or seen",
        max_length=300,
        error_messages={"required": "Write what was said or seen."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "id_say_%s")
        super().__init__(*args, **kwargs)


class VoidForm(forms.Form):
    reason = fields.TextField(
        label="What is wrong with it",
        max_length=300,
        error_messages={"required": "Say why this reading is wrong."},
    )
