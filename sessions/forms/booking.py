"""Forms for one visit: what is looked for, which place is taken, why it is cancelled."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from kap.core import clock
from kap.ui import fields
from kap.ui.forms import Helper, Row
from sessions.enums import ParticipantRole, VisitKind

CODE = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d)((?:~[a-z]{4,10}:[0-9]{1,18}){1,8})", re.ASCII
)
FURTHEST = timedelta(days=730)
UNREADABLE = "This place cannot be read. Choose one of the list."


@dataclass(frozen=True, slots=True)
class Place:
    """A place as it was sent: when, and who or what takes which role."""

    starts_at: datetime
    resources: Mapping[str, int]


def read_place(text: str) -> Place:
    """Parse ``2026-11-24T15:00~room:12~therapist:5``; raises ValidationError."""
    found = CODE.fullmatch(text)
    if found is None:
        raise ValidationError(UNREADABLE)
    try:
        starts_at = datetime.strptime(found[1], "%Y-%m-%dT%H:%M").replace(tzinfo=UTC)
    except ValueError as error:
        raise ValidationError(UNREADABLE) from error
    resources: dict[str, int] = {}
    for part in found[2].split("~")[1:]:
        role, _, pk = part.partition(":")
        if role not in ParticipantRole or role in resources or int(pk) >= 2**63:
            raise ValidationError(UNREADABLE)
        resources[role] = int(pk)
    return Place(starts_at, resources)


class PlaceField(forms.CharField):
    """One place of the list."""

    def __init__(self, **kwargs: Any) -> None:
        messages = {"required": "Choose a place from the list."}
        super().__init__(max_length=300, error_messages=messages, **kwargs)

    def clean(self, value: Any) -> Place:
        return read_place(super().clean(value))


class BookForm(forms.Form):
    """What "Book" sends.  ``what`` is ``kind:preparation`` or ``step:ID``."""

    patient = forms.UUIDField(error_messages={"required": "Choose a patient."})
    what = fields.TextField(max_length=60)
    minutes = fields.WholeField(low=15, high=480, unit="min", label="Length")
    place = PlaceField(label="Place")

    def clean_what(self) -> str:
        return read_what(self.cleaned_data["what"])


def read_what(text: str) -> str:
    """``kind:…`` of a known kind or ``step:`` and a UUID; raises ValidationError."""
    name, _, value = text.partition(":")
    if name == "kind" and value in VisitKind:
        return text
    if name == "step" and re.fullmatch(r"[0-9a-f-]{36}", value):
        return text
    raise ValidationError("Choose what the visit is for.")


def choose(form: forms.Form, **choices: Sequence[tuple[str, str]]) -> None:
    """Give the choice fields of a form what they offer."""
    for name, offered in choices.items():
        field: Any = form.fields[name]
        field.choices = offered


class SearchForm(forms.Form):
    """What is looked for on the page: kind, length, with whom, from when."""

    what = fields.ChoiceField(label="Kind")
    minutes = fields.WholeField(label="Length", low=15, high=480, unit="min")
    therapist = fields.ChoiceField(label="With", required=False)
    first = fields.DateField(
        label="Not before",
        earliest=date(2000, 1, 1),
        latest=lambda: clock.now().date() + FURTHEST,
        too_late="Choose a day within two years.",
    )
    at = fields.TimeField(label="At a certain time", required=False)

    def __init__(
        self,
        *args: Any,
        whats: Sequence[tuple[str, str]],
        people: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        choose(self, what=whats, therapist=people)
        self.helper = Helper("what", "therapist", Row("minutes", "at"), "first")


class MoveForm(forms.Form):
    """What "Move" sends; ``version`` is what the page showed."""

    version = fields.WholeField(low=1, high=1_000_000)
    minutes = fields.WholeField(low=15, high=480, unit="min", label="Length")
    place = PlaceField(label="Place")


class CancelForm(forms.Form):
    reason = fields.TextField(
        label="Why is the visit cancelled?",
        max_length=300,
        error_messages={"required": "Say why the visit is cancelled."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = Helper("reason")
