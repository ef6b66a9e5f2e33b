"""Planning an absence, and choosing the site."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from kap.clinic.models import Site
from kap.clinic.queries import schedules_of_the_house
from kap.ui import fields


class AbsenceForm(forms.Form):
    """Days and times are those of the site's wall clock."""

    schedule = fields.ChoiceField(label="Who or which room")
    first_day = fields.DateField(label="From")
    starts = fields.TimeField(label="at")
    last_day = fields.DateField(label="Until")
    ends = fields.TimeField(label="at")
    reason = fields.TextField(
        label="Reason",
        max_length=200,
        help_text="Colleagues read it; no patient's name.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        house = [(str(pk), name) for pk, name in schedules_of_the_house()]
        self.fields["schedule"].choices = [("", "Choose"), *house]  # type: ignore[attr-defined]  # a choice field

    def clean(self) -> None:
        for name, day, time in (
            ("start", "first_day", "starts"),
            ("end", "last_day", "ends"),
        ):
            if self.cleaned_data.get(day) and self.cleaned_data.get(time):
                self.cleaned_data[name] = self._instant(day, time)

    def _instant(self, day: str, time: str) -> datetime | None:
        naive = datetime.combine(self.cleaned_data[day], self.cleaned_data[time])
        try:
            return forms.utils.from_current_timezone(naive)
        except ValidationError:
            zone = timezone.get_current_timezone_name()
            self.add_error(
                time,
                f"On this day the clock in {zone} changes at this time. Choose another.",
            )
            return None


class SiteForm(forms.Form):
    site = fields.ChoiceField(
        label="Site",
        error_messages={"invalid_choice": "Choose one of the sites of this clinic."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = Site.objects.filter(is_active=True).order_by("name")
        self._sites = {str(site.pk): site for site in found}
        choices = [(pk, site.name) for pk, site in self._sites.items()]
        self.fields["site"].choices = choices  # type: ignore[attr-defined]  # a choice field

    def clean_site(self) -> Site:
        return self._sites[self.cleaned_data["site"]]
