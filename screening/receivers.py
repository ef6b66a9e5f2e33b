"""What screening does when something happened elsewhere, after the commit."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.dispatch import receiver

from kap.accounts.models import User
from kap.core import clock
from kap.patients.models import EpisodeOfCare
from kap.patients.signals import episode_opened
from screening.models import QuestionnaireResponse
from screening.services import send_packet
from screening.services.eligibility_again import after_measure
from screening.signals import response_completed


@receiver(episode_opened)
def send_first_packet(
    *, episode_id: UUID, by_id: UUID | None, send_packet: bool, **_more: Any
) -> None:
    """Joining a course sends the packet that fits, with no further click."""
    if send_packet:
        _send(episode_id, by_id)


def _send(episode_id: UUID, by_id: UUID | None) -> None:
    episode = EpisodeOfCare.objects.select_related("patient", "site").get(pk=episode_id)
    by = User.objects.filter(pk=by_id).first() if by_id else None
    send_packet(episode=episode, by=by, now=clock.now())


@receiver(response_completed)
def rules_after_measure(*, response_id: UUID, **_more: Any) -> None:
    """A new score may change what the rules say; while a packet is open they wait for it."""
    response = QuestionnaireResponse.objects.get(pk=response_id)
    if response.episode_id is not None:
        after_measure(episode_id=response.episode_id, now=clock.now())
