"""The small forms of the patients app: the birth date of a link, a phase, a person beside the patient."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django import forms

from kap.ui.fields import ChoiceField, WholeField

MONTHS: Final = [
    ("", "Month"),
    ("1", "January"),
    ("2", "February"),
    ("3", "March"),
    ("4", "April"),
    ("5", "May"),
    ("6", "June"),
    ("7", "July"),
    ("8", "August"),
    ("9", "September"),
    ("10", "October"),
    ("11", "November"),
    ("12", "December"),
]


class BirthDateForm(forms.Form):
    """The second proof of a link: month, day and year, each on its own, no format to guess."""

    month = ChoiceField(label="Month", choices=MONTHS)
    day = WholeField(label="Day", low=1, high=31)
    year = WholeField(label="Year", low=1900, high=2100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.birth_date = ""
        self.fields["day"].widget.attrs.update(autocomplete="bday-day", maxlength="2")
        self.fields["year"].widget.attrs.update(autocomplete="bday-year", maxlength="4")
        self.fields["month"].widget.attrs.update(autocomplete="bday-month")
        for name in self.fields:
            self.fields[name].widget.attrs["class"] = "form-control-pt"

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if {"month", "day", "year"} <= values.keys():
            try:
                born = date(values["year"], int(values["month"]), values["day"])
            except ValueError:
                raise forms.ValidationError("There is no such day. Look at it once more.") from None
            self.birth_date = born.isoformat()
        return values

    def refuse(self, tries_left: int) -> None:
        """Say that it does not fit, and how often it may be tried again."""
        tries = "1 try is left" if tries_left == 1 else f"{tries_left} tries are left"
        self.add_error(None, f"This birth date does not fit. {tries.capitalize()}.")
