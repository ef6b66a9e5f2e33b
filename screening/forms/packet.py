"""The parts of the packet that are not questions: contact details, channels, medicines."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from kap.patients.enums import Channel, ContactPurpose
from kap.patients.forms_record import LANGUAGES
from kap.patients.models import Patient
from kap.patients.services import OwnDetails
from kap.ui.fields import (
    ChoiceField,
    EmailField,
    LongTextField,
    PhoneField,
    TextField,
)
from screening.services import Medicines

VERSION: Final = 2_000_000_000


class IdentityForm(forms.Form):
    """What patients may correct themselves; name and birth date are shown beside it."""

    pronouns = TextField(label=_("Pronouns"), max_length=30, required=False)
    phone = PhoneField(label=_("Mobile phone"), required=False)
    email = EmailField(label=_("E-mail"), required=False)
    address = TextField(
        label=_("Address"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    language = ChoiceField(
        label=_("Language you prefer"), choices=LANGUAGES, required=False
    )
    record_version = forms.IntegerField(
        widget=forms.HiddenInput, min_value=0, max_value=VERSION
    )

    @classmethod
    def initial_of(cls, patient: Patient) -> dict[str, Any]:
        return {
            "pronouns": patient.pronouns,
            "phone": patient.phone,
            "email": patient.email,
            "address": patient.address,
            "language": patient.language,
            "record_version": patient.version,
        }

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors and not (values["phone"] or values["email"]):
            self.add_error(
                "phone", _("Give a phone number or an e-mail, so that we reach you.")
            )
        return values

    def details(self) -> OwnDetails:
        values = self.cleaned_data
        return OwnDetails(
            pronouns=values["pronouns"],
            phone=values["phone"],
            email=values["email"],
            address=values["address"],
            language=values["language"],
        )


CHANNELS: Final = (
    (Channel.SMS, _("Text messages"), "phone"),
    (Channel.EMAIL, _("E-mail"), "email"),
    (Channel.PHONE, _("Phone calls"), "phone"),
)
PURPOSES: Final = (
    (ContactPurpose.CARE, _("about visits and care")),
    (ContactPurpose.MEASURES, _("when there is a form to fill in")),
)


class ContactForm(forms.Form):
    """Yes or no for each channel and purpose; an empty box is a no."""

    def __init__(self, *args: Any, patient: Patient, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.patient = patient
        for channel, word, _needs in CHANNELS:
            for purpose, what in PURPOSES:
                self.fields[f"{channel}_{purpose}"] = forms.BooleanField(
                    label=f"{word} {what}", required=False
                )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for channel, word, needs in CHANNELS:
            wanted = [f"{channel}_{purpose}" for purpose, _what in PURPOSES]
            chosen = [name for name in wanted if values.get(name)]
            if chosen and not getattr(self.patient, needs):
                noun = "a phone number" if needs == "phone" else "an e-mail address"
                self.add_error(
                    chosen[0],
                    f"{word} need {noun}. Add it in “About you”, or untick this.",
                )
        return values

    def groups(self) -> list[tuple[str, list[Any]]]:
        return [
            (str(word), [self[f"{channel}_{purpose}"] for purpose, _what in PURPOSES])
            for channel, word, _needs in CHANNELS
        ]

    def given(self) -> dict[tuple[str, str], bool]:
        return {
            (str(channel), str(purpose)): bool(
                self.cleaned_data[f"{channel}_{purpose}"]
            )
            for channel, _word, _needs in CHANNELS
            for purpose, _what in PURPOSES
        }


class MedicineForm(forms.Form):
    """One medicine to add."""

    name = TextField(
        label=_("Name, as on the box"),
        max_length=120,
        error_messages={
            "required": "Write the name, or press “I do not know the name”."
        },
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "medicine-names"}),
    )
    dose = TextField(
        label=_("How much and how often"),
        max_length=120,
        required=False,
        help_text="For example: 10 mg every morning. Leave empty if you do not know.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class AllergyForm(forms.Form):
    """One allergy to add."""

    name = TextField(
        label=_("What you do not tolerate"),
        max_length=120,
        error_messages={
            "required": "Write what it is, or say below that there is none."
        },
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    dose = TextField(
        label=_("What happens"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class MedicinesOnPhoneForm(forms.Form):
    """Medicines and allergies as staff write them down: one a line, dose after a comma."""

    medicines = LongTextField(
        label="Medicines, one a line",
        help_text="Name, then a comma and how much: Sertraline, 100 mg every morning",
        required=False,
        max_length=4000,
        rows=5,
    )
    nothing = forms.BooleanField(label="Takes nothing", required=False)
    allergies = LongTextField(
        label="Allergies, one a line",
        help_text="What, then a comma and what happens: Penicillin, rash",
        required=False,
        max_length=4000,
        rows=3,
    )
    none_known = forms.BooleanField(label="No known allergies", required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors:
            self._one_of(
                "medicines", "nothing", "Name the medicines, or tick “Takes nothing”."
            )
            self._one_of(
                "allergies",
                "none_known",
                "Name the allergies, or tick “No known allergies”.",
            )
        return values

    def _one_of(self, text: str, box: str, sentence: str) -> None:
        if bool(self.cleaned_data[text]) == bool(self.cleaned_data[box]):
            self.add_error(text, sentence)
        elif any(len(line) > 240 for line in self.cleaned_data[text].splitlines()):
            self.add_error(text, "One line is longer than 240 characters. Shorten it.")

    def medicines_said(self) -> Medicines:
        return Medicines(
            taken=_pairs(self.cleaned_data["medicines"]),
            allergies=_pairs(self.cleaned_data["allergies"]),
            none_known=bool(self.cleaned_data["none_known"]),
        )


def _pairs(text: str) -> list[tuple[str, str]]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    split = [line.partition(",") for line in lines]
    return [(name.strip()[:120], rest.strip()[:120]) for name, _, rest in split]


class VersionForm(forms.Form):
    """The hidden number that says which state of the packet a page was opened on."""

    version = forms.IntegerField(
        widget=forms.HiddenInput, min_value=0, max_value=VERSION, required=False
    )
