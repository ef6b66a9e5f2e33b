"""The calendar's forms: another place for a visit, time that is blocked, a saved view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms

from kap.clinic.enums import AbsenceCode
from kap.core import clock
from kap.ui import fields
from kap.ui.forms import Helper, Row
from sessions.enums import ParticipantRole
from sessions.forms.booking import FURTHEST, choose

ROLES: Final = (
    ParticipantRole.ROOM,
    ParticipantRole.THERAPIST,
    ParticipantRole.NURSE,
    ParticipantRole.PRESCRIBER,
)
Choices = Sequence[tuple[str, str]]
TELL: Final = (("yes", "Tell the patient"), ("no", "Do not tell the patient"))


def _day(label: str) -> fields.DateField:
    return fields.DateField(
        label=label,
        earliest=date(2000, 1, 1),
        latest=lambda: clock.now().date() + FURTHEST,
        too_late="Choose a day within two years.",
    )


def instant(day: date, at: time, zone: ZoneInfo) -> datetime | None:
    """A wall-clock time of a site; None for one that the clocks skip on that day."""
    local = datetime.combine(day, at, zone)
    real = local.astimezone(UTC)
    back = real.astimezone(zone)
    return real if back.replace(tzinfo=None) == local.replace(tzinfo=None) else None


class PlaceForm(forms.Form):
    """Another time and other people for a visit; what is not changed stays.

    ``offered``: for each role of the visit the diaries that could take it.
    """

    version = fields.WholeField(low=0, high=1_000_000, required=False)
    to = fields.WholeField(low=0, high=10_000_000_000, required=False)
    """The instant where it was dropped; holds while day and time read the same."""
    day = _day("Day")
    at = fields.TimeField(label="Begins at")
    room = fields.ChoiceField(label="Room")
    therapist = fields.ChoiceField(label="Therapist")
    nurse = fields.ChoiceField(label="Nurse")
    prescriber = fields.ChoiceField(label="Prescriber")
    reason = fields.TextField(
        label="Reason",
        max_length=300,
        required=False,
        help_text="Needed where a rule is bent. Colleagues read it.",
    )
    tell = fields.RadioField(label="The patient", choices=TELL, initial="yes")

    def __init__(
        self, *args: Any, offered: Mapping[str, Choices], zone: ZoneInfo, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        for role in ROLES:
            if role in offered:
                choose(self, **{role.value: offered[role]})
            else:
                del self.fields[role.value]
        self.roles = [role.value for role in ROLES if role in offered]
        for name in ("version", "to"):
            self.fields[name].widget = forms.HiddenInput()
        self.places = Helper("version", "to", Row("day", "at"), *self.roles)
        self.words = Helper("reason", "tell")

    def clean(self) -> None:
        day, at = self.cleaned_data.get("day"), self.cleaned_data.get("at")
        if day is None or at is None:
            return
        found = instant(day, at, self.zone)
        if found is None:
            self.add_error(
                "at", "The clocks skip this time on that day. Choose another."
            )
            return
        dropped = self.cleaned_data.get("to")
        if dropped:
            exact = datetime.fromtimestamp(int(dropped), tz=UTC)
            local = exact.astimezone(self.zone)
            if (local.date(), local.time()) == (day, at):
                found = exact
        self.cleaned_data["starts_at"] = found

    @property
    def chosen(self) -> dict[str, int]:
        """Role to diary."""
        return {role: int(self.cleaned_data[role]) for role in self.roles}


class BlockForm(forms.Form):
    """Time in which somebody is away or a room cannot be used, by the site's wall clock."""

    schedule = fields.ChoiceField(label="Who or which room")
    code = fields.ChoiceField(label="Why", choices=AbsenceCode.choices)
    first_day = _day("From")
    starts = fields.TimeField(label="at")
    last_day = _day("Until")
    ends = fields.TimeField(label="at")
    reason = fields.TextField(
        label="Note",
        max_length=200,
        required=False,
        help_text="Colleagues read it; no patient's name.",
    )

    def __init__(
        self, *args: Any, diaries: Choices, zone: ZoneInfo, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        choose(self, schedule=[("", "Choose"), *diaries])
        self.helper = Helper(
            "schedule",
            "code",
            Row("first_day", "starts"),
            Row("last_day", "ends"),
            "reason",
        )

    def clean(self) -> None:
        for name, day, at in (
            ("start", "first_day", "starts"),
            ("end", "last_day", "ends"),
        ):
            if self.cleaned_data.get(day) and self.cleaned_data.get(at):
                found = instant(
                    self.cleaned_data[day], self.cleaned_data[at], self.zone
                )
                if found is None:
                    self.add_error(
                        at, "The clocks skip this time on that day. Choose another."
                    )
                self.cleaned_data[name] = found


class ViewForm(forms.Form):
    """A view of the calendar to keep on a key."""

    key = fields.ChoiceField(
        label="Key", choices=[(str(n), str(n)) for n in range(1, 10)]
    )
    name = fields.TextField(label="Name of the view", max_length=40)
    query = forms.CharField(max_length=800, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = Helper(Row("key", "name"), "query")


class GiveUpForm(forms.Form):
    reason = fields.TextField(
        label="Why is the visit given up?",
        max_length=300,
        error_messages={"required": "Say why the visit is given up."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = Helper("reason")
