"""What somebody looks for in the history.  Sent in the body; the address holds ids only."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone

from kap.audit.enums import Action
from kap.audit.queries import Wanted, people
from kap.audit.registry import find_patient
from kap.ui import fields


class HistoryForm(forms.Form):
    patient = fields.TextField(label="Patient number", max_length=30, required=False)
    actor = fields.ChoiceField(label="Person", required=False)
    action = fields.ChoiceField(
        label="Did", required=False, choices=[("", "Anything"), *Action.choices]
    )
    first = fields.DateField(label="From", required=False)
    last = fields.DateField(label="To", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everybody = [(str(pk), name) for pk, name in people()]
        self.fields["actor"].choices = [("", "Anybody"), *everybody]  # type: ignore[attr-defined]  # a choice field

    def clean_patient(self) -> UUID | None:
        number = self.cleaned_data["patient"]
        if not number:
            return None
        found = find_patient(number)
        if found is None:
            raise ValidationError(
                "No patient has this number. Look it up in the chart."
            )
        return found

    def clean(self) -> None:
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first and last and last < first:
            self.add_error(
                "last", "The last day is before the first. Change one of them."
            )

    def query(self) -> str:
        """The address that shows it; ids and dates, no number and no name."""
        found = {
            "patient": self.cleaned_data["patient"],
            "actor": self.cleaned_data["actor"],
            "action": self.cleaned_data["action"],
            "first": self.cleaned_data["first"],
            "last": self.cleaned_data["last"],
        }
        return urlencode({name: value for name, value in found.items() if value})


def wanted_from(query: QueryDict) -> Wanted:
    """What an address asks for; what cannot be read is left out."""
    first, end = _midnight(query.get("first")), _midnight(query.get("last"), days=1)
    before = query.get("before", "")
    action = query.get("action", "")
    return Wanted(
        patient_id=_uuid(query.get("patient")),
        actor_id=_uuid(query.get("actor")),
        action=action if action in Action else "",
        start=first,
        end=end,
        before=int(before) if before.isdecimal() and len(before) < 19 else None,
    )


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def _midnight(text: str | None, *, days: int = 0) -> datetime | None:
    """The midnight that begins the day, or one ``days`` later, on the clinic's wall."""
    try:
        day = datetime.fromisoformat(text or "").date() + timedelta(days=days)
        return timezone.make_aware(datetime.combine(day, time.min))
    except (ValueError, OverflowError):
        return None
