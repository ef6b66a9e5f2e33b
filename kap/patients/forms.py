"""The small forms of the patients app: the birth date of a link, a phase, a person beside the patient."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django import forms

from kap.accounts.enums import CLINICAL
from kap.accounts.models import User
from kap.patients.enums import PHASE_TRANSITIONS, Phase, RelatedKind
from kap.patients.facts import RelatedFacts
from kap.patients.forms_record import ConsentGrid, add_consents, given_consents
from kap.ui.fields import (
    ChoiceField,
    LongTextField,
    PhoneField,
    RadioField,
    TextField,
    WholeField,
)

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
                raise forms.ValidationError(
                    "There is no such day. Look at it once more."
                ) from None
            self.birth_date = born.isoformat()
        return values

    def refuse(self, tries_left: int) -> None:
        """Say that it does not fit, and how often it may be tried again."""
        tries = "1 try is left" if tries_left == 1 else f"{tries_left} tries are left"
        self.add_error(None, f"This birth date does not fit. {tries}.")


class PersonForm(forms.Form):
    """Somebody to call or to take the patient home."""

    kind = ChoiceField(label="As", choices=RelatedKind.choices)
    name = TextField(
        label="Name", max_length=120, error_messages={"required": "Enter the name."}
    )
    relationship = TextField(label="Who they are", max_length=60, required=False)
    phone = PhoneField(
        label="Phone", error_messages={"required": "Enter a number to call."}
    )
    is_adult = forms.BooleanField(label="Is an adult", required=False)

    def facts(self) -> RelatedFacts:
        return RelatedFacts(
            kind=self.cleaned_data["kind"],
            name=self.cleaned_data["name"],
            phone=self.cleaned_data["phone"],
            relationship=self.cleaned_data["relationship"],
            is_adult=True if self.cleaned_data["is_adult"] else None,
        )


class PhaseForm(forms.Form):
    """Where the episode goes next; only where it may."""

    to = RadioField(label="Move to")
    reason = LongTextField(
        label="Why",
        required=False,
        max_length=300,
        rows=2,
        help_text="Needed when care ends or goes back a step.",
    )

    def __init__(self, *args: Any, phase: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = PHASE_TRANSITIONS[Phase(phase)]
        chosen = [(member.value, member.label) for member in Phase if member in allowed]
        self.fields["to"].choices = chosen  # type: ignore[attr-defined]  # a choice field


class TeamForm(forms.Form):
    """Who treats the patient."""

    therapist = ChoiceField(label="Therapist", required=False)
    prescriber = ChoiceField(label="Prescriber", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(is_active=True).order_by("name", "pk")
        clinicians = people.filter(roles__overlap=sorted(CLINICAL))
        self.people = {str(user.pk): user for user in clinicians}
        nobody = ("", "Not named yet")
        therapists = [(pk, user.name) for pk, user in self.people.items()]
        prescribers = [
            (pk, user.name) for pk, user in self.people.items() if user.may_prescribe
        ]
        self.fields["therapist"].choices = [nobody, *therapists]  # type: ignore[attr-defined]  # a choice field
        self.fields["prescriber"].choices = [nobody, *prescribers]  # type: ignore[attr-defined]  # a choice field

    def chosen(self, name: str) -> User | None:
        return self.people.get(self.cleaned_data[name])


class ConsentForm(forms.Form):
    """What may be sent, as the patient says it now."""

    def __init__(
        self, *args: Any, given: frozenset[tuple[str, str]] = frozenset(), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        add_consents(self, given)

    @property
    def grid(self) -> ConsentGrid:
        return ConsentGrid(self)

    def given(self) -> frozenset[tuple[str, str]]:
        return given_consents(self)
