"""The form of name, birth date and contact, and the grid of what may be sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from django import forms
from django.forms.boundfield import BoundField

from kap.patients.enums import Channel, ContactPurpose, SexForClinicalUse
from kap.patients.facts import PatientFacts
from kap.patients.matching import Probe
from kap.patients.models import Patient
from kap.ui.fields import BirthDateField, ChoiceField, EmailField, PhoneField, TextField

LANGUAGES: Final = [
    ("en", "English"),
    ("es", "Spanish"),
    ("zh", "Chinese"),
    ("vi", "Vietnamese"),
    ("fr", "French"),
    ("pt", "Portuguese"),
    ("ru", "Russian"),
    ("ar", "Arabic"),
    ("ko", "Korean"),
    ("tl", "Tagalog"),
    ("de", "German"),
    ("other", "Another language"),
]
SEXES: Final = [
    (SexForClinicalUse.UNKNOWN, "Not said"),
    (SexForClinicalUse.FEMALE, "Female"),
    (SexForClinicalUse.MALE, "Male"),
    (SexForClinicalUse.OTHER, "Other"),
]
CONSENT_ICONS: Final = {
    Channel.SMS: "message",
    Channel.EMAIL: "mail",
    Channel.PHONE: "phone",
}
CHANNELS: Final = (Channel.SMS, Channel.EMAIL, Channel.PHONE)


def needed(sentence: str) -> dict[str, str]:
    return {"required": sentence}


def consent_name(channel: str, purpose: str) -> str:
    return f"may_{channel}_{purpose}"


class RecordForm(forms.Form):
    """Name, birth date and contact."""

    given_name = TextField(
        label="First name",
        max_length=80,
        error_messages=needed("Enter the first name."),
    )
    family_name = TextField(
        label="Last name", max_length=80, error_messages=needed("Enter the last name.")
    )
    preferred_name = TextField(label="Name to use", max_length=80, required=False)
    birth_date = BirthDateField(
        label="Birth date", error_messages=needed("Enter the birth date.")
    )
    pronouns = TextField(label="Pronouns", max_length=30, required=False)
    sex = ChoiceField(
        label="Sex for clinical use",
        choices=SEXES,
        initial=SexForClinicalUse.UNKNOWN,
        help_text="For doses and laboratory limits only.",
    )
    language = ChoiceField(label="Language", choices=LANGUAGES, initial="en")
    phone = PhoneField(label="Mobile", required=False)
    email = EmailField(label="E-mail", required=False)
    address = TextField(label="Address", max_length=200, required=False)
    discreet_sender = forms.BooleanField(
        label="Discreet sender: never names the treatment", required=False, initial=True
    )
    referred_by = TextField(label="Referred by", max_length=120, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for bound in self.fields.values():
            bound.widget.attrs["autocomplete"] = "off"

    def clean_given_name(self) -> str:
        return self._letters("given_name")

    def clean_family_name(self) -> str:
        return self._letters("family_name")

    def _letters(self, name: str) -> str:
        """A name has at least one letter, in any script."""
        value = str(self.cleaned_data[name])
        if not any(sign.isalpha() for sign in value):
            raise forms.ValidationError(
                "A name has letters. Write it as on the identity card."
            )
        return value

    def facts(self, *, site_id: UUID | None = None) -> PatientFacts:
        """What was typed, once it is valid."""
        values = self.cleaned_data
        return PatientFacts(
            given_name=values["given_name"],
            family_name=values["family_name"],
            preferred_name=values["preferred_name"],
            pronouns=values["pronouns"],
            birth_date=values["birth_date"],
            sex=values["sex"],
            email=values["email"],
            phone=values["phone"],
            address=values["address"],
            language=values["language"],
            discreet_sender=values["discreet_sender"],
            referred_by=values["referred_by"],
            site_id=site_id,
        )

    def probe(self) -> Probe:
        """What can be compared already; a field that is wrong or empty counts for nothing."""
        values = getattr(self, "cleaned_data", {})
        return Probe(
            given_name=values.get("given_name", ""),
            family_name=values.get("family_name", ""),
            preferred_name=values.get("preferred_name", ""),
            birth_date=values.get("birth_date"),
            phone=values.get("phone", ""),
            email=values.get("email", ""),
        )


class ConsentGrid:
    """Permission by channel and purpose as checkboxes: channels down, purposes across."""

    def __init__(self, form: forms.BaseForm) -> None:
        self.form = form

    @property
    def purposes(self) -> list[str]:
        return [purpose.label for purpose in ContactPurpose]

    def __iter__(self) -> Iterator[tuple[str, str, list[BoundField]]]:
        for channel in CHANNELS:
            cells = [
                self.form[consent_name(channel, purpose)] for purpose in ContactPurpose
            ]
            yield CONSENT_ICONS[channel], str(channel.label), cells


def add_consents(
    form: forms.BaseForm, given: frozenset[tuple[str, str]] = frozenset()
) -> None:
    """Give the form a checkbox for each channel and purpose; empty unless said."""
    for channel in CHANNELS:
        for purpose in ContactPurpose:
            label = f"{channel.label} for {purpose.label.lower()}"
            widget = forms.CheckboxInput(
                attrs={"class": "form-check-input", "aria-label": label}
            )
            form.fields[consent_name(channel, purpose)] = forms.BooleanField(
                label=label,
                required=False,
                widget=widget,
                initial=(channel, purpose) in given,
            )


def given_consents(form: forms.BaseForm) -> frozenset[tuple[str, str]]:
    return frozenset(
        (str(channel), str(purpose))
        for channel in CHANNELS
        for purpose in ContactPurpose
        if form.cleaned_data.get(consent_name(channel, purpose))
    )


class DetailsForm(RecordForm):
    """A change of the record; ``version`` says which state it was opened on."""

    version = forms.IntegerField(
        widget=forms.HiddenInput, min_value=0, max_value=2_000_000_000
    )

    @classmethod
    def initial_of(cls, patient: Patient) -> dict[str, Any]:
        names = [name for name in cls.base_fields if hasattr(patient, name)]
        return {name: getattr(patient, name) for name in names}

    def differences(self, patient: Patient) -> list[tuple[str, str, str]]:
        """What differs between the record as it is now and what was typed: label, theirs, mine."""
        found = []
        for name, field in self.fields.items():
            if name == "version":
                continue
            theirs, mine = getattr(patient, name), self.cleaned_data.get(name)
            if theirs != mine:
                found.append((str(field.label), _say(field, theirs), _say(field, mine)))
        return found


def _say(field: forms.Field, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    choices = dict(getattr(field, "choices", []))
    return str(choices.get(value, value or "\u2013"))
