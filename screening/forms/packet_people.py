"""Who stands beside the patient, and the words that stand under the answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from kap.patients.enums import RelatedKind
from kap.patients.facts import RelatedFacts
from kap.patients.models import Patient
from kap.ui.fields import PhoneField, TextField


class PeopleForm(forms.Form):
    """The emergency contact and the escort; each may be left for later by saying so."""

    emergency_name = TextField(label=_("Name"), max_length=120, required=False)
    emergency_relationship = TextField(
        label=_("Who they are to you"), max_length=60, required=False
    )
    emergency_phone = PhoneField(label=_("Their phone"), required=False)
    emergency_none = forms.BooleanField(
        label=_("I do not want to name anybody now"), required=False
    )
    escort_name = TextField(label=_("Name"), max_length=120, required=False)
    escort_relationship = TextField(
        label=_("Who they are to you"), max_length=60, required=False
    )
    escort_phone = PhoneField(label=_("Their phone"), required=False)
    escort_none = forms.BooleanField(label=_("I do not know yet"), required=False)

    @classmethod
    def initial_of(cls, patient: Patient) -> dict[str, Any]:
        rows = patient.related_people.filter(ended_at=None).order_by("created_at")
        initial: dict[str, Any] = {}
        for row in rows:
            initial |= {
                f"{row.kind}_name": row.name,
                f"{row.kind}_relationship": row.relationship,
                f"{row.kind}_phone": row.phone,
            }
        return initial

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for kind in RelatedKind.values:
            self._clean_person(kind, values)
        return values

    def _clean_person(self, kind: str, values: dict[str, Any]) -> None:
        name, phone = values.get(f"{kind}_name"), values.get(f"{kind}_phone")
        if f"{kind}_phone" in self.errors or f"{kind}_name" in self.errors:
            return
        if values.get(f"{kind}_none"):
            if name or phone:
                self.add_error(f"{kind}_none", _("Take the name away, or untick this."))
        elif not name:
            self.add_error(f"{kind}_name", _("Write a name, or tick the box below."))
        elif not phone:
            self.add_error(f"{kind}_phone", _("Write the number, so that we can call."))

    def people(self) -> list[RelatedFacts]:
        values = self.cleaned_data
        return [
            RelatedFacts(
                kind=kind,
                name=values[f"{kind}_name"],
                phone=values[f"{kind}_phone"],
                relationship=values[f"{kind}_relationship"],
                is_adult=None,
            )
            for kind in RelatedKind.values
            if values[f"{kind}_name"]
        ]

    def groups(self) -> list[tuple[str, list[BoundField]]]:
        titles = {
            RelatedKind.EMERGENCY: _("In an emergency, we call"),
            RelatedKind.ESCORT: _("Who takes you home after a session"),
        }
        endings = ("name", "relationship", "phone", "none")
        return [
            (str(title), [self[f"{kind}_{ending}"] for ending in endings])
            for kind, title in titles.items()
        ]


class ConfirmForm(forms.Form):
    """The patient's name under the answers, typed by the patient."""

    printed_name = TextField(
        label=_("Your name"),
        max_length=160,
        error_messages={"required": _("Write your name. It stands for a signature.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    is_mine = forms.BooleanField(
        label=_("These answers are mine, and right as far as I know."),
        error_messages={"required": _("Tick this, or go back and correct an answer.")},
    )


class ReadBackForm(forms.Form):
    """Staff say that the answers were read back on the telephone."""

    is_read_back = forms.BooleanField(
        label="I have read the answers back, and the patient says that they are right.",
        error_messages={"required": "Read the answers back to the patient first."},
    )
