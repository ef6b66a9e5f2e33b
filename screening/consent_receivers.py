"""What consents do when a decision is signed elsewhere, after the commit."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.dispatch import receiver

from kap.core import clock
from screening.consents import OVERRIDE
from screening.models import EligibilityDetermination
from screening.services.consent import propose_consent
from screening.signals import determination_signed


@receiver(determination_signed)
def put_addendum_before_the_patient(*, determination_id: UUID, **_more: Any) -> None:
    """A decision that sets a rule aside is agreed to by the patient, on a paper of its own."""
    row = EligibilityDetermination.objects.select_related(
        "episode__patient", "episode__site"
    ).get(pk=determination_id)
    if row.needs_addendum:
        propose_consent(
            episode=row.episode, kind=OVERRIDE, by=None, now=clock.now(), anew=True
        )
