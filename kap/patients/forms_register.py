"""The form that registers a patient."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django import forms

from kap.clinic.models import Site
from kap.patients.enums import Channel, ContactPurpose, RelatedKind
from kap.patients.facts import Registration, RelatedFacts
from kap.patients.forms_record import (
    ConsentGrid,
    RecordForm,
    add_consents,
    consent_name,
    given_consents,
)
from kap.ui.fields import ChoiceField, PhoneField, TextField

DIFFERENT: Final = [
    ("", "Choose a reason"),
    ("Checked on the identity card", "Checked on the identity card"),
    ("Twin or sibling", "Twin or sibling"),
    ("Shares the telephone or e-mail", "Shares the telephone or e-mail"),
    ("Same name, other person", "Same name, other person"),
    ("other", "Another reason"),
]
NEEDS_FIELD: Final = {
    Channel.SMS: ("phone", "Enter the mobile, or untick text messages."),
    Channel.PHONE: ("phone", "Enter the number, or untick phone calls."),
    Channel.EMAIL: ("email", "Enter the e-mail address, or untick e-mail."),
}


class RegisterForm(RecordForm):
    """A new record: the facts, who else to call, what may be sent, and the answer on matches."""

    emergency_name = TextField(
        label="In an emergency, call", max_length=120, required=False
    )
    emergency_relationship = TextField(
        label="Who they are", max_length=60, required=False
    )
    emergency_phone = PhoneField(label="Their phone", required=False)
    escort_name = TextField(label="Takes them home", max_length=120, required=False)
    escort_relationship = TextField(label="Who they are", max_length=60, required=False)
    escort_phone = PhoneField(label="Their phone", required=False)
    packet = ChoiceField(
        label="First packet",
        choices=[("all", "Send the intake packet"), ("none", "Nothing yet")],
        widget=forms.RadioSelect,
        initial="all",
        required=False,
    )
    different_because = ChoiceField(
        label="Different person, because", choices=DIFFERENT, required=False
    )
    different_text = TextField(label="Which reason", max_length=180, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_consents(self)
        for name in ("different_because", "different_text"):
            self.fields[name].widget.attrs["form"] = "register"
        sites = list(
            Site.objects.filter(is_active=True)
            .order_by("name")
            .values_list("pk", "name")
        )
        if len(sites) > 1:
            choices = [
                ("", "Choose the site"),
                *((str(pk), name) for pk, name in sites),
            ]
            self.fields["site"] = ChoiceField(label="Site", choices=choices)

    @property
    def consent_grid(self) -> ConsentGrid:
        return ConsentGrid(self)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        self._check_person("emergency")
        self._check_person("escort")
        for channel, (name, sentence) in NEEDS_FIELD.items():
            wanted = any(
                values.get(consent_name(channel, purpose)) for purpose in ContactPurpose
            )
            if wanted and name not in self.errors and not values.get(name):
                self.add_error(name, sentence)
        return values

    def _check_person(self, who: str) -> None:
        name, phone = f"{who}_name", f"{who}_phone"
        if self.cleaned_data.get(name) and not self.cleaned_data.get(phone):
            if phone not in self.errors:
                self.add_error(phone, "Enter a number to call, or leave the name out.")
        elif self.cleaned_data.get(phone) and not self.cleaned_data.get(name):
            self.add_error(name, "Enter whose number this is.")

    def check_reason(self) -> None:
        """Called when “Register as a different person” was pressed."""
        if not self.reason():
            field = "different_because"
            if self.cleaned_data.get("different_because") == "other":
                field = "different_text"
            self.add_error(field, "Say why this is a different person.")

    def reason(self) -> str:
        chosen = str(self.cleaned_data.get("different_because", ""))
        if chosen == "other":
            return str(self.cleaned_data.get("different_text", ""))
        return chosen

    def site_id(self) -> UUID | None:
        chosen = self.cleaned_data.get("site")
        return UUID(chosen) if chosen else None

    def registration(self, *, not_these: frozenset[UUID]) -> Registration:
        """What comes with the record besides the facts."""
        people = [
            RelatedFacts(
                kind=kind,
                name=self.cleaned_data[f"{who}_name"],
                phone=self.cleaned_data[f"{who}_phone"],
                relationship=self.cleaned_data[f"{who}_relationship"],
            )
            for who, kind in (
                ("emergency", RelatedKind.EMERGENCY),
                ("escort", RelatedKind.ESCORT),
            )
            if self.cleaned_data.get(f"{who}_name")
        ]
        return Registration(
            related=tuple(people),
            consents=given_consents(self),
            not_these=not_these,
            different_because=self.reason() if not_these else "",
            send_packet=self.cleaned_data.get("packet") == "all",
        )
