"""The shipped protocols (clinical reference 1.2), built from the parts they share.

Lengths are those of 1.3, spacing 1.5, integration windows 1.6, follow-up 1.8.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sessions.rules.protocol_types import (
    DAY,
    HOUR,
    REMINDERS,
    FollowUp,
    Need,
    Relation,
    StepBody,
)

TURNOVER_MIN: Final = 15
"""Set-up before and clean-up after a dose (1.3)."""
PRESCRIBER_ON_SITE_MIN: Final = 60
"""The prescriber's own time: the dose's first hour (6.6)."""
PREPARATION_MIN, INTEGRATION_MIN, REVIEW_MIN = 60, 50, 30
IM_MIN, IV_MIN, SL_MIN, ESK_MIN = 150, 120, 180, 150
"""Lengths (1.3)."""

PATIENT: Final = Need(role="patient")
ROOM: Final = Need(role="room")
THERAPIST: Final = Need(role="therapist")
PRESCRIBER: Final = Need(role="prescriber")
TALK: Final = (PATIENT, ROOM, THERAPIST)
REVIEW: Final = (PATIENT, ROOM, PRESCRIBER)
DOSE: Final = (
    PATIENT,
    Need(role="room", from_min=-TURNOVER_MIN, to_min=TURNOVER_MIN),
    THERAPIST,
    Need(role="nurse", from_min=-TURNOVER_MIN),
    Need(role="prescriber", to_min=PRESCRIBER_ON_SITE_MIN, to_end=False),
)
"""Therapist throughout, nurse from set-up to the end (1.3, 6.6)."""
PAIN_DOSE: Final = (*DOSE[:-1], PRESCRIBER)
"""A long infusion keeps its prescriber throughout (ours; 1.2 asks for extra watching)."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Minutes to the step before: least, wished, most."""

    least: int
    ideal: int
    most: int

    def after(self, key: str, *, from_end: bool = False) -> Relation:
        return Relation(
            to=key,
            least_min=self.least,
            ideal_min=self.ideal,
            most_min=self.most,
            from_end=from_end,
        )


TO_FIRST_DOSE: Final = Gap(1 * DAY, 2 * DAY, 14 * DAY)
TO_SECOND_PREPARATION: Final = Gap(1 * DAY, 3 * DAY, 14 * DAY)
TO_INTEGRATION: Final = Gap(24 * HOUR, 24 * HOUR, 72 * HOUR)
"""From the dose's end; wished the day after (INT-01, INT-02)."""
WITHIN_A_DAY: Final = Gap(0, 24 * HOUR, 24 * HOUR)
"""Numinus: within 24 h (INT-01)."""
TO_REVIEW: Final = Gap(7 * DAY, 14 * DAY, 15 * DAY)
"""The acute review, about two weeks after the last dose (1.1, 1.8)."""
TO_CLOSING: Final = Gap(7 * DAY, 10 * DAY, 14 * DAY)
"""INT-05."""
TWICE_A_WEEK: Final = Gap(72 * HOUR, 84 * HOUR, 120 * HOUR)
ONCE_OR_TWICE_LATER: Final = Gap(72 * HOUR, 84 * HOUR, 6 * DAY)
"""Standard_6 ends with one or two a week; the most keeps the whole within 28 days."""
ONCE_OR_TWICE_A_WEEK: Final = Gap(72 * HOUR, 5 * DAY, 9 * DAY)
WEEKLY: Final = Gap(6 * DAY, 7 * DAY, 8 * DAY)
EVERY_OTHER_DAY: Final = Gap(48 * HOUR, 48 * HOUR, 72 * HOUR)
OVER_THE_WEEKEND: Final = Gap(48 * HOUR, 72 * HOUR, 96 * HOUR)
ONE_TO_TWO_WEEKS: Final = Gap(7 * DAY, 10 * DAY, 14 * DAY)
FORTNIGHTLY: Final = Gap(10 * DAY, 14 * DAY, 18 * DAY)

ACUTE: Final = ("phq-9", "gad-7")
LATER: Final = (*ACUTE, "who-5", "pcl-5", "peg")
FOLLOW_UP: Final = (
    FollowUp(day=1, what="Check-in: safety, side effects, sleep"),
    FollowUp(day=7, what="Measures, the acute endpoint", measures=ACUTE),
    FollowUp(day=14, what="Acute review", measures=(*ACUTE, "pcl-5", "peg")),
    FollowUp(day=28, what="Four-week durability", measures=ACUTE),
    FollowUp(day=56, what="Eight-week durability", measures=ACUTE),
    FollowUp(day=90, what="Three-month set, urinary question", measures=LATER),
    FollowUp(day=180, what="Six-month set, urinary question", measures=LATER),
    FollowUp(day=365, what="Twelve-month set", measures=(*LATER, "audit-c", "dast-10")),
)
"""Days from the last acute dose (1.8)."""
REMIND_TALK: Final = ("visit-24h",)
MONITORED: Final = ("monitor",)
INFUSED: Final = ("monitor", "pump")


def talk(key: str, kind: str, minutes: int, *relations: Relation) -> StepBody:
    """A visit with the therapist, in a room or by video."""
    return StepBody(
        key=key,
        kind=kind,
        minutes=minutes,
        needs=TALK,
        relations=relations,
        may_be_video=True,
        reminders=REMIND_TALK,
    )


def preparations(count: int, *, minutes: int = PREPARATION_MIN) -> tuple[StepBody, ...]:
    """``preparation``, then ``preparation-2`` and on, each after the one before."""
    found = [talk("preparation", "preparation", minutes)]
    for number in range(2, count + 1):
        after = TO_SECOND_PREPARATION.after(found[-1].key)
        step = talk(f"preparation-{number}", "preparation", minutes, after)
        found.append(replace(step, number=number, title=f"Preparation {number}"))
    if count > 1:
        found[0] = replace(found[0], title="Preparation 1")
    return tuple(found)


def doses(
    gaps: Sequence[Gap],
    *,
    minutes: int,
    first_after: Relation | None,
    talks_after: Collection[int],
    talk_min: int = INTEGRATION_MIN,
    to_talk: Gap = TO_INTEGRATION,
    needs: tuple[Need, ...] = DOSE,
    devices: tuple[str, ...] = MONITORED,
) -> tuple[StepBody, ...]:
    """The doses with ``gaps`` between them, and a talk after those named."""
    found: list[StepBody] = []
    talks = 0
    for number in range(1, len(gaps) + 2):
        before = first_after
        if number > 1:
            before = gaps[number - 2].after(f"dose-{number - 1}")
        found.append(
            StepBody(
                key=f"dose-{number}",
                kind="dosing",
                minutes=minutes,
                needs=needs,
                number=number,
                relations=(before,) if before else (),
                devices=devices,
                measures=("phq-9",),
                reminders=REMINDERS,
            )
        )
        if number in talks_after:
            talks += 1
            after = to_talk.after(f"dose-{number}", from_end=True)
            step = talk(f"integration-{number}", "integration", talk_min, after)
            found.append(replace(step, number=talks))
    return tuple(found)


def review(last_dose: int) -> StepBody:
    """The prescriber's decision about two weeks after the last dose."""
    return StepBody(
        key="review",
        kind="follow-up",
        minutes=REVIEW_MIN,
        needs=REVIEW,
        relations=(TO_REVIEW.after(f"dose-{last_dose}"),),
        may_be_video=True,
        measures=ACUTE,
        reminders=REMIND_TALK,
    )


def course(
    gaps: Sequence[Gap],
    *,
    minutes: int,
    talks_after: Collection[int],
    preparation_count: int = 1,
    preparation_min: int = PREPARATION_MIN,
    talk_min: int = INTEGRATION_MIN,
    to_talk: Gap = TO_INTEGRATION,
    devices: tuple[str, ...] = MONITORED,
    needs: tuple[Need, ...] = DOSE,
) -> tuple[StepBody, ...]:
    """Preparation, doses and talks, review."""
    first = preparations(preparation_count, minutes=preparation_min)
    return (
        *first,
        *doses(
            gaps,
            minutes=minutes,
            first_after=TO_FIRST_DOSE.after(first[-1].key),
            talks_after=talks_after,
            talk_min=talk_min,
            to_talk=to_talk,
            devices=devices,
            needs=needs,
        ),
        review(len(gaps) + 1),
    )
