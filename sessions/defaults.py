"""The shipped protocols and the texts of a visit's messages; a clinic edits both in the admin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final

from kap.pharmacy.models import Route
from sessions.enums import ParticipantRole, VisitKind
from sessions.models import Protocol, ProtocolStep

HOUR, DAY = 60, 24 * 60
TURNOVER_MIN: Final = 15
"""Set-up before and clean-up after a dose (clinical.md 1.3)."""
PRESCRIBER_ON_SITE_MIN: Final = 60
"""The prescriber is there for the dose's first hour (clinical.md 6.6)."""
PREPARATION_MIN, INTEGRATION_MIN = 60, 50
SCREENING_MIN, REVIEW_MIN = 60, 30
"""Lengths (clinical.md 1.3)."""

Need = dict[str, Any]


def need(role: str, from_min: int = 0, to_min: int = 0, *, to_end: bool = True) -> Need:
    """One entry of ``ProtocolStep.needs``: whole minutes from the visit's start or end."""
    return {
        "role": role,
        "from_min": from_min,
        "to_min": to_min,
        "from_end": False,
        "to_end": to_end,
    }


PATIENT: Final = need(ParticipantRole.PATIENT)
ROOM: Final = need(ParticipantRole.ROOM)
THERAPIST: Final = need(ParticipantRole.THERAPIST)
PRESCRIBER: Final = need(ParticipantRole.PRESCRIBER)
TALK: Final = (PATIENT, ROOM, THERAPIST)
REVIEW: Final = (PATIENT, ROOM, PRESCRIBER)
DOSE: Final = (
    PATIENT,
    need(ParticipantRole.ROOM, -TURNOVER_MIN, TURNOVER_MIN),
    THERAPIST,
    need(ParticipantRole.NURSE, -TURNOVER_MIN),
    need(ParticipantRole.PRESCRIBER, 0, PRESCRIBER_ON_SITE_MIN, to_end=False),
)
"""Therapist throughout, nurse from set-up to the end (clinical.md 1.3, 6.6)."""


@dataclass(frozen=True, slots=True)
class SingleVisit:
    """What a visit outside a protocol takes."""

    minutes: int
    needs: tuple[Need, ...]
    may_be_video: bool = False


SINGLE_VISITS: Final = MappingProxyType(
    {
        VisitKind.SCREENING: SingleVisit(SCREENING_MIN, REVIEW),
        VisitKind.PREPARATION: SingleVisit(PREPARATION_MIN, TALK, may_be_video=True),
        VisitKind.DOSING: SingleVisit(150, DOSE),
        VisitKind.INTEGRATION: SingleVisit(INTEGRATION_MIN, TALK, may_be_video=True),
        VisitKind.FOLLOW_UP: SingleVisit(REVIEW_MIN, REVIEW, may_be_video=True),
    }
)


@dataclass(frozen=True, slots=True)
class Gap:
    """Minutes to the step before: least, wished, most."""

    least: int
    ideal: int
    most: int


@dataclass(frozen=True, slots=True)
class Course:
    """A shipped protocol: ``gaps`` lie between its doses, one fewer than there are."""

    code: str
    name: str
    route: str
    dose_min: int
    gaps: tuple[Gap, ...]
    talks_after: frozenset[int]
    """After which doses an integration visit follows."""
    source: str
    max_doses_per_7_days: int = 2


TO_FIRST_DOSE: Final = Gap(1 * DAY, 2 * DAY, 14 * DAY)
TO_INTEGRATION: Final = Gap(24 * HOUR, 24 * HOUR, 72 * HOUR)
"""From the dose's end; wished the day after (clinical.md 1.6, 1.10)."""
TO_REVIEW: Final = Gap(7 * DAY, 14 * DAY, 15 * DAY)
"""The acute review, about two weeks after the last dose (clinical.md 1.1, 1.8)."""
TWICE_A_WEEK: Final = Gap(72 * HOUR, 84 * HOUR, 120 * HOUR)
ONCE_OR_TWICE_A_WEEK: Final = Gap(72 * HOUR, 5 * DAY, 9 * DAY)
WEEKLY: Final = Gap(6 * DAY, 7 * DAY, 8 * DAY)

COURSES: Final = (
    Course(
        code="six_over_three_weeks",
        name="Ketamine IM, 6 doses in 3 weeks",
        route=Route.IM,
        dose_min=150,
        gaps=(TWICE_A_WEEK,) * 5,
        talks_after=frozenset(range(1, 7)),
        source="clinical.md 1.2 (six_over_three_weeks, standard_6), 1.5, 1.6",
    ),
    Course(
        code="standard_4",
        name="Ketamine IV, 4 doses in 2 to 4 weeks",
        route=Route.IV,
        dose_min=120,
        gaps=(ONCE_OR_TWICE_A_WEEK,) * 3,
        talks_after=frozenset(range(1, 5)),
        source="clinical.md 1.2 (standard_4), 1.3, 1.5, 1.6",
    ),
    Course(
        code="spravato_trd",
        name="Nasal esketamine, 12 doses in 8 weeks",
        route=Route.IN_ESK,
        dose_min=150,
        gaps=(Gap(2 * DAY, 84 * HOUR, 5 * DAY),) * 7 + (WEEKLY,) * 4,
        talks_after=frozenset({2, 4, 6, 8, 9, 10, 11, 12}),
        source="clinical.md 1.2 (spravato_trd), 1.5 SP-05, 1.6",
    ),
)
EFFECTIVE_FROM: Final = date(2026, 1, 1)


def install_protocols(now: datetime) -> None:  # noqa: ARG001 -- the installers' shape
    """Add the shipped protocols that are missing; an edited one is never touched."""
    known = set(Protocol.objects.values_list("code", flat=True))
    for course in COURSES:
        if course.code in known:
            continue
        protocol = Protocol.objects.create(
            code=course.code,
            name=course.name,
            route=course.route,
            max_doses_per_7_days=course.max_doses_per_7_days,
            source=course.source,
            effective_from=EFFECTIVE_FROM,
        )
        ProtocolStep.objects.bulk_create(
            ProtocolStep(protocol=protocol, position=place, **values)
            for place, values in enumerate(_steps(course))
        )


def _steps(course: Course) -> Iterator[dict[str, Any]]:
    talks = 0
    yield _step("preparation", VisitKind.PREPARATION, PREPARATION_MIN, TALK)
    for number in range(1, len(course.gaps) + 2):
        before, gap = ("preparation", TO_FIRST_DOSE)
        if number > 1:
            before, gap = (f"dose-{number - 1}", course.gaps[number - 2])
        yield _step(
            f"dose-{number}",
            VisitKind.DOSING,
            course.dose_min,
            DOSE,
            number=number,
            after=before,
            gap=gap,
        )
        if number in course.talks_after:
            talks += 1
            yield _step(
                f"integration-{number}",
                VisitKind.INTEGRATION,
                INTEGRATION_MIN,
                TALK,
                number=talks,
                after=f"dose-{number}",
                gap=TO_INTEGRATION,
                from_end=True,
            )
    yield _step(
        "review",
        VisitKind.FOLLOW_UP,
        REVIEW_MIN,
        REVIEW,
        after=f"dose-{len(course.gaps) + 1}",
        gap=TO_REVIEW,
    )


def _step(
    key: str,
    kind: VisitKind,
    minutes: int,
    needs: Sequence[Need],
    *,
    number: int = 1,
    after: str = "",
    gap: Gap | None = None,
    from_end: bool = False,
) -> dict[str, Any]:
    return {
        "key": key,
        "kind": kind,
        "duration_min": minutes,
        "needs": list(needs),
        "number": number,
        "after": after,
        "gap_from_end": from_end,
        "gap_min_min": gap.least if gap else None,
        "gap_ideal_min": gap.ideal if gap else None,
        "gap_max_min": gap.most if gap else None,
        "may_be_video": SINGLE_VISITS[kind].may_be_video,
    }
