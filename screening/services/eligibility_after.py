"""What follows a decision that stands: the next phase, work that is done, who is told."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from django.db import transaction

from kap.accounts.models import User
from kap.patients.enums import Phase
from kap.patients.models import EpisodeOfCare
from kap.patients.services import move_phase
from kap.worklist.models import WorkItem
from kap.worklist.services import close_for
from screening.enums import Decision
from screening.models import EligibilityDetermination
from screening.services.eligibility import REVIEW
from screening.signals import determination_signed

RENEWAL: Final = "eligibility-renewal"
"""The kind of work item that asks for a decision before the last one expires (R-25)."""


def move_on(
    episode: EpisodeOfCare, decision: Decision, *, by: User, now: datetime
) -> None:
    if decision == Decision.ELIGIBLE and episode.phase in (
        Phase.INTAKE,
        Phase.SCREENING,
    ):
        if episode.phase == Phase.INTAKE:
            move_phase(episode_id=episode.pk, to=Phase.SCREENING, by=by, now=now)
        move_phase(episode_id=episode.pk, to=Phase.PREPARATION, by=by, now=now)


def close_reviews(episode_id: UUID, *, by: User, now: datetime) -> None:
    """What asked for this decision is done, reviews and renewals alike."""
    waiting = WorkItem.objects.open().filter(
        object_id=episode_id, kind__in=(REVIEW, RENEWAL)
    )
    for key in list(waiting.values_list("source_key", flat=True)):
        close_for(source_key=key, by=by, now=now)


def tell(made: EligibilityDetermination) -> None:
    transaction.on_commit(
        partial(
            determination_signed.send,
            EligibilityDetermination,
            episode_id=made.episode_id,
            determination_id=made.pk,
        )
    )
