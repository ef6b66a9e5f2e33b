"""The form that takes a questionnaire's file."""

from __future__ import annotations

import re
from typing import Any, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile

from kap.ui.fields import ChoiceField
from screening.enums_instruments import ScoringKind
from screening.importing.incoming import FileRefused
from screening.importing.questionnaires import LARGEST, LONGEST_LICENCE, Read, read
from screening.instruments import slots

KEY: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
NEW: Final = ""


class QuestionnaireForm(forms.Form):
    """A file, what it is, and how it is scored."""

    file = forms.FileField(
        label="File",
        help_text="FHIR R4 Questionnaire in JSON, at most 1 MB.",
        allow_empty_file=True,
        error_messages={
            "required": "Choose a file.",
            "invalid": "Choose a file.",
            "missing": "Choose a file.",
        },
    )
    slot = ChoiceField(label="What it is", required=False)
    key = forms.CharField(
        label="Short name",
        required=False,
        max_length=40,
        help_text="For another questionnaire: small letters, figures and hyphens, such as"
        " isi-7. The next edition takes the same one.",
    )
    scoring = ChoiceField(
        label="Score",
        choices=[(kind.value, kind.label) for kind in ScoringKind if kind != "own"],
        initial=ScoringKind.SUM,
        help_text="The places above are scored as their publication says.",
    )
    licence = forms.CharField(
        label="Licence line",
        required=False,
        max_length=LONGEST_LICENCE,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Shown wherever the questionnaire is shown. Empty: as the file says.",
    )
    is_allowed = forms.BooleanField(
        label="We hold the permission or licence to use this questionnaire",
        error_messages={"required": "Confirm that you may use it."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = [
            (key, f"{slot.title}: {slot.about}") for key, slot in slots.SLOTS.items()
        ]
        field: Any = self.fields["slot"]
        field.choices = [(NEW, "Another questionnaire"), *places]
        self.read: Read | None = None

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if not file.size:
            raise forms.ValidationError("The file is empty. Choose another one.")
        if file.size > LARGEST:
            raise forms.ValidationError(
                "The file is larger than 1 MB. Choose another one."
            )
        try:
            self.read = read(file.read())
        except FileRefused as refusal:
            raise forms.ValidationError(str(refusal)) from None
        return file

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"].strip()
        if self.data.get("slot"):
            return ""
        if not KEY.fullmatch(key):
            raise forms.ValidationError(
                "Give it a short name of small letters, figures and hyphens, such as isi-7."
            )
        if key in slots.SLOTS:
            raise forms.ValidationError("Choose this questionnaire under “What it is”.")
        return key

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        said = str(values.get("licence") or "").strip()
        if self.read is not None and not (said or self.read.licence):
            self.add_error(
                "licence",
                "The file names no licence. Write the line that has to be shown.",
            )
        return values

    def chosen_key(self) -> str:
        return str(self.cleaned_data["slot"] or self.cleaned_data["key"])

    def chosen_licence(self) -> str:
        assert self.read is not None  # noqa: S101 -- a valid form has read its file
        return str(self.cleaned_data["licence"]).strip() or self.read.licence
