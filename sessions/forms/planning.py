"""Forms of the planner page: wishes, and the course that is to be booked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta
from types import MappingProxyType
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from kap.ui import fields
from sessions.forms.booking import choose, read_place
from sessions.queries.course import Wishes
from sessions.services.course_types import Pick

MOST_VISITS: Final = 60
FURTHEST: Final = timedelta(days=730)
HOURS: Final = MappingProxyType(
    {
        "": ("Any time of day", None, None),
        "morning": ("Mornings, until 13:00", None, time(13)),
        "afternoon": ("Afternoons, from 12:00", time(12), None),
    }
)
DAYS: Final = (
    ("0", "Mon"),
    ("1", "Tue"),
    ("2", "Wed"),
    ("3", "Thu"),
    ("4", "Fri"),
    ("5", "Sat"),
    ("6", "Sun"),
)


class WishForm(forms.Form):
    """What the patient wishes; sent with GET, so that a proposal has an address."""

    protocol = fields.ChoiceField(label="Protocol")
    first = fields.DateField(
        label="Not before",
        too_early="Choose today or later.",
        too_late="Choose a day within two years.",
    )
    days = forms.MultipleChoiceField(
        label="Days the patient can come",
        choices=DAYS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one day."},
    )
    hours = fields.ChoiceField(
        label="Time of day",
        required=False,
        choices=[(key, words) for key, (words, _, _) in HOURS.items()],
    )
    therapist = fields.ChoiceField(label="Therapist, same throughout", required=False)

    def __init__(
        self,
        *args: Any,
        protocols: Sequence[tuple[str, str]],
        people: Sequence[tuple[str, str]],
        weekdays: Sequence[int],
        today: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        days = [DAYS[weekday] for weekday in weekdays]
        choose(self, protocol=protocols, therapist=people, days=days)
        first: Any = self.fields["first"]
        first.earliest = today
        first.latest = lambda: today + FURTHEST

    def wishes(self, *, upto: str = "") -> Wishes:
        """The cleaned wishes as the planner takes them."""
        asked = self.cleaned_data
        _, from_time, to_time = HOURS[asked["hours"]]
        return Wishes(
            first=asked["first"],
            weekdays=frozenset(int(day) for day in asked["days"]),
            from_time=from_time,
            to_time=to_time,
            therapist=asked["therapist"],
            upto=upto,
        )


class CourseForm(forms.Form):
    """What "Book all" sends: the protocol and one line for each visit."""

    protocol = forms.UUIDField(error_messages={"required": "Choose a protocol."})

    def __init__(self, data: Any, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.lines: list[str] = data.getlist("visit")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not 0 < len(self.lines) <= MOST_VISITS:
            raise ValidationError("There is nothing to book. Ask for proposals again.")
        cleaned["picks"] = [read_pick(line) for line in self.lines]
        return cleaned


def read_pick(line: str) -> Pick:
    """Parse ``dose-1~2026-11-24T15:00~room:12``; raises ValidationError."""
    key, _, place_code = line[:400].partition("~")
    place = read_place(place_code)
    return Pick(key[:30], place.starts_at, place.resources)
