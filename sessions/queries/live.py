"""A dosing session under way as its page shows it: clocks, latest values, chart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from django.utils.safestring import SafeString

from kap.accounts.enums import Role
from kap.ui import charts
from screening.queries.preparation import Agreed, agreed
from sessions.models import MedicationAdministration, VitalSigns
from sessions.queries.live_facts import Course, told
from sessions.queries.readiness_facts import Room
from sessions.rules.dose_units import with_unit
from sessions.rules.monitoring_watch import DueState, Escalation
from sessions.rules.vitals_types import VitalLevel

MINUTE: Final = 60
ROUTE_WORDS: Final = MappingProxyType(
    {
        "iv": "ketamine IV",
        "im": "ketamine IM",
        "sl": "ketamine sublingual",
        "in_esk": "esketamine nasal",
    }
)
ESCALATED: Final = MappingProxyType(
    {
        Escalation.NONE: "",
        Escalation.ROOM: "The room must see it.",
        Escalation.NURSE_LEAD: "The nurse lead sees it.",
        Escalation.PRESCRIBER: "The prescriber sees it.",
    }
)
GRAVE: Final = frozenset({VitalLevel.RED, VitalLevel.EMERGENCY, VitalLevel.HARD})


@dataclass(frozen=True, slots=True)
class NextReading:
    """The reading to come, in words; ``tone`` warn once it is due, danger when it is late."""

    words: str
    tone: str
    at: datetime | None
    """Counted down to; None when it is due already or none is left."""


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest value of each kind with its time."""

    pressure: str
    pulse: int | None
    spo2: int | None
    at: datetime
    tone: str
    sentences: tuple[str, ...]
    told: str


def minute_of(at: datetime, room: Room) -> int | None:
    """Whole minutes since the first dose; negative before it."""
    if not room.doses:
        return None
    return int((at - room.doses[0].given_at).total_seconds() // MINUTE)


def dose_text(dose: MedicationAdministration) -> str:
    return f"{with_unit(dose.dose_mg, 'mg')} {ROUTE_WORDS[dose.route]}"


def next_reading(course: Course | None) -> NextReading:
    if course is None:
        return NextReading("No dose stands.", "", None)
    coming = course.next
    if coming is None:
        return NextReading("All readings are taken.", "", None)
    if coming.state is DueState.UPCOMING:
        return NextReading("Next reading", "", coming.due.at)
    if coming.state is DueState.DUE:
        return NextReading("A reading is due now.", "warn", None)
    late = with_unit(coming.minutes_late, "min")
    seen = ESCALATED[coming.escalation]
    return NextReading(f"A reading is {late} late. {seen}".strip(), "danger", None)


def missed_count(course: Course | None) -> int:
    followed = course.followed if course else ()
    return sum(one.state is DueState.MISSED for one in followed)


def latest_of(room: Room) -> Latest | None:
    """The newest pressure, pulse and saturation, wherever they were taken."""
    if not room.readings:
        return None
    newest = room.readings[-1]
    pressure = next((row for row in reversed(room.readings) if row.systolic_mmhg), None)
    findings = newest.findings
    return Latest(
        pressure=f"{pressure.systolic_mmhg}/{pressure.diastolic_mmhg}"
        if pressure
        else "",
        pulse=_newest(room.readings, "heart_rate_bpm"),
        spo2=_newest(room.readings, "spo2_percent"),
        at=newest.taken_at,
        tone=tone_of(findings),
        sentences=tuple(
            f"{one['sentence']} {one['action']}".strip() for one in findings
        ),
        told=", ".join(Role(role).label.lower() for role in told(room)),
    )


def _newest(rows: Sequence[VitalSigns], name: str) -> int | None:
    return next(
        (value for row in reversed(rows) if (value := getattr(row, name)) is not None),
        None,
    )


def tone_of(findings: Iterable[dict[str, Any]]) -> str:
    levels = {one["level"] for one in findings}
    if levels & GRAVE:
        return "danger"
    return "warn" if levels else ""


def chart_of(
    room: Room, *, now: datetime | None, events: Sequence[datetime] = ()
) -> SafeString | None:
    """The course of the vital signs; None until a pressure was taken after or before a dose."""
    if not room.doses:
        return None
    points = [
        charts.VitalPoint(
            minute=minute_of(row.taken_at, room) or 0,
            systolic=row.systolic_mmhg,
            diastolic=row.diastolic_mmhg or 0,
            pulse=row.heart_rate_bpm,
            spo2=row.spo2_percent,
        )
        for row in room.readings
        if row.systolic_mmhg is not None
    ]
    if not points:
        return None
    return charts.vitals(
        points=points,
        limit_systolic=_limit(room, "systolic_mmhg", is_high=True),
        limit_spo2=_limit(room, "spo2_percent", is_high=False),
        now=minute_of(now, room) if now else None,
        events=[minute_of(at, room) or 0 for at in events],
    )


def _limit(room: Room, code: str, *, is_high: bool) -> int | None:
    """The first threshold in force, after the dose."""
    found = [
        int(one.value)
        for one in room.policies.vitals.during.get(code, ())
        if one.level is VitalLevel.AMBER and one.side.is_high is is_high
    ]
    return found[0] if found else None


def preparation_of(room: Room) -> Agreed | None:
    """The newest signed preparation of this course, with the intention as it is now."""
    return agreed(room.appointment.episode_id)
