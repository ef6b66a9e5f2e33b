"""The form that takes a file of patients."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile

from kap.clinic.models import Site
from kap.ui.fields import ChoiceField
from screening.enums import DateOrder

LARGEST_UPLOAD: Final = 20_000_000


class ImportForm(forms.Form):
    """A file, how its dates are written, and what to do with it."""

    file = forms.FileField(
        label="File",
        help_text="A table (CSV) or FHIR R4 (JSON), at most 20 MB.",
        allow_empty_file=True,
        error_messages={
            "required": "Choose a file.",
            "invalid": "Choose a file.",
            "missing": "Choose a file.",
        },
    )
    date_order = ChoiceField(
        label="Dates in a table", choices=DateOrder.choices, initial=DateOrder.YMD
    )
    is_dry_run = forms.BooleanField(
        label="Trial run: only say what would be taken", required=False
    )
    open_episode = forms.BooleanField(
        label="Begin a course of care for each new patient", required=False
    )
    accept_matches = forms.BooleanField(
        label="Take a patient although a like record is here already", required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._sites = list(Site.objects.filter(is_active=True).order_by("name"))
        if len(self._sites) > 1:
            choices = [
                ("", "Choose the site"),
                *((str(s.pk), s.name) for s in self._sites),
            ]
            self.fields["site"] = ChoiceField(label="Site", choices=choices)

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if not file.size:
            raise forms.ValidationError("The file is empty. Choose another one.")
        if file.size > LARGEST_UPLOAD:
            raise forms.ValidationError(
                "The file is larger than 20 MB. Split it, or use the command line."
            )
        return file

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self._sites:
            raise forms.ValidationError("The clinic has no site yet. Add one first.")
        return values

    @property
    def has_sites(self) -> bool:
        """Whether there is a site to choose."""
        return "site" in self.fields

    def chosen_site(self) -> Site:
        """The site that was chosen, or the only one."""
        chosen = self.cleaned_data.get("site")
        return next(s for s in self._sites if not chosen or str(s.pk) == chosen)
