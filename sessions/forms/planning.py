"""Forms of the planner page: wishes, and the course that is to be booked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from kap.ui import fields
from sessions.forms.booking import choose, read_place
from sessions.queries.course import PinWish, Wishes
from sessions.queries.course_wishes import WishChoices
from sessions.services.course_types import Exceptions, Pick

MOST_VISITS: Final = 60
FURTHEST: Final = timedelta(days=730)
WEEKS: Final = frozenset({"4", "8"})
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
    language = fields.ChoiceField(label="Language", required=False)
    sex = fields.ChoiceField(label="Therapist is", required=False)
    features = forms.MultipleChoiceField(
        label="The rooms have",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose from the list."},
    )

    def __init__(
        self,
        *args: Any,
        protocols: Sequence[tuple[str, str]],
        wishes: WishChoices,
        weekdays: Sequence[int],
        today: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        days = [DAYS[weekday] for weekday in weekdays]
        choose(
            self,
            protocol=protocols,
            therapist=[("", "Whoever is free throughout"), *wishes.therapists],
            days=days,
            language=[("", "Any language"), *wishes.languages],
            sex=[("", "A woman or a man"), *wishes.sexes],
            features=list(wishes.features),
        )
        first: Any = self.fields["first"]
        first.earliest = today
        first.latest = lambda: today + FURTHEST

    def wishes(self, more: MoreWishes) -> Wishes:
        """The cleaned wishes as the planner takes them."""
        asked = self.cleaned_data
        _, from_time, to_time = HOURS[asked["hours"]]
        return Wishes(
            first=asked["first"],
            weekdays=frozenset(int(day) for day in asked["days"]),
            from_time=from_time,
            to_time=to_time,
            therapist=asked["therapist"],
            language=asked["language"],
            sex=asked["sex"],
            features=frozenset(asked["features"]),
            upto=more.upto,
            pins=more.pins,
            second_therapist=more.second_therapist,
            wider=more.wider,
            more_weeks=more.more_weeks,
        )


@dataclass(frozen=True, slots=True)
class MoreWishes:
    """What the page's links ask for beside the form; nonsense is left out."""

    upto: str = ""
    pins: tuple[PinWish, ...] = ()
    second_therapist: bool = False
    wider: frozenset[str] = frozenset()
    more_weeks: int = 0

    @classmethod
    def of(cls, data: QueryDict) -> MoreWishes:
        pins = {
            pin.step_key: pin
            for pin in map(read_pin, data.getlist("pin")[:MOST_VISITS])
            if pin is not None
        }
        weeks = data.get("weeks", "")
        return cls(
            upto=data.get("upto", "")[:30],
            pins=tuple(pins.values()),
            second_therapist=data.get("second") == "on",
            wider=frozenset(key[:30] for key in data.getlist("wider")[:MOST_VISITS]),
            more_weeks=int(weeks) if weeks in WEEKS else 0,
        )


def read_pin(text: str) -> PinWish | None:
    """``dose-3~2026-11-24T15:00`` (UTC), or None for anything else."""
    key, _, code = text[:60].partition("~")
    at = read_instant(code)
    return PinWish(key, at) if at is not None and key else None


def read_instant(text: str) -> datetime | None:
    """``2026-11-24T15:00`` (UTC), or None."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d", text, re.ASCII):
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M").replace(tzinfo=UTC)
    except ValueError:
        return None


class CourseForm(forms.Form):
    """What "Book all" sends: the protocol and one line for each visit."""

    protocol = forms.UUIDField(error_messages={"required": "Choose a protocol."})
    reason = fields.LongTextField(
        label="Why the course departs from its rules",
        max_length=300,
        rows=2,
        required=False,
    )

    def __init__(self, data: Any, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.lines: list[str] = data.getlist("visit")
        self.second_therapist = data.get("second") == "on"
        self.wider = frozenset(key[:30] for key in data.getlist("wider"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not 0 < len(self.lines) <= MOST_VISITS:
            raise ValidationError("There is nothing to book. Ask for proposals again.")
        cleaned["picks"] = [read_pick(line) for line in self.lines]
        cleaned["exceptions"] = Exceptions(
            self.second_therapist, self.wider, cleaned.get("reason", "")
        )
        return cleaned


class ApproveForm(forms.Form):
    """A medical director's word for a course that needs one."""

    protocol = forms.UUIDField(error_messages={"required": "Choose a protocol."})
    reason = fields.TextField(
        label="Why this protocol suits the patient",
        max_length=300,
        error_messages={"required": "Write why this protocol suits the patient."},
    )


def read_pick(line: str) -> Pick:
    """Parse ``dose-1~2026-11-24T15:00~room:12``; raises ValidationError."""
    key, _, place_code = line[:400].partition("~")
    place = read_place(place_code)
    return Pick(key[:30], place.starts_at, place.resources)
