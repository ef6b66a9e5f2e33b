"""The clinic's forms about consents: attesting, naming people, ending, renewing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from kap.ui.fields import LongTextField, TextField
from screening.consents import KINDS
from screening.enums_consent import Authority, EndWay
from screening.forms.consent import PasswordForm
from screening.models import Consent
from screening.queries.consents import Question
from screening.services import Attestation, People


class AttestForm(PasswordForm):
    """What the clinician who explained declares (C-31)."""

    has_capacity = forms.BooleanField(
        label="The patient has the capacity to decide on this.",
        error_messages={"required": "Without capacity, a legal representative signs."},
    )
    is_not_intoxicated = forms.BooleanField(
        label="The patient is not intoxicated.",
        error_messages={"required": "Nobody consents while intoxicated."},
    )
    minutes = forms.IntegerField(
        label="Minutes spent explaining",
        min_value=1,
        max_value=600,
        error_messages={"required": "Say how many minutes you spent explaining."},
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(
        self, *args: Any, questions: Sequence[Question], is_hasty: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._ids = [question.id for question in questions]
        for number, question in enumerate(questions):
            if not question.is_right:
                self.fields[f"t{number}"] = forms.BooleanField(
                    label=f"Said in own words: {question.text}",
                    error_messages={
                        "required": "Talk it through until the patient can say it."
                    },
                )
        if is_hasty:
            self.fields["haste_reason"] = TextField(
                label="Why it is signed less than 24 hours before the first dose",
                max_length=280,
                error_messages={"required": "Say why."},
            )
        self.order_fields([name for name in self.fields if name != "password"])

    def teach_back_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name[1:].isdigit()]

    def attestation(self) -> Attestation:
        data = self.cleaned_data
        return Attestation(
            has_capacity=data["has_capacity"],
            is_not_intoxicated=data["is_not_intoxicated"],
            minutes=data["minutes"],
            understood={
                self._ids[int(name[1:])]: True
                for name, value in data.items()
                if name[1:].isdigit() and value
            },
            haste_reason=data.get("haste_reason", ""),
        )


class PeopleForm(forms.Form):
    """Who else signs."""

    interpreter_name = TextField(
        label="Interpreter's name", max_length=120, required=False
    )
    interpreter_id = TextField(
        label="Interpreter's number or agency", max_length=60, required=False
    )
    wants_witness = forms.BooleanField(label="A witness signs too", required=False)
    representative_name = TextField(
        label="Legal representative's full name", max_length=160, required=False
    )
    authority = forms.ChoiceField(
        label="By what right",
        choices=[("", "Choose"), *Authority.choices],
        required=False,
    )
    authority_document = TextField(
        label="Where the paper that proves it is kept", max_length=280, required=False
    )
    cannot_assent = forms.BooleanField(
        label="The patient cannot say yes or no to it", required=False
    )

    @classmethod
    def of(cls, consent: Consent, data: Any = None) -> PeopleForm:
        return cls(
            data,
            initial={
                "interpreter_name": consent.interpreter_name,
                "interpreter_id": consent.interpreter_id,
                "wants_witness": "witness" in consent.roles,
                "representative_name": consent.representative_name,
                "authority": consent.representative_authority,
                "authority_document": consent.authority_document,
                "cannot_assent": bool(consent.roles) and "patient" not in consent.roles,
            },
        )

    def people(self) -> People:
        data = self.cleaned_data
        return People(
            interpreter_name=data["interpreter_name"],
            interpreter_id=data["interpreter_id"],
            wants_witness=data["wants_witness"],
            representative_name=data["representative_name"],
            authority=data["authority"],
            authority_document=data["authority_document"],
            patient_assents=not data["cannot_assent"],
        )


class StaffWithdrawForm(forms.Form):
    """What a member of staff heard, and how."""

    way = forms.ChoiceField(
        label="How it was said",
        choices=[pair for pair in EndWay.choices if pair[0] != EndWay.LINK],
        initial=EndWay.SPOKEN,
    )
    reason = LongTextField(
        label="What was said",
        max_length=280,
        rows=2,
        error_messages={"required": "Write down what was said, in a few words."},
    )


class SendTextForm(forms.Form):
    """Put one kind of text before the patient."""

    kind = forms.ChoiceField(
        label="Text",
        choices=[(kind.key, kind.title) for kind in KINDS.values()],
        error_messages={"invalid_choice": "Choose a text from the list."},
    )
    about = TextField(
        label="For a release: who may receive what, and what for",
        max_length=200,
        required=False,
    )


class AsOfForm(forms.Form):
    """The day whose state is shown."""

    on = forms.DateField(
        label="State as of",
        error_messages={"invalid": "Type a date, such as 2026-11-25."},
        widget=forms.DateInput(attrs={"type": "date"}),
    )
