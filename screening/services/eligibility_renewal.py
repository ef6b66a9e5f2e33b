"""Asking for a new decision before the last one expires (reminder R-25)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef

from kap.accounts.enums import Role
from kap.patients.models import EpisodeOfCare
from kap.worklist.models import WorkItem
from kap.worklist.services import open_item
from screening.enums import Decision
from screening.models import EligibilityDetermination
from screening.services.eligibility import VALID_FOR, evaluate_eligibility
from screening.services.eligibility_after import RENEWAL

FIRST_ASKED: Final = timedelta(days=75)
"""After the decision (clinical.md 10, R-25); again on the day it expires."""
AHEAD: Final = VALID_FOR - FIRST_ASKED
MOST: Final = 500
"""In one sweep; the next one goes on."""


def renewal_key(determination_id: UUID, step: str) -> str:
    return f"renewal:{determination_id}:{step}"


def ask_for_renewals(*, now: datetime) -> int:
    """Put decisions that end within 15 days, or have ended, on the prescriber's list.

    Each is asked for twice at most; the second time the rules run again as well.
    """
    opened = 0
    for made in _ending(now):
        ended = made.expires_at <= now
        key = renewal_key(made.pk, "ended" if ended else "ending")
        if WorkItem.objects.filter(source_key=key).exists():
            continue
        episode = made.episode
        open_item(
            kind=RENEWAL,
            source_key=key,
            role=Role.PRESCRIBER,
            owner=episode.prescriber,
            cover=episode.therapist,
            patient=episode.patient,
            object_id=episode.pk,
            due_at=made.expires_at,
            now=now,
        )
        if ended:
            evaluate_eligibility(episode=episode, cause="expiry", by=None, now=now)
        opened += 1
    return opened


def _ending(now: datetime) -> Any:
    """The newest decision of each open episode, when it ends soon or has ended."""
    newer = EligibilityDetermination.objects.filter(
        episode=OuterRef("episode"), decided_at__gt=OuterRef("decided_at")
    )
    asked = WorkItem.objects.filter(
        kind=RENEWAL,
        object_id=OuterRef("episode"),
        created_at__gt=OuterRef("expires_at"),
    )
    return (
        EligibilityDetermination.objects.filter(
            decision=Decision.ELIGIBLE,
            expires_at__lte=now + AHEAD,
            episode__in=EpisodeOfCare.objects.open(),
        )
        .filter(~Exists(newer), ~Exists(asked))
        .select_related(
            "episode__patient",
            "episode__site",
            "episode__prescriber",
            "episode__therapist",
        )
        .order_by("expires_at", "pk")[:MOST]
    )
