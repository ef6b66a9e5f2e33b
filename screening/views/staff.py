"""What staff pages share: the episode they are about, its chart's frame."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404

from kap.accounts.policies import StaffRequest
from kap.patients.frame import chart_frame
from kap.patients.models import EpisodeOfCare


def episode_or_404(request: StaffRequest, pk: UUID) -> EpisodeOfCare:
    """The episode, if this user may know of its patient; with patient, site and team."""
    return get_object_or_404(
        EpisodeOfCare.objects.visible_to(request.user).select_related(
            "patient__site", "site", "therapist", "prescriber"
        ),
        pk=pk,
    )


def frame(
    request: StaffRequest,
    episode: EpisodeOfCare,
    *,
    now: datetime,
    tab: str = "screening",
) -> dict[str, Any]:
    """The banner and the tabs of a screening page."""
    patient = episode.patient
    found = chart_frame(request, patient, now=now, tab=tab, with_steps=False)
    return {**found, "episode": episode}
