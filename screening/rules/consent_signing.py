"""May somebody sign now, who is next, and what must be there before (CR-01 to CR-09).

Pure: the day's facts come in, sentences go out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final

BEFORE_FIRST_DOSE: Final = timedelta(hours=24)
"""CR-01 (ID)."""
FULLY_AWAKE: Final = 5
"""MOAA/S below this is sedation (CR-03)."""

ORDER: Final = (
    "representative",
    "patient",
    "escort",
    "clinician",
    "interpreter",
    "witness",
)


@dataclass(frozen=True, slots=True)
class UnderEffect:
    """What is known of this patient's day; None: nothing of the kind happened."""

    dose_started_at: datetime | None = None
    sedative_said_at: datetime | None = None
    """A benzodiazepine or another such substance in the 24 hours before."""
    lowest_moaas_at: datetime | None = None
    """A reading below fully awake."""


def why_not_now(effect: UnderEffect, *, now: datetime, zone: tzinfo) -> str:
    """The sentence that refuses a signature or a wider permission; empty when it may be."""
    today = now.astimezone(zone).date()

    def is_today(at: datetime | None) -> bool:
        return at is not None and at <= now and at.astimezone(zone).date() == today

    if is_today(effect.dose_started_at):
        return (
            "A dose was given today. Nothing new is signed until tomorrow. "
            "Taking back or narrowing is possible at any time."
        )
    if is_today(effect.sedative_said_at):
        return (
            "A calming medicine or another substance in the last 24 hours was noted "
            "today. Nothing new is signed until tomorrow."
        )
    if is_today(effect.lowest_moaas_at):
        return "The patient was not fully awake today. Nothing new is signed until tomorrow."
    return ""


def roles_in_order(
    *,
    needs_clinician: bool,
    needs_escort: bool = False,
    has_representative: bool = False,
    patient_assents: bool = True,
    has_interpreter: bool = False,
    has_witness: bool = False,
) -> list[str]:
    """Who has to sign, in order (C-32, CR-07, CR-08)."""
    wanted = {
        "representative": has_representative,
        "patient": not has_representative or patient_assents,
        "escort": needs_escort,
        "clinician": needs_clinician,
        "interpreter": has_interpreter,
        "witness": has_witness,
    }
    return [role for role in ORDER if wanted[role]]


def next_role(roles: Sequence[str], signed: Iterable[str]) -> str | None:
    """Whose turn it is; None: all have signed."""
    done = set(signed)
    return next((role for role in roles if role not in done), None)


def needs_reason_for_haste(
    *, signed_at: datetime, first_dose_at: datetime | None, is_first: bool
) -> bool:
    """CR-01: the first treatment consent, less than 24 hours before the first dose."""
    return (
        is_first
        and first_dose_at is not None
        and first_dose_at - signed_at < BEFORE_FIRST_DOSE
    )


def teach_back_items(
    sections: Sequence[Mapping[str, Any]],
) -> list[tuple[str, Mapping[str, Any]]]:
    """Every question on understanding, with the id of the part that asks it."""
    return [
        (str(section["id"]), item)
        for section in sections
        for item in section.get("teach_back", ())
    ]


def not_answered(
    sections: Sequence[Mapping[str, Any]], answers: Mapping[str, Any]
) -> list[str]:
    """Questions nobody has answered yet, right or wrong."""
    return [
        str(item["question"])
        for _, item in teach_back_items(sections)
        if not answers.get(str(item["id"]))
    ]


def not_understood(
    sections: Sequence[Mapping[str, Any]], answers: Mapping[str, Any]
) -> list[str]:
    """Questions whose last answer was not right; the clinician talks them through."""
    return [
        str(item["question"])
        for _, item in teach_back_items(sections)
        if not (given := answers.get(str(item["id"]))) or not given[-1]["is_right"]
    ]
