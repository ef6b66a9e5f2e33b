"""Page f, the live session: everything on it, whole or as the parts that the poll draws anew."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any, Final

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render

from kap.accounts.policies import StaffRequest
from sessions.forms.discharge import DischargeForm
from sessions.forms.vitals import EventForm, NoteForm, VitalsForm
from sessions.models import Appointment
from sessions.queries.live import (
    chart_of,
    dose_text,
    latest_of,
    missed_count,
    next_reading,
    preparation_of,
)
from sessions.queries.live_facts import course_of
from sessions.queries.live_leaving import Ticked, leaving_of
from sessions.queries.live_log import events_of, log_of, notes_of
from sessions.queries.live_version import version_of
from sessions.queries.readiness_facts import Room, room_of
from sessions.rules.discharge import CriterionState
from sessions.rules.dose_units import with_unit
from sessions.services.dosing_common import GIVES
from sessions.views.room_common import (
    clinicians,
    escorts_of,
    head_of,
    last_values,
    note_read,
)

BUTTONS: Final = (
    ("nausea", "Nausea", "mood-sick", 1),
    ("dizziness", "Dizziness", "spiral", 1),
    ("headache", "Headache", "mood-sad", 1),
    ("distress", "Distress", "mood-nervous", 2),
    ("vomited", "Vomited", "droplets", 2),
)
"""Key, words, icon, grade (clinical.md 6.7: the default of each)."""
GRADES: Final = {key: grade for key, _, _, grade in BUTTONS}


class LivePage:
    """One view of page f; ``forms`` are the bound ones, by name."""

    def __init__(
        self,
        request: StaffRequest,
        appointment: Appointment,
        *,
        now: datetime,
        **forms: Form,
    ) -> None:
        self.request, self.appointment, self.now = request, appointment, now
        self.forms = forms

    @cached_property
    def room(self) -> Room:
        return room_of(self.appointment, now=self.now)

    def response(self, *, status: int = 200) -> HttpResponse:
        note_read(self.request, self.appointment)
        return render(
            self.request, "sessions/live/session.html", self.context(), status=status
        )

    def context(self) -> dict[str, Any]:
        room = self.room
        preparation = preparation_of(room)
        here = {row.user_id for row in room.present}
        leave = self.forms.get("leave_form")
        return {
            **head_of(self.request, room, preparation),
            **self.part_context(),
            "preparation": preparation,
            "doses": [
                (dose_text(dose), dose, _volume(dose), _per_kg(dose))
                for dose in room.doses
            ],
            "limits": limits_of(room),
            "last": last_values(room),
            "vitals_form": self.forms.get("vitals_form") or VitalsForm(),
            "event_form": self.forms.get("event_form") or EventForm(),
            "note_form": self.forms.get("note_form") or NoteForm(),
            "leave_form": leave
            or DischargeForm(
                policy=room.policies.discharge,
                people=clinicians(self.request.user, first=here),
                escorts=escorts_of(self.appointment.patient_id),
            ),
            "leave_is_open": leave is not None,
            "may_discharge": self.request.user.has_role(*GIVES),
        }

    def part_context(self) -> dict[str, Any]:
        """Clocks, values, log and leaving: what changes by itself."""
        room, now = self.room, self.now
        course = course_of(room, now=now)
        events, notes = events_of(room), notes_of(room)
        moments = [one.onset_at for one in events] + [one.noted_at for one in notes]
        leaving = leaving_of(room, Ticked(), at=now)
        results = leaving.results if leaving else ()
        return {
            "visit": self.appointment,
            "first_dose": room.doses[0] if room.doses else None,
            "first_words": dose_text(room.doses[0]) if room.doses else "",
            "next": next_reading(course),
            "missed": missed_count(course),
            "leave_from": course.schedule.earliest_discharge if course else None,
            "may_leave_now": bool(course and now >= course.schedule.earliest_discharge),
            "latest": latest_of(room),
            "chart": chart_of(room, now=now, events=sorted(moments)),
            "log": log_of(room, events, notes),
            "criteria": results,
            "met": sum(one.state is CriterionState.MET for one in results),
            "to_go": sum(one.state is CriterionState.OPEN for one in results),
            "buttons": BUTTONS,
            "is_part": False,
            "version": version_of(self.appointment.pk, now=now),
            "now": now,
        }


def _volume(dose: Any) -> str:
    return with_unit(dose.volume_ml, "mL") if dose.volume_ml is not None else ""


def _per_kg(dose: Any) -> str:
    return (
        with_unit(dose.dose_mg_per_kg, "mg/kg")
        if dose.dose_mg_per_kg is not None
        else ""
    )


def limits_of(room: Room) -> list[tuple[str, str]]:
    """The thresholds in force, in words, for this patient."""
    policy = room.policies.vitals
    during = policy.during

    def value(code: str, place: int) -> int:
        return int(during[code][place].value)

    return [
        (
            "Act at once",
            f"{value('systolic_mmhg', 0)}/{value('diastolic_mmhg', 0)}\u00a0mmHg or more",
        ),
        (
            "Recheck, tell",
            f"{value('systolic_mmhg', 2)}/{value('diastolic_mmhg', 1)}\u00a0mmHg or more",
        ),
        ("Oxygen", f"SpO\u2082 below {with_unit(value('spo2_percent', 2), '%')}"),
    ]
