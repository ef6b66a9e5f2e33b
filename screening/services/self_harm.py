"""Calling a clinician when somebody answers PHQ-9 item 9 (clinical reference 5.13)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from kap.accounts.enums import Role
from kap.accounts.models import User
from kap.worklist.services import open_item
from screening.models import QuestionnaireResponse
from screening.queries.measures import SI_REVIEW

ACKNOWLEDGE_WITHIN: Final = {
    1: timedelta(hours=4),
    2: timedelta(hours=2),
    3: timedelta(minutes=30),
}
"""From PHQ-9 item 9's value to the time by which a clinician takes it on (5.13, ID)."""


def call_clinician(
    response: QuestionnaireResponse,
    value: int | None,
    *,
    by: User | None,
    now: datetime,
) -> None:
    """Item 9 above zero, or left open, is looked at by a person today.

    The same answer again opens nothing new; a changed one does, with its own time.
    """
    if value == 0:
        return
    episode = response.episode
    said = "open" if value is None else str(value)
    open_item(
        kind=SI_REVIEW,
        source_key=f"response:{response.pk}:item9:{said}",
        role=Role.PRESCRIBER,
        owner=episode.therapist if episode else None,
        cover=episode.prescriber if episode else None,
        patient=response.patient,
        object_id=response.pk,
        is_urgent=True,
        due_at=now + ACKNOWLEDGE_WITHIN[2 if value is None else value],
        by=by,
        now=now,
    )
