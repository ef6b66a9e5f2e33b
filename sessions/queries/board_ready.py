"""What is still missing before a dose, in short: for cards, panels and lists."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from kap.ui.types import Check
from screening import queries as screening
from sessions.enums import VisitKind
from sessions.models import Appointment, PreSessionCheck

ASKED: Final = (
    "escort_confirmed",
    "last_solid_food_at",
    "medicines_unchanged",
)


@dataclass(frozen=True, slots=True)
class Facts:
    """The bulk facts of several visits, before a word is made of them."""

    consents: Mapping[UUID, screening.ConsentState]
    decisions: Mapping[UUID, screening.EligibilityState]
    said: Mapping[UUID, Mapping[str, Any]]
    """For each appointment the newest answer to each question that was not left open."""


def facts_for(visits: Mapping[UUID, UUID | None], *, on: date, now: datetime) -> Facts:
    """Facts for appointments (id to episode id): four queries, none when there are none."""
    if not visits:
        return Facts({}, {}, {})
    episodes = {episode for episode in visits.values() if episode is not None}
    return Facts(
        consents=screening.consent_states(episodes, on=on),
        decisions=screening.eligibility_states(episodes, now=now),
        said=newest_answers(visits),
    )


def newest_answers(appointment_ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """For each visit and each question the newest answer; one query."""
    rows = (
        PreSessionCheck.objects.filter(appointment_id__in=list(appointment_ids))
        .order_by("said_at")
        .values("appointment_id", *ASKED)
    )
    found: dict[UUID, dict[str, Any]] = {}
    for row in rows:
        answers = found.setdefault(row["appointment_id"], {})
        answers.update({key: row[key] for key in ASKED if row[key] is not None})
    return found


def readiness(
    appointment_ids: Collection[UUID], *, now: datetime, is_clinical: bool
) -> dict[UUID, list[Check]]:
    """The short checks of each dosing visit; five queries for any number."""
    visits = dict(
        Appointment.objects.filter(
            pk__in=list(appointment_ids), kind=VisitKind.DOSING
        ).values_list("pk", "episode_id")
    )
    facts = facts_for(visits, on=now.date(), now=now)
    return {
        pk: checks(pk, episode, facts, is_clinical=is_clinical)
        for pk, episode in visits.items()
    }


def checks(
    appointment_id: UUID, episode_id: UUID | None, facts: Facts, *, is_clinical: bool
) -> list[Check]:
    """In the order in which they stand in the way."""
    said = facts.said.get(appointment_id, {})
    found: list[Check] = []
    if episode_id is not None:
        found.append(_cleared(facts.decisions[episode_id], is_clinical=is_clinical))
        found.append(_consent(facts.consents[episode_id]))
    found.append(_driver(said.get("escort_confirmed")))
    found.append(_fasting(said.get("last_solid_food_at")))
    if is_clinical:
        found.append(_medicines(said.get("medicines_unchanged")))
    return found


def _cleared(state: screening.EligibilityState, *, is_clinical: bool) -> Check:
    if state.is_current:
        return Check("ok", "Cleared")
    return Check("no", "Not cleared" if is_clinical else "Clinical review needed")


def _consent(state: screening.ConsentState) -> Check:
    if state.is_current:
        return Check("ok", "Consent")
    if state.edition is not None:
        return Check("no", "New consent text not signed")
    return Check("no", "Consent not signed")


def _driver(confirmed: bool | None) -> Check:  # noqa: FBT001 -- an answer, not a switch
    if confirmed:
        return Check("ok", "Driver")
    if confirmed is None:
        return Check("wait", "Driver", "not confirmed")
    return Check("no", "No driver")


def _fasting(since: datetime | None) -> Check:
    if since is None:
        return Check("wait", "Fasting", "ask on arrival")
    return Check("ok", "Fasting")


def _medicines(unchanged: bool | None) -> Check:  # noqa: FBT001 -- an answer, not a switch
    if unchanged:
        return Check("ok", "Medicines")
    if unchanged is None:
        return Check("wait", "Medicines", "ask on arrival")
    return Check("no", "Medicines changed")
