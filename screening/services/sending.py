"""Sending forms to a patient, and giving staff a sentence on what will happen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from kap.accounts.models import User
from kap.notifications.services import plan_message
from kap.patients.enums import ContactPurpose
from kap.patients.models import EpisodeOfCare
from screening.models import QuestionnaireResponse
from screening.services.measures import request_measures

USEFUL_FOR: Final = timedelta(days=14)
"""How long a form waits to be filled in (ours)."""


def send_measures(
    *,
    episode: EpisodeOfCare,
    instrument_keys: Sequence[str],
    by: User | None,
    now: datetime,
    due_at: datetime | None = None,
) -> list[QuestionnaireResponse]:
    """Ask for questionnaires and plan one message for each, with its own link."""
    due = due_at or now
    with transaction.atomic():
        asked = request_measures(
            patient=episode.patient,
            episode=episode,
            instrument_keys=instrument_keys,
            due_at=due,
            by=by,
            now=now,
        )
        for response in asked:
            plan_message(
                kind="measures-due",
                key=f"measures:{response.pk}:{now:%Y%m%d%H%M}",
                patient=episode.patient,
                about_id=response.pk,
                purpose=ContactPurpose.MEASURES,
                due_at=due,
                useless_after=due + USEFUL_FOR,
                link_purpose="measures",
                link_object_id=response.pk,
                by=by,
                now=now,
            )
    return asked
