"""The review page's forms: readings, medicines, allergies."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from django import forms

from kap.ui.fields import (
    DateField,
    DecimalField,
    TextField,
    WholeField,
    plain,
)
from screening.services import ScreeningVitals

KG_OF_LB: Final = Decimal("0.45359237")
"""The international pound, by definition."""
KG: Final = (Decimal(20), Decimal(350))
"""Weights outside are taken for a slip of the pen (ours)."""
UNUSUAL: Final = {
    "weight_kg": (Decimal(40), Decimal(180)),
    "height_cm": (Decimal(140), Decimal(210)),
}
"""Outside these a second look is asked for, nothing more (ours)."""


class VitalsForm(forms.Form):
    """Two or three seated pressures at least five minutes apart, pulse, SpO2 and size."""

    weight_unit = forms.ChoiceField(
        label="Weight in",
        choices=[("kg", "kg"), ("lb", "lb")],
        initial="kg",
        required=False,
    )
    weight = DecimalField(label="Weight", low=20, high=770, places=1, required=False)
    height_cm = DecimalField(
        label="Height", low=90, high=250, unit="cm", places=1, required=False
    )
    pulse = WholeField(label="Pulse", low=20, high=250, unit="/min", required=False)
    spo2 = WholeField(label="SpO₂", low=50, high=100, unit="%", required=False)
    is_checked = forms.BooleanField(
        label="I looked again: the unusual value is right", required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in (1, 2, 3):
            self.fields[f"systolic_{number}"] = WholeField(
                label=f"Reading {number}: systolic",
                low=50,
                high=280,
                unit="mmHg",
                required=False,
            )
            self.fields[f"diastolic_{number}"] = WholeField(
                label="diastolic", low=20, high=180, unit="mmHg", required=False
            )
        self.needs_check = False

    def pairs(self) -> list[tuple[Any, Any]]:
        return [
            (self[f"systolic_{number}"], self[f"diastolic_{number}"])
            for number in (1, 2, 3)
        ]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for number in (1, 2, 3):
            self._check_pair(number, values)
        kg = self._kilograms(values)
        if kg is not None and not KG[0] <= kg <= KG[1]:
            self.add_error(
                "weight", f"{plain(kg)} kg is not possible. Check number and unit."
            )
        if not self.errors:
            self._check_unusual(kg, values.get("height_cm"))
        return values

    def _check_pair(self, number: int, values: dict[str, Any]) -> None:
        upper, lower = (
            values.get(f"systolic_{number}"),
            values.get(f"diastolic_{number}"),
        )
        if upper is None and lower is None:
            return
        names = (f"systolic_{number}", f"diastolic_{number}")
        if upper is None or lower is None:
            missing = names[0] if upper is None else names[1]
            if missing not in self.errors:
                self.add_error(missing, "Both numbers of a reading are needed.")
        elif lower >= upper:
            self.add_error(names[1], f"{lower} is not below {upper}. Are they swapped?")

    def _kilograms(self, values: dict[str, Any]) -> Decimal | None:
        weight = values.get("weight")
        if weight is None:
            return None
        if values.get("weight_unit") == "lb":
            weight *= KG_OF_LB
        rounded: Decimal = weight.quantize(Decimal("0.1"), ROUND_HALF_UP)
        return rounded

    def _check_unusual(self, kg: Decimal | None, height: Decimal | None) -> None:
        found = []
        low, high = UNUSUAL["weight_kg"]
        if kg is not None and not low <= kg <= high:
            found.append(("weight", f"{plain(kg)} kg is unusual. Is the unit right?"))
        low, high = UNUSUAL["height_cm"]
        if height is not None and not low <= height <= high:
            found.append(
                ("height_cm", f"{plain(height)} cm is unusual. Is it centimeters?")
            )
        if found and not self.cleaned_data.get("is_checked"):
            self.needs_check = True
            for name, sentence in found:
                self.add_error(
                    name, f"{sentence} If it is right, tick the box and save again."
                )

    def vitals(self) -> ScreeningVitals:
        values = self.cleaned_data
        return ScreeningVitals(
            pressures=tuple(
                (values[f"systolic_{number}"], values[f"diastolic_{number}"])
                for number in (1, 2, 3)
                if values[f"systolic_{number}"] is not None
            ),
            heart_rate_bpm=values["pulse"],
            spo2_percent=values["spo2"],
            weight_kg=self._kilograms(values),
            height_cm=values["height_cm"],
        )


class SettleNoteForm(forms.Form):
    """How a clinician came to the answer."""

    note = TextField(label="How you know", max_length=500, required=False)


class AddMedicineForm(forms.Form):
    name = TextField(
        label="Medicine",
        max_length=300,
        error_messages={"required": "Write the name."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "medicine-names"}),
    )
    dose = TextField(label="Dose and how often", max_length=120, required=False)


class AddAllergyForm(forms.Form):
    name = TextField(label="Allergy or intolerance", max_length=300, required=False)
    dose = TextField(label="Reaction", max_length=200, required=False)
    none_known = forms.BooleanField(label="No known allergies", required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors and bool(values["name"]) == bool(values["none_known"]):
            self.add_error("name", "Name one, or tick “No known allergies”.")
        return values


class EndMedicineForm(forms.Form):
    """The last day on which a medicine was taken."""

    ended_on = DateField(
        label="Last day",
        error_messages={"required": "Write the last day."},
    )
